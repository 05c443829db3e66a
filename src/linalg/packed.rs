//! The left factor of a product, laid out for the kernels.

use std::array::from_fn;

use super::Scalar;
use super::block::{MR, TILE, WIDE};
use super::columns::Columns;

/// A matrix (`rows x depth`) laid out for being the left factor: panels of 8 rows, each stored depth
/// by depth. What fills up the last one may be any numbers. For [`Scalar::WIDE`], panels of 16 rows come first, as many
/// as there are whole ones.
#[derive(Debug, Clone, Default)]
pub struct Packed<S> {
    pub(super) rows: usize,
    pub(super) depth: usize,
    pub(super) panels: Vec<S>,
}

impl<S: Scalar> Packed<S> {
    /// A buffer for factors of at most this many rows and this depth.
    #[must_use]
    pub fn with_capacity(rows: usize, depth: usize) -> Self {
        Self {
            rows: 0,
            depth: 0,
            panels: Vec::with_capacity(rows.div_ceil(MR) * MR * depth),
        }
    }

    /// Packs `a` (rows x depth). Allocates only past the buffer's capacity.
    pub fn pack(&mut self, a: Columns<'_, S>) {
        let wide = wide_rows::<S>(a.rows);
        let (wide_panels, panels) = self
            .resize(a.rows, a.count())
            .split_at_mut(wide * a.count());
        if S::WIDE {
            pack_panels::<S, WIDE>(wide_panels, a.data, a);
        }
        pack_panels::<S, MR>(panels, &a.data[wide..], a);
    }

    /// Packs the transpose of `a`, itself depth x rows. Allocates only past the buffer's capacity.
    pub fn pack_transposed(&mut self, a: Columns<'_, S>) {
        let wide = wide_rows::<S>(a.count());
        let (wide_panels, panels) = self.resize(a.count(), a.rows).split_at_mut(wide * a.rows);
        if S::WIDE {
            // Each half of a wide panel lies where a panel of twice the depth would have it.
            for (p, panel) in wide_panels.chunks_exact_mut(WIDE * a.rows).enumerate() {
                let halves = panel.as_chunks_mut::<MR>().0;
                for half in 0..2 {
                    pack_rows(&mut halves[half..], 2, p * WIDE + half * MR, a);
                }
            }
        }
        for (p, panel) in panels.chunks_exact_mut(MR * a.rows).enumerate() {
            pack_rows(panel.as_chunks_mut().0, 1, wide + p * MR, a);
        }
    }

    /// The panels for this shape.
    fn resize(&mut self, rows: usize, depth: usize) -> &mut [S] {
        (self.rows, self.depth) = (rows, depth);
        self.panels
            .resize(rows.div_ceil(MR) * MR * depth, S::zero());
        &mut self.panels
    }
}

/// How many of so many rows lie in wide panels.
pub(super) fn wide_rows<S: Scalar>(rows: usize) -> usize {
    if S::WIDE { rows / WIDE * WIDE } else { 0 }
}

/// Packs what begins at `data` of `a` into panels of `M` rows.
fn pack_panels<S: Scalar, const M: usize>(panels: &mut [S], data: &[S], a: Columns<'_, S>) {
    for (p, panel) in panels.chunks_exact_mut(M * a.count()).enumerate() {
        let panel = panel.as_chunks_mut::<M>().0;
        let data = &data[p * M..];
        // In the last panel it may reach into the next column: any numbers fill it up.
        let columns = data.chunks_exact(a.stride).map_while(<[S]>::first_chunk);
        let mut done = 0;
        for (to, rows) in panel.iter_mut().zip(columns) {
            *to = *rows;
            done += 1;
        }
        for (j, to) in panel.iter_mut().enumerate().skip(done) {
            let rows = &data[j * a.stride..];
            let count = M.min(rows.len());
            to[..count].copy_from_slice(&rows[..count]);
        }
    }
}

/// Packs the columns of `a` from `row` on as eight rows, or as many as are left: a depth into every `step`-th of `panel`.
#[inline(always)]
fn pack_rows<S: Scalar>(panel: &mut [[S; MR]], step: usize, row: usize, a: Columns<'_, S>) {
    let rows = MR.min(a.count() - row);
    let mut whole = 0;
    if rows == MR {
        let columns: [_; MR] = from_fn(|i| a.column(row + i).as_chunks::<TILE>().0);
        let [a_0, b, c, d, e, f, g, h] = columns;
        let upper = a_0.iter().zip(b).zip(c.iter().zip(d));
        let lower = e.iter().zip(f).zip(g.iter().zip(h));
        let tiles = panel.chunks_mut(TILE * step);
        for (to, (((a, b), (c, d)), ((e, f), (g, h)))) in tiles.zip(upper.zip(lower)) {
            let upper = S::transposed([a, b, c, d]);
            let lower = S::transposed([e, f, g, h]);
            for ((to, upper), lower) in to.iter_mut().step_by(step).zip(upper).zip(lower) {
                to[..TILE].copy_from_slice(&upper);
                to[TILE..].copy_from_slice(&lower);
            }
        }
        whole = a.rows / TILE * TILE;
    }
    for i in 0..rows {
        let column = &a.column(row + i)[whole..];
        for (to, &value) in panel.iter_mut().step_by(step).skip(whole).zip(column) {
            to[i] = value;
        }
    }
}
