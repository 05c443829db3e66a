//! Products with the transpose of the right factor: the weights' gradients, summed over all columns of a chunk.
//!
//! Both factors lie column by column, as the forward and the backward pass left them, where the kernels
//! want rows of the left one together and walk along those of the right one. So both are laid out
//! anew, a part of the common dimension at a time, which then stays in the nearer caches.

use std::array::from_fn;

use super::Scalar;
use super::block::{MR, Strided, TILE, WIDE};
use super::columns::{Columns, ColumnsMut};
use super::packed::{Packed, wide_rows};
use super::product::{COLUMN_BLOCK, Update, multiply_columns, strips};

/// Steps of the common dimension that [`multiply_transposed`] packs together.
const DEPTH_BLOCK: usize = 256;
/// From one column to the next where [`multiply_transposed`] transposes to. At a power of two they would
/// push each other out of the nearest cache.
const STRIDE: usize = DEPTH_BLOCK + 16;

/// Scratch for [`multiply_transposed`]: both factors as the kernels want them, a part at a time.
#[derive(Debug, Clone)]
pub struct TransposeScratch<S> {
    left: Packed<S>,
    right: Vec<S>,
}

impl<S: Scalar> TransposeScratch<S> {
    /// For factors of at most this many rows; more make it grow.
    #[must_use]
    pub fn with_capacity(rows: usize) -> Self {
        Self {
            left: Packed::with_capacity(rows, DEPTH_BLOCK),
            right: vec![S::zero(); COLUMN_BLOCK * STRIDE],
        }
    }

    /// The numbers that [`TransposeScratch::with_capacity`] takes; saturates.
    #[must_use]
    pub fn numbers(rows: usize) -> usize {
        rows.saturating_add(MR)
            .saturating_mul(DEPTH_BLOCK)
            .saturating_add(COLUMN_BLOCK * STRIDE)
    }
}

/// `C += A B^T`. A: m x k, B: n x k, C: m x n.
///
/// # Panics
/// When the shapes do not fit.
pub fn multiply_transposed<S: Scalar>(
    mut c: ColumnsMut<'_, S>,
    a: Columns<'_, S>,
    b: Columns<'_, S>,
    scratch: &mut TransposeScratch<S>,
) {
    let (m, n, k) = (a.rows, b.rows, a.count());
    assert_eq!((c.rows, c.count()), (m, n), "the product's shape");
    assert_eq!(k, b.count(), "the common dimension");
    let TransposeScratch { left, right } = scratch;
    let part = |columns: Columns<'_, S>| columns.stride * DEPTH_BLOCK;
    // C^T += B A^T is the same, and less of it may fall on rows that only fill up a panel. To turn the blocks
    // costs about what a few depths do.
    let padded = |rows: usize| rows.next_multiple_of(MR);
    let turned = k >= 64 && padded(n) * m < padded(m) * n;
    for (part_a, part_b) in a.data.chunks(part(a)).zip(b.data.chunks(part(b))) {
        let a = Columns { data: part_a, ..a };
        let b = Columns { data: part_b, ..b };
        if turned {
            left.pack(b);
            for from in (0..m).step_by(COLUMN_BLOCK) {
                let a = a.rows(from, COLUMN_BLOCK.min(m - from));
                add_turned(&mut c, from, left, transpose(right, a));
            }
        } else {
            left.pack(a);
            for (i, c_data) in c.data.chunks_mut(COLUMN_BLOCK * c.stride).enumerate() {
                let from = i * COLUMN_BLOCK;
                let b = b.rows(from, COLUMN_BLOCK.min(n - from));
                let c = ColumnsMut {
                    data: c_data,
                    rows: m,
                    stride: c.stride,
                };
                multiply_columns(c, Update::Add, left, transpose(right, b));
            }
        }
    }
}

/// `C += (A B)^T` for the rows of C from `from` on, one for each column of B.
fn add_turned<S: Scalar>(c: &mut ColumnsMut<'_, S>, from: usize, a: &Packed<S>, b: Columns<'_, S>) {
    let wide = wide_rows::<S>(a.rows);
    let (wide_panels, panels) = a.panels.split_at(wide * a.depth);
    let (wide_c, c_data) = c.data.split_at_mut((wide * c.stride).min(c.data.len()));
    if S::WIDE {
        add_panels_turned::<S, WIDE>((wide_c, c.stride), from, wide_panels, b);
    }
    add_panels_turned::<S, MR>((c_data, c.stride), from, panels, b);
}

/// [`add_turned`] for panels of `M` rows.
fn add_panels_turned<S: Scalar, const M: usize>(
    (c, stride): (&mut [S], usize),
    from: usize,
    panels: &[S],
    b: Columns<'_, S>,
) {
    let mut block = [[S::zero(); M]; COLUMN_BLOCK];
    let panels = panels.chunks_exact(M * b.rows);
    for (panel, c_columns) in panels.zip(c.chunks_mut(M * stride)) {
        let to = Strided::new(block.as_flattened_mut(), M);
        strips::<S, M>(to, Update::Replace, panel, b);
        let block = &block[..b.count()];
        for (j, column) in c_columns.chunks_mut(stride).enumerate() {
            for (to, sums) in column[from..].iter_mut().zip(block) {
                *to += sums[j];
            }
        }
    }
}

/// Where tiles begin that cover `count` values, at least [`TILE`]: one behind another, but for the last, which
/// lies further back where it would reach beyond the end.
fn tiles(count: usize) -> impl Iterator<Item = usize> {
    (0..count).step_by(TILE).map(move |at| at.min(count - TILE))
}

/// The transpose of `b`, written to `to` in columns of [`STRIDE`].
fn transpose<'a, S: Scalar>(to: &'a mut [S], b: Columns<'_, S>) -> Columns<'a, S> {
    let (rows, depth) = (b.rows, b.count());
    let to = &mut to[..rows * STRIDE];
    if depth >= TILE {
        for k in tiles(depth) {
            let columns: [&[S]; TILE] = from_fn(|i| b.column(k + i));
            let [first, second, third, fourth] = columns.map(|column| column.as_chunks().0);
            let tiles = first.iter().zip(second).zip(third.iter().zip(fourth));
            for (to, ((a, b), (c, d))) in to.chunks_exact_mut(TILE * STRIDE).zip(tiles) {
                let tile = S::transposed([a, b, c, d]);
                for (to, values) in to.chunks_exact_mut(STRIDE).zip(tile) {
                    to[k..][..TILE].copy_from_slice(&values);
                }
            }
            for row in rows / TILE * TILE..rows {
                let values = columns.map(|column| column[row]);
                to[row * STRIDE + k..][..TILE].copy_from_slice(&values);
            }
        }
    } else {
        for (k, column) in b.iter().enumerate() {
            for (row, &value) in column.iter().enumerate() {
                to[row * STRIDE + k] = value;
            }
        }
    }
    Columns {
        data: to,
        rows: depth,
        stride: STRIDE,
    }
}
