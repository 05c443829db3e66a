//! The innermost loops: transposing a tile and, for the products, a block of the result in registers, summed along the common
//! dimension. This is the plain form, for every scalar and target; [`super::simd128`] holds another for
//! `f32` in WebAssembly.

use std::array::from_fn;

use super::Scalar;

/// Rows of a panel.
pub(crate) const MR: usize = 8;
/// Columns of the widest block. Five by eight rows are ten registers of four numbers each, which leave
/// just enough of a processor's sixteen for the factors.
pub(crate) const NR: usize = 5;

/// `P` panels by `N` columns of a result.
#[derive(Debug, Clone, Copy)]
pub struct Block<S, const P: usize, const N: usize>(pub(super) [[[S; MR]; P]; N]);

/// Rows and columns of what is transposed at a time.
pub(super) const TILE: usize = 4;

/// The transpose of a tile.
#[inline(always)]
pub(super) fn transposed<S: Scalar>(tile: [&[S; TILE]; TILE]) -> [[S; TILE]; TILE] {
    from_fn(|i| tile.map(|column| column[i]))
}

/// `P` panels times `N` columns, all of one depth.
#[inline(always)]
pub(super) fn product<S: Scalar, const P: usize, const N: usize>(
    panels: [&[S]; P],
    columns: [&[S]; N],
) -> Block<S, P, N> {
    let mut block = [[[S::zero(); MR]; P]; N];
    let depth = columns[0].len();
    let panels = panels.map(|panel| &panel.as_chunks::<MR>().0[..depth]);
    let columns = columns.map(|column| &column[..depth]);
    for k in 0..depth {
        for (block, column) in block.iter_mut().zip(columns) {
            for (sums, panel) in block.iter_mut().zip(panels) {
                for (sum, &a) in sums.iter_mut().zip(&panel[k]) {
                    *sum += a * column[k];
                }
            }
        }
    }
    Block(block)
}
