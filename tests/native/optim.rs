//! From gradients to weights: clipping and the rules, against their definitions.

use crate::common::relative_error;
use babble::config::OptimizerKind;
use babble::training::optim::{Optimizer, Rule, clip_by_global_norm, clip_by_value};
use rand::RngExt;

const RATE: f64 = 0.01;
const STEPS: usize = 50;

/// Gradients of very different sizes, some of them zero, for 13 weights at each step.
fn gradients() -> Vec<Vec<f64>> {
    let mut rng = crate::common::rng(11);
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
    trained_by(Rule {
        kind,
        momentum: 0.0,
        weight_decay: 0.0,
    })
}

fn trained_by(rule: Rule) -> Vec<f64> {
    let mut weights = vec![1.0; 13];
    let mut optimizer = Optimizer::new(rule, weights.len());
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
fn momentum_takes_the_last_updates_along() {
    let mu: f64 = 0.9;
    let rule = Rule {
        kind: OptimizerKind::Sgd,
        momentum: mu,
        weight_decay: 0.0,
    };
    let expected = by_definition(|_, g| {
        let ages = g.iter().rev().zip(0..);
        RATE * ages.map(|(g, age)| mu.powi(age) * g).sum::<f64>()
    });
    assert_same_path(&trained_by(rule), &expected);
}

#[test]
fn rmsprop_divides_by_the_root_of_a_moving_mean_of_squares() {
    let expected = by_definition(|t, g| {
        let ages = g.iter().rev().zip(0..);
        let mean: f64 = ages.map(|(g, age)| 0.01 * 0.99f64.powi(age) * g * g).sum();
        RATE * g[t - 1] / (mean.sqrt() + 1e-8)
    });
    assert_same_path(&trained(OptimizerKind::Rmsprop), &expected);
}

#[test]
fn each_part_of_the_weights_has_its_rate() {
    for kind in [
        OptimizerKind::Sgd,
        OptimizerKind::Adagrad,
        OptimizerKind::Rmsprop,
        OptimizerKind::Adam,
        OptimizerKind::Adamw,
    ] {
        let rule = Rule {
            kind,
            momentum: 0.0,
            weight_decay: 0.1,
        };
        let with = |parts: &[(std::ops::Range<usize>, f64)]| {
            let mut weights = vec![1.0; 13];
            let mut optimizer = Optimizer::new(rule, weights.len());
            for g in gradients() {
                optimizer.step_parts(&mut weights, &g, parts.iter().cloned());
            }
            weights
        };
        let (whole, slow) = (trained_by(rule), with(&[(0..13, RATE / 4.0)]));
        // Where the rates are alike, a cut changes no bit.
        assert_eq!(with(&[(0..5, RATE), (5..6, RATE), (6..13, RATE)]), whole);
        let mixed = [&whole[..5], &slow[5..9], &whole[9..]].concat();
        let parts = [(0..5, RATE), (5..9, RATE / 4.0), (9..13, RATE)];
        assert_eq!(with(&parts), mixed, "{kind:?}");
    }
}

#[test]
fn adamw_shrinks_the_weights_beside_adam() {
    // Without gradients Adam stands still, and what is left is the decay alone.
    let rule = Rule {
        kind: OptimizerKind::Adamw,
        momentum: 0.0,
        weight_decay: 0.1,
    };
    let mut weights = [1.0, -2.0];
    let mut optimizer = Optimizer::<f64>::new(rule, 2);
    for _ in 0..STEPS {
        optimizer.step(&mut weights, &[0.0, 0.0], RATE);
    }
    let left = (1.0 - RATE * 0.1f64).powi(STEPS as i32);
    assert_same_path(&weights, &[left, -2.0 * left]);
    // Without decay it is Adam.
    let rule = Rule {
        weight_decay: 0.0,
        ..rule
    };
    assert_same_path(&trained_by(rule), &trained(OptimizerKind::Adam));
}

#[test]
fn clipping_by_value_bounds_each_gradient_and_keeps_nan() {
    let mut gradients = [0.5, -0.5, 3.0, -3.0, f64::INFINITY, f64::NAN];
    clip_by_value(&mut gradients, 1.0);
    assert_eq!(gradients[..5], [0.5, -0.5, 1.0, -1.0, 1.0]);
    assert!(gradients[5].is_nan());
    let mut free = [7.0];
    clip_by_value(&mut free, 0.0);
    assert_eq!(free, [7.0]);
}

#[test]
fn clipping_shortens_what_is_too_long_and_turns_nothing() {
    for length in [1usize, 7, 8, 9, 100] {
        let mut rng = crate::common::rng(length as u64);
        let original: Vec<f64> = (0..length).map(|_| rng.random_range(-1.0..1.0)).collect();
        let norm = original.iter().map(|g| g * g).sum::<f64>().sqrt();
        for max in [norm * 2.0, norm / 2.0, 0.0] {
            let mut clipped = original.clone();
            let reported = clip_by_global_norm(&mut clipped, max);
            assert!((reported - norm).abs() < 1e-12, "the norm before scaling");
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
