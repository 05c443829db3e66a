//! The arithmetic that training spends its time on: one scalar trait and the kernels. Each kernel
//! stands beside a plain oracle that the tests hold it against.
//!
//! Matrices are nalgebra's; these functions go below it for two reasons. nalgebra's large products
//! allocate their packing buffer at every call and pack both factors anew, where a recurrence
//! multiplies by the same weights at every time step; and the standard `tanh` and `exp` handle one
//! value at a time.

mod activation;
mod product;
mod scalar;

pub use activation::{exp_in_place, flush, sigmoid_in_place, tanh_in_place};
pub use product::{Columns, ColumnsMut, Packed, Update, multiply, multiply_transposed};
pub(crate) use product::{DEPTH_BLOCK, MR};
pub use scalar::Scalar;
