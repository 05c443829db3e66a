//! `exp`, `tanh` and the logistic function for `f32` without a branch and without a table, so that the
//! compiler turns a loop over them into vector instructions.
//!
//! `exp` and the logistic function stand on `e^x - 1` by the classical reduction (Cody and Waite 1980):
//! `x = n ln 2 + r` with a whole `n` and `|r| <= ln 2 / 2`, then the Taylor polynomial of degree 7 in `r`,
//! whose first missing term is below `r^8 / 8! < 5.3e-9` there, a tenth of `f32`'s rounding. `tanh` has two
//! formulas, fitted by `docs/tanh.py`:
//!
//! ```text
//! tanh(x) = x - x^3 P(x^2)                       near zero
//!         = 1 - 2 / (a_3 + 2)                    for larger x, with a_3 = e^2x - 1
//! a_n+1   = a_n (a_n + 2),  a_0 = e^(x/4) - 1 = x Q(x)
//! ```
//!
//! The backward pass reads the derivative `1 - tanh^2` off the result. So that counts which lies next to 1: the second
//! formula rounds its small summand, not the whole, it comes to exactly 1 where `f32`'s nearest value is 1, and it
//! never falls, for each of its operations is monotone. The logistic function has the like in `1 + e^-x`.
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
/// For `f32` the relative error is below 4e-7 everywhere. The result never falls while `x` grows, and is 1 or -1
/// where the nearest `f32` is, for `|x|` above 9.0113. The derivative `1 - tanh^2` as read off it is wrong by at most 3e-7,
/// by 1.5e-7 for `|x|` above 2, and 0 where the result is 1 or -1. NaN stays NaN. For `f64` it is the standard
/// library's.
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
fn replace_each(values: &mut [f32], f: impl Fn(f32) -> f32) {
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
struct Exp {
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
    fn new() -> Self {
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
    fn of(&self, x: f32) -> f32 {
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
    fn logistic(&self, x: f32) -> f32 {
        1.0 / (1.0 + self.of(-x))
    }
}

/// The numbers of `tanh(x)`, kept from the compiler as those of [`Exp`] are. `docs/tanh.py` prints them.
#[derive(Clone, Copy)]
struct Tanh {
    /// The bit of a number's sign.
    sign: u32,
    /// Where the second formula begins.
    split: f32,
    /// P.
    near: [f32; 4],
    /// Q.
    far: [f32; 6],
}

impl Tanh {
    fn new() -> Self {
        black_box(Self {
            sign: 1 << 31,
            split: 0.593_75,
            near: [0.333_326_52, -0.133_142_25, 0.052_274_21, -0.015_716_56],
            far: [
                0.249_998_29,
                0.031_256_88,
                0.002_593_994_6,
                0.000_169_773_69,
                5.812_8e-6,
                6.718_634e-7,
            ],
        })
    }

    /// `tanh(x)`.
    #[inline(always)]
    fn of(&self, x: f32) -> f32 {
        let sign = x.to_bits() & self.sign;
        let size = f32::from_bits(x.to_bits() ^ sign);
        let square = size * size;
        let fourth = square * square;
        let [p_0, p_1, p_2, p_3] = self.near;
        let p = (p_0 + square * p_1) + fourth * (p_2 + square * p_3);
        let near = size - size * square * p;
        // Sums and products of positive numbers that grow with x: so does what they are rounded to. Where they
        // overflow, the result is 1.
        let [q_0, q_1, q_2, q_3, q_4, q_5] = self.far;
        let (low, middle, high) = (q_0 + size * q_1, q_2 + size * q_3, q_4 + size * q_5);
        let mut exp_m1 = size * (low + (square * middle + fourth * high));
        for _ in 0..3 {
            exp_m1 *= exp_m1 + 2.0;
        }
        let far = 1.0 - 2.0 / (exp_m1 + 2.0);
        // NaN takes the second way.
        let value = if size < self.split { near } else { far };
        f32::from_bits(value.to_bits() | sign)
    }
}

/// `e^(x - shift)` for each `x`.
#[inline(always)]
pub(super) fn exp_all(values: &mut [f32], shift: f32) {
    let exp = Exp::new();
    replace_each(values, |x| exp.of(x - shift));
}

/// `tanh(x)` for each `x`.
#[inline(always)]
pub(super) fn tanh_all(values: &mut [f32]) {
    let tanh = Tanh::new();
    replace_each(values, |x| tanh.of(x));
}

/// `1 / (1 + e^-x)` for each `x`.
#[inline(always)]
pub(super) fn sigmoid_all(values: &mut [f32]) {
    let exp = Exp::new();
    replace_each(values, |x| exp.logistic(x));
}
