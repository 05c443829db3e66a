//! What a network does while it reads a text: how surprised it is, what every unit holds, and how much
//! each earlier character bears on a prediction. Changes nothing.

use crate::data::vocab::SymbolId;
use crate::linalg::{Scalar, TransposeScratch};
use crate::nn::cell::Input;
use crate::nn::loss::{all, cross_entropy, cross_entropy_backward};
use crate::nn::model::{
    Tape, forward_prepared, read_out, read_out_backward, recur, recur_backward,
};
use crate::nn::params::{Params, Sizes};

/// Characters that one pass of the network reads, here and where the held-out loss is measured.
pub(crate) const CHUNK: usize = 64;

/// A text of `N` characters as a network reads it, as one stream from h_0 = 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// `-ln p` of every character but the first, in nats: `N - 1` of them. Their mean is the text's loss.
    pub surprise: Vec<f32>,
    /// The hidden states of all layers behind every character, from the lowest layer up: L*H x N.
    pub units: Vec<f32>,
}

/// Reads `ids`. `units`: whether the hidden states are wanted, which take `4 L H` bytes a character.
#[must_use]
pub fn read<S: Scalar>(params: &Params<S>, ids: &[SymbolId], units: bool) -> Reading {
    let sizes = params.sizes();
    let mut tape = Tape::forward_only(sizes, 1, CHUNK);
    tape.prepare(params, false);
    let mut reading = Reading::default();
    for from in (0..ids.len()).step_by(CHUNK) {
        let steps = CHUNK.min(ids.len() - from);
        let predicted = &ids[from + 1..ids.len().min(from + steps + 1)];
        let inputs = &ids[from..][..steps];
        read_on(params, inputs, predicted, &mut tape, &mut reading.surprise);
        if units {
            for t in 0..steps {
                for layer in 0..sizes.layers {
                    let h = &tape.hidden(layer)[t * sizes.hidden..][..sizes.hidden];
                    reading.units.extend(h.iter().map(|h| h.as_f64() as f32));
                }
            }
        }
    }
    reading
}

/// Reads `inputs` from the state that `tape` carries, which is prepared, and carries the state behind them. Adds `-ln p`
/// of each of `predicted`, what follows the first of them and so on, to `surprise`. Returns their sum, which is not
/// rounded to single precision. On the tape the columns of `predicted` then hold probabilities; where the text ends, one
/// column has none and still holds its logits.
#[inline(never)] // keeps it in the wasm once
pub(crate) fn read_on<S: Scalar>(
    params: &Params<S>,
    inputs: &[SymbolId],
    predicted: &[SymbolId],
    tape: &mut Tape<S>,
    surprise: &mut Vec<f32>,
) -> f64 {
    forward_prepared(params, Input::Symbols(inputs), inputs.len(), tape);
    let columns = tape.outputs_mut().chunks_exact_mut(params.sizes().outputs);
    let mut sum = 0.0;
    for (y, target) in columns.zip(predicted) {
        let nats = cross_entropy(y, std::slice::from_ref(target), all);
        surprise.push(nats as f32);
        sum += nats;
    }
    tape.carry_state();
    sum
}

/// How much each of `ids` bears on the prediction of `target` behind them, read from h_0 = 0: the length of the
/// gradient `|d(-ln p(target)) / d x_t|`, where `x_t` is the one-hot vector of character `t`. One for each
/// of `ids`, by one pass back from the last.
///
/// # Panics
/// When `ids` is empty.
#[must_use]
pub fn influence<S: Scalar>(params: &Params<S>, ids: &[SymbolId], target: SymbolId) -> Vec<f64> {
    let sizes = params.sizes();
    let steps = ids.len();
    let mut x = vec![S::zero(); sizes.inputs * steps];
    for (x, &id) in x.chunks_exact_mut(sizes.inputs).zip(ids) {
        x[usize::from(id)] = S::one();
    }
    let mut tape = Tape::new(sizes, 1, steps);
    tape.prepare(params, true);
    tape.begin_chunk(steps);
    recur(params, Input::Dense(&x), &(0..steps), &mut tape);
    let last = steps - 1..steps;
    read_out(params, &last, &mut tape);
    let y = tape.outputs_of_mut(&last);
    cross_entropy(y, &[target], all);
    cross_entropy_backward(y, &[target], all, S::one());
    let mut gradients = Params::zeros(sizes);
    tape.begin_backward(params);
    read_out_backward(&last, &mut tape, &mut gradients);
    let mut d_x = vec![S::zero(); x.len()];
    recur_backward(
        Input::Dense(&x),
        Some(&mut d_x),
        &(0..steps),
        &mut tape,
        &mut gradients,
    );
    let square = |d: &S| d.as_f64() * d.as_f64();
    d_x.chunks_exact(sizes.inputs)
        .map(|d| d.iter().map(square).sum::<f64>().sqrt())
        .collect()
}

/// Bytes that [`read`] with units takes at most for so many characters, with what it returns; saturates.
#[must_use]
pub fn read_bytes<S: Scalar>(sizes: Sizes, characters: usize) -> u64 {
    let states = (sizes.layers * sizes.hidden) as u64;
    // What it returns grows, and is copied where it no longer fits: an old one beside one twice as large.
    states
        .saturating_add(1)
        .saturating_mul(characters as u64)
        .saturating_mul(3 * size_of::<f32>() as u64)
        .saturating_add(Tape::<S>::bytes(sizes, 1, CHUNK))
}

/// Bytes that [`influence`] takes at most for so many characters, with what it returns; saturates.
#[must_use]
pub fn influence_bytes<S: Scalar>(sizes: Sizes, characters: usize) -> u64 {
    let steps = characters as u64;
    // The one-hot vectors and their gradients, and those of the weights, whose product lays the vectors out anew.
    (2 * sizes.inputs as u64)
        .saturating_mul(steps)
        .saturating_add(TransposeScratch::<S>::numbers(sizes.inputs) as u64)
        .saturating_add(sizes.weights() as u64)
        .saturating_mul(size_of::<S>() as u64)
        .saturating_add(steps.saturating_mul(size_of::<f64>() as u64))
        .saturating_add(Tape::<S>::bytes(sizes, 1, characters))
}
