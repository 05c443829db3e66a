//! Changes to the finished wasm that no option of the compiler makes. README.md says what each pass is
//! worth.

mod code;
pub mod fences;
pub mod pairing;
mod sums;
