//! Mistakes that people make in back-propagation through time, so that one can see which check catches them.
//!
//! The backward pass of the vanilla cell with tanh, as a textbook has it, one loop over time:
//!
//! ```text
//! d_h_t  = W_hy^T d_y_t + W_hh^T d_z_{t+1}
//! d_z_t  = d_h_t * (1 - h_t^2)
//! d_W_hy = sum_t d_y_t h_t^T        d_b_y  = sum_t d_y_t
//! d_W_hh = sum_t d_z_t h_{t-1}^T    d_W_ih = sum_t d_z_t x_t^T    d_b_ih = d_b_hh = sum_t d_z_t
//! ```
//!
//! Each mistake changes one place of it. Without one it comes to what [`Unrolled::gradient`] does.

use nalgebra::{DMatrix, DVector};

use serde::{Deserialize, Serialize};

use crate::config::CellKind;
use crate::nn::params::{Params, Tensor};
use crate::nn::unrolled::Unrolled;

/// What somebody got wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mistake {
    /// d_z_t = d_h_t: the slope of tanh is forgotten.
    ForgetSlope,
    /// d_h_t = W_hy^T d_y_t: nothing comes back from the next time step.
    ForgetNext,
    /// W_hh where its transpose belongs.
    NoTranspose,
    /// d_z_t = 1 - h_t^2: what came from above is forgotten.
    ForgetAbove,
    /// x_t where h_{t-1} belongs, in d_W_hh; as many numbers of it as fit.
    InputForState,
    /// h_{t-1} where h_t belongs, in the slope of tanh and in d_W_hy: the list of states begins with h_0.
    StateOff,
    /// The product over time of what each time step adds to d_W_hh, where its sum belongs.
    ProductOverTime,
    /// d_b_y of the last time step alone.
    NoSumOverTime,
    /// The biases of the hidden state get no gradient.
    ForgetBias,
}

impl Mistake {
    /// Every mistake.
    pub const ALL: [Self; 9] = [
        Self::ForgetSlope,
        Self::ForgetNext,
        Self::NoTranspose,
        Self::ForgetAbove,
        Self::InputForState,
        Self::StateOff,
        Self::ProductOverTime,
        Self::NoSumOverTime,
        Self::ForgetBias,
    ];
}

/// The gradient of the mean loss by the textbook's loop, with a mistake in it or none; `None` for another network
/// than one layer of the vanilla cell with tanh.
#[must_use]
pub fn textbook_gradient(network: &Unrolled, mistake: Option<Mistake>) -> Option<Vec<f64>> {
    let sizes = network.sizes();
    if sizes.cell != CellKind::Rnn || sizes.layers != 1 {
        return None;
    }
    let makes = |which: Mistake| mistake == Some(which);
    let params = Params::from_values(sizes, network.weights().to_vec());
    let trace = network.trace();
    let hidden = sizes.hidden;
    let weights = params.layer(0);
    let w_hh = DMatrix::from_column_slice(hidden, hidden, weights.weight_hh);
    let w_hy = DMatrix::from_column_slice(sizes.outputs, hidden, params.get(Tensor::HeadWeight));
    let h: Vec<DVector<f64>> = std::iter::once(DVector::zeros(hidden))
        .chain(
            trace
                .forward
                .iter()
                .map(|step| DVector::from_column_slice(&step.layers[0].h)),
        )
        .collect();

    let mut d_w_hy = DMatrix::zeros(sizes.outputs, hidden);
    let mut d_b_y = DVector::zeros(sizes.outputs);
    let mut d_w_ih = DMatrix::zeros(hidden, sizes.inputs);
    let mut d_w_hh = DMatrix::zeros(hidden, hidden);
    let mut d_b = DVector::zeros(hidden);
    let mut d_z_next = DVector::zeros(hidden);
    let last = trace.backward.len() - 1;
    for (t, step) in trace.backward.iter().enumerate().rev() {
        let (before, now) = (&h[t], &h[t + 1]);
        let read = if makes(Mistake::StateOff) {
            before
        } else {
            now
        };
        let x = network.input_vector(t);
        let d_y = DVector::from_column_slice(&step.d_y);
        d_w_hy += &d_y * read.transpose();
        if !makes(Mistake::NoSumOverTime) || t == last {
            d_b_y += &d_y;
        }
        let mut d_h = w_hy.tr_mul(&d_y);
        if makes(Mistake::NoTranspose) {
            d_h += &w_hh * &d_z_next;
        } else if !makes(Mistake::ForgetNext) {
            d_h += w_hh.tr_mul(&d_z_next);
        }
        let slope = read.map(|h| 1.0 - h * h);
        let d_z = match mistake {
            Some(Mistake::ForgetSlope) => d_h,
            Some(Mistake::ForgetAbove) => slope,
            _ => d_h.component_mul(&slope),
        };
        d_w_ih += &d_z * x.transpose();
        let part = if makes(Mistake::InputForState) {
            &d_z * x.resize_vertically(hidden, 0.0).transpose()
        } else {
            &d_z * before.transpose()
        };
        if makes(Mistake::ProductOverTime) && t < last {
            d_w_hh.component_mul_assign(&part);
        } else {
            d_w_hh += part;
        }
        if !makes(Mistake::ForgetBias) {
            d_b += &d_z;
        }
        d_z_next = d_z;
    }

    let mut gradient = Params::zeros(sizes);
    gradient
        .get_mut(Tensor::HeadWeight)
        .copy_from_slice(d_w_hy.as_slice());
    gradient
        .get_mut(Tensor::HeadBias)
        .copy_from_slice(d_b_y.as_slice());
    let layer = gradient.layer_mut(0);
    layer.weight_ih.copy_from_slice(d_w_ih.as_slice());
    layer.weight_hh.copy_from_slice(d_w_hh.as_slice());
    layer.bias_ih.copy_from_slice(d_b.as_slice());
    layer.bias_hh.copy_from_slice(d_b.as_slice());
    Some(gradient.into_values())
}
