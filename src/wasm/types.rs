//! The shapes that cross the boundary, for TypeScript's eyes and, where the core has none, ours.

use serde::Serialize;
use wasm_bindgen::prelude::*;

pub(super) use crate::config::Range;
use crate::train::Finish;

/// The named bounds that the page shows and keeps.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Limits {
    pub hidden_size: Range,
    pub batch_size: Range,
    pub sequence_length: Range,
    pub learning_rate: Range,
    pub clip_norm: Range,
    pub clip_value: Range,
    pub layers: Range,
    pub dropout: Range,
    pub forget_bias: Range,
    pub momentum: Range,
    pub weight_decay: Range,
    pub warmup_characters: Range,
    pub decay_factor: Range,
    pub decay_every: Range,
    pub rate_floor: Range,
    pub run_characters: Range,
    pub patience: Range,
    pub shards: Range,
    pub top_k: Range,
    pub top_p: Range,
    pub seed: Range,
    pub temperature: Range,
    pub text_characters: Range,
    pub weights_bytes: usize,
}

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
    pub finished: Option<Finish>,
}

/// What a voice wrote, and how sure the network was of it.
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
/** What the person chose. */
export interface Config {
  /** the recurrence of every layer; rnn is the vanilla one with tanh, relu with max(0, x) */
  cell: 'rnn' | 'relu' | 'gru' | 'lstm';
  /** L, layers stacked on each other */
  layers: number;
  /** H, units of the hidden state */
  hiddenSize: number;
  /** share of values left out between two layers while training */
  dropout: number;
  /** what an LSTM's forget gates begin with */
  forgetBias: number;
  /** orthogonal recurrent weights and Glorot's uniform ones, or PyTorch's own uniform */
  initialization: 'orthogonal' | 'uniform';
  /** B, contiguous streams that are read side by side */
  batchSize: number;
  /** T, characters of every stream that one step reads */
  sequenceLength: number;
  optimizer: 'sgd' | 'adagrad' | 'rmsprop' | 'adam' | 'adamw';
  /** of SGD */
  momentum: number;
  /** of AdamW */
  weightDecay: number;
  /** at its height; the schedule scales it */
  learningRate: number;
  schedule: 'constant' | 'step' | 'cosine';
  /** characters over which the learning rate rises from zero */
  warmupCharacters: number;
  /** what a step decay multiplies by */
  decayFactor: number;
  /** characters between two step decays */
  decayEvery: number;
  /** share of the learning rate that a cosine ends at */
  rateFloor: number;
  /** length of the run in characters, where schedules end */
  runCharacters: number;
  /** whether training stops there */
  stopAtEnd: boolean;
  /** measurements without progress before training stops and goes back to the best weights; 0 never */
  patience: number;
  /** bound on the gradients' global norm; 0 switches clipping off */
  clipNorm: number;
  /** bound on each gradient by itself; 0 switches it off */
  clipValue: number;
  /** parts of the batch whose gradients are summed in a fixed order */
  shards: number;
  /** whether `babble_fused.js` is to train it where the browser can; either package trains any run */
  fused: boolean;
  /** 0 to 2^32 - 1 */
  seed: number;
}
/** Settings that may change between two steps; those left out stay. */
export interface Tuning {
  learningRate?: number;
  clipNorm?: number;
  clipValue?: number;
  dropout?: number;
  sequenceLength?: number;
}
/** Both ends are allowed. */
export interface Range { min: number; max: number }
export interface Limits {
  hiddenSize: Range;
  batchSize: Range;
  sequenceLength: Range;
  learningRate: Range;
  clipNorm: Range;
  clipValue: Range;
  layers: Range;
  dropout: Range;
  forgetBias: Range;
  momentum: Range;
  weightDecay: Range;
  warmupCharacters: Range;
  decayFactor: Range;
  decayEvery: Range;
  rateFloor: Range;
  runCharacters: Range;
  patience: Range;
  shards: Range;
  topK: Range;
  topP: Range;
  seed: Range;
  temperature: Range;
  /** the shortest and the longest text accepted */
  textCharacters: Range;
  /** the largest weights file accepted */
  weightsBytes: number;
}
/** Nats per character over the held-out part, and the step of the weights it was measured on. */
export interface HeldOut { loss: number; step: number }
/** A setting that was lowered so that the text suffices. */
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
/** What a voice wrote, and how sure the network was of it. */
export interface Written {
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
  step: number;
  epoch: number;
  charactersSeen: number;
  characters: number;
  trainingCharacters: number;
  heldOutCharacters: number;
  /** V */
  symbols: number;
  /** characters of the text that were left out, for the vocabulary lacks them */
  skippedCharacters: number;
  /** symbols that the vocabulary gained from this text */
  grownSymbols: number;
  parameters: number;
  /** ln V, the loss of blind guessing */
  uniformLoss: number;
  /** held-out loss of guessing by letter frequency */
  unigramLoss: number;
  heldOut: HeldOut | null;
  /** the best one, while early stopping keeps its weights */
  best: HeldOut | null;
  /** SHA-256, hexadecimal */
  textHash: string;
}
/** What a weights file holds. */
export interface WeightsReport {
  config: Config;
  symbols: number;
  parameters: number;
  step: number;
  heldOut: HeldOut | null;
  /** whether it holds the optimiser's state and the position in the text */
  resumable: boolean;
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
