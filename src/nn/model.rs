//! The network over a chunk of time: stacked recurrent layers and a linear readout, forward, and backward
//! through time.
//!
//! ```text
//! h^1_t = cell(x_t, h^1_{t-1}),   h^l_t = cell(dropout(h^{l-1}_t), h^l_{t-1})        l = 2 ... L
//! y_t   = W_hy h^L_t + b_y
//! ```
//!
//! A chunk's steps can be read all at once, as a text is, or some at a time: [`recur`] and [`read_out`]
//! and their backwards take a range of steps, so that an output can be fed back as the next input.

use std::ops::Range;

use crate::data::vocab::Vocabulary;
use crate::linalg::{Columns, ColumnsMut, Scalar, Update, multiply, multiply_transposed};
use crate::nn::cell::Input;
use crate::nn::layer::Steps;
use crate::nn::params::{Params, Tensor};

pub use super::tape::Tape;

/// Columns of a chunk, time steps times streams, that go through all layers together.
const COLUMNS: usize = 256;

/// A network that knows what its inputs and outputs stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Model<S> {
    /// The symbols, `V` of them.
    pub vocabulary: Vocabulary,
    /// The weights, with `I` and the readout of size `V`.
    pub params: Params<S>,
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
    tape.prepare(params, matches!(input, Input::Dense(_)));
    forward_prepared(params, input, steps, tape);
}

/// [`forward`] under weights that [`Tape::prepare`] has packed: for many short chunks.
///
/// # Panics
/// As [`forward`].
pub fn forward_prepared<S: Scalar>(
    params: &Params<S>,
    input: Input<'_, S>,
    steps: usize,
    tape: &mut Tape<S>,
) {
    tape.begin_chunk(steps);
    let inputs = tape.sizes.inputs_of(0);
    // Some steps at a time through all layers, so that what one leaves for the next is still in the nearer caches.
    let width = (COLUMNS / tape.batch).max(1);
    for from in (0..steps).step_by(width) {
        let range = from..steps.min(from + width);
        let columns = range.start * tape.batch..range.end * tape.batch;
        recur(params, input.columns(columns, inputs), &range, tape);
        read_out(params, &range, tape);
    }
}

/// Moves the recurrent layers over the steps of `range`; `input` holds these steps alone.
pub fn recur<S: Scalar>(
    params: &Params<S>,
    input: Input<'_, S>,
    range: &Range<usize>,
    tape: &mut Tape<S>,
) {
    let columns = range.start * tape.layers[0].block()..range.end * tape.layers[0].block();
    let lengths = tape.lengths.as_deref();
    for l in 0..tape.layers.len() {
        let (below, from_here) = tape.layers.split_at_mut(l);
        let input = match below.last() {
            None => input,
            Some(lower) if tape.dropping => {
                let mask = &tape.masks[l - 1].as_slice()[columns.clone()];
                let dropped = &mut tape.dropped[l - 1].as_mut_slice()[columns.clone()];
                for ((dropped, &h), &kept) in dropped.iter_mut().zip(lower.outputs(range)).zip(mask)
                {
                    *dropped = h * kept;
                }
                Input::Dense(&tape.dropped[l - 1].as_slice()[columns.clone()])
            }
            Some(lower) => Input::Dense(lower.outputs(range)),
        };
        let steps = Steps {
            input,
            range,
            lengths,
        };
        from_here[0].forward(&params.layer(l), steps);
    }
}

/// y = W_hy h^L + b_y for the steps of `range`.
pub fn read_out<S: Scalar>(params: &Params<S>, range: &Range<usize>, tape: &mut Tape<S>) {
    let (hidden, outputs) = (tape.sizes.hidden, tape.sizes.outputs);
    if outputs == 0 {
        return;
    }
    let columns = tape.output_range(range);
    let y = &mut tape.outputs.as_mut_slice()[columns];
    for y in y.chunks_exact_mut(outputs) {
        y.copy_from_slice(params.get(Tensor::HeadBias));
    }
    let h = tape.layers[tape.sizes.layers - 1].outputs(range);
    multiply(
        ColumnsMut::new(y, outputs),
        Update::Add,
        &tape.head,
        Columns::new(h, hidden),
    );
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
    tape.prepare_backward(params);
    tape.clear_gradients(&(tape.steps..tape.steps + 1));
    let inputs = tape.sizes.inputs_of(0);
    // Some steps at a time, as forwards.
    let width = (COLUMNS / tape.batch).max(1);
    let mut end = tape.steps;
    while end > 0 {
        let range = end.saturating_sub(width)..end;
        tape.clear_gradients(&range);
        read_out_backward(&range, tape, gradients);
        let input = input.columns(range.start * tape.batch..end * tape.batch, inputs);
        recur_backward(input, None, &range, tape, gradients);
        end = range.start;
    }
}

/// The readout backwards, for the steps of `range`: adds to the last layer's d_h and to `gradients`.
pub fn read_out_backward<S: Scalar>(
    range: &Range<usize>,
    tape: &mut Tape<S>,
    gradients: &mut Params<S>,
) {
    let (hidden, outputs) = (tape.sizes.hidden, tape.sizes.outputs);
    let columns = tape.output_range(range);
    let d_y = &tape.outputs.as_slice()[columns];
    let (h, d_h) = tape.layers[tape.sizes.layers - 1].outputs_and_gradients(range);
    multiply_transposed(
        ColumnsMut::new(gradients.get_mut(Tensor::HeadWeight), outputs),
        Columns::new(d_y, outputs),
        Columns::new(h, hidden),
        &mut tape.scratch,
    );
    let d_bias = gradients.get_mut(Tensor::HeadBias);
    for d_y in d_y.chunks_exact(outputs) {
        d_bias
            .iter_mut()
            .zip(d_y)
            .for_each(|(d_bias, &d_y)| *d_bias += d_y);
    }
    multiply(
        ColumnsMut::new(d_h, hidden),
        Update::Add,
        &tape.head_transposed,
        Columns::new(d_y, outputs),
    );
}

/// The recurrent layers backwards through the steps of `range`, whose `input` holds these steps alone.
/// Adds to `gradients` and, where given, to `d_input` (I x T*B of these steps).
pub fn recur_backward<S: Scalar>(
    input: Input<'_, S>,
    mut d_input: Option<&mut [S]>,
    range: &Range<usize>,
    tape: &mut Tape<S>,
    gradients: &mut Params<S>,
) {
    let columns = range.start * tape.layers[0].block()..range.end * tape.layers[0].block();
    let lengths = tape.lengths.as_deref();
    for l in (0..tape.layers.len()).rev() {
        let (below, from_here) = tape.layers.split_at_mut(l);
        let mut d_weights = gradients.layer_mut(l);
        let scratch = &mut tape.scratch;
        let mut through = |input: Input<'_, S>, d_input: Option<&mut [S]>| {
            let steps = Steps {
                input,
                range,
                lengths,
            };
            from_here[0].backward(&mut d_weights, steps, d_input, scratch);
        };
        let Some(lower) = below.last_mut() else {
            through(input, d_input.take());
            continue;
        };
        let (outputs, d_outputs) = lower.outputs_and_gradients(range);
        if tape.dropping {
            let dropped = Input::Dense(&tape.dropped[l - 1].as_slice()[columns.clone()]);
            let d_dropped = &mut tape.d_dropped.as_mut_slice()[columns.clone()];
            d_dropped.fill(S::zero());
            through(dropped, Some(&mut *d_dropped));
            let mask = &tape.masks[l - 1].as_slice()[columns.clone()];
            for ((d_h, &d), &kept) in d_outputs.iter_mut().zip(d_dropped.iter()).zip(mask) {
                *d_h += d * kept;
            }
        } else {
            through(Input::Dense(outputs), Some(d_outputs));
        }
    }
}
