//! The wide loops come to the bits of the plain ones with the same arithmetic.

use super::*;
use crate::linalg::block::{self, MR};

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
    if Instructions::best(Arithmetic::Plain) != Some(Instructions::Avx2) {
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

/// A strip of numbers that round, which the other arithmetic would round otherwise.
fn assert_same_strip<const M: usize, const P: usize, const N: usize>(
    instructions: Instructions,
    depth: usize,
) {
    let numbers = |count: usize, salt: f32| -> Vec<f32> {
        (0..count).map(|i| (i as f32 * 0.37 + salt).sin()).collect()
    };
    let (a, b) = (numbers(P * M * depth, 1.0), numbers(2 * N * depth, 2.0));
    let mut wide = numbers(2 * N * P * M, 3.0);
    let mut plain = wide.clone();
    let (b, size) = (Strided::new(b.as_slice(), depth), (depth, 2));
    for update in [Update::Replace, Update::Add] {
        let c = Strided::new(wide.as_mut_slice(), P * M);
        // SAFETY: the instructions are here.
        unsafe {
            match instructions {
                Instructions::Baseline => unreachable!("it has no strip of its own"),
                Instructions::Avx2 => strip_avx2::<M, P, N>(c, update, &a, b, size),
                Instructions::Avx2Fused => strip_avx2_fused::<M, P, N>(c, update, &a, b, size),
                Instructions::Avx512Fused => strip_avx512_fused::<M, P, N>(c, update, &a, b, size),
            }
        }
        let c = Strided::new(plain.as_mut_slice(), P * M);
        if instructions == Instructions::Avx2 {
            block::strip::<f32, M, P, N>(c, update, &a, b, size, |a, b, sum| sum + a * b);
        } else {
            block::strip::<f32, M, P, N>(c, update, &a, b, size, f32::mul_add);
        }
        assert_same_bits(&wide, &plain);
    }
}

#[test]
fn products_come_to_the_bits_of_plain_loops_with_the_same_arithmetic() {
    let all = [
        Instructions::Avx2,
        Instructions::Avx2Fused,
        Instructions::Avx512Fused,
    ];
    let most = Instructions::best(Arithmetic::Fused).or(Instructions::best(Arithmetic::Plain));
    for instructions in all {
        if most.is_none_or(|most| instructions as u8 > most as u8) {
            continue; // Then nothing calls them.
        }
        for depth in [1, 2, 7, 64, 129] {
            assert_same_strip::<MR, 1, 5>(instructions, depth);
            assert_same_strip::<MR, 1, 3>(instructions, depth);
            assert_same_strip::<MR, 5, 1>(instructions, depth);
            assert_same_strip::<WIDE, 1, 5>(instructions, depth);
            assert_same_strip::<WIDE, 2, 5>(instructions, depth);
            assert_same_strip::<WIDE, 2, 4>(instructions, depth);
            assert_same_strip::<WIDE, 5, 1>(instructions, depth);
        }
    }
}
