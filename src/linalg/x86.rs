//! The innermost loops for `f32`, compiled for processors with AVX2, whose registers hold eight numbers instead of
//! SSE2's four, and with AVX-512, whose hold sixteen. They are the plain loops, so that each number comes from the same
//! operations in the same order: the bits are those of any other processor with the same [`Arithmetic`].

use core::arch::x86_64::*;
use std::array::from_fn;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use super::activation;
use super::arithmetic::Arithmetic;
use super::block::{Strided, WIDE};
use super::product::Update;

/// What the innermost loops are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Instructions {
    /// SSE2, which every processor of this target has.
    Baseline = 1,
    Avx2,
    Avx2Fused,
    Avx512Fused,
}

/// The [`Instructions`] in use; 0 before anyone asked.
static IN_USE: AtomicU8 = AtomicU8::new(0);

impl Instructions {
    /// Those in use.
    #[inline(always)]
    pub(super) fn in_use() -> Self {
        match IN_USE.load(Relaxed) {
            1 => Self::Baseline,
            2 => Self::Avx2,
            3 => Self::Avx2Fused,
            4 => Self::Avx512Fused,
            _ => first_use(),
        }
    }

    /// The best that this processor has for this arithmetic.
    fn best(arithmetic: Arithmetic) -> Option<Self> {
        let avx2 = is_x86_feature_detected!("avx2");
        let fma = avx2 && is_x86_feature_detected!("fma");
        match arithmetic {
            Arithmetic::Plain if avx2 => Some(Self::Avx2),
            Arithmetic::Plain => Some(Self::Baseline),
            Arithmetic::Fused if fma && is_x86_feature_detected!("avx512f") => {
                Some(Self::Avx512Fused)
            }
            Arithmetic::Fused => fma.then_some(Self::Avx2Fused),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Baseline => "SSE2",
            Self::Avx2 | Self::Avx2Fused => "AVX2",
            Self::Avx512Fused => "AVX-512",
        }
    }
}

#[cold]
fn first_use() -> Instructions {
    let plain = Instructions::best(Arithmetic::Plain).unwrap_or(Instructions::Baseline);
    // Another thread may have chosen meanwhile.
    match IN_USE.compare_exchange(0, plain as u8, Relaxed, Relaxed) {
        Ok(_) => plain,
        Err(_) => Instructions::in_use(),
    }
}

/// See [`super::use_arithmetic`].
pub(super) fn use_arithmetic(arithmetic: Arithmetic) -> Option<&'static str> {
    let best = Instructions::best(arithmetic)?;
    IN_USE.store(best as u8, Relaxed);
    Some(best.name())
}

/// A register of numbers, and how a product rounds in it.
///
/// # Safety
/// Each method needs the instructions that the type is named after.
trait Register: Copy {
    const LANES: usize;
    unsafe fn zero() -> Self;
    /// The numbers at `from`.
    unsafe fn load(from: *const f32) -> Self;
    /// The number at `from`, in every lane.
    unsafe fn splat(from: *const f32) -> Self;
    /// `self + a * b`.
    unsafe fn add_product(self, a: Self, b: Self) -> Self;
    unsafe fn add(self, other: Self) -> Self;
    unsafe fn store(self, to: *mut f32);
}

macro_rules! register {
    ($name:ident($kind:ty), $lanes:literal, $zero:ident, $load:ident, $splat:ident, $add:ident, $store:ident, |$sum:ident, $a:ident, $b:ident| $product:expr) => {
        #[derive(Clone, Copy)]
        struct $name($kind);

        // SAFETY: the caller's.
        impl Register for $name {
            const LANES: usize = $lanes;
            #[inline(always)]
            unsafe fn zero() -> Self {
                unsafe { Self($zero()) }
            }
            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self {
                unsafe { Self($load(from)) }
            }
            #[inline(always)]
            unsafe fn splat(from: *const f32) -> Self {
                unsafe { Self($splat(*from)) }
            }
            #[inline(always)]
            unsafe fn add_product(self, a: Self, b: Self) -> Self {
                let ($sum, $a, $b) = (self.0, a.0, b.0);
                unsafe { Self($product) }
            }
            #[inline(always)]
            unsafe fn add(self, other: Self) -> Self {
                unsafe { Self($add(self.0, other.0)) }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut f32) {
                unsafe { $store(to, self.0) }
            }
        }
    };
}

register!(
    Plain256(__m256),
    8,
    _mm256_setzero_ps,
    _mm256_loadu_ps,
    _mm256_set1_ps,
    _mm256_add_ps,
    _mm256_storeu_ps,
    |sum, a, b| _mm256_add_ps(sum, _mm256_mul_ps(a, b))
);
register!(
    Fused256(__m256),
    8,
    _mm256_setzero_ps,
    _mm256_loadu_ps,
    _mm256_set1_ps,
    _mm256_add_ps,
    _mm256_storeu_ps,
    |sum, a, b| _mm256_fmadd_ps(a, b, sum)
);
register!(
    Fused512(__m512),
    16,
    _mm512_setzero_ps,
    _mm512_loadu_ps,
    _mm512_set1_ps,
    _mm512_add_ps,
    _mm512_storeu_ps,
    |sum, a, b| _mm512_fmadd_ps(a, b, sum)
);

/// [`block::strip`] with `V` registers for the rows of a panel.
///
/// # Safety
/// The processor has what the register needs.
#[inline(always)]
unsafe fn strip<R: Register, const V: usize, const P: usize, const N: usize>(
    c: Strided<&mut [f32]>,
    update: Update,
    panels: &[f32],
    b: Strided<&[f32]>,
    (depth, count): (usize, usize),
) {
    let height = V * R::LANES;
    if count == 0 {
        return;
    }
    // Slices are at most `isize::MAX` bytes long, and factors are shorter than 2^31, so that no product overflows.
    assert!(panels.len() >= P * height * depth, "the panels of A");
    let last = count * N - 1;
    assert!(b.data.len() >= last * b.stride + depth, "the columns of B");
    assert!(
        c.data.len() >= last * c.stride + P * height,
        "the columns of C"
    );
    for block in 0..count {
        // SAFETY: that many numbers are there, by what was asserted.
        unsafe {
            let from = b.data.as_ptr().add(block * N * b.stride);
            let to = c.data.as_mut_ptr().add(block * N * c.stride);
            let mut sums = [[[R::zero(); V]; P]; N];
            for k in 0..depth {
                let a: [[R; V]; P] = from_fn(|p| {
                    let panel = panels.as_ptr().add((p * depth + k) * height);
                    from_fn(|v| R::load(panel.add(v * R::LANES)))
                });
                for (j, sums) in sums.iter_mut().enumerate() {
                    let b = R::splat(from.add(j * b.stride + k));
                    for (sum, &a) in sums.as_flattened_mut().iter_mut().zip(a.as_flattened()) {
                        *sum = sum.add_product(a, b);
                    }
                }
            }
            for (j, sums) in sums.iter().enumerate() {
                for (r, &sum) in sums.as_flattened().iter().enumerate() {
                    let to = to.add(j * c.stride + r * R::LANES);
                    match update {
                        Update::Replace => sum.store(to),
                        Update::Add => R::load(to).add(sum).store(to),
                    }
                }
            }
        }
    }
}

macro_rules! strips {
    ($($name:ident, $features:literal, $wide:ty, $in_wide:literal, $narrow:ty;)*) => {$(
        /// See [`block::strip`].
        #[target_feature(enable = $features)]
        pub(super) fn $name<const M: usize, const P: usize, const N: usize>(
            c: Strided<&mut [f32]>,
            update: Update,
            panels: &[f32],
            b: Strided<&[f32]>,
            size: (usize, usize),
        ) {
            // SAFETY: the features are here.
            unsafe {
                if M == WIDE {
                    strip::<$wide, $in_wide, P, N>(c, update, panels, b, size);
                } else {
                    strip::<$narrow, 1, P, N>(c, update, panels, b, size);
                }
            }
        }
    )*};
}

strips! {
    strip_avx2, "avx2", Plain256, 2, Plain256;
    strip_avx2_fused, "avx2,fma", Fused256, 2, Fused256;
    strip_avx512_fused, "avx512f,avx2,fma", Fused512, 1, Fused256;
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
#[path = "../../tests/unit/x86.rs"]
mod tests;
