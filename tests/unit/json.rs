//! JSON, held against serde_json.

use super::*;
use crate::config::Place;
use proptest::prelude::*;
use serde_json::Value;

fn skips(text: &str) -> bool {
    read(text, |reader| reader.skip()).is_some()
}

/// Fragments of which JSON, and what is nearly JSON, is made.
fn fragments() -> impl Strategy<Value = String> {
    let fragment = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\udc00\"",
        "\"\\x\"",
        "\"\u{1}\"",
        "\\",
        "0",
        "-",
        "1",
        "01",
        "-0",
        ".5",
        "1.",
        "2.5",
        "e",
        "1e5",
        "1E-7",
        "1e+",
        "1e400",
        "true",
        "false",
        "null",
        "nul",
        " ",
        "\n",
        "é",
        "\"é\"",
    ]);
    prop::collection::vec(fragment, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]
    #[test]
    fn what_is_json_is_what_serde_json_reads(text in fragments()) {
        let theirs = match serde_json::from_str::<Value>(&text) {
            Ok(_) => true,
            // What is too large for f64 is a number to us until it is asked for. They stop there.
            Err(error) if error.to_string().contains("out of range") => return Ok(()),
            Err(_) => false,
        };
        prop_assert_eq!(skips(&text), theirs, "{}", text);
    }
}

proptest! {
    #[test]
    fn strings_come_back(text in any::<String>()) {
        let mut json = String::new();
        write_string(&mut json, &text);
        prop_assert_eq!(read(&json, |r| r.string()), Some(text.clone()));
        prop_assert_eq!(serde_json::from_str::<String>(&json).ok(), Some(text.clone()));
        // Another writer's escapes are read, too.
        let theirs: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        prop_assert_eq!(read(&format!("\"{theirs}\""), |r| r.string()), Some(text));
    }

    #[test]
    fn numbers_come_back_bit_for_bit(number in any::<f64>().prop_filter("finite", |x| x.is_finite())) {
        let mut json = String::new();
        Place::from(&mut { number }).write(&mut json);
        prop_assert_eq!(read(&json, |r| r.number()).map(f64::to_bits), Some(number.to_bits()));
        prop_assert!(serde_json::from_str::<f64>(&json).is_ok());
    }
}

#[test]
fn nesting_without_end_is_refused_and_takes_no_stack() {
    assert!(skips(&format!("{}{}", "[".repeat(60), "]".repeat(60))));
    assert!(!skips(&"[".repeat(10_000_000)));
    assert!(!skips(&"{\"a\":".repeat(1_000_000)));
}

#[test]
fn a_number_too_large_is_none() {
    assert_eq!(read("1e400", |r| r.number()), None);
    assert_eq!(read("18446744073709551616", |r| r.count()), None);
    assert_eq!(read("24.0", |r| r.count()), None);
}
