//! What a network is measured by: softmax cross-entropy, in nats, and squared error.
//!
//! Both return sums kept in f64, so that a mean over several chunks is not a mean of means, and leave in
//! `y` what their backwards turn into the gradient. `valid` says of each column whether it counts: the
//! steps behind a sequence's end do not.

use crate::data::vocab::SymbolId;
use crate::linalg::{Scalar, exp_shifted_in_place, flush, lane_reduce};

/// Every column counts.
pub fn all(_column: usize) -> bool {
    true
}

/// The sum over the valid columns of `-ln p(target)`, with `p = softmax(y)`, by log-sum-exp:
/// `-ln p_k = ln sum_j e^(y_j - m) - (y_k - m)` with `m = max_j y_j`. The valid columns of `y` (O x n)
/// become the probabilities, the others zero.
///
/// # Panics
/// When there is not one target for each column.
pub fn cross_entropy<S: Scalar>(
    y: &mut [S],
    targets: &[SymbolId],
    valid: impl Fn(usize) -> bool,
) -> f64 {
    let symbols = y.len() / targets.len();
    assert_eq!(
        y.len(),
        symbols * targets.len(),
        "one target for each column"
    );
    let mut nats = 0.0;
    for (column, (y, &target)) in y.chunks_exact_mut(symbols).zip(targets).enumerate() {
        if !valid(column) {
            y.fill(S::zero());
            continue;
        }
        let greater = |max, y| if y > max { y } else { max };
        let max = lane_reduce(y, y[0], greater, greater);
        let shifted = y[usize::from(target)] - max;
        exp_shifted_in_place(y, max);
        let sum = lane_reduce(y, S::zero(), |sum, y| sum + y, |a, b| a + b);
        nats += sum.as_f64().ln() - shifted.as_f64();
        let inverse = S::one() / sum;
        y.iter_mut().for_each(|p| *p *= inverse);
    }
    nats
}

/// The gradient of `scale * cross_entropy` with respect to the logits, from the probabilities:
/// `d_y = scale * (p - onehot(target))`, in place; zero in columns that do not count.
pub fn cross_entropy_backward<S: Scalar>(
    p: &mut [S],
    targets: &[SymbolId],
    valid: impl Fn(usize) -> bool,
    scale: S,
) {
    let symbols = p.len() / targets.len();
    for (column, (p, &target)) in p.chunks_exact_mut(symbols).zip(targets).enumerate() {
        if valid(column) {
            p[usize::from(target)] -= S::one();
            p.iter_mut().for_each(|p| *p = flush(*p * scale));
        }
    }
}

/// The sum over the valid columns of `(y - target)^2`, element by element. The valid columns of `y` (O x n)
/// become `y - target`, the others zero.
///
/// # Panics
/// When the shapes differ.
pub fn squared_error<S: Scalar>(
    y: &mut [S],
    targets: &[S],
    outputs: usize,
    valid: impl Fn(usize) -> bool,
) -> f64 {
    assert_eq!(y.len(), targets.len(), "one target for each output");
    let mut sum = 0.0;
    let columns = y
        .chunks_exact_mut(outputs)
        .zip(targets.chunks_exact(outputs));
    for (column, (y, targets)) in columns.enumerate() {
        if !valid(column) {
            y.fill(S::zero());
            continue;
        }
        for (y, &target) in y.iter_mut().zip(targets) {
            *y -= target;
            sum += y.as_f64() * y.as_f64();
        }
    }
    sum
}

/// The gradient of `scale * squared_error` with respect to the outputs, from the differences:
/// `d_y = 2 scale (y - target)`, in place.
pub fn squared_error_backward<S: Scalar>(differences: &mut [S], scale: S) {
    let factor = scale + scale;
    differences.iter_mut().for_each(|d| *d = flush(*d * factor));
}
