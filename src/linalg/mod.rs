//! The arithmetic that training spends its time on: one scalar trait and the kernels. Each kernel
//! stands beside a plain oracle that the tests hold it against.
//!
//! Matrices are nalgebra's; these functions go below it for two reasons. nalgebra's large products
//! allocate their packing buffer at every call and pack both factors anew, where a recurrence
//! multiplies by the same weights at every time step; and the standard `tanh` and `exp` handle one
//! value at a time.

mod activation;
mod arithmetic;
mod block;
mod columns;
mod lane_reduce;
mod packed;
mod product;
mod scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
mod transposed;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use activation::{exp_in_place, exp_shifted_in_place, flush, sigmoid_in_place, tanh_in_place};
pub use arithmetic::{Arithmetic, use_arithmetic};
pub use columns::{Columns, ColumnsMut, View};
pub(crate) use lane_reduce::lane_reduce;
pub use packed::Packed;
pub use product::{Update, multiply};
pub use scalar::Scalar;
pub use transposed::{TransposeScratch, multiply_transposed};
