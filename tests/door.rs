//! `babble run`: what it answers to inputs that are not as they should be. What it answers to the others is
//! PyTorch's matter: see `tests/golden.rs`.

use std::collections::BTreeMap;

use babble::{Error, Result, door};
use proptest::prelude::*;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::json;

/// I, H, O of the networks here, and B and T of the inputs; U for what is written in another length.
const INPUTS: usize = 3;
const HIDDEN: usize = 2;
const OUTPUTS: usize = 4;
const BATCH: usize = 2;
const STEPS: usize = 5;
const WRITTEN: usize = 3;

/// Tensors in the making, every number small and different from its neighbours.
#[derive(Debug, Clone, Default)]
struct Made(BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>);

impl Made {
    fn reals(&mut self, name: &str, shape: &[usize]) -> &mut Self {
        let count = shape.iter().product::<usize>();
        let bytes = (0..count).flat_map(|i| (0.1 + 0.01 * i as f32).to_le_bytes());
        self.put(name, Dtype::F32, shape, bytes.collect())
    }

    fn whole(&mut self, name: &str, shape: &[usize], values: &[i64]) -> &mut Self {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        self.put(name, Dtype::I64, shape, bytes.collect())
    }

    fn put(&mut self, name: &str, dtype: Dtype, shape: &[usize], bytes: Vec<u8>) -> &mut Self {
        self.0
            .insert(name.to_owned(), (dtype, shape.to_vec(), bytes));
        self
    }

    fn without(&mut self, name: &str) -> &mut Self {
        self.0.remove(name).expect("it was there");
        self
    }

    fn file(&self, config: Option<serde_json::Value>) -> Vec<u8> {
        let views = self.0.iter().map(|(name, (dtype, shape, bytes))| {
            let view = TensorView::new(*dtype, shape.clone(), bytes);
            (name.as_str(), view.expect("the bytes fit the shape"))
        });
        let metadata = config.map(|config| [("config".to_owned(), config.to_string())].into());
        safetensors::serialize(views, metadata).expect("the crate writes it")
    }
}

fn stack(made: &mut Made, name: &str, gates: usize) {
    let rows = gates * HIDDEN;
    made.reals(&format!("{name}.weight_ih_l0"), &[rows, INPUTS])
        .reals(&format!("{name}.weight_hh_l0"), &[rows, HIDDEN])
        .reals(&format!("{name}.bias_ih_l0"), &[rows])
        .reals(&format!("{name}.bias_hh_l0"), &[rows]);
}

/// A network of one layer with so many gates and outputs.
fn network(gates: usize, outputs: usize) -> Made {
    let mut made = Made::default();
    stack(&mut made, "rnn", gates);
    made.reals("head.weight", &[outputs, HIDDEN])
        .reals("head.bias", &[outputs]);
    made
}

/// Weights of a GRU, for one readout, with squared error.
fn weights(readout: &str) -> Vec<u8> {
    let mut made = network(
        3,
        if readout == "oneToMany" {
            INPUTS
        } else {
            OUTPUTS
        },
    );
    if readout == "sequenceToSequence" {
        stack(&mut made, "encoder", 3);
    }
    made.file(Some(
        json!({ "cell": "gru", "readout": readout, "loss": "squaredError" }),
    ))
}

/// An input for [`weights`], with everything in it that may be in it.
fn input(readout: &str) -> Made {
    let mut made = Made::default();
    made.reals("h0", &[1, BATCH, HIDDEN]);
    match readout {
        "oneToMany" => {
            made.reals("x", &[1, BATCH, INPUTS])
                .whole("steps", &[1], &[WRITTEN as i64])
                .reals("target", &[WRITTEN, BATCH, INPUTS]);
            return made;
        }
        "manyToMany" => made.reals("target", &[STEPS, BATCH, OUTPUTS]),
        "manyToOne" => made.reals("target", &[BATCH, OUTPUTS]),
        _ => made
            .reals("decoder_x", &[WRITTEN, BATCH, INPUTS])
            .whole("decoder_lengths", &[BATCH], &[3, 1])
            .reals("target", &[WRITTEN, BATCH, OUTPUTS]),
    };
    made.reals("x", &[STEPS, BATCH, INPUTS])
        .whole("lengths", &[BATCH], &[2, 5]);
    made
}

const READOUTS: [&str; 4] = ["manyToMany", "manyToOne", "oneToMany", "sequenceToSequence"];

/// Running must end in an answer or in an error of ours; a panic fails the test by itself.
fn run(weights: &[u8], input: &[u8]) -> Result<Vec<u8>> {
    let outcome = door::run(weights, input, true);
    if let Err(error) = &outcome {
        assert!(
            matches!(
                error.name(),
                "BadInput" | "BadWeights" | "InvalidConfig" | "TooMuchMemory"
            ),
            "{error:?}"
        );
    }
    outcome
}

#[test]
fn whole_inputs_are_answered() {
    for readout in READOUTS {
        let outcome = run(&weights(readout), &input(readout).file(None));
        assert!(outcome.is_ok(), "{readout}: {outcome:?}");
    }
}

#[test]
fn equal_questions_have_equal_answers() {
    let (weights, input) = (weights("manyToOne"), input("manyToOne").file(None));
    assert_eq!(run(&weights, &input), run(&weights, &input));
}

#[test]
fn the_tensors_say_what_the_configuration_does_not() {
    for gates in [1, 3, 4] {
        let mut given = Made::default();
        given.reals("x", &[STEPS, BATCH, INPUTS]).whole(
            "target",
            &[STEPS, BATCH],
            &[0; STEPS * BATCH],
        );
        let outcome = run(&network(gates, OUTPUTS).file(None), &given.file(None));
        assert!(outcome.is_ok(), "{gates} gates: {outcome:?}");
    }
}

#[test]
fn what_lies_behind_the_end_of_a_sequence_may_be_anything() {
    let weights = network(1, OUTPUTS).file(None);
    let answer = |behind: i64| {
        let ids: Vec<i64> = (0..STEPS as i64 * 2)
            .map(|i| if i % 2 == 1 && i > 3 { behind } else { 1 })
            .collect();
        let mut given = Made::default();
        given
            .whole("ids", &[STEPS, BATCH], &ids)
            .whole("lengths", &[BATCH], &[5, 2])
            .whole("target", &[STEPS, BATCH], &ids);
        run(&weights, &given.file(None)).expect("it is a whole input")
    };
    // As torch marks what is to be ignored, for one.
    assert_eq!(answer(-100), answer(0));
    assert_eq!(answer(i64::MAX), answer(0));
}

#[test]
fn not_a_number_behind_the_end_of_a_sequence_is_not_read_and_before_it_is_refused() {
    let poisoned = |name: &str, at: usize| {
        let mut given = input("manyToMany");
        let (_, _, bytes) = given.0.get_mut(name).expect(name);
        bytes[4 * at..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
        run(&weights("manyToMany"), &given.file(None))
    };
    let whole = run(&weights("manyToMany"), &input("manyToMany").file(None));
    // The first sequence has two steps: its third is the fifth column.
    assert_eq!(poisoned("x", 4 * INPUTS), whole);
    assert_eq!(poisoned("target", 4 * OUTPUTS), whole);
    for (name, at) in [("x", 2 * INPUTS), ("target", 2 * OUTPUTS), ("h0", 0)] {
        let sentence = poisoned(name, at).expect_err(name).to_string();
        assert!(sentence.contains("not finite"), "{sentence}");
    }
}

#[test]
fn contradictions_are_named() {
    type Change = fn(&mut Made) -> &mut Made;
    let with_lengths = "1 to 5 steps";
    let many_to_many: [(Change, &str); 17] = [
        (|m| m.without("x"), "neither"),
        (|m| m.whole("ids", &[STEPS, BATCH], &[0; 10]), "both"),
        (|m| m.reals("x", &[STEPS, BATCH, 4]), "4 values a step"),
        (|m| m.reals("x", &[STEPS, BATCH]), "(T, B, I)"),
        (|m| m.reals("x", &[0, BATCH, INPUTS]), "empty"),
        (|m| m.reals("x", &[STEPS, 0, INPUTS]), "empty"),
        (|m| m.reals("x", &[]), "(T, B, I)"),
        (|m| m.reals("h0", &[2, BATCH, HIDDEN]), "\"h0\""),
        (|m| m.reals("h0", &[BATCH, HIDDEN]), "\"h0\""),
        (|m| m.reals("c0", &[1, BATCH, HIDDEN]), "\"c0\""),
        (|m| m.reals("lenghts", &[BATCH]), "\"lenghts\""),
        (|m| m.whole("lengths", &[BATCH], &[0, 5]), with_lengths),
        (|m| m.whole("lengths", &[BATCH], &[6, 5]), with_lengths),
        (
            |m| m.whole("lengths", &[BATCH], &[i64::MIN, 5]),
            with_lengths,
        ),
        (|m| m.whole("lengths", &[1], &[5]), "\"lengths\""),
        (|m| m.without("target"), "no \"target\""),
        (|m| m.whole("target", &[STEPS, BATCH], &[0; 10]), "type"),
    ];
    let many_to_one: [(Change, &str); 1] = [(
        |m| m.reals("target", &[STEPS, BATCH, OUTPUTS]),
        "\"target\"",
    )];
    let one_to_many: [(Change, &str); 5] = [
        (|m| m.whole("steps", &[1], &[0]), "0 steps"),
        (|m| m.whole("steps", &[1], &[-1]), "-1"),
        (|m| m.whole("steps", &[1], &[4]), "\"target\""),
        (|m| m.without("steps").without("target"), "\"steps\""),
        (|m| m.reals("x", &[2, BATCH, INPUTS]), "reads one step"),
    ];
    let sequence_to_sequence: [(Change, &str); 3] = [
        (|m| m.without("decoder_x"), "neither"),
        (
            |m| {
                m.without("decoder_lengths")
                    .reals("decoder_x", &[3, 3, INPUTS])
            },
            "reads 3 sequences",
        ),
        (
            |m| m.whole("decoder_lengths", &[BATCH], &[4, 1]),
            "1 to 3 steps",
        ),
    ];
    let all: [&[(Change, &str)]; 4] = [
        &many_to_many,
        &many_to_one,
        &one_to_many,
        &sequence_to_sequence,
    ];
    for (readout, broken) in READOUTS.into_iter().zip(all) {
        for (change, words) in broken {
            let mut given = input(readout);
            change(&mut given);
            let error = run(&weights(readout), &given.file(None)).expect_err(words);
            assert_eq!(error.name(), "BadInput", "{error}");
            let sentence = error.to_string();
            assert!(sentence.contains(words), "{words:?} is not in: {sentence}");
        }
    }
}

#[test]
fn symbols_that_the_network_does_not_have_are_refused() {
    let weights = network(1, OUTPUTS).file(None);
    for (name, id) in [
        ("ids", INPUTS as i64),
        ("target", OUTPUTS as i64),
        ("ids", -1),
        ("ids", i64::MAX),
    ] {
        let mut given = Made::default();
        given
            .whole("ids", &[2, 1], &[0, 1])
            .whole("target", &[2, 1], &[0, 1])
            .whole(name, &[2, 1], &[0, id]);
        let sentence = run(&weights, &given.file(None))
            .expect_err(name)
            .to_string();
        assert!(sentence.contains(&id.to_string()), "{sentence}");
    }
}

#[test]
fn weights_that_do_not_fit_their_readout_are_refused() {
    let no_encoder = network(3, OUTPUTS).file(Some(json!({ "readout": "sequenceToSequence" })));
    let mut with_encoder = network(3, OUTPUTS);
    stack(&mut with_encoder, "encoder", 3);
    let idle_encoder = with_encoder.file(None);
    stack(&mut with_encoder, "encoder", 4);
    let other_cell = with_encoder.file(Some(json!({ "readout": "sequenceToSequence" })));
    let flat = network(1, OUTPUTS)
        .reals("head.weight", &[OUTPUTS * HIDDEN])
        .file(None);
    let empty = network(1, OUTPUTS)
        .reals("head.weight", &[0, HIDDEN])
        .file(None);
    let unknown = network(1, OUTPUTS).file(Some(json!({ "readout": "manyToFew" })));
    let no_object = network(1, OUTPUTS).file(Some(json!([1, 2])));
    let other_loss = network(1, OUTPUTS).file(Some(json!({ "loss": 3 })));
    for (weights, words) in [
        (no_encoder, "\"encoder.weight_hh_l0\" is missing"),
        (idle_encoder, "has no meaning"),
        (other_cell, "same cell"),
        (flat, "\"head.weight\""),
        (empty, "\"head.weight\""),
        (unknown, "manyToFew"),
        (no_object, "configuration is damaged"),
        (other_loss, "configuration is damaged"),
    ] {
        let error = run(&weights, &input("sequenceToSequence").file(None)).expect_err(words);
        assert_eq!(error.name(), "BadWeights", "{error}");
        let sentence = error.to_string();
        assert!(sentence.contains(words), "{words:?} is not in: {sentence}");
    }
}

#[test]
fn nothing_of_the_weights_is_lost_in_silence() {
    let bidirectional = network(1, OUTPUTS)
        .reals("rnn.weight_ih_l0_reverse", &[HIDDEN, INPUTS])
        .file(None);
    let mut deep = network(1, OUTPUTS);
    for layer in 1..12 {
        deep.reals(&format!("rnn.weight_ih_l{layer}"), &[HIDDEN, HIDDEN])
            .reals(&format!("rnn.weight_hh_l{layer}"), &[HIDDEN, HIDDEN])
            .reals(&format!("rnn.bias_ih_l{layer}"), &[HIDDEN])
            .reals(&format!("rnn.bias_hh_l{layer}"), &[HIDDEN]);
    }
    for (weights, words) in [(bidirectional, "_reverse"), (deep.file(None), "depth")] {
        let error = run(&weights, &input("manyToMany").file(None)).expect_err(words);
        assert_eq!(error.name(), "BadWeights", "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn outputs_that_cannot_be_fed_back_are_refused() {
    let config = json!({ "cell": "gru", "readout": "oneToMany", "loss": "squaredError" });
    let weights = network(3, OUTPUTS).file(Some(config));
    let sentence = run(&weights, &input("oneToMany").file(None))
        .expect_err("4 outputs do not fit 3 inputs")
        .to_string();
    assert!(sentence.contains("feeds its 4 outputs back"), "{sentence}");
}

#[test]
fn more_steps_than_memory_are_refused_before_anything_is_allocated() {
    for steps in [1 << 40, 1 << 52] {
        let mut given = input("oneToMany");
        given.without("target").whole("steps", &[1], &[steps]);
        let outcome = door::run(&weights("oneToMany"), &given.file(None), false);
        let error = outcome.expect_err("no memory holds these steps");
        assert!(matches!(error, Error::TooMuchMemory { .. }), "{error}");
    }
}

#[test]
fn no_flipped_byte_of_a_header_makes_it_panic() {
    // Between them they have every tensor that there can be.
    for readout in ["oneToMany", "sequenceToSequence"] {
        let (weights, input) = (weights(readout), input(readout).file(None));
        for (bytes, is_weights) in [(&weights, true), (&input, false)] {
            let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
            for at in 0..8 + length {
                for value in [0, b'"', b'0', b'9', b'}', 0xff] {
                    let mut broken = bytes.clone();
                    broken[at] = value;
                    let _ = if is_weights {
                        run(&broken, &input)
                    } else {
                        run(&weights, &broken)
                    };
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(run(&weights("manyToMany"), &bytes).is_err());
        prop_assert!(run(&bytes, &input("manyToMany").file(None)).is_err());
    }

    #[test]
    fn no_shapes_make_it_panic(
        readout in prop::sample::select(&READOUTS[..]),
        name in prop::sample::select(&["x", "h0", "c0", "target", "decoder_x", "mask"][..]),
        shape in prop::collection::vec(0usize..7, 0..5),
        lengths in prop::collection::vec(any::<i64>(), 1..4),
    ) {
        let mut given = input(readout);
        let _ = run(&weights(readout), &given.reals(name, &shape).file(None));
        let _ = run(&weights(readout), &given.whole("lengths", &[lengths.len()], &lengths).file(None));
    }
}
