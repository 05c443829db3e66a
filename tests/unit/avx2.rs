//! The wide loops come to the bits of the plain ones.

use super::*;
use crate::linalg::block::MR;

/// Numbers of all sizes and both signs, and those that are none.
fn sweep() -> Vec<f32> {
    (0..=u32::MAX).step_by(40_009).map(f32::from_bits).collect()
}

fn assert_same_bits(wide: &[f32], plain: &[f32]) {
    // Which of the NaNs it is depends on the order of two factors, which no result does.
    let same = |a: f32, b: f32| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    assert_eq!(wide.len(), plain.len());
    assert!(wide.iter().zip(plain).all(|(&a, &b)| same(a, b)));
}

#[test]
fn the_wide_loops_come_to_the_bits_of_the_plain_ones() {
    if !is_here() {
        return; // Then nothing calls them.
    }
    let (mut wide, mut plain) = (sweep(), sweep());
    // SAFETY: AVX2 is here.
    unsafe { tanh_all(&mut wide) };
    activation::tanh_all(&mut plain);
    assert_same_bits(&wide, &plain);

    let (mut wide, mut plain) = (sweep(), sweep());
    // SAFETY: AVX2 is here.
    unsafe { sigmoid_all(&mut wide) };
    activation::sigmoid_all(&mut plain);
    assert_same_bits(&wide, &plain);

    let (mut wide, mut plain) = (sweep(), sweep());
    // SAFETY: AVX2 is here.
    unsafe { exp_all(&mut wide, 0.7) };
    activation::exp_all(&mut plain, 0.7);
    assert_same_bits(&wide, &plain);
}

/// A product of numbers that round, which fused operations would round otherwise.
fn assert_same_product<const P: usize, const N: usize>(depth: usize) {
    let numbers = |count: usize, salt: f32| -> Vec<f32> {
        (0..count).map(|i| (i as f32 * 0.37 + salt).sin()).collect()
    };
    let (a, b) = (numbers(P * MR * depth, 1.0), numbers(2 * N * depth, 2.0));
    let mut wide = numbers(2 * N * P * MR, 3.0);
    let mut plain = wide.clone();
    let (b, size) = (Strided::new(b.as_slice(), depth), (depth, 2));
    for update in [Update::Replace, Update::Add] {
        let c = Strided::new(wide.as_mut_slice(), P * MR);
        // SAFETY: AVX2 is here.
        unsafe { strip::<P, N>(c, update, &a, b, size) };
        let c = Strided::new(plain.as_mut_slice(), P * MR);
        block::strip::<f32, P, N>(c, update, &a, b, size);
        assert_same_bits(&wide, &plain);
    }
}

#[test]
fn wide_products_come_to_the_bits_of_the_plain_ones() {
    if !is_here() {
        return; // Then nothing calls them.
    }
    for depth in [1, 2, 7, 64, 129] {
        assert_same_product::<1, 5>(depth);
        assert_same_product::<1, 4>(depth);
        assert_same_product::<1, 1>(depth);
        assert_same_product::<5, 1>(depth);
    }
}
