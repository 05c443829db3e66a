//! The innermost loops: transposing a tile and, for the products, a block of the result in registers, summed along the common
//! dimension. This is the plain form, for every scalar and target; [`super::simd128`] holds another for
//! `f32` in WebAssembly.

use std::array::from_fn;

use super::Scalar;
use super::product::Update;

/// Rows of a panel.
pub(super) const MR: usize = 8;
/// Rows of a wide panel, for [`Scalar::WIDE`]: what two registers of eight numbers hold, or one of sixteen.
pub(super) const WIDE: usize = 2 * MR;
/// Columns of the widest block. Five by eight rows are ten registers of four numbers each, which leave
/// just enough of a processor's sixteen for the factors.
pub(super) const NR: usize = 5;

/// Rows and columns of what is transposed at a time.
pub(super) const TILE: usize = 4;

/// The transpose of a tile.
#[inline(always)]
pub(super) fn transposed<S: Scalar>(tile: [&[S; TILE]; TILE]) -> [[S; TILE]; TILE] {
    from_fn(|i| tile.map(|column| column[i]))
}

/// Some columns, of which each lies `stride` behind the one before. There may be more than are used.
#[derive(Debug, Clone, Copy)]
pub struct Strided<T> {
    pub(super) data: T,
    pub(super) stride: usize,
}

impl<T> Strided<T> {
    pub(super) fn new(data: T, stride: usize) -> Self {
        Self { data, stride }
    }
}

/// A strip of `C = A B` or `C += A B`: `P` panels of `M` rows of A, one behind another, times `count` blocks of `N`
/// columns of B, all of this depth. `multiply_add(a, b, sum)` is `sum + a * b`, rounded once or twice.
///
/// # Panics
/// When one of the three has fewer numbers than that.
#[inline(always)]
pub(super) fn strip<S: Scalar, const M: usize, const P: usize, const N: usize>(
    c: Strided<&mut [S]>,
    update: Update,
    panels: &[S],
    b: Strided<&[S]>,
    (depth, count): (usize, usize),
    multiply_add: impl Fn(S, S, S) -> S,
) {
    let panels = panels.as_chunks::<M>().0;
    let panels: [_; P] = from_fn(|p| &panels[p * depth..][..depth]);
    for first in (0..count * N).step_by(N) {
        let mut sums = [[[S::zero(); M]; P]; N];
        let columns: [_; N] = from_fn(|j| &b.data[(first + j) * b.stride..][..depth]);
        for k in 0..depth {
            for (sums, column) in sums.iter_mut().zip(columns) {
                for (sums, panel) in sums.iter_mut().zip(panels) {
                    for (sum, &a) in sums.iter_mut().zip(&panel[k]) {
                        *sum = multiply_add(a, column[k], *sum);
                    }
                }
            }
        }
        for (j, sums) in sums.iter().enumerate() {
            let to = &mut c.data[(first + j) * c.stride..][..P * M];
            match update {
                Update::Replace => to.copy_from_slice(sums.as_flattened()),
                Update::Add => to
                    .iter_mut()
                    .zip(sums.as_flattened())
                    .for_each(|(c, &sum)| *c += sum),
            }
        }
    }
}
