//! The vanilla cell of Elman (1990), with both biases as `torch.nn.RNN` has them:
//!
//! ```text
//! z_t = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh
//! h_t = tanh(z_t)
//! ```
//!
//! Backwards, with `d_h_t` the gradient that reaches `h_t` from its own output and from `h_{t+1}`
//! (tanh' = 1 - tanh^2):
//!
//! ```text
//! d_z_t     = d_h_t * (1 - h_t^2)
//! d_h_{t-1} += W_hh^T d_z_t
//! d_W_hh    = sum_t d_z_t h_{t-1}^T        d_W_ih = sum_t d_z_t x_t^T
//! d_b_ih    = d_b_hh = sum_t d_z_t
//! ```

use super::Input;
use crate::linalg::{Packed, Scalar, Update, flush, multiply, multiply_transposed, tanh_in_place};

/// The cell's tensors as column-major slices: weights themselves or, in their shapes, gradients.
#[derive(Debug)]
pub struct Tensors<T> {
    /// `W_ih`, H x I.
    pub weight_ih: T,
    /// `W_hh`, H x H.
    pub weight_hh: T,
    /// `b_ih`, H.
    pub bias_ih: T,
    /// `b_hh`, H.
    pub bias_hh: T,
}

/// The part of `z` that does not depend on the hidden state, for a whole chunk:
/// z = W_ih x + b_ih + b_hh. z: H x T*B.
pub fn project<S: Scalar>(
    z: &mut [S],
    weights: &Tensors<&[S]>,
    input: Input<'_, S>,
    packed: &mut Packed<S>,
) {
    let hidden = weights.bias_ih.len();
    match input {
        Input::Symbols(ids) => {
            for (z, &id) in z.chunks_exact_mut(hidden).zip(ids) {
                z.copy_from_slice(&weights.weight_ih[usize::from(id) * hidden..][..hidden]);
            }
        }
        Input::Dense(x) => {
            packed.pack(weights.weight_ih, hidden);
            multiply(z, Update::Replace, packed, x);
        }
    }
    for z in z.chunks_exact_mut(hidden) {
        for ((z, &b_ih), &b_hh) in z.iter_mut().zip(weights.bias_ih).zip(weights.bias_hh) {
            *z += b_ih + b_hh;
        }
    }
}

/// One time step: h' = tanh(z + W_hh h). `z` (H x B) becomes h' in place. h: H x B.
pub fn step<S: Scalar>(z: &mut [S], h: &[S], weight_hh: &Packed<S>) {
    multiply(z, Update::Add, weight_hh, h);
    tanh_in_place(z);
}

/// One time step backwards: `d_h` becomes d_z = d_h * (1 - h'^2) in place, and `d_h_previous` gains
/// W_hh^T d_z where there is a step before. h', d_h: H x B.
pub fn step_backward<S: Scalar>(
    d_h: &mut [S],
    h_next: &[S],
    d_h_previous: Option<&mut [S]>,
    weight_hh_transposed: &Packed<S>,
) {
    for (d, &h) in d_h.iter_mut().zip(h_next) {
        *d = flush(*d * (S::one() - h * h));
    }
    if let Some(d_h_previous) = d_h_previous {
        multiply(d_h_previous, Update::Add, weight_hh_transposed, d_h);
    }
}

/// The weights' gradients of a whole chunk, added to `d_weights`. d_z, h_previous: H x T*B.
pub fn project_backward<S: Scalar>(
    d_weights: Tensors<&mut [S]>,
    d_z: &[S],
    h_previous: &[S],
    input: Input<'_, S>,
    packed: &mut Packed<S>,
) {
    let hidden = d_weights.bias_ih.len();
    multiply_transposed(
        d_weights.weight_hh,
        d_z,
        h_previous,
        (hidden, hidden),
        packed,
    );
    match input {
        Input::Symbols(ids) => {
            for (d_z, &id) in d_z.chunks_exact(hidden).zip(ids) {
                add(
                    &mut d_weights.weight_ih[usize::from(id) * hidden..][..hidden],
                    d_z,
                );
            }
        }
        Input::Dense(x) => {
            let inputs = d_weights.weight_ih.len() / hidden;
            multiply_transposed(d_weights.weight_ih, d_z, x, (hidden, inputs), packed);
        }
    }
    for d_z in d_z.chunks_exact(hidden) {
        add(d_weights.bias_ih, d_z);
        add(d_weights.bias_hh, d_z);
    }
}

fn add<S: Scalar>(to: &mut [S], from: &[S]) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to += from);
}
