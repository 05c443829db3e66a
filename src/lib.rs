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
//! `error`, `json` <- `vocab`, `config`, `linalg` <- `corpus`, `cell` <- `params`, `layer`, `model` <- `loss`,
//! `optim`, `schedule`, `sample`, `onnx`, `summary` <- `heldout`, `shard`, `watch`, `train`, `checkpoint`, `task` <-
//! `door`, `wasm`. Only `wasm` knows of the browser.

pub mod cell;
pub mod checkpoint;
pub mod config;
pub mod corpus;
#[cfg(not(target_arch = "wasm32"))]
pub mod door;
pub mod error;
pub mod heldout;
mod json;
mod layer;
pub mod linalg;
pub mod loss;
pub mod model;
pub mod onnx;
pub mod optim;
pub mod params;
pub mod report;
pub mod sample;
pub mod schedule;
pub mod shard;
pub mod summary;
#[cfg(not(target_arch = "wasm32"))]
pub mod task;
pub mod train;
pub mod vocab;
mod watch;

#[cfg(target_arch = "wasm32")]
mod wasm;

pub use error::{Error, Result};
