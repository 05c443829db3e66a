//! Training: a run, its steps, its optimiser, its measurements, and what it reports.

pub mod average;
pub(crate) mod divergence;
pub mod lr_schedule;
pub mod optim;
pub mod report;
pub(crate) mod run;
#[cfg(any(feature = "run-check", not(target_arch = "wasm32")))]
pub mod run_check;
pub(crate) mod shard;
pub mod summary;
pub mod trainer;
pub mod validation;
pub mod workspace;
