//! The vanilla cell of Elman (1990), with both biases as `torch.nn.RNN` has them, and `phi` either tanh
//! or `relu(z) = max(0, z)`:
//!
//! ```text
//! z_t = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh
//! h_t = phi(z_t)
//! ```
//!
//! Backwards, with tanh' = 1 - tanh^2 and relu' = 1 above zero, 0 below (and at it, as torch has it):
//!
//! ```text
//! d_z_t      = d_h_t * phi'(z_t)                both derivatives can be read off h_t
//! d_h_{t-1} += W_hh^T d_z_t
//! d_W_hh     = sum_t d_z_t h_{t-1}^T            d_W_ih = sum_t d_z_t x_t^T
//! d_b_ih     = d_b_hh = sum_t d_z_t
//! ```
//!
//! The gates are z, and backwards d_z.

use super::{Cell, GateLayout, Onnx, OnnxAttribute, Properties, Step, StepBackward, Torch};
use crate::linalg::{Scalar, flush, tanh_in_place};

/// The cell with tanh.
pub(super) struct Tanh;

impl Cell for Tanh {
    const GATES: &'static [&'static str] = &["z"];
    const PROPERTIES: Properties = Properties {
        onnx: Some(onnx(&["Tanh"])),
        torch: Some(Torch {
            module: "RNN",
            options: "",
        }),
        ..Properties::simple(GateLayout::sum::<1>())
    };

    /// h = tanh(z)
    fn step<S: Scalar>(step: Step<'_, S>) {
        step.h.copy_from_slice(step.gates);
        tanh_in_place(step.h);
    }

    /// d_z = d_h * (1 - h^2)
    fn step_backward<S: Scalar>(step: StepBackward<'_, S>) {
        for ((d_z, &d_h), &h) in step.gates.iter_mut().zip(step.d_h).zip(step.h) {
            *d_z = flush(d_h * (S::one() - h * h));
        }
    }
}

/// The cell with max(0, z).
pub(super) struct Relu;

impl Cell for Relu {
    const GATES: &'static [&'static str] = &["z"];
    const PROPERTIES: Properties = Properties {
        onnx: Some(onnx(&["Relu"])),
        torch: Some(Torch {
            module: "RNN",
            options: "nonlinearity=\"relu\"",
        }),
        ..Properties::simple(GateLayout::sum::<1>())
    };

    /// h = max(0, z)
    fn step<S: Scalar>(step: Step<'_, S>) {
        for (h, &z) in step.h.iter_mut().zip(step.gates.iter()) {
            // NaN must stay NaN, so that an explosion is seen.
            *h = if z < S::zero() { S::zero() } else { z };
        }
    }

    /// d_z = d_h where h > 0, else 0
    fn step_backward<S: Scalar>(step: StepBackward<'_, S>) {
        for ((d_z, &d_h), &h) in step.gates.iter_mut().zip(step.d_h).zip(step.h) {
            *d_z = if h > S::zero() { flush(d_h) } else { S::zero() };
        }
    }
}

const fn onnx(activations: &'static [&'static str]) -> Onnx {
    Onnx {
        operator: "RNN",
        blocks: &[0],
        attribute: Some(("activations", OnnxAttribute::Texts(activations))),
    }
}
