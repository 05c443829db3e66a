//! Learning-rate schedules: the rate as a function of the characters seen.

use babble::config::{Config, ScheduleKind};
use babble::training::lr_schedule::learning_rate;

#[test]
fn the_cosine_is_the_cosine() {
    let config = Config {
        schedule: ScheduleKind::Cosine,
        learning_rate: 1.0,
        run_characters: 1000,
        warmup_characters: 0,
        rate_floor: 0.0,
        ..Config::default()
    };
    for characters in 0..=1000 {
        let p = characters as f64 / 1000.0;
        let cosine = (1.0 + (std::f64::consts::PI * p).cos()) / 2.0;
        let error = learning_rate(&config, 0, characters) - cosine;
        // A dozen operations, each exact to half of 2.2e-16.
        assert!(error.abs() < 2e-15, "cos(pi {p}) is {error:e} off");
    }
}

fn config(schedule: ScheduleKind) -> Config {
    Config {
        schedule,
        learning_rate: 0.01,
        run_characters: 1000,
        warmup_characters: 100,
        decay_every: 250,
        decay_factor: 0.5,
        rate_floor: 0.1,
        ..Config::default()
    }
}

#[test]
fn a_warm_up_rises_in_proportion() {
    for schedule in [
        ScheduleKind::Constant,
        ScheduleKind::Step,
        ScheduleKind::Cosine,
    ] {
        let config = config(schedule);
        assert!((learning_rate(&config, 0, 25) - 0.0025).abs() < 1e-15);
        assert!((learning_rate(&config, 0, 100) - 0.01).abs() < 1e-15);
    }
}

#[test]
fn a_constant_rate_is_constant_and_steps_are_steps() {
    assert_eq!(learning_rate(&config(ScheduleKind::Constant), 0, 999), 0.01);
    let step = config(ScheduleKind::Step);
    assert_eq!(learning_rate(&step, 0, 249), 0.01);
    assert_eq!(learning_rate(&step, 0, 250), 0.005);
    assert_eq!(learning_rate(&step, 0, 999), 0.00125);
}

#[test]
fn a_cosine_is_half_way_in_the_middle_and_stays_at_its_floor() {
    let cosine = config(ScheduleKind::Cosine);
    // (0.1 + 0.9 / 2) of the rate, up to rounding.
    assert!((learning_rate(&cosine, 0, 550) - 0.0055).abs() < 1e-15);
    assert!((learning_rate(&cosine, 0, 1000) - 0.001).abs() < 1e-15);
    assert_eq!(
        learning_rate(&cosine, 0, 5000),
        learning_rate(&cosine, 0, 1000)
    );
}

#[test]
fn a_warm_up_longer_than_the_run_gives_finite_rates() {
    let odd = Config {
        warmup_characters: 5000,
        ..config(ScheduleKind::Cosine)
    };
    assert!(learning_rate(&odd, 0, 1000).is_finite());
    assert!(learning_rate(&odd, 0, 10).is_finite());
}

#[test]
fn a_schedule_that_begins_later_is_the_same_schedule_later() {
    for schedule in [
        ScheduleKind::Constant,
        ScheduleKind::Step,
        ScheduleKind::Cosine,
    ] {
        let first = config(schedule);
        let second = Config {
            run_characters: 7000 + 1000,
            ..first.clone()
        };
        for c in [1, 50, 100, 249, 250, 777, 1000, 5000] {
            let expected = learning_rate(&first, 0, c);
            assert_eq!(learning_rate(&second, 7000, 7000 + c), expected);
        }
    }
}
