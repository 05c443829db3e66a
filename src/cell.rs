//! The recurrent cells, one file each: what one stream computes in one time step, and backwards. All
//! that the cells share (their products, biases and weight gradients) is in [`crate::layer`]. Imports
//! `config`, `linalg` and `vocab`.
//!
//! Every cell computes pre-activations from its input and its last hidden state,
//!
//! ```text
//! a_t = W_ih x_t + b_ih,    r_t = W_hh h_{t-1} + b_hh          both G*H
//! ```
//!
//! and then goes on element by element. A vanilla cell and an LSTM need only the sum `a_t + r_t`. A GRU
//! resets a part of `r_t` before it adds it, so it keeps that part apart. The *gates* are the column in
//! which all this lies for one stream; [`Arrangement`] says where.

pub mod gru;
pub mod lstm;
pub mod rnn;

use std::ops::Range;

use crate::config::CellKind;
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

impl<S> Input<'_, S> {
    /// Some of its columns; `inputs` is I.
    #[must_use]
    pub fn columns(&self, range: Range<usize>, inputs: usize) -> Self {
        match self {
            Self::Symbols(ids) => Self::Symbols(&ids[range]),
            Self::Dense(x) => Self::Dense(&x[range.start * inputs..range.end * inputs]),
        }
    }
}

/// Some rows of PyTorch's weights, and where in the gates their product goes, in blocks of `H` rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// The first block in the weights.
    pub weights: usize,
    /// The first block in the gates.
    pub gates: usize,
    /// How many blocks.
    pub blocks: usize,
}

/// How a cell's gates are filled from its products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrangement {
    /// Blocks of `H` rows in the gates.
    pub blocks: usize,
    /// Where the input's product goes.
    pub input: &'static [Segment],
    /// Where the recurrent product goes.
    pub recurrent: Segment,
}

/// All rows of the weights onto all rows of the gates.
const fn straight(blocks: usize) -> Segment {
    Segment {
        weights: 0,
        gates: 0,
        blocks,
    }
}

/// The arrangement of a cell's gates.
#[must_use]
pub fn arrangement(kind: CellKind) -> Arrangement {
    match kind {
        CellKind::Rnn | CellKind::Relu => Arrangement {
            blocks: 1,
            input: const { &[straight(1)] },
            recurrent: straight(1),
        },
        CellKind::Gru => Arrangement {
            blocks: 4,
            input: &gru::INPUT,
            recurrent: gru::RECURRENT,
        },
        CellKind::Lstm => Arrangement {
            blocks: 4,
            input: const { &[straight(4)] },
            recurrent: straight(4),
        },
    }
}

/// What one stream has at hand in one time step. All but `gates` are `H` long.
#[derive(Debug)]
pub struct Step<'a, S> {
    /// The pre-activations, which become what the backward pass needs.
    pub gates: &'a mut [S],
    /// h_{t-1}
    pub h_previous: &'a [S],
    /// h_t, to be written
    pub h: &'a mut [S],
    /// c_{t-1}; empty unless the cell has a memory
    pub c_previous: &'a [S],
    /// c_t, to be written; likewise
    pub c: &'a mut [S],
}

/// What one stream has at hand on the way back. All but `gates` are `H` long; `d_` is the gradient of the
/// loss.
#[derive(Debug)]
pub struct StepBackward<'a, S> {
    /// What the step left; becomes the gradient of the pre-activations.
    pub gates: &'a mut [S],
    /// h_{t-1}
    pub h_previous: &'a [S],
    /// h_t
    pub h: &'a [S],
    /// c_{t-1}; empty unless the cell has a memory
    pub c_previous: &'a [S],
    /// c_t; likewise
    pub c: &'a [S],
    /// d_h_t, from its own output and from the next step.
    pub d_h: &'a [S],
    /// d_h_{t-1}, to which the cell adds what does not pass through the recurrent product.
    pub d_h_previous: &'a mut [S],
    /// d_c_t, which becomes d_c_{t-1}; empty unless the cell has a memory
    pub d_c: &'a mut [S],
}
