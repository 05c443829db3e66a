//! A step that several trainers share, each in a worker of its own. All of them hold the same weights; each
//! computes some shards and is told the gradients of the others; then all sum the same numbers in the same
//! order, and so hold the same weights again, bit for bit those of a trainer that works alone. With the
//! gradients of a shard goes its state, so that any of them could go on alone, or save the run.

use super::{Trainer, sum_into};
use crate::Result;
use crate::linalg::Scalar;
use crate::params::Params;
use crate::shard::Chunk;

impl<S: Scalar> Trainer<S> {
    /// Computes the part of shard `index` in the next step. Takes memory for the gradients of every shard
    /// when it is first called.
    ///
    /// # Panics
    /// When there is no such shard, or its part is there already.
    pub fn compute_part(&mut self, index: usize) -> f64 {
        assert!(self.part_nats[index].is_none(), "computed once a step");
        let sizes = self.model.params.sizes();
        self.parts
            .resize_with(self.shards.len(), || Params::zeros(sizes));
        let chunk = next_chunk!(self);
        let nats = self.shards[index].gradients(&chunk, &mut self.parts[index]);
        self.part_nats[index] = Some(nats);
        nats
    }

    /// A computed part, for the other trainers: its gradients, then h and c of each layer behind the chunk.
    pub fn part(&self, index: usize) -> impl Iterator<Item = &[S]> {
        let tape = &self.shards[index].tape;
        let layers = 0..self.model.params.sizes().layers;
        let states = layers.flat_map(|layer| <[&[S]; 2]>::from(tape.next_state(layer)));
        std::iter::once(self.parts[index].values()).chain(states)
    }

    /// How many numbers [`Trainer::part`] consists of.
    #[must_use]
    pub fn part_len(&self, index: usize) -> usize {
        let sizes = self.model.params.sizes();
        let states = if sizes.cell.has_memory() { 2 } else { 1 };
        let streams = self.shards[index].streams.len();
        self.model.params.len() + states * sizes.layers * sizes.hidden * streams
    }

    /// Takes over a part that another trainer computed: `nats` is what [`Trainer::compute_part`] gave there,
    /// and `fill` is called for one piece of [`Trainer::part`] after another. From here on the step cannot be
    /// given up any more.
    ///
    /// # Panics
    /// When that part is there already, or no part was computed here.
    pub fn take_part(&mut self, index: usize, nats: f64, mut fill: impl FnMut(&mut [S])) {
        assert!(self.part_nats[index].is_none(), "computed by one trainer");
        fill(self.parts[index].values_mut());
        let tape = &mut self.shards[index].tape;
        tape.rewind();
        for layer in 0..self.model.params.sizes().layers {
            let (h, c) = tape.state_mut(layer);
            fill(h);
            fill(c);
        }
        self.part_nats[index] = Some(nats);
    }

    /// When all parts are there: sums their gradients in the order of the shards, as [`Trainer::gradients`]
    /// does. Returns the mean loss, for [`Trainer::apply`].
    ///
    /// # Errors
    /// As [`Trainer::step`].
    ///
    /// # Panics
    /// When a part is missing.
    #[inline(never)] // whoever calls it, it is in the wasm once
    pub fn gather_parts(&mut self) -> Result<f64> {
        self.gradients.values_mut().fill(S::zero());
        for part in &self.parts {
            sum_into(self.gradients.values_mut(), part.values());
        }
        let nats = self
            .part_nats
            .iter_mut()
            .map(|nats| nats.take().expect("every part is there"))
            .sum();
        self.move_on(nats)
    }

    /// Gives up the step whose parts were computed but not gathered: all is as it was before, but for states
    /// that the first step of an epoch sets to zero in any case.
    pub fn abandon_parts(&mut self) {
        for (shard, nats) in self.shards.iter_mut().zip(&mut self.part_nats) {
            if nats.take().is_some() {
                shard.tape.rewind();
            }
        }
    }
}
