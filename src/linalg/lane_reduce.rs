//! Sums and maxima of many numbers.

use super::Scalar;

/// Enough that no addition waits for the one before.
const LANES: usize = 16;

/// `join` of `each(..., value)` over sixteen parts of the values side by side, every one begun with `start`:
/// one after another they would wait for each other. `join` must not mind `start`.
#[inline(always)]
pub(crate) fn lane_reduce<S: Scalar>(
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
#[path = "../../tests/unit/lane_reduce.rs"]
mod tests;
