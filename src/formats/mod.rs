//! Files: safetensors with all that resuming needs, and ONNX.

pub mod checkpoint;
pub mod onnx;
pub(crate) mod safetensors;
