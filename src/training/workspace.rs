//! The memory that training works in: what no checkpoint holds and every run can make anew. It computes the gradients
//! of a step as the sum of the parts of its shards, always in their order. Whoever computes a part (this thread,
//! another thread, or a worker elsewhere), the sum has the same bits.

use std::iter::once;

use crate::data::corpus::Streams;
use crate::linalg::Scalar;
use crate::nn::model::Model;
use crate::nn::params::{Params, Sizes};
use crate::training::divergence::DivergenceDetector;
use crate::training::run::Run;
use crate::training::shard::{Chunk, Shard};
use crate::training::validation::Evaluation;

/// The hidden states of all layers and streams, L x B x H each.
#[derive(Debug, Clone)]
pub(crate) struct States<S> {
    pub hidden: Vec<S>,
    /// Empty unless the cell has a memory.
    pub memory: Vec<S>,
}

/// The memory of one trainer.
#[derive(Debug, Clone)]
pub(crate) struct Workspace<S> {
    shards: Vec<Shard<S>>,
    /// The gradients of the first part, and then of the whole step.
    pub gradients: Params<S>,
    /// The gradients of the other parts. As long as this thread computes them one after another, one place is enough.
    others: Vec<Params<S>>,
    /// The summed loss of every part that has been computed, and is not in the sum yet.
    nats: Vec<Option<f64>>,
    /// The weights before an update whose size is measured.
    pub before: Vec<S>,
    pub measures_update: bool,
    pub evaluation: Evaluation<S>,
    /// Whether the training loss of the weights under evaluation was clearly below blind guessing.
    pub had_learned: bool,
    pub worse_than_blind: bool,
    pub divergence: DivergenceDetector,
}

impl<S: Scalar> Workspace<S> {
    /// Memory for training `run`.
    pub fn new(run: &Run<S>, streams: Streams) -> Self {
        let Model { params, vocabulary } = &run.model;
        let shards = run.config.shards;
        Self {
            shards: (0..shards)
                .map(|index| Shard::new(&run.config, params, streams, index))
                .collect(),
            gradients: Params::zeros(params.sizes()),
            others: vec![Params::zeros(params.sizes()); usize::from(shards > 1)],
            nats: vec![None; shards],
            before: params.values().to_vec(),
            measures_update: false,
            evaluation: Evaluation::new(params),
            had_learned: false,
            worse_than_blind: false,
            divergence: DivergenceDetector::new(vocabulary.len()),
        }
    }

    /// Makes room for chunks as long as those of `streams`.
    pub fn reserve(&mut self, streams: Streams) {
        for shard in &mut self.shards {
            shard.reserve(streams);
        }
    }

    /// The parts of the step on `chunk`, each with memory of its own.
    pub fn parts<'a>(&'a mut self, chunk: Chunk<'a, S>) -> impl Iterator<Item = Part<'a, S>> {
        let sizes = chunk.params.sizes();
        self.others
            .resize_with(self.shards.len() - 1, || Params::zeros(sizes));
        let gradients = once(&mut self.gradients).chain(&mut self.others);
        let shards = self.shards.iter_mut().zip(gradients).zip(&mut self.nats);
        shards.map(move |((shard, gradients), nats)| Part {
            chunk,
            shard,
            gradients,
            nats,
        })
    }

    /// Sums the parts in the order of the shards, and computes those that nobody has. Returns the summed loss in nats.
    pub fn sum_parts(&mut self, chunk: &Chunk<'_, S>) -> f64 {
        let mut sum = 0.0;
        for (index, shard) in self.shards.iter_mut().enumerate() {
            let nats = self.nats[index].take();
            // The places before one that is summed now are free again.
            let gradients = match (index, nats) {
                (0, _) => &mut self.gradients,
                (_, Some(_)) => &mut self.others[index - 1],
                (_, None) => &mut self.others[0],
            };
            sum += nats.unwrap_or_else(|| shard.gradients(chunk, gradients));
            if index > 0 {
                let into = self.gradients.values_mut().iter_mut();
                let from = if nats.is_some() { index - 1 } else { 0 };
                into.zip(self.others[from].values())
                    .for_each(|(sum, &part)| *sum += part);
            }
        }
        sum
    }

    /// The summed loss of `chunk` in nats, without dropout and state resets. Changes nothing.
    pub fn loss_of(&mut self, chunk: &Chunk<'_, S>) -> f64 {
        let mut nats = 0.0;
        for shard in &mut self.shards {
            nats += shard.read(chunk, false);
            shard.tape.discard_chunk();
        }
        nats
    }

    /// Discards the parts that have been computed but not summed. All is as it was before, except for states that
    /// the step sets to zero in any case.
    pub fn discard_parts(&mut self) {
        for (shard, nats) in self.shards.iter_mut().zip(&mut self.nats) {
            if nats.take().is_some() {
                shard.tape.discard_chunk();
            }
        }
    }

    /// The states before the next chunk.
    pub fn states(&self) -> States<S> {
        let (mut hidden, mut memory) = (Vec::new(), Vec::new());
        for layer in 0..self.gradients.sizes().layers {
            for shard in &self.shards {
                let (h, c) = shard.tape.next_state(layer);
                hidden.extend_from_slice(h);
                memory.extend_from_slice(c);
            }
        }
        States { hidden, memory }
    }

    /// Sets the states before the next chunk.
    pub fn set_states(&mut self, states: &States<S>) {
        let Sizes { hidden, layers, .. } = self.gradients.sizes();
        let batch: usize = self.shards.iter().map(|shard| shard.streams.len()).sum();
        for Shard { streams, tape, .. } in &mut self.shards {
            tape.discard_chunk();
            for layer in 0..layers {
                let columns = layer * batch + streams.start..layer * batch + streams.end;
                let of_shard = columns.start * hidden..columns.end * hidden;
                let (h, c) = tape.state_mut(layer);
                h.copy_from_slice(&states.hidden[of_shard.clone()]);
                c.copy_from_slice(states.memory.get(of_shard).unwrap_or_default());
            }
        }
    }

    /// Forgets what was under way and what was seen of the losses, because `run` has gone back to an earlier state.
    /// Probably its loss had exploded, so the next losses are judged more strictly.
    pub fn forget(&mut self, run: &Run<S>) {
        self.nats.fill(None);
        self.evaluation.cancel();
        self.worse_than_blind = false;
        self.divergence = DivergenceDetector::after_explosion(run.model.vocabulary.len());
    }
}

/// What one shard contributes to a step: the gradients and the loss of its streams, and their states behind the
/// chunk. It needs nothing of the other parts, so each can be computed on a thread of its own, or elsewhere by a
/// trainer with the same weights and then copied here.
#[derive(Debug)]
pub struct Part<'a, S> {
    chunk: Chunk<'a, S>,
    shard: &'a mut Shard<S>,
    gradients: &'a mut Params<S>,
    nats: &'a mut Option<f64>,
}

impl<S: Scalar> Part<'_, S> {
    /// Computes it. Returns its summed loss in nats.
    ///
    /// # Panics
    /// When it is there already.
    pub fn compute(&mut self) -> f64 {
        assert!(self.nats.is_none(), "a part is computed once a step");
        let nats = self.shard.gradients(&self.chunk, self.gradients);
        *self.nats = Some(nats);
        nats
    }

    /// How many numbers [`Part::values`] gives.
    #[must_use]
    pub fn count(&self) -> usize {
        self.values().map(<[S]>::len).sum()
    }

    /// Its numbers once it is computed, for a trainer elsewhere: the gradients, then h and c of each layer.
    pub fn values(&self) -> impl Iterator<Item = &[S]> {
        let tape = &self.shard.tape;
        let layers = 0..self.gradients.sizes().layers;
        let states = layers.flat_map(|layer| <[&[S]; 2]>::from(tape.next_state(layer)));
        once(self.gradients.values()).chain(states)
    }

    /// Copies the part that a trainer elsewhere has computed. `nats` is its summed loss; `fill` is called for one
    /// piece of [`Part::values`] after another. From then on the step cannot be discarded.
    ///
    /// # Panics
    /// When it is there already.
    pub fn copy(&mut self, nats: f64, mut fill: impl FnMut(&mut [S])) {
        assert!(self.nats.is_none(), "a part is computed once a step");
        fill(self.gradients.values_mut());
        let tape = &mut self.shard.tape;
        tape.discard_chunk();
        for layer in 0..self.gradients.sizes().layers {
            let (h, c) = tape.state_mut(layer);
            fill(h);
            fill(c);
        }
        *self.nats = Some(nats);
    }
}
