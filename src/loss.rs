//! Softmax cross-entropy, in nats. Imports `linalg` and `vocab`.

use crate::linalg::{Scalar, exp_in_place, flush};
use crate::vocab::SymbolId;

/// The sum over all columns of `-ln p(target)`, with `p = softmax(y)`, by log-sum-exp:
/// `-ln p_k = ln sum_j e^(y_j - m) - (y_k - m)` with `m = max_j y_j`. The columns of `y` (V x n) become
/// the probabilities. The sum is kept in f64, so that a mean over it is not a mean of means.
///
/// # Panics
/// When there is not one target for each column.
pub fn cross_entropy<S: Scalar>(y: &mut [S], targets: &[SymbolId]) -> f64 {
    let symbols = y.len() / targets.len();
    assert_eq!(
        y.len(),
        symbols * targets.len(),
        "one target for each column"
    );
    let mut nats = 0.0;
    for (y, &target) in y.chunks_exact_mut(symbols).zip(targets) {
        let max = y.iter().fold(y[0], |max, &y| if y > max { y } else { max });
        y.iter_mut().for_each(|y| *y -= max);
        let shifted = y[usize::from(target)];
        exp_in_place(y);
        let sum: S = y.iter().copied().sum();
        nats += sum.as_f64().ln() - shifted.as_f64();
        let inverse = S::one() / sum;
        y.iter_mut().for_each(|p| *p *= inverse);
    }
    nats
}

/// The gradient of `scale * cross_entropy` with respect to the logits, from the probabilities:
/// `d_y = scale * (p - onehot(target))`, in place.
pub fn cross_entropy_backward<S: Scalar>(p: &mut [S], targets: &[SymbolId], scale: S) {
    let symbols = p.len() / targets.len();
    for (p, &target) in p.chunks_exact_mut(symbols).zip(targets) {
        p[usize::from(target)] -= S::one();
        p.iter_mut().for_each(|p| *p = flush(*p * scale));
    }
}
