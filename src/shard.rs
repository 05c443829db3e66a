//! A part of a step: some streams of the batch, worked through together. The gradients of a step are the sum
//! over its shards, in their order, whoever computed each of them and when. Imports `config`, `corpus`, `loss`,
//! `model`, `params`.

use std::ops::Range;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::cell::Input;
use crate::config::Config;
use crate::corpus::{Batch, Cursor, Streams};
use crate::linalg::Scalar;
use crate::loss::{all, cross_entropy, cross_entropy_backward};
use crate::model::{Tape, backward, forward};
use crate::params::Params;
use crate::vocab::SymbolId;

/// The streams of the seed's generator that dropout draws from: this one and those behind it, one for
/// each shard. The weights are drawn from the first, samplers draw from the second.
const FIRST_MASK_STREAM: u64 = 2;

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

    /// Reads its part of the chunk, with this share dropped out, and leaves the probabilities on the tape.
    /// Returns its summed loss in nats.
    pub fn read(&mut self, chunk: &Chunk<'_, S>, dropout: f64) -> f64 {
        let Self {
            index,
            streams,
            tape,
            batch,
        } = self;
        batch.read(chunk.training, chunk.streams, streams.clone(), chunk.cursor);
        if batch.begins_epoch {
            tape.rewind();
            tape.reset_state();
        } else {
            tape.carry_state();
        }
        let steps = batch.targets.len() / streams.len();
        let mut rng = mask_rng(chunk.config, chunk.step, *index);
        tape.draw_masks(dropout, steps, &mut rng);
        forward(chunk.params, Input::Symbols(&batch.inputs), steps, tape);
        cross_entropy(tape.outputs_mut(), &batch.targets, all)
    }

    /// Replaces `gradients` by those of its part of the chunk's mean loss. Returns its summed loss in nats.
    #[inline(never)] // whoever calls it, it is in the wasm once
    pub fn gradients(&mut self, chunk: &Chunk<'_, S>, gradients: &mut Params<S>) -> f64 {
        let nats = self.read(chunk, chunk.config.dropout);
        let predictions = chunk.cursor.steps(chunk.streams) * chunk.streams.batch;
        let scale = S::of(1.0 / predictions as f64);
        let Self { tape, batch, .. } = self;
        gradients.values_mut().fill(S::zero());
        cross_entropy_backward(tape.outputs_mut(), &batch.targets, all, scale);
        backward(chunk.params, Input::Symbols(&batch.inputs), tape, gradients);
        nats
    }
}

/// The work on one shard of a step, which needs nothing of the other ones: see
/// [`crate::train::Trainer::gradients_by`].
#[derive(Debug)]
pub struct Part<'a, S> {
    pub(crate) chunk: Chunk<'a, S>,
    pub(crate) shard: &'a mut Shard<S>,
    pub(crate) gradients: &'a mut Params<S>,
    /// The shard's summed loss in nats, once it is computed.
    pub(crate) nats: Option<f64>,
}

impl<S: Scalar> Part<'_, S> {
    /// Does the work.
    pub fn compute(&mut self) {
        self.nats = Some(self.shard.gradients(&self.chunk, self.gradients));
    }
}

/// What dropout's masks are drawn from: a place of its own in the seed's generator for each step and
/// shard, so that nothing has to be remembered and any worker draws the same.
fn mask_rng(config: &Config, step: u64, shard: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(config.seed));
    rng.set_stream(FIRST_MASK_STREAM + shard as u64);
    rng.set_word_pos(u128::from(step) << 32);
    rng
}
