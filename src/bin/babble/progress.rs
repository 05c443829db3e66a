//! How far a run has come and how fast it goes: a bar, or lines where there is no terminal to draw on, or
//! objects.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use babble::training::report::{HeldOut, StepReport};
use babble::training::trainer::Trainer;
use indicatif::ProgressBar;
use serde_json::json;

use crate::generated::printable;
use crate::printer::{Printer, bar, grouped, note};

/// Where this command's training ends.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// When so many predictions have been trained on, counted from the beginning of the run.
    Characters(u64),
    /// After so many steps, counted likewise.
    Steps(u64),
    /// After so long.
    Time(Duration),
}

/// Steps of the bar.
const RESOLUTION: u64 = 1000;
/// The loss that is shown is the mean of so many steps.
const REACH: usize = 50;

pub struct Progress {
    printer: Printer,
    goal: Goal,
    bar: ProgressBar,
    started: Instant,
    /// Where the run was when this command took it over.
    first: (u64, u64),
    /// Of the last report: when, and the characters seen until then. None before the first step, which is
    /// reported at once.
    reported: Option<(Instant, u64)>,
    every: Duration,
    /// The losses of the last [`REACH`] steps.
    losses: VecDeque<f64>,
    speed: Option<f64>,
    /// The newest estimate of the held-out loss, which a measurement replaces.
    estimate: Option<f64>,
}

impl Progress {
    pub fn new(printer: Printer, goal: Goal, trainer: &Trainer<f32>) -> Self {
        let drawn = printer.draws();
        Self {
            printer,
            goal,
            // A line that is broken could not be drawn over: what is too long is cut off.
            bar: bar(RESOLUTION, drawn, "{bar:8} {percent:>3}%  {wide_msg}"),
            started: Instant::now(),
            first: (trainer.steps_done(), trainer.characters_seen()),
            reported: None,
            every: match (drawn, printer.json) {
                (true, _) => Duration::from_millis(200),
                (false, true) => Duration::from_secs(1),
                (false, false) => Duration::from_secs(10),
            },
            losses: VecDeque::with_capacity(REACH),
            speed: None,
            estimate: None,
        }
    }

    /// Whether the goal is reached.
    pub fn is_there(&self, trainer: &Trainer<f32>) -> bool {
        self.share(trainer) >= 1.0
    }

    /// How much of the way is done.
    fn share(&self, trainer: &Trainer<f32>) -> f64 {
        let between = |from: u64, now: u64, to: u64| {
            now.saturating_sub(from) as f64 / (to.saturating_sub(from)).max(1) as f64
        };
        let (steps, characters) = self.first;
        match self.goal {
            Goal::Steps(to) => between(steps, trainer.steps_done(), to),
            Goal::Characters(to) => between(characters, trainer.characters_seen(), to),
            Goal::Time(length) => self.started.elapsed().as_secs_f64() / length.as_secs_f64(),
        }
    }

    /// Takes in a step, and reports it when it is time.
    pub fn step(&mut self, trainer: &Trainer<f32>, step: &StepReport) {
        if self.losses.len() == REACH {
            self.losses.pop_front();
        }
        self.losses.push_back(step.loss);
        let seen = trainer.characters_seen();
        if let Some((at, characters)) = self.reported {
            let elapsed = at.elapsed();
            if elapsed < self.every {
                return;
            }
            let speed = (seen - characters) as f64 / elapsed.as_secs_f64();
            self.speed = Some(self.speed.map_or(speed, |old| 0.7 * old + 0.3 * speed));
        }
        self.reported = Some((Instant::now(), seen));
        self.report(trainer, step);
    }

    fn report(&self, trainer: &Trainer<f32>, step: &StepReport) {
        let share = self.share(trainer).min(1.0);
        let spent = self.started.elapsed().as_secs_f64();
        // The first step alone, with its page faults, would foretell hours.
        let is_known = share > 0.0 && self.speed.is_some();
        let left = is_known.then(|| spent * (1.0 - share) / share);
        if self.printer.json {
            self.printer.tell(
                "progress",
                &json!({
                    "step": step.step,
                    "epoch": trainer.cursor().epoch,
                    "charactersSeen": trainer.characters_seen(),
                    "loss": self.loss(),
                    "gradientNorm": step.gradient_norm,
                    "learningRate": step.learning_rate,
                    "heldOut": trainer.held_out(),
                    "charactersPerSecond": self.speed.map(f64::round),
                    "secondsLeft": left.map(f64::round),
                }),
            );
            return;
        }
        let loss = self.loss().unwrap_or(step.loss);
        let held_out = match (trainer.held_out(), self.estimate) {
            (Some(HeldOut { loss, .. }), _) => format!("  held out {loss:.3}"),
            (None, Some(loss)) => format!("  held out ~{loss:.2}"),
            (None, None) => String::new(),
        };
        let speed = self.speed.map_or(String::new(), |speed| {
            format!("  {} chars/s", grouped(speed.round() as u64))
        });
        let left = left.map_or(String::new(), |left| format!("  {} left", clock(left)));
        let line = format!(
            "step {}  loss {loss:.3}{held_out}{left}{speed}",
            grouped(step.step),
        );
        if self.bar.is_hidden() {
            note(&format!("{:>3.0}%  {line}", 100.0 * share));
        } else {
            self.bar.set_message(line);
            self.bar.set_position((share * RESOLUTION as f64) as u64);
        }
    }

    /// Takes in a measurement of the held-out loss, or an estimate, and reports it.
    pub fn measured(&mut self, held_out: HeldOut) {
        if let Some(characters) = held_out.estimate {
            self.estimate = Some(held_out.loss);
            let HeldOut { loss, step, .. } = held_out;
            let estimate = json!({ "loss": loss, "step": step, "characters": characters });
            self.printer.tell("estimate", &estimate);
        } else {
            self.printer.tell("heldOut", &held_out);
        }
    }

    /// Whether somebody watches a bar.
    pub fn is_drawn(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Shows a sample that the network wrote: above the bar, among the lines, or as an object.
    pub fn show(&self, trainer: &Trainer<f32>, sample: &str) {
        let step = trainer.steps_done();
        if self.printer.json {
            let sample = json!({ "step": step, "text": sample });
            return self.printer.tell("generated", &sample);
        }
        let heading = format!("--- step {} ---", grouped(step));
        let shown = format!("\n{heading}\n{}\n", printable(sample).trim_end());
        self.note(&shown);
    }

    /// The mean loss of the last [`REACH`] steps, or of as many as there were.
    pub fn loss(&self) -> Option<f64> {
        let count = self.losses.len();
        (count > 0).then(|| self.losses.iter().sum::<f64>() / count as f64)
    }

    /// Seconds since this command began to train.
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Prints a line to standard error, above the bar where there is one.
    pub fn note(&self, line: &str) {
        self.bar.suspend(|| note(line));
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Seconds as m:ss or h:mm:ss.
fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if h > 0 {
        format!("{h}:{m:02}:{s:02}")
    } else {
        format!("{m}:{s:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn a_clock_shows_minutes_and_hours() {
        assert_eq!(clock(7.4), "0:07");
        assert_eq!(clock(59.6), "1:00");
        assert_eq!(clock(3_725.0), "1:02:05");
    }
}
