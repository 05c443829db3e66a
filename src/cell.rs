//! The recurrent cells, one file each: `project` and its backward for the whole chunk at once, `step`
//! and its backward for the recurrence alone. Imports `linalg` and `vocab`.

pub mod rnn;

use crate::vocab::SymbolId;

/// What a layer reads: one column for each time step and stream, ordered by time and then by stream.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a, S> {
    /// Characters. The product of the input weights with a one-hot column is a look-up of one of
    /// their columns.
    Symbols(&'a [SymbolId]),
    /// Real values, I x T*B.
    Dense(&'a [S]),
}
