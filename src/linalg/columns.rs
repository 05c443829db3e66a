//! Views of matrices, or of some of their rows: the shapes that the products take.

use std::ops::Deref;

/// Columns of `rows` values, `stride` apart in memory: a matrix, or some of the rows of one.
#[derive(Debug, Clone, Copy)]
pub struct View<D> {
    pub(super) data: D,
    pub(super) rows: usize,
    pub(super) stride: usize,
}

/// Columns to read.
pub type Columns<'a, S> = View<&'a [S]>;
/// Columns to change.
pub type ColumnsMut<'a, S> = View<&'a mut [S]>;

impl<S, D: Deref<Target = [S]>> View<D> {
    /// A whole matrix.
    ///
    /// # Panics
    /// When `data` is not a whole number of columns.
    #[must_use]
    pub fn new(data: D, rows: usize) -> Self {
        assert!(
            data.len().is_multiple_of(rows),
            "a matrix must be whole columns"
        );
        let stride = rows;
        Self { data, rows, stride }
    }

    /// How many columns there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.data.len().div_ceil(self.stride)
    }
}

impl<'a, S> Columns<'a, S> {
    /// Its rows from `from` on, `count` of them.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn rows(self, from: usize, count: usize) -> Self {
        assert!(from + count <= self.rows, "the rows must be there");
        Self {
            data: self.data.get(from..).unwrap_or_default(),
            rows: count,
            ..self
        }
    }

    #[inline(always)]
    pub(super) fn column(&self, j: usize) -> &'a [S] {
        &self.data[j * self.stride..][..self.rows]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'a [S]> {
        let rows = self.rows;
        self.data
            .chunks(self.stride)
            .map(move |column| &column[..rows])
    }
}

impl<S> ColumnsMut<'_, S> {
    /// As [`Columns::rows`].
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn rows(self, from: usize, count: usize) -> Self {
        assert!(from + count <= self.rows, "the rows must be there");
        Self {
            data: self.data.get_mut(from..).unwrap_or_default(),
            rows: count,
            stride: self.stride,
        }
    }
}
