//! From gradients to weights: clipping and the three rules, against their definitions.

mod common;

use babble::config::OptimizerKind;
use babble::optim::{Optimizer, clip_by_global_norm};
use common::relative_error;
use rand::RngExt;

const RATE: f64 = 0.01;
const STEPS: usize = 50;

/// Gradients of very different sizes, some of them zero, for 13 weights at each step.
fn gradients() -> Vec<Vec<f64>> {
    let mut rng = common::rng(11);
    (0..STEPS)
        .map(|_| {
            (0..13)
                .map(|i: i32| f64::from(i % 5) * 10f64.powi(-i / 2) * rng.random_range(-1.0..1.0))
                .collect()
        })
        .collect()
}

/// The weights after all steps, from 1 on.
fn trained(kind: OptimizerKind) -> Vec<f64> {
    let mut weights = vec![1.0; 13];
    let mut optimizer = Optimizer::new(kind, weights.len());
    for g in gradients() {
        optimizer.step(&mut weights, &g, RATE);
    }
    weights
}

/// The same for one weight after another, by `rule`: (t, g_1 ... g_t) -> the step down.
fn by_definition(rule: impl Fn(usize, &[f64]) -> f64) -> Vec<f64> {
    (0..13)
        .map(|i| {
            let g: Vec<f64> = gradients().iter().map(|g| g[i]).collect();
            1.0 - (1..=STEPS).map(|t| rule(t, &g[..t])).sum::<f64>()
        })
        .collect()
}

/// How far each weight has moved; two f64 sums of the same terms differ by their rounding alone.
fn assert_same_path(got: &[f64], expected: &[f64]) {
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert!(
            (got - expected).abs() < 1e-12,
            "weight {i}: {got}, not {expected}"
        );
    }
}

#[test]
fn sgd_follows_the_gradient() {
    let expected = by_definition(|t, g| RATE * g[t - 1]);
    assert_same_path(&trained(OptimizerKind::Sgd), &expected);
}

#[test]
fn adagrad_divides_by_the_root_of_the_sum_of_squares() {
    let expected = by_definition(|t, g| {
        let sum: f64 = g.iter().map(|g| g * g).sum();
        RATE * g[t - 1] / (sum.sqrt() + 1e-10)
    });
    assert_same_path(&trained(OptimizerKind::Adagrad), &expected);
}

#[test]
fn adam_divides_its_corrected_moments() {
    // Kingma and Ba (2015), algorithm 1, with the moments written out as sums.
    let moment = |beta: f64, values: &[f64]| {
        let t = values.len() as i32;
        let weighted = values
            .iter()
            .rev()
            .zip(0..)
            .map(|(v, age)| beta.powi(age) * v);
        (1.0 - beta) * weighted.sum::<f64>() / (1.0 - beta.powi(t))
    };
    let expected = by_definition(|_, g| {
        let squares: Vec<f64> = g.iter().map(|g| g * g).collect();
        RATE * moment(0.9, g) / (moment(0.999, &squares).sqrt() + 1e-8)
    });
    assert_same_path(&trained(OptimizerKind::Adam), &expected);
}

#[test]
fn clipping_shortens_what_is_too_long_and_turns_nothing() {
    for length in [1usize, 7, 8, 9, 100] {
        let mut rng = common::rng(length as u64);
        let original: Vec<f64> = (0..length).map(|_| rng.random_range(-1.0..1.0)).collect();
        let norm = original.iter().map(|g| g * g).sum::<f64>().sqrt();
        for max in [norm * 2.0, norm / 2.0, 0.0] {
            let mut clipped = original.clone();
            let told = clip_by_global_norm(&mut clipped, max);
            assert!((told - norm).abs() < 1e-12, "the norm before scaling");
            // As torch does it, 1e-6 is added to the norm.
            let factor = if max > 0.0 {
                (max / (norm + 1e-6)).min(1.0)
            } else {
                1.0
            };
            let expected: Vec<f64> = original.iter().map(|g| g * factor).collect();
            assert!(relative_error(&clipped, &expected) < 1e-14);
        }
    }
}
