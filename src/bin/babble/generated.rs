//! What the network writes while it trains.

use std::time::{Duration, Instant};

use babble::sampler::Sampler;
use babble::training::trainer::Trainer;

use crate::interrupt;

/// Characters of one sample,
const LENGTH: usize = 240;
/// which are written in pieces,
const PIECE: usize = 20;
/// at most for so long: a large network writes less.
const LONGEST: Duration = Duration::from_millis(500);
/// The page's default, at which words come sooner than at 1.
pub const TEMPERATURE: f64 = 0.8;
/// Between two samples, unless it is asked for otherwise.
const EVERY: Duration = Duration::from_secs(10);
/// Before the first sample: most is learned in the first seconds.
const FIRST: Duration = Duration::from_secs(2);

pub struct Generated {
    /// None where nothing is to be shown.
    every: Option<Duration>,
    due: Instant,
    sampler: Sampler<f32>,
}

impl Generated {
    /// A sample every so many `seconds`, 0 for none; without `seconds` the default where somebody watches,
    /// and none elsewhere.
    pub fn new(seconds: Option<f64>, somebody_watches: bool, seed: u32) -> Self {
        let every = match seconds {
            Some(seconds) => {
                Some(Duration::from_secs_f64(seconds)).filter(|every| !every.is_zero())
            }
            None => somebody_watches.then_some(EVERY),
        };
        let mut sampler = Sampler::new(seed);
        sampler
            .set_temperature(TEMPERATURE)
            .expect("the temperature is a constant within its bounds");
        Self {
            every,
            due: Instant::now() + every.map_or(FIRST, |every| every.min(FIRST)),
            sampler,
        }
    }

    /// Writes a sample if it is time.
    pub fn when_due(&mut self, trainer: &Trainer<f32>) -> Option<String> {
        let every = self.every?;
        if Instant::now() < self.due {
            return None;
        }
        let sample = self.sample(trainer);
        self.due = Instant::now() + every;
        sample
    }

    /// Writes a sample now. None where nothing is to be shown, or the weights give no probabilities.
    pub fn sample(&mut self, trainer: &Trainer<f32>) -> Option<String> {
        self.every?;
        let begun = Instant::now();
        let mut sample = String::new();
        self.sampler.prompt(trainer.model(), "");
        for _ in 0..LENGTH / PIECE {
            sample += &self.sampler.write(trainer.model(), PIECE).ok()?;
            if begun.elapsed() > LONGEST || interrupt::requested() {
                break;
            }
        }
        Some(sample)
    }
}

/// A sample as a terminal may show it: a control character that the network learned would move the cursor or
/// colour what follows, so its picture stands for it.
pub fn printable(sample: &str) -> String {
    let picture = |symbol: char| match symbol {
        '\n' | '\t' => symbol,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(symbol)).unwrap_or(symbol),
        '\u{7f}' => '\u{2421}',
        _ if symbol.is_control() => char::REPLACEMENT_CHARACTER,
        _ => symbol,
    };
    sample.chars().map(picture).collect()
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn a_colour_code_is_shown_and_does_not_colour() {
        assert_eq!(
            printable("a\u{1b}[1m\n\tb\u{9b}\0"),
            "a\u{241b}[1m\n\tb\u{fffd}\u{2400}"
        );
    }
}
