//! The check of a gradient: a weight is moved both ways, and the slope of the loss is held against what
//! back-propagation says. In f64 alone, where the difference of two losses still has digits.

use serde::Serialize;

use crate::data::vocab::SymbolId;
use crate::nn::cell::Input;
use crate::nn::loss::{
    all, cross_entropy, cross_entropy_backward, squared_error, squared_error_backward,
};
use crate::nn::model::{Tape, backward, forward};
use crate::nn::params::Params;

/// How far a weight is moved both ways: the `e` of the central difference `(f(w + e) - f(w - e)) / 2e`. Its error is
/// about `e^2 f'''/6 + 1e-16 f / e`: some 1e-11 for losses of about 1.
pub const NUDGE: f64 = 1e-5;

/// What is read, and what should come of it: a column for each time step and stream, by time and then by stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// Symbols, and the symbol behind each: softmax and cross-entropy.
    Symbols {
        /// One for each column.
        inputs: Vec<SymbolId>,
        /// Likewise.
        targets: Vec<SymbolId>,
    },
    /// Numbers, and the numbers that they should become: squared error.
    Values {
        /// I for each column.
        inputs: Vec<f64>,
        /// O for each column.
        targets: Vec<f64>,
    },
}

impl Task {
    /// What is read.
    #[must_use]
    pub fn input(&self) -> Input<'_, f64> {
        match self {
            Self::Symbols { inputs, .. } => Input::Symbols(inputs),
            Self::Values { inputs, .. } => Input::Dense(inputs),
        }
    }

    /// The summed loss of `steps` time steps from the tape's state on. Leaves in the tape's outputs what their
    /// gradient is made of.
    pub fn loss(&self, params: &Params<f64>, steps: usize, tape: &mut Tape<f64>) -> f64 {
        forward(params, self.input(), steps, tape);
        let y = tape.outputs_mut();
        match self {
            Self::Symbols { targets, .. } => cross_entropy(y, targets, all),
            Self::Values { targets, .. } => squared_error(y, targets, params.sizes().outputs, all),
        }
    }

    /// Turns what the loss left in the outputs into the gradient of `scale` times the loss.
    pub fn begin_gradient(&self, scale: f64, tape: &mut Tape<f64>) {
        let y = tape.outputs_mut();
        match self {
            Self::Symbols { targets, .. } => cross_entropy_backward(y, targets, all, scale),
            Self::Values { .. } => squared_error_backward(y, scale),
        }
    }

    /// The gradient of `scale` times the loss, as training computes it: in one pass back.
    pub fn gradient(
        &self,
        params: &Params<f64>,
        steps: usize,
        scale: f64,
        tape: &mut Tape<f64>,
    ) -> Params<f64> {
        self.loss(params, steps, tape);
        self.begin_gradient(scale, tape);
        let mut gradient = Params::zeros(params.sizes());
        backward(params, self.input(), tape, &mut gradient);
        gradient
    }
}

/// The loss with one weight moved both ways.
#[derive(Debug, Clone, Copy, Serialize, PartialEq)]
pub struct Nudged {
    /// The loss with the weight a little larger.
    pub above: f64,
    /// The loss with the weight a little smaller.
    pub below: f64,
    /// Their difference, over twice the little.
    pub slope: f64,
}

/// Moves one weight by `nudge` both ways, and back.
///
/// # Panics
/// When there is no such weight.
pub fn nudged(
    params: &mut Params<f64>,
    weight: usize,
    nudge: f64,
    mut loss: impl FnMut(&Params<f64>) -> f64,
) -> Nudged {
    let at = params.values()[weight];
    let mut loss_at = |value| {
        params.values_mut()[weight] = value;
        loss(params)
    };
    let (above, below) = (loss_at(at + nudge), loss_at(at - nudge));
    params.values_mut()[weight] = at;
    Nudged {
        above,
        below,
        slope: (above - below) / (2.0 * nudge),
    }
}

/// `||a - b|| / max(||a||, ||b||)` of pairs; 0 for zeros.
pub fn relative_error(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut apart, mut a_size, mut b_size) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        apart += (a - b) * (a - b);
        a_size += a * a;
        b_size += b * b;
    }
    let size = if a_size > b_size { a_size } else { b_size };
    if size == 0.0 {
        0.0
    } else {
        (apart / size).sqrt()
    }
}
