//! `babble train`.

mod begin;
mod words;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use babble::training::report::{Origin, StopReason};
use babble::training::trainer::Trainer;
use serde_json::json;

use crate::args::Train;
use crate::best::Best;
use crate::failure::Failure;
use crate::files;
use crate::generated::Generated;
use crate::interrupt;
use crate::printer::{Printer, grouped};
use crate::progress::Progress;
use crate::threads::Threads;
use begin::{fresh, place_of_output, resumed};
use words::describe_best;

/// Until the first measurement is complete the held-out loss is estimated, after so many characters
const FIRST_ESTIMATE: u64 = 10_000;
/// and then whenever so many times as many have been seen: an estimate reads as large a part of the held-out part.
const ESTIMATE_FACTOR: u64 = 3;
/// How often a run saves itself.
const SAVE_EVERY: Duration = Duration::from_secs(60);

pub fn train(args: Train, printer: Printer) -> Result<(), Failure> {
    let (out, goes_on) = place_of_output(&args)?;
    let mut best = Best::of(&out, args.force || goes_on, &args.texts.places())?;
    let text = args.texts.read(printer)?;
    interrupt::watch()?;
    let (trainer, goal, unknown) = match &args.resume {
        Some(weights) => resumed(&args, weights, &text)?,
        None => fresh(&args, &text, printer).map(|(trainer, goal)| (trainer, goal, Vec::new()))?,
    };
    if let Some(weights) = &args.resume {
        if goes_on && trainer.report().origin == Origin::Weights && !args.force {
            let out = out.display();
            return Err(Failure::usage(format!(
                "A new run would begin from {out} and replace it: --force lets it, --out names another."
            )));
        }
        best.go_on_from(weights, &text);
    }
    best.consider(&trainer);
    drop(text);
    let threads = Threads::new(args.threads, trainer.shard_count())?;
    let progress = Progress::new(printer, goal, &trainer);
    let seed = trainer.config().seed;
    let mut run = Run {
        generated: Generated::new(args.sample_every, progress.is_drawn(), seed),
        progress,
        warned: false,
        next_estimate: FIRST_ESTIMATE,
        saved: None,
        best,
        out,
        unknown,
        trainer,
        threads,
        printer,
    };
    run.introduce(&args.texts.name(), args.preset.as_ref())?;
    let ended = run.train();
    run.progress.finish();
    if ended.as_ref().is_ok_and(|&reason| reason != "interrupted")
        && let Some(sample) = run.generated.sample(&run.trainer)
    {
        run.progress.show(&run.trainer, &sample);
    }
    match ended {
        Ok(reason) => run.conclude(reason),
        Err(failure) => Err(failure.and(&run.what_is_left())),
    }
}

/// One call of this command.
struct Run {
    trainer: Trainer<f32>,
    threads: Threads,
    progress: Progress,
    generated: Generated,
    printer: Printer,
    best: Best,
    out: PathBuf,
    /// The text's symbols that the weights of `--resume` lacked.
    unknown: Vec<char>,
    /// The step of the file that was saved last.
    saved: Option<u64>,
    /// Whether it was said that the held-out loss is worse than blind guessing.
    warned: bool,
    /// The characters that are seen before the held-out loss is estimated next.
    next_estimate: u64,
}

impl Run {
    /// Trains to the goal or another end, whose name it returns.
    fn train(&mut self) -> Result<&'static str, Failure> {
        let mut last_save = Instant::now();
        loop {
            // First of all: an interruption may have cost a run its last measurement.
            if self.trainer.is_measurement_due() {
                self.measure();
            } else if self.is_estimate_due() {
                self.trainer.begin_estimate();
                self.finish_measurement();
            }
            if interrupt::requested() {
                return Ok("interrupted");
            }
            if self.trainer.finished() == Some(StopReason::EarlyStopping) {
                return Ok("patience");
            }
            if self.progress.is_there(&self.trainer) || self.trainer.finished().is_some() {
                return Ok("length");
            }
            if last_save.elapsed() >= SAVE_EVERY && self.trainer.is_healthy() {
                self.save()?;
                self.best.save()?;
                last_save = Instant::now();
            }
            let step = self.threads.step(&mut self.trainer)?;
            self.progress.step(&self.trainer, &step);
            if let Some(sample) = self.generated.when_due(&self.trainer) {
                self.progress.show(&self.trainer, &sample);
            }
        }
    }

    /// Whether the held-out loss is to be estimated, so that something is known of it long before a long text has
    /// been read once.
    fn is_estimate_due(&mut self) -> bool {
        let seen = self.trainer.characters_seen();
        if self.trainer.held_out().is_some() || seen < self.next_estimate {
            return false;
        }
        while self.next_estimate <= seen {
            self.next_estimate *= ESTIMATE_FACTOR;
        }
        true
    }

    /// Measures the held-out loss, unless it is interrupted.
    fn measure(&mut self) {
        self.trainer.begin_evaluation();
        self.finish_measurement();
    }

    fn finish_measurement(&mut self) {
        while self.trainer.is_evaluating() && !interrupt::requested() {
            if let Some(held_out) = self.trainer.evaluate() {
                self.progress.measured(held_out);
            }
        }
        self.best.consider(&self.trainer);
        if self.trainer.is_worse_than_blind() && !self.warned {
            self.warned = true;
            self.warn_of_worse_than_blind();
        }
    }

    /// Says once that the network is lost on unseen text, and what helps.
    fn warn_of_worse_than_blind(&self) {
        let message = "On the held-out part the network does worse than blind guessing, though not on what it trains on. \
            It knows that by heart, or the last tenth of the text is of another kind, or it has come to a state \
            that it never leaves, which --state-reset 0.1 ends, with --resume too.";
        if self.printer.json {
            let event = json!({ "message": message });
            self.printer.tell("worseThanBlind", &event);
        } else {
            self.progress.note(message);
        }
    }

    /// After a failure: which weights there are. The best ones are saved now, if they are not yet.
    fn what_is_left(&mut self) -> String {
        let last = self.saved.map(|step| {
            format!(
                "The weights of step {} are in {}.",
                grouped(step),
                self.out.display()
            )
        });
        // Where one file cannot be written, another often cannot either.
        // Without a measurement of this run, the file of the best weights is of the one before.
        let best = self.best.held_out().and_then(|best| {
            let path = self.best.save().ok().flatten()?;
            Some(describe_best(best, path))
        });
        if last.is_none() && best.is_none() {
            return "Nothing was saved.".to_owned();
        }
        [last, best]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Whether the weights as they are now are the best that were measured.
    fn is_best(&self) -> bool {
        self.trainer.is_measured() && self.trainer.held_out() == self.best.held_out()
    }

    fn save(&mut self) -> Result<(), Failure> {
        files::write(&self.out, &self.trainer.save())?;
        let step = self.trainer.steps_done();
        self.saved = Some(step);
        let event = json!({ "path": self.out.to_string_lossy(), "step": step });
        self.printer.tell("saved", &event);
        Ok(())
    }
}
