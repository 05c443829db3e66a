//! The innermost loops for `f32`, compiled for processors with AVX2, whose registers hold eight numbers instead of
//! SSE2's four. They are the plain loops, so that each number comes from the same operations in the same order: the
//! bits are those of any other processor. So multiplications are not fused with additions here, although such a
//! processor could.

use super::activation;
use super::block::{self, Strided};
use super::product::Update;

/// Whether this processor has AVX2. It is asked once.
#[inline(always)]
pub(super) fn is_here() -> bool {
    is_x86_feature_detected!("avx2")
}

/// See [`block::strip`].
#[target_feature(enable = "avx2")]
pub(super) fn strip<const P: usize, const N: usize>(
    c: Strided<&mut [f32]>,
    update: Update,
    panels: &[f32],
    b: Strided<&[f32]>,
    size: (usize, usize),
) {
    block::strip::<f32, P, N>(c, update, panels, b, size);
}

/// See [`activation::exp_all`].
#[target_feature(enable = "avx2")]
pub(super) fn exp_all(values: &mut [f32], shift: f32) {
    activation::exp_all(values, shift);
}

/// See [`activation::tanh_all`].
#[target_feature(enable = "avx2")]
pub(super) fn tanh_all(values: &mut [f32]) {
    activation::tanh_all(values);
}

/// See [`activation::sigmoid_all`].
#[target_feature(enable = "avx2")]
pub(super) fn sigmoid_all(values: &mut [f32]) {
    activation::sigmoid_all(values);
}

#[cfg(test)]
#[path = "../../tests/unit/avx2.rs"]
mod tests;
