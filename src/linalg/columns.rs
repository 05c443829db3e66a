//! Views of matrices, or of some of their rows: the shapes that the products take.

/// Columns of `rows` values, `stride` apart in memory: a matrix, or some of the rows of one.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a, S> {
    pub(super) data: &'a [S],
    pub(super) rows: usize,
    pub(super) stride: usize,
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
        Self {
            data: self.data.get(from..).unwrap_or_default(),
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

/// As [`Columns`], to change.
#[derive(Debug)]
pub struct ColumnsMut<'a, S> {
    pub(super) data: &'a mut [S],
    pub(super) rows: usize,
    pub(super) stride: usize,
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
        Self {
            data: self.data.get_mut(from..).unwrap_or_default(),
            rows: count,
            stride: self.stride,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.data.len().div_ceil(self.stride)
    }
}
