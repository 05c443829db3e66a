//! Weights files: what is in them, and what hostile ones can do (nothing).

mod common;

use babble::checkpoint::Checkpoint;
use babble::report::Match;
use babble::train::Trainer;
use babble::{Error, Result};
use common::{small_config, sums};
use proptest::prelude::*;
use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};

/// A small run's file, with everything in it that a file can have.
fn file() -> Vec<u8> {
    let config = small_config(|c| c.hidden_size = 5.0);
    let mut trainer = Trainer::<f32>::new(config, &sums(40)).expect("the text is long enough");
    for _ in 0..3 {
        trainer.step().expect("it does not diverge");
    }
    trainer.begin_evaluation();
    while trainer.evaluate().is_none() {}
    trainer.save()
}

/// The file's header as JSON.
fn header(file: &[u8]) -> Value {
    let length = u64::from_le_bytes(file[..8].try_into().expect("eight bytes")) as usize;
    serde_json::from_slice(&file[8..8 + length]).expect("our header is JSON")
}

/// The file with its header changed and its numbers as they were.
fn with_header(file: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let length = u64::from_le_bytes(file[..8].try_into().expect("eight bytes")) as usize;
    let mut header = header(file);
    change(&mut header);
    let header = header.to_string();
    [
        &(header.len() as u64).to_le_bytes(),
        header.as_bytes(),
        &file[8 + length..],
    ]
    .concat()
}

/// The file with one metadata value changed.
fn with_metadata(file: &[u8], key: &str, value: &str) -> Vec<u8> {
    with_header(file, |header| header["__metadata__"][key] = json!(value))
}

/// Reading must end in a model or in an error of ours; a panic fails the test by itself.
fn read(bytes: &[u8]) -> Result<Checkpoint> {
    let outcome = Checkpoint::read(bytes);
    if let Err(error) = &outcome {
        assert!(
            matches!(
                error.name(),
                "BadWeights" | "InvalidConfig" | "TooManySymbols"
            ),
            "{error:?}"
        );
    }
    outcome
}

fn reason(bytes: &[u8]) -> String {
    read(bytes).expect_err("the file is wrong").to_string()
}

#[test]
fn the_file_holds_pytorchs_names_and_shapes() {
    let bytes = file();
    let tensors = SafeTensors::deserialize(&bytes).expect("the format's own parser reads it");
    let vocab: Vec<String> = serde_json::from_str(
        header(&bytes)["__metadata__"]["vocab"]
            .as_str()
            .expect("a string"),
    )
    .expect("a JSON list");
    let v = vocab.len();
    for (name, shape) in [
        ("rnn.weight_ih_l0", vec![5, v]),
        ("rnn.weight_hh_l0", vec![5, 5]),
        ("rnn.bias_ih_l0", vec![5]),
        ("rnn.bias_hh_l0", vec![5]),
        ("head.weight", vec![v, 5]),
        ("head.bias", vec![v]),
        ("resume.hidden", vec![1, 4, 5]),
        ("resume.exp_avg.rnn.weight_ih_l0", vec![5, v]),
        ("resume.exp_avg_sq.head.bias", vec![v]),
    ] {
        let tensor = tensors.tensor(name).expect(name);
        assert_eq!(
            (tensor.dtype(), tensor.shape()),
            (Dtype::F32, shape.as_slice()),
            "{name}"
        );
    }
    let metadata = &header(&bytes)["__metadata__"];
    assert_eq!(
        (&metadata["format"], &metadata["babble"]),
        (&json!("pt"), &json!("1"))
    );
    assert_eq!(
        (&metadata["step"], &metadata["held_out_step"]),
        (&json!("3"), &json!("3"))
    );
}

#[test]
fn every_tensor_begins_where_its_numbers_are_aligned() {
    let bytes = file();
    assert_eq!(
        u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) % 8,
        0
    );
    for (name, info) in header(&bytes).as_object().expect("an object") {
        let (Some(dtype), Some(start)) = (info["dtype"].as_str(), info["data_offsets"][0].as_u64())
        else {
            assert_eq!(name, "__metadata__");
            continue;
        };
        assert_eq!(start % if dtype == "I64" { 8 } else { 4 }, 0, "{name}");
    }
}

#[test]
fn weights_lie_row_by_row() {
    use babble::params::Tensor;
    let bytes = file();
    let checkpoint = read(&bytes).expect("our own file");
    let tensors = SafeTensors::deserialize(&bytes).expect("the format's own parser reads it");
    let raw = tensors.tensor("head.weight").expect("it is there").data();
    let matrix = checkpoint.model().params.matrix(Tensor::HeadWeight);
    let numbers = raw
        .chunks(4)
        .map(|b| f32::from_le_bytes(b.try_into().expect("four bytes")));
    let by_row = (0..matrix.nrows()).flat_map(|i| (0..matrix.ncols()).map(move |j| (i, j)));
    for (number, (i, j)) in numbers.zip(by_row) {
        assert_eq!(number, matrix[(i, j)], "row {i}, column {j}");
    }
}

#[test]
fn equal_models_are_equal_bytes() {
    assert_eq!(file(), file());
}

#[test]
fn a_file_without_our_state_starts_a_run_from_its_weights() {
    // As PyTorch would write it: the model's tensors and a vocabulary, nothing else.
    let bytes = file();
    let tensors = SafeTensors::deserialize(&bytes).expect("the format's own parser reads it");
    let model: Vec<_> = tensors
        .iter()
        .filter(|(name, _)| !name.starts_with("resume."))
        .collect();
    let vocab = header(&bytes)["__metadata__"]["vocab"]
        .as_str()
        .expect("a string")
        .to_owned();
    let metadata = [("vocab".to_owned(), vocab)].into();
    let foreign = safetensors::serialize(model, Some(metadata)).expect("the crate writes it");
    let checkpoint = read(&foreign).expect("names, shapes and a vocabulary suffice");
    let report = checkpoint.report(Some(&sums(40)));
    assert!(!report.resumable && report.held_out.is_none());
    assert_eq!(
        (report.config.hidden_size, report.text),
        (5, Match::Different)
    );
    let mut trainer = Trainer::resume(checkpoint, &sums(40), None).expect("every symbol is known");
    trainer.step().expect("it trains on");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let bytes = file();
    for length in 0..bytes.len() {
        read(&bytes[..length]).expect_err("a part is no file");
    }
    let sentence = reason(&bytes[..bytes.len() - 1]);
    assert!(sentence.contains("cut short"), "{sentence}");
    let longer = [bytes.as_slice(), b"x"].concat();
    read(&longer).expect_err("more than a file is no file");
}

#[test]
fn no_flipped_byte_of_the_header_makes_the_loader_panic() {
    let bytes = file();
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    for at in 0..8 + length {
        for value in [0, b'"', b'9', b'}', 0xff] {
            let mut broken = bytes.clone();
            broken[at] = value;
            let _ = read(&broken);
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_loader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn no_header_makes_the_loader_panic(json in "[\\[\\]{}\":,0-9a-z_.]{0,200}") {
        let bytes = [&(json.len() as u64).to_le_bytes(), json.as_bytes()].concat();
        prop_assert!(read(&bytes).is_err());
    }
}

#[test]
fn other_files_are_named_for_what_they_are() {
    for (bytes, words) in [
        (&b""[..], "too short"),
        (b"PK\x03\x04 a zip archive, perhaps", "safetensors"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff{}", "safetensors"),
        (
            b"\x02\0\0\0\0\0\0\0{}",
            "none of a recurrent network's tensors",
        ),
    ] {
        let sentence = reason(bytes);
        assert!(sentence.contains(words), "{sentence}");
    }
}

#[test]
fn contradictions_are_named() {
    let bytes = file();
    let rename = |from: &'static str, to: &'static str| {
        with_header(&bytes, |header| {
            let tensor = header
                .as_object_mut()
                .and_then(|h| h.remove(from))
                .expect(from);
            header[to] = tensor;
        })
    };
    let reshape =
        |name: &'static str, shape: Value| with_header(&bytes, |h| h[name]["shape"] = shape);
    for (broken, words) in [
        (rename("head.bias", "head.offset"), "head.offset"),
        (
            rename("resume.exp_avg.head.bias", "resume.lost"),
            "resume.exp_avg.head.bias",
        ),
        (reshape("rnn.weight_hh_l0", json!([25, 1])), "[25, 1]"),
        (reshape("rnn.weight_hh_l0", json!([25])), "must be a matrix"),
        (reshape("rnn.weight_hh_l0", json!([])), "contradicts itself"),
        (reshape("head.bias", json!([1, 12])), "shape"),
        (reshape("resume.hidden", json!([20])), "shape"),
        (with_metadata(&bytes, "babble", "2"), "version"),
        (with_metadata(&bytes, "vocab", "[\"ab\"]"), "one-character"),
        (with_metadata(&bytes, "vocab", "[\"a\",\"a\"]"), "twice"),
        (with_metadata(&bytes, "vocab", "[\"a\"]"), "fewer than two"),
        (with_metadata(&bytes, "vocab", "{"), "JSON list"),
        (with_metadata(&bytes, "vocab", "[\"a\",\"b\"]"), "shape"),
        (with_metadata(&bytes, "step", "-1"), "\"step\""),
        (
            with_metadata(&bytes, "config", "[1]"),
            "configuration is damaged",
        ),
        (
            with_header(&bytes, |h| h["__metadata__"] = json!({})),
            "no vocabulary",
        ),
        (
            with_header(&bytes, |h| h["head.bias"]["dtype"] = json!("I32")),
            "type",
        ),
    ] {
        let sentence = reason(&broken);
        assert!(sentence.contains(words), "{words:?} is not in: {sentence}");
    }
}

#[test]
fn a_configuration_out_of_bounds_is_refused_by_field() {
    let bytes = file();
    let config = header(&bytes)["__metadata__"]["config"]
        .as_str()
        .expect("a string")
        .to_owned();
    let broken = with_metadata(
        &bytes,
        "config",
        &config.replace("\"batchSize\":4", "\"batchSize\":1e9"),
    );
    assert_eq!(
        read(&broken).expect_err("a batch of 10^9").field(),
        Some("batchSize")
    );
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    let mut bytes = file();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    let sentence = reason(&bytes);
    assert!(sentence.contains("not finite"), "{sentence}");
}

#[test]
fn sizes_that_the_file_cannot_hold_are_refused_before_anything_is_allocated() {
    // 2^62 numbers by its header, and a product of the shape that overflows.
    for shape in [json!([1u64 << 31, 1u64 << 31]), json!([u64::MAX, 2])] {
        let broken = with_header(&file(), |header| header["head.weight"]["shape"] = shape);
        assert!(reason(&broken).contains("contradicts itself"));
    }
}

/// The file with one of its counters changed.
fn with_count(file: &[u8], name: &str, count: i64) -> Vec<u8> {
    let mut bytes = file.to_vec();
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    let start = header(&bytes)[name]["data_offsets"][0]
        .as_u64()
        .expect("an offset") as usize;
    bytes[8 + length + start..][..8].copy_from_slice(&count.to_le_bytes());
    bytes
}

#[test]
fn a_position_behind_the_text_is_refused() {
    let broken = with_count(&file(), "resume.cursor", 1_000_000);
    let checkpoint = read(&broken).expect("without the text nothing contradicts it");
    let error = Trainer::resume(checkpoint, &sums(40), None).expect_err("the text is shorter");
    assert!(matches!(error, Error::BadWeights { .. }), "{error}");
}

#[test]
fn counts_that_no_run_reaches_are_refused() {
    // JavaScript's numbers tell whole ones apart up to 2^53.
    for count in [-1, i64::MIN, 1 << 53, i64::MAX] {
        for name in [
            "cursor",
            "epoch",
            "characters",
            "updates",
            "random",
            "skipped",
        ] {
            let name = format!("resume.{name}");
            let sentence = reason(&with_count(&file(), &name, count));
            assert!(sentence.contains(&name), "{sentence}");
        }
    }
    for key in ["step", "held_out_step"] {
        for count in [1u64 << 53, u64::MAX] {
            let sentence = reason(&with_metadata(&file(), key, &count.to_string()));
            assert!(sentence.contains(key), "{sentence}");
        }
    }
}
