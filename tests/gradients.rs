//! Is the backward pass the derivative of the forward pass?

mod common;

use babble::cell::Input;
use babble::linalg::Scalar;
use babble::loss::{cross_entropy, cross_entropy_backward};
use babble::model::{Tape, backward, forward};
use babble::params::{Params, Sizes, Tensor};
use common::{Bug, Chunk, Plain, f32_bound, loss_and_gradients, problem, relative_error};
use rand::RngExt;

/// Half the distance of the central difference (f(w + e) - f(w - e)) / 2e. Its error is about
/// e^2 f'''/6 + u f / e with f64's rounding u = 1.1e-16: some 1e-11 for losses of about 1 nat, which is
/// 1e-8 of gradients as small as 1e-3.
const STEP: f64 = 1e-5;
/// The largest relative error of a tensor's gradient. A hundred times the above; the planted bugs
/// below come out a thousand times larger still.
const BOUND: f64 = 1e-6;

/// B, T, H, V: single, odd, wide and long ones, more symbols than units and fewer.
const SHAPES: [(usize, usize, usize, usize); 7] = [
    (1, 1, 1, 2),
    (1, 5, 3, 4),
    (3, 4, 7, 5),
    (4, 9, 5, 11),
    (2, 17, 8, 3),
    (9, 3, 16, 6),
    (5, 2, 9, 30),
];

fn sizes(hidden: usize, symbols: usize) -> Sizes {
    Sizes {
        inputs: symbols,
        hidden,
        outputs: symbols,
    }
}

/// The gradients by central differences of `loss`.
fn numeric(params: &Params<f64>, mut loss: impl FnMut(&Params<f64>) -> f64) -> Params<f64> {
    let mut moved = params.clone();
    let values = (0..params.len())
        .map(|i| {
            let at = params.values()[i];
            let mut probe = |value| {
                moved.values_mut()[i] = value;
                loss(&moved)
            };
            let slope = (probe(at + STEP) - probe(at - STEP)) / (2.0 * STEP);
            moved.values_mut()[i] = at;
            slope
        })
        .collect();
    Params::from_values(params.sizes(), values)
}

/// The worst relative error over all tensors.
fn worst(a: &Params<f64>, b: &Params<f64>) -> f64 {
    Tensor::ALL
        .into_iter()
        .map(|t| relative_error(a.get(t), b.get(t)))
        .fold(0.0, f64::max)
}

#[test]
fn every_tensors_gradient_agrees_with_central_differences() {
    for (seed, (batch, steps, hidden, symbols)) in (0..).zip(SHAPES) {
        let (params, chunk) = problem(sizes(hidden, symbols), batch, steps, seed);
        let (_, gradients) = loss_and_gradients(&params, &chunk);
        let expected = numeric(&params, |p| loss_and_gradients(p, &chunk).0);
        for tensor in Tensor::ALL {
            let error = relative_error(gradients.get(tensor), expected.get(tensor));
            assert!(
                error < BOUND,
                "{} at B{batch} T{steps} H{hidden} V{symbols}: {error:e}",
                tensor.name()
            );
        }
    }
}

#[test]
fn dense_inputs_have_true_gradients_too() {
    let (batch, steps) = (3, 5);
    let sizes = Sizes {
        inputs: 2,
        hidden: 6,
        outputs: 4,
    };
    let (params, Chunk { targets, .. }) = problem(sizes, batch, steps, 9);
    let mut rng = common::rng(10);
    let x: Vec<f64> = (0..sizes.inputs * batch * steps)
        .map(|_| rng.random_range(-1.0..1.0))
        .collect();
    let run = |params: &Params<f64>| {
        let mut tape = Tape::new(sizes, batch, steps);
        forward(params, Input::Dense(&x), steps, &mut tape);
        let loss = cross_entropy(tape.outputs_mut(), &targets);
        cross_entropy_backward(tape.outputs_mut(), &targets, 1.0);
        let mut gradients = Params::zeros(sizes);
        backward(params, Input::Dense(&x), &mut tape, &mut gradients);
        (loss, gradients)
    };
    let error = worst(&run(&params).1, &numeric(&params, |p| run(p).0));
    assert!(error < BOUND, "{error:e}");
}

#[test]
fn the_check_catches_planted_bugs() {
    let (params, chunk) = problem(sizes(7, 5), 3, 4, 1);
    let error_of = |bug| {
        let plain = Plain { bug };
        // What is differentiated numerically is the right loss: a dropped bias shows in it.
        let right = numeric(&params, |p| {
            Plain { bug: Bug::None }.loss_and_gradients(p, &chunk).0
        });
        worst(&plain.loss_and_gradients(&params, &chunk).1, &right)
    };
    assert!(error_of(Bug::None) < BOUND);
    for bug in [
        Bug::DroppedBias,
        Bug::StateOneStepOff,
        Bug::NoFlowThroughTime,
    ] {
        let error = error_of(bug);
        assert!(error > 1000.0 * BOUND, "{bug:?} passes with {error:e}");
    }
}

#[test]
fn the_plain_implementation_agrees() {
    for (seed, (batch, steps, hidden, symbols)) in (20..).zip(SHAPES) {
        let (params, chunk) = problem(sizes(hidden, symbols), batch, steps, seed);
        let (loss, gradients) = loss_and_gradients(&params, &chunk);
        let (plain_loss, plain) = Plain { bug: Bug::None }.loss_and_gradients(&params, &chunk);
        // Two f64 sums of the same terms in different orders: their rounding, with room.
        assert!(
            (loss - plain_loss).abs() < 1e-12,
            "{loss} is not {plain_loss}"
        );
        let error = worst(&gradients, &plain);
        assert!(
            error < 1e-12,
            "{error:e} at B{batch} T{steps} H{hidden} V{symbols}"
        );
    }
}

#[test]
fn single_precision_stays_within_its_rounding() {
    for (seed, (batch, steps, hidden, symbols)) in (40..).zip(SHAPES) {
        let (exact, chunk) = problem(sizes(hidden, symbols), batch, steps, seed);
        let single: Vec<f32> = exact.values().iter().map(|&w| f32::of(w)).collect();
        let exact = single.iter().map(|w| w.as_f64()).collect();
        let (loss, d) =
            loss_and_gradients(&Params::from_values(sizes(hidden, symbols), single), &chunk);
        let (true_loss, true_d) = loss_and_gradients(
            &Params::<f64>::from_values(sizes(hidden, symbols), exact),
            &chunk,
        );
        let bound = f32_bound(batch, steps, hidden, symbols);
        assert!((loss - true_loss).abs() < bound * true_loss.max(1.0));
        for tensor in Tensor::ALL {
            let error = relative_error(d.get(tensor), true_d.get(tensor));
            assert!(
                error < bound,
                "{}: {error:e} is not below {bound:e}",
                tensor.name()
            );
        }
    }
}
