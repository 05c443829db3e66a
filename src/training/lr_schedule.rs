//! How the learning rate changes over a run: a function of the characters seen and of nothing else, so
//! that a run can be resumed anywhere.

use crate::config::{Config, ScheduleKind};

/// The learning rate for the update after `characters` characters have been seen (its own chunk included), by
/// a schedule that began after `start` of them. With `c` counted from there, and so the end of the run:
///
/// ```text
/// warm-up    u = min(1, c / warm-up)                                    under every schedule
/// constant   lr u
/// step       lr u * factor^floor(c / every)
/// cosine     lr u * (floor + (1 - floor) (1 + cos(pi p)) / 2),   p = (c - warm-up) / (run - warm-up)
/// ```
///
/// Past the end of the run (`c > run`) the rate stays what it was at its end. The cosine is that of
/// Loshchilov and Hutter (2017); a restart is a schedule with a later start.
#[must_use]
pub fn learning_rate(config: &Config, start: u64, characters: u64) -> f64 {
    let end = config.run_characters.saturating_sub(start);
    let c = characters.saturating_sub(start).min(end) as f64;
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
