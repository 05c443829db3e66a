//! The two number types: `f32` ships, `f64` checks it.

use std::fmt::{Debug, Display};
use std::iter::Sum;

use nalgebra::RealField;

use super::block::{Block, TILE};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A real number that the network can be made of. Sealed: `f32` and `f64`.
pub trait Scalar:
    RealField + Copy + Default + Debug + Display + Sum + sealed::Sealed + 'static
{
    /// The nearest value of this type.
    fn of(value: f64) -> Self;
    /// This value, exactly.
    fn as_f64(self) -> f64;
    /// `e^x` for each `x`; see [`super::exp_in_place`].
    fn exp_all(values: &mut [Self]);
    /// `tanh(x)` for each `x`; see [`super::tanh_in_place`].
    fn tanh_all(values: &mut [Self]);
    /// `1 / (1 + e^-x)` for each `x`; see [`super::sigmoid_in_place`].
    fn sigmoid_all(values: &mut [Self]);
    /// The transpose of a tile; see [`super::block`].
    fn transposed(tile: [&[Self; TILE]; TILE]) -> [[Self; TILE]; TILE];
    /// The innermost loop of a product; see [`super::block`].
    fn product<const P: usize, const N: usize>(
        panels: [&[Self]; P],
        columns: [&[Self]; N],
    ) -> Block<Self, P, N>;
}

impl Scalar for f32 {
    fn of(value: f64) -> Self {
        value as Self
    }
    fn as_f64(self) -> f64 {
        f64::from(self)
    }
    fn exp_all(values: &mut [Self]) {
        values
            .iter_mut()
            .for_each(|x| *x = super::activation::exp_f32(*x));
    }
    fn tanh_all(values: &mut [Self]) {
        values
            .iter_mut()
            .for_each(|x| *x = super::activation::tanh_f32(*x));
    }
    fn sigmoid_all(values: &mut [Self]) {
        values
            .iter_mut()
            .for_each(|x| *x = super::activation::sigmoid_f32(*x));
    }
    #[inline(always)]
    fn transposed(tile: [&[Self; TILE]; TILE]) -> [[Self; TILE]; TILE] {
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        return super::simd128::transposed(tile);
        #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
        super::block::transposed(tile)
    }
    #[inline(always)]
    fn product<const P: usize, const N: usize>(
        panels: [&[Self]; P],
        columns: [&[Self]; N],
    ) -> Block<Self, P, N> {
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        return super::simd128::product(panels, columns);
        #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
        super::block::product(panels, columns)
    }
}

impl Scalar for f64 {
    fn of(value: f64) -> Self {
        value
    }
    fn as_f64(self) -> f64 {
        self
    }
    fn exp_all(values: &mut [Self]) {
        values.iter_mut().for_each(|x| *x = Self::exp(*x));
    }
    fn tanh_all(values: &mut [Self]) {
        values.iter_mut().for_each(|x| *x = Self::tanh(*x));
    }
    fn sigmoid_all(values: &mut [Self]) {
        values
            .iter_mut()
            .for_each(|x| *x = (1.0 + Self::exp(-*x)).recip());
    }
    #[inline(always)]
    fn transposed(tile: [&[Self; TILE]; TILE]) -> [[Self; TILE]; TILE] {
        super::block::transposed(tile)
    }
    #[inline(always)]
    fn product<const P: usize, const N: usize>(
        panels: [&[Self]; P],
        columns: [&[Self]; N],
    ) -> Block<Self, P, N> {
        super::block::product(panels, columns)
    }
}
