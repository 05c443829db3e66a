//! The held-out loss: the one yardstick, measured a slice at a time so that nothing stalls. Imports
//! `model`, `loss` and `params`.

use crate::cell::Input;
use crate::linalg::Scalar;
use crate::loss::{all, cross_entropy};
use crate::model::{Tape, forward_prepared};
use crate::params::Params;
use crate::report::HeldOut;
use crate::vocab::SymbolId;

/// Characters that one pass of the network reads.
const CHUNK: usize = 64;

/// A measurement under way: the mean of `-ln p` over the held-out part's `M - 1` predictions, read as
/// one stream from h_0 = 0, under one snapshot of the weights however many slices it takes.
#[derive(Debug, Clone)]
pub struct Evaluation<S> {
    params: Params<S>,
    tape: Tape<S>,
    step: u64,
    /// Predictions done.
    position: usize,
    nats: f64,
    running: bool,
}

impl<S: Scalar> Evaluation<S> {
    /// Room for measuring networks of the shape of `params`; nothing is under way.
    #[must_use]
    pub fn new(params: &Params<S>) -> Self {
        Self {
            params: params.clone(),
            tape: Tape::forward_only(params.sizes(), 1, CHUNK),
            step: 0,
            position: 0,
            nats: 0.0,
            running: false,
        }
    }

    /// Begins anew with a snapshot of `params`, the weights after `step` steps.
    pub fn begin(&mut self, params: &Params<S>, step: u64) {
        self.params.values_mut().copy_from_slice(params.values());
        self.tape.prepare(&self.params, false);
        self.tape.rewind();
        self.tape.reset_state();
        (self.step, self.position, self.nats, self.running) = (step, 0, 0.0, true);
    }

    /// The weights that are being measured or, when nothing is under way, that were measured last.
    #[must_use]
    pub fn params(&self) -> &Params<S> {
        &self.params
    }

    /// Whether a measurement is under way.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Predictions that it has read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Forgets a measurement that is under way, if one is.
    pub fn cancel(&mut self) {
        self.running = false;
    }

    /// Reads one more piece of `held_out`, which must be the same at every call. `Some` with the last
    /// piece; `None` before it, or when nothing is under way.
    pub fn advance(&mut self, held_out: &[SymbolId]) -> Option<HeldOut> {
        if !self.running {
            return None;
        }
        let predictions = held_out.len() - 1;
        let steps = CHUNK.min(predictions - self.position);
        let inputs = &held_out[self.position..][..steps];
        let targets = &held_out[self.position + 1..][..steps];
        forward_prepared(&self.params, Input::Symbols(inputs), steps, &mut self.tape);
        self.nats += cross_entropy(self.tape.outputs_mut(), targets, all);
        self.tape.carry_state();
        self.position += steps;
        if self.position < predictions {
            return None;
        }
        self.running = false;
        Some(HeldOut {
            loss: self.nats / predictions as f64,
            step: self.step,
        })
    }
}
