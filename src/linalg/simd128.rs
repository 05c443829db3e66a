//! [`super::block`] for `f32` in WebAssembly's simd128: the same sums in the same order, bit for bit.
//!
//! What is gained by writing the instructions down is their order. Left to itself the compiler sorts the
//! additions of several depths by the sum that they belong to, which keeps so many factors alive that
//! the engine's registers do not suffice. Here the loop may end behind every depth; across such a
//! branch nothing is moved, and still the pointers advance only once in four depths.

use core::arch::wasm32::{
    f32x4_add, f32x4_mul, f32x4_splat, i32x4_shuffle, i64x2_shuffle, v128, v128_load,
    v128_load32_splat, v128_store,
};
use std::array::from_fn;
use std::mem::transmute;

use super::block::{MR, Strided, TILE};
use super::product::Update;

/// Registers that a panel's 8 rows take.
const R: usize = MR / 4;

/// See [`super::block::transposed`].
#[inline(always)]
pub(super) fn transposed(tile: [&[f32; TILE]; TILE]) -> [[f32; TILE]; TILE] {
    // SAFETY: each column is four numbers.
    let [a, b, c, d] = tile.map(|column| unsafe { v128_load(column.as_ptr().cast()) });
    let (ab, cd) = (
        i32x4_shuffle::<0, 4, 1, 5>(a, b),
        i32x4_shuffle::<0, 4, 1, 5>(c, d),
    );
    let (rows_0, rows_1) = (i64x2_shuffle::<0, 2>(ab, cd), i64x2_shuffle::<1, 3>(ab, cd));
    let (ab, cd) = (
        i32x4_shuffle::<2, 6, 3, 7>(a, b),
        i32x4_shuffle::<2, 6, 3, 7>(c, d),
    );
    let (rows_2, rows_3) = (i64x2_shuffle::<0, 2>(ab, cd), i64x2_shuffle::<1, 3>(ab, cd));
    // SAFETY: both are sixteen numbers, and every bit pattern is one.
    unsafe { transmute([rows_0, rows_1, rows_2, rows_3]) }
}

/// See [`super::block::product`].
#[inline(always)]
pub(super) fn product<const P: usize, const N: usize>(
    c: Strided<&mut [f32]>,
    update: Update,
    panels: &[f32],
    columns: Strided<&[f32]>,
    depth: usize,
) {
    // A division and the strides' own comparisons, for products could overflow.
    assert!(panels.len() / (P * MR) >= depth, "the panels of A");
    let holds = |length: usize, stride: usize, rows: usize| {
        rows <= length && (N == 1 || stride <= length) && (N - 1) * stride + rows <= length
    };
    assert!(
        holds(columns.data.len(), columns.stride, depth),
        "the columns of B"
    );
    assert!(holds(c.data.len(), c.stride, P * MR), "the columns of C");
    let mut sums = [[[f32x4_splat(0.0); R]; P]; N];
    // SAFETY: that many numbers are there, by what was asserted.
    let mut a = from_fn(|p| unsafe { panels.as_ptr().add(p * MR * depth) });
    // SAFETY: likewise.
    let mut b = from_fn(|j| unsafe { columns.data.as_ptr().add(j * columns.stride) });
    let mut left = depth;
    // Written out, for were it a loop, the sums would come to lie in memory.
    macro_rules! step {
        ($u:literal) => {
            // SAFETY: `left` depths lie at every pointer, and more than `u` of them are left.
            unsafe { add::<P, N>(&mut sums, a.map(|a| a.add($u * MR)), b.map(|b| b.add($u))) };
            left -= 1;
            if left == 0 {
                break;
            }
        };
    }
    while left > 0 {
        step!(0);
        step!(1);
        step!(2);
        step!(3);
        // SAFETY: so many depths lay there.
        a = a.map(|a| unsafe { a.add(4 * MR) });
        b = b.map(|b| unsafe { b.add(4) });
    }
    for (j, column) in sums.iter().enumerate() {
        // SAFETY: as asserted; no pointer of C is used twice.
        let to = unsafe { c.data.as_mut_ptr().add(j * c.stride) };
        for (r, &sum) in column.as_flattened().iter().enumerate() {
            // SAFETY: likewise.
            unsafe {
                let to = to.add(4 * r).cast();
                v128_store(
                    to,
                    match update {
                        Update::Replace => sum,
                        Update::Add => f32x4_add(v128_load(to), sum),
                    },
                );
            }
        }
    }
}

/// Adds the products at one depth.
///
/// # Safety
/// 8 numbers lie at each of `a`, and one at each of `b`.
#[inline(always)]
unsafe fn add<const P: usize, const N: usize>(
    sums: &mut [[[v128; R]; P]; N],
    a: [*const f32; P],
    b: [*const f32; N],
) {
    // SAFETY: the caller's.
    let a: [[v128; R]; P] = a.map(|a| from_fn(|r| unsafe { v128_load(a.add(4 * r).cast()) }));
    for (sums, b) in sums.iter_mut().zip(b) {
        // SAFETY: the caller's.
        let b = unsafe { v128_load32_splat(b.cast()) };
        for (sums, a) in sums.iter_mut().zip(a) {
            for (sum, a) in sums.iter_mut().zip(a) {
                *sum = f32x4_add(*sum, f32x4_mul(a, b));
            }
        }
    }
}
