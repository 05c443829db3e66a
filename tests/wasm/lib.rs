//! The crate as WebAssembly, as it ships. What the native tests prove is proven natively; here stands what another
//! compiler back end could break. `cargo xtask wasm-tests` builds it, and www/tests/cargo/wasm-tests.test.js calls each function.
#![cfg(target_arch = "wasm32")]

#[path = "../common/mod.rs"]
mod common;

use babble::formats::checkpoint::Checkpoint;
use babble::linalg::{
    Columns, ColumnsMut, Packed, Scalar, TransposeScratch, Update, exp_in_place, multiply,
    multiply_transposed, sigmoid_in_place, tanh_in_place,
};
use babble::nn::params::Params;
use babble::training::trainer::Trainer;
use common::{f32_bound, loss_and_gradients, problem, relative_error, small_config, sums, vanilla};
use nalgebra::DMatrix;
use wasm_bindgen::prelude::wasm_bindgen;

/// The kernels are other ones here than where the native tests run.
#[wasm_bindgen]
pub fn products_are_right_over_all_small_and_odd_sizes() {
    // Small whole numbers, so that every sum is exact whatever its order.
    let whole = |rows, columns, salt| {
        DMatrix::from_fn(rows, columns, |i: usize, j: usize| {
            ((i * 7 + j * 3 + salt) % 11) as f32 - 5.0
        })
    };
    let small_and_odd = (1..=12).chain([15, 16, 17, 31, 33, 40, 41, 65]);
    let (mut packed, mut scratch) = (
        Packed::with_capacity(1, 1),
        TransposeScratch::with_capacity(1),
    );
    for (m, n) in small_and_odd
        .clone()
        .flat_map(|m| small_and_odd.clone().map(move |n| (m, n)))
    {
        for k in [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 257] {
            let (a, b) = (whole(m, k, 1), whole(k, n, 2));
            // Written out, so that it is no vectorised product that this is compared with.
            let plain = DMatrix::from_fn(m, n, |i, j| {
                (0..k).map(|x| a[(i, x)] * b[(x, j)]).sum::<f32>()
            });
            let mut c = DMatrix::from_element(m, n, 7.0);
            packed.pack(Columns::new(a.as_slice(), m));
            for (update, times) in [(Update::Replace, 1.0), (Update::Add, 2.0)] {
                let into = ColumnsMut::new(c.as_mut_slice(), m);
                multiply(into, update, &packed, Columns::new(b.as_slice(), k));
                assert_eq!(c, &plain * times, "{update:?}, {m} x {k} x {n}");
            }
            let b_t = b.transpose();
            multiply_transposed(
                ColumnsMut::new(c.as_mut_slice(), m),
                Columns::new(a.as_slice(), m),
                Columns::new(b_t.as_slice(), n),
                &mut scratch,
            );
            assert_eq!(c, plain * 3.0, "transposed, {m} x {k} x {n}");
        }
    }
}

#[wasm_bindgen]
pub fn a_value_comes_out_the_same_wherever_it_stands() {
    let xs: Vec<f32> = (0..50).map(|i| (i as f32 - 20.0) * 0.37).collect();
    for function in [tanh_in_place::<f32>, sigmoid_in_place, exp_in_place] {
        let alone = xs.iter().map(|&x| {
            let mut x = [x];
            function(&mut x);
            x[0].to_bits()
        });
        let alone: Vec<u32> = alone.collect();
        for length in 0..=xs.len() {
            let mut together = xs[..length].to_vec();
            function(&mut together);
            let bits: Vec<u32> = together.iter().map(|x| x.to_bits()).collect();
            assert_eq!(bits, alone[..length], "{length} of them");
        }
    }
}

#[wasm_bindgen]
pub fn tanh_and_exp_keep_their_stated_errors() {
    let xs: Vec<f32> = (-90_000..=87_900).map(|i| i as f32 * 1e-3).collect();
    let (mut tanh, mut exp) = (xs.clone(), xs.clone());
    tanh_in_place(&mut tanh);
    exp_in_place(&mut exp);
    let mut last = -1.0;
    for ((&x, tanh), exp) in xs.iter().zip(tanh).zip(exp) {
        let (x, tanh, exp) = (f64::from(x), f64::from(tanh), f64::from(exp));
        assert!(
            (tanh - x.tanh()).abs() <= 4e-7 * x.tanh().abs(),
            "tanh({x}) = {tanh}"
        );
        // src/linalg/activation.rs derives these bounds.
        let derivative = if x.abs() < 2.0 { 3e-7 } else { 1.5e-7 };
        assert!(
            (1.0 - tanh * tanh - x.cosh().powi(-2)).abs() <= derivative,
            "1 - tanh({x})^2 with tanh {tanh}"
        );
        assert!(tanh >= last, "tanh falls at {x}");
        last = tanh;
        if x.abs() > 9.0113 {
            assert_eq!(tanh, x.signum());
        }
        if x >= -87.0 {
            assert!(
                (exp - x.exp()).abs() <= 2.5e-7 * x.exp(),
                "exp({x}) = {exp}"
            );
        }
    }
}

#[wasm_bindgen]
pub fn single_precision_gradients_stay_within_their_rounding_of_double_ones() {
    let (batch, steps, hidden, symbols) = (8, 20, 33, 30);
    let sizes = vanilla(symbols, hidden, symbols);
    let (exact, chunk) = problem(sizes, batch, steps, 1);
    let single: Vec<f32> = exact.values().iter().map(|&w| f32::of(w)).collect();
    let exact = Params::<f64>::from_values(sizes, single.iter().map(|w| w.as_f64()).collect());
    let (loss, d) = loss_and_gradients(&Params::from_values(sizes, single), &chunk);
    let (true_loss, true_d) = loss_and_gradients(&exact, &chunk);
    let bound = f32_bound(batch, steps, hidden, symbols);
    assert!((loss - true_loss).abs() < bound * true_loss);
    for tensor in sizes.tensors() {
        let error = relative_error(d.get(tensor), true_d.get(tensor));
        assert!(
            error < bound,
            "{}: {error:e} is not below {bound:e}",
            tensor.name()
        );
    }
}

#[wasm_bindgen]
pub fn a_run_repeats_itself_resumes_exactly_and_learns() {
    let text = sums(200);
    let new = || Trainer::<f32>::new(small_config(|_| ()), &text).expect("long enough");
    let losses = |trainer: &mut Trainer<f32>, steps| -> Vec<f64> {
        (0..steps)
            .map(|_| trainer.step().expect("it does not diverge").loss)
            .collect()
    };
    let (mut one, mut other) = (new(), new());
    assert_eq!(losses(&mut one, 60), losses(&mut other, 60));
    let checkpoint = Checkpoint::read(&one.save()).expect("our own file");
    let mut resumed = Trainer::resume(checkpoint, &text, None).expect("our own text");
    let later = losses(&mut one, 100);
    assert_eq!(losses(&mut resumed, 100), later);
    assert!(later[99] < 0.8 * one.report().unigram_loss, "{}", later[99]);
}
