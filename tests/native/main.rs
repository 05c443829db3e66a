//! The crate's tests, in one binary: one link instead of fourteen. A module each:
//! `cargo test --features cli --test native training::` runs one.

mod allocation;
mod averaging;
mod bptt;
mod checkpoint;
#[path = "../common/mod.rs"]
mod common;
mod compatibility;
mod drawn;
mod files;
mod found;
mod golden;
mod gradients;
mod lenses;
mod linalg;
mod lr_schedule;
mod notes;
mod onnx;
mod optim;
mod reading;
mod run_check;
mod saturation;
mod tasks;
mod tasks_files;
mod terminal;
mod text;
mod training;
mod unrolled;
