//! The check of a run is of the very gradient of its next step, and names what is wrong with another one.

use babble::config::{CellKind, Config};
use babble::formats::checkpoint::Checkpoint;
use babble::nn::gradcheck::relative_error;
use babble::nn::params::{Params, Tensor};
use babble::training::run_check::RunCheck;
use babble::training::trainer::Trainer;

const TEXT: &str = "the quick brown fox jumps over the lazy dog, and 12+7=19\n";

fn text() -> String {
    TEXT.repeat(20)
}

/// The part of the text that is trained on.
fn training(text: &str) -> String {
    text.chars().take(text.chars().count() * 9 / 10).collect()
}

fn config(cell: CellKind) -> Config {
    Config {
        cell,
        layers: 2,
        hidden_size: 12,
        batch_size: 5,
        sequence_length: 16,
        dropout: 0.2,
        state_reset: 0.3,
        ..Config::default()
    }
}

/// A run of some steps, in the middle of an epoch.
fn run(config: Config) -> Trainer<f32> {
    let mut trainer = Trainer::new(config, &text()).unwrap();
    for _ in 0..30 {
        trainer.step().unwrap();
    }
    assert_ne!(trainer.cursor().position, 0, "its states are carried");
    trainer
}

fn checked(trainer: &Trainer<f32>) -> RunCheck {
    let file = Checkpoint::read(&trainer.save()).unwrap();
    let mut check = file.check(&training(&text())).unwrap();
    let samples = check.plan().samples;
    while check.nudge_next() < samples {}
    check
}

#[test]
fn every_tensor_of_a_run_agrees_and_the_gradient_is_that_of_its_next_step() {
    for &cell in CellKind::ALL {
        let mut trainer = run(config(cell));
        let check = checked(&trainer);
        let plan = check.plan();
        assert_eq!((plan.streams, plan.of_streams, plan.steps), (5, 5, 16));
        assert_eq!((plan.step, plan.samples), (30, 8 * 10));
        for found in check.report() {
            assert!(found.agrees, "{cell:?}: {found:?}");
            // ReLUs aside, nothing is left out.
            assert_eq!(found.kinks + found.samples, 8);
            assert!(found.kinks == 0 || cell == CellKind::Relu);
        }
        let loss = trainer.gradients().unwrap();
        // Single precision: a chunk of 16 steps comes to some 1e-6.
        assert!((loss - plan.loss).abs() < 1e-5, "{loss} {}", plan.loss);
        let trained = trainer.gradients_mut().values().iter();
        let pairs = trained.zip(check.gradient().values());
        let error = relative_error(pairs.map(|(&a, &b)| (f64::from(a), b)));
        assert!(error < 1e-4, "{cell:?}: {error}");
    }
}

#[test]
fn a_fault_is_named_with_its_tensor_and_place() {
    let check = checked(&run(config(CellKind::Lstm)));
    let right = check.gradient();
    for tensor in right.sizes().tensors() {
        let largest = |params: &Params<f64>| {
            let sizes = params.get(tensor).iter().map(|d| d.abs()).enumerate();
            sizes.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0
        };
        let at = largest(right);
        let mut wrong = right.clone();
        wrong.get_mut(tensor)[at] *= 0.99;
        let found: Vec<_> = check.compared(&wrong);
        let faults: Vec<_> = found.iter().filter(|found| !found.agrees).collect();
        let [fault] = faults[..] else {
            panic!("{faults:?}")
        };
        let (rows, _) = tensor.shape(right.sizes());
        assert_eq!(fault.name, tensor.name());
        assert_eq!(fault.column * rows + fault.row, at);
        let off = (fault.gradient - 0.99 * fault.slope).abs();
        // A slope's rounding.
        assert!(off < 1e-8, "by a hundredth: {fault:?}");
    }
}

/// The bias of the scores has a gradient that needs no way back through time: the others must be caught.
#[test]
fn a_gradient_that_stops_at_each_step_disagrees() {
    let check = checked(&run(config(CellKind::Gru)));
    let mut wrong = check.gradient().clone();
    for layer in 0..2 {
        wrong.get_mut(Tensor::WeightHh(layer)).fill(0.0);
    }
    let faults = check.compared(&wrong);
    let faults: Vec<_> = faults.iter().filter(|found| !found.agrees).collect();
    assert_eq!(faults.len(), 2);
    assert!(faults.iter().all(|found| found.name.contains("weight_hh")));
}

#[test]
fn a_large_network_is_checked_on_a_part_and_a_huge_one_is_refused() {
    let trainer = |hidden_size, sequence_length| {
        let config = Config {
            cell: CellKind::Rnn,
            hidden_size,
            sequence_length,
            batch_size: 40,
            passage_length: 0, // a chunk is no longer than a passage
            ..Config::default()
        };
        let text = TEXT.repeat(200);
        let file = Trainer::<f32>::new(config, &text).unwrap().save();
        let file = Checkpoint::read(&file).unwrap();
        file.check(&training(&text)).map(|check| check.plan())
    };
    let part = trainer(256, 64).unwrap();
    assert!((1..40).contains(&part.streams), "{part:?}");
    assert_eq!((part.of_streams, part.steps), (40, 64));
    let why = trainer(1024, 1000).unwrap_err();
    assert!(why.contains("too large to be checked here"), "{why}");
}

/// The bytes of a tensor in a safetensors file.
fn tensor<'a>(file: &'a mut [u8], name: &str) -> &'a mut [u8] {
    let header = 8 + u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let json: serde_json::Value = serde_json::from_slice(&file[8..header]).unwrap();
    let at = |end: usize| json[name]["data_offsets"][end].as_u64().unwrap() as usize;
    &mut file[header + at(0)..header + at(1)]
}

#[test]
fn what_is_no_run_or_has_another_text_is_refused_in_a_sentence() {
    let trainer = run(config(CellKind::Rnn));
    let weights = Checkpoint::read(&trainer.save_weights()).unwrap();
    let why = weights.check(&training(&text())).unwrap_err();
    assert!(why.contains("no run"), "{why}");
    let file = Checkpoint::read(&trainer.save()).unwrap();
    for short in ["", "the"] {
        let why = file.check(short).unwrap_err();
        assert!(why.contains("does not reach"), "{why}");
    }
    let mut exploded = run(config(CellKind::Relu)).save();
    for layer in 0..2 {
        for weight in
            tensor(&mut exploded, &format!("resume.raw.rnn.weight_hh_l{layer}")).chunks_exact_mut(4)
        {
            weight.copy_from_slice(&1e30f32.to_le_bytes());
        }
    }
    let exploded = Checkpoint::read(&exploded).unwrap();
    let why = exploded.check(&training(&text())).unwrap_err();
    assert!(why.contains("exploded"), "{why}");
}
