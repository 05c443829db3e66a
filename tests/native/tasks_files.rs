//! `babble run`: what it answers to inputs that are not as they should be. What it answers to the others is
//! PyTorch's matter: see `tests/native/golden.rs`.

use std::collections::BTreeMap;

use crate::allocation::peak;
use crate::files::case;
use babble::formats::checkpoint::converted;
use babble::tasks::files::{self, Wanted};
use babble::{Error, Result};
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

const BACKWARD: Wanted = Wanted {
    backward: true,
    activations: false,
    lag: false,
};

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
    let outcome = files::run(weights, input, BACKWARD);
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
        (no_object, "no JSON object"),
        (other_loss, "\"crossEntropy\" or \"squaredError\""),
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
        let outcome = files::run(&weights("oneToMany"), &given.file(None), Wanted::default());
        let error = outcome.expect_err("no memory holds these steps");
        assert!(matches!(error, Error::TooMuchMemory { .. }), "{error}");
    }
}

#[test]
fn outputs_and_copies_count_in_the_bound_on_memory() {
    let (weights, input) = (case("run_memory.w"), case("run_memory.i"));
    let (outcome, bytes) = peak(|| files::run(&weights, &input, Wanted::default()));
    let sentence = outcome.expect_err("it would take 3 GB").to_string();
    assert!(
        sentence.contains("Ask for fewer sequences, or for fewer steps"),
        "{sentence}"
    );
    // The weights are 4 kB, and are read and turned.
    assert!(bytes < 200_000, "{bytes} bytes were in use");
}

#[test]
fn a_run_takes_no_more_memory_than_is_counted_for_it() {
    const STEPS: usize = 300;
    for readout in READOUTS {
        let outputs = if readout == "oneToMany" { INPUTS } else { 50 };
        let mut network = network(3, outputs);
        stack(&mut network, "encoder", 3);
        if readout != "sequenceToSequence" {
            network.0.retain(|name, _| !name.starts_with("encoder."));
        }
        let config = json!({ "cell": "gru", "readout": readout, "loss": "squaredError" });
        let weights = network.file(Some(config));
        let mut made = Made::default();
        match readout {
            "oneToMany" => made.reals("x", &[1, BATCH, INPUTS]),
            _ => made.reals("x", &[STEPS, BATCH, INPUTS]),
        };
        match readout {
            "manyToOne" => made.reals("target", &[BATCH, outputs]),
            "sequenceToSequence" => made
                .reals("decoder_x", &[STEPS, BATCH, INPUTS])
                .reals("target", &[STEPS, BATCH, outputs]),
            _ => made.reals("target", &[STEPS, BATCH, outputs]),
        };
        let input = made.file(None);
        for wanted in [Wanted::default(), BACKWARD] {
            assert_counted(readout, &weights, &input, wanted);
        }
    }
}

/// That running takes no more memory than is counted for it, and not far less: a bound that is far too high
/// would refuse what can be run.
fn assert_counted(name: &str, weights: &[u8], input: &[u8], wanted: Wanted) {
    let counted = files::memory(weights, input, wanted).expect("it can be run");
    let (response, used) = peak(|| files::run(weights, input, wanted));
    response.expect("it can be run");
    let used = (used + weights.len() + input.len()) as u64;
    assert!(used <= counted, "{name}, {wanted:?}: {used}, not {counted}");
    assert!(
        counted < 4 * used,
        "{name}, {wanted:?}: {counted} for {used}"
    );
}

/// A question that the lenses' outputs answer, of symbols.
fn symbols(readout: &str, steps: usize) -> Made {
    let target = if readout == "manyToOne" { 1 } else { steps };
    let mut made = Made::default();
    made.whole("ids", &[steps, BATCH], &vec![1; steps * BATCH]);
    let shape = [target, BATCH];
    let shape = if readout == "manyToOne" {
        &shape[1..]
    } else {
        &shape
    };
    made.whole("target", shape, &vec![2; target * BATCH]);
    made
}

const LENSES: [Wanted; 3] = [
    Wanted {
        backward: false,
        activations: true,
        lag: false,
    },
    Wanted {
        backward: false,
        activations: false,
        lag: true,
    },
    Wanted {
        backward: true,
        activations: true,
        lag: true,
    },
];

#[test]
fn what_the_lenses_show_counts_in_the_bound_on_memory() {
    for gates in [1, 3, 4] {
        // Many inputs, whose one-hot vectors count, and few; many steps, whose states count.
        for (inputs, steps) in [(3, 400), (400, 300)] {
            let mut network = network(gates, OUTPUTS);
            network.reals("rnn.weight_ih_l0", &[gates * HIDDEN, inputs]);
            let weights = network.file(None);
            for wanted in LENSES {
                let input = symbols("manyToMany", steps).file(None);
                assert_counted(
                    &format!("{gates} gates, {inputs}"),
                    &weights,
                    &input,
                    wanted,
                );
            }
        }
    }
}

#[test]
fn more_states_than_memory_are_refused_before_anything_is_allocated() {
    let mut network = Made::default();
    let hidden = 1000;
    network
        .reals("rnn.weight_ih_l0", &[hidden, INPUTS])
        .reals("rnn.weight_hh_l0", &[hidden, hidden])
        .reals("rnn.bias_ih_l0", &[hidden])
        .reals("rnn.bias_hh_l0", &[hidden])
        .reals("head.weight", &[OUTPUTS, hidden])
        .reals("head.bias", &[OUTPUTS]);
    let weights = network.file(None);
    // Without them it takes less than half of what is allowed.
    let input = symbols("manyToMany", 20_000).file(None);
    let bytes = files::memory(&weights, &input, Wanted::default()).expect("it can be run");
    assert!(bytes < (1 << 30), "{bytes}");
    let (outcome, used) = peak(|| files::run(&weights, &input, LENSES[0]));
    let error = outcome.expect_err("no memory holds these states");
    assert!(matches!(error, Error::TooMuchMemory { .. }), "{error}");
    // The weights are 4 MB, and are read and turned.
    assert!(used < 20_000_000, "{used} bytes were in use");
}

#[test]
fn what_the_lenses_cannot_show_is_refused() {
    type Change = fn(&mut Made) -> &mut Made;
    let many_to_many: [(Change, usize, &str); 5] = [
        (
            |m| m.without("ids").reals("x", &[STEPS, BATCH, INPUTS]),
            0,
            "\"activations\" is answered for symbols: \"x\" must give way to \"ids\".",
        ),
        (
            |m| m.reals("h0", &[1, BATCH, HIDDEN]),
            0,
            "\"activations\" begins at a state of zeros: \"h0\" must go.",
        ),
        (
            |m| m.reals("c0", &[1, BATCH, HIDDEN]),
            1,
            "\"lag\" begins at a state of zeros: \"c0\" must go.",
        ),
        (
            |m| m.without("target"),
            1,
            "\"lag\" is that of a loss, and there is no \"target\".",
        ),
        (
            |m| m.whole("target", &[STEPS, BATCH], &[9; STEPS * BATCH]),
            1,
            "\"target\" holds 9",
        ),
    ];
    let lstm = network(4, OUTPUTS).file(None);
    let mut asked = Vec::new();
    for (change, lens, words) in many_to_many {
        let mut given = symbols("manyToMany", STEPS);
        change(&mut given);
        asked.push((lstm.clone(), given, lens, words));
    }
    let mut squared = symbols("manyToMany", STEPS);
    squared.reals("target", &[STEPS, BATCH, OUTPUTS]);
    asked.push((
        weights("manyToMany"),
        squared,
        1,
        "\"lag\" is that of \"crossEntropy\", and the loss is \"squaredError\".",
    ));
    let words =
        "\"activations\" is answered many to many and many to one, and the network is one-to-many.";
    asked.push((weights("oneToMany"), input("oneToMany"), 0, words));
    for (weights, given, lens, words) in asked {
        let error = files::run(&weights, &given.file(None), LENSES[lens]).expect_err(words);
        assert_eq!(error.name(), "BadInput", "{error}");
        let sentence = error.to_string();
        assert!(sentence.contains(words), "{words:?} is not in: {sentence}");
    }
    // States need no target.
    let mut given = symbols("manyToOne", STEPS);
    given.without("target");
    files::run(&weights("manyToOne"), &given.file(None), LENSES[0]).expect("states need no loss");
}

#[test]
fn what_the_readout_has_no_use_for_is_refused() {
    for readout in READOUTS {
        let others = [
            ("steps", "oneToMany"),
            ("decoder_x", "sequenceToSequence"),
            ("decoder_ids", "sequenceToSequence"),
            ("decoder_lengths", "sequenceToSequence"),
        ];
        for (name, of) in others.into_iter().filter(|&(_, of)| of != readout) {
            let mut given = input(readout);
            match name {
                "decoder_x" => given.reals(name, &[WRITTEN, BATCH, INPUTS]),
                "decoder_ids" => given.whole(name, &[1, 2], &[0, 0]),
                _ => given.whole(name, &[1], &[3]),
            };
            let sentence = run(&weights(readout), &given.file(None))
                .expect_err(of)
                .to_string();
            assert!(
                sentence.contains(name) && sentence.contains("does not read"),
                "{sentence}"
            );
        }
    }
}

#[test]
fn numbers_of_other_types_are_converted() {
    for dtype in [Dtype::F16, Dtype::BF16, Dtype::F64] {
        // 0.5, 0.75 and so on: numbers that all of these types have.
        let value = |i: usize| 0.5 + (i % 4) as f32 / 4.0;
        let narrow = |made: &Made, dtype: Dtype| {
            let mut other = made.clone();
            for (of, shape, bytes) in other.0.values_mut().filter(|(of, ..)| *of == Dtype::F32) {
                let count = shape.iter().product::<usize>();
                (*of, *bytes) = (
                    dtype,
                    (0..count).flat_map(|i| bytes_of(value(i), dtype)).collect(),
                );
            }
            other
        };
        let config = json!({ "cell": "gru", "loss": "squaredError" });
        let file = |dtype| narrow(&network(3, OUTPUTS), dtype).file(Some(config.clone()));
        let asked = |dtype| narrow(&input("manyToMany"), dtype).file(None);
        let single = run(&file(Dtype::F32), &asked(Dtype::F32)).expect("F32");
        let other = run(&file(dtype), &asked(dtype)).expect("it is converted");
        assert!(single == other, "{dtype:?}");
        assert_eq!(converted(&file(dtype)), [format!("{dtype:?}")]);
    }
    assert!(converted(&weights("manyToMany")).is_empty());
}

/// A number that its exponent and two bits of mantissa tell, in a type.
fn bytes_of(value: f32, dtype: Dtype) -> Vec<u8> {
    let bits = value.to_bits();
    match dtype {
        Dtype::F64 => f64::from(value).to_le_bytes().to_vec(),
        Dtype::BF16 => ((bits >> 16) as u16).to_le_bytes().to_vec(),
        // The exponent's bias is 127 there and 15 here.
        Dtype::F16 => {
            let exponent = (bits >> 23) as u16 - (127 - 15);
            let mantissa = (bits >> 13) as u16 & 0x3ff;
            (exponent << 10 | mantissa).to_le_bytes().to_vec()
        }
        _ => value.to_le_bytes().to_vec(),
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
