//! [`super::block`] for `f32` in WebAssembly's simd128: the same sums in the same order, bit for bit.
//!
//! What is gained by writing the instructions down is their order. Left to itself the compiler sorts the
//! additions of several depths by the sum that they belong to, which keeps so many factors alive that
//! the engine's registers do not suffice. So there is a way out of the loop behind every depth, which is never
//! taken: across such a branch nothing is moved, and the pointers advance only once in a turn. `xtask` takes
//! these ways out of the finished wasm (`passes/fences.rs` there) and orders the instructions within a depth
//! (`passes/pairing.rs`).

use core::arch::wasm32::{
    f32x4_add, f32x4_splat, i32x4_shuffle, i64x2_shuffle, v128, v128_load, v128_load32_splat,
    v128_store,
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

/// See [`super::block::strip`].
#[inline(always)]
pub(super) fn strip<const P: usize, const N: usize>(
    c: Strided<&mut [f32]>,
    update: Update,
    panels: &[f32],
    columns: Strided<&[f32]>,
    (depth, count): (usize, usize),
) {
    if count == 0 {
        return;
    }
    // A division and checked sums, for products could overflow.
    assert!(panels.len() / (P * MR) >= depth, "the panels of A");
    let holds = |length: usize, stride: usize, rows: usize| {
        let before = count
            .checked_mul(N)
            .and_then(|n| (n - 1).checked_mul(stride));
        let end = before.and_then(|before| before.checked_add(rows));
        end.is_some_and(|end| end <= length)
    };
    assert!(
        holds(columns.data.len(), columns.stride, depth),
        "the columns of B"
    );
    assert!(holds(c.data.len(), c.stride, P * MR), "the columns of C");
    let (mut to, mut from) = (c.data.as_mut_ptr(), columns.data.as_ptr());
    for _ in 0..count {
        // SAFETY: that many numbers are there, by what was asserted.
        unsafe {
            let sums = product::<P, N>(panels.as_ptr(), from, columns.stride, depth);
            store(&sums, to, c.stride, update);
        }
        // Behind the last block they may point anywhere.
        to = to.wrapping_add(N * c.stride);
        from = from.wrapping_add(N * columns.stride);
    }
}

/// The sums of one block.
///
/// # Safety
/// `depth` numbers lie at each of the `N` columns of B, and eight times as many at each of the `P` panels.
#[inline(always)]
unsafe fn product<const P: usize, const N: usize>(
    panels: *const f32,
    columns: *const f32,
    stride: usize,
    depth: usize,
) -> [[[v128; R]; P]; N] {
    // Depths in a turn of the loop.
    let turn = if N < 4 { 4 } else { 8 };
    let mut sums = [[[f32x4_splat(0.0); R]; P]; N];
    // SAFETY: the caller's.
    let mut a: [_; P] = from_fn(|p| unsafe { panels.add(p * MR * depth) });
    // SAFETY: the caller's.
    let mut b: [_; N] = from_fn(|j| unsafe { columns.add(j * stride) });
    // Written out, for were it a loop, the sums would come to lie in memory.
    macro_rules! steps {
        ($($u:literal)*) => {$(
            // SAFETY: a turn's depths are left at every pointer.
            unsafe { add(&mut sums, a.map(|a| a.add($u * MR)), b.map(|b| b.add($u))) };
            // A fence: nobody's numbers lie that close to the end of the address space.
            if b[0].addr() == 0usize.wrapping_sub(4 * ($u + 1)) {
                return sums;
            }
        )*};
    }
    for _ in 0..depth / turn {
        steps!(0 1 2 3);
        if turn == 8 {
            steps!(4 5 6 7);
        }
        // SAFETY: so many depths lay there.
        a = a.map(|a| unsafe { a.add(turn * MR) });
        b = b.map(|b| unsafe { b.add(turn) });
    }
    for _ in 0..depth % turn {
        // SAFETY: a depth is left at every pointer.
        unsafe { add(&mut sums, a, b) };
        a = a.map(|a| unsafe { a.add(MR) });
        b = b.map(|b| unsafe { b.add(1) });
    }
    sums
}

/// Writes or adds a block.
///
/// # Safety
/// Eight times `P` numbers lie at each of the `N` columns of C.
#[inline(always)]
unsafe fn store<const P: usize, const N: usize>(
    sums: &[[[v128; R]; P]; N],
    to: *mut f32,
    stride: usize,
    update: Update,
) {
    for (j, column) in sums.iter().enumerate() {
        for (r, &sum) in column.as_flattened().iter().enumerate() {
            // SAFETY: the caller's; no number of C is met twice.
            unsafe {
                let to = to.add(j * stride + 4 * r).cast();
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

/// `sum + a * b`. The package's fused module is compiled with relaxed SIMD: there a processor that can rounds once.
#[inline(always)]
fn multiply_add(a: v128, b: v128, sum: v128) -> v128 {
    #[cfg(target_feature = "relaxed-simd")]
    return core::arch::wasm32::f32x4_relaxed_madd(a, b, sum);
    #[cfg(not(target_feature = "relaxed-simd"))]
    return f32x4_add(sum, core::arch::wasm32::f32x4_mul(a, b));
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
                *sum = multiply_add(a, b, *sum);
            }
        }
    }
}
