//! What is drawn at random: fresh weights, and the masks of dropout. A count of n draws of probability p lies within
//! four standard deviations, 4 sqrt(n p (1 - p)), of n p for all but one seed in 16,000; the seeds are fixed.

use crate::common::rng;
use babble::config::{CellKind, Initialization};
use babble::nn::cell::Input;
use babble::nn::model::{Tape, forward};
use babble::nn::params::{Params, Sizes, Tensor};
use nalgebra::DMatrix;

const SIZES: Sizes = Sizes {
    cell: CellKind::Lstm,
    inputs: 30,
    hidden: 40,
    layers: 3,
    outputs: 20,
};

fn drawn(cell: CellKind, initialization: Initialization, forget_bias: f64) -> Params<f32> {
    let sizes = Sizes { cell, ..SIZES };
    Params::random(sizes, initialization, forget_bias, &mut rng(5))
}

/// They fill an even distribution between -bound and bound: none lies outside, the largest come close, and the mean
/// square is bound^2 / 3, within four standard deviations of a mean of n squares, bound^2 sqrt(4 / 45 n).
fn assert_even(values: &[f32], bound: f64, what: &str) {
    let count = values.len() as f64;
    let most = values
        .iter()
        .fold(0.0, |most: f64, &x| most.max(f64::from(x.abs())));
    assert!(
        most <= bound * (1.0 + f64::from(f32::EPSILON)) && most > bound * (1.0 - 20.0 / count),
        "{what}: up to {most}, not {bound}"
    );
    let square = values.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / count;
    let off = (square / (bound * bound) - 1.0 / 3.0).abs();
    assert!(
        off < 4.0 * (4.0 / (45.0 * count)).sqrt(),
        "{what}: {square}"
    );
}

#[test]
fn recurrent_weights_begin_orthogonal_gate_by_gate() {
    for &cell in CellKind::ALL {
        let params = drawn(cell, Initialization::Orthogonal, 1.0);
        for layer in 0..SIZES.layers {
            let all = params.matrix(Tensor::WeightHh(layer));
            for gate in 0..cell.gates() {
                let q: DMatrix<f64> = all.rows(gate * SIZES.hidden, SIZES.hidden).map(f64::from);
                // A column's 40 numbers of size 0.16 are rounded to f32, each by 1e-8 at most.
                let off =
                    (q.transpose() * &q - DMatrix::identity(SIZES.hidden, SIZES.hidden)).amax();
                assert!(off < 1e-6, "{cell:?}, layer {layer}, gate {gate}: {off:e}");
            }
        }
    }
}

/// Nothing about an evenly drawn matrix prefers a sign, as a decomposition might.
#[test]
fn orthogonal_weights_are_drawn_evenly() {
    let sizes = |hidden| Sizes {
        cell: CellKind::Rnn,
        hidden,
        layers: 1,
        ..SIZES
    };
    let weights = |hidden, seed| {
        let params: Params<f64> = Params::random(
            sizes(hidden),
            Initialization::Orthogonal,
            0.0,
            &mut rng(seed),
        );
        params.matrix(Tensor::WeightHh(0)).into_owned()
    };
    const DRAWS: u64 = 400;
    // The only orthogonal matrices of one row are 1 and -1.
    let positive = (0..DRAWS)
        .filter(|&seed| weights(1, seed)[(0, 0)] > 0.0)
        .count();
    assert!(
        (160..=240).contains(&positive),
        "{positive} of {DRAWS} are positive"
    );
    // Each element has the mean 0 and the mean square 1/n, so the trace has the mean 0 and the mean square 1.
    for hidden in [2, 5] {
        let mean = (0..DRAWS)
            .map(|seed| weights(hidden, seed).trace())
            .sum::<f64>()
            / DRAWS as f64;
        assert!(mean.abs() < 4.0 / (DRAWS as f64).sqrt(), "{hidden}: {mean}");
    }
}

#[test]
fn the_other_weights_keep_glorots_bounds_and_biases_begin_at_zero() {
    for &cell in CellKind::ALL {
        let params = drawn(cell, Initialization::Orthogonal, 0.0);
        let Sizes {
            inputs,
            hidden,
            layers,
            outputs,
            ..
        } = SIZES;
        // A gate by itself is what has a fan-in and a fan-out.
        let glorot = |fan_in: usize, fan_out: usize| (6.0 / (fan_in + fan_out) as f64).sqrt();
        for layer in 0..layers {
            let fan_in = if layer == 0 { inputs } else { hidden };
            let weights = params.get(Tensor::WeightIh(layer));
            assert_even(
                weights,
                glorot(fan_in, hidden),
                &format!("{cell:?}, layer {layer}"),
            );
            for bias in [Tensor::BiasIh(layer), Tensor::BiasHh(layer)] {
                assert!(params.get(bias).iter().all(|&b| b == 0.0), "{cell:?}");
            }
        }
        assert_even(
            params.get(Tensor::HeadWeight),
            glorot(hidden, outputs),
            "readout",
        );
        assert!(params.get(Tensor::HeadBias).iter().all(|&b| b == 0.0));
    }
}

#[test]
fn pytorchs_way_is_even_throughout() {
    for &cell in CellKind::ALL {
        let params = drawn(cell, Initialization::Uniform, 0.0);
        assert_even(
            params.values(),
            (SIZES.hidden as f64).sqrt().recip(),
            &format!("{cell:?}"),
        );
    }
}

#[test]
fn the_forget_gates_alone_begin_with_the_forget_bias() {
    let (forget, hidden) = (SIZES.hidden..2 * SIZES.hidden, SIZES.hidden);
    for initialization in [Initialization::Orthogonal, Initialization::Uniform] {
        let (with, without) = (
            drawn(CellKind::Lstm, initialization, 1.5),
            drawn(CellKind::Lstm, initialization, 0.0),
        );
        for layer in 0..SIZES.layers {
            for (tensor, value) in [(Tensor::BiasIh(layer), 1.5), (Tensor::BiasHh(layer), 0.0)] {
                let (with, without) = (with.get(tensor), without.get(tensor));
                assert!(
                    with[forget.clone()].iter().all(|&b| b == value),
                    "{tensor:?}"
                );
                // The rest, and all without a forget bias, stays as it was drawn.
                assert_eq!(with[..hidden], without[..hidden]);
                assert_eq!(with[2 * hidden..], without[2 * hidden..]);
                if initialization == Initialization::Uniform {
                    assert!(
                        without[forget.clone()].iter().all(|&b| b != value),
                        "{tensor:?}"
                    );
                }
            }
        }
        for cell in [CellKind::Rnn, CellKind::Relu, CellKind::Gru] {
            assert_eq!(
                drawn(cell, initialization, 1.5),
                drawn(cell, initialization, 0.0)
            );
        }
    }
}

/// Two layers of which each hands on what it reads, 1 throughout: what comes out are the masks.
#[test]
fn dropout_leaves_out_its_share_and_scales_the_rest() {
    let (hidden, batch, steps) = (64, 8, 50);
    let sizes = Sizes {
        cell: CellKind::Relu,
        inputs: 1,
        hidden,
        layers: 2,
        outputs: hidden,
    };
    let mut params = Params::<f64>::zeros(sizes);
    params.get_mut(Tensor::BiasIh(0)).fill(1.0);
    for tensor in [Tensor::WeightIh(1), Tensor::HeadWeight] {
        let identity: DMatrix<f64> = DMatrix::identity(hidden, hidden);
        params.get_mut(tensor).copy_from_slice(identity.as_slice());
    }
    let ids = vec![0; batch * steps];
    for share in [0.1, 0.5, 0.9] {
        let mut tape = Tape::new(sizes, batch, steps);
        tape.draw_masks(share, steps, &mut rng(3));
        forward(&params, Input::Symbols(&ids), steps, &mut tape);
        let outputs = tape.outputs();
        let left_out = outputs.iter().filter(|&&y| y == 0.0).count() as f64;
        let kept = 1.0 / (1.0 - share);
        assert!(outputs.iter().all(|&y| y == 0.0 || y == kept), "{share}");
        let count = outputs.len() as f64;
        let off = (left_out - share * count).abs();
        assert!(
            off < 4.0 * (count * share * (1.0 - share)).sqrt(),
            "{left_out} of {count}"
        );
    }
}
