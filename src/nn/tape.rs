//! What a chunk leaves behind it in memory on the way forward: states, outputs and packed weights, for the way back.

use std::ops::Range;

use nalgebra::DMatrix;
use rand::{Rng, RngExt};

use crate::linalg::{Columns, Packed, Scalar, TransposeScratch};
use crate::nn::layer::Layer;
use crate::nn::params::{Params, Sizes, Tensor};

/// Everything that a chunk's forward pass leaves for its backward pass. Made once and used again;
/// block 0 of the hidden states carries the state from one chunk to the next.
#[derive(Debug, Clone)]
pub struct Tape<S> {
    pub(super) sizes: Sizes,
    pub(super) batch: usize,
    /// The steps that fit.
    capacity: usize,
    /// Steps of the chunk that is on the tape.
    pub(super) steps: usize,
    pub(super) layers: Vec<Layer<S>>,
    /// Between layers l and l + 1, while dropout is on: the mask (0 or 1/(1 - p)), and the outputs of layer
    /// l under it. H x T*B each; without columns until dropout is first switched on.
    pub(super) masks: Vec<DMatrix<S>>,
    pub(super) dropped: Vec<DMatrix<S>>,
    /// The gradient of one of `dropped`.
    pub(super) d_dropped: DMatrix<S>,
    pub(super) dropping: bool,
    /// How many steps each stream has, where they differ.
    pub(super) lengths: Option<Vec<usize>>,
    /// y: O x T*B. The loss turns them into their own gradient.
    pub(super) outputs: DMatrix<S>,
    pub(super) head: Packed<S>,
    pub(super) head_transposed: Packed<S>,
    /// Scratch for the weights' gradients, one after another.
    pub(super) scratch: TransposeScratch<S>,
}

impl<S: Scalar> Tape<S> {
    /// A tape for chunks of `batch` streams and up to `steps` steps, with h_0 = c_0 = 0.
    #[must_use]
    pub fn new(sizes: Sizes, batch: usize, steps: usize) -> Self {
        Self::build(sizes, batch, steps, true)
    }

    /// A tape that [`backward`](super::model::backward) cannot use: about half the memory.
    #[must_use]
    pub fn forward_only(sizes: Sizes, batch: usize, steps: usize) -> Self {
        Self::build(sizes, batch, steps, false)
    }

    fn build(sizes: Sizes, batch: usize, steps: usize, both_ways: bool) -> Self {
        let (hidden, outputs) = (sizes.hidden, sizes.outputs);
        let layer = |l| {
            let shape = (sizes.inputs_of(l), hidden);
            Layer::new(sizes.cell, shape, (batch, steps), l > 0, both_ways)
        };
        let between = || vec![DMatrix::zeros(hidden, 0); sizes.layers - 1];
        let back = |rows: usize, depth: usize| {
            if both_ways {
                Packed::with_capacity(rows, depth)
            } else {
                Packed::default()
            }
        };
        Self {
            sizes,
            batch,
            capacity: steps,
            steps: 0,
            layers: (0..sizes.layers).map(layer).collect(),
            masks: between(),
            dropped: between(),
            d_dropped: DMatrix::zeros(hidden, 0),
            dropping: false,
            lengths: None,
            outputs: DMatrix::zeros(outputs, steps * batch),
            head: Packed::with_capacity(outputs, hidden),
            head_transposed: back(hidden, outputs),
            scratch: TransposeScratch::with_capacity(if both_ways {
                sizes.rows().max(outputs)
            } else {
                0
            }),
        }
    }

    /// Bytes that [`Tape::new`] takes at most, dropout included; saturates.
    #[must_use]
    pub fn bytes(sizes: Sizes, batch: usize, steps: usize) -> u64 {
        let (layers, outputs) = (sizes.layers, sizes.outputs);
        // Wider than a wasm's addresses, so that the error for what is too large gives its true size.
        let columns = (batch as u64).saturating_mul(steps as u64 + 1);
        let dropped = if layers > 1 { 3 * sizes.hidden } else { 0 };
        let per_layer = Layer::<S>::numbers(sizes.cell, sizes.hidden, columns)
            .saturating_add(columns.saturating_mul(dropped as u64));
        per_layer
            .saturating_mul(layers as u64)
            .saturating_add(columns.saturating_mul(outputs as u64))
            .saturating_add(TransposeScratch::<S>::numbers(sizes.rows().max(outputs)) as u64)
            // The weights and their transposes, packed in whole panels.
            .saturating_add((sizes.weights() as u64).saturating_mul(4))
            .saturating_mul(size_of::<S>() as u64)
    }

    /// `T`, the steps that fit.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Makes room for chunks of `steps` steps; the chunk on the tape and its states stay.
    pub fn grow(&mut self, steps: usize) {
        let columns = steps * self.batch;
        let resize = |matrix: &mut DMatrix<S>| {
            let old = std::mem::replace(matrix, DMatrix::zeros(0, 0));
            *matrix = old.resize_horizontally(columns, S::zero());
        };
        self.capacity = steps;
        self.layers.iter_mut().for_each(|layer| layer.grow(steps));
        resize(&mut self.outputs);
        if self.d_dropped.ncols() > 0 {
            let between = self.masks.iter_mut().chain(&mut self.dropped);
            between.chain([&mut self.d_dropped]).for_each(resize);
        }
    }

    /// Packs the weights for the forward passes that follow: needed whenever they have changed. `dense`:
    /// whether the input will be [`Input::Dense`](crate::nn::cell::Input::Dense).
    pub fn prepare(&mut self, params: &Params<S>, dense: bool) {
        for (l, layer) in self.layers.iter_mut().enumerate() {
            layer.prepare(&params.layer(l), dense || l > 0);
        }
        if self.sizes.outputs > 0 {
            let head = Columns::new(params.get(Tensor::HeadWeight), self.sizes.outputs);
            self.head.pack(head);
        }
    }

    /// Begins a chunk of `steps` steps.
    ///
    /// # Panics
    /// When it is longer than the tape.
    pub fn begin_chunk(&mut self, steps: usize) {
        assert!(
            steps <= self.capacity,
            "a chunk of {steps} steps does not fit the tape"
        );
        self.steps = steps;
    }

    /// Draws which values are left out between the layers in the next chunk of `steps` steps: each with
    /// probability `share`; the others are scaled by 1/(1 - share) (Srivastava et al. 2014, inverted). A
    /// share of 0 switches dropout off. Allocates when it is first switched on.
    pub fn draw_masks(&mut self, share: f64, steps: usize, rng: &mut impl Rng) {
        self.dropping = share > 0.0 && self.layers.len() > 1;
        if !self.dropping {
            return;
        }
        let columns = self.capacity * self.batch;
        if self.d_dropped.ncols() != columns {
            let between = self.masks.iter_mut().chain(&mut self.dropped);
            for matrix in between.chain([&mut self.d_dropped]) {
                *matrix = DMatrix::zeros(self.sizes.hidden, columns);
            }
        }
        let kept = S::of((1.0 - share).recip());
        // A value is left out when the 32 bits drawn for it are below this.
        let threshold = (share * 4_294_967_296.0) as u32;
        let drawn = steps * self.batch * self.sizes.hidden;
        for mask in &mut self.masks {
            for value in &mut mask.as_mut_slice()[..drawn] {
                *value = if rng.random::<u32>() < threshold {
                    S::zero()
                } else {
                    kept
                };
            }
        }
    }

    /// How many steps each stream of the following chunks has; `None`: all of them. Behind its length a
    /// stream's state stands still, and no gradient arises.
    ///
    /// # Panics
    /// When there is not one length for each stream.
    pub fn set_lengths(&mut self, lengths: Option<Vec<usize>>) {
        assert!(
            lengths.as_ref().is_none_or(|l| l.len() == self.batch),
            "one length for each stream"
        );
        self.lengths = lengths;
    }

    /// Whether [`backward`](super::model::backward) is to compute the gradient of the state before the chunk, which costs a product
    /// more; see [`Tape::state_gradients`].
    pub fn want_state_gradients(&mut self, wanted: bool) {
        for layer in &mut self.layers {
            layer.state_gradients = wanted;
        }
    }

    /// The state before the chunk, h_0 of layer `layer`: H x B.
    #[must_use]
    pub fn state(&self, layer: usize) -> &[S] {
        let layer = &self.layers[layer];
        layer.block_of(&layer.h, 0)
    }

    /// h_0 and c_0 of layer `layer`, H x B each, to set; c_0 is empty unless the cell has a memory. What is on
    /// the tape is carried over it: [`Tape::discard_chunk`] first.
    pub fn state_mut(&mut self, layer: usize) -> (&mut [S], &mut [S]) {
        let layer = &mut self.layers[layer];
        let block = layer.block();
        let memory = block.min(layer.c.len());
        (
            &mut layer.h.as_mut_slice()[..block],
            &mut layer.c.as_mut_slice()[..memory],
        )
    }

    /// Sets h_0 and c_0 of every layer to zero.
    pub fn reset_state(&mut self) {
        for layer in 0..self.layers.len() {
            let (h, c) = self.state_mut(layer);
            h.fill(S::zero());
            c.fill(S::zero());
        }
    }

    /// Sets h_0 and c_0 of one stream to zero, in every layer.
    pub fn reset_stream(&mut self, stream: usize) {
        let rows = self.sizes.hidden;
        let column = stream * rows..(stream + 1) * rows;
        for layer in 0..self.layers.len() {
            let (h, c) = self.state_mut(layer);
            h[column.clone()].fill(S::zero());
            if let Some(c) = c.get_mut(column.clone()) {
                c.fill(S::zero());
            }
        }
    }

    /// h_T and c_T of layer `layer`, the state behind the chunk: H x B each.
    #[must_use]
    pub fn next_state(&self, layer: usize) -> (&[S], &[S]) {
        let layer = &self.layers[layer];
        let of_last = |states| layer.block_of(states, self.steps);
        (of_last(&layer.h), of_last(&layer.c))
    }

    /// After [`backward`](super::model::backward): d_h_0 and d_c_0 of layer `layer`, H x B each. They are whole only where they were
    /// asked for ([`Tape::want_state_gradients`]).
    #[must_use]
    pub fn state_gradients(&self, layer: usize) -> (&[S], &[S]) {
        let layer = &self.layers[layer];
        (layer.block_of(&layer.d_h, 0), layer.d_c.as_slice())
    }

    /// d_h_T and d_c_T of layer `layer`, H x B each: after [`Tape::begin_backward`], what else depends on
    /// the state behind the chunk may add its gradient.
    pub fn next_state_gradients_mut(&mut self, layer: usize) -> (&mut [S], &mut [S]) {
        let steps = self.steps;
        let layer = &mut self.layers[layer];
        let block = layer.block();
        (
            &mut layer.d_h.as_mut_slice()[steps * block..][..block],
            layer.d_c.as_mut_slice(),
        )
    }

    /// Makes the state behind the chunk the state before the next one.
    pub fn carry_state(&mut self) {
        for layer in &mut self.layers {
            let block = layer.block();
            let last = self.steps * block..(self.steps + 1) * block;
            layer.h.as_mut_slice().copy_within(last.clone(), 0);
            if layer.c.ncols() > 0 {
                layer.c.as_mut_slice().copy_within(last, 0);
            }
        }
    }

    /// Forgets the chunk: the state before it is the state before the next one.
    pub fn discard_chunk(&mut self) {
        self.steps = 0;
    }

    /// The hidden states h_1 to h_T of layer `layer`: H x T*B.
    #[must_use]
    pub fn hidden(&self, layer: usize) -> &[S] {
        self.layers[layer].outputs(&(0..self.steps))
    }

    /// The gates of layer `layer` at step `t`: blocks*H x B. Behind the forward pass they hold what the cell left
    /// in them, behind the backward pass the gradients of their pre-activations.
    #[must_use]
    pub fn gates(&self, layer: usize, t: usize) -> &[S] {
        self.layers[layer].gates_of(t)
    }

    /// The memory c_{t+1} that step `t` left in layer `layer`: H x B; empty for a cell without one.
    #[must_use]
    pub fn memory(&self, layer: usize, t: usize) -> &[S] {
        let layer = &self.layers[layer];
        layer.block_of(&layer.c, t + 1)
    }

    /// What has reached the hidden state behind step `t` of layer `layer` so far on the way back: H x B.
    #[must_use]
    pub fn hidden_gradient(&self, layer: usize, t: usize) -> &[S] {
        let layer = &self.layers[layer];
        layer.block_of(&layer.d_h, t + 1)
    }

    /// The outputs of the chunk: O x T*B.
    #[must_use]
    pub fn outputs(&self) -> &[S] {
        &self.outputs.as_slice()[self.output_range(&(0..self.steps))]
    }

    /// As [`Tape::outputs`], for the loss to turn into its gradient.
    pub fn outputs_mut(&mut self) -> &mut [S] {
        self.outputs_of_mut(&(0..self.steps))
    }

    /// The outputs of some steps: O x (T B).
    pub fn outputs_of_mut(&mut self, range: &Range<usize>) -> &mut [S] {
        let range = self.output_range(range);
        &mut self.outputs.as_mut_slice()[range]
    }

    pub(super) fn output_range(&self, range: &Range<usize>) -> Range<usize> {
        let block = self.sizes.outputs * self.batch;
        range.start * block..range.end * block
    }

    /// The beginning of a way back: packs the transposed weights and zeroes the gradients of all states.
    ///
    /// # Panics
    /// When the tape was made by [`Tape::forward_only`].
    pub fn begin_backward(&mut self, params: &Params<S>) {
        self.prepare_backward(params);
        self.clear_gradients(&(0..self.steps + 1));
    }

    pub(super) fn prepare_backward(&mut self, params: &Params<S>) {
        if self.sizes.outputs > 0 {
            let head = Columns::new(params.get(Tensor::HeadWeight), self.sizes.outputs);
            self.head_transposed.pack_transposed(head);
        }
        for (l, layer) in self.layers.iter_mut().enumerate() {
            layer.prepare_backward(&params.layer(l));
            layer.d_c.fill(S::zero());
        }
    }

    /// Zeroes d_h_t of every layer for these t.
    pub(super) fn clear_gradients(&mut self, states: &Range<usize>) {
        for layer in &mut self.layers {
            let block = layer.block();
            layer.d_h.as_mut_slice()[states.start * block..states.end * block].fill(S::zero());
        }
    }
}
