//! Weights files: what is in them, and what hostile ones can do (nothing).

use crate::allocation::peak;
use crate::common::{small_config, sums};
use crate::files::{case, header, with_header, with_metadata};
use babble::formats::checkpoint::Checkpoint;
use babble::training::report::Match;
use babble::training::trainer::Trainer;
use babble::{Error, Result};
use proptest::prelude::*;
use safetensors::tensor::TensorView;
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

/// Reading must end in a model or in an error of ours; a panic fails the test by itself.
fn read(bytes: &[u8]) -> Result<Checkpoint> {
    let outcome = Checkpoint::read(bytes);
    if let Err(error) = &outcome {
        assert!(error.name() == "BadWeights", "{error:?}");
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
    use babble::nn::params::Tensor;
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
        (
            with_metadata(&bytes, "vocab", "[\"ab\"]"),
            "entry 1 of its vocabulary is \"ab\"",
        ),
        (with_metadata(&bytes, "vocab", "[\"a\",\"a\"]"), "twice"),
        (with_metadata(&bytes, "vocab", "[\"a\"]"), "fewer than two"),
        (with_metadata(&bytes, "vocab", "{"), "JSON list"),
        (
            with_metadata(&bytes, "vocab", "[\"a\",\"b\"]"),
            "has 2 entries",
        ),
        (with_metadata(&bytes, "step", "-1"), "\"step\""),
        (
            with_metadata(&bytes, "config", "[1]"),
            "configuration is no JSON object",
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
fn a_configuration_that_is_wrong_is_refused_by_key_value_and_what_would_be_right() {
    for (name, words) in [
        (
            "batch_0",
            "batchSize 0, which must be a whole number between 1 and 512",
        ),
        ("bool_1", "stopAtEnd 1, which must be true or false"),
        (
            "cell_LSTM",
            "cell \"LSTM\", which must be \"rnn\", \"relu\", \"gru\" or \"lstm\"",
        ),
        (
            "cell_gru_is_lstm",
            "cell \"lstm\", which must be \"gru\", as its tensors are",
        ),
        (
            "hidden_neg",
            "hiddenSize -1, which must be a whole number between 1 and 1024",
        ),
        (
            "layers_string",
            "layers \"1\", which must be a whole number between 1 and 8",
        ),
        (
            "lr_huge",
            "learningRate 1e+300, which must be a number between 0.000001 and 1000",
        ),
        (
            "optimizer_luck",
            "optimizer \"luck\", which must be \"sgd\", \"adagrad\", \"rmsprop\", \"adam\" or \"adamw\"",
        ),
        (
            "seed_null",
            "seed null, which must be a whole number between 0 and 4294967295",
        ),
    ] {
        let sentence = reason(&case(&format!("config_{name}")));
        assert!(sentence.contains(words), "{words:?} is not in: {sentence}");
    }
    // Nothing but the shape says that it is too large.
    let wide = with_header(&file(), |header| {
        header["rnn.weight_hh_l0"]["shape"] = json!([2000, 2000]);
        header["rnn.weight_hh_l0"]["data_offsets"] = json!([0, 16_000_000]);
        header["__metadata__"]["config"] = json!("{}");
        header
            .as_object_mut()
            .expect("an object")
            .retain(|name, _| name == "__metadata__" || name == "rnn.weight_hh_l0");
    });
    let length = u64::from_le_bytes(wide[..8].try_into().expect("eight bytes")) as usize;
    let wide = [&wide[..8 + length], &vec![0; 16_000_000]].concat();
    let words = "hiddenSize as its tensors have it must be a whole number between 1 and 1024";
    assert!(reason(&wide).contains(words), "{}", reason(&wide));
    let bytes = file();
    for (config, words) in [
        (
            "{\"layers\":2}",
            "layers 2, which must be 1, as its tensors are",
        ),
        (
            "{\"hiddenSize\":6}",
            "hiddenSize 6, which must be 5, as its tensors are",
        ),
        (
            "{\"hiddenSize\":1.5}",
            "hiddenSize 1.5, which must be a whole number",
        ),
        ("", "no JSON object"),
        ("{\"layers\":1,}", "no JSON object"),
    ] {
        let sentence = reason(&with_metadata(&bytes, "config", config));
        assert!(sentence.contains(words), "{words:?} is not in: {sentence}");
    }
}

#[test]
fn a_vocabulary_that_is_wrong_is_refused_by_its_length_or_its_entry() {
    for (name, words) in [
        (
            "short",
            "its vocabulary has 2 entries, but its tensors are made for 3",
        ),
        (
            "long",
            "its vocabulary has 4 entries, but its tensors are made for 3",
        ),
        ("dup", "holds 'a' twice, as entries 1 and 3"),
        (
            "combining",
            "entry 3 of its vocabulary is \"e\\u{301}\", which must be one character",
        ),
    ] {
        let sentence = reason(&case(&format!("vocab_{name}")));
        assert!(sentence.contains(words), "{words:?} is not in: {sentence}");
    }
}

#[test]
fn weights_of_other_types_are_converted_and_said_to_be() {
    // Halves of whole numbers, which every type has.
    let value = |i: usize| (i % 7) as f64 / 2.0 - 1.5;
    let of = |dtype: Dtype, bytes: fn(f64) -> Vec<u8>| {
        let single = case("vocab_dup");
        let tensors = SafeTensors::deserialize(&single).expect("a file of tensors");
        let numbers: Vec<(String, Vec<usize>, Vec<u8>)> = tensors
            .iter()
            .map(|(name, view)| {
                let count = view.shape().iter().product();
                let numbers = (0..count).flat_map(|i| bytes(value(i))).collect();
                (name.to_owned(), view.shape().to_vec(), numbers)
            })
            .collect();
        let views = numbers.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(dtype, shape.clone(), bytes);
            (name.as_str(), view.expect("the bytes fit the shape"))
        });
        let metadata = [("vocab".to_owned(), "[\"a\",\"b\",\"c\"]".to_owned())].into();
        let bytes = safetensors::serialize(views, Some(metadata)).expect("the crate writes it");
        read(&bytes).expect("it is converted")
    };
    let single = of(Dtype::F32, |x| (x as f32).to_le_bytes().to_vec());
    assert!(single.converted().is_empty());
    for (name, other) in [
        ("F64", of(Dtype::F64, |x| x.to_le_bytes().to_vec())),
        (
            "BF16",
            of(Dtype::BF16, |x| (x as f32).to_le_bytes()[2..].to_vec()),
        ),
        (
            "F16",
            of(Dtype::F16, |x| {
                let bits = (x as f32).to_bits();
                let half = match x {
                    0.0 => 0,
                    _ => {
                        (bits >> 16 & 0x8000)
                            | ((bits >> 23 & 0xff) - 112) << 10
                            | (bits >> 13 & 0x3ff)
                    }
                };
                (half as u16).to_le_bytes().to_vec()
            }),
        ),
    ] {
        assert_eq!(other.model(), single.model(), "{name}");
        assert_eq!(other.report(None).converted, [name]);
    }
}

#[test]
fn a_number_that_single_precision_does_not_reach_is_refused() {
    let name = "head.bias";
    let bytes = file();
    let tensors = SafeTensors::deserialize(&bytes).expect("our own file");
    let count = tensors.tensor(name).expect("it is there").shape()[0];
    let huge: Vec<u8> = (0..count).flat_map(|_| 1e300f64.to_le_bytes()).collect();
    let views = tensors.iter().map(|(other, view)| {
        let huge = TensorView::new(Dtype::F64, vec![count], &huge).expect("the bytes fit");
        (other, if other == name { huge } else { view })
    });
    let metadata = serde_json::from_value(header(&bytes)["__metadata__"].clone()).expect("strings");
    let bytes = safetensors::serialize(views, Some(metadata)).expect("the crate writes it");
    let sentence = reason(&bytes);
    assert!(
        sentence.contains("not finite in single precision"),
        "{sentence}"
    );
}

#[test]
fn shards_of_a_model_are_told_from_other_files() {
    let bytes = file();
    let tensors = SafeTensors::deserialize(&bytes).expect("our own file");
    let vocab = header(&bytes)["__metadata__"]["vocab"]
        .as_str()
        .expect("a string")
        .to_owned();
    for part in ["head.", "rnn.weight_ih", "rnn.weight_hh"] {
        let some: Vec<_> = tensors
            .iter()
            .filter(|(name, _)| name.starts_with(part))
            .collect();
        let metadata = [("vocab".to_owned(), vocab.clone())].into();
        let shard = safetensors::serialize(some, Some(metadata)).expect("the crate writes it");
        let sentence = reason(&shard);
        assert!(
            sentence.contains("is missing") && sentence.contains("shards"),
            "{sentence}"
        );
    }
    let index = json!({ "metadata": {}, "weight_map": { "head.bias": "model-00001-of-00002.safetensors" } });
    let sentence = reason(index.to_string().as_bytes());
    assert!(
        sentence.contains("index of a model that lies in several files"),
        "{sentence}"
    );
}

/// A file with this header and nothing else.
fn of_header(header: &str) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat()
}

#[test]
fn a_header_takes_little_memory_whatever_is_in_it() {
    const MEBIBYTE: usize = 1 << 20;
    let filled = |before: &str, piece: &str, after: &str, bytes: usize| {
        of_header(&format!(
            "{before}{}{after}",
            piece.repeat(bytes / piece.len())
        ))
    };
    for (before, piece, after) in [
        (
            "{\"__metadata__\":{\"vocab\":\"[",
            "\\\"a\\\",",
            "\\\"a\\\"]\"},\"rnn.a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}",
        ),
        ("{\"__metadata__\":{", "\"\":\"\",", "\"\":\"\"}}"),
        (
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[",
            "0,",
            "0],\"data_offsets\":[0,0]}}",
        ),
    ] {
        let bytes = filled(before, piece, after, 7 * MEBIBYTE);
        let (outcome, used) = peak(|| Checkpoint::read(&bytes));
        outcome.expect_err("it is no model");
        // Two strings of 24 bytes for six bytes of header, in a list that doubles and is copied as it grows, are
        // the worst: 8 x 2 x 1.5.
        assert!(used < 24 * bytes.len(), "{used} bytes for {piece:?}");
        let bytes = filled(before, piece, after, 100 * MEBIBYTE);
        let (outcome, used) = peak(|| Checkpoint::read(&bytes));
        let sentence = outcome.expect_err("it is too long").to_string();
        assert!(
            sentence.contains("its header has") && sentence.contains("8388608"),
            "{sentence}"
        );
        assert!(used < 1000, "{used} bytes for {piece:?}");
    }
}

/// The longest vocabulary, its surrogate pairs as escapes and every character of them as an escape again: no writer
/// makes it longer.
#[test]
fn the_longest_header_of_a_model_is_read() {
    let symbols: Vec<char> = ('\u{10000}'..).take(1 << 16).collect();
    let mut list = String::new();
    for symbol in &symbols {
        let units = symbol.encode_utf16(&mut [0; 2]).to_vec();
        let entry: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
        list += &format!("{}\"{entry}\"", if list.is_empty() { "[" } else { ", " });
    }
    list.push(']');
    let vocab: String = list.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let (count, hidden) = (symbols.len(), 1);
    let mut end = 0;
    let tensors: Vec<String> = [
        ("rnn.weight_ih_l0", vec![hidden, count]),
        ("rnn.weight_hh_l0", vec![hidden, hidden]),
        ("rnn.bias_ih_l0", vec![hidden]),
        ("rnn.bias_hh_l0", vec![hidden]),
        ("head.weight", vec![count, hidden]),
        ("head.bias", vec![count]),
    ]
    .into_iter()
    .map(|(name, shape)| {
        let start = end;
        end += 4 * shape.iter().product::<usize>();
        format!(
            "\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape:?},\"data_offsets\":[{start},{end}]}}"
        )
    })
    .collect();
    let header = format!(
        "{{\"__metadata__\":{{\"vocab\":\"{vocab}\"}},{}}}",
        tensors.join(",")
    );
    // Room is left for a configuration and for every tensor of the deepest network and its optimiser.
    assert!(header.len() < 8_300_000, "{} bytes", header.len());
    let bytes = [of_header(&header), vec![0; end]].concat();
    let checkpoint = read(&bytes).expect("it is legal");
    assert_eq!(checkpoint.model().vocabulary.symbols(), symbols);
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
