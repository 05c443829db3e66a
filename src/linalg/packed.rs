//! The left factor of a product, laid out for the kernels.

use std::array::from_fn;

use super::Scalar;
use super::block::{MR, TILE};
use super::columns::Columns;

/// A matrix (`rows x depth`) laid out for being the left factor: panels of 8 rows, each stored depth
/// by depth. What fills up the last one may be any numbers.
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
        let depth = a.count();
        let panels = self.resize(a.rows, depth);
        for (p, panel) in panels.chunks_exact_mut(MR * depth).enumerate() {
            let panel = panel.as_chunks_mut::<MR>().0;
            let data = &a.data[p * MR..];
            // In the last panel it may reach into the next column: any numbers fill it up.
            let columns = data.chunks_exact(a.stride).map_while(<[S]>::first_chunk);
            let mut done = 0;
            for (to, rows) in panel.iter_mut().zip(columns) {
                *to = *rows;
                done += 1;
            }
            for (j, to) in panel.iter_mut().enumerate().skip(done) {
                let rows = &data[j * a.stride..];
                let count = MR.min(rows.len());
                to[..count].copy_from_slice(&rows[..count]);
            }
        }
    }

    /// Packs the transpose of `a`, itself depth x rows. Allocates only past the buffer's capacity.
    pub fn pack_transposed(&mut self, a: Columns<'_, S>) {
        let depth = a.rows;
        let panels = self.resize(a.count(), depth);
        for (p, panel) in panels.chunks_exact_mut(MR * depth).enumerate() {
            let (panel, _) = panel.as_chunks_mut::<MR>();
            let row = p * MR;
            let rows = MR.min(a.count() - row);
            let mut whole = 0;
            if rows == MR {
                let columns: [_; MR] = from_fn(|i| a.column(row + i).as_chunks::<TILE>().0);
                let [a, b, c, d, e, f, g, h] = columns;
                let upper = a.iter().zip(b).zip(c.iter().zip(d));
                let lower = e.iter().zip(f).zip(g.iter().zip(h));
                let tiles = panel.as_chunks_mut::<TILE>().0.iter_mut();
                for (to, (((a, b), (c, d)), ((e, f), (g, h)))) in tiles.zip(upper.zip(lower)) {
                    let upper = S::transposed([a, b, c, d]);
                    let lower = S::transposed([e, f, g, h]);
                    for ((to, upper), lower) in to.iter_mut().zip(upper).zip(lower) {
                        to[..TILE].copy_from_slice(&upper);
                        to[TILE..].copy_from_slice(&lower);
                    }
                }
                whole = depth / TILE * TILE;
            }
            for i in 0..rows {
                let column = &a.column(row + i)[whole..];
                for (to, &value) in panel[whole..].iter_mut().zip(column) {
                    to[i] = value;
                }
            }
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
