//! How the learning rate changes over a run: a function of the characters seen and of nothing else, so
//! that a run can be resumed anywhere. Imports `config`.

use crate::config::{Config, ScheduleKind};

/// The learning rate for the update after `characters` characters have been seen (its own chunk included).
///
/// ```text
/// warm-up    u = min(1, c / warm-up)                                    under every schedule
/// constant   lr u
/// step       lr u * factor^floor(c / every)
/// cosine     lr u * (floor + (1 - floor) (1 + cos(pi p)) / 2),   p = (c - warm-up) / (run - warm-up)
/// ```
///
/// Past the end of the run (`c > run`) the rate stays what it was at its end. The cosine is that of
/// Loshchilov and Hutter (2017), without restarts.
#[must_use]
pub fn learning_rate(config: &Config, characters: u64) -> f64 {
    let end = config.run_characters;
    let c = characters.min(end) as f64;
    let warmup = config.warmup_characters as f64;
    let rise = if warmup > 0.0 {
        (c / warmup).min(1.0)
    } else {
        1.0
    };
    let factor = match config.schedule {
        ScheduleKind::Constant => 1.0,
        ScheduleKind::Step => config
            .decay_factor
            .powi((c / config.decay_every as f64) as i32),
        ScheduleKind::Cosine => {
            let span = end as f64 - warmup;
            let p = if span > 0.0 {
                ((c - warmup) / span).clamp(0.0, 1.0)
            } else {
                1.0
            };
            let height = (1.0 + cos_pi(p)) / 2.0;
            config.rate_floor + (1.0 - config.rate_floor) * height
        }
    };
    config.learning_rate * rise * factor
}

/// `cos(pi p)` for p in [0, 1], to rounding: `-sin(x)` of `x = pi (p - 1/2)`, by its Taylor polynomial
/// of degree 21, whose first missing term is below (pi/2)^23 / 23! < 2e-18. The standard library's differs in
/// its last bits from target to target, and brings a reduction of huge arguments that none needs here.
fn cos_pi(p: f64) -> f64 {
    let x = std::f64::consts::PI * (p - 0.5);
    let square = x * x;
    let sum = (1..=10).rev().fold(1.0, |sum, k| {
        let k = f64::from(2 * k);
        1.0 - square / (k * (k + 1.0)) * sum
    });
    -x * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cosine_is_the_cosine() {
        for i in 0..=1000 {
            let p = f64::from(i) / 1000.0;
            let error = cos_pi(p) - (std::f64::consts::PI * p).cos();
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
            assert!((learning_rate(&config, 25) - 0.0025).abs() < 1e-15);
            assert!((learning_rate(&config, 100) - 0.01).abs() < 1e-15);
        }
    }

    #[test]
    fn a_constant_rate_is_constant_and_steps_are_steps() {
        assert_eq!(learning_rate(&config(ScheduleKind::Constant), 999), 0.01);
        let step = config(ScheduleKind::Step);
        assert_eq!(learning_rate(&step, 249), 0.01);
        assert_eq!(learning_rate(&step, 250), 0.005);
        assert_eq!(learning_rate(&step, 999), 0.00125);
    }

    #[test]
    fn a_cosine_is_half_way_in_the_middle_and_stays_at_its_floor() {
        let cosine = config(ScheduleKind::Cosine);
        // (0.1 + 0.9 / 2) of the rate, up to rounding.
        assert!((learning_rate(&cosine, 550) - 0.0055).abs() < 1e-15);
        assert!((learning_rate(&cosine, 1000) - 0.001).abs() < 1e-15);
        assert_eq!(learning_rate(&cosine, 5000), learning_rate(&cosine, 1000));
    }

    #[test]
    fn a_warm_up_longer_than_the_run_gives_finite_rates() {
        let odd = Config {
            warmup_characters: 5000,
            ..config(ScheduleKind::Cosine)
        };
        assert!(learning_rate(&odd, 1000).is_finite());
        assert!(learning_rate(&odd, 10).is_finite());
    }
}
