//! The held-out loss, the one measure that runs are compared by. It is computed a piece at a time, so that nothing
//! stalls.

use crate::data::vocab::SymbolId;
use crate::linalg::Scalar;
use crate::nn::lenses::{CHUNK, read_on};
use crate::nn::model::Tape;
use crate::nn::params::Params;
use crate::training::report::HeldOut;

/// What a measurement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It is reported and changes nothing else.
    Report,
    /// It counts for early stopping. The weights had seen so many characters.
    Patience {
        /// Predictions trained on.
        characters: u64,
    },
    /// It is reported as an estimate, which reads only the beginning of the held-out part.
    Estimate {
        /// How many predictions it is the mean of.
        predictions: usize,
    },
}

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
    /// `-ln p` of each character predicted so far.
    under_way: Vec<f32>,
    /// The same of the newest measurement that is complete.
    surprise: Vec<f32>,
    /// None when nothing is under way.
    purpose: Option<Purpose>,
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
            under_way: Vec::new(),
            surprise: Vec::new(),
            purpose: None,
        }
    }

    /// Makes room for measuring so many predictions, so that none of them allocates.
    pub fn reserve(&mut self, predictions: usize) {
        self.under_way.reserve_exact(predictions);
        self.surprise.reserve_exact(predictions);
    }

    /// Begins anew with a snapshot of `params`, the weights after `step` steps.
    pub fn begin(&mut self, params: &Params<S>, step: u64, purpose: Purpose) {
        self.params.values_mut().copy_from_slice(params.values());
        self.tape.prepare(&self.params, false);
        self.tape.discard_chunk();
        self.tape.reset_state();
        (self.step, self.position, self.nats) = (step, 0, 0.0);
        self.under_way.clear();
        self.purpose = Some(purpose);
    }

    /// The weights that are being measured or, when nothing is under way, that were measured last.
    #[must_use]
    pub fn params(&self) -> &Params<S> {
        &self.params
    }

    /// What the measurement that is under way is for; `None` when there is none.
    #[must_use]
    pub fn purpose(&self) -> Option<Purpose> {
        self.purpose
    }

    /// Steps that the weights had been trained for that are being measured, or were measured last.
    #[must_use]
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Predictions that it has read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// `-ln p` of each character that the newest complete measurement predicted.
    #[must_use]
    pub fn surprise(&self) -> &[f32] {
        &self.surprise
    }

    /// Forgets a measurement that is under way, if one is.
    pub fn cancel(&mut self) {
        self.purpose = None;
    }

    /// Reads one more piece of `held_out`, which must be the same at every call. `Some` with the last
    /// piece; `None` before it, or when nothing is under way.
    pub fn advance(&mut self, held_out: &[SymbolId]) -> Option<HeldOut> {
        let estimate = match self.purpose? {
            Purpose::Estimate { predictions } => Some(predictions),
            _ => None,
        };
        let predictions = estimate.unwrap_or(held_out.len() - 1);
        let steps = CHUNK.min(predictions - self.position);
        let inputs = &held_out[self.position..][..steps];
        let targets = &held_out[self.position + 1..][..steps];
        let (tape, surprise) = (&mut self.tape, &mut self.under_way);
        self.nats += read_on(&self.params, inputs, targets, tape, surprise);
        self.position += steps;
        if self.position < predictions {
            return None;
        }
        self.purpose = None;
        std::mem::swap(&mut self.under_way, &mut self.surprise);
        Some(HeldOut {
            loss: self.nats / predictions as f64,
            step: self.step,
            estimate,
        })
    }
}
