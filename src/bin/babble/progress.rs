//! How far a run has come and how fast it goes: a bar, or lines where there is no terminal to draw on, or
//! objects.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use babble::report::StepReport;
use babble::train::Trainer;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::tell::{Tell, grouped, remark};

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
/// How much of the past the loss that is shown remembers, in steps.
const REACH: f64 = 50.0;

pub struct Progress {
    tell: Tell,
    goal: Goal,
    bar: ProgressBar,
    started: Instant,
    /// Where the run was when this command took it over.
    first: (u64, u64),
    /// Of the last report: when, and the characters seen until then. None before the first step, which is
    /// reported at once.
    told: Option<(Instant, u64)>,
    every: Duration,
    /// The mean loss of the last steps.
    loss: Option<f64>,
    speed: Option<f64>,
}

impl Progress {
    pub fn new(tell: Tell, goal: Goal, trainer: &Trainer<f32>) -> Self {
        let drawn = !tell.json && stderr().is_terminal();
        let target = if drawn {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = ProgressStyle::with_template("{bar:24} {percent:>3} %  {msg}")
            .expect("the template is a constant");
        Self {
            tell,
            goal,
            bar: ProgressBar::with_draw_target(Some(RESOLUTION), target).with_style(style),
            started: Instant::now(),
            first: (trainer.steps_done(), trainer.characters_seen()),
            told: None,
            every: match (drawn, tell.json) {
                (true, _) => Duration::from_millis(200),
                (false, true) => Duration::from_secs(1),
                (false, false) => Duration::from_secs(10),
            },
            loss: None,
            speed: None,
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

    /// Takes in a step, and tells of it when it is time.
    pub fn step(&mut self, trainer: &Trainer<f32>, step: &StepReport) {
        let loss = self.loss.unwrap_or(step.loss);
        self.loss = Some(loss + (step.loss - loss) / REACH);
        let seen = trainer.characters_seen();
        if let Some((at, characters)) = self.told {
            let elapsed = at.elapsed();
            if elapsed < self.every {
                return;
            }
            let speed = (seen - characters) as f64 / elapsed.as_secs_f64();
            self.speed = Some(self.speed.map_or(speed, |old| 0.7 * old + 0.3 * speed));
        }
        self.told = Some((Instant::now(), seen));
        self.report(trainer, step);
    }

    fn report(&self, trainer: &Trainer<f32>, step: &StepReport) {
        let share = self.share(trainer).min(1.0);
        let spent = self.started.elapsed().as_secs_f64();
        // The first step alone, with its page faults, would foretell hours.
        let told = share > 0.0 && self.speed.is_some();
        let left = told.then(|| spent * (1.0 - share) / share);
        if self.tell.json {
            // Whoever listens may have gone; the run goes on.
            let _ = self.tell.event(
                "progress",
                &json!({
                    "step": step.step,
                    "epoch": trainer.cursor().epoch,
                    "charactersSeen": trainer.characters_seen(),
                    "loss": self.loss,
                    "gradientNorm": step.gradient_norm,
                    "learningRate": step.learning_rate,
                    "heldOut": trainer.held_out(),
                    "charactersPerSecond": self.speed.map(f64::round),
                    "secondsLeft": left.map(f64::round),
                }),
            );
            return;
        }
        let loss = self.loss.unwrap_or(step.loss);
        let held_out = trainer.held_out().map_or(String::new(), |held_out| {
            format!("  held out {:.3}", held_out.loss)
        });
        let speed = self.speed.map_or(String::new(), |speed| {
            format!("  {} characters/s", grouped(speed.round() as u64))
        });
        let left = left.map_or(String::new(), |left| format!("  {} left", clock(left)));
        let line = format!(
            "step {}  loss {loss:.3}{held_out}{speed}{left}",
            grouped(step.step),
        );
        if self.bar.is_hidden() {
            remark(&format!("{:>3.0} %  {line}", 100.0 * share));
        } else {
            self.bar.set_message(line);
            self.bar.set_position((share * RESOLUTION as f64) as u64);
        }
    }

    /// The mean loss of the last steps.
    pub fn loss(&self) -> Option<f64> {
        self.loss
    }

    /// Seconds since this command began to train.
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
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
