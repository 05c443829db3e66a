//! Matrix products on a packed left factor.
//!
//! A block of 8 rows by up to 4 columns of the result stays in registers while one walks along the
//! common dimension. The left factor is packed once into panels of 8 rows, so that each walk reads it
//! from front to back; the right factor is read where it lies. Every entry of the result is summed in
//! the order of the common dimension, so it does not depend on how the work was cut up.

use super::Scalar;

/// Rows of a panel.
pub(crate) const MR: usize = 8;
/// Columns of a block.
const NR: usize = 4;
/// Columns that one pass over all panels takes together, so that they stay in the nearest cache.
const COLUMN_BLOCK: usize = 32;
/// Steps of the common dimension that [`multiply_transposed`] packs together.
pub(crate) const DEPTH_BLOCK: usize = 256;

/// A matrix (`rows x depth`) laid out for being the left factor: panels of 8 rows, each stored depth
/// by depth, the last one padded with zeros.
#[derive(Debug, Clone, Default)]
pub struct Packed<S> {
    rows: usize,
    depth: usize,
    panels: Vec<S>,
}

/// Columns of `rows` values, `stride` apart in memory: a matrix, or some of the rows of one.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a, S> {
    data: &'a [S],
    rows: usize,
    stride: usize,
}

impl<'a, S> Columns<'a, S> {
    /// A whole matrix.
    ///
    /// # Panics
    /// When `data` is not a whole number of columns.
    #[must_use]
    pub fn new(data: &'a [S], rows: usize) -> Self {
        assert!(
            data.len().is_multiple_of(rows),
            "a matrix must be whole columns"
        );
        let stride = rows;
        Self { data, rows, stride }
    }

    /// Its rows from `from` on, `count` of them.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn rows(self, from: usize, count: usize) -> Self {
        assert!(from + count <= self.rows, "the rows must be there");
        let data = if self.data.is_empty() {
            self.data
        } else {
            &self.data[from..]
        };
        Self {
            data,
            rows: count,
            ..self
        }
    }

    /// How many columns there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.data.len().div_ceil(self.stride)
    }

    #[inline(always)]
    fn column(&self, j: usize) -> &'a [S] {
        &self.data[j * self.stride..][..self.rows]
    }

    fn iter(&self) -> impl Iterator<Item = &'a [S]> {
        let rows = self.rows;
        self.data
            .chunks(self.stride)
            .map(move |column| &column[..rows])
    }
}

/// As [`Columns`], to change.
#[derive(Debug)]
pub struct ColumnsMut<'a, S> {
    data: &'a mut [S],
    rows: usize,
    stride: usize,
}

impl<'a, S> ColumnsMut<'a, S> {
    /// As [`Columns::new`].
    ///
    /// # Panics
    /// When `data` is not a whole number of columns.
    #[must_use]
    pub fn new(data: &'a mut [S], rows: usize) -> Self {
        assert!(
            data.len().is_multiple_of(rows),
            "a matrix must be whole columns"
        );
        let stride = rows;
        Self { data, rows, stride }
    }

    /// As [`Columns::rows`].
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn rows(self, from: usize, count: usize) -> Self {
        assert!(from + count <= self.rows, "the rows must be there");
        let data = if self.data.is_empty() {
            self.data
        } else {
            &mut self.data[from..]
        };
        Self {
            data,
            rows: count,
            stride: self.stride,
        }
    }

    fn count(&self) -> usize {
        self.data.len().div_ceil(self.stride)
    }
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
        for (k, column) in a.iter().enumerate() {
            for (panel, values) in column.chunks(MR).enumerate() {
                let at = (panel * depth + k) * MR;
                panels[at..at + values.len()].copy_from_slice(values);
            }
        }
    }

    /// Packs the transpose of `a`, itself depth x rows. Allocates only past the buffer's capacity.
    pub fn pack_transposed(&mut self, a: Columns<'_, S>) {
        let depth = a.rows;
        let panels = self.resize(a.count(), depth);
        for (row, column) in a.iter().enumerate() {
            let panel = &mut panels[row / MR * depth * MR..];
            for (slot, &value) in panel.iter_mut().skip(row % MR).step_by(MR).zip(column) {
                *slot = value;
            }
        }
    }

    /// The panels for this shape, with the padding rows of the last one zeroed.
    fn resize(&mut self, rows: usize, depth: usize) -> &mut [S] {
        let panels = rows.div_ceil(MR);
        (self.rows, self.depth) = (rows, depth);
        self.panels.resize(panels * MR * depth, S::zero());
        if !rows.is_multiple_of(MR) {
            self.panels[(panels - 1) * MR * depth..].fill(S::zero());
        }
        &mut self.panels
    }
}

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
    for from in (0..n).step_by(COLUMN_BLOCK) {
        let to = n.min(from + COLUMN_BLOCK);
        for (p, panel) in a.panels.chunks_exact(MR * k).enumerate() {
            let rows = MR.min(m - p * MR);
            for j in (from..to).step_by(NR) {
                let column = |i: usize| b.column(j + i);
                let into = &mut c.data[j * c.stride + p * MR..];
                match NR.min(to - j) {
                    4 => along(panel, [0, 1, 2, 3].map(column)).store(into, c.stride, rows, update),
                    3 => along(panel, [0, 1, 2].map(column)).store(into, c.stride, rows, update),
                    2 => along(panel, [0, 1].map(column)).store(into, c.stride, rows, update),
                    _ => along(panel, [0].map(column)).store(into, c.stride, rows, update),
                }
            }
        }
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
    let part = |columns: Columns<'_, S>| columns.stride * DEPTH_BLOCK;
    for (part_a, part_b) in a.data.chunks(part(a)).zip(b.data.chunks(part(b))) {
        packed.pack(Columns { data: part_a, ..a });
        for (p, panel) in packed.panels.chunks_exact(MR * packed.depth).enumerate() {
            let rows = MR.min(m - p * MR);
            for j in (0..n).step_by(NR) {
                let into = &mut c.data[j * c.stride + p * MR..];
                let (b, stride) = (&part_b[j..], b.stride);
                match NR.min(n - j) {
                    4 => across::<S, 4>(panel, b, stride).store(into, c.stride, rows, Update::Add),
                    3 => across::<S, 3>(panel, b, stride).store(into, c.stride, rows, Update::Add),
                    2 => across::<S, 2>(panel, b, stride).store(into, c.stride, rows, Update::Add),
                    _ => across::<S, 1>(panel, b, stride).store(into, c.stride, rows, Update::Add),
                }
            }
        }
    }
}

/// A block of the result in registers: `N` columns of 8 rows.
struct Block<S, const N: usize>([[S; MR]; N]);

impl<S: Scalar, const N: usize> Block<S, N> {
    #[inline(always)]
    fn zero() -> Self {
        Self([[S::zero(); MR]; N])
    }

    /// Adds the outer product of 8 rows of A and `N` columns of B at one depth.
    #[inline(always)]
    fn add(&mut self, a: &[S; MR], b: [S; N]) {
        for (column, b) in self.0.iter_mut().zip(b) {
            for (sum, &a) in column.iter_mut().zip(a) {
                *sum += a * b;
            }
        }
    }

    /// Writes the first `rows` rows of each column to `c`.
    #[inline(always)]
    fn store(&self, c: &mut [S], stride: usize, rows: usize, update: Update) {
        for (j, sums) in self.0.iter().enumerate() {
            let c = &mut c[j * stride..][..rows];
            match update {
                Update::Replace => c.copy_from_slice(&sums[..rows]),
                Update::Add => c.iter_mut().zip(sums).for_each(|(c, &sum)| *c += sum),
            }
        }
    }
}

/// One panel times `N` contiguous columns.
#[inline(always)]
fn along<S: Scalar, const N: usize>(panel: &[S], columns: [&[S]; N]) -> Block<S, N> {
    let mut block = Block::zero();
    let (panel, _) = panel.as_chunks::<MR>();
    let depth = panel.len();
    let columns = columns.map(|column| &column[..depth]);
    for (k, a) in panel.iter().enumerate() {
        block.add(a, columns.map(|column| column[k]));
    }
    block
}

/// One panel times `N` neighbouring rows of B, read as columns: depth `k` lies at `b[k * stride..]`.
#[inline(always)]
fn across<S: Scalar, const N: usize>(panel: &[S], b: &[S], stride: usize) -> Block<S, N> {
    let mut block = Block::zero();
    let (panel, _) = panel.as_chunks::<MR>();
    for (a, b) in panel.iter().zip(b.chunks(stride)) {
        if let Some(b) = b.first_chunk::<N>() {
            block.add(a, *b);
        }
    }
    block
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
