//! The notes that this project grew from, where they print numbers.
#![allow(clippy::approx_constant)] // the notes' numbers are what they are

use crate::common::vanilla;
use babble::nn::cell::Input;
use babble::nn::model::{Tape, forward};
use babble::nn::params::{Params, Tensor};

/// `torch.rand(30, 2)` after `torch.manual_seed(42)`, as note 004 prints it.
const DATA: [[f64; 2]; 30] = [
    [0.8823, 0.9150],
    [0.3829, 0.9593],
    [0.3904, 0.6009],
    [0.2566, 0.7936],
    [0.9408, 0.1332],
    [0.9346, 0.5936],
    [0.8694, 0.5677],
    [0.7411, 0.4294],
    [0.8854, 0.5739],
    [0.2666, 0.6274],
    [0.2696, 0.4414],
    [0.2969, 0.8317],
    [0.1053, 0.2695],
    [0.3588, 0.1994],
    [0.5472, 0.0062],
    [0.9516, 0.0753],
    [0.8860, 0.5832],
    [0.3376, 0.8090],
    [0.5779, 0.9040],
    [0.5547, 0.3423],
    [0.6343, 0.3644],
    [0.7104, 0.9464],
    [0.7890, 0.2814],
    [0.7886, 0.5895],
    [0.7539, 0.1952],
    [0.0050, 0.3068],
    [0.1165, 0.9103],
    [0.6440, 0.7071],
    [0.6581, 0.4913],
    [0.8913, 0.1447],
];

/// `nn.RNN(2, 1)` of these printed weights, on that data.
const WEIGHT_IH: [f64; 2] = [-0.6367, 0.9996];
const WEIGHT_HH: f64 = 0.1889;
const BIAS_IH: f64 = 0.3082;
const BIAS_HH: f64 = -0.9327;
const OUTPUTS: [f64; 30] = [
    -0.2652, 0.0405, -0.2588, -0.0434, -0.8000, -0.6512, -0.6253, -0.6557, -0.6282, -0.2782,
    -0.3864, -0.0552, -0.4075, -0.6235, -0.7949, -0.8631, -0.6462, -0.1517, -0.1170, -0.5768,
    -0.6487, -0.2481, -0.7126, -0.5863, -0.7699, -0.4353, 0.1283, -0.2945, -0.5428, -0.8177,
];

/// Half a unit of the fourth decimal: how far a printed number may be from the true one.
const PRINTED: f64 = 0.5e-4;
/// How close the outputs must come. `what_four_decimals_allow` derives it.
const BOUND: f64 = 2e-4;

/// All states of `nn.RNN(2, 1)` on the note's data.
fn states() -> Vec<f64> {
    let sizes = vanilla(2, 1, 1);
    let mut params = Params::<f64>::zeros(sizes);
    params
        .get_mut(Tensor::WeightIh(0))
        .copy_from_slice(&WEIGHT_IH);
    params.get_mut(Tensor::WeightHh(0))[0] = WEIGHT_HH;
    params.get_mut(Tensor::BiasIh(0))[0] = BIAS_IH;
    params.get_mut(Tensor::BiasHh(0))[0] = BIAS_HH;
    let mut tape = Tape::new(sizes, 1, DATA.len());
    forward(
        &params,
        Input::Dense(DATA.as_flattened()),
        DATA.len(),
        &mut tape,
    );
    tape.hidden(0).to_vec()
}

/// The standard deviation that rounding to four decimals leaves in each state, to first order. A
/// rounding error is uniform in +-PRINTED, with standard deviation PRINTED / sqrt(3), and independent of
/// the others. Those of the data differ from step to step and fade with the state; those of the five
/// weights are the same at every step, so their influence d(state)/d(weight) is carried along.
fn deviations(states: &[f64]) -> Vec<f64> {
    let sigma = PRINTED / 3f64.sqrt();
    let mut by_data = 0.0; // a variance
    let mut by_weight = [0.0; 5]; // d h / d (w_1, w_2, w_hh, b_ih, b_hh)
    let mut before = 0.0;
    states
        .iter()
        .zip(DATA)
        .map(|(&h, x)| {
            let slope = 1.0 - h * h;
            let data_now = (WEIGHT_IH[0].powi(2) + WEIGHT_IH[1].powi(2)) * sigma.powi(2);
            by_data = slope.powi(2) * (data_now + WEIGHT_HH.powi(2) * by_data);
            for (influence, direct) in by_weight.iter_mut().zip([x[0], x[1], before, 1.0, 1.0]) {
                *influence = slope * (direct + WEIGHT_HH * *influence);
            }
            before = h;
            let weights: f64 = by_weight.iter().map(|w| w * w).sum();
            // The printed output is itself rounded.
            (by_data + weights * sigma.powi(2) + sigma.powi(2)).sqrt()
        })
        .collect()
}

#[test]
fn nn_rnn_prints_what_note_004_shows() {
    for (t, (state, printed)) in states().iter().zip(OUTPUTS).enumerate() {
        assert!(
            (state - printed).abs() < BOUND,
            "step {t}: {state} is not {printed}"
        );
    }
}

#[test]
fn what_four_decimals_allow() {
    let worst = deviations(&states()).into_iter().fold(0.0, f64::max);
    // Three standard deviations of the step that rounding disturbs most: about 2e-4, no more, no less.
    assert!(
        3.0 * worst < 1.25 * BOUND && 3.0 * worst > 0.75 * BOUND,
        "{}",
        3.0 * worst
    );
}

#[test]
fn a_missing_bias_would_show() {
    // A hundredth of the smaller bias already moves the outputs past the bound.
    let moved = 0.01 * BIAS_IH.abs() * (1.0 - OUTPUTS[1].powi(2));
    assert!(moved > BOUND);
}
