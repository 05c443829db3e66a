//! From gradients to a change of the weights: clipping, then SGD, Adagrad or Adam, by the definitions
//! and defaults of `torch.optim`. Imports `linalg` and `config`.

use crate::config::OptimizerKind;
use crate::linalg::{Scalar, flush};

/// Adam's decay of the first moment (Kingma and Ba 2015).
const BETA_1: f64 = 0.9;
/// Adam's decay of the second moment.
const BETA_2: f64 = 0.999;
/// Adam's guard against division by zero.
const ADAM_EPSILON: f64 = 1e-8;
/// Adagrad's guard against division by zero.
const ADAGRAD_EPSILON: f64 = 1e-10;

/// Scales `gradients` so that their Euclidean norm is at most `max_norm` (Pascanu, Mikolov and Bengio
/// 2013; the 1e-6 is torch's); 0 leaves them as they are. Returns the norm before scaling.
pub fn clip_by_global_norm<S: Scalar>(gradients: &mut [S], max_norm: f64) -> f64 {
    // Eight sums side by side, in f64: exact enough, and free of one long chain of additions.
    let mut squares = [0.0f64; 8];
    for chunk in gradients.chunks(8) {
        for (sum, &gradient) in squares.iter_mut().zip(chunk) {
            let gradient = gradient.as_f64();
            *sum += gradient * gradient;
        }
    }
    let norm = squares.iter().sum::<f64>().sqrt();
    let scale = max_norm / (norm + 1e-6);
    if max_norm > 0.0 && scale < 1.0 {
        let scale = S::of(scale);
        gradients.iter_mut().for_each(|gradient| *gradient *= scale);
    }
    norm
}

/// The optimiser and what it remembers: one value for each weight in each of its moments.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimizer<S> {
    kind: OptimizerKind,
    steps: u64,
    moments: Vec<Vec<S>>,
}

impl<S: Scalar> Optimizer<S> {
    /// A fresh optimiser for this many weights.
    #[must_use]
    pub fn new(kind: OptimizerKind, weights: usize) -> Self {
        let moments = vec![vec![S::zero(); weights]; Self::moment_names(kind).len()];
        Self {
            kind,
            steps: 0,
            moments,
        }
    }

    /// What `torch.optim` calls the moments of this kind.
    #[must_use]
    pub fn moment_names(kind: OptimizerKind) -> &'static [&'static str] {
        match kind {
            OptimizerKind::Sgd => &[],
            OptimizerKind::Adagrad => &["sum"],
            OptimizerKind::Adam => &["exp_avg", "exp_avg_sq"],
        }
    }

    /// Updates done so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The moments in the order of [`Optimizer::moment_names`].
    #[must_use]
    pub fn moments(&self) -> &[Vec<S>] {
        &self.moments
    }

    /// Goes on from a saved state.
    ///
    /// # Panics
    /// When the moments are not those of this optimiser.
    pub fn restore(&mut self, steps: u64, moments: Vec<Vec<S>>) {
        assert_eq!(
            moments.len(),
            self.moments.len(),
            "one vector for each moment"
        );
        for (new, old) in moments.iter().zip(&self.moments) {
            assert_eq!(new.len(), old.len(), "one value for each weight");
        }
        (self.steps, self.moments) = (steps, moments);
    }

    /// Changes `weights` along their `gradients`.
    pub fn step(&mut self, weights: &mut [S], gradients: &[S], learning_rate: f64) {
        self.steps += 1;
        match self.kind {
            OptimizerKind::Sgd => sgd(weights, gradients, learning_rate),
            OptimizerKind::Adagrad => {
                adagrad(weights, gradients, &mut self.moments[0], learning_rate);
            }
            OptimizerKind::Adam => {
                let (first, second) = self.moments.split_at_mut(1);
                adam(
                    weights,
                    gradients,
                    &mut first[0],
                    &mut second[0],
                    learning_rate,
                    self.steps,
                );
            }
        }
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
    let t = step as f64;
    let rate = S::of(learning_rate / (1.0 - BETA_1.powf(t)));
    let correction = S::of((1.0 - BETA_2.powf(t)).sqrt().recip());
    let (keep_1, gain_1) = (S::of(BETA_1), S::of(1.0 - BETA_1));
    let (keep_2, gain_2) = (S::of(BETA_2), S::of(1.0 - BETA_2));
    let epsilon = S::of(ADAM_EPSILON);
    let moments = first.iter_mut().zip(second);
    for ((w, &g), (m, v)) in weights.iter_mut().zip(gradients).zip(moments) {
        // Symbols that no longer occur leave moments that only fade.
        *m = flush(keep_1 * *m + gain_1 * g);
        *v = flush(keep_2 * *v + gain_2 * (g * g));
        *w -= rate * *m / (v.sqrt() * correction + epsilon);
    }
}
