//! Weights files of an earlier version, in `tests/compatibility`: they resume to the losses that they had.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::common::{small_config, sums, tuning};
use crate::files::with_metadata;
use babble::config::{
    CellKind, Initialization, NewSchedule, OptimizerKind, RawConfig, ScheduleKind,
};
use babble::formats::checkpoint::Checkpoint;
use babble::sampler::Sampler;
use babble::training::report::Origin;
use babble::training::trainer::Trainer;

/// What a run does next: its losses, its held-out loss after them, and what it then writes. As text, since JSON's
/// numbers are read with a rounding of their own.
fn continuation(trainer: &mut Trainer<f32>) -> Value {
    let losses: Vec<String> = (0..20)
        .map(|_| trainer.step().expect("it does not diverge").loss)
        .map(|loss| (loss as f32).to_string())
        .collect();
    trainer.begin_evaluation();
    let held_out = loop {
        if let Some(held_out) = trainer.evaluate() {
            break (held_out.loss as f32).to_string();
        }
    };
    json!({ "losses": losses, "heldOut": held_out, "writes": written(trainer) })
}

/// What these weights write after "1".
fn written(trainer: &Trainer<f32>) -> String {
    let mut sampler = Sampler::new(1);
    sampler.prompt(trainer.model(), "1");
    sampler
        .write(trainer.model(), 40)
        .expect("the weights are finite")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compatibility")
}

fn read(name: &str) -> Vec<u8> {
    let path = folder().join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text() -> String {
    String::from_utf8(read("text.txt")).expect("the text is UTF-8")
}

fn resumed(file: &[u8]) -> Trainer<f32> {
    let checkpoint = Checkpoint::read(file).expect("an older file is read");
    Trainer::resume(checkpoint, &text(), None).expect("the text is its own")
}

#[test]
fn an_older_run_goes_on_bit_for_bit() {
    let values: Value = serde_json::from_slice(&read("values.json")).expect("it is JSON");
    for (name, expected) in values.as_object().expect("it is an object") {
        let mut trainer = resumed(&read(&format!("{name}.safetensors")));
        assert_eq!(trainer.report().origin, Origin::Exact, "{name}");
        assert_eq!(&continuation(&mut trainer), expected, "{name}");
    }
}

#[test]
fn older_weights_without_a_run_still_write() {
    let values: Value = serde_json::from_slice(&read("values.json")).expect("it is JSON");
    let trainer = resumed(&read("weights-alone.safetensors"));
    assert_eq!(trainer.report().origin, Origin::Weights);
    assert_eq!(json!(written(&trainer)), values["gru-adam"]["writes"]);
}

/// The settings in which the kept runs differ. Each has some that the others leave alone.
fn runs() -> Vec<(&'static str, RawConfig)> {
    let raw = |cell, optimizer| RawConfig {
        hidden_size: 6.0,
        batch_size: 4.0,
        sequence_length: 16.0,
        learning_rate: 0.01,
        cell,
        optimizer,
        ..RawConfig::default()
    };
    vec![
        (
            "rnn-sgd",
            RawConfig {
                learning_rate: 0.5,
                momentum: 0.9,
                clip_value: 0.5,
                initialization: Initialization::Uniform,
                ..raw(CellKind::Rnn, OptimizerKind::Sgd)
            },
        ),
        (
            "relu-adagrad",
            RawConfig {
                learning_rate: 0.1,
                shards: 2.0,
                clip_norm: 0.0,
                ..raw(CellKind::Relu, OptimizerKind::Adagrad)
            },
        ),
        (
            "gru-adam",
            RawConfig {
                layers: 2.0,
                dropout: 0.2,
                state_reset: 0.1,
                schedule: ScheduleKind::Cosine,
                warmup_characters: 1000.0,
                run_characters: 10_000.0,
                ..raw(CellKind::Gru, OptimizerKind::Adam)
            },
        ),
        (
            "gru-adamw",
            RawConfig {
                patience: 5.0,
                weight_decay: 0.1,
                schedule: ScheduleKind::Step,
                decay_every: 2000.0,
                ..raw(CellKind::Gru, OptimizerKind::Adamw)
            },
        ),
        (
            "lstm-rmsprop",
            RawConfig {
                layers: 2.0,
                forget_bias: 2.0,
                ..raw(CellKind::Lstm, OptimizerKind::Rmsprop)
            },
        ),
        (
            "lstm-adam",
            RawConfig {
                run_characters: 2000.0,
                seed: 7.0,
                ..raw(CellKind::Lstm, OptimizerKind::Adam)
            },
        ),
        (
            "gru-averaged",
            RawConfig {
                layers: 2.0,
                averaging: 0.99,
                passage_length: 64.0,
                recurrent_rate: 0.25,
                learning_rate: 0.03,
                ..raw(CellKind::Gru, OptimizerKind::Adam)
            },
        ),
        ("first-version", raw(CellKind::Rnn, OptimizerKind::Adam)),
    ]
}

#[test]
#[ignore = "makes the fixtures, which are kept as they are"]
fn make() {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/compatibility");
    fs::create_dir_all(&made).expect("the folder can be made");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(made.join(name), bytes).expect("the file can be written");
    };
    let text = sums(150);
    write("text.txt", text.as_bytes());
    let mut values = serde_json::Map::new();
    for (name, settings) in runs() {
        let config = small_config(|raw| *raw = settings);
        let mut trainer = Trainer::<f32>::new(config, &text).expect("the text is long enough");
        continuation(&mut trainer);
        if name == "lstm-adam" {
            trainer
                .tune(&tuning([("learningRate", 0.02)]))
                .expect("the rate may change");
            trainer
                .begin_schedule(&NewSchedule {
                    schedule: Some(ScheduleKind::Cosine),
                    ..NewSchedule::default()
                })
                .expect("the schedule is within its bounds");
        }
        let mut file = trainer.save();
        if name == "first-version" {
            // The settings that there were then.
            let first = r#"{"hiddenSize":6,"batchSize":4,"sequenceLength":16,"learningRate":0.01,"clipNorm":1,"seed":1}"#;
            file = with_metadata(&file, "config", first);
        }
        write(&format!("{name}.safetensors"), &file);
        let next = continuation(&mut trainer);
        if name == "gru-adam" {
            write("weights-alone.safetensors", &trainer.save_weights());
        }
        values.insert(name.into(), next);
    }
    let values = serde_json::to_string_pretty(&values).expect("it is JSON");
    write("values.json", values.as_bytes());
}
