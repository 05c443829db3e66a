//! The kernels: products against nalgebra's, and functions against the standard library's in double precision.

use babble::linalg::{
    Columns, ColumnsMut, Packed, TransposeScratch, Update, exp_in_place, flush, multiply,
    multiply_transposed, sigmoid_in_place, tanh_in_place,
};
use nalgebra::DMatrix;

/// Smaller gradients are made zero.
const NEGLIGIBLE: f64 = 1e-30;

fn tanh(x: f32) -> f32 {
    let mut values = [x];
    tanh_in_place(&mut values);
    values[0]
}

fn exp(x: f32) -> f32 {
    let mut values = [x];
    exp_in_place(&mut values);
    values[0]
}

fn sigmoid(x: f32) -> f32 {
    let mut values = [x];
    sigmoid_in_place(&mut values);
    values[0]
}

/// A matrix of small whole numbers, whose products are exact in f32 whatever the order.
fn whole(rows: usize, columns: usize, salt: usize) -> DMatrix<f32> {
    DMatrix::from_fn(rows, columns, |i, j| {
        ((i * 7 + j * 3 + salt) % 11) as f32 - 5.0
    })
}

fn of(a: &DMatrix<f32>) -> Columns<'_, f32> {
    Columns::new(a.as_slice(), a.nrows())
}

fn into(a: &mut DMatrix<f32>) -> ColumnsMut<'_, f32> {
    let rows = a.nrows();
    ColumnsMut::new(a.as_mut_slice(), rows)
}

/// Every f32 whose bit pattern is a multiple of a stride that is odd, so that all exponents and
/// all kinds of mantissas come by: about a million values of each sign.
fn sweep() -> impl Iterator<Item = f32> {
    (0..=f32::INFINITY.to_bits())
        .step_by(2003)
        .flat_map(|bits| {
            let x = f32::from_bits(bits);
            [x, -x]
        })
}

#[test]
fn a_value_comes_out_the_same_wherever_it_stands() {
    for length in 0..70 {
        let values: Vec<f32> = (0..length).map(|i| (i as f32 - 30.0) * 0.37).collect();
        let mut together = values.clone();
        tanh_in_place(&mut together);
        let alone: Vec<f32> = values.into_iter().map(tanh).collect();
        assert_eq!(together, alone, "{length} of them");
    }
}

#[test]
fn tanh_and_its_derivative_stay_within_their_stated_errors_over_all_floats() {
    for x in sweep() {
        let (got, exact) = (f64::from(tanh(x)), f64::from(x));
        let bound = 4e-7 * exact.tanh().abs() + f64::from(f32::MIN_POSITIVE);
        assert!(
            (got - exact.tanh()).abs() <= bound,
            "tanh({x}) = {got}, not {}",
            exact.tanh()
        );
        assert_eq!(got, -f64::from(tanh(-x)), "it is odd at {x}");
        // 1 - tanh^2 = 1 / cosh^2. Next to 1 a result is at least half a unit in the last place off, 3e-8,
        // which counts twice; the fit is as much again, and at 2 the rounding of what is subtracted a third of it.
        let (derivative, exact_derivative) = (1.0 - got * got, exact.cosh().powi(-2));
        let bound = if x.abs() < 2.0 { 3e-7 } else { 1.5e-7 };
        assert!(
            (derivative - exact_derivative).abs() <= bound,
            "tanh'({x}) = {derivative}, not {exact_derivative}"
        );
    }
    assert!(tanh(f32::NAN).is_nan());
}

/// Every number from 2^-12 on, below which `x` itself is the nearest value of `tanh(x)`.
#[test]
fn tanh_never_falls_and_ends_at_one() {
    let (from, to) = (2f32.powi(-12), 10f32);
    assert!(sweep().all(|x| x.abs() > from || tanh(x) == x));
    let mut last = from;
    for start in (from.to_bits()..to.to_bits()).step_by(4096) {
        let mut values: Vec<f32> = (start..start + 4096).map(f32::from_bits).collect();
        tanh_in_place(&mut values);
        for (i, value) in (start..).zip(values) {
            assert!(value >= last, "tanh falls at {}", f32::from_bits(i));
            last = value;
        }
    }
    // 1 - tanh(x) is 2 / (e^2x + 1), and what is less than half a unit in the last place is rounded away.
    let end = 0.5 * ((1u64 << 26) as f32 - 1.0).ln();
    assert!(tanh(end - 1e-3) < 1.0);
    for x in [end + 1e-3, 20.0, 1e10, f32::MAX, f32::INFINITY] {
        assert_eq!((tanh(x), tanh(-x)), (1.0, -1.0), "at {x}");
    }
}

#[test]
fn exp_stays_within_its_stated_error_over_all_floats() {
    for x in sweep().filter(|x| (-87.0..=88.0).contains(x)) {
        let (got, true_value) = (f64::from(exp(x)), f64::from(x).exp());
        let error = (got - true_value).abs() / true_value;
        assert!(error <= 2.5e-7, "exp({x}) = {got}, not {true_value}");
    }
    assert!(exp(f32::NEG_INFINITY) < 2e-38);
    assert!(exp(f32::INFINITY) > 1e38);
    assert!(exp(f32::NAN).is_nan());
    assert_eq!(exp(0.0), 1.0);
}

#[test]
fn sigmoid_stays_within_its_stated_error_over_all_floats() {
    for x in sweep() {
        let (got, true_value) = (f64::from(sigmoid(x)), (1.0 + (-f64::from(x)).exp()).recip());
        let bound = if x < -87.0 {
            1.7e-38
        } else {
            4e-7 * true_value
        };
        assert!(
            (got - true_value).abs() <= bound,
            "sigmoid({x}) = {got}, not {true_value}"
        );
        assert!(
            (0.0..=1.0).contains(&got),
            "sigmoid({x}) = {got} leaves [0, 1]"
        );
        // s (1 - s): left of zero it has the relative error of s and two roundings; right of it the roundings of
        // 1 + e^-x (6e-8) and of the quotient count (3e-8), and that of 1 - s less than one more.
        let derivative = flush(sigmoid(x) * (1.0 - sigmoid(x)));
        let exact = (-f64::from(x).abs()).exp() / (1.0 + (-f64::from(x).abs()).exp()).powi(2);
        let bound = if x < 0.0 {
            5.2e-7 * exact + NEGLIGIBLE
        } else {
            1.3e-7
        };
        assert!(
            (f64::from(derivative) - exact).abs() <= bound,
            "sigmoid'({x}) = {derivative}, not {exact}"
        );
        if !(-69.1..17.4).contains(&x) {
            assert_eq!(derivative, 0.0, "sigmoid'({x})");
        }
    }
    assert!(sigmoid(f32::NAN).is_nan());
    assert_eq!(sigmoid(0.0), 0.5);
}

#[test]
fn products_equal_nalgebras_over_all_small_and_odd_sizes() {
    let sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 65];
    let mut packed = Packed::with_capacity(1, 1);
    for (m, n) in sizes.into_iter().flat_map(|m| sizes.map(move |n| (m, n))) {
        for k in [1, 2, 3, 8, 13, 31, 256, 259] {
            let (a, b) = (whole(m, k, 1), whole(k, n, 2));
            let plain = &a * &b;
            let mut c = whole(m, n, 3);

            packed.pack(of(&a));
            multiply(into(&mut c), Update::Replace, &packed, of(&b));
            assert_eq!(c, plain, "A B for {m} x {k} x {n}");
            multiply(into(&mut c), Update::Add, &packed, of(&b));
            assert_eq!(c, &plain * 2.0, "C + A B for {m} x {k} x {n}");

            packed.pack_transposed(of(&a.transpose()));
            multiply(into(&mut c), Update::Replace, &packed, of(&b));
            assert_eq!(c, plain, "transposed packing for {m} x {k} x {n}");
        }
    }
}

#[test]
fn products_of_some_rows_leave_the_others_alone() {
    let mut packed = Packed::with_capacity(1, 1);
    for (m, k, n) in [(1, 1, 1), (5, 3, 6), (8, 300, 4), (13, 17, 9)] {
        let (a, b) = (whole(m + 3, k, 1), whole(k + 5, n, 2));
        let plain = a.rows(2, m) * b.rows(4, k);
        let mut c = whole(m + 2, n, 3);
        let mut expected = c.clone();
        expected.rows_mut(1, m).copy_from(&plain);
        packed.pack(of(&a).rows(2, m));
        multiply(
            into(&mut c).rows(1, m),
            Update::Replace,
            &packed,
            of(&b).rows(4, k),
        );
        assert_eq!(c, expected, "A B for {m} x {k} x {n}");

        packed.pack_transposed(of(&a.transpose()).rows(0, k));
        let mut c = whole(m + 3, n, 3);
        multiply(into(&mut c), Update::Replace, &packed, of(&b).rows(4, k));
        assert_eq!(
            c,
            &a * b.rows(4, k),
            "transposed packing for {m} x {k} x {n}"
        );
    }
}

#[test]
#[should_panic(expected = "the product's shape")]
fn a_product_of_the_wrong_shape_is_refused() {
    let mut packed = Packed::with_capacity(3, 2);
    packed.pack(Columns::new(&[1.0f32; 6], 3));
    multiply(
        ColumnsMut::new(&mut [0.0; 5], 5),
        Update::Replace,
        &packed,
        Columns::new(&[1.0; 4], 2),
    );
}

#[test]
fn transposed_products_equal_nalgebras_over_all_small_and_odd_sizes() {
    let sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 41, 65];
    let mut scratch = TransposeScratch::with_capacity(1);
    for (m, n) in sizes.into_iter().flat_map(|m| sizes.map(move |n| (m, n))) {
        for k in [1, 2, 3, 8, 13, 31, 256, 259] {
            let (a, b) = (whole(m, k, 1), whole(n, k, 2));
            let mut c = whole(m, n, 3);
            let expected = &c + &a * b.transpose();
            multiply_transposed(into(&mut c), of(&a), of(&b), &mut scratch);
            assert_eq!(c, expected, "C + A B^T for {m} x {k} x {n}");
        }
    }
}

#[test]
fn transposed_products_of_some_rows_leave_the_others_alone() {
    let mut scratch = TransposeScratch::with_capacity(1);
    for (m, k, n) in [
        (1, 1, 1),
        (5, 3, 6),
        (8, 300, 4),
        (13, 17, 9),
        (65, 70, 128),
    ] {
        let (a, b) = (whole(m + 3, k, 1), whole(n + 4, k, 5));
        let mut c = whole(m + 2, n, 3);
        let mut expected = c.clone();
        let mut inner = expected.rows_mut(1, m);
        inner += a.rows(2, m) * b.rows(3, n).transpose();
        multiply_transposed(
            into(&mut c).rows(1, m),
            of(&a).rows(2, m),
            of(&b).rows(3, n),
            &mut scratch,
        );
        assert_eq!(c, expected, "C + A B^T for {m} x {k} x {n}");
    }
}

#[test]
#[should_panic(expected = "the common dimension")]
fn factors_that_do_not_fit_are_refused() {
    let mut scratch = TransposeScratch::with_capacity(1);
    let (a, b) = (whole(2, 3, 0), whole(2, 4, 0));
    multiply_transposed(into(&mut whole(2, 2, 0)), of(&a), of(&b), &mut scratch);
}
