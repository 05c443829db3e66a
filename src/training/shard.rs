//! A part of a step: some streams of the batch, worked through together. The gradients of a step are the sum
//! over its shards, in their order, whoever computed each of them and when.

use std::ops::Range;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::config::Config;
use crate::data::corpus::{Batch, Cursor, Streams};
use crate::data::vocab::SymbolId;
use crate::linalg::Scalar;
use crate::nn::cell::Input;
use crate::nn::loss::{all, cross_entropy, cross_entropy_backward};
use crate::nn::model::{Tape, backward, forward};
use crate::nn::params::Params;

/// The streams of the seed's generator that dropout draws from: this one and those behind it, one for
/// each shard. The weights are drawn from the first, samplers draw from the second.
const FIRST_MASK_STREAM: u64 = 2;
/// The stream of the seed's generator that state resets are drawn from, behind all masks.
const RESET_STREAM: u64 = 1 << 32;

/// What all shards of a step read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chunk<'a, S> {
    pub config: &'a Config,
    pub params: &'a Params<S>,
    /// The training part of the text.
    pub training: &'a [SymbolId],
    pub streams: Streams,
    pub cursor: Cursor,
    /// Steps done before this one.
    pub step: u64,
}

impl<S> Chunk<'_, S> {
    /// How many characters it predicts.
    pub fn predictions(&self) -> usize {
        self.cursor.steps(self.streams) * self.streams.batch
    }
}

/// Streams of the batch that are worked through together.
#[derive(Debug, Clone)]
pub(crate) struct Shard<S> {
    index: usize,
    pub streams: Range<usize>,
    pub tape: Tape<S>,
    batch: Batch,
}

impl<S: Scalar> Shard<S> {
    /// Shard `index` of those that `config` cuts the `streams` into.
    pub fn new(config: &Config, params: &Params<S>, streams: Streams, index: usize) -> Self {
        let edge = |index: usize| index * streams.batch / config.shards;
        let of_shard = edge(index)..edge(index + 1);
        let mut tape = Tape::new(params.sizes(), of_shard.len(), streams.steps);
        // Dropout's memory is taken now rather than in the first step.
        tape.draw_masks(config.dropout, 0, &mut mask_rng(config, 0, index));
        let mut shard = Self {
            index,
            streams: of_shard,
            tape,
            batch: Batch::default(),
        };
        shard.reserve(streams);
        shard
    }

    /// Makes room for chunks as long as those of `streams`.
    pub fn reserve(&mut self, streams: Streams) {
        if streams.steps > self.tape.capacity() {
            self.tape.grow(streams.steps);
        }
        self.batch.reserve(Streams {
            batch: self.streams.len(),
            ..streams
        });
    }

    /// Reads its part of the chunk, and leaves the probabilities on the tape. `noisy`: with dropout and state resets,
    /// which training has and measurements have not. Returns its summed loss in nats.
    pub fn read(&mut self, chunk: &Chunk<'_, S>, noisy: bool) -> f64 {
        let Self {
            index,
            streams,
            tape,
            batch,
        } = self;
        let noise = |strength: f64| if noisy { strength } else { 0.0 };
        batch.read(chunk.training, chunk.streams, streams.clone(), chunk.cursor);
        if batch.begins_passage {
            tape.discard_chunk();
            tape.reset_state();
        } else {
            tape.carry_state();
            reset_states(
                chunk,
                noise(chunk.config.state_reset),
                streams.clone(),
                tape,
            );
        }
        let steps = batch.targets.len() / streams.len();
        let mut rng = mask_rng(chunk.config, chunk.step, *index);
        tape.draw_masks(noise(chunk.config.dropout), steps, &mut rng);
        forward(chunk.params, Input::Symbols(&batch.inputs), steps, tape);
        cross_entropy(tape.outputs_mut(), &batch.targets, all)
    }

    /// Replaces `gradients` by those of its part of the chunk's mean loss. Returns its summed loss in nats.
    #[inline(never)] // whoever calls it, it is in the wasm once
    pub fn gradients(&mut self, chunk: &Chunk<'_, S>, gradients: &mut Params<S>) -> f64 {
        let nats = self.read(chunk, true);
        let scale = S::of(1.0 / chunk.predictions() as f64);
        let Self { tape, batch, .. } = self;
        gradients.values_mut().fill(S::zero());
        cross_entropy_backward(tape.outputs_mut(), &batch.targets, all, scale);
        backward(chunk.params, Input::Symbols(&batch.inputs), tape, gradients);
        nats
    }
}

/// Sets the state before the chunk to zero in each of these streams with the given probability. A stream's
/// draw has a place of its own for each step, so the shards that the batch is cut into do not change it.
fn reset_states<S: Scalar>(
    chunk: &Chunk<'_, S>,
    probability: f64,
    streams: Range<usize>,
    tape: &mut Tape<S>,
) {
    if probability == 0.0 {
        return;
    }
    let mut rng = rng_at(chunk.config, RESET_STREAM, chunk.step, streams.start);
    for column in 0..streams.len() {
        if f64::from(rng.random::<u32>()) < probability * 4_294_967_296.0 {
            tape.reset_stream(column);
        }
    }
}

/// What dropout's masks are drawn from.
fn mask_rng(config: &Config, step: u64, shard: usize) -> ChaCha8Rng {
    rng_at(config, FIRST_MASK_STREAM + shard as u64, step, 0)
}

/// The seed's generator at a place that only its arguments determine, so that nothing has to be remembered
/// and any worker draws the same. `word`: which of the step's draws comes first.
fn rng_at(config: &Config, stream: u64, step: u64, word: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(config.seed));
    rng.set_stream(stream);
    rng.set_word_pos((u128::from(step) << 32) + word as u128);
    rng
}

#[cfg(test)]
#[path = "../../tests/unit/shard.rs"]
mod tests;
