//! Networks on anyone's own sequences: four readouts, and files in and out.

pub mod files;
pub mod network;
