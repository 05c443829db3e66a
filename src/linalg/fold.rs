//! Sums and maxima of many numbers.

use super::Scalar;

/// Enough that no addition waits for the one before.
const LANES: usize = 16;

/// `join` of `each(..., value)` over sixteen parts of the values side by side, every one begun with `start`:
/// one after another they would wait for each other. `join` must not mind `start`.
#[inline(always)]
pub(crate) fn fold<S: Scalar>(
    values: &[S],
    start: S,
    each: impl Fn(S, S) -> S,
    join: impl Fn(S, S) -> S,
) -> S {
    let mut lanes = [start; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = each(*lane, value);
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(rest) {
        *lane = each(*lane, value);
    }
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        let (low, high) = lanes.split_at_mut(width);
        for (lane, &other) in low.iter_mut().zip(&*high) {
            *lane = join(*lane, other);
        }
    }
    lanes[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_counts_once_whatever_their_number() {
        for count in 0..100 {
            let values: Vec<f64> = (1..=count).map(f64::from).collect();
            let sum = fold(&values, 0.0, |sum, x| sum + x, |a, b| a + b);
            assert_eq!(sum, f64::from(count * (count + 1) / 2), "1 to {count}");
            let least = fold(&values, 7.0, f64::min, f64::min);
            assert_eq!(least, if count == 0 { 7.0 } else { 1.0 });
            let greatest = fold(&values, 7.0, f64::max, f64::max);
            assert_eq!(greatest, f64::from(count.max(7)));
        }
    }
}
