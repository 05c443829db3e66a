//! Mistakes that people make in back-propagation through time, so that one can see which check catches them.
//!
//! The backward pass as a textbook has it, one loop over time, and at each time step from the highest layer down:
//!
//! ```text
//! d_h_t   = above_t + W_hh^T d_r_{t+1} + carry_{t+1}      above_t = W_hy^T d_y_t, or W_ih^T d_a_t of the layer above
//! d_W_hy  = sum_t d_y_t h_t^T        d_b_y  = sum_t d_y_t
//! d_W_hh  = sum_t d_r_t h_{t-1}^T    d_b_hh = sum_t d_r_t
//! d_W_ih  = sum_t d_a_t x_t^T        d_b_ih = sum_t d_a_t      x_t = h_t of the layer below
//! ```
//!
//! where `d_a` and `d_r` are the gradients of what the input's and the state's weights make, and `carry` is what goes
//! from `h_t` to `h_{t-1}` past them. The equations of [`crate::nn::cell`] say what they are:
//!
//! ```text
//! RNN     d_a = d_r = d_z                   carry = 0
//! GRU     d_a = [d_r; d_z; d_n]             d_r = [d_r; d_z; d_m]             carry = d_h * z
//! LSTM    d_a = d_r = [d_i; d_f; d_g; d_o]                                    carry = 0, but d_c_{t-1} = d_c_t * f_t
//! ```
//!
//! Each mistake changes one place of it, in every layer. Without one it comes to what [`Unrolled::trace`] does.

mod step;

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use crate::config::CellKind;
use crate::nn::params::{Params, Tensor};
use crate::nn::unrolled::{LayerStep, Unrolled};
use step::{Back, Step};

type Vector = DVector<f64>;

/// What somebody got wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mistake {
    /// The slope of tanh is forgotten: `1 - h^2` of a vanilla cell, `1 - n^2` of a GRU, `1 - tanh(c)^2` of an LSTM.
    ForgetSlope,
    /// Nothing comes back from the next time step through `W_hh`.
    ForgetNext,
    /// `W_hh` where its transpose belongs, block by block.
    NoTranspose,
    /// `d_z_t = 1 - h_t^2`: what came from above is forgotten.
    ForgetAbove,
    /// `x_t`, what the layer reads, where `h_{t-1}` belongs, in `d_W_hh`; as many numbers of it as fit.
    InputForState,
    /// `h_{t-1}` where `h_t` belongs, in `d_W_hy`, in `d_W_ih` of the layer above and in the slope of a vanilla cell: the
    /// list of states begins with `h_0`.
    StateOff,
    /// The product over time of what each time step adds to `d_W_hh`, where its sum belongs.
    ProductOverTime,
    /// `d_b_y` of the last time step alone.
    NoSumOverTime,
    /// The biases of the hidden state get no gradient.
    ForgetBias,
    /// The slopes `s (1 - s)` of the gates are forgotten.
    ForgetGateSlope,
    /// A GRU's `d_h_t * z_t`, which goes past all weights to `h_{t-1}`, is dropped.
    ForgetCarry,
    /// A GRU's reset acts on `h_{t-1}` before the product with `W_hn`, as some books have it: another cell.
    ResetBefore,
    /// A GRU's `d_m_t = d_n_t`: what goes back into the state's weights is not reset.
    ForgetReset,
    /// A GRU's `z` and `1 - z` are exchanged.
    SwapUpdate,
    /// An LSTM's `d_c_{t+1} * f_{t+1}` is dropped: nothing comes back through the memory.
    ForgetMemory,
    /// An LSTM's `d_c_{t+1}` comes back without its factor `f_{t+1}`.
    ForgetForget,
    /// `c_t` where `c_{t-1}` belongs, in an LSTM's `d_f`.
    MemoryOff,
    /// An LSTM's `d_c_t` lacks the factor `o_t`: what comes through `h_t` passes the output gate.
    ForgetOutput,
}

impl Mistake {
    /// Those that can be made with this cell.
    #[must_use]
    pub fn of(cell: CellKind) -> &'static [Self] {
        match cell {
            CellKind::Rnn => &[
                Self::ForgetSlope,
                Self::ForgetNext,
                Self::NoTranspose,
                Self::ForgetAbove,
                Self::InputForState,
                Self::StateOff,
                Self::ProductOverTime,
                Self::NoSumOverTime,
                Self::ForgetBias,
            ],
            CellKind::Gru => &[
                Self::ForgetGateSlope,
                Self::ForgetSlope,
                Self::ForgetCarry,
                Self::ResetBefore,
                Self::ForgetReset,
                Self::SwapUpdate,
                Self::ForgetNext,
                Self::NoTranspose,
                Self::StateOff,
                Self::NoSumOverTime,
                Self::ForgetBias,
            ],
            CellKind::Lstm => &[
                Self::ForgetGateSlope,
                Self::ForgetSlope,
                Self::ForgetMemory,
                Self::ForgetForget,
                Self::MemoryOff,
                Self::ForgetOutput,
                Self::ForgetNext,
                Self::NoTranspose,
                Self::StateOff,
                Self::NoSumOverTime,
                Self::ForgetBias,
            ],
            _ => &[], // another cell has none
        }
    }
}

/// What the textbook's loop comes to.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Textbook {
    /// One number for every weight, in the order of [`Unrolled::weights`].
    pub gradient: Vec<f64>,
    /// For each time step, in the order of time, its layers from the lowest up.
    pub steps: Vec<Vec<TextbookStep>>,
}

/// One layer at one time step on the way back: the fields of this name in [`crate::nn::unrolled::LayerBackward`].
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct TextbookStep {
    /// The gradient of h_t: H.
    pub d_h: Vec<f64>,
    /// The gradient of the memory c_t; empty for a cell without one.
    pub d_c: Vec<f64>,
    /// The gradients of the gates' pre-activations, in the blocks of the cell's gates.
    pub d_gates: Vec<f64>,
}

/// The weights of one layer and their gradients; and what goes back to its state at the time step before.
struct Layer {
    w_ih: DMatrix<f64>,
    w_hh: DMatrix<f64>,
    d_w_ih: DMatrix<f64>,
    d_w_hh: DMatrix<f64>,
    d_b_ih: Vector,
    d_b_hh: Vector,
    /// `W_hh^T d_r_{t+1} + carry_{t+1}`.
    next: Vector,
    d_c_next: Vector,
}

/// The way back and the gradient of the mean loss by the textbook's loop, with a mistake in it or none; `None` for a
/// cell of which no mistake is known.
#[must_use]
pub fn textbook(network: &Unrolled, mistake: Option<Mistake>) -> Option<Textbook> {
    let sizes = network.sizes();
    if Mistake::of(sizes.cell).is_empty() {
        return None;
    }
    let makes = |which: Mistake| mistake == Some(which);
    let params = Params::from_values(sizes, network.weights().to_vec());
    let trace = network.trace();
    let hidden = sizes.hidden;
    let w_hy = params.matrix(Tensor::HeadWeight);
    let mut layers: Vec<Layer> = (0..sizes.layers)
        .map(|layer| Layer::of(&params, layer))
        .collect();
    let states: Vec<Vec<&LayerStep>> = (0..sizes.layers)
        .map(|layer| trace.forward.iter().map(|at| &at.layers[layer]).collect())
        .collect();

    let mut d_w_hy = DMatrix::zeros(sizes.outputs, hidden);
    let mut d_b_y = Vector::zeros(sizes.outputs);
    let last = trace.forward.len() - 1;
    let mut steps = Vec::with_capacity(trace.forward.len());
    for (t, back) in trace.backward.iter().enumerate().rev() {
        let now: Vec<Step> = states.iter().map(|states| Step::of(states, t)).collect();
        // What the readout, or a layer, reads of the layer below it.
        let read = |layer: usize| {
            let step = &now[layer];
            if makes(Mistake::StateOff) {
                step.h_before.clone()
            } else {
                step.h.clone()
            }
        };
        let d_y = Vector::from_column_slice(&back.d_y);
        d_w_hy += &d_y * read(sizes.layers - 1).transpose();
        if !makes(Mistake::NoSumOverTime) || t == last {
            d_b_y += &d_y;
        }
        let mut above = w_hy.tr_mul(&d_y);
        let mut layer_steps = Vec::with_capacity(sizes.layers);
        for (layer, at) in layers.iter_mut().enumerate().rev() {
            let d_h = above + &at.next;
            let x = match layer.checked_sub(1) {
                None => network.input_vector(t),
                Some(below) => read(below),
            };
            let back = now[layer].backward(sizes.cell, &d_h, &at.d_c_next, mistake);
            above = at.w_ih.tr_mul(&back.d_a);
            layer_steps.push(TextbookStep {
                d_h: d_h.as_slice().to_vec(),
                d_c: back.d_c.as_slice().to_vec(),
                d_gates: back.d_gates.as_slice().to_vec(),
            });
            at.add(&now[layer], &x, back, t == last, mistake);
        }
        layer_steps.reverse();
        steps.push(layer_steps);
    }

    let mut gradient = Params::zeros(sizes);
    let mut put = |tensor: Tensor, values: &[f64]| gradient.get_mut(tensor).copy_from_slice(values);
    put(Tensor::HeadWeight, d_w_hy.as_slice());
    put(Tensor::HeadBias, d_b_y.as_slice());
    for (layer, at) in layers.iter().enumerate() {
        put(Tensor::WeightIh(layer), at.d_w_ih.as_slice());
        put(Tensor::WeightHh(layer), at.d_w_hh.as_slice());
        put(Tensor::BiasIh(layer), at.d_b_ih.as_slice());
        put(Tensor::BiasHh(layer), at.d_b_hh.as_slice());
    }
    steps.reverse();
    Some(Textbook {
        gradient: gradient.into_values(),
        steps,
    })
}

impl Layer {
    fn of(params: &Params<f64>, layer: usize) -> Self {
        let w_ih = params.matrix(Tensor::WeightIh(layer)).into_owned();
        let w_hh = params.matrix(Tensor::WeightHh(layer)).into_owned();
        let (rows, hidden) = w_hh.shape();
        Self {
            d_w_ih: DMatrix::zeros(rows, w_ih.ncols()),
            d_w_hh: DMatrix::zeros(rows, hidden),
            d_b_ih: Vector::zeros(rows),
            d_b_hh: Vector::zeros(rows),
            next: Vector::zeros(hidden),
            d_c_next: Vector::zeros(hidden),
            w_ih,
            w_hh,
        }
    }

    /// Adds what one time step gives the layer's weights, and finds what goes back to the time step before. `x`: what
    /// the layer read. `is_last`: whether it is the last time step, the first on the way back.
    fn add(
        &mut self,
        step: &Step,
        x: &Vector,
        back: Back,
        is_last: bool,
        mistake: Option<Mistake>,
    ) {
        let makes = |which: Mistake| mistake == Some(which);
        let (rows, hidden) = self.w_hh.shape();
        let Back {
            d_a,
            d_r,
            carry,
            d_c_before,
            ..
        } = back;
        self.d_c_next = d_c_before;
        self.d_w_ih += &d_a * x.transpose();
        let mut part = if makes(Mistake::InputForState) {
            &d_r * x.clone().resize_vertically(hidden, 0.0).transpose()
        } else {
            &d_r * step.h_before.transpose()
        };
        self.next = if makes(Mistake::NoTranspose) {
            let blocks = (0..rows).step_by(hidden);
            blocks.fold(carry, |sum, row| {
                sum + self.w_hh.rows(row, hidden) * d_r.rows(row, hidden)
            })
        } else if makes(Mistake::ForgetNext) {
            carry
        } else if makes(Mistake::ResetBefore) {
            // n = tanh(... + W_hn (r * h_{t-1})): the last block goes through the reset on its way out.
            let r = &step.gates[1];
            let (d_n, w_hn) = (
                d_r.rows(2 * hidden, hidden),
                self.w_hh.rows(2 * hidden, hidden),
            );
            let reset = r.component_mul(&step.h_before);
            part.rows_mut(2 * hidden, hidden)
                .copy_from(&(d_n * reset.transpose()));
            let w_gates = self.w_hh.rows(0, 2 * hidden);
            let gates = w_gates.tr_mul(&d_r.rows(0, 2 * hidden));
            carry + gates + w_hn.tr_mul(&d_n).component_mul(r)
        } else {
            carry + self.w_hh.tr_mul(&d_r)
        };
        if makes(Mistake::ProductOverTime) && !is_last {
            self.d_w_hh.component_mul_assign(&part);
        } else {
            self.d_w_hh += part;
        }
        if !makes(Mistake::ForgetBias) {
            self.d_b_ih += d_a;
            self.d_b_hh += d_r;
        }
    }
}
