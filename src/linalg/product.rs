//! Matrix products on a packed left factor.
//!
//! A block of 8 rows by up to 5 columns of the result stays in registers while one walks along the
//! common dimension ([`super::block`]). The left factor is packed into panels of 8 rows, once for many
//! products where it can be, so that each walk reads it from front to back; the right factor is read
//! where it lies. Every entry of the result is summed in the order of the common dimension, so it does
//! not depend on how the columns were cut up.

use std::array::from_fn;
use std::ops::Range;

use super::Scalar;
use super::block::{MR, NR, Strided, TILE};
use super::columns::{Columns, ColumnsMut};
use super::packed::Packed;

/// Columns that one pass over all panels takes together, so that they stay in the nearest caches.
const COLUMN_BLOCK: usize = 40;
/// Steps of the common dimension that [`multiply_transposed`] packs together.
pub(crate) const DEPTH_BLOCK: usize = 256;
/// From one column to the next where [`multiply_transposed`] transposes to. At a power of two they would
/// push each other out of the nearest cache.
const STRIDE: usize = DEPTH_BLOCK + 16;

/// Whether a product replaces what was there or adds to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// `C = A B`
    Replace,
    /// `C += A B`
    Add,
}

/// `C = A B` or `C += A B`. A: m x k (packed), B: k x n, C: m x n.
///
/// # Panics
/// When the shapes do not fit.
pub fn multiply<S: Scalar>(c: ColumnsMut<'_, S>, update: Update, a: &Packed<S>, b: Columns<'_, S>) {
    let (m, k, n) = (a.rows, a.depth, b.count());
    assert_eq!(b.rows, k, "the common dimension");
    assert_eq!((c.rows, c.count()), (m, n), "the product's shape");
    if n == 1 {
        return multiply_column(c, update, a, b);
    }
    let parts = b.data.chunks(COLUMN_BLOCK * b.stride);
    for (data, c_data) in parts.zip(c.data.chunks_mut(COLUMN_BLOCK * c.stride)) {
        let c = ColumnsMut { data: c_data, ..c };
        multiply_columns(c, update, a, Columns { data, ..b });
    }
}

/// [`multiply`] for one column: four panels side by side, or the few sums of one would wait for each
/// other.
fn multiply_column<S: Scalar>(
    mut c: ColumnsMut<'_, S>,
    update: Update,
    a: &Packed<S>,
    b: Columns<'_, S>,
) {
    let size = MR * a.depth;
    let fours = a.panels.chunks_exact(4 * size);
    let ones = fours.remainder().chunks_exact(size);
    let ones_from = fours.len() * 4 * MR;
    for (p, panels) in fours.enumerate() {
        with_room(&mut c, p * 4 * MR, 4 * MR, update, |c, update| {
            blocks::<S, 4, 1>(c, update, panels, (b, 0..1));
        });
    }
    for (p, panel) in ones.enumerate() {
        with_room(&mut c, ones_from + p * MR, MR, update, |c, update| {
            blocks::<S, 1, 1>(c, update, panel, (b, 0..1));
        });
    }
}

/// `C += A B^T`. A: m x k, B: n x k, C: m x n; `packed` is scratch for A, a part of `k` at a time.
///
/// # Panics
/// When the shapes do not fit.
pub fn multiply_transposed<S: Scalar>(
    c: ColumnsMut<'_, S>,
    a: Columns<'_, S>,
    b: Columns<'_, S>,
    packed: &mut Packed<S>,
) {
    let (m, n) = (a.rows, b.rows);
    assert_eq!((c.rows, c.count()), (m, n), "the product's shape");
    assert_eq!(a.count(), b.count(), "the common dimension");
    let mut transposed = [S::zero(); COLUMN_BLOCK * STRIDE];
    let part = |columns: Columns<'_, S>| columns.stride * DEPTH_BLOCK;
    for (part_a, part_b) in a.data.chunks(part(a)).zip(b.data.chunks(part(b))) {
        packed.pack(Columns { data: part_a, ..a });
        let b = Columns { data: part_b, ..b };
        for (i, c_data) in c.data.chunks_mut(COLUMN_BLOCK * c.stride).enumerate() {
            let from = i * COLUMN_BLOCK;
            let b = b.rows(from, COLUMN_BLOCK.min(n - from));
            let c = ColumnsMut { data: c_data, ..c };
            multiply_columns(c, Update::Add, packed, transpose(&mut transposed, b));
        }
    }
}

/// The transpose of `b`, written to `to` in columns of [`STRIDE`].
fn transpose<'a, S: Scalar>(to: &'a mut [S], b: Columns<'_, S>) -> Columns<'a, S> {
    let (rows, depth) = (b.rows, b.count());
    let to = &mut to[..rows * STRIDE];
    let whole = depth / TILE * TILE;
    for k in (0..whole).step_by(TILE) {
        let columns: [&[S]; TILE] = from_fn(|i| b.column(k + i));
        let tiles = columns.map(|column| column.as_chunks::<TILE>().0);
        let mut to = to[k..].chunks_mut(STRIDE);
        for tile in 0..rows / TILE {
            let tile = S::transposed(tiles.map(|tiles| &tiles[tile]));
            for (row, to) in tile.iter().zip(to.by_ref()) {
                to[..TILE].copy_from_slice(row);
            }
        }
        for (row, to) in (rows / TILE * TILE..rows).zip(to) {
            to[..TILE].copy_from_slice(&columns.map(|column| column[row]));
        }
    }
    for k in whole..depth {
        for (to, &value) in to[k..].iter_mut().step_by(STRIDE).zip(b.column(k)) {
            *to = value;
        }
    }
    Columns {
        data: to,
        rows: depth,
        stride: STRIDE,
    }
}

/// All panels times all columns of B.
fn multiply_columns<S: Scalar>(
    mut c: ColumnsMut<'_, S>,
    update: Update,
    a: &Packed<S>,
    b: Columns<'_, S>,
) {
    let count = b.count();
    for (p, panel) in a.panels.chunks_exact(MR * a.depth).enumerate() {
        with_room(&mut c, p * MR, MR, update, |c, update| {
            let mut from = 0;
            for (width, times) in widths(count) {
                let to = from + width * times;
                let (b, stride) = ((b, from..to), c.stride);
                let c = Strided::new(&mut c.data[from * stride..], stride);
                match width {
                    5 => blocks::<S, 1, 5>(c, update, panel, b),
                    4 => blocks::<S, 1, 4>(c, update, panel, b),
                    3 => blocks::<S, 1, 3>(c, update, panel, b),
                    2 => blocks::<S, 1, 2>(c, update, panel, b),
                    _ => blocks::<S, 1, 1>(c, update, panel, b),
                }
                from = to;
            }
        });
    }
}

/// Has `run` write or add the `height` rows from `row` on. Where there are not so many, for the last panel is
/// filled up with zeros, it writes them elsewhere, and those that there are come over.
#[inline(always)]
fn with_room<S: Scalar>(
    c: &mut ColumnsMut<'_, S>,
    row: usize,
    height: usize,
    update: Update,
    mut run: impl FnMut(Strided<&mut [S]>, Update),
) {
    if c.rows - row >= height {
        run(Strided::new(&mut c.data[row..], c.stride), update);
    } else {
        elsewhere(c, row, height, update, &mut run);
    }
}

#[cold]
#[inline(never)]
fn elsewhere<S: Scalar>(
    c: &mut ColumnsMut<'_, S>,
    row: usize,
    height: usize,
    update: Update,
    run: &mut dyn FnMut(Strided<&mut [S]>, Update),
) {
    let mut tile = [S::zero(); MR * COLUMN_BLOCK];
    run(Strided::new(&mut tile, height), Update::Replace);
    for (to, from) in c.data.chunks_mut(c.stride).zip(tile.chunks_exact(height)) {
        let values = to[row..].iter_mut().zip(from).take(c.rows - row);
        match update {
            Update::Replace => values.for_each(|(to, &sum)| *to = sum),
            Update::Add => values.for_each(|(to, &sum)| *to += sum),
        }
    }
}

/// How `n` columns are cut: `(width, count)` of the blocks. As far as possible into fives and fours, for
/// narrower blocks keep a processor less busy.
fn widths(n: usize) -> impl Iterator<Item = (usize, usize)> {
    // Enough fours that fives remain; 1, 2, 3, 6, 7 and 11 cannot be had so.
    let fours = (NR - n % NR) % NR;
    let parts = match n {
        1..=3 => [(n, 1), (1, 0)],
        6 => [(3, 2), (1, 0)],
        7 => [(4, 1), (3, 1)],
        11 => [(4, 2), (3, 1)],
        _ => [(5, n.saturating_sub(4 * fours) / 5), (4, fours)],
    };
    parts.into_iter().filter(|&(_, count)| count > 0)
}

/// `P` panels times some columns of B, `N` at a time. Not inlined, so that the compilers have no more to keep
/// in registers than this.
#[inline(never)]
fn blocks<S: Scalar, const P: usize, const N: usize>(
    c: Strided<&mut [S]>,
    update: Update,
    panels: &[S],
    (b, columns): (Columns<'_, S>, Range<usize>),
) {
    let (mut to, mut from) = (0, columns.start * b.stride);
    for _ in (0..columns.len()).step_by(N) {
        let c = Strided::new(&mut c.data[to..], c.stride);
        let columns = Strided::new(&b.data[from..], b.stride);
        to += N * c.stride;
        from += N * b.stride;
        S::product::<P, N>(c, update, panels, columns, b.rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::DMatrix;

    /// A matrix of small whole numbers, whose products are exact in f32 whatever the order.
    fn whole(rows: usize, columns: usize, salt: usize) -> DMatrix<f32> {
        DMatrix::from_fn(rows, columns, |i, j| {
            ((i * 7 + j * 3 + salt) % 11) as f32 - 5.0
        })
    }

    fn of(a: &DMatrix<f32>) -> Columns<'_, f32> {
        Columns::new(a.as_slice(), a.nrows())
    }

    fn into(a: &mut DMatrix<f32>) -> ColumnsMut<'_, f32> {
        let rows = a.nrows();
        ColumnsMut::new(a.as_mut_slice(), rows)
    }

    #[test]
    fn products_equal_nalgebras_over_all_small_and_odd_sizes() {
        let sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 65];
        let mut packed = Packed::with_capacity(1, 1);
        for (m, n) in sizes.into_iter().flat_map(|m| sizes.map(move |n| (m, n))) {
            for k in [1, 2, 3, 8, 13, 31, 256, 259] {
                let (a, b) = (whole(m, k, 1), whole(k, n, 2));
                let plain = &a * &b;
                let mut c = whole(m, n, 3);

                packed.pack(of(&a));
                multiply(into(&mut c), Update::Replace, &packed, of(&b));
                assert_eq!(c, plain, "A B for {m} x {k} x {n}");
                multiply(into(&mut c), Update::Add, &packed, of(&b));
                assert_eq!(c, &plain * 2.0, "C + A B for {m} x {k} x {n}");

                packed.pack_transposed(of(&a.transpose()));
                multiply(into(&mut c), Update::Replace, &packed, of(&b));
                assert_eq!(c, plain, "transposed packing for {m} x {k} x {n}");

                let b_t = b.transpose();
                multiply_transposed(into(&mut c), of(&a), of(&b_t), &mut packed);
                assert_eq!(c, &plain * 2.0, "C + A B^T for {m} x {k} x {n}");
            }
        }
    }

    #[test]
    fn products_of_some_rows_leave_the_others_alone() {
        let mut packed = Packed::with_capacity(1, 1);
        for (m, k, n) in [(1, 1, 1), (5, 3, 6), (8, 300, 4), (13, 17, 9)] {
            let (a, b) = (whole(m + 3, k, 1), whole(k + 5, n, 2));
            let (a_rows, b_rows) = (a.rows(2, m), b.rows(4, k));
            let plain = a_rows * b_rows;
            let mut c = whole(m + 2, n, 3);
            let mut expected = c.clone();
            expected.rows_mut(1, m).copy_from(&plain);
            packed.pack(of(&a).rows(2, m));
            multiply(
                into(&mut c).rows(1, m),
                Update::Replace,
                &packed,
                of(&b).rows(4, k),
            );
            assert_eq!(c, expected, "A B for {m} x {k} x {n}");

            packed.pack_transposed(of(&a.transpose()).rows(0, k));
            assert_eq!((packed.rows, packed.depth), (m + 3, k));

            let d = whole(n + 4, k, 5);
            let plain = a_rows * d.rows(3, n).transpose();
            let mut expected = c.clone();
            let mut inner = expected.rows_mut(1, m);
            inner += plain;
            multiply_transposed(
                into(&mut c).rows(1, m),
                of(&a).rows(2, m),
                of(&d).rows(3, n),
                &mut packed,
            );
            assert_eq!(c, expected, "C + A B^T for {m} x {k} x {n}");
        }
    }

    #[test]
    #[should_panic(expected = "the product's shape")]
    fn a_product_of_the_wrong_shape_is_refused() {
        let mut packed = Packed::with_capacity(3, 2);
        packed.pack(Columns::new(&[1.0f32; 6], 3));
        multiply(
            ColumnsMut::new(&mut [0.0; 5], 5),
            Update::Replace,
            &packed,
            Columns::new(&[1.0; 4], 2),
        );
    }
}
