//! The recurrent cells, one file each: what one stream computes in one time step, and backwards. All
//! that the cells share (their products, biases and weight gradients) is in `layer`. To add a cell, write its file
//! and its row in the table below; `docs/contributing.md` shows how.
//!
//! Every cell computes pre-activations from its input and its last hidden state,
//!
//! ```text
//! a_t = W_ih x_t + b_ih,    r_t = W_hh h_{t-1} + b_hh          both G*H
//! ```
//!
//! and then goes on element by element. A vanilla cell and an LSTM need only the sum `a_t + r_t`. A GRU
//! resets a part of `r_t` before it adds it, so it keeps that part apart. The *gates* are the column in
//! which all this lies for one stream; [`GateLayout`] says where.

mod gru;
mod lstm;
mod rnn;

use std::ops::Range;

use crate::config::names;
use crate::data::vocab::SymbolId;
use crate::linalg::Scalar;

/// Declares [`CellKind`]. A row holds the name in files and links, the name for people, and the type that computes
/// the cell.
macro_rules! cells {
    ($($(#[$doc:meta])* $variant:ident = $name:tt, $label:literal, $cell:ty;)*) => {
        names! {
            /// Which recurrence a layer computes.
            pub enum CellKind { $($(#[$doc])* $variant = $name,)* }
        }

        impl CellKind {
            /// Every cell.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What people call it.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            /// What must be known of it besides its equations.
            #[must_use]
            #[inline(never)] // keeps the table in the wasm once
            pub fn properties(self) -> &'static Properties {
                match self { $(Self::$variant => const { &<$cell>::PROPERTIES }),* }
            }

            /// What its blocks of gates are called, in their order.
            #[must_use]
            pub fn gate_names(self) -> &'static [&'static str] {
                match self { $(Self::$variant => <$cell>::GATES),* }
            }

            #[inline(always)]
            pub(crate) fn step<S: Scalar>(self, step: Step<'_, S>) {
                match self { $(Self::$variant => <$cell>::step(step)),* }
            }

            #[inline(always)]
            pub(crate) fn step_backward<S: Scalar>(self, step: StepBackward<'_, S>) {
                match self { $(Self::$variant => <$cell>::step_backward(step)),* }
            }
        }
    };
}

cells! {
    /// The vanilla cell of Elman (1990) with tanh.
    Rnn = "rnn", "RNN", rnn::Tanh;
    /// The vanilla cell with max(0, x).
    Relu = "relu", "ReLU RNN", rnn::Relu;
    /// The gated recurrent unit of Cho et al. (2014), its reset after the recurrent product.
    Gru = "gru", "GRU", gru::Gru;
    /// The long short-term memory of Hochreiter and Schmidhuber (1997) with forget gates.
    Lstm = "lstm", "LSTM", lstm::Lstm;
}

impl CellKind {
    /// `G`, the blocks of `H` rows that the weights of one layer have.
    #[must_use]
    pub fn gates(self) -> usize {
        self.properties().layout.recurrent.blocks
    }

    /// Whether it carries a memory `c` besides its hidden state.
    #[must_use]
    pub fn has_memory(self) -> bool {
        self.properties().has_memory
    }
}

/// What one stream computes in one time step.
trait Cell {
    const PROPERTIES: Properties;

    /// What its blocks of gates are called: one name for each block of the layout.
    const GATES: &'static [&'static str];

    /// From pre-activations to what the backward pass needs, and the new state.
    fn step<S: Scalar>(step: Step<'_, S>);

    /// From what the step left to the gradients of the pre-activations, and of the state before.
    fn step_backward<S: Scalar>(step: StepBackward<'_, S>);
}

/// What must be known of a cell besides its equations.
#[derive(Debug)]
pub struct Properties {
    /// Where its gates lie.
    pub layout: GateLayout,
    /// Whether it carries a memory `c` besides its hidden state.
    pub has_memory: bool,
    /// Which block of the weights is the forget gate, whose bias [`crate::config::Config::forget_bias`] sets.
    pub forget_gate: Option<usize>,
    /// The PyTorch module that computes it, if there is one.
    pub torch: Option<Torch>,
    /// The ONNX operator that computes it, if there is one.
    pub onnx: Option<Onnx>,
}

impl Properties {
    /// Those of a cell that only this library knows, with no memory and no forget gate.
    const fn simple(layout: GateLayout) -> Self {
        Self {
            layout,
            has_memory: false,
            forget_gate: None,
            torch: None,
            onnx: None,
        }
    }
}

/// A recurrent module of `torch.nn`.
#[derive(Debug)]
pub struct Torch {
    /// Its name.
    pub module: &'static str,
    /// Its options besides the sizes, as Python writes them; empty for none.
    pub options: &'static str,
}

/// A recurrent operator of ONNX.
#[derive(Debug)]
pub struct Onnx {
    /// Its name.
    pub operator: &'static str,
    /// Which block of our weights stands where in the operator's.
    pub blocks: &'static [usize],
    /// What it needs besides the hidden size.
    pub attribute: Option<(&'static str, OnnxAttribute)>,
}

/// The value of an attribute of an ONNX operator.
#[derive(Debug)]
pub enum OnnxAttribute {
    /// A whole number.
    Whole(u64),
    /// A list of strings.
    Texts(&'static [&'static str]),
}

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
pub struct Placement {
    /// The first block in the weights.
    pub from: usize,
    /// The first block in the gates.
    pub to: usize,
    /// How many blocks.
    pub blocks: usize,
}

/// How a cell's gates are filled from its products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateLayout {
    /// Blocks of `H` rows in the gates.
    pub blocks: usize,
    /// Where the input's product goes.
    pub input: &'static [Placement],
    /// Where the recurrent product goes.
    pub recurrent: Placement,
}

impl GateLayout {
    /// The gates of a cell that needs only the sum of both products, all their rows in order.
    const fn sum<const BLOCKS: usize>() -> Self {
        Self {
            blocks: BLOCKS,
            input: const { &[Placement::all(BLOCKS)] },
            recurrent: Placement::all(BLOCKS),
        }
    }
}

impl Placement {
    const fn all(blocks: usize) -> Self {
        Self {
            from: 0,
            to: 0,
            blocks,
        }
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
