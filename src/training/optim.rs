//! From gradients to a change of the weights: clipping, then SGD, Adagrad, RMSProp, Adam or AdamW, by the
//! definitions and defaults of `torch.optim`.

use std::hint::black_box;
use std::ops::Range;

use crate::config::{Config, OptimizerKind};
use crate::linalg::{Scalar, flush, lane_reduce};

/// Adam's decay of the first moment (Kingma and Ba 2015).
const BETA_1: f64 = 0.9;
/// Adam's decay of the second moment.
const BETA_2: f64 = 0.999;
/// Adam's guard against division by zero.
const ADAM_EPSILON: f64 = 1e-8;
/// Adagrad's guard against division by zero.
const ADAGRAD_EPSILON: f64 = 1e-10;
/// RMSProp's decay of the mean square; torch's, where char-rnn took 0.95.
const RMSPROP_ALPHA: f64 = 0.99;
/// RMSProp's guard against division by zero.
const RMSPROP_EPSILON: f64 = 1e-8;

/// Scales `gradients` so that their Euclidean norm is at most `max_norm` (Pascanu, Mikolov and Bengio
/// 2013; the 1e-6 is torch's); 0 leaves them as they are. Returns the norm before scaling, infinite once a square is for `S`.
pub fn clip_by_global_norm<S: Scalar>(gradients: &mut [S], max_norm: f64) -> f64 {
    let squares: f64 = gradients.chunks(SUMMED_BLOCK).map(sum_of_squares).sum();
    let norm = squares.sqrt();
    let scale = max_norm / (norm + 1e-6);
    if max_norm > 0.0 && scale < 1.0 {
        let scale = S::of(scale);
        gradients.iter_mut().for_each(|gradient| *gradient *= scale);
    }
    norm
}

/// Squares that are summed in the gradients' own precision before the sums are in f64: so few that a
/// relative error of f32's stays below 2e-6.
const SUMMED_BLOCK: usize = 256;

fn sum_of_squares<S: Scalar>(values: &[S]) -> f64 {
    lane_reduce(values, S::zero(), |sum, x| sum + x * x, |a, b| a + b).as_f64()
}

/// Scales nothing, but holds every gradient within +-`bound` (torch's `clip_grad_value_`); 0 leaves them as
/// they are. NaN stays NaN.
pub fn clip_by_value<S: Scalar>(gradients: &mut [S], bound: f64) {
    if bound > 0.0 {
        let bound = S::of(bound);
        for gradient in gradients {
            // Comparisons, not a clamp, for that would turn NaN into a number.
            if *gradient > bound {
                *gradient = bound;
            } else if *gradient < -bound {
                *gradient = -bound;
            }
        }
    }
}

/// Which rule, and what is to be set about it. What is not set has `torch.optim`'s default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// The rule.
    pub kind: OptimizerKind,
    /// SGD's momentum.
    pub momentum: f64,
    /// AdamW's weight decay.
    pub weight_decay: f64,
}

impl Rule {
    /// The rule that a configuration chose.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self {
            kind: config.optimizer,
            momentum: config.momentum,
            weight_decay: config.weight_decay,
        }
    }

    /// What `torch.optim` calls the moments of this rule.
    #[must_use]
    pub fn moment_names(self) -> &'static [&'static str] {
        match self.kind {
            OptimizerKind::Sgd if self.momentum > 0.0 => &["momentum_buffer"],
            OptimizerKind::Sgd => &[],
            OptimizerKind::Adagrad => &["sum"],
            OptimizerKind::Rmsprop => &["square_avg"],
            OptimizerKind::Adam | OptimizerKind::Adamw => &["exp_avg", "exp_avg_sq"],
        }
    }
}

/// The optimiser and what it remembers: one value for each weight in each of its moments.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimizer<S> {
    rule: Rule,
    steps: u64,
    moments: Vec<Vec<S>>,
}

impl<S: Scalar> Optimizer<S> {
    /// A fresh optimiser for this many weights.
    #[must_use]
    pub fn new(rule: Rule, weights: usize) -> Self {
        let moments = vec![vec![S::zero(); weights]; rule.moment_names().len()];
        Self {
            rule,
            steps: 0,
            moments,
        }
    }

    /// An optimiser that goes on from a saved state.
    ///
    /// # Panics
    /// When the moments are not those of the rule.
    #[must_use]
    pub fn resumed(rule: Rule, steps: u64, moments: Vec<Vec<S>>) -> Self {
        let names = rule.moment_names().len();
        assert_eq!(moments.len(), names, "one vector for each moment");
        Self {
            rule,
            steps,
            moments,
        }
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Updates done so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The moments in the order of [`Rule::moment_names`].
    #[must_use]
    pub fn moments(&self) -> &[Vec<S>] {
        &self.moments
    }

    /// Changes `weights` along their `gradients`.
    pub fn step(&mut self, weights: &mut [S], gradients: &[S], learning_rate: f64) {
        self.step_parts(weights, gradients, [(0..weights.len(), learning_rate)]);
    }

    /// As [`Optimizer::step`], with a learning rate for each part of the weights.
    pub fn step_parts(
        &mut self,
        weights: &mut [S],
        gradients: &[S],
        parts: impl IntoIterator<Item = (Range<usize>, f64)>,
    ) {
        self.steps += 1;
        for (part, learning_rate) in parts {
            self.step_part(
                &mut weights[part.clone()],
                &gradients[part.clone()],
                part,
                learning_rate,
            );
        }
    }

    #[inline(never)] // keeps it in the wasm once
    fn step_part(
        &mut self,
        weights: &mut [S],
        gradients: &[S],
        part: Range<usize>,
        learning_rate: f64,
    ) {
        let (one, two) = match self.moments.as_mut_slice() {
            [] => (&mut [][..], &mut [][..]),
            [one] => (&mut one[part], &mut [][..]),
            [one, two, ..] => (&mut one[part.clone()], &mut two[part]),
        };
        match self.rule.kind {
            OptimizerKind::Sgd if self.rule.momentum > 0.0 => {
                momentum(weights, gradients, one, self.rule.momentum, learning_rate);
            }
            OptimizerKind::Sgd => sgd(weights, gradients, learning_rate),
            OptimizerKind::Adagrad => adagrad(weights, gradients, one, learning_rate),
            OptimizerKind::Rmsprop => rmsprop(weights, gradients, one, learning_rate),
            OptimizerKind::Adam => adam(weights, gradients, one, two, learning_rate, self.steps),
            OptimizerKind::Adamw => {
                decay(weights, learning_rate * self.rule.weight_decay);
                adam(weights, gradients, one, two, learning_rate, self.steps);
            }
        }
    }
}

/// w -= share w
fn decay<S: Scalar>(weights: &mut [S], share: f64) {
    let kept = S::of(1.0 - share);
    weights.iter_mut().for_each(|w| *w *= kept);
}

/// b = mu b + g;  w -= lr b
fn momentum<S: Scalar>(
    weights: &mut [S],
    gradients: &[S],
    buffer: &mut [S],
    momentum: f64,
    learning_rate: f64,
) {
    let (momentum, learning_rate) = (S::of(momentum), S::of(learning_rate));
    for ((w, &g), b) in weights.iter_mut().zip(gradients).zip(buffer) {
        *b = flush(momentum * *b + g);
        *w -= learning_rate * *b;
    }
}

/// s = a s + (1 - a) g^2;  w -= lr g / (sqrt(s) + eps)
fn rmsprop<S: Scalar>(weights: &mut [S], gradients: &[S], squares: &mut [S], learning_rate: f64) {
    let (learning_rate, epsilon) = (S::of(learning_rate), S::of(RMSPROP_EPSILON));
    let (keep, gain) = (S::of(RMSPROP_ALPHA), S::of(1.0 - RMSPROP_ALPHA));
    for ((w, &g), s) in weights.iter_mut().zip(gradients).zip(squares) {
        *s = flush(keep * *s + gain * (g * g));
        *w -= learning_rate * g / (s.sqrt() + epsilon);
    }
}

/// w -= lr g
fn sgd<S: Scalar>(weights: &mut [S], gradients: &[S], learning_rate: f64) {
    let learning_rate = S::of(learning_rate);
    for (w, &g) in weights.iter_mut().zip(gradients) {
        *w -= learning_rate * g;
    }
}

/// s += g^2;  w -= lr g / (sqrt(s) + eps)
fn adagrad<S: Scalar>(weights: &mut [S], gradients: &[S], sums: &mut [S], learning_rate: f64) {
    let (learning_rate, epsilon) = (S::of(learning_rate), S::of(ADAGRAD_EPSILON));
    for ((w, &g), s) in weights.iter_mut().zip(gradients).zip(sums) {
        *s += g * g;
        *w -= learning_rate * g / (s.sqrt() + epsilon);
    }
}

/// m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
/// w -= lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps)
fn adam<S: Scalar>(
    weights: &mut [S],
    gradients: &[S],
    first: &mut [S],
    second: &mut [S],
    learning_rate: f64,
    step: u64,
) {
    // Past two thousand million steps both powers are zero.
    let t = i32::try_from(step).unwrap_or(i32::MAX);
    let rate = S::of(learning_rate / (1.0 - BETA_1.powi(t)));
    let correction = S::of((1.0 - BETA_2.powi(t)).sqrt().recip());
    // As numbers that the compiler does not know. Constants an engine would build anew in every turn of
    // the loop; these stay in registers, and the loop takes three quarters of the time.
    let constant = |value: f64| S::of(black_box(value));
    let (keep_1, gain_1) = (constant(BETA_1), constant(1.0 - BETA_1));
    let (keep_2, gain_2) = (constant(BETA_2), constant(1.0 - BETA_2));
    let epsilon = constant(ADAM_EPSILON);
    let moments = first.iter_mut().zip(second);
    for ((w, &g), (m, v)) in weights.iter_mut().zip(gradients).zip(moments) {
        // Symbols that no longer occur leave moments that only fade.
        *m = flush(keep_1 * *m + gain_1 * g);
        *v = flush(keep_2 * *v + gain_2 * (g * g));
        *w -= rate * *m / (v.sqrt() * correction + epsilon);
    }
}
