//! The gated recurrent unit (Cho et al. 2014) with the equations of `torch.nn.GRU`: the reset gate acts
//! after the recurrent product, so that `b_hn` sits inside it.
//!
//! ```text
//! r_t = sigmoid(W_ir x_t + b_ir + W_hr h_{t-1} + b_hr)
//! z_t = sigmoid(W_iz x_t + b_iz + W_hz h_{t-1} + b_hz)
//! m_t = W_hn h_{t-1} + b_hn
//! n_t = tanh(W_in x_t + b_in + r_t * m_t)
//! h_t = (1 - z_t) * n_t + z_t * h_{t-1}
//! ```
//!
//! Backwards, where `d_` of a gate is the gradient of what stands inside its sigmoid or tanh:
//!
//! ```text
//! d_n_t = d_h_t * (1 - z_t) * (1 - n_t^2)
//! d_r_t = d_n_t * m_t * r_t * (1 - r_t)
//! d_z_t = d_h_t * (h_{t-1} - n_t) * z_t * (1 - z_t)
//! d_m_t = d_n_t * r_t
//! d_h_{t-1} += d_h_t * z_t + W_hh^T [d_r_t; d_z_t; d_m_t]
//! d_W_ih = sum_t [d_r_t; d_z_t; d_n_t] x_t^T         d_b_ih = sum_t [d_r_t; d_z_t; d_n_t]
//! d_W_hh = sum_t [d_r_t; d_z_t; d_m_t] h_{t-1}^T     d_b_hh = sum_t [d_r_t; d_z_t; d_m_t]
//! ```
//!
//! The gates are the blocks n, r, z, m: the input's product fills the first three and the recurrent one
//! the last three, which are its rows in PyTorch's order.

use super::{
    Cell, GateLayout, Onnx, OnnxAttribute, Placement, Properties, Step, StepBackward, Torch,
};
use crate::linalg::{Scalar, flush, sigmoid_in_place, tanh_in_place};

/// The blocks n, r, z, m.
fn blocks<S>(gates: &mut [S], hidden: usize) -> [&mut [S]; 4] {
    let (n, rest) = gates.split_at_mut(hidden);
    let (r, rest) = rest.split_at_mut(hidden);
    let (z, m) = rest.split_at_mut(hidden);
    [n, r, z, m]
}

pub(super) struct Gru;

impl Cell for Gru {
    const GATES: &'static [&'static str] = &["n", "r", "z", "m"];
    const PROPERTIES: Properties = Properties {
        torch: Some(Torch {
            module: "GRU",
            options: "",
        }),
        // ONNX has z r h where PyTorch has r z n.
        onnx: Some(Onnx {
            operator: "GRU",
            blocks: &[1, 0, 2],
            // The reset acts after the recurrent product.
            attribute: Some(("linear_before_reset", OnnxAttribute::Whole(1))),
        }),
        ..Properties::simple(GateLayout {
            blocks: 4,
            // The input's rows r, z go behind n.
            input: &[
                Placement {
                    from: 0,
                    to: 1,
                    blocks: 2,
                },
                Placement {
                    from: 2,
                    to: 0,
                    blocks: 1,
                },
            ],
            // The recurrent rows r, z, n become r, z, m.
            recurrent: Placement {
                from: 0,
                to: 1,
                blocks: 3,
            },
        })
    };

    /// From pre-activations to gates, and h.
    fn step<S: Scalar>(step: Step<'_, S>) {
        let hidden = step.h.len();
        sigmoid_in_place(&mut step.gates[hidden..3 * hidden]);
        let [n, r, z, m] = blocks(step.gates, hidden);
        for ((n, &r), &m) in n.iter_mut().zip(r.iter()).zip(m.iter()) {
            *n += r * m;
        }
        tanh_in_place(n);
        let gates = n.iter().zip(z.iter());
        for ((h, &before), (&n, &z)) in step.h.iter_mut().zip(step.h_previous).zip(gates) {
            *h = n + z * (before - n);
        }
    }

    /// From gates to the gradients of their pre-activations; d_h_{t-1} gains d_h * z.
    fn step_backward<S: Scalar>(step: StepBackward<'_, S>) {
        let hidden = step.d_h.len();
        let [n, r, z, m] = blocks(step.gates, hidden);
        let one = S::one();
        let gates = n.iter_mut().zip(r).zip(z.iter_mut().zip(m));
        let states = step.d_h.iter().zip(step.h_previous);
        for ((((n, r), (z, m)), (&d_h, &before)), d_before) in
            gates.zip(states).zip(step.d_h_previous.iter_mut())
        {
            let d_n = flush(d_h * (one - *z) * (one - *n * *n));
            let d_z = flush(d_h * (before - *n) * *z * (one - *z));
            let d_m = flush(d_n * *r);
            let d_r = flush(d_m * *m * (one - *r));
            *d_before += d_h * *z;
            (*n, *r, *z, *m) = (d_n, d_r, d_z, d_m);
        }
    }
}
