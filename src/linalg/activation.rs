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

use std::hint::black_box;

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

/// How many values a turn of a loop takes: four registers, whose chains of operations go side by side. With two
/// it takes nearly twice as long.
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

/// The numbers of `e^x`, which the compiler is kept from knowing: constants an engine would build anew in every
/// turn of a loop, in three instructions each, where these stay in registers or come from memory in one.
#[derive(Clone, Copy)]
pub(super) struct Exp {
    least: f32,
    most: f32,
    log2_e: f32,
    rounder: f32,
    ln_2_high: f32,
    ln_2_low: f32,
    /// The Taylor coefficients 1/k! from k = 2 to 7.
    taylor: [f32; 6],
}

impl Exp {
    pub(super) fn new() -> Self {
        black_box(Self {
            least: -87.0,
            most: 88.0,
            log2_e: std::f32::consts::LOG2_E,
            // 1.5 * 2^23: adding it leaves a number of magnitude below 2^22 rounded to a whole one in the low bits.
            rounder: 12_582_912.0,
            // ln 2 in two parts, of which the first has so few bits that its product with any n here is exact.
            ln_2_high: 0.693_359_4,
            ln_2_low: -2.121_944_4e-4,
            taylor: [2.0, 6.0, 24.0, 120.0, 720.0, 5040.0].map(f32::recip),
        })
    }

    /// `e^x`.
    #[inline(always)]
    pub(super) fn of(&self, x: f32) -> f32 {
        // Comparisons, not min and max, for those would turn NaN into a number.
        let x = if x > self.most { self.most } else { x };
        let x = if x < self.least { self.least } else { x };
        // x = n ln 2 + r
        let rounded = x * self.log2_e + self.rounder;
        let n = rounded - self.rounder;
        let r = (x - n * self.ln_2_high) - n * self.ln_2_low;
        let square = r * r;
        let [t_2, t_3, t_4, t_5, t_6, t_7] = self.taylor;
        let (low, middle, high) = (t_2 + r * t_3, t_4 + r * t_5, t_6 + r * t_7);
        let exp_m1 = r + square * (low + square * (middle + square * high));
        // The whole n sits in the low bits of `rounded`; shifted into the exponent it makes 2^n.
        let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0f32.to_bits()));
        power * exp_m1 + power
    }

    /// `1 / (1 + e^-x)`.
    #[inline(always)]
    pub(super) fn logistic(&self, x: f32) -> f32 {
        1.0 / (1.0 + self.of(-x))
    }
}

/// The numbers of `tanh(x)`, kept from the compiler as those of [`Exp`] are.
#[derive(Clone, Copy)]
pub(super) struct Tanh {
    /// Where the fit ends.
    least: f32,
    most: f32,
    /// P without its first coefficient, which is 1.
    above: [f32; 5],
    /// Q, likewise.
    below: [f32; 3],
}

impl Tanh {
    pub(super) fn new() -> Self {
        black_box(Self {
            // 2.7e-7 from -1 and 1.
            least: -7.9,
            most: 7.9,
            above: [
                1.298_729e-1,
                2.994_637_7e-3,
                9.962_217e-6,
                -1.497_576_8e-8,
                2.428_831e-11,
            ],
            below: [4.632_061_4e-1, 2.406_353_9e-2, 2.384_365e-4],
        })
    }

    /// `tanh(x)`.
    #[inline(always)]
    pub(super) fn of(&self, x: f32) -> f32 {
        let x = if x > self.most { self.most } else { x };
        let x = if x < self.least { self.least } else { x };
        let square = x * x;
        let fourth = square * square;
        let [p_1, p_2, p_3, p_4, p_5] = self.above;
        let (low, middle, high) = (1.0 + square * p_1, p_2 + square * p_3, p_4 + square * p_5);
        let above = low + fourth * (middle + fourth * high);
        let [q_1, q_2, q_3] = self.below;
        let (low, high) = (1.0 + square * q_1, q_2 + square * q_3);
        x * above / (low + fourth * high)
    }
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
        let tanh = Tanh::new();
        for length in 0..70 {
            let values: Vec<f32> = (0..length).map(|i| (i as f32 - 30.0) * 0.37).collect();
            let mut together = values.clone();
            tanh_in_place(&mut together);
            let alone: Vec<f32> = values.into_iter().map(|x| tanh.of(x)).collect();
            assert_eq!(together, alone, "{length} of them");
        }
    }

    #[test]
    fn tanh_stays_within_its_stated_error_over_all_floats() {
        let tanh = Tanh::new();
        for x in sweep() {
            let (got, true_value) = (f64::from(tanh.of(x)), f64::from(x).tanh());
            let bound = 4e-7 * true_value.abs() + f64::from(f32::MIN_POSITIVE);
            assert!(
                (got - true_value).abs() <= bound,
                "tanh({x}) = {got}, not {true_value}"
            );
            assert!(got.abs() <= 1.0, "tanh({x}) = {got} leaves [-1, 1]");
        }
        assert!(tanh.of(f32::NAN).is_nan());
    }

    #[test]
    fn exp_stays_within_its_stated_error_over_all_floats() {
        let exp = Exp::new();
        for x in sweep().filter(|x| (-87.0..=88.0).contains(x)) {
            let (got, true_value) = (f64::from(exp.of(x)), f64::from(x).exp());
            let error = (got - true_value).abs() / true_value;
            assert!(error <= 2.5e-7, "exp({x}) = {got}, not {true_value}");
        }
        assert!(exp.of(f32::NEG_INFINITY) < 2e-38);
        assert!(exp.of(f32::INFINITY) > 1e38);
        assert!(exp.of(f32::NAN).is_nan());
        assert_eq!(exp.of(0.0), 1.0);
    }

    #[test]
    fn sigmoid_stays_within_its_stated_error_over_all_floats() {
        let exp = Exp::new();
        for x in sweep() {
            let (got, true_value) = (
                f64::from(exp.logistic(x)),
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
        assert!(exp.logistic(f32::NAN).is_nan());
        assert_eq!(exp.logistic(0.0), 0.5);
    }
}
