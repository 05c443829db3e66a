//! One step of learning of a small network on a short word, with every number. The page fetches it as a wasm module of
//! its own when somebody looks inside. All numbers are those of [`babble::nn::unrolled`], in f64.

#[cfg(target_arch = "wasm32")]
mod wasm;
pub mod word;
