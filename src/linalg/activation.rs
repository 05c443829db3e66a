//! `exp`, `tanh` and the logistic function for `f32` without a branch and without a table, so that the
//! compiler turns a loop over them into vector instructions.
//!
//! `exp` and the logistic function stand on `e^x - 1` by the classical reduction (Cody and Waite 1980):
//! `x = n ln 2 + r` with a whole `n` and `|r| <= ln 2 / 2`, then the Taylor polynomial of degree 7 in `r`,
//! whose first missing term is below `r^8 / 8! < 5.3e-9` there, a tenth of `f32`'s rounding. `tanh` is
//! `x P(x^2) / Q(x^2)` with polynomials of degree 5 and 3, fitted by `docs/tanh.py`, which is two thirds of the
//! work; its relative error would be 1.7e-8, were it not for the rounding.
//!
//! Polynomials are summed by Estrin's scheme (1960): Horner's would be one long chain, in which each
//! operation waits for the one before.

use super::Scalar;

/// Replaces each `x` by `e^x`.
///
/// For `f32` the relative error is below 2.5e-7 (about two units in the last place) for `x` in
/// [-87, 88]; below -87.3 the result is at most 1.2e-38 and above 88.7 it is infinite or at least
/// 3e38. NaN stays NaN. For `f64` it is the standard library's.
pub fn exp_in_place<S: Scalar>(values: &mut [S]) {
    exp_shifted_in_place(values, S::zero());
}

/// Replaces each `x` by `e^(x - shift)`, with the error that [`exp_in_place`] has at `x - shift` as rounded.
pub fn exp_shifted_in_place<S: Scalar>(values: &mut [S], shift: S) {
    S::exp_all(values, shift);
}

/// Replaces each `x` by `tanh(x)`.
///
/// For `f32` the relative error is below 4e-7 everywhere, and the result never leaves [-1, 1]. NaN
/// stays NaN. For `f64` it is the standard library's.
pub fn tanh_in_place<S: Scalar>(values: &mut [S]) {
    S::tanh_all(values);
}

/// Replaces each `x` by the logistic function `1 / (1 + e^-x)`.
///
/// For `f32` the relative error is below 4e-7 for `x` in [-87, infinity) (below, the result is at most
/// 1.7e-38), and the result never leaves [0, 1]. NaN stays NaN. For `f64` it is the standard library's.
pub fn sigmoid_in_place<S: Scalar>(values: &mut [S]) {
    S::sigmoid_all(values);
}

/// A gradient below this magnitude is as good as none: Adam adds 1e-8 to the root of its square's mean,
/// and even a mean square of this size has a root of 1e-15.
const NEGLIGIBLE: f64 = 1e-30;

/// `x`, or zero when it is negligible (below 1e-30 in magnitude). Saturated units and certain
/// predictions shrink gradients towards the subnormal numbers, on which processors are some ten to a
/// hundred times slower. NaN stays NaN.
#[inline(always)]
pub fn flush<S: Scalar>(x: S) -> S {
    if x.abs() < S::of(NEGLIGIBLE) {
        S::zero()
    } else {
        x
    }
}

/// How many values a turn of a loop takes: enough that an engine, which builds constants anew in every
/// turn, does it for four registers at a time.
const LANES: usize = 16;
/// Values of a register.
const FEW: usize = 4;

/// Replaces each `x` by `f(x)`, [`LANES`] at a time.
#[inline(always)]
pub(super) fn replace_each(values: &mut [f32], f: impl Fn(f32) -> f32) {
    // The last few are done apart, some of them once more, or they would be done one by one.
    let mut last = [0.0; FEW];
    let apart = match values.len() % FEW {
        0 => 0,
        _ => values.len().min(FEW),
    };
    let from = values.len() - apart;
    for (last, &x) in last.iter_mut().zip(&values[from..]) {
        *last = x;
    }
    let (chunks, rest) = values.as_chunks_mut::<LANES>();
    for chunk in chunks {
        chunk.iter_mut().for_each(|x| *x = f(*x));
    }
    let few = rest.as_chunks_mut::<FEW>().0;
    for chunk in few.iter_mut().chain((apart > 0).then_some(&mut last)) {
        chunk.iter_mut().for_each(|x| *x = f(*x));
    }
    for (x, &last) in values[from..].iter_mut().zip(&last) {
        *x = last;
    }
}

/// 1.5 * 2^23: adding it leaves a number of magnitude below 2^22 rounded to a whole one in the low bits.
const ROUNDER: f32 = 12_582_912.0;
/// ln 2 in two parts, of which the first has so few bits that its product with any `n` here is exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// `(2^n, e^r - 1)` for `x = n ln 2 + r`. `x` must lie within [-126 ln 2, 127 ln 2], or be NaN.
#[inline(always)]
fn reduce(x: f32) -> (f32, f32) {
    let rounded = x * std::f32::consts::LOG2_E + ROUNDER;
    let n = rounded - ROUNDER;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    // The Taylor coefficients 1/k!.
    let square = r * r;
    let low = 0.5 + r * (1.0 / 6.0);
    let middle = 1.0 / 24.0 + r * (1.0 / 120.0);
    let high = 1.0 / 720.0 + r * (1.0 / 5040.0);
    let exp_m1 = r + square * (low + square * (middle + square * high));
    // The whole n sits in the low bits of `rounded`; shifted into the exponent it makes 2^n.
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0f32.to_bits()));
    (power, exp_m1)
}

/// `e^x`.
#[inline(always)]
pub(super) fn exp_f32(x: f32) -> f32 {
    // Comparisons, not min and max, for those would turn NaN into a number.
    let x = if x > 88.0 { 88.0 } else { x };
    let x = if x < -87.0 { -87.0 } else { x };
    let (power, exp_m1) = reduce(x);
    power * exp_m1 + power
}

/// `tanh(x)`.
#[inline(always)]
pub(super) fn tanh_f32(x: f32) -> f32 {
    // Where the fit ends, 2.7e-7 below 1.
    let x = if x > 7.9 { 7.9 } else { x };
    let x = if x < -7.9 { -7.9 } else { x };
    let square = x * x;
    let fourth = square * square;
    let low = 1.0 + square * 1.298_729e-1;
    let middle = 2.994_637_7e-3 + square * 9.962_217e-6;
    let high = -1.497_576_8e-8 + square * 2.428_831e-11;
    let above = low + fourth * (middle + fourth * high);
    let low = 1.0 + square * 4.632_061_4e-1;
    let high = 2.406_353_9e-2 + square * 2.384_365e-4;
    x * above / (low + fourth * high)
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub(super) fn sigmoid_f32(x: f32) -> f32 {
    1.0 / (1.0 + exp_f32(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every f32 whose bit pattern is a multiple of a stride that is odd, so that all exponents and
    /// all kinds of mantissas come by: about a million values of each sign.
    fn sweep() -> impl Iterator<Item = f32> {
        (0..=f32::INFINITY.to_bits())
            .step_by(2003)
            .flat_map(|bits| {
                let x = f32::from_bits(bits);
                [x, -x]
            })
    }

    #[test]
    fn a_value_comes_out_the_same_wherever_it_stands() {
        for length in 0..70 {
            let values: Vec<f32> = (0..length).map(|i| (i as f32 - 30.0) * 0.37).collect();
            let mut together = values.clone();
            tanh_in_place(&mut together);
            let alone: Vec<f32> = values.into_iter().map(tanh_f32).collect();
            assert_eq!(together, alone, "{length} of them");
        }
    }

    #[test]
    fn tanh_stays_within_its_stated_error_over_all_floats() {
        for x in sweep() {
            let (got, true_value) = (f64::from(tanh_f32(x)), f64::from(x).tanh());
            let bound = 4e-7 * true_value.abs() + f64::from(f32::MIN_POSITIVE);
            assert!(
                (got - true_value).abs() <= bound,
                "tanh({x}) = {got}, not {true_value}"
            );
            assert!(got.abs() <= 1.0, "tanh({x}) = {got} leaves [-1, 1]");
        }
        assert!(tanh_f32(f32::NAN).is_nan());
    }

    #[test]
    fn exp_stays_within_its_stated_error_over_all_floats() {
        for x in sweep().filter(|x| (-87.0..=88.0).contains(x)) {
            let (got, true_value) = (f64::from(exp_f32(x)), f64::from(x).exp());
            let error = (got - true_value).abs() / true_value;
            assert!(error <= 2.5e-7, "exp({x}) = {got}, not {true_value}");
        }
        assert!(exp_f32(f32::NEG_INFINITY) < 2e-38);
        assert!(exp_f32(f32::INFINITY) > 1e38);
        assert!(exp_f32(f32::NAN).is_nan());
        assert_eq!(exp_f32(0.0), 1.0);
    }

    #[test]
    fn sigmoid_stays_within_its_stated_error_over_all_floats() {
        for x in sweep() {
            let (got, true_value) = (
                f64::from(sigmoid_f32(x)),
                (1.0 + (-f64::from(x)).exp()).recip(),
            );
            let bound = if x < -87.0 {
                1.7e-38
            } else {
                4e-7 * true_value
            };
            assert!(
                (got - true_value).abs() <= bound,
                "sigmoid({x}) = {got}, not {true_value}"
            );
            assert!(
                (0.0..=1.0).contains(&got),
                "sigmoid({x}) = {got} leaves [0, 1]"
            );
        }
        assert!(sigmoid_f32(f32::NAN).is_nan());
        assert_eq!(sigmoid_f32(0.0), 0.5);
    }
}
