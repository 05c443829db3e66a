//! The two number types: `f32` ships, `f64` checks it.

use std::fmt::{Debug, Display};
use std::iter::Sum;

use nalgebra::RealField;

use super::activation;
use super::block::{self, Strided, TILE};
use super::product::Update;
#[cfg(target_arch = "x86_64")]
use super::x86::{self, Instructions};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A real number that the network can be made of. Sealed: `f32` and `f64`.
pub trait Scalar:
    RealField + Copy + Default + Debug + Display + Sum + sealed::Sealed + 'static
{
    /// Whether products lay the left factor out in wide panels; see `packed`.
    const WIDE: bool = false;

    /// The nearest value of this type.
    fn of(value: f64) -> Self;
    /// This value, exactly.
    fn as_f64(self) -> f64;
    /// `e^(x - shift)` for each `x`; see [`super::exp_shifted_in_place`].
    fn exp_all(values: &mut [Self], shift: Self);
    /// `tanh(x)` for each `x`; see [`super::tanh_in_place`].
    fn tanh_all(values: &mut [Self]);
    /// `1 / (1 + e^-x)` for each `x`; see [`super::sigmoid_in_place`].
    fn sigmoid_all(values: &mut [Self]);
    /// The transpose of a tile; see `block`.
    #[inline(always)]
    fn transposed(tile: [&[Self; TILE]; TILE]) -> [[Self; TILE]; TILE] {
        block::transposed(tile)
    }
    /// Whether a block of wide panels takes two of them, for it has registers enough.
    fn takes_pairs() -> bool {
        false
    }
    /// The innermost loops of a product; see `block`.
    #[inline(always)]
    fn strip<const M: usize, const P: usize, const N: usize>(
        c: Strided<&mut [Self]>,
        update: Update,
        panels: &[Self],
        b: Strided<&[Self]>,
        size: (usize, usize),
    ) {
        block::strip::<Self, M, P, N>(c, update, panels, b, size, |a, b, sum| sum + a * b)
    }
}

/// Calls a loop in the form that suits this processor best; the numbers are the same.
macro_rules! best {
    ($module:ident::$loop:ident($($argument:expr),*)) => {
        #[cfg(target_arch = "x86_64")]
        if Instructions::in_use() != Instructions::Baseline {
            // SAFETY: the processor has AVX2.
            return unsafe { x86::$loop($($argument),*) };
        }
        $module::$loop($($argument),*)
    };
}

impl Scalar for f32 {
    const WIDE: bool = cfg!(target_arch = "x86_64");

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn takes_pairs() -> bool {
        Instructions::in_use() == Instructions::Avx512Fused
    }

    fn of(value: f64) -> Self {
        value as Self
    }
    fn as_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(never)] // or the unrolled loop would be in the wasm once for each caller
    fn exp_all(values: &mut [Self], shift: Self) {
        best!(activation::exp_all(values, shift));
    }
    #[inline(never)] // or the unrolled loop would be in the wasm once for each caller
    fn tanh_all(values: &mut [Self]) {
        best!(activation::tanh_all(values));
    }
    #[inline(never)] // or the unrolled loop would be in the wasm once for each caller
    fn sigmoid_all(values: &mut [Self]) {
        best!(activation::sigmoid_all(values));
    }
    #[inline(always)]
    fn transposed(tile: [&[Self; TILE]; TILE]) -> [[Self; TILE]; TILE] {
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        return super::simd128::transposed(tile);
        #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
        super::block::transposed(tile)
    }
    #[inline(always)]
    fn strip<const M: usize, const P: usize, const N: usize>(
        c: Strided<&mut [Self]>,
        update: Update,
        panels: &[Self],
        b: Strided<&[Self]>,
        size: (usize, usize),
    ) {
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        return super::simd128::strip::<P, N>(c, update, panels, b, size);
        // SAFETY: the processor has what is in use.
        #[cfg(target_arch = "x86_64")]
        match Instructions::in_use() {
            Instructions::Baseline => {}
            Instructions::Avx2 => {
                return unsafe { x86::strip_avx2::<M, P, N>(c, update, panels, b, size) };
            }
            Instructions::Avx2Fused => {
                return unsafe { x86::strip_avx2_fused::<M, P, N>(c, update, panels, b, size) };
            }
            Instructions::Avx512Fused => {
                return unsafe { x86::strip_avx512_fused::<M, P, N>(c, update, panels, b, size) };
            }
        }
        #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
        super::block::strip::<Self, M, P, N>(c, update, panels, b, size, |a, b, sum| sum + a * b)
    }
}

impl Scalar for f64 {
    fn of(value: f64) -> Self {
        value
    }
    fn as_f64(self) -> f64 {
        self
    }
    fn exp_all(values: &mut [Self], shift: Self) {
        values.iter_mut().for_each(|x| *x = Self::exp(*x - shift));
    }
    fn tanh_all(values: &mut [Self]) {
        values.iter_mut().for_each(|x| *x = Self::tanh(*x));
    }
    fn sigmoid_all(values: &mut [Self]) {
        values
            .iter_mut()
            .for_each(|x| *x = (1.0 + Self::exp(-*x)).recip());
    }
}
