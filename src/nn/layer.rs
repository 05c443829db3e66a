//! One recurrent layer over some steps of a chunk, forward and backward through time: all that the cells
//! have in common.
//!
//! ```text
//! gates = W_ih x + b_ih (+) b_hh             for all columns of the steps at once
//! gates_t += W_hh h_{t-1}; (h_t, c_t) = cell(gates_t, h_{t-1}, c_{t-1})           step by step
//! ```
//!
//! where the [`GateLayout`] of the cell says which rows of the gates each summand goes to. Only the
//! product with `W_hh` has to wait for the step before it.

use std::ops::Range;

use nalgebra::DMatrix;

use crate::config::CellKind;
use crate::linalg::{
    Columns, ColumnsMut, Packed, Scalar, TransposeScratch, Update, multiply, multiply_transposed,
};
use crate::nn::cell::{GateLayout, Input, Step, StepBackward};
use crate::nn::params::LayerTensors;

/// What one layer leaves on the tape, and its scratch. Made once and used again.
#[derive(Debug, Clone)]
pub(crate) struct Layer<S> {
    kind: CellKind,
    hidden: usize,
    inputs: usize,
    batch: usize,
    /// h_0, h_1, ..., h_T: H x (T + 1)*B. Block 0 is the state before the chunk.
    pub h: DMatrix<S>,
    /// c_0, ..., c_T, likewise; without columns unless the cell has a memory.
    pub c: DMatrix<S>,
    /// The gates of every step, which become their gradients: blocks*H x T*B.
    gates: DMatrix<S>,
    /// d_h_0, ..., d_h_T: H x (T + 1)*B; without columns on a tape for the forward pass alone.
    pub d_h: DMatrix<S>,
    /// d_c of the step at hand: H x B; without columns unless the cell has a memory.
    pub d_c: DMatrix<S>,
    /// Whether the backward pass is to compute d_h_0 whole, which costs a product more.
    pub state_gradients: bool,
    /// Both biases, each in its rows of the gates.
    bias: Vec<S>,
    /// The gates' gradients, summed over all columns.
    d_bias: Vec<S>,
    /// Whether the input is no look-up, under the weights that are packed.
    dense: bool,
    /// W_ih, a pack for each placement; empty while characters are read.
    packed_ih: Vec<Packed<S>>,
    packed_hh: Packed<S>,
    /// Their transposes, for the way back.
    transposed_ih: Vec<Packed<S>>,
    transposed_hh: Packed<S>,
}

/// Some steps of a chunk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps<'a, S> {
    /// What is read in these steps alone.
    pub input: Input<'a, S>,
    /// Which they are.
    pub range: &'a Range<usize>,
    /// Where each stream's sequence ends, where they differ.
    pub lengths: Option<&'a [usize]>,
}

impl<S> Steps<'_, S> {
    /// Whether a stream still goes on at a time step.
    #[inline(always)]
    fn reach(&self, stream: usize, t: usize) -> bool {
        self.lengths.is_none_or(|lengths| t < lengths[stream])
    }
}

impl<S: Scalar> Layer<S> {
    /// `dense`: whether room is made at once for packing the weights of an input that is no look-up.
    pub fn new(
        kind: CellKind,
        (inputs, hidden): (usize, usize),
        (batch, steps): (usize, usize),
        dense: bool,
        both_ways: bool,
    ) -> Self {
        let blocks = kind.properties().layout.blocks;
        let states = (steps + 1) * batch;
        let memory = if kind.has_memory() { states } else { 0 };
        let back = |columns: usize| if both_ways { columns } else { 0 };
        let placements = || kind.properties().layout.input.iter();
        let room = |needed: bool, rows: usize, depth: usize| {
            if needed {
                Packed::with_capacity(rows, depth)
            } else {
                Packed::default()
            }
        };
        let recurrent_rows = kind.gates() * hidden;
        Self {
            kind,
            hidden,
            inputs,
            batch,
            h: DMatrix::zeros(hidden, states),
            c: DMatrix::zeros(hidden, memory),
            gates: DMatrix::zeros(blocks * hidden, steps * batch),
            d_h: DMatrix::zeros(hidden, back(states)),
            d_c: DMatrix::zeros(hidden, back(batch.min(memory))),
            state_gradients: false,
            bias: vec![S::zero(); blocks * hidden],
            d_bias: vec![S::zero(); blocks * hidden],
            dense,
            packed_ih: placements()
                .map(|placement| room(dense, placement.blocks * hidden, inputs))
                .collect(),
            packed_hh: room(true, recurrent_rows, hidden),
            transposed_ih: placements()
                .map(|placement| room(dense && both_ways, inputs, placement.blocks * hidden))
                .collect(),
            transposed_hh: room(both_ways, hidden, recurrent_rows),
        }
    }

    /// Numbers that [`Layer::new`] takes both ways, packs aside; saturates.
    pub fn numbers(kind: CellKind, hidden: usize, columns: u64) -> u64 {
        // h, d_h, and c and d_c where there are any; each a block larger than the chunk.
        let states = if kind.has_memory() { 4 } else { 2 };
        let rows = (states + kind.properties().layout.blocks).saturating_mul(hidden);
        columns.saturating_mul(rows as u64)
    }

    /// Makes room for `steps` steps; the chunk and its states stay.
    pub fn grow(&mut self, steps: usize) {
        let resize = |matrix: &mut DMatrix<S>, columns: usize| {
            if matrix.ncols() > 0 {
                let old = std::mem::replace(matrix, DMatrix::zeros(0, 0));
                *matrix = old.resize_horizontally(columns, S::zero());
            }
        };
        let states = (steps + 1) * self.batch;
        resize(&mut self.h, states);
        resize(&mut self.c, states);
        resize(&mut self.d_h, states);
        resize(&mut self.gates, steps * self.batch);
    }

    /// Numbers of one time step's states.
    pub fn block(&self) -> usize {
        self.hidden * self.batch
    }

    /// The gates of step `t`, or their gradients on the way back: blocks*H x B.
    pub fn gates_of(&self, t: usize) -> &[S] {
        let rows = self.kind.properties().layout.blocks * self.hidden * self.batch;
        &self.gates.as_slice()[t * rows..][..rows]
    }

    /// Block `t` of `states`, be they h, c or their gradients: H x B; empty where there are none.
    pub fn block_of<'a>(&self, states: &'a DMatrix<S>, t: usize) -> &'a [S] {
        let block = self.block();
        let states = states.as_slice();
        states.get(t * block..(t + 1) * block).unwrap_or_default()
    }

    /// The hidden states behind the steps of `range`: H x (T B).
    pub fn outputs(&self, range: &Range<usize>) -> &[S] {
        let block = self.block();
        &self.h.as_slice()[(range.start + 1) * block..(range.end + 1) * block]
    }

    /// The same, and their gradients, to change.
    pub fn outputs_and_gradients(&mut self, range: &Range<usize>) -> (&[S], &mut [S]) {
        let block = self.block();
        let columns = (range.start + 1) * block..(range.end + 1) * block;
        (
            &self.h.as_slice()[columns.clone()],
            &mut self.d_h.as_mut_slice()[columns],
        )
    }

    /// Packs the weights, as every forward pass under them needs them; `dense` when the input is no
    /// look-up.
    pub fn prepare(&mut self, weights: &LayerTensors<&[S]>, dense: bool) {
        let layout = &self.kind.properties().layout;
        let (hidden, rows) = (self.hidden, self.kind.gates() * self.hidden);
        self.packed_hh.pack(Columns::new(weights.weight_hh, rows));
        self.dense = dense;
        if dense {
            let weight_ih = Columns::new(weights.weight_ih, rows);
            for (packed, placement) in self.packed_ih.iter_mut().zip(layout.input) {
                packed.pack(weight_ih.rows(placement.from * hidden, placement.blocks * hidden));
            }
        }
        self.bias.fill(S::zero());
        for placement in layout.input {
            let from = &weights.bias_ih[placement.from * hidden..][..placement.blocks * hidden];
            add(&mut self.bias[placement.to * hidden..], from);
        }
        add(
            &mut self.bias[layout.recurrent.to * hidden..],
            weights.bias_hh,
        );
    }

    /// Packs the transposed weights, as every backward pass under them needs them.
    pub fn prepare_backward(&mut self, weights: &LayerTensors<&[S]>) {
        let Self { kind, hidden, .. } = *self;
        let rows = kind.gates() * hidden;
        let weight_hh = Columns::new(weights.weight_hh, rows);
        self.transposed_hh.pack_transposed(weight_hh);
        if self.dense {
            let weight_ih = Columns::new(weights.weight_ih, rows);
            let placements = kind.properties().layout.input;
            for (packed, placement) in self.transposed_ih.iter_mut().zip(placements) {
                let rows = weight_ih.rows(placement.from * hidden, placement.blocks * hidden);
                packed.pack_transposed(rows);
            }
        }
    }

    /// Reads `steps` from the state before them on.
    pub fn forward(&mut self, weights: &LayerTensors<&[S]>, steps: Steps<'_, S>) {
        self.project(weights, steps.input, steps.range);
        let (hidden, batch, block) = (self.hidden, self.batch, self.block());
        let layout = &self.kind.properties().layout;
        let (rows, first_row) = (layout.blocks * hidden, layout.recurrent.to * hidden);
        for t in steps.range.clone() {
            let gates = &mut self.gates.as_mut_slice()[t * batch * rows..][..batch * rows];
            let (before, from_now) = self.h.as_mut_slice().split_at_mut((t + 1) * block);
            let (h_previous, h) = (&before[t * block..], &mut from_now[..block]);
            multiply(
                ColumnsMut::new(gates, rows).rows(first_row, layout.recurrent.blocks * hidden),
                Update::Add,
                &self.packed_hh,
                Columns::new(h_previous, hidden),
            );
            let (c_previous, c) = if self.kind.has_memory() {
                let (before, from_now) = self.c.as_mut_slice().split_at_mut((t + 1) * block);
                (&before[t * block..], &mut from_now[..block])
            } else {
                (&[][..], &mut [][..])
            };
            for stream in 0..batch {
                let of_stream = stream * hidden..(stream + 1) * hidden;
                let step = Step {
                    gates: &mut gates[stream * rows..][..rows],
                    h_previous: &h_previous[of_stream.clone()],
                    h: &mut h[of_stream.clone()],
                    c_previous: c_previous.get(of_stream.clone()).unwrap_or_default(),
                    c: c.get_mut(of_stream).unwrap_or_default(),
                };
                if steps.reach(stream, t) {
                    self.kind.step(step);
                } else {
                    step.h.copy_from_slice(step.h_previous);
                    step.c.copy_from_slice(step.c_previous);
                }
            }
        }
    }

    /// The gates' part that does not depend on the hidden state, for all columns of `range`.
    fn project(&mut self, weights: &LayerTensors<&[S]>, input: Input<'_, S>, range: &Range<usize>) {
        let layout = &self.kind.properties().layout;
        let (placements, rows) = (layout.input, layout.blocks * self.hidden);
        let (hidden, batch) = (self.hidden, self.batch);
        let gates =
            &mut self.gates.as_mut_slice()[range.start * batch * rows..range.end * batch * rows];
        let columns = gates.chunks_exact_mut(rows);
        match input {
            Input::Symbols(ids) => {
                let depth = self.kind.gates() * hidden;
                for (gates, &id) in columns.zip(ids) {
                    gates.copy_from_slice(&self.bias);
                    let column = &weights.weight_ih[usize::from(id) * depth..][..depth];
                    for placement in placements {
                        let from = &column[placement.from * hidden..][..placement.blocks * hidden];
                        add(&mut gates[placement.to * hidden..], from);
                    }
                }
            }
            Input::Dense(x) => {
                columns.for_each(|gates| gates.copy_from_slice(&self.bias));
                for (packed, placement) in self.packed_ih.iter().zip(placements) {
                    multiply(
                        ColumnsMut::new(gates, rows)
                            .rows(placement.to * hidden, placement.blocks * hidden),
                        Update::Add,
                        packed,
                        Columns::new(x, self.inputs),
                    );
                }
            }
        }
    }

    /// Back through `steps`, where `d_h` holds what reaches the states from elsewhere. Adds to `d_h` of the
    /// step before and to `d_weights`; `d_input` (I x T*B of these steps), where given, gains the input's
    /// gradient. `scratch` holds nothing between calls.
    pub fn backward(
        &mut self,
        d_weights: &mut LayerTensors<&mut [S]>,
        steps: Steps<'_, S>,
        d_input: Option<&mut [S]>,
        scratch: &mut TransposeScratch<S>,
    ) {
        let range = steps.range;
        let GateLayout {
            blocks,
            recurrent,
            input: placements,
        } = self.kind.properties().layout;
        let (hidden, batch, block) = (self.hidden, self.batch, self.block());
        let (rows, weight_rows) = (blocks * hidden, self.kind.gates() * hidden);
        let (first_row, recurrent_rows) = (recurrent.to * hidden, recurrent.blocks * hidden);

        for t in range.clone().rev() {
            let gates = &mut self.gates.as_mut_slice()[t * batch * rows..][..batch * rows];
            let (before, from_now) = self.d_h.as_mut_slice().split_at_mut((t + 1) * block);
            let (d_h_previous, d_h) = (&mut before[t * block..], &from_now[..block]);
            let (h_previous, h) = self.h.as_slice()[t * block..][..2 * block].split_at(block);
            let (c_previous, c) = if self.kind.has_memory() {
                self.c.as_slice()[t * block..][..2 * block].split_at(block)
            } else {
                (&[][..], &[][..])
            };
            for stream in 0..batch {
                let of_stream = stream * hidden..(stream + 1) * hidden;
                let step = StepBackward {
                    gates: &mut gates[stream * rows..][..rows],
                    h_previous: &h_previous[of_stream.clone()],
                    h: &h[of_stream.clone()],
                    c_previous: c_previous.get(of_stream.clone()).unwrap_or_default(),
                    c: c.get(of_stream.clone()).unwrap_or_default(),
                    d_h: &d_h[of_stream.clone()],
                    d_h_previous: &mut d_h_previous[of_stream.clone()],
                    d_c: self
                        .d_c
                        .as_mut_slice()
                        .get_mut(of_stream)
                        .unwrap_or_default(),
                };
                if steps.reach(stream, t) {
                    self.kind.step_backward(step);
                } else {
                    step.gates.fill(S::zero());
                    add(step.d_h_previous, step.d_h);
                }
            }
            if t > 0 || self.state_gradients {
                multiply(
                    ColumnsMut::new(d_h_previous, hidden),
                    Update::Add,
                    &self.transposed_hh,
                    Columns::new(gates, rows).rows(first_row, recurrent_rows),
                );
            }
        }

        // The weights' gradients, over all columns at once.
        let d_gates = &self.gates.as_slice()[range.start * batch * rows..range.end * batch * rows];
        let d_columns = Columns::new(d_gates, rows);
        let h_previous = &self.h.as_slice()[range.start * block..range.end * block];
        multiply_transposed(
            ColumnsMut::new(d_weights.weight_hh, weight_rows),
            d_columns.rows(first_row, recurrent_rows),
            Columns::new(h_previous, hidden),
            scratch,
        );
        self.d_bias.fill(S::zero());
        let columns = d_gates.chunks_exact(rows);
        match steps.input {
            Input::Symbols(ids) => {
                for (d_gates, &id) in columns.zip(ids) {
                    add(&mut self.d_bias, d_gates);
                    let into =
                        &mut d_weights.weight_ih[usize::from(id) * weight_rows..][..weight_rows];
                    for placement in placements {
                        let from = &d_gates[placement.to * hidden..][..placement.blocks * hidden];
                        add(&mut into[placement.from * hidden..], from);
                    }
                }
            }
            Input::Dense(x) => {
                columns.for_each(|d_gates| add(&mut self.d_bias, d_gates));
                for placement in placements {
                    let count = placement.blocks * hidden;
                    multiply_transposed(
                        ColumnsMut::new(d_weights.weight_ih, weight_rows)
                            .rows(placement.from * hidden, count),
                        d_columns.rows(placement.to * hidden, count),
                        Columns::new(x, self.inputs),
                        scratch,
                    );
                }
            }
        }
        add(
            d_weights.bias_hh,
            &self.d_bias[first_row..][..recurrent_rows],
        );
        for placement in placements {
            let from = &self.d_bias[placement.to * hidden..][..placement.blocks * hidden];
            add(&mut d_weights.bias_ih[placement.from * hidden..], from);
        }
        if let Some(d_input) = d_input {
            for (packed, placement) in self.transposed_ih.iter().zip(placements) {
                multiply(
                    ColumnsMut::new(d_input, self.inputs),
                    Update::Add,
                    packed,
                    d_columns.rows(placement.to * hidden, placement.blocks * hidden),
                );
            }
        }
    }
}

/// `to += from`, as far as the shorter one reaches.
fn add<S: Scalar>(to: &mut [S], from: &[S]) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to += from);
}
