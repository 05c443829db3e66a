//! The container, held against the format's own parser.

use super::*;
use proptest::prelude::*;
use safetensors::SafeTensors;

/// A file of two tensors, whose header says this of the first.
fn file(dtype: &str, shape: &[u64], offsets: &[u64], second: [u64; 2], padding: &str) -> Vec<u8> {
    let header = format!(
        "{{\"__metadata__\":{{\"format\":\"pt\"}},\"a\":{{\"dtype\":\"{dtype}\",\"shape\":{shape:?},\"data_offsets\":{offsets:?}}},\"b\":{{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":{second:?}}}}}{padding}"
    );
    let length = (header.len() as u64).to_le_bytes();
    [&length[..], header.as_bytes(), &[0; 40]].concat()
}

#[test]
fn every_half_is_the_number_that_its_bits_say() {
    for (bits, value) in [
        (0x3c00, 1.0),
        (0xc000, -2.0),
        (0x7bff, 65504.0),
        (0x3555, 0.333_251_95),
    ] {
        assert_eq!(from_f16(bits), value);
    }
    for bits in 0..=u16::MAX {
        let (exponent, mantissa) = (bits >> 10 & 0x1f, f64::from(bits & 0x3ff) / 1024.0);
        let size = match exponent {
            0 => mantissa * 2f64.powi(-14),
            31 if mantissa > 0.0 => f64::NAN,
            31 => f64::INFINITY,
            _ => (1.0 + mantissa) * 2f64.powi(i32::from(exponent) - 15),
        };
        let (value, sign) = (
            f64::from(from_f16(bits)),
            if bits < 0x8000 { 1.0 } else { -1.0 },
        );
        assert!(
            value == sign * size || (value.is_nan() && size.is_nan()),
            "{bits:#06x}: {value}"
        );
    }
}

#[test]
fn a_tensor_or_a_key_of_it_that_is_named_twice_is_refused() {
    let entry = |dtype: &str| {
        format!("\"a\":{{\"dtype\":\"{dtype}\",\"shape\":[0],\"data_offsets\":[0,0]}}")
    };
    let open = |header: String| {
        let length = (header.len() as u64).to_le_bytes();
        let bytes = [&length[..], header.as_bytes()].concat();
        File::open(&bytes)
            .map(drop)
            .map_err(|error| error.to_string())
    };
    for dtype in ["F32", "I64", "BOOL"] {
        assert_eq!(open(format!("{{{}}}", entry(dtype))), Ok(()));
        let sentence = open(format!("{{{},{}}}", entry("F32"), entry(dtype))).expect_err("twice");
        assert!(sentence.contains("\"a\" is named twice"), "{sentence}");
    }
    for keys in [
        "\"dtype\":\"F32\",\"dtype\":\"F32\",\"data_offsets\":[0,4]",
        "\"dtype\":\"F32\",\"shape\":[0],\"shape\":[0],\"data_offsets\":[0,0]",
    ] {
        open(format!("{{\"a\":{{{keys}}}}}")).expect_err("a key that comes twice");
    }
}

fn judges_as_the_formats_own_parser(bytes: &[u8]) {
    let (ours, theirs) = (File::open(bytes), SafeTensors::deserialize(bytes));
    match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) => {
            let names: Vec<_> = ours.names().map(str::to_owned).collect();
            let mut expected: Vec<_> = theirs.names().into_iter().map(str::to_owned).collect();
            expected.sort();
            assert_eq!(names, expected);
            for name in names {
                let tensor = theirs.tensor(&name).expect("it is named");
                assert_eq!(ours.shape(&name).expect("it is named"), tensor.shape());
                let dtype = format!("{:?}", tensor.dtype());
                let numbers = ours.numbers(&name, tensor.shape(), &dtype);
                assert_eq!(numbers.expect("it has these numbers"), tensor.data());
            }
        }
        (Err(_), Err(_)) => {}
        _ => panic!("ours: {:?}, theirs: {:?}", ours.err(), theirs.err()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn headers_are_judged_as_the_formats_own_parser_judges_them(
        dtype in prop::sample::select(vec!["F32", "F64", "I64", "C64", "U8", "BF16", "BOOL", "F8_E8M0", "F6_E3M2", "F4", "f32", ""]),
        shape in prop::collection::vec(prop::sample::select(vec![0, 1, 2, 3, 4, 6, 1 << 40]), 0..4),
        offsets in prop::collection::vec(prop::sample::select(vec![0, 8, 16, 24, 40, 48]), 0..4),
        second in prop::array::uniform2(prop::sample::select(vec![0u64, 8, 16, 24, 40, 48])),
        padding in prop::sample::select(vec!["", " ", "\n", "x", "}"]),
    ) {
        judges_as_the_formats_own_parser(&file(dtype, &shape, &offsets, second, padding));
    }

    #[test]
    fn damaged_files_are_judged_likewise(at in 0usize..200, byte in any::<u8>()) {
        let mut bytes = file("F32", &[2, 3], &[0, 24], [24, 40], " ");
        let at = at % bytes.len();
        bytes[at] = byte;
        judges_as_the_formats_own_parser(&bytes);
    }
}

#[test]
fn a_whole_file_is_read() {
    let bytes = file("F32", &[2, 3], &[0, 24], [24, 40], "   ");
    let file = File::open(&bytes).expect("nothing is wrong with it");
    assert_eq!(file.metadata("format"), Some("pt"));
    assert_eq!(file.f32s("a", &[2, 3]).expect("it is there"), [0.0; 6]);
}

#[test]
fn nesting_without_end_is_refused_and_takes_no_stack() {
    let header = format!("{{\"a\":{}", "[".repeat(5_000_000));
    let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat();
    assert!(File::open(&bytes).is_err());
}
