//! The network over a chunk of time: forward, and backward through time. Imports `cell`, `linalg`,
//! `params`, `vocab`.
//!
//! ```text
//! z_t = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh      for every column of the chunk, then step by step
//! h_t = tanh(z_t)
//! y_t = W_hy h_t + b_y                             for every column of the chunk
//! ```
//!
//! Only the product with `W_hh` has to wait for the step before it. Everything else (the input, the
//! readout and all weight gradients) is one product over the `T*B` columns of the chunk.

use nalgebra::DMatrix;

use crate::cell::{Input, rnn};
use crate::linalg::{DEPTH_BLOCK, MR, Packed, Scalar, Update, multiply, multiply_transposed};
use crate::params::{Params, Sizes, Tensor};
use crate::vocab::Vocabulary;

/// A network that knows what its inputs and outputs stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Model<S> {
    /// The symbols, `V` of them.
    pub vocabulary: Vocabulary,
    /// The weights, with `I` and the readout of size `V`.
    pub params: Params<S>,
}

/// Everything that a chunk's forward pass leaves for its backward pass. Made once and used again;
/// block 0 of the hidden states carries the state from one chunk to the next.
#[derive(Debug, Clone)]
pub struct Tape<S> {
    batch: usize,
    /// Steps of the chunk that is on the tape.
    steps: usize,
    /// h_0, h_1, ..., h_T: H x (T + 1)*B.
    hidden: DMatrix<S>,
    /// y: V x T*B. The loss turns them into their own gradient.
    outputs: DMatrix<S>,
    /// d_h, which become d_z: H x T*B. Empty on a tape for the forward pass alone.
    d_hidden: DMatrix<S>,
    recurrent: Packed<S>,
    /// Scratch for every other left factor, one after another.
    factor: Packed<S>,
}

impl<S: Scalar> Tape<S> {
    /// A tape for chunks of `batch` streams and up to `steps` steps, with h_0 = 0.
    #[must_use]
    pub fn new(sizes: Sizes, batch: usize, steps: usize) -> Self {
        let tape = Self::forward_only(sizes, batch, steps);
        Self {
            d_hidden: DMatrix::zeros(sizes.hidden, steps * batch),
            ..tape
        }
    }

    /// A tape that [`backward`] cannot use: half the memory.
    #[must_use]
    pub fn forward_only(sizes: Sizes, batch: usize, steps: usize) -> Self {
        let Sizes {
            hidden, outputs, ..
        } = sizes;
        let (rows, depth) = Self::largest_factor(sizes);
        Self {
            batch,
            steps: 0,
            hidden: DMatrix::zeros(hidden, (steps + 1) * batch),
            outputs: DMatrix::zeros(outputs, steps * batch),
            d_hidden: DMatrix::zeros(hidden, 0),
            recurrent: Packed::with_capacity(hidden, hidden),
            factor: Packed::with_capacity(rows, depth),
        }
    }

    /// (rows, depth) that every packed factor fits into. The largest one is a weight matrix or its
    /// transpose, in whole panels either way; gradients pack [`DEPTH_BLOCK`] columns at a time.
    fn largest_factor(sizes: Sizes) -> (usize, usize) {
        let rows = sizes.inputs.max(sizes.hidden).max(sizes.outputs);
        (rows, sizes.hidden.next_multiple_of(MR).max(DEPTH_BLOCK))
    }

    /// Bytes that [`Tape::new`] takes at most; saturates.
    #[must_use]
    pub fn bytes(sizes: Sizes, batch: usize, steps: usize) -> usize {
        let rows = sizes.hidden.saturating_mul(2).saturating_add(sizes.outputs);
        let columns = batch.saturating_mul(steps.saturating_add(1));
        let (factor_rows, depth) = Self::largest_factor(sizes);
        // The recurrent weights are packed beside the factor, and are no larger.
        let packed = factor_rows.next_multiple_of(MR).saturating_mul(2 * depth);
        rows.saturating_mul(columns)
            .saturating_add(packed)
            .saturating_mul(size_of::<S>())
    }

    /// `T`, the steps that fit.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.outputs.ncols() / self.batch
    }

    /// Makes room for chunks of `steps` steps; the chunk on the tape and its states stay.
    pub fn grow(&mut self, steps: usize) {
        let resize = |matrix: &mut DMatrix<S>, columns: usize| {
            let old = std::mem::replace(matrix, DMatrix::zeros(0, 0));
            *matrix = old.resize_horizontally(columns, S::zero());
        };
        resize(&mut self.hidden, (steps + 1) * self.batch);
        resize(&mut self.outputs, steps * self.batch);
        if !self.d_hidden.is_empty() {
            resize(&mut self.d_hidden, steps * self.batch);
        }
    }

    /// The hidden state before the chunk, h_0: H x B.
    #[must_use]
    pub fn state(&self) -> &[S] {
        &self.hidden.as_slice()[..self.hidden.nrows() * self.batch]
    }

    /// The hidden state behind the chunk, h_T: H x B.
    #[must_use]
    pub fn next_state(&self) -> &[S] {
        let block = self.hidden.nrows() * self.batch;
        &self.hidden.as_slice()[self.steps * block..][..block]
    }

    /// As [`Tape::state`], to set. What is on the tape is carried over it: [`Tape::rewind`] first.
    pub fn state_mut(&mut self) -> &mut [S] {
        let block = self.hidden.nrows() * self.batch;
        &mut self.hidden.as_mut_slice()[..block]
    }

    /// Makes the chunk's last hidden state the state before the next chunk.
    pub fn carry_state(&mut self) {
        let block = self.hidden.nrows() * self.batch;
        let last = self.steps * block;
        self.hidden
            .as_mut_slice()
            .copy_within(last..last + block, 0);
    }

    /// Forgets the chunk: the state before it is the state before the next one.
    pub fn rewind(&mut self) {
        self.steps = 0;
    }

    /// The hidden states h_1 to h_T of the chunk: H x T*B.
    #[must_use]
    pub fn hidden(&self) -> &[S] {
        let block = self.hidden.nrows() * self.batch;
        &self.hidden.as_slice()[block..][..self.steps * block]
    }

    /// The outputs of the chunk: V x T*B.
    #[must_use]
    pub fn outputs(&self) -> &[S] {
        &self.outputs.as_slice()[..self.outputs.nrows() * self.steps * self.batch]
    }

    /// As [`Tape::outputs`], for the loss to turn into its gradient.
    pub fn outputs_mut(&mut self) -> &mut [S] {
        let len = self.outputs.nrows() * self.steps * self.batch;
        &mut self.outputs.as_mut_slice()[..len]
    }
}

/// Reads a chunk of `steps` steps from the tape's state on; leaves the hidden states and the outputs
/// (logits) on the tape.
///
/// # Panics
/// When the chunk is longer than the tape.
pub fn forward<S: Scalar>(
    params: &Params<S>,
    input: Input<'_, S>,
    steps: usize,
    tape: &mut Tape<S>,
) {
    tape.recurrent
        .pack(params.get(Tensor::WeightHh), params.sizes().hidden);
    forward_packed(params, input, steps, tape);
}

/// [`forward`] with the recurrent weights that are still packed on the tape from the call before:
/// for many short chunks under the same weights.
pub fn forward_packed<S: Scalar>(
    params: &Params<S>,
    input: Input<'_, S>,
    steps: usize,
    tape: &mut Tape<S>,
) {
    assert!(
        steps <= tape.capacity(),
        "a chunk of {steps} steps does not fit the tape"
    );
    tape.steps = steps;
    let block = params.sizes().hidden * tape.batch;
    let hidden = &mut tape.hidden.as_mut_slice()[..(steps + 1) * block];

    rnn::project(
        &mut hidden[block..],
        &params.cell(),
        input,
        &mut tape.factor,
    );
    for t in 1..=steps {
        let (before, from_now) = hidden.split_at_mut(t * block);
        rnn::step(
            &mut from_now[..block],
            &before[(t - 1) * block..],
            &tape.recurrent,
        );
    }

    let outputs = params.sizes().outputs;
    let y = &mut tape.outputs.as_mut_slice()[..outputs * steps * tape.batch];
    for y in y.chunks_exact_mut(outputs) {
        y.copy_from_slice(params.get(Tensor::HeadBias));
    }
    tape.factor.pack(params.get(Tensor::HeadWeight), outputs);
    multiply(y, Update::Add, &tape.factor, &hidden[block..]);
}

/// Back-propagation through the chunk on the tape, whose outputs the loss has replaced by their
/// gradient. Adds to `gradients`; the caller zeroes them. What would flow into the chunk before is
/// dropped: that is the truncation.
///
/// # Panics
/// When the tape was made by [`Tape::forward_only`].
pub fn backward<S: Scalar>(
    params: &Params<S>,
    input: Input<'_, S>,
    tape: &mut Tape<S>,
    gradients: &mut Params<S>,
) {
    let Sizes {
        hidden, outputs, ..
    } = params.sizes();
    let (block, steps) = (hidden * tape.batch, tape.steps);
    let d_y = &tape.outputs.as_slice()[..outputs * steps * tape.batch];
    let h = &tape.hidden.as_slice()[..(steps + 1) * block];
    let d_h = &mut tape.d_hidden.as_mut_slice()[..steps * block];

    // The readout: y = W_hy h + b_y.
    let d_head = gradients.get_mut(Tensor::HeadWeight);
    multiply_transposed(
        d_head,
        d_y,
        &h[block..],
        (outputs, hidden),
        &mut tape.factor,
    );
    let d_bias = gradients.get_mut(Tensor::HeadBias);
    for d_y in d_y.chunks_exact(outputs) {
        d_bias
            .iter_mut()
            .zip(d_y)
            .for_each(|(d_bias, &d_y)| *d_bias += d_y);
    }
    tape.factor
        .pack_transposed(params.get(Tensor::HeadWeight), outputs);
    multiply(d_h, Update::Replace, &tape.factor, d_y);

    // The recurrence, from the last step to the first.
    tape.recurrent
        .pack_transposed(params.get(Tensor::WeightHh), hidden);
    for t in (0..steps).rev() {
        let (before, from_now) = d_h.split_at_mut(t * block);
        let h_next = &h[(t + 1) * block..][..block];
        let d_h_previous = (t > 0).then(|| &mut before[(t - 1) * block..]);
        rnn::step_backward(
            &mut from_now[..block],
            h_next,
            d_h_previous,
            &tape.recurrent,
        );
    }
    let h_previous = &h[..steps * block];
    rnn::project_backward(
        gradients.cell_mut(),
        d_h,
        h_previous,
        input,
        &mut tape.factor,
    );
}
