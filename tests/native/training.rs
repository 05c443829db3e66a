//! A run as a whole: it learns, it repeats itself, it goes on where it was saved, and nothing that
//! looks at it moves it.

use crate::common::{small_config, sums, tuning};
use babble::Error;
use babble::config::{CellKind, Config, NewSchedule, OptimizerKind, RawConfig, ScheduleKind};
use babble::formats::checkpoint::{Checkpoint, UnknownSymbols};
use babble::sampler::{ALTERNATIVES, Sampler};
use babble::training::lr_schedule::learning_rate;
use babble::training::report::{HeldOut, Match, Origin, StepReport, StopReason};
use babble::training::summary::summarize;
use babble::training::trainer::Trainer;
use proptest::prelude::*;

const OPTIMIZERS: [OptimizerKind; 5] = [
    OptimizerKind::Sgd,
    OptimizerKind::Adagrad,
    OptimizerKind::Rmsprop,
    OptimizerKind::Adam,
    OptimizerKind::Adamw,
];

fn trainer(optimizer: OptimizerKind, text: &str) -> Trainer<f32> {
    Trainer::new(small_config(|c| c.optimizer = optimizer), text).expect("the text is long enough")
}

fn losses(trainer: &mut Trainer<f32>, steps: usize) -> Vec<f64> {
    (0..steps)
        .map(|_| trainer.step().expect("it does not diverge").loss)
        .collect()
}

fn measure(trainer: &mut Trainer<f32>) -> HeldOut {
    trainer.begin_evaluation();
    loop {
        if let Some(held_out) = trainer.evaluate() {
            return held_out;
        }
    }
}

fn resumed(file: &[u8], text: &str) -> Trainer<f32> {
    Trainer::resume(Checkpoint::read(file).expect("our own file"), text, None)
        .expect("our own text")
}

#[test]
fn every_optimizer_learns_more_than_letter_frequencies() {
    let text = sums(600);
    for (optimizer, rate) in OPTIMIZERS.into_iter().zip([1.0, 0.1, 0.01, 0.01, 0.01]) {
        let config = small_config(|c| (c.optimizer, c.learning_rate) = (optimizer, rate));
        let mut trainer = Trainer::<f32>::new(config, &text).expect("the text is long enough");
        let before = measure(&mut trainer).loss;
        losses(&mut trainer, 400);
        let (after, report) = (measure(&mut trainer).loss, trainer.report());
        assert!(
            (before - report.uniform_loss).abs() < 0.3,
            "{before} is not near blind guessing"
        );
        // "12+7=19\n" has a fixed order of digits and signs, which frequencies cannot tell.
        assert!(after < 0.75 * report.unigram_loss, "{optimizer:?}: {after}");
    }
}

#[test]
fn the_same_seed_gives_the_same_losses_bit_for_bit() {
    let text = sums(100);
    for seed in [0.0, 1.0, f64::from(u32::MAX)] {
        let run = || {
            let config = small_config(|c| c.seed = seed);
            losses(&mut Trainer::new(config, &text).expect("long enough"), 30)
        };
        assert_eq!(run(), run());
    }
    let first = |seed| {
        let config = small_config(|c| c.seed = seed);
        losses(&mut Trainer::new(config, &text).expect("long enough"), 1)
    };
    assert_ne!(first(1.0), first(2.0), "another seed draws other weights");
}

#[test]
fn every_cell_learns_more_than_letter_frequencies() {
    let text = sums(600);
    for &cell in CellKind::ALL {
        for layers in [1.0, 2.0] {
            let config = small_config(|c| (c.cell, c.layers) = (cell, layers));
            let mut trainer = Trainer::<f32>::new(config, &text).expect("the text is long enough");
            let before = measure(&mut trainer).loss;
            losses(&mut trainer, 400);
            let (after, report) = (measure(&mut trainer).loss, trainer.report());
            assert!(
                (before - report.uniform_loss).abs() < 0.4,
                "{cell:?} x {layers}: {before} is not near blind guessing"
            );
            assert!(
                after < 0.75 * report.unigram_loss,
                "{cell:?} x {layers}: {after}"
            );
        }
    }
}

/// A configuration whose step is cut into `shards`.
fn sharded(shards: f64) -> Config {
    small_config(|c| {
        (c.cell, c.layers, c.dropout) = (CellKind::Lstm, 2.0, 0.2);
        (c.batch_size, c.shards, c.state_reset) = (7.0, shards, 0.2);
    })
}

/// One step of all trainers together; `workers` says which of them computes each shard.
fn share_a_step(trainers: &mut [Trainer<f32>], workers: &[usize]) -> Vec<StepReport> {
    let parts: Vec<(f64, Vec<f32>)> = workers
        .iter()
        .enumerate()
        .map(|(index, &worker)| {
            let mut part = trainers[worker].part(index);
            let nats = part.compute();
            let values: Vec<f32> = part.values().flatten().copied().collect();
            assert_eq!(values.len(), part.count());
            (nats, values)
        })
        .collect();
    let share = |(at, trainer): (usize, &mut Trainer<f32>)| {
        for (index, (nats, part)) in parts.iter().enumerate() {
            if workers[index] != at {
                let mut rest = part.as_slice();
                trainer.part(index).copy(*nats, |piece| {
                    let (begin, end) = rest.split_at(piece.len());
                    piece.copy_from_slice(begin);
                    rest = end;
                });
                assert!(rest.is_empty());
            }
        }
        trainer.step().expect("it does not diverge")
    };
    trainers.iter_mut().enumerate().map(share).collect()
}

#[test]
fn trainers_that_share_a_step_come_to_the_same_bits_as_one() {
    let text = sums(100);
    let new = || Trainer::<f32>::new(sharded(3.0), &text).expect("the text is long enough");
    let mut alone = new();
    // Two workers, of which the first computes two shards.
    let mut shared = [new(), new()];
    for _ in 0..40 {
        let report = alone.step().expect("it does not diverge");
        assert_eq!(share_a_step(&mut shared, &[0, 1, 0]), [report, report]);
        // States and all: either could go on alone.
        assert!(shared[0].save() == alone.save());
        assert!(shared[1].save() == alone.save());
    }
}

#[test]
fn whoever_shared_some_steps_goes_on_alone_to_the_same_bits() {
    let text = sums(100);
    let new = || Trainer::<f32>::new(sharded(3.0), &text).expect("the text is long enough");
    let mut alone = new();
    let mut shared = [new(), new()];
    for step in 0..60 {
        let report = alone.step().expect("it does not diverge");
        if step % 3 == 0 {
            // Begun, but never finished: as if it had not been.
            shared[0].part(1).compute();
            shared[0].part(2).compute();
            shared[0].discard_parts();
        }
        if step % 2 == 0 {
            assert_eq!(share_a_step(&mut shared, &[1, 0, 0]), [report, report]);
        } else {
            assert!(alone.is_healthy());
            for trainer in &mut shared {
                assert_eq!(trainer.step().expect("it does not diverge"), report);
                assert!(trainer.is_healthy());
            }
        }
        assert!(shared[0].save() == alone.save(), "after step {step}");
    }
    assert!(alone.cursor().epoch > 0, "epochs end and begin on the way");
}

#[test]
fn shards_on_threads_of_their_own_come_to_the_same_bits_as_in_turn() {
    let text = sums(100);
    for shards in [1.0, 3.0] {
        let new = || Trainer::<f32>::new(sharded(shards), &text).expect("the text is long enough");
        let (mut in_turn, mut at_once) = (new(), new());
        for _ in 0..40 {
            std::thread::scope(|scope| {
                let parts: Vec<_> = at_once.parts().collect();
                // The last one first, so that no order is relied upon.
                for mut part in parts.into_iter().rev() {
                    scope.spawn(move || part.compute());
                }
            });
            assert_eq!(at_once.step(), in_turn.step());
        }
        assert_eq!(at_once.save(), in_turn.save());
    }
}

#[test]
fn a_step_computes_the_parts_that_nobody_has_to_the_same_bits() {
    let text = sums(100);
    let new = || Trainer::<f32>::new(sharded(3.0), &text).expect("the text is long enough");
    let (mut whole, mut some) = (new(), new());
    for step in 0..40 {
        // Each subset of the three parts, again and again.
        for index in (0..3).rev().filter(|index| step >> index & 1 == 1) {
            some.part(index).compute();
        }
        assert_eq!(some.step(), whole.step(), "step {step}");
    }
    assert!(some.save() == whole.save());
}

#[test]
fn shards_change_the_order_of_a_sum_and_nothing_else() {
    let text = sums(100);
    let config = |shards| Config {
        dropout: 0.0,
        ..sharded(shards)
    };
    let gradients = |shards| {
        let mut trainer = Trainer::<f64>::new(config(shards), &text).expect("long enough");
        // Behind the first chunk the carried states matter, too.
        trainer.step().expect("it does not diverge");
        trainer.gradients().expect("it does not diverge");
        trainer.gradients_mut().values().to_vec()
    };
    let whole = gradients(1.0);
    for shards in [2.0, 7.0, 16.0] {
        // f64 rounding of two steps.
        let error = crate::common::relative_error(&gradients(shards), &whole);
        assert!(error < 1e-10, "{shards} shards: {error:e}");
    }
}

#[test]
fn dropout_is_for_training_alone() {
    let text = sums(100);
    let new = |dropout| {
        let config = Config {
            dropout,
            ..sharded(1.0)
        };
        Trainer::<f32>::new(config, &text).expect("the text is long enough")
    };
    let (mut with, mut without) = (new(0.5), new(0.0));
    assert_eq!(measure(&mut with), measure(&mut without));
    assert!(with.is_healthy() && without.is_healthy());
    assert_ne!(losses(&mut with, 1), losses(&mut without, 1));
    // It begins and ends with the knob.
    let change = tuning([("dropout", 0.5)]);
    let (mut late, mut never) = (new(0.0), new(0.0));
    late.tune(&change).expect("within bounds");
    assert_ne!(losses(&mut late, 1), losses(&mut never, 1));
}

#[test]
fn state_resets_are_for_training_alone_and_change_no_initial_weight() {
    let text = sums(100);
    let new = |state_reset| {
        let config = small_config(|c| c.state_reset = state_reset);
        Trainer::<f32>::new(config, &text).expect("the text is long enough")
    };
    let (mut with, mut without) = (new(1.0), new(0.0));
    assert_eq!(with.model().params, without.model().params);
    assert_eq!(measure(&mut with), measure(&mut without));
    // The first chunk begins with zeros in any case.
    assert_eq!(losses(&mut with, 1), losses(&mut without, 1));
    assert_ne!(losses(&mut with, 1), losses(&mut without, 1));
    // Looking at the next chunk resets nothing, whatever is tuned before it is trained on.
    let (mut looked, mut never) = (new(1.0), new(1.0));
    let off = tuning([("stateReset", 0.0)]);
    for trainer in [&mut looked, &mut never] {
        losses(trainer, 5);
    }
    assert!(looked.is_healthy());
    for trainer in [&mut looked, &mut never] {
        trainer.tune(&off).expect("within bounds");
    }
    assert_eq!(losses(&mut looked, 5), losses(&mut never, 5));
}

#[test]
fn weights_from_unit_to_unit_learn_at_their_share_of_the_rate() {
    let moved = |share: f64| {
        let config = small_config(|c| {
            (c.layers, c.optimizer, c.learning_rate) = (2.0, OptimizerKind::Sgd, 0.5);
            c.recurrent_rate = share;
        });
        let mut trainer = Trainer::<f64>::new(config, &sums(100)).expect("long enough");
        let before = trainer.model().params.clone();
        trainer.step().expect("it does not diverge");
        (before, trainer.model().params.clone())
    };
    let ((before, whole), (_, quarter)) = (moved(1.0), moved(0.25));
    for tensor in before.sizes().tensors() {
        let name = tensor.name();
        let between_units = name.starts_with("rnn.weight") && name != "rnn.weight_ih_l0";
        let share = if between_units { 0.25 } else { 1.0 };
        for ((b, w), q) in before
            .get(tensor)
            .iter()
            .zip(whole.get(tensor))
            .zip(quarter.get(tensor))
        {
            assert!((share * (w - b) - (q - b)).abs() < 1e-12, "{name}");
        }
    }
}

#[test]
fn files_from_before_there_was_a_recurrent_rate_mean_the_whole_one() {
    let old = RawConfig::from_json("{}", &RawConfig::default()).expect("an object");
    assert_eq!(old.recurrent_rate, 1.0);
    assert!(Config::default().recurrent_rate < 1.0);
}

#[test]
fn files_from_before_state_resets_mean_none_and_new_runs_have_them() {
    let old = RawConfig::from_json("{}", &RawConfig::default()).expect("an object");
    assert_eq!(old.state_reset, 0.0);
    assert_eq!(Config::default().state_reset, 0.1);
}

#[test]
fn a_run_that_is_lost_on_unseen_text_alone_says_so() {
    let lost = "abc".repeat(300) + &"cba".repeat(33);
    let usual = "abc".repeat(333);
    for (text, is_lost) in [(lost, true), (usual, false)] {
        let mut trainer = trainer(OptimizerKind::Adam, &text);
        // Fresh weights may be a little worse than blind guessing; that is no news.
        measure(&mut trainer);
        assert!(!trainer.is_worse_than_blind());
        let fresh = trainer.save();
        losses(&mut trainer, 200);
        let held_out = measure(&mut trainer).loss;
        assert_eq!(held_out > 3f64.ln(), is_lost, "{held_out}");
        assert_eq!(trainer.is_worse_than_blind(), is_lost);
        let fresh = Checkpoint::read(&fresh).expect("our own file");
        trainer.restore(fresh).expect("our own run");
        assert!(!trainer.is_worse_than_blind(), "nothing is measured yet");
    }
}

#[test]
fn best_weights_that_are_back_are_judged_by_their_own_held_out_loss() {
    let text = "abc".repeat(300) + &"cba".repeat(33);
    let new = |seed: u32| {
        let config = small_config(|c| (c.seed, c.patience) = (f64::from(seed), 1.0));
        let mut trainer = Trainer::<f32>::new(config, &text).expect("the text is long enough");
        trainer.set_measure_every(Some(1));
        losses(&mut trainer, 1);
        (measure(&mut trainer).loss < 3f64.ln()).then_some(trainer)
    };
    let mut trainer = (1..20)
        .find_map(new)
        .expect("some weights are better than blind guessing after a step");
    losses(&mut trainer, 200);
    assert!(measure(&mut trainer).loss > 3f64.ln());
    assert_eq!(trainer.finished(), Some(StopReason::EarlyStopping));
    assert!(!trainer.is_worse_than_blind(), "the first weights are back");
}

#[test]
fn a_run_stops_at_its_length_where_it_is_to_and_can_go_on() {
    let config = small_config(|c| (c.run_characters, c.stop_at_end) = (1000.0, true));
    let mut trainer = Trainer::<f32>::new(config, &sums(100)).expect("the text is long enough");
    while trainer.finished().is_none() {
        trainer.step().expect("it does not diverge");
    }
    assert_eq!(trainer.finished(), Some(StopReason::Length));
    // The step that reaches the length is the last one.
    assert!((1000..1000 + 64).contains(&trainer.characters_seen()));
    trainer.go_on();
    assert_eq!(trainer.finished(), None);
    trainer.step().expect("it does not diverge");
    assert_eq!(trainer.finished(), None);
}

#[test]
fn early_stopping_goes_back_to_the_best_weights() {
    // A text this small is soon learned by heart, and the rest of it then guessed ever worse.
    let config = small_config(|c| (c.patience, c.learning_rate) = (4.0, 0.02));
    let mut trainer = Trainer::<f32>::new(config, &sums(40)).expect("the text is long enough");
    trainer.set_measure_every(Some(1));
    let mut measured = Vec::new();
    while trainer.finished().is_none() {
        losses(&mut trainer, 10);
        let weights = trainer.model().params.clone();
        measured.push((measure(&mut trainer), weights));
        assert!(measured.len() < 500, "it never overfits");
    }
    assert_eq!(trainer.finished(), Some(StopReason::EarlyStopping));
    let (best, weights) = measured
        .iter()
        .min_by(|a, b| a.0.loss.total_cmp(&b.0.loss))
        .expect("it was measured");
    assert_eq!(trainer.report().best, Some(*best));
    assert_eq!(trainer.report().held_out, Some(*best));
    assert_eq!(&trainer.model().params, weights);
    assert_eq!(
        measured[measured.len() - 5].0,
        *best,
        "four more were given"
    );
    trainer.go_on();
    assert_eq!(trainer.finished(), None);
}

/// A run whose cosine has ended, at a hundredth of its rate.
fn at_its_floor(text: &str) -> Trainer<f32> {
    let config = small_config(|c| {
        (c.schedule, c.rate_floor) = (ScheduleKind::Cosine, 0.01);
        (c.run_characters, c.warmup_characters) = (64.0 * 30.0, 64.0 * 4.0);
    });
    let mut trainer = Trainer::new(config, text).expect("the text is long enough");
    losses(&mut trainer, 40);
    trainer
}

/// A hundredth of 0.01, up to the rounding of a handful of operations.
fn is_floor(rate: f64) -> bool {
    (rate - 0.0001).abs() < 1e-17
}

#[test]
fn a_new_schedule_rises_and_falls_over_the_added_length_and_survives_a_file() {
    let text = sums(200);
    let mut trainer = at_its_floor(&text);
    assert!(is_floor(rates(&mut trainer, 1)[0]));
    let start = trainer.characters_seen();
    trainer
        .begin_schedule(&NewSchedule::default())
        .expect("within bounds");
    let report = trainer.report();
    assert_eq!((report.schedule_start, report.learning_rate), (start, 0.0));
    assert_eq!(
        report.config.run_characters,
        start + 64 * 30,
        "as long as the last one"
    );
    let fresh = at_its_floor(&text).config().clone();
    let mut resumed = resumed(&trainer.save(), &text);
    for _ in 0..17 {
        let rate = rates(&mut trainer, 1)[0];
        let expected = learning_rate(&fresh, 0, trainer.characters_seen() - start);
        assert_eq!(rate, expected, "as in a fresh run");
        assert_eq!(rates(&mut resumed, 1), [rate], "from its file, too");
    }
    let mut again = self::resumed(&trainer.save(), &text);
    rates(&mut again, 23);
    rates(&mut trainer, 23);
    assert!(again.save() == trainer.save(), "the same bytes");
}

fn rates(trainer: &mut Trainer<f32>, steps: usize) -> Vec<f64> {
    (0..steps)
        .map(|_| trainer.step().expect("it does not diverge").learning_rate)
        .collect()
}

#[test]
fn a_new_schedule_may_be_another_one_and_is_refused_by_name() {
    let mut trainer = at_its_floor(&sums(200));
    let before = trainer.save();
    for (length, learning_rate) in [(0.0, None), (0.5, None), (1e13, None), (64.0, Some(1e9))] {
        let refused = trainer.begin_schedule(&NewSchedule {
            run_characters: Some(length),
            learning_rate,
            ..NewSchedule::default()
        });
        assert!(refused.is_err_and(|error| error.field().is_some()));
    }
    assert!(trainer.save() == before, "nothing has changed");
    let schedule = NewSchedule {
        run_characters: Some(640.0),
        learning_rate: Some(0.002),
        schedule: Some(ScheduleKind::Constant),
        warmup_characters: Some(0.0),
        ..NewSchedule::default()
    };
    trainer.begin_schedule(&schedule).expect("within bounds");
    assert_eq!(rates(&mut trainer, 12), [0.002; 12]);
}

#[test]
fn a_checkpoint_brings_its_schedule_back_and_another_text_begins_it_anew() {
    let text = sums(200);
    let mut trainer = at_its_floor(&text);
    let before = trainer.save();
    trainer
        .begin_schedule(&NewSchedule::default())
        .expect("within bounds");
    let begun = trainer.save();
    let mut follower = resumed(&before, &text);
    let read = |file: &[u8]| Checkpoint::read(file).expect("our own file");
    follower.restore(read(&begun)).expect("of this run");
    assert_eq!(rates(&mut follower, 9), rates(&mut trainer, 9));
    follower.restore(read(&before)).expect("of this run");
    assert!(is_floor(rates(&mut follower, 1)[0]));

    let other = resumed(&begun, &text.replace('7', "3"));
    let report = other.report();
    assert_eq!(report.origin, Origin::Weights);
    assert_eq!(
        (report.schedule_start, report.config.run_characters),
        (0, 64 * 30)
    );
}

/// A run whose patience is soon used up, for its text is soon learned by heart.
fn impatient() -> Trainer<f32> {
    let config = small_config(|c| (c.patience, c.learning_rate) = (3.0, 0.02));
    let mut trainer = Trainer::new(config, &sums(40)).expect("the text is long enough");
    trainer.set_measure_every(Some(700));
    trainer
}

/// Trains so many steps, or to the end that patience sets, and measures whenever it is due.
fn train_measured(trainer: &mut Trainer<f32>, steps: usize) {
    for _ in 0..steps {
        if trainer.is_measurement_due() {
            measure(trainer);
        }
        if trainer.finished().is_some() {
            return;
        }
        trainer.step().expect("it does not diverge");
    }
}

#[test]
fn a_measurement_out_of_its_turn_moves_nothing() {
    let mut trainer = impatient();
    // The first turn gives a best loss; nothing after it is in a turn.
    while !trainer.is_measurement_due() {
        losses(&mut trainer, 1);
    }
    let first = measure(&mut trainer);
    assert!(!trainer.is_measurement_due());
    losses(&mut trainer, 1);
    let before = trainer.model().clone();
    for _ in 0..5 {
        measure(&mut trainer);
    }
    assert_eq!(trainer.finished(), None);
    assert_eq!(trainer.report().best, Some(first));
    assert_eq!(trainer.model(), &before);
    assert!(trainer.is_measured());
}

#[test]
fn patience_in_pieces_equals_patience_in_one_piece() {
    let text = sums(40);
    let mut whole = impatient();
    train_measured(&mut whole, 2000);
    assert_eq!(
        whole.finished(),
        Some(StopReason::EarlyStopping),
        "within 2000 steps"
    );
    assert!(whole.is_measured(), "the loss is that of the best weights");
    let expected = whole.save();
    // Each piece ends with a measurement more, as a command or a pause does.
    for piece in [7, 40, 111] {
        let mut trainer = impatient();
        for _ in 0..2000 {
            train_measured(&mut trainer, piece);
            if trainer.finished().is_some() {
                break;
            }
            if !trainer.is_measurement_due() {
                measure(&mut trainer);
            }
            trainer = resumed(&trainer.save(), &text);
            trainer.set_measure_every(Some(700));
        }
        assert!(trainer.save() == expected, "in pieces of {piece} steps");
    }
}

#[test]
fn a_measurement_that_was_due_when_a_run_was_saved_is_due_when_it_goes_on() {
    let mut trainer = impatient();
    while !trainer.is_measurement_due() {
        losses(&mut trainer, 1);
    }
    trainer.begin_evaluation();
    let mut again = resumed(&trainer.save(), &sums(40));
    again.set_measure_every(Some(700));
    assert!(again.is_measurement_due());
    assert_eq!(measure(&mut again), measure(&mut trainer));
    assert!(again.save() == trainer.save(), "the same bytes");
}

#[test]
fn a_measurement_of_earlier_weights_gives_way_unless_it_counts() {
    let mut trainer = impatient();
    trainer.begin_evaluation();
    losses(&mut trainer, 1);
    assert_eq!(measure(&mut trainer).step, 1);
    while !trainer.is_measurement_due() {
        losses(&mut trainer, 1);
    }
    let due = trainer.steps_done();
    trainer.begin_evaluation();
    losses(&mut trainer, 1);
    assert_eq!(measure(&mut trainer).step, due);
    assert_eq!(trainer.report().best.map(|best| best.step), Some(due));
}

#[test]
fn a_step_reports_the_rate_of_the_schedule_and_how_far_it_went() {
    let config = small_config(|c| {
        (c.warmup_characters, c.optimizer) = (128.0, OptimizerKind::Sgd);
    });
    let mut trainer = Trainer::<f32>::new(config, &sums(100)).expect("the text is long enough");
    let before = trainer.model().params.clone();
    trainer.measure_next_update();
    let report = trainer.step().expect("it does not diverge");
    // 64 of 128 characters of warm-up.
    assert_eq!(report.learning_rate, 0.005);
    let moved = |other: &[f32]| -> f64 {
        let moved = other.iter().zip(before.values());
        moved
            .map(|(a, b)| f64::from(a - b).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    let size = before
        .values()
        .iter()
        .map(|w| f64::from(*w).powi(2))
        .sum::<f64>()
        .sqrt();
    let expected = moved(trainer.model().params.values()) / size;
    let reported = report.update_ratio.expect("it was asked for");
    assert!((reported - expected).abs() < 1e-6 * expected);
    assert_eq!(
        trainer.step().expect("it does not diverge").update_ratio,
        None
    );
}

#[test]
fn a_step_is_gradients_and_apply() {
    let text = sums(100);
    let (mut whole, mut halves) = (
        trainer(OptimizerKind::Adam, &text),
        trainer(OptimizerKind::Adam, &text),
    );
    for _ in 0..20 {
        let loss = halves.gradients().expect("it does not diverge");
        assert_eq!(whole.step(), halves.apply(loss));
    }
    assert_eq!(whole.model(), halves.model());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn resuming_at_any_step_equals_not_stopping(
        stop in 0usize..120,
        optimizer in prop::sample::select(OPTIMIZERS.to_vec()),
        momentum in prop::sample::select(vec![0.0, 0.9]),
        cell in prop::sample::select(CellKind::ALL.to_vec()),
        layers in 1usize..4,
        dropout in prop::sample::select(vec![0.0, 0.3]),
        state_reset in prop::sample::select(vec![0.0, 0.3]),
        shards in 1usize..4,
        patience in prop::sample::select(vec![0.0, 3.0]),
        sequence in 1usize..40,
        passage in prop::sample::select(vec![0.0, 37.0]),
    ) {
        let text = sums(60);
        let config = small_config(|c| {
            (c.optimizer, c.momentum, c.cell, c.dropout) = (optimizer, momentum, cell, dropout);
            (c.layers, c.shards, c.patience) = (layers as f64, shards as f64, patience);
            (c.state_reset, c.passage_length) = (state_reset, passage);
            // A rate at which every rule stays calm, and a schedule that moves it.
            (c.learning_rate, c.schedule) = (0.002, ScheduleKind::Cosine);
            (c.warmup_characters, c.run_characters) = (500.0, 6000.0);
        });
        let mut unbroken = Trainer::<f32>::new(config, &text).expect("the text is long enough");
        losses(&mut unbroken, stop / 2);
        // T changed on the way must survive, too.
        let change = tuning([("sequenceLength", sequence as f64)]);
        unbroken.tune(&change).expect("within bounds");
        losses(&mut unbroken, stop - stop / 2);
        measure(&mut unbroken);
        let file = unbroken.save();

        let mut resumed = resumed(&file, &text);
        prop_assert_eq!(resumed.save(), file, "what was read is what was written");
        prop_assert_eq!(resumed.report().origin, Origin::Exact);
        prop_assert_eq!(resumed.report().held_out, unbroken.report().held_out);
        // More than an epoch, so that the cursor's return and the state's reset are in it.
        prop_assert_eq!(losses(&mut resumed, 60), losses(&mut unbroken, 60));
        prop_assert_eq!(resumed.save(), unbroken.save());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_oddest_settings_and_texts_train_measure_and_resume(
        hidden in prop::sample::select(vec![1.0, 2.0, 9.0]),
        batch in prop::sample::select(vec![1.0, 3.0, 512.0]),
        sequence in prop::sample::select(vec![1.0, 2.0, 1024.0]),
        tuned in prop::sample::select(vec![1.0, 7.0, 1024.0]),
        characters in 100usize..130,
    ) {
        // All but the last character are the same: the held-out part has a symbol of its own.
        let text = "\0".repeat(characters - 1) + "\u{10ffff}";
        let config = small_config(|c| {
            (c.hidden_size, c.batch_size, c.sequence_length) = (hidden, batch, sequence);
        });
        let mut run = Trainer::<f32>::new(config, &text).expect("a hundred characters suffice");
        let change = tuning([("sequenceLength", tuned)]);
        run.tune(&change).expect("within bounds");
        losses(&mut run, 3);
        run.tune(&tuning([("sequenceLength", sequence)])).expect("within bounds");
        prop_assert!(measure(&mut run).loss.is_finite() && run.report().unigram_loss.is_finite());
        let file = run.save();
        let mut again = resumed(&file, &text);
        prop_assert_eq!(losses(&mut again, 100), losses(&mut run, 100));
        run.restore(Checkpoint::read(&file).expect("our own file")).expect("our own run");
        prop_assert!(run.save() == file);
    }
}

#[test]
fn a_text_that_differs_only_in_its_line_ends_is_the_same_text() {
    let text = sums(60);
    let mut unbroken = trainer(OptimizerKind::Adam, &text);
    losses(&mut unbroken, 10);
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(
        resumed(&unbroken.save(), &windows).report().origin,
        Origin::Exact
    );
}

#[test]
fn another_text_starts_from_the_weights_and_says_so() {
    let text = sums(60);
    let mut first = trainer(OptimizerKind::Adam, &text);
    losses(&mut first, 50);
    let mut second = resumed(&first.save(), &text.replace('7', "3"));
    let report = second.report();
    assert_eq!((report.origin, report.origin_step), (Origin::Weights, 50));
    assert_eq!(
        (report.step, report.epoch, report.characters_seen),
        (0, 0, 0)
    );
    assert_eq!(
        second.model().params,
        first.model().params,
        "the weights are the file's"
    );
    let loss = losses(&mut second, 1)[0];
    assert!(
        loss < report.uniform_loss - 0.5,
        "{loss}: it knows something already"
    );
}

#[test]
fn unknown_symbols_are_skipped_or_added_as_chosen() {
    let text = sums(60);
    let mut first = trainer(OptimizerKind::Adam, &text);
    losses(&mut first, 20);
    let file = first.save();
    let other = text.replace("1", "é😀");
    let read = || Checkpoint::read(&file).expect("our own file");

    let error = Trainer::resume(read(), &other, None).expect_err("the choice is the person's");
    let occurrences = 2 * text.matches('1').count();
    assert_eq!(
        error,
        Error::UnknownSymbols {
            symbols: vec!['é', '😀'],
            occurrences
        }
    );
    let report = read().report(Some(&other));
    assert_eq!(
        (report.text, report.unknown, report.occurrences),
        (Match::Different, vec!['é', '😀'], occurrences)
    );

    let mut skipped =
        Trainer::resume(read(), &other, Some(UnknownSymbols::Skip)).expect("enough is left");
    assert_eq!(skipped.report().skipped_characters, occurrences);
    assert_eq!(skipped.model().vocabulary, first.model().vocabulary);
    losses(&mut skipped, 5);
    let again = resumed(&skipped.save(), &other);
    assert_eq!(
        again.report().origin,
        Origin::Exact,
        "what was skipped once is skipped again"
    );

    let longer = format!("{text}é");
    let error = Trainer::resume(read(), &longer, None).expect_err("nothing was skipped before");
    assert_eq!(error.name(), "UnknownSymbols");

    let mut grown = Trainer::resume(read(), &other, Some(UnknownSymbols::Grow)).expect("it grows");
    assert_eq!(grown.report().grown_symbols, 2);
    let symbols = first.model().vocabulary.len();
    assert_eq!(grown.model().vocabulary.len(), symbols + 2);
    use babble::nn::params::Tensor;
    for tensor in [
        Tensor::WeightIh(0),
        Tensor::HeadWeight,
        Tensor::WeightHh(0),
        Tensor::HeadBias,
    ] {
        let (old, new) = (
            first.model().params.matrix(tensor),
            grown.model().params.matrix(tensor),
        );
        assert_eq!(
            new.view((0, 0), old.shape()),
            old,
            "{} keeps what it had",
            tensor.name()
        );
    }
    let fresh = grown
        .model()
        .params
        .matrix(Tensor::WeightIh(0))
        .columns(symbols, 2)
        .norm();
    assert!(fresh > 0.0, "the new columns are drawn, not zero");
    losses(&mut grown, 5);
    assert_eq!(
        resumed(&grown.save(), &other).report().origin,
        Origin::Exact
    );
}

#[test]
fn sampling_does_not_move_training() {
    let text = sums(100);
    let (mut watched, mut alone) = (
        trainer(OptimizerKind::Adam, &text),
        trainer(OptimizerKind::Adam, &text),
    );
    let mut sampler = Sampler::new(1);
    for _ in 0..10 {
        sampler.prompt(watched.model(), "1+1=");
        sampler
            .write(watched.model(), 20)
            .expect("the weights are finite");
        measure(&mut watched);
        let _ = (watched.report(), watched.save(), watched.is_healthy());
        assert_eq!(losses(&mut watched, 3), losses(&mut alone, 3));
    }
}

#[test]
fn the_sampler_writes_by_temperature_prompt_and_seed() {
    let text = sums(600);
    let mut trainer = trainer(OptimizerKind::Adam, &text);
    losses(&mut trainer, 300);
    let write = |seed, temperature, prompt: &str| {
        let mut sampler = Sampler::new(seed);
        sampler.set_temperature(temperature).expect("within bounds");
        sampler.prompt(trainer.model(), prompt);
        sampler
            .write(trainer.model(), 200)
            .expect("the weights are finite")
    };
    assert_eq!(
        write(1, 1.0, ""),
        write(1, 1.0, ""),
        "a seed repeats itself"
    );
    assert_ne!(write(1, 1.0, ""), write(2, 1.0, ""));
    assert_eq!(
        write(1, 0.0, "9"),
        write(2, 0.0, "9"),
        "temperature 0 leaves nothing to chance"
    );
    assert_eq!(write(1, 0.8, "").chars().count(), 200);

    let known = |temperature| -> usize {
        let lines_of = |seed| {
            let written = write(seed, temperature, "");
            let lines = written.lines();
            lines
                .filter(|line| text.contains(&format!("\n{line}\n")))
                .count()
        };
        (0..20).map(lines_of).sum()
    };
    assert!(known(0.3) > known(2.0), "a cool sampler keeps to the text");

    let mut sampler = Sampler::new(1);
    assert_eq!(
        sampler.prompt(trainer.model(), "1😀+é1="),
        ['é', '😀'],
        "skipped symbols are reported"
    );
    let skipping = sampler
        .write(trainer.model(), 200)
        .expect("the weights are finite");
    assert_eq!(skipping, write(1, 1.0, "1+1="), "and the rest is read");
    assert_eq!(
        sampler.set_temperature(-1.0).expect_err("too cold").field(),
        Some("temperature")
    );
}

/// Without a prompt a sample begins as one does: after a line's end, or where the text has none after a space, or
/// else after the first symbol.
#[test]
fn a_passage_without_a_prompt_begins_after_a_new_line() {
    // A tabulator comes before both in the order of symbols.
    let lines = sums(100).replace('+', "\t");
    for (text, opening) in [
        (lines.clone(), "\n"),
        (lines.replace('\n', " "), " "),
        (lines.replace('\n', ";"), "\t"),
    ] {
        let mut trainer = trainer(OptimizerKind::Adam, &text);
        losses(&mut trainer, 100);
        let model = trainer.model();
        // The likeliest continuation of each symbol tells it from the others.
        let write = |prompt: &str| {
            let mut sampler = Sampler::new(1);
            sampler.prompt(model, prompt);
            sampler.write_in_detail(model, 30).expect("finite")
        };
        let unprompted = write("");
        for symbol in model.vocabulary.symbols() {
            let prompted = write(&symbol.to_string());
            let same = symbol.to_string() == opening;
            assert_eq!(unprompted == prompted, same, "after {symbol:?}");
        }
    }
}

#[test]
fn a_prompt_is_read_once_symbol_by_symbol() {
    use babble::nn::cell::Input;
    use babble::nn::model::{Tape, forward};
    let mut trainer = trainer(OptimizerKind::Adam, &sums(600));
    losses(&mut trainer, 300);
    let model = trainer.model();
    for prompt in ["1", "1+", "12+3=1", "39+39=\n7+7="] {
        let ids = model.vocabulary.encode(prompt);
        let mut tape = Tape::<f32>::forward_only(model.params.sizes(), 1, ids.len());
        forward(&model.params, Input::Symbols(&ids), ids.len(), &mut tape);
        let y = tape.outputs().rchunks(model.vocabulary.len()).next();
        let likeliest = y
            .expect("one column for each symbol")
            .iter()
            .zip(model.vocabulary.symbols())
            .max_by(|a, b| a.0.total_cmp(b.0))
            .map(|(_, symbol)| symbol.to_string());
        let mut sampler = Sampler::new(1);
        sampler.set_temperature(0.0).expect("within bounds");
        sampler.prompt(model, prompt);
        assert_eq!(sampler.write(model, 1).ok(), likeliest, "after {prompt:?}");
    }
}

#[test]
fn a_passage_may_be_written_in_pieces() {
    let text = sums(100);
    let trainer = trainer(OptimizerKind::Adam, &text);
    let (mut at_once, mut piecemeal) = (Sampler::new(5), Sampler::new(5));
    at_once.prompt(trainer.model(), "12");
    piecemeal.prompt(trainer.model(), "12");
    let whole = at_once.write(trainer.model(), 60).expect("finite");
    let pieces: String = [1, 7, 0, 52]
        .map(|n| piecemeal.write(trainer.model(), n).expect("finite"))
        .concat();
    assert_eq!(pieces, whole);
}

#[test]
fn another_predictor_is_mixed_into_one_character_and_no_more() {
    let text = sums(100);
    let mut trainer = trainer(OptimizerKind::Adam, &text);
    losses(&mut trainer, 30);
    let model = trainer.model();
    let equals = usize::from(model.vocabulary.id('=').expect("sums have one"));
    let write = |share: f32| {
        let mut shares = vec![0.0; model.vocabulary.len()];
        shares[equals] = share;
        let mut sampler = Sampler::new(5);
        sampler.prompt(model, "12");
        sampler.mix_next(f64::from(1.0 - share), shares);
        sampler.write_in_detail(model, 2).expect("finite")
    };
    let (alone, mixed, certain) = (write(0.0), write(0.25), write(1.0));
    for &(symbol, p) in &mixed.alternatives[..ALTERNATIVES] {
        let own = alone.alternatives[..ALTERNATIVES]
            .iter()
            .find(|(other, _)| *other == symbol);
        if let Some((_, own)) = own {
            let expected = 0.75 * own + if symbol == '=' { 0.25 } else { 0.0 };
            // A few roundings to single precision.
            assert!((p - expected).abs() < 1e-6, "{symbol}: {p}, {expected}");
        }
    }
    assert!(certain.text.starts_with('=') && certain.probabilities[0] > 0.999_999);
    // What follows is the network's own.
    let mut after = Sampler::new(1);
    after.prompt(model, "12=");
    let own = after.write_in_detail(model, 1).expect("finite");
    assert_eq!(certain.alternatives[ALTERNATIVES..], own.alternatives);
}

#[test]
fn the_surprise_at_each_held_out_character_makes_the_loss() {
    let text = sums(300);
    let mut trainer = trainer(OptimizerKind::Adam, &text);
    losses(&mut trainer, 40);
    let held_out = measure(&mut trainer);
    let surprise = trainer.held_out_surprise().to_vec();
    assert_eq!(surprise.len(), trainer.corpus().held_out().len() - 1);
    let nats: f64 = surprise.iter().copied().map(f64::from).sum();
    // Each is rounded to single precision.
    assert!((nats / surprise.len() as f64 - held_out.loss).abs() < 1e-6);
    // One that is under way says nothing yet.
    losses(&mut trainer, 5);
    trainer.begin_evaluation();
    assert!(trainer.evaluate().is_none());
    assert_eq!(trainer.held_out_surprise(), surprise);
}

#[test]
fn the_held_out_loss_belongs_to_one_snapshot_however_long_it_takes() {
    let text = sums(300);
    let mut trainer = trainer(OptimizerKind::Adam, &text);
    losses(&mut trainer, 40);
    let still = measure(&mut trainer.clone());
    assert_eq!(still.step, 40);

    trainer.begin_evaluation();
    let mut slices = 0;
    let moving = loop {
        slices += 1;
        if let Some(held_out) = trainer.evaluate() {
            break held_out;
        }
        losses(&mut trainer, 1);
    };
    assert!(slices > 2, "the test needs several slices");
    assert_eq!(moving, still);
}

fn estimate(trainer: &mut Trainer<f32>) -> HeldOut {
    trainer.begin_estimate();
    loop {
        if let Some(held_out) = trainer.evaluate() {
            return held_out;
        }
    }
}

#[test]
fn an_estimate_is_the_mean_over_the_share_that_has_been_read_of_the_training_part() {
    use babble::nn::cell::Input;
    use babble::nn::loss::{all, cross_entropy};
    use babble::nn::model::{Tape, forward};
    let mut trainer = trainer(OptimizerKind::Adam, &sums(3000));
    let held_out = trainer.corpus().held_out().to_vec();
    let whole = held_out.len() - 1;
    assert!(whole > 2000, "{whole} predictions leave room for estimates");
    assert_eq!(estimate(&mut trainer).estimate, Some(1000), "the least");
    while trainer.characters_seen() < trainer.corpus().training().len() as u64 * 3 / 4 {
        losses(&mut trainer, 1);
    }
    let reported = estimate(&mut trainer);
    let read = reported.estimate.expect("the first pass is not over");
    // Three quarters, to within the step that passed them.
    assert!(
        (read as f64 / whole as f64 - 0.75).abs() < 0.01,
        "{read} of {whole}"
    );
    let model = trainer.model();
    let mut tape = Tape::new(model.params.sizes(), 1, read);
    forward(
        &model.params,
        Input::Symbols(&held_out[..read]),
        read,
        &mut tape,
    );
    let mean = cross_entropy(tape.outputs_mut(), &held_out[1..=read], all) / read as f64;
    assert!(
        (reported.loss - mean).abs() < 1e-6,
        "{} and {mean}",
        reported.loss
    );

    while trainer.cursor().epoch == 0 {
        losses(&mut trainer, 1);
    }
    assert_eq!(
        estimate(&mut trainer).estimate,
        None,
        "now all of it is read"
    );
    assert!(trainer.is_measured());
}

#[test]
fn an_estimate_moves_neither_the_run_nor_its_measurements() {
    let text = sums(3000);
    let config = small_config(|c| c.patience = 2.0);
    let new = || Trainer::<f32>::new(config.clone(), &text).expect("the text is long enough");
    let (mut with, mut without) = (new(), new());
    for _ in 0..10 {
        estimate(&mut with);
        assert_eq!(losses(&mut with, 3), losses(&mut without, 3));
    }
    with.begin_estimate();
    assert_eq!((with.held_out(), with.is_measured()), (None, false));
    assert!(with.save() == without.save(), "the same bytes");
    // A measurement does not wait for an estimate that is under way.
    assert_eq!(measure(&mut with), measure(&mut without));
    // Where one counts for patience, nothing less than all of it is read.
    with.set_measure_every(Some(1));
    losses(&mut with, 1);
    assert_eq!(estimate(&mut with).estimate, None);
    assert_eq!(with.report().best, with.held_out());
}

#[test]
fn the_held_out_loss_is_the_mean_over_one_stream_from_zero() {
    use babble::nn::cell::Input;
    use babble::nn::loss::{all, cross_entropy};
    use babble::nn::model::{Tape, forward};
    let mut trainer = trainer(OptimizerKind::Adam, &sums(300));
    losses(&mut trainer, 40);
    let held_out = trainer.corpus().held_out().to_vec();
    let predictions = held_out.len() - 1;
    let model = trainer.model();
    let mut tape = Tape::<f32>::forward_only(model.params.sizes(), 1, predictions);
    forward(
        &model.params,
        Input::Symbols(&held_out[..predictions]),
        predictions,
        &mut tape,
    );
    let mean = cross_entropy(tape.outputs_mut(), &held_out[1..], all) / predictions as f64;
    // The same f32 arithmetic; only the f64 sum is cut elsewhere.
    assert!((measure(&mut trainer).loss - mean).abs() < 1e-12);
}

#[test]
fn settings_change_between_steps_without_a_restart() {
    let text = sums(100);
    let mut trainer = trainer(OptimizerKind::Sgd, &text);
    losses(&mut trainer, 5);
    let before = trainer.model().params.clone();
    let change = tuning([
        ("learningRate", 1e-6),
        ("clipNorm", 1e-3),
        ("sequenceLength", 3.0),
    ]);
    trainer.tune(&change).expect("within bounds");
    losses(&mut trainer, 1);
    let moved: f64 = trainer
        .model()
        .params
        .values()
        .iter()
        .zip(before.values())
        .map(|(a, b)| f64::from(a - b).powi(2))
        .sum::<f64>()
        .sqrt();
    // SGD moves the weights by at most lr * clip, which f32 weights near 1 then round to 6e-8 each.
    assert!(
        moved < 1e-9 + 6e-8 * (before.len() as f64).sqrt(),
        "{moved:e}"
    );
    assert_eq!(
        (trainer.report().step, trainer.config().sequence_length),
        (6, 3)
    );

    let wrong = tuning([("learningRate", -1.0), ("sequenceLength", 9.0)]);
    assert_eq!(
        trainer.tune(&wrong).expect_err("a negative rate").field(),
        Some("learningRate")
    );
    assert_eq!(trainer.config().sequence_length, 3, "all or nothing");
}

#[test]
fn an_explosion_is_caught_and_the_last_good_weights_come_back() {
    let text = sums(100);
    for rate in [30.0, 1000.0] {
        let mut trainer = trainer(OptimizerKind::Adam, &text);
        losses(&mut trainer, 20);
        assert!(trainer.is_healthy());
        let good = trainer.save();
        trainer
            .tune(&tuning([("learningRate", rate)]))
            .expect("a foolish rate is no error in itself");
        let error = (0..2000)
            .find_map(|_| trainer.step().err())
            .expect("it explodes");
        let Error::Diverged {
            step,
            learning_rate,
            ..
        } = error
        else {
            panic!("{error}")
        };
        assert!(step > 20 && learning_rate == rate);
        trainer
            .restore(Checkpoint::read(&good).expect("our own file"))
            .expect("our own run");
        let calm = tuning([("learningRate", 0.01)]);
        trainer.tune(&calm).expect("within bounds");
        assert!(trainer.save() == good, "the same bytes");
        let mut resumed = resumed(&good, &text);
        assert_eq!(losses(&mut trainer, 200), losses(&mut resumed, 200));
        assert!(trainer.save() == resumed.save(), "the same bytes");
    }
}

#[test]
fn going_back_keeps_the_settings_in_force() {
    let mut trainer = trainer(OptimizerKind::Adam, &sums(100));
    losses(&mut trainer, 20);
    let (good, weights) = (trainer.save(), trainer.model().params.clone());
    let change = tuning([
        ("learningRate", 0.02),
        ("clipNorm", 0.5),
        ("sequenceLength", 40.0),
        ("clipValue", 0.1),
        ("dropout", 0.5),
        ("stateReset", 0.5),
    ]);
    trainer.tune(&change).expect("within bounds");
    losses(&mut trainer, 3);
    let in_force = trainer.config().clone();
    trainer.begin_evaluation();
    trainer
        .restore(Checkpoint::read(&good).expect("our own file"))
        .expect("our own run");
    assert_eq!(trainer.model().params, weights);
    assert_eq!(trainer.steps_done(), 20);
    assert_eq!(trainer.config(), &in_force);
    assert!(
        !trainer.is_evaluating(),
        "the measured weights are no part of the run any more"
    );
    losses(&mut trainer, 3);
}

#[test]
fn what_belongs_to_a_run_from_its_first_step_cannot_change() {
    let mut trainer = trainer(OptimizerKind::Adam, &sums(60));
    let before = trainer.config().clone();
    for key in ["hiddenSize", "seed", "magic"] {
        let error = trainer
            .tune(&tuning([("learningRate", 0.1), (key, 3.0)]))
            .expect_err(key);
        assert_eq!(error.name(), "InvalidConfig");
        assert!(error.to_string().contains(key), "{error}");
        assert_eq!(trainer.config(), &before, "all of it or nothing");
    }
}

#[test]
fn going_back_needs_nothing_but_the_file() {
    // Normalized once, this text still begins with a byte-order mark, which is then a symbol.
    let text = format!("\u{feff}\u{feff}{}", sums(60));
    let mut first = trainer(OptimizerKind::Adam, &text);
    losses(&mut first, 5);
    let good = first.save();
    losses(&mut first, 5);
    first
        .restore(Checkpoint::read(&good).expect("our own file"))
        .expect("our own run");
    assert!(first.save() == good, "the same bytes");

    // What a run on another text skipped and grew stays known.
    for (unknown, counts) in [
        (UnknownSymbols::Skip, (1, 0)),
        (UnknownSymbols::Grow, (0, 1)),
    ] {
        let read = Checkpoint::read(&good).expect("our own file");
        let mut second =
            Trainer::resume(read, &format!("{}é", sums(60)), Some(unknown)).expect("as chosen");
        losses(&mut second, 5);
        let (saved, reported) = (second.save(), second.report());
        losses(&mut second, 5);
        second
            .restore(Checkpoint::read(&saved).expect("our own file"))
            .expect("our own run");
        assert!(second.save() == saved, "the same bytes");
        assert_eq!(second.report(), reported);
        assert_eq!(
            (reported.skipped_characters, reported.grown_symbols),
            counts
        );
    }
}

#[test]
fn another_runs_file_is_no_way_back() {
    let text = sums(60);
    let mut run = trainer(OptimizerKind::Adam, &text);
    let before = run.save();
    for other in [
        trainer(OptimizerKind::Sgd, &text),
        trainer(OptimizerKind::Adam, &text.replace('7', "3")),
        Trainer::new(small_config(|c| c.hidden_size = 5.0), &text).expect("long enough"),
    ] {
        let file = Checkpoint::read(&other.save()).expect("our own file");
        let error = run.restore(file).expect_err("another run's");
        assert_eq!(error.name(), "BadWeights");
        assert!(run.save() == before, "nothing has changed");
    }
}

#[test]
fn weights_that_the_last_step_ruined_are_not_worth_keeping() {
    let mut trainer = trainer(OptimizerKind::Adam, &sums(100));
    losses(&mut trainer, 200);
    assert!(trainer.is_healthy());
    let change = tuning([("learningRate", 1000.0)]);
    trainer.tune(&change).expect("within bounds");
    // The loss of this step was taken before its update and looks as good as any.
    losses(&mut trainer, 1);
    assert!(!trainer.is_healthy());
}

#[test]
fn what_was_lowered_stays_told_when_another_setting_changes() {
    let config = small_config(|c| (c.batch_size, c.sequence_length) = (64.0, 1000.0));
    let mut trainer = Trainer::<f32>::new(config, &sums(30)).expect("long enough");
    let reported = trainer.report().shrunk;
    assert_eq!(reported.len(), 2);
    let change = tuning([("learningRate", 0.001)]);
    trainer.tune(&change).expect("within bounds");
    assert_eq!(trainer.report().shrunk, reported);
}

#[test]
fn weights_too_large_to_write_with_are_named() {
    let mut weights = trainer(OptimizerKind::Adam, &sums(60)).model().clone();
    weights.params.values_mut().fill(f32::MAX);
    let mut sampler = Sampler::new(1);
    sampler.prompt(&weights, "1+1=");
    let error = sampler.write(&weights, 1).expect_err("no probabilities");
    assert_eq!(error.name(), "NotFinite");
}

#[test]
fn a_lively_start_is_no_explosion() {
    // The first steps at a high rate overshoot; they must not be taken for a divergence.
    let config = small_config(|c| c.learning_rate = 0.2);
    let mut trainer = Trainer::new(config, &sums(300)).expect("long enough");
    let losses = losses(&mut trainer, 300);
    let blind = trainer.report().uniform_loss;
    // By itself such a loss would be an explosion.
    let most = losses.iter().fold(0.0, |most: f64, &loss| most.max(loss));
    assert!(
        most > losses[0] + 1.0,
        "the test needs a lively start: {most}"
    );
    assert!(
        losses[299] < blind && trainer.is_healthy(),
        "{}",
        losses[299]
    );
}

#[test]
fn settings_out_of_bounds_are_named() {
    use babble::config::{Config, RawConfig};
    let refused = |change: fn(&mut RawConfig)| {
        let mut raw = RawConfig::from(&Config::default());
        change(&mut raw);
        Config::from_raw(&raw).expect_err("out of bounds")
    };
    for (field, error) in [
        ("hiddenSize", refused(|c| c.hidden_size = 0.0)),
        ("hiddenSize", refused(|c| c.hidden_size = 100_000.0)),
        ("hiddenSize", refused(|c| c.hidden_size = 1.5)),
        ("hiddenSize", refused(|c| c.hidden_size = f64::NAN)),
        ("batchSize", refused(|c| c.batch_size = -1.0)),
        ("sequenceLength", refused(|c| c.sequence_length = 1e9)),
        ("learningRate", refused(|c| c.learning_rate = 0.0)),
        ("learningRate", refused(|c| c.learning_rate = f64::INFINITY)),
        ("clipNorm", refused(|c| c.clip_norm = -0.5)),
        ("seed", refused(|c| c.seed = 4_294_967_296.0)),
    ] {
        assert_eq!(error.field(), Some(field), "{error}");
        assert_eq!(error.name(), "InvalidConfig");
    }
    let sentence = refused(|c| c.hidden_size = 100_000.0).to_string();
    assert_eq!(
        sentence,
        "Hidden size is 100000, but must lie between 1 and 1024."
    );
}

#[test]
fn a_run_too_large_for_a_tab_is_refused_before_it_is_allocated() {
    let config = small_config(|c| {
        (c.hidden_size, c.batch_size, c.sequence_length) = (1024.0, 512.0, 1024.0);
    });
    let error = Trainer::<f32>::new(config, &sums(100_000)).expect_err("gigabytes");
    assert_eq!(error.name(), "TooMuchMemory");
}

#[test]
fn a_run_that_is_accepted_makes_a_file_that_can_be_read() {
    let text: String = (0x100..).filter_map(char::from_u32).take(60_000).collect();
    let run = |hidden: f64| {
        let config = small_config(|c| {
            (c.hidden_size, c.batch_size, c.sequence_length) = (hidden, 1.0, 4.0);
        });
        Trainer::<f32>::new(config, &text)
    };
    let mut small = run(8.0).expect("sixty thousand symbols and eight units fit");
    losses(&mut small, 1);
    Checkpoint::read(&small.save()).expect("our own file");
    // Its weights and Adam's moments come to 370 MB.
    let error = run(256.0).expect_err("no such file could be read again");
    assert_eq!(error.name(), "TooMuchMemory");
}

#[test]
fn two_layers_of_an_lstm_have_the_parameters_that_torch_counts() {
    let config = Config {
        cell: CellKind::Lstm,
        hidden_size: 128,
        layers: 2,
        ..Config::default()
    };
    let summary = summarize(&config, 65);
    // nn.LSTM(65, 128, 2): 4 * 128 * (65 + 128 + 2) + 4 * 128 * (128 + 128 + 2); nn.Linear(128, 65).
    let by_layer: Vec<_> = summary
        .layers
        .iter()
        .map(|layer| layer.parameters)
        .collect();
    assert_eq!(by_layer, [99_840, 132_096, 8_385]);
    assert_eq!(summary.parameters, 240_321);
    assert_eq!(summary.bytes, 961_284);
    // One product of 512 x 128 in the first layer, two in the second, and the readout's.
    assert_eq!(summary.multiply_adds_per_character, 3 * 65_536 + 8_320);
    assert_eq!(summary.tensors[4].name, "rnn.weight_ih_l1");
    assert_eq!(summary.tensors[4].shape, [512, 128]);
    assert_eq!(summary.tensors[2].shape, [512]);
}
