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

use super::{Step, StepBackward};
use crate::linalg::{Scalar, flush, tanh_in_place};

/// h = tanh(z)
pub fn step_tanh<S: Scalar>(step: Step<'_, S>) {
    step.h.copy_from_slice(step.gates);
    tanh_in_place(step.h);
}

/// d_z = d_h * (1 - h^2)
pub fn step_tanh_backward<S: Scalar>(step: StepBackward<'_, S>) {
    for ((d_z, &d_h), &h) in step.gates.iter_mut().zip(step.d_h).zip(step.h) {
        *d_z = flush(d_h * (S::one() - h * h));
    }
}

/// h = max(0, z)
pub fn step_relu<S: Scalar>(step: Step<'_, S>) {
    for (h, &z) in step.h.iter_mut().zip(step.gates.iter()) {
        // NaN must stay NaN, so that an explosion is seen.
        *h = if z < S::zero() { S::zero() } else { z };
    }
}

/// d_z = d_h where h > 0, else 0
pub fn step_relu_backward<S: Scalar>(step: StepBackward<'_, S>) {
    for ((d_z, &d_h), &h) in step.gates.iter_mut().zip(step.d_h).zip(step.h) {
        *d_z = if h > S::zero() { flush(d_h) } else { S::zero() };
    }
}
