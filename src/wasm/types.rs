//! The shapes that cross the boundary, for TypeScript's eyes and, where the core has none, ours.

use serde::Serialize;
use wasm_bindgen::prelude::*;

pub(super) use crate::config::Range;

/// The named bounds that the page shows and keeps.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Limits {
    pub hidden_size: Range,
    pub batch_size: Range,
    pub sequence_length: Range,
    pub learning_rate: Range,
    pub clip_norm: Range,
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
}

#[wasm_bindgen(typescript_custom_section)]
const TYPESCRIPT: &str = r#"
/** What the person chose. */
export interface Config {
  /** H, units of the hidden state */
  hiddenSize: number;
  /** B, contiguous streams that are read side by side */
  batchSize: number;
  /** T, characters of every stream that one step reads */
  sequenceLength: number;
  optimizer: 'sgd' | 'adagrad' | 'adam';
  learningRate: number;
  /** bound on the gradients' global norm; 0 switches clipping off */
  clipNorm: number;
  /** 0 to 2^32 - 1 */
  seed: number;
}
/** Settings that may change between two steps; those left out stay. */
export interface Tuning {
  learningRate?: number;
  clipNorm?: number;
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
