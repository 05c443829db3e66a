//! How files become texts. The page runs the same table: `www/tests/reading.test.js`.
#![cfg(feature = "cli")]

use babble_texts::change::{Change, apply};
use babble_texts::encoding::Encoding;
use babble_texts::join::{self, by_name};
use babble_texts::read::read;
use serde_json::{Value, json};

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("../texts/cases.json")).expect("the table is JSON")
}

fn bytes(case: &Value) -> Vec<u8> {
    let hex = case["bytes"].as_str().expect("a case has bytes").as_bytes();
    let digit = |digit: u8| char::from(digit).to_digit(16).expect("hexadecimal") as u8;
    hex.chunks(2)
        .map(|two| 16 * digit(two[0]) + digit(two[1]))
        .collect()
}

#[test]
fn every_file_of_the_table_is_read_or_named_as_what_it_is() {
    for case in cases() {
        let chosen = case["chosen"]
            .as_str()
            .map(|name| Encoding::named(name).expect("an encoding"));
        let found = match read(&bytes(&case), chosen) {
            Err(why) => {
                let expected = case["refused"].as_str();
                assert!(
                    expected.is_some_and(|expected| why.0.contains(expected)),
                    "{}: {} instead of {expected:?}",
                    case["name"],
                    why.0
                );
                continue;
            }
            Ok(reading) => json!({
                "text": reading.text,
                "encoding": reading.encoding.label(),
                "guessed": reading.guessed,
                "badPlaces": reading.bad_places,
                "firstBad": reading.first_bad.iter().map(|place| json!({ "byte": place.byte, "line": place.line })).collect::<Vec<_>>(),
                "markup": reading.markup,
            }),
        };
        for (key, value) in found.as_object().expect("an object") {
            assert_eq!(*value, case[key], "{}: {key}", case["name"]);
        }
    }
}

#[test]
fn no_beginning_of_a_file_makes_the_reader_panic() {
    for case in cases() {
        let bytes = bytes(&case);
        for length in (0..bytes.len().min(80)).chain([bytes.len() / 2]) {
            // Whatever it is taken for.
            let _ = read(&bytes[..length], None);
        }
    }
}

#[test]
fn names_are_ordered_as_people_count() {
    let mut names = ["b10.txt", "B9.txt", "a.txt", "b010.txt", "b", "é.txt"];
    names.sort_by(|one, other| by_name(one, other));
    assert_eq!(
        names,
        ["a.txt", "b", "B9.txt", "b010.txt", "b10.txt", "é.txt"]
    );
    assert!(by_name("A", "a").is_ne(), "two names have one order");
}

#[test]
fn each_joined_text_begins_a_line_of_its_own() {
    let mut joined = String::new();
    for text in ["\u{feff}one", "two\n", "", "\u{feff}three"] {
        join::add(&mut joined, text);
    }
    assert_eq!(joined, "one\ntwo\nthree");
    assert_eq!(join::name(&["a.txt", "b.txt", "c.txt"]), "a.txt and 2 more");
}

#[test]
fn changes_take_out_what_they_name_and_nothing_else() {
    let table = "name,joke\nanna,\"one, two\nthree\"\nbert,four\n";
    let page = "<!doctype html><style>p{}</style>\n<p class=\"a\">1 &lt; 2 &amp;&nbsp;3</p>\n<!-- <b> -->\n\n<SCRIPT>if (a<b)</SCRIPT>\n<p>a<b & c &x; &#233;&#x1F600;";
    for (change, text, changed) in [
        (Change::Controls, "\x1b[1;32mINFO\x1b[0m done", "INFO done"),
        (
            Change::Controls,
            "<\x0304,12anna\x0f> \x02hi\x02 \x03, \x033a,b",
            "<anna> hi , a,b",
        ),
        (Change::Controls, "N\x08NA\x08AME\x08\n\x08b", "NAM\nb"),
        (
            Change::Controls,
            "a\x0cb\u{85}c\u{2028}d\x1ae\0f\tg",
            "a\nb\nc\ndef\tg",
        ),
        (
            Change::Controls,
            "the \u{202e}word\u{202c}, 👩\u{200d}🚀",
            "the word, 👩\u{200d}🚀",
        ),
        (Change::Rare { below: 2 }, "aab\u{a0}bxa\n", "aab ba "),
        (Change::LowerCase, "ÉCOLE Straße", "école straße"),
        (Change::Markup, page, "1 < 2 & 3\n\na<b & c &x; é😀\n"),
        (
            Change::Column {
                name: "joke".into(),
            },
            table,
            "one, two three\nfour\n",
        ),
    ] {
        assert_eq!(apply(&change, text).as_deref(), Ok(changed), "{change:?}");
    }
    let missing =
        apply(&Change::Column { name: "age".into() }, table).expect_err("there is no such column");
    assert_eq!(missing, "There is no column \"age\"; there are name, joke.");
}

#[test]
fn shuffled_lines_are_the_same_lines_and_always_in_the_same_order() {
    let lines: Vec<String> = (0..1000).map(|i| format!("{i:03}")).collect();
    let text = lines.join("\n") + "\n";
    let shuffled = apply(&Change::ShuffleLines, &text).expect("any text has lines");
    assert_eq!(apply(&Change::ShuffleLines, &text).as_ref(), Ok(&shuffled));
    let order: Vec<usize> = shuffled
        .lines()
        .map(|line| line.parse().expect("a number"))
        .collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..1000).collect::<Vec<_>>());
    // The mean of 100 numbers of 0 to 999, drawn at random, lies 500 +- 27 (one standard deviation).
    let mean = order[900..].iter().sum::<usize>() as f64 / 100.0;
    assert!(
        (mean - 499.5).abs() < 100.0,
        "the last tenth is a fair sample: {mean}"
    );
    // A text that does not end its last line still does not.
    assert!(
        !apply(&Change::ShuffleLines, "b\na")
            .expect("lines")
            .ends_with('\n')
    );
}
