//! The average of the weights: what it is, that training does not see it, and that everybody else does.

use crate::common::{relative_error, small_config, sums};
use babble::Error;
use babble::config::{CellKind, Config, RawConfig};
use babble::formats::checkpoint::Checkpoint;
use babble::nn::params::Params;
use babble::training::average;
use babble::training::report::{HeldOut, StopReason};
use babble::training::trainer::Trainer;
use babble::training::validation::{Evaluation, Purpose};
use safetensors::SafeTensors;

fn config(averaging: f64) -> Config {
    small_config(|c| (c.cell, c.averaging) = (CellKind::Gru, averaging))
}

fn new(averaging: f64) -> Trainer<f32> {
    Trainer::new(config(averaging), &sums(100)).expect("the text is long enough")
}

fn read(file: &[u8]) -> Checkpoint {
    Checkpoint::read(file).expect("our own file")
}

fn train(trainer: &mut Trainer<f32>, steps: usize) {
    for _ in 0..steps {
        trainer.step().expect("it does not diverge");
    }
}

fn measure(trainer: &mut Trainer<f32>) -> HeldOut {
    trainer.begin_evaluation();
    loop {
        if let Some(held_out) = trainer.evaluate() {
            return held_out;
        }
    }
}

/// The bytes of the tensor `name` of a file.
fn tensor(file: &[u8], name: &str) -> Vec<u8> {
    let file = SafeTensors::deserialize(file).expect("the format's own parser reads it");
    file.tensor(name).expect("it is there").data().to_vec()
}

#[test]
fn it_is_off_in_files_from_before_it_and_on_in_new_runs() {
    let old = RawConfig::from_json("{}", &RawConfig::default()).expect("an object");
    assert_eq!(old.averaging, 0.0);
    assert!(Config::default().averaging > 0.0);
}

/// In f64, from the formula with the product written out: what each weight adds is what it was given, times all that
/// was kept since.
fn by_the_formula(sequence: &[Params<f32>], decay: f64) -> Vec<f64> {
    let mut average: Vec<f64> = sequence[0].values().iter().map(|&w| f64::from(w)).collect();
    for (t, weights) in sequence.iter().enumerate().skip(1) {
        let passed = match t {
            1..=4 => 1,
            _ if t % 4 == 0 => 4,
            _ => continue,
        };
        let kept = (0..passed).fold(1.0, |kept, _| {
            kept * f64::min(decay, (t + 1) as f64 / (t + 10) as f64)
        });
        for (a, &w) in average.iter_mut().zip(weights.values()) {
            *a = kept * *a + (1.0 - kept) * f64::from(w);
        }
    }
    average
}

#[test]
fn training_does_not_see_it_and_it_is_the_average_of_what_is_trained() {
    for decay in [0.5, 0.9, 0.99, 0.9999] {
        let (mut plain, mut averaged) = (new(0.0), new(decay));
        let mut sequence = vec![plain.model().params.clone()];
        for step in 1..=50 {
            // Losses, norms and all, bit for bit.
            assert_eq!(averaged.step(), plain.step());
            sequence.push(plain.model().params.clone());
            let expected = by_the_formula(&sequence, decay);
            let error = relative_error(averaged.model().params.values(), &expected);
            // Each of at most 16 updates rounds twice, to half a unit of f32's last place.
            assert!(error < 16.0 * 6e-8, "decay {decay}, step {step}: {error:e}");
        }
        let away = relative_error(
            averaged.model().params.values(),
            plain.model().params.values(),
        );
        assert!(away > 1e-3, "a decay of {decay} would be missed: {away:e}");
    }
}

#[test]
fn an_average_of_what_stands_still_stands_still() {
    let weights = [0.1_f32, -3.0, 0.0];
    let mut average = weights;
    for step in 1..100 {
        average::update(&mut average, &weights, 0.99, step);
    }
    assert_eq!(average, weights);
}

#[test]
fn the_average_is_measured_written_and_saved_and_the_raw_weights_lie_under_resume() {
    let (mut plain, mut averaged) = (new(0.0), new(0.9));
    train(&mut plain, 30);
    train(&mut averaged, 30);
    let mut evaluation = Evaluation::new(&averaged.model().params);
    evaluation.begin(&averaged.model().params, 30, Purpose::Report);
    let expected = loop {
        if let Some(held_out) = evaluation.advance(averaged.corpus().held_out()) {
            break held_out;
        }
    };
    assert_eq!(measure(&mut averaged), expected);
    assert_ne!(measure(&mut plain).loss, expected.loss);

    let file = averaged.save();
    assert_eq!(read(&file).model(), averaged.model());
    assert_eq!(read(&averaged.save_weights()).model(), averaged.model());
    for name in ["rnn.weight_hh_l0", "head.bias"] {
        assert_eq!(
            tensor(&file, &format!("resume.raw.{name}")),
            tensor(&plain.save(), name)
        );
        assert_ne!(tensor(&file, name), tensor(&plain.save(), name));
    }
}

#[test]
fn a_run_in_pieces_equals_the_run_in_one_piece() {
    let text = sums(100);
    let mut whole = new(0.97);
    train(&mut whole, 40);
    let expected = whole.save();
    for piece in [1, 2, 3, 5, 7] {
        let mut trainer = new(0.97);
        for at in (0..40).step_by(piece) {
            train(&mut trainer, piece.min(40 - at));
            trainer = Trainer::resume(read(&trainer.save()), &text, None).expect("our own text");
        }
        assert!(trainer.save() == expected, "in pieces of {piece} steps");
    }
}

#[test]
fn going_back_brings_both_back() {
    let mut trainer = new(0.97);
    train(&mut trainer, 13);
    let good = trainer.save();
    train(&mut trainer, 9);
    let expected = trainer.save();
    trainer.restore(read(&good)).expect("our own run");
    assert!(trainer.save() == good);
    train(&mut trainer, 9);
    assert!(trainer.save() == expected);
}

#[test]
fn on_another_text_a_run_begins_from_the_average() {
    let mut trainer = new(0.97);
    train(&mut trainer, 13);
    let file = read(&trainer.save());
    let other = "1+2=3\n0+9=9\n7+8=15\n46+46=92\n".repeat(20);
    let run = Trainer::resume(file, &other, None).expect("no new symbols");
    assert_eq!(run.model().params, trainer.model().params);
    let names = ["rnn.weight_hh_l0", "head.bias"];
    for name in names {
        let file = run.save();
        assert_eq!(
            tensor(&file, &format!("resume.raw.{name}")),
            tensor(&file, name)
        );
    }
}

#[test]
fn early_stopping_keeps_the_best_average_and_trains_on_from_it() {
    let text = sums(40);
    let impatient = || {
        let config = small_config(|c| {
            (c.patience, c.learning_rate, c.averaging) = (3.0, 0.02, 0.9);
        });
        let mut trainer = Trainer::<f32>::new(config, &text).expect("the text is long enough");
        trainer.set_measure_every(Some(700));
        trainer
    };
    let mut trainer = impatient();
    let mut best: Option<(f64, Params<f32>)> = None;
    while trainer.finished().is_none() {
        if trainer.is_measurement_due() {
            let params = trainer.model().params.clone();
            let loss = measure(&mut trainer).loss;
            if best.as_ref().is_none_or(|(least, _)| loss < *least) {
                best = Some((loss, params));
            }
            continue;
        }
        trainer.step().expect("it does not diverge");
    }
    assert_eq!(trainer.finished(), Some(StopReason::EarlyStopping));
    let (_, params) = best.expect("it was measured");
    assert_eq!(trainer.model().params, params);
    let file = trainer.save();
    for prefix in ["resume.raw", "resume.best"] {
        let name = "rnn.weight_hh_l0";
        assert_eq!(
            tensor(&file, &format!("{prefix}.{name}")),
            tensor(&file, name)
        );
    }
    // What goes on from the file is what goes on here.
    let mut resumed = Trainer::resume(read(&file), &text, None).expect("our own text");
    resumed.set_measure_every(Some(700));
    for run in [&mut trainer, &mut resumed] {
        run.go_on();
        train(run, 20);
    }
    assert!(trainer.save() == resumed.save());
}

#[test]
fn a_file_whose_raw_weights_are_missing_is_refused_by_name() {
    let mut trainer = new(0.0);
    train(&mut trainer, 3);
    let file = crate::files::with_metadata(&trainer.save(), "config", &config(0.9).to_json());
    let Error::BadWeights { reason } = Checkpoint::read(&file).expect_err("it has none") else {
        panic!("another error");
    };
    assert!(reason.contains("resume.raw.rnn.weight_ih_l0"), "{reason}");
}
