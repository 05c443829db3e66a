//! Matrix products on a packed left factor.
//!
//! A block of 8 rows by up to 5 columns of the result stays in registers while one walks along the
//! common dimension ([`super::block`]). The left factor is packed into panels of 8 rows, once for many
//! products where it can be, so that each walk reads it from front to back; the right factor is read
//! where it lies. Every entry of the result is summed in the order of the common dimension, so it does
//! not depend on how the columns were cut up.

use std::ops::Range;

use super::Scalar;
use super::block::{MR, NR, Strided, WIDE};
use super::columns::{Columns, ColumnsMut};
use super::packed::{Packed, wide_rows};

/// Columns that one pass over all panels takes together, so that they stay in the nearest caches.
pub(super) const COLUMN_BLOCK: usize = 40;
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
/// ```
/// use babble::linalg::{Columns, ColumnsMut, Packed, Update, multiply};
///
/// // Column by column: A = (1 3; 2 4), B = (5; 6).
/// let (a, b, mut c) = ([1.0, 2.0, 3.0, 4.0], [5.0, 6.0], [0.0; 2]);
/// let mut packed = Packed::with_capacity(2, 2);
/// packed.pack(Columns::new(&a, 2));
/// multiply(ColumnsMut::new(&mut c, 2), Update::Replace, &packed, Columns::new(&b, 2));
/// assert_eq!(c, [23.0, 34.0]);
/// ```
///
/// # Panics
/// When the shapes do not fit.
pub fn multiply<S: Scalar>(c: ColumnsMut<'_, S>, update: Update, a: &Packed<S>, b: Columns<'_, S>) {
    let (m, k, n) = (a.rows, a.depth, b.count());
    assert_eq!(b.rows, k, "the common dimension");
    assert_eq!((c.rows, c.count()), (m, n), "the product's shape");
    let wide = wide_rows::<S>(m);
    let (wide_panels, panels) = a.panels.split_at(wide * k);
    if n == 1 {
        let (wide_c, c) = c.data[..m].split_at_mut(wide);
        if S::WIDE {
            multiply_column::<S, WIDE>(wide_c, update, wide_panels, b);
        }
        return multiply_column::<S, MR>(c, update, panels, b);
    }
    let parts = b.data.chunks(COLUMN_BLOCK * b.stride);
    for (data, c_data) in parts.zip(c.data.chunks_mut(COLUMN_BLOCK * c.stride)) {
        let c = ColumnsMut { data: c_data, ..c };
        multiply_columns(c, update, a, Columns { data, ..b });
    }
}

/// [`multiply`] for one column: several panels side by side, or the few sums of one would wait for each
/// other.
fn multiply_column<S: Scalar, const M: usize>(
    c: &mut [S],
    update: Update,
    panels: &[S],
    b: Columns<'_, S>,
) {
    let size = M * b.rows;
    let mut from = 0;
    for (width, times) in widths(panels.len() / size) {
        // Two or three are too rare for loops of their own.
        let (width, times) = match width {
            4.. => (width, times),
            _ => (1, width * times),
        };
        for _ in 0..times {
            let panels = &panels[from * size..][..width * size];
            let run = |to: &mut [S], update: Update| {
                let to = Strided::new(to, 0);
                match width {
                    5 => blocks::<S, M, 5, 1>(to, update, panels, (b, 0..1)),
                    4 => blocks::<S, M, 4, 1>(to, update, panels, (b, 0..1)),
                    _ => blocks::<S, M, 1, 1>(to, update, panels, (b, 0..1)),
                }
            };
            let height = width * M;
            let rows = c.len();
            let to = &mut c[from * M..rows.min(from * M + height)];
            if to.len() == height {
                run(to, update);
            } else {
                let mut sums = [S::zero(); NR * WIDE];
                run(&mut sums, Update::Replace);
                for (to, &sum) in to.iter_mut().zip(&sums) {
                    match update {
                        Update::Replace => *to = sum,
                        Update::Add => *to += sum,
                    }
                }
            }
            from += width;
        }
    }
}

/// All panels times all columns of B.
pub(super) fn multiply_columns<S: Scalar>(
    c: ColumnsMut<'_, S>,
    update: Update,
    a: &Packed<S>,
    b: Columns<'_, S>,
) {
    let (wide, whole) = (wide_rows::<S>(c.rows), c.rows / MR * MR);
    let (panels, last) = a.panels.split_at(whole * a.depth);
    let (wide_panels, panels) = panels.split_at(wide * a.depth);
    if S::WIDE {
        strips::<S, WIDE>(Strided::new(&mut *c.data, c.stride), update, wide_panels, b);
    }
    let to = Strided::new(&mut c.data[wide.min(whole)..], c.stride);
    strips::<S, MR>(to, update, panels, b);
    if last.is_empty() {
        return;
    }
    // What fills up the last panel has no place in C. So its rows are written elsewhere, and those that are
    // C's come over.
    let mut block = [S::zero(); MR * COLUMN_BLOCK];
    strips::<S, MR>(Strided::new(&mut block, MR), Update::Replace, last, b);
    for (to, sums) in c.data.chunks_mut(c.stride).zip(block.as_chunks::<MR>().0) {
        let values = to[whole..c.rows].iter_mut().zip(sums);
        match update {
            Update::Replace => values.for_each(|(to, &sum)| *to = sum),
            Update::Add => values.for_each(|(to, &sum)| *to += sum),
        }
    }
}

/// Some panels times all columns of B.
pub(super) fn strips<S: Scalar, const M: usize>(
    c: Strided<&mut [S]>,
    update: Update,
    panels: &[S],
    b: Columns<'_, S>,
) {
    let mut from = 0;
    for (width, times) in widths(b.count()) {
        let to = from + width * times;
        let (b, stride) = ((b, from..to), c.stride);
        let c = Strided::new(&mut c.data[from * stride..], stride);
        match width {
            5 => blocks::<S, M, 1, 5>(c, update, panels, b),
            4 => blocks::<S, M, 1, 4>(c, update, panels, b),
            3 => blocks::<S, M, 1, 3>(c, update, panels, b),
            2 => blocks::<S, M, 1, 2>(c, update, panels, b),
            _ => blocks::<S, M, 1, 1>(c, update, panels, b),
        }
        from = to;
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

/// Some panels, `P` at a time, times some columns of B, `N` at a time. Not inlined, so that the compilers have
/// no more to keep in registers than this.
#[inline(never)]
fn blocks<S: Scalar, const M: usize, const P: usize, const N: usize>(
    c: Strided<&mut [S]>,
    update: Update,
    panels: &[S],
    (b, columns): (Columns<'_, S>, Range<usize>),
) {
    let size = (b.rows, columns.len() / N);
    let b = Strided::new(&b.data[columns.start * b.stride..], b.stride);
    let (mut c, mut panels) = (c, panels);
    // Two columns of one panel are four sums of four numbers, half of what a processor can have under way.
    let pairs_up = if M == WIDE {
        S::WIDE && S::takes_pairs()
    } else {
        N == 2
    };
    if P == 1 && pairs_up {
        let pairs = panels.chunks_exact(2 * M * size.0);
        let rest = pairs.remainder();
        let done = (panels.len() - rest.len()) / size.0;
        for (p, panels) in pairs.enumerate() {
            let c = Strided::new(&mut c.data[p * 2 * M..], c.stride);
            S::strip::<M, 2, N>(c, update, panels, b, size);
        }
        panels = rest;
        if panels.is_empty() {
            return;
        }
        c.data = &mut c.data[done..];
    }
    for (p, panels) in panels.chunks_exact(P * M * size.0).enumerate() {
        let c = Strided::new(&mut c.data[p * P * M..], c.stride);
        S::strip::<M, P, N>(c, update, panels, b, size);
    }
}
