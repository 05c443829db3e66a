//! Long short-term memory (Hochreiter and Schmidhuber 1997; the forget gate is of Gers et al. 2000) with
//! the equations and the gate order of `torch.nn.LSTM`.
//!
//! ```text
//! i_t = sigmoid(W_ii x_t + b_ii + W_hi h_{t-1} + b_hi)
//! f_t = sigmoid(W_if x_t + b_if + W_hf h_{t-1} + b_hf)
//! g_t = tanh(W_ig x_t + b_ig + W_hg h_{t-1} + b_hg)
//! o_t = sigmoid(W_io x_t + b_io + W_ho h_{t-1} + b_ho)
//! c_t = f_t * c_{t-1} + i_t * g_t
//! h_t = o_t * tanh(c_t)
//! ```
//!
//! Backwards, where `d_` of a gate is the gradient of what stands inside its sigmoid or tanh:
//!
//! ```text
//! d_o_t = d_h_t * tanh(c_t) * o_t * (1 - o_t)
//! d_c_t += d_h_t * o_t * (1 - tanh(c_t)^2)                 on top of what c_{t+1} sent back
//! d_i_t = d_c_t * g_t * i_t * (1 - i_t)
//! d_f_t = d_c_t * c_{t-1} * f_t * (1 - f_t)
//! d_g_t = d_c_t * i_t * (1 - g_t^2)
//! d_c_{t-1} = d_c_t * f_t
//! d_h_{t-1} += W_hh^T [d_i_t; d_f_t; d_g_t; d_o_t]
//! ```
//!
//! and the weights' gradients as in [`super::rnn`], with `[d_i; d_f; d_g; d_o]` for `d_z`. The gates are
//! the blocks i, f, g, o.

use super::{Cell, GateLayout, Onnx, Properties, Step, StepBackward, Torch};
use crate::linalg::{Scalar, flush, sigmoid_in_place, tanh_in_place};

/// The blocks i, f, g, o.
fn blocks<S>(gates: &mut [S], hidden: usize) -> [&mut [S]; 4] {
    let (i, rest) = gates.split_at_mut(hidden);
    let (f, rest) = rest.split_at_mut(hidden);
    let (g, o) = rest.split_at_mut(hidden);
    [i, f, g, o]
}

pub(super) struct Lstm;

impl Cell for Lstm {
    const GATES: &'static [&'static str] = &["i", "f", "g", "o"];
    const PROPERTIES: Properties = Properties {
        has_memory: true,
        forget_gate: Some(1),
        torch: Some(Torch {
            module: "LSTM",
            options: "",
        }),
        // ONNX has i o f c where PyTorch has i f g o.
        onnx: Some(Onnx {
            operator: "LSTM",
            blocks: &[0, 3, 1, 2],
            attribute: None,
        }),
        ..Properties::simple(GateLayout::sum::<4>())
    };

    /// From pre-activations to gates, c and h.
    fn step<S: Scalar>(step: Step<'_, S>) {
        let hidden = step.h.len();
        let [i, f, g, o] = blocks(step.gates, hidden);
        sigmoid_in_place(i);
        sigmoid_in_place(f);
        tanh_in_place(g);
        sigmoid_in_place(o);
        let gates = i.iter().zip(f.iter()).zip(g.iter());
        let memory = step.c.iter_mut().zip(step.c_previous);
        for (((&i, &f), &g), (c, &before)) in gates.zip(memory) {
            *c = f * before + i * g;
        }
        step.h.copy_from_slice(step.c);
        tanh_in_place(step.h);
        for (h, &o) in step.h.iter_mut().zip(o.iter()) {
            *h *= o;
        }
    }

    /// From gates to the gradients of their pre-activations; d_c_t becomes d_c_{t-1}.
    fn step_backward<S: Scalar>(step: StepBackward<'_, S>) {
        let hidden = step.d_h.len();
        let [i, f, g, o] = blocks(step.gates, hidden);
        let one = S::one();
        // tanh(c) is computed again, a block at a time: h = o tanh(c) cannot be divided by o, which may be
        // zero, and a product takes a hundred times as long.
        const WIDTH: usize = 64;
        let mut scratch = [S::zero(); WIDTH];
        for from in (0..hidden).step_by(WIDTH) {
            let to = hidden.min(from + WIDTH);
            let tanh_c = &mut scratch[..to - from];
            tanh_c.copy_from_slice(&step.c[from..to]);
            tanh_in_place(tanh_c);
            let gates = i[from..to]
                .iter_mut()
                .zip(&mut f[from..to])
                .zip(g[from..to].iter_mut().zip(&mut o[from..to]));
            let memory = step.c_previous[from..to]
                .iter()
                .zip(&mut step.d_c[from..to]);
            let states = tanh_c.iter().zip(&step.d_h[from..to]);
            for ((((i, f), (g, o)), (&before, d_c)), (&tanh_c, &d_h)) in
                gates.zip(memory).zip(states)
            {
                let d = *d_c + d_h * *o * (one - tanh_c * tanh_c);
                let d_o = flush(d_h * tanh_c * *o * (one - *o));
                let d_i = flush(d * *g * *i * (one - *i));
                let d_f = flush(d * before * *f * (one - *f));
                let d_g = flush(d * *i * (one - *g * *g));
                *d_c = flush(d * *f);
                (*i, *f, *g, *o) = (d_i, d_f, d_g, d_o);
            }
        }
    }
}
