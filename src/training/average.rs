//! The exponential average of the weights. Late weights swing around a better point than any of them: their average
//! lies nearer to it (Polyak and Juditsky 1992; of recurrent and other deep networks: Kaddour 2022,
//! arXiv:2209.14981). The weights that are trained never see it.

use crate::linalg::Scalar;

/// The average is brought up to date after each of the first steps, so many, and then after every so many: a pass
/// over the weights costs as much as a few characters.
const EVERY: u64 = 4;

/// Takes the `weights` after `step` steps into their average `a`, which keeps `decay` of itself with each step, and
/// less in the beginning, where the weights change fast (TensorFlow's `ExponentialMovingAverage`):
///
/// a += (1 - d^k) (w - a),  d = min(decay, (1 + t) / (10 + t)),  t: `step`,  k: steps since the last time
pub fn update<S: Scalar>(average: &mut [S], weights: &[S], decay: f64, step: u64) {
    let passed = if step <= EVERY { 1 } else { EVERY };
    if !step.is_multiple_of(passed) {
        return;
    }
    let kept = decay.min((1 + step) as f64 / (10 + step) as f64);
    let gain = S::of(1.0 - kept.powi(passed as i32));
    for (a, &w) in average.iter_mut().zip(weights) {
        *a += gain * (w - *a);
    }
}
