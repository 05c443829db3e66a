//! Babble: a character-level recurrent network, written by hand.
//!
//! A text goes in; a network that writes like it comes out. The forward pass, back-propagation
//! through time and the optimisers are ours, on nalgebra's matrices and without autodiff. The core
//! does no I/O, reads no clock and draws no randomness but what a seed gives it, so that a run can be
//! repeated bit for bit on one target.
//!
//! # The way of the data
//!
//! ```text
//! text -> Vocabulary -> Corpus (training | held out) -> Batch (B streams x T characters)
//!      -> Model::forward -> loss -> Model::backward -> clip -> Optimizer::step -> Report
//! Model + prompt -> Sampler -> characters
//! Model + optimiser + cursor + random state -> checkpoint (safetensors)
//! ```
//!
//! # Letters
//!
//! | letter | meaning |
//! |---|---|
//! | `B` | batch: streams read side by side |
//! | `T` | time steps of one chunk, the reach of truncated back-propagation |
//! | `V` | vocabulary: number of symbols |
//! | `I` | input size (`V` for characters) |
//! | `H` | hidden size |
//! | `L` | layers |
//! | `G` | gates: blocks of `H` rows in a layer's weights (1, a GRU 3, an LSTM 4) |
//! | `O` | output size (`V` for characters) |
//!
//! Matrices are column-major. A chunk's columns are ordered by time, then by stream: the column of
//! stream `b` at time `t` is `t * B + b`, so one time step is one contiguous block of `B` columns.
//! Weights bear PyTorch's names (`weight_ih`, `weight_hh`, ...); `d_` in front of a letter is the
//! gradient of the loss with respect to it. Losses are in nats per character.
//!
//! # Who may import whom
//!
//! `error`, `json`, `config` <- `data`, `linalg` <- `nn` <- `sampler` <- `training` <- `formats` <- `tasks`, `wasm`. Two
//! pairs know each other: a trainer resumes from a checkpoint and makes one (`training`, `formats`), and the setting
//! `cell` is one of the cells that there are (`config`, `nn::cell`). Only `wasm` knows of the browser; in the wasm,
//! `json` lets JavaScript read a number.

pub mod config;
pub mod data;
pub mod error;
pub mod formats;
mod json;
pub mod linalg;
pub mod nn;
pub mod sampler;
#[cfg(not(target_arch = "wasm32"))]
pub mod tasks;
pub mod training;

#[cfg(all(target_arch = "wasm32", feature = "web"))]
mod wasm;

pub use error::{Error, Result};
