//! Golden values: what PyTorch answers, by `tests/golden/make.py`, against what the crate answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use crate::common::relative_error;
use babble::config::{CellKind, OptimizerKind};
use babble::data::vocab::SymbolId;
use babble::formats::checkpoint::Checkpoint;
use babble::nn::cell::Input;
use babble::nn::loss::{all, cross_entropy, cross_entropy_backward};
use babble::nn::model::{Tape, backward, forward};
use babble::nn::params::{Params, Sizes};
use babble::tasks::files::{self, Wanted};
use babble::training::average;
use babble::training::optim::{Optimizer, Rule, clip_by_global_norm, clip_by_value};
use babble::training::trainer::Trainer;
use nalgebra::DMatrix;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

/// How many cases make.py makes.
const CASES: usize = 39;

fn values(file: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/values");
    fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The names of all cases.
fn cases() -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/values");
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the values are committed")
        .filter_map(|entry| {
            let name = entry.expect("the folder can be read").file_name();
            let name = name.to_str().expect("our names are ASCII");
            name.strip_suffix(".weights.safetensors").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert_eq!(names.len(), CASES, "{names:?}");
    names
}

/// A tensor with its numbers, which f64 holds exactly.
#[derive(Debug, Clone, PartialEq)]
struct Tensor {
    dtype: Dtype,
    shape: Vec<usize>,
    values: Vec<f64>,
}

type Tensors = BTreeMap<String, Tensor>;

fn read(bytes: &[u8]) -> Tensors {
    let file = SafeTensors::deserialize(bytes).expect("the format's own parser reads it");
    let numbers = |view: &TensorView<'_>| -> Vec<f64> {
        let bytes = view.data();
        match view.dtype() {
            Dtype::F32 => (bytes.as_chunks().0.iter())
                .map(|&b| f64::from(f32::from_le_bytes(b)))
                .collect(),
            Dtype::F64 => (bytes.as_chunks().0.iter())
                .map(|&b| f64::from_le_bytes(b))
                .collect(),
            Dtype::I64 => (bytes.as_chunks().0.iter())
                .map(|&b| i64::from_le_bytes(b) as f64)
                .collect(),
            other => panic!("no such numbers are written: {other:?}"),
        }
    };
    file.iter()
        .map(|(name, view)| {
            let tensor = Tensor {
                dtype: view.dtype(),
                shape: view.shape().to_vec(),
                values: numbers(&view),
            };
            (name.to_owned(), tensor)
        })
        .collect()
}

/// A file with these tensors and the metadata of `original`.
fn rewritten(original: &[u8], tensors: &Tensors) -> Vec<u8> {
    let data: Vec<(&String, &Tensor, Vec<u8>)> = tensors
        .iter()
        .map(|(name, tensor)| {
            let bytes = match tensor.dtype {
                Dtype::F32 => (tensor.values.iter())
                    .flat_map(|&x| (x as f32).to_le_bytes())
                    .collect(),
                Dtype::I64 => (tensor.values.iter())
                    .flat_map(|&x| (x as i64).to_le_bytes())
                    .collect(),
                other => panic!("no such numbers are written: {other:?}"),
            };
            (name, tensor, bytes)
        })
        .collect();
    let views = data.iter().map(|(name, tensor, bytes)| {
        let view = TensorView::new(tensor.dtype, tensor.shape.clone(), bytes);
        (name.as_str(), view.expect("the bytes fit the shape"))
    });
    let (_, header) = SafeTensors::read_metadata(original).expect("it was read before");
    safetensors::serialize(views, header.metadata().clone()).expect("the crate writes it")
}

/// What one case is made of.
struct Case {
    name: String,
    weights: Vec<u8>,
    input: Vec<u8>,
    expected: Tensors,
}

impl Case {
    fn load(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            weights: values(&format!("{name}.weights.safetensors")),
            input: values(&format!("{name}.in.safetensors")),
            expected: read(&values(&format!("{name}.out.safetensors"))),
        }
    }

    fn run(&self, backward: bool) -> Tensors {
        let lenses = self.name.starts_with("lenses");
        let wanted = Wanted {
            backward,
            activations: lenses,
            lag: lenses,
        };
        let out = files::run(&self.weights, &self.input, wanted);
        read(&out.unwrap_or_else(|error| panic!("{}: {error}", self.name)))
    }

    /// The relative error that f32 may have here: half a unit in the last place for each operation of the
    /// longest chain between an input and a gradient, as if they all erred to the same side. There are as many
    /// steps as are read and written, there and back; at each of them every layer sums over its input and its
    /// state and computes its gates, whose sigmoids and tanhs follow one another at most three deep (some 30
    /// operations), and the readout sums over the state and the softmax over the outputs; at the end comes
    /// the sum over all columns. The recurrence does not amplify errors, for make.py keeps the norm of every
    /// recurrent block at 0.9, and the sizes are so small that what the gates add to that does not matter.
    fn bound(&self) -> f64 {
        let weights = read(&self.weights);
        let size = |name: &str, axis: usize| weights[name].shape[axis];
        let given = read(&self.input);
        let length = |name: &str| given.get(name).map_or(0, |tensor| tensor.shape[0]);
        let read_steps = length("x") + length("ids");
        let written = (length("decoder_x") + length("decoder_ids")).max(length("target"));
        let batch = given.get("x").unwrap_or_else(|| &given["ids"]).shape[1];
        let layers = (0..)
            .take_while(|l| weights.contains_key(&format!("rnn.weight_hh_l{l}")))
            .count();
        let hidden = size("head.weight", 1);
        let inputs = size("rnn.weight_ih_l0", 1).max(hidden);
        let outputs = size("head.weight", 0);
        let steps = read_steps + written;
        let per_step = layers * (inputs + hidden + 30) + hidden + outputs + 10;
        let operations = 2 * steps * per_step + steps * batch;
        operations as f64 * 0.5 * f64::from(f32::EPSILON)
    }
}

/// Every tensor of `expected` that `got` lacks, has in another shape, or misses by more than `bound`.
fn differences(expected: &Tensors, got: &Tensors, bound: f64) -> Vec<String> {
    expected
        .iter()
        .filter_map(|(name, expected)| {
            let Some(got) = got.get(name) else {
                return Some(format!("{name} is missing"));
            };
            if (got.dtype, &got.shape) != (expected.dtype, &expected.shape) {
                return Some(format!("{name} has the shape {:?}", got.shape));
            }
            let error = relative_error(&got.values, &expected.values);
            // NaN must not pass for a small error.
            (error.is_nan() || error > bound)
                .then(|| format!("{name} is off by {error:.1e}, and {bound:.1e} is allowed"))
        })
        .collect()
}

#[test]
fn outputs_states_losses_and_gradients_are_pytorchs() {
    let mut wrong = Vec::new();
    for name in cases() {
        let case = Case::load(&name);
        let got = case.run(true);
        let names = |tensors: &Tensors| tensors.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(&got), names(&case.expected), "{name}");
        for difference in differences(&case.expected, &got, case.bound()) {
            wrong.push(format!("{name}: {difference}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_lenses_show_comes_the_same_with_or_without_the_rest() {
    let case = Case::load("lenses_many_to_many_gru_2");
    let both = case.run(true);
    for (name, wanted) in [
        (
            "activations",
            Wanted {
                activations: true,
                ..Wanted::default()
            },
        ),
        (
            "lag",
            Wanted {
                lag: true,
                ..Wanted::default()
            },
        ),
    ] {
        let out = files::run(&case.weights, &case.input, wanted).expect(name);
        let names = ["h_n", "loss", name, "y"].map(str::to_owned);
        let mut expected: BTreeSet<_> = names.into();
        for (name, tensor) in read(&out) {
            assert!(expected.remove(&name), "{name}");
            assert_eq!(tensor, both[&name], "{name}");
        }
        assert!(expected.is_empty(), "{expected:?}");
    }
}

#[test]
fn the_way_forward_alone_gives_the_same_and_no_gradients() {
    for name in ["ragged_gru_2", "sequence_to_sequence_lstm_2"] {
        let case = Case::load(name);
        let mut both = case.run(true);
        both.retain(|name, _| !name.starts_with("grad."));
        assert_eq!(case.run(false), both);
    }
}

/// Swaps two blocks of rows in every recurrent tensor under `prefix`.
fn swap_gates(weights: &mut Tensors, prefix: &str, one: usize, other: usize, gates: usize) {
    for (_, tensor) in weights.iter_mut().filter(|(n, _)| n.starts_with(prefix)) {
        let block = tensor.values.len() / gates;
        for i in 0..block {
            tensor.values.swap(one * block + i, other * block + i);
        }
    }
}

/// What is done to the files of a case so that the answer is what a faulty implementation would give to the
/// right ones.
type Plant = fn(weights: &mut Tensors, given: &mut Tensors);

#[test]
fn the_bound_catches_planted_bugs() {
    let plants: [(&str, &str, Plant); 8] = [
        (
            "the GRU's reset and update gates swapped",
            "many_to_many_gru_1",
            |w, _| {
                swap_gates(w, "rnn.", 0, 1, 3);
            },
        ),
        (
            "the LSTM's input and forget gates swapped",
            "many_to_many_lstm_1",
            |w, _| {
                swap_gates(w, "rnn.", 0, 1, 4);
            },
        ),
        (
            "the LSTM's candidate taken for its output gate",
            "many_to_many_lstm_1",
            |w, _| {
                swap_gates(w, "rnn.", 2, 3, 4);
            },
        ),
        (
            "the GRU's bias_hh_n outside the reset",
            "many_to_many_gru_1",
            |w, _| {
                let hidden = w["head.weight"].shape[1];
                let inside = w["rnn.bias_hh_l0"].values[2 * hidden..].to_vec();
                let candidate = |w: &mut Tensors, name: &str, i: usize, add: f64| {
                    w.get_mut(name).expect(name).values[2 * hidden + i] += add;
                };
                for (i, bias) in inside.into_iter().enumerate() {
                    candidate(w, "rnn.bias_ih_l0", i, bias);
                    candidate(w, "rnn.bias_hh_l0", i, -bias);
                }
            },
        ),
        ("h0 ignored", "many_to_many_rnn_3", |_, given| {
            given.remove("h0");
        }),
        ("c0 ignored", "many_to_many_lstm_2", |_, given| {
            given.remove("c0");
        }),
        (
            "lengths ignored, many to many",
            "ragged_gru_2",
            |_, given| {
                given.remove("lengths");
            },
        ),
        (
            "the last step taken for the last valid one",
            "many_to_one_value_relu_1",
            |_, given| {
                given.remove("lengths");
            },
        ),
    ];
    for (bug, name, plant) in plants {
        let mut case = Case::load(name);
        let (mut weights, mut given) = (read(&case.weights), read(&case.input));
        plant(&mut weights, &mut given);
        case.weights = rewritten(&case.weights, &weights);
        case.input = rewritten(&case.input, &given);
        // Ten times the bound, so that it is no narrow escape.
        let wrong = differences(&case.expected, &case.run(true), 10.0 * case.bound());
        for tensor in ["y", "loss", "grad.rnn.weight_hh_l0", "grad.head.weight"] {
            let caught = |difference: &String| difference.starts_with(&format!("{tensor} is off"));
            assert!(
                wrong.iter().any(caught),
                "{bug}: {tensor} passes; {wrong:?}"
            );
        }
    }
}

/// The weights called `<name>.<tensor>` in optim.safetensors.
fn weights_of(tensors: &Tensors, name: &str, sizes: Sizes) -> Params<f64> {
    let by_tensor = sizes.tensors().flat_map(|tensor| {
        let (rows, columns) = tensor.shape(sizes);
        let values = &tensors[&format!("{name}.{}", tensor.name())].values;
        DMatrix::from_row_slice(rows, columns, values)
            .as_slice()
            .to_vec()
    });
    Params::from_values(sizes, by_tensor.collect())
}

/// How the gradients are held in check before a step.
#[derive(Clone, Copy)]
enum Clip {
    None,
    Norm(f64),
    Value(f64),
}

/// Ten steps of the crate's own GRU language model in f64, from the weights called `start`: the losses and
/// the last weights.
fn ten_steps(tensors: &Tensors, rule: Rule, rate: f64, clip: Clip) -> (Vec<f64>, Params<f64>) {
    let sizes = Sizes {
        cell: CellKind::Gru,
        inputs: 7,
        hidden: 5,
        layers: 2,
        outputs: 7,
    };
    let &[rows, batch] = tensors["ids"].shape.as_slice() else {
        panic!("ids are steps x streams");
    };
    let ids: Vec<SymbolId> = tensors["ids"]
        .values
        .iter()
        .map(|&id| id as SymbolId)
        .collect();
    let steps = (rows - 1) / 10;
    let mut params = weights_of(tensors, "start", sizes);
    let mut gradients = Params::zeros(sizes);
    let mut optimizer = Optimizer::new(rule, params.len());
    let mut tape = Tape::new(sizes, batch, steps);
    let count = (steps * batch) as f64;
    let losses = (0..10)
        .map(|k| {
            let input = Input::Symbols(&ids[k * steps * batch..][..steps * batch]);
            let targets = &ids[(k * steps + 1) * batch..][..steps * batch];
            forward(&params, input, steps, &mut tape);
            let loss = cross_entropy(tape.outputs_mut(), targets, all) / count;
            cross_entropy_backward(tape.outputs_mut(), targets, all, 1.0 / count);
            gradients.values_mut().fill(0.0);
            backward(&params, input, &mut tape, &mut gradients);
            match clip {
                Clip::None => (),
                Clip::Norm(max) => {
                    clip_by_global_norm(gradients.values_mut(), max);
                }
                Clip::Value(bound) => clip_by_value(gradients.values_mut(), bound),
            }
            optimizer.step(params.values_mut(), gradients.values(), rate);
            tape.carry_state();
            loss
        })
        .collect();
    (losses, params)
}

/// The optimisers of make.py, by its names.
fn optimizers() -> [(&'static str, Rule, Clip); 8] {
    let rule = |kind, momentum| Rule {
        kind,
        momentum,
        weight_decay: 0.01,
    };
    let adam = rule(OptimizerKind::Adam, 0.0);
    [
        ("sgd", rule(OptimizerKind::Sgd, 0.0), Clip::None),
        ("momentum", rule(OptimizerKind::Sgd, 0.9), Clip::None),
        ("adagrad", rule(OptimizerKind::Adagrad, 0.0), Clip::None),
        ("rmsprop", rule(OptimizerKind::Rmsprop, 0.0), Clip::None),
        ("adam", adam, Clip::None),
        ("adamw", rule(OptimizerKind::Adamw, 0.0), Clip::None),
        ("adam_norm", adam, Clip::Norm(0.5)),
        ("adam_value", adam, Clip::Value(0.01)),
    ]
}

/// Both sides compute in f64 and differ in the order of their sums alone: half a unit in the last place (1.1e-16)
/// for each of the thousand operations from a weight through two layers and six steps, there and back, to its
/// update. That is close enough to see the 1e-6 that torch adds to a norm.
const OPTIMIZER_BOUND: f64 = 1e-13;

#[test]
fn ten_steps_under_each_optimiser_are_pytorchs() {
    let file = values("optim.safetensors");
    let tensors = read(&file);
    let (_, header) = SafeTensors::read_metadata(&file).expect("the format's own parser reads it");
    let metadata = header.metadata().as_ref().expect("there is metadata");
    let rates: Value = serde_json::from_str(&metadata["lr"]).expect("JSON");
    let mut ends = Vec::new();
    for (name, rule, clip) in optimizers() {
        let rate = rates[name].as_f64().expect("a number");
        let (losses, params) = ten_steps(&tensors, rule, rate, clip);
        let error = relative_error(&losses, &tensors[&format!("{name}.loss")].values);
        assert!(
            error < OPTIMIZER_BOUND,
            "{name}: the losses are off by {error:e}"
        );
        let expected = weights_of(&tensors, name, params.sizes());
        let error = relative_error(params.values(), expected.values());
        assert!(
            error < OPTIMIZER_BOUND,
            "{name}: the weights are off by {error:e}"
        );
        ends.push((name, params));
    }
    // The bound would catch a rule taken for another, a forgotten decay, a clip that was left out.
    for (i, (name, one)) in ends.iter().enumerate() {
        for (other_name, other) in &ends[..i] {
            let apart = relative_error(one.values(), other.values());
            assert!(
                apart > 1e-4,
                "{name} and {other_name} are but {apart:e} apart"
            );
        }
    }
}

#[test]
fn the_average_of_the_weights_is_pytorchs() {
    let tensors = read(&values("average.safetensors"));
    let width = tensors["weights"].shape[1];
    let (weights, expected) = (&tensors["weights"].values, &tensors["average"].values);
    let mut average = weights[..width].to_vec();
    for (step, (weights, expected)) in weights
        .chunks(width)
        .zip(expected.chunks(width))
        .enumerate()
        .skip(1)
    {
        average::update(&mut average, weights, 0.9, step as u64);
        // Two roundings of f64 in each step.
        let error = relative_error(&average, expected);
        assert!(error < 1e-14, "step {step}: off by {error:e}");
    }
}

#[test]
fn a_file_that_pytorch_wrote_loads_measures_as_it_did_there_and_trains_on() {
    let golden: Value = serde_json::from_slice(&values("continue.json")).expect("JSON");
    let text = golden["text"].as_str().expect("a string");
    for cell in ["rnn", "relu", "gru", "lstm"] {
        let bytes = values(&format!("continue.{cell}.safetensors"));
        let checkpoint = Checkpoint::read(&bytes).unwrap_or_else(|error| panic!("{cell}: {error}"));
        let report = checkpoint.report(Some(text));
        assert!(!report.resumable && report.unknown.is_empty(), "{cell}");
        let config = serde_json::to_value(&report.config).expect("plain data");
        assert_eq!(
            (&config["cell"], &config["layers"], &config["hiddenSize"]),
            (&cell.into(), &2.into(), &9.into())
        );
        let mut trainer = Trainer::resume(checkpoint, text, None).expect("every symbol is known");
        let measure = |trainer: &mut Trainer<f32>| {
            trainer.begin_evaluation();
            loop {
                if let Some(held_out) = trainer.evaluate() {
                    break held_out.loss;
                }
            }
        };
        let expected = golden["held_out_loss"][cell].as_f64().expect("a number");
        let got = measure(&mut trainer);
        // Two layers and a readout over some fifty characters, whose errors fade from step to step; see
        // Case::bound for the operations of one.
        let bound = 50.0 * 150.0 * 0.5 * f64::from(f32::EPSILON);
        assert!(
            (got - expected).abs() < bound * expected,
            "{cell}: {got}, not {expected}"
        );
        for _ in 0..200 {
            trainer.step().expect("it does not diverge");
        }
        let trained = measure(&mut trainer);
        assert!(
            trained < expected - 0.2,
            "{cell}: {trained} after training, {expected} before"
        );
    }
}
