//! The arithmetic that training spends its time on: one scalar trait and the kernels. Each kernel
//! stands beside a plain oracle that the tests hold it against.
//!
//! Matrices are nalgebra's; these functions go below it for two reasons. nalgebra's large products
//! allocate their packing buffer at every call and pack both factors anew, where a recurrence
//! multiplies by the same weights at every time step; and the standard `tanh` and `exp` handle one
//! value at a time.

mod activation;
mod block;
mod columns;
mod fold;
mod packed;
mod product;
mod scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
mod transposed;

pub use activation::{exp_in_place, exp_shifted_in_place, flush, sigmoid_in_place, tanh_in_place};
pub use columns::{Columns, ColumnsMut};
pub(crate) use fold::fold;
pub use packed::Packed;
pub use product::{Update, multiply};
pub use scalar::Scalar;
pub use transposed::{Factors, multiply_transposed};

/// What the tests of the products share.
#[cfg(test)]
mod testing {
    use super::{Columns, ColumnsMut};
    use nalgebra::DMatrix;

    /// A matrix of small whole numbers, whose products are exact in f32 whatever the order.
    pub(super) fn whole(rows: usize, columns: usize, salt: usize) -> DMatrix<f32> {
        DMatrix::from_fn(rows, columns, |i, j| {
            ((i * 7 + j * 3 + salt) % 11) as f32 - 5.0
        })
    }

    pub(super) fn of(a: &DMatrix<f32>) -> Columns<'_, f32> {
        Columns::new(a.as_slice(), a.nrows())
    }

    pub(super) fn into(a: &mut DMatrix<f32>) -> ColumnsMut<'_, f32> {
        let rows = a.nrows();
        ColumnsMut::new(a.as_mut_slice(), rows)
    }
}
