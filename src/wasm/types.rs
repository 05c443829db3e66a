//! The shapes that cross the boundary, for TypeScript's eyes and, where the core has none, ours.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::training::report::StopReason;

/// What one slice of training did.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SliceReport {
    pub step: u64,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub losses: js_sys::Float32Array,
    pub epoch: u64,
    pub characters_seen: u64,
    pub gradient_norm: f64,
    pub learning_rate: f64,
    pub update_ratio: Option<f64>,
    pub finished: Option<StopReason>,
}

/// What a sampler wrote, and how sure the network was of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WrittenReport {
    pub text: String,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub probabilities: js_sys::Float32Array,
    pub alternatives: String,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub alternative_probabilities: js_sys::Float32Array,
}

#[wasm_bindgen(typescript_custom_section)]
const TYPESCRIPT: &str = r#"
/** A schedule that begins where a run has come to; what is left out is as in the one before. */
export type NewSchedule = Partial<Pick<Config,
  'runCharacters' | 'learningRate' | 'schedule' | 'warmupCharacters' | 'decayFactor' | 'decayEvery' | 'rateFloor'>>;
/** What stands out in a text. */
export interface TextFacts {
    /** How many symbols only the held-out part has, or has for the most part. */
    unlearnedSymbols: number;
    /** How many characters of the held-out part they are. */
    unlearnedCharacters: number;
    /** A list in the order of the alphabet. */
    sorted: boolean;
    /** The share of the held-out part that stands word for word in the rest. */
    repeated: number;
    /** Control characters other than newlines and tabs. */
    controls: number;
    /** Closing tags, as markup has them. */
    tags: number;
    /** What follows from all this, in sentences. */
    remarks: string[];
}

/**
 * Nats per character over the held-out part, and the step of the weights it was measured on. An `estimate`
 * is the mean over so many predictions at its beginning only.
 */
export interface HeldOut { loss: number; step: number; estimate?: number }
/** A setting that was lowered because the text is short. */
export interface Shrunk { field: 'batchSize' | 'sequenceLength'; asked: number; used: number }
/** What one slice of training did. */
export interface SliceReport {
  /** steps done */
  step: number;
  /** nats per character of each step of the slice */
  losses: Float32Array;
  /** complete passes over the training part */
  epoch: number;
  /** predictions trained on */
  charactersSeen: number;
  /** of the last step, before clipping */
  gradientNorm: number;
  /** that the schedule gave the last step */
  learningRate: number;
  /** how far the first step of the slice moved the weights, as a share of their norm */
  updateRatio: number | null;
  /** the run has its length and was to stop; or patience is over and the best weights are back */
  finished: 'end' | 'patience' | null;
}
/** What a sampler wrote, and how sure the network was of it. */
export interface Written {
  /** so many characters as were asked for */
  text: string;
  /** of each character, by the network itself: at temperature 1, from all symbols */
  probabilities: Float32Array;
  /** for each character, its likeliest symbols (five or, with fewer in the vocabulary, all), likeliest first */
  alternatives: string;
  /** one for each of `alternatives` */
  alternativeProbabilities: Float32Array;
}
/** What a network consists of. */
export interface ModelSummary {
  /** by PyTorch's names; `shape` is rows and columns, or the length of a vector */
  tensors: { name: string; shape: number[]; parameters: number }[];
  /** from the input up */
  layers: { name: string; parameters: number }[];
  parameters: number;
  /** that the weights take */
  bytes: number;
  /** that reading one character and predicting the next takes */
  multiplyAddsPerCharacter: number;
  /** that training takes at most, the text aside */
  workingBytes: number;
}
/** What is being trained, on what. */
export interface RunReport {
  /** with batch size and sequence length as used */
  config: Config;
  shrunk: Shrunk[];
  /** new weights; the exact continuation of a file; a file's weights on another text */
  origin: 'fresh' | 'exact' | 'weights';
  /** step of the file that the weights came from, 0 when fresh */
  originStep: number;
  /** steps done */
  step: number;
  /** why training has come to its end, if it has */
  finished: SliceReport['finished'];
  /** complete passes over the training part */
  epoch: number;
  /** predictions trained on */
  charactersSeen: number;
  /** of these, how many were seen when the present schedule began */
  scheduleStart: number;
  /** that the schedule gives now */
  learningRate: number;
  /** of the whole text */
  characters: number;
  trainingCharacters: number;
  /** the last ones, which are never trained on */
  heldOutCharacters: number;
  /** V, the size of the vocabulary */
  symbols: number;
  /** characters of the text that were left out, for the vocabulary lacks them */
  skippedCharacters: number;
  /** symbols that the vocabulary gained from this text */
  grownSymbols: number;
  /** numbers in all weights */
  parameters: number;
  /** ln V, the loss of blind guessing, in nats per character */
  uniformLoss: number;
  /** held-out loss of guessing by letter frequency, in nats per character */
  unigramLoss: number;
  /** the newest one; null before the first */
  heldOut: HeldOut | null;
  /** the best one, while early stopping keeps its weights */
  best: HeldOut | null;
  /** SHA-256, hexadecimal */
  textHash: string;
}
/** What a weights file holds. */
export interface WeightsReport {
  config: Config;
  /** V, the size of the vocabulary */
  symbols: number;
  /** numbers in all weights */
  parameters: number;
  /** steps that it has been trained for */
  step: number;
  /** the newest one; null before the first */
  heldOut: HeldOut | null;
  /** whether it holds the optimiser's state and the position in the text */
  resumable: boolean;
  /** types of its numbers that were converted to F32, as the file names them */
  converted: string[];
  /** against the text given with it */
  match: 'same' | 'different' | 'none';
  /** symbols of that text that the vocabulary lacks, at most 100 */
  unknown: string[];
  /** how many characters of that text they are */
  occurrences: number;
}
/** What to do with them: leave them out, or add them to the vocabulary with fresh weights. */
export type UnknownSymbols = 'skip' | 'grow';
"#;
