//! `babble train`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use babble::Error;
use babble::config::{Config, RUN_CHARACTERS};
use babble::data::corpus::normalize;
use babble::training::report::{HeldOut, Origin, RunReport, StopReason};
use babble::training::trainer::Trainer;
use serde::Serialize;
use serde_json::json;

use crate::args::Train;
use crate::best::Best;
use crate::calculation::{self, Calculation};
use crate::failure::Failure;
use crate::files;
use crate::generated::Generated;
use crate::interrupt;
use crate::presets::Preset;
use crate::printer::{Printer, brief, counted, grouped, listed, note, plain, print};
use crate::progress::{Goal, Progress};
use crate::schedule;
use crate::settings::{flag, flagged};
use crate::threads::Threads;

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

/// Where the weights will go, after a try whether they can, and whether that is the file of `--resume`.
fn place_of_output(args: &Train) -> Result<(PathBuf, bool), Failure> {
    let out = match (&args.out, &args.resume) {
        (Some(out), _) => out.clone(),
        (None, Some(resume)) => resume.clone(),
        (None, None) => {
            let mut name = args.texts.stem().into_os_string();
            name.push(".safetensors");
            name.into()
        }
    };
    files::keep_apart(&out, &args.texts.places())?;
    let goes_on = args
        .resume
        .as_ref()
        .is_some_and(|resume| files::keep_apart(&out, &[resume]).is_err());
    let more = format!(
        "--resume {} goes on with it, --out names another",
        out.display()
    );
    files::keep_existing(&out, args.force || goes_on, &more)?;
    files::try_writing(&out)?;
    Ok((out, goes_on))
}

/// A run from the beginning, and its end.
fn fresh(args: &Train, text: &str, printer: Printer) -> Result<(Trainer<f32>, Goal), Failure> {
    if args.unknown.is_some() {
        return Err(Failure::usage(
            "--unknown is about the weights of --resume.".into(),
        ));
    }
    let characters = args
        .preset
        .as_ref()
        .map_or(0, |_| normalize(text).chars().count());
    let (settings, meant) = match &args.preset {
        None => (args.settings.clone(), None),
        Some(preset) => (
            args.settings.over(preset.settings(characters)),
            preset.seconds(characters),
        ),
    };
    // Who gives a length wants that one.
    let meant = meant.filter(|_| !args.settings.has("runCharacters"));
    let config = settings.config()?;
    let new = |config: Config| -> Result<_, Failure> {
        let mut trainer = Trainer::new(config, text).map_err(|error| match error {
            Error::TooMuchMemory { .. } => flagged(error),
            other => flagged(other).about(args.texts.name()),
        })?;
        trainer.set_measure_every(args.measure_every);
        Ok(trainer)
    };
    let mut trainer = new(config.clone())?;
    let length = match (
        args.steps,
        args.minutes.map(|minutes| 60.0 * minutes).or(meant),
    ) {
        (Some(_), _) if args.settings.has("runCharacters") => None,
        (Some(steps), _) => {
            let used = trainer.config();
            let length = steps.saturating_mul((used.batch_size * used.sequence_length) as u64);
            Some(length as f64)
        }
        (None, Some(seconds)) => {
            let threads = Threads::new(args.threads, trainer.shard_count())?;
            let speed = threads.speed(&mut trainer)?;
            if !printer.json {
                note(&format!(
                    "{} characters a second on this machine.",
                    grouped(speed as u64)
                ));
            }
            let length = speed * seconds;
            Some(match args.minutes {
                Some(_) => length,
                None => Preset::bounded(length, config.run_characters, characters),
            })
        }
        (None, None) => None,
    };
    if let Some(length) = length {
        let run_characters = length.clamp(RUN_CHARACTERS.min, RUN_CHARACTERS.max).round() as u64;
        trainer = new(Config {
            run_characters,
            ..config
        })?;
    }
    let goal = match args.steps {
        Some(steps) => Goal::Steps(steps),
        None => Goal::Characters(trainer.config().run_characters),
    };
    Ok((trainer, goal))
}

/// A run that goes on, and the end of what this command adds to it.
///
/// With them come the text's symbols that the weights lacked.
fn resumed(
    args: &Train,
    weights: &Path,
    text: &str,
) -> Result<(Trainer<f32>, Goal, Vec<char>), Failure> {
    let (new_schedule, settings) = if args.new_schedule {
        let (schedule, others) = args.settings.new_schedule()?;
        (Some(schedule), others)
    } else {
        (None, args.settings.clone())
    };
    let tuning = settings.tuning()?;
    let checkpoint = files::read_weights(weights)?;
    let (unknown, _) = checkpoint.model().vocabulary.unknown(&normalize(text));
    let mut trainer = Trainer::resume(checkpoint, text, args.unknown).map_err(|error| {
        let failure = Failure::from(error.clone()).about(args.texts.name());
        match error {
            Error::UnknownSymbols { symbols, .. } => failure.and(&format!(
                "Unknown: {}. --unknown skip leaves them out, --unknown grow adds them.",
                listed(&symbols)
            )),
            _ => failure,
        }
    })?;
    trainer.set_measure_every(args.measure_every);
    trainer.tune(&tuning).map_err(flagged)?;
    if let Some(new_schedule) = new_schedule {
        let goal = schedule::begin(args, &mut trainer, new_schedule)?;
        return Ok((trainer, goal, unknown));
    }
    let (seen, length) = (trainer.characters_seen(), trainer.config().run_characters);
    let goal = match (args.steps, args.minutes) {
        (Some(steps), _) => Goal::Steps(trainer.steps_done().saturating_add(steps)),
        (None, Some(minutes)) => Goal::Time(Duration::from_secs_f64(minutes * 60.0)),
        (None, None) if seen < length => Goal::Characters(length),
        (None, None) => {
            return Err(Failure::usage(format!(
                "This run has its length of {} characters behind it. --new-schedule trains on with another schedule as long; --steps or --minutes alone keep the learning rate at {}, where the last one ended.",
                grouped(length),
                brief(trainer.learning_rate()),
            )));
        }
    };
    if trainer.finished().is_some() {
        trainer.go_on();
    }
    Ok((trainer, goal, unknown))
}

/// The first line of a run.
#[derive(Serialize)]
struct Start<'a> {
    #[serde(flatten)]
    report: &'a RunReport,
    #[serde(flatten)]
    calculation: Calculation,
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
    fn introduce(&self, text: &str, preset: Option<&Preset>) -> Result<(), Failure> {
        let report = self.trainer.report();
        if self.printer.json {
            return self.printer.event(
                "start",
                &Start {
                    report: &report,
                    calculation: calculation::chosen(),
                },
            );
        }
        let RunReport { config, .. } = &report;
        if let Some(Preset { name, sentence, .. }) = preset {
            note(&format!("{name}: {sentence}"));
        }
        note(&format!(
            "Learning {}: {} characters, {} symbols; the last {} are held out.",
            text,
            grouped(report.characters as u64),
            report.symbols,
            grouped(report.held_out_characters as u64),
        ));
        note(&format!(
            "{}, {} of {}: {}. Guessing blindly costs {:.2} nats a character, by letter frequency {:.2}.",
            plain(&json!(config.cell)),
            counted(config.layers as u64, "layer"),
            counted(config.hidden_size as u64, "unit"),
            counted(report.parameters as u64, "parameter"),
            report.uniform_loss,
            report.unigram_loss,
        ));
        if config.averaging > 0.0 {
            note(&format!(
                "What is measured, written and saved is an average of the weights, which keeps {} of itself with each step.",
                config.averaging
            ));
        }
        for lowered in &report.shrunk {
            note(&format!(
                "--{} is {} instead of {}, for the text is short.",
                flag(lowered.field),
                lowered.used,
                lowered.asked
            ));
        }
        match report.origin {
            Origin::Fresh => {}
            Origin::Exact => note(&format!(
                "Going on exactly from step {}.",
                grouped(report.origin_step)
            )),
            Origin::Weights => note(&format!(
                "Another text than these weights were learning, or a file without their run: a new run begins from the weights of step {}.",
                grouped(report.origin_step)
            )),
        }
        if let Some(sentence) = schedule::describe(&report) {
            note(&sentence);
        }
        let threads = self.threads.count();
        note(&format!(
            "{}, in {}; the weights go to {}.",
            match (threads, self.trainer.shard_count()) {
                (1, 1) => "1 thread works, for the steps of this run have one part".to_owned(),
                (1, _) => "1 thread works".to_owned(),
                _ => format!("{threads} threads share each step"),
            },
            calculation::chosen(),
            self.out.display()
        ));
        let unknown = listed(&self.unknown);
        if report.skipped_characters > 0 {
            note(&format!(
                "{} left out, for the weights lack {unknown}.",
                counted(report.skipped_characters as u64, "character"),
            ));
        }
        if report.grown_symbols > 0 {
            note(&format!(
                "{} new to the weights: {unknown}.",
                counted(report.grown_symbols as u64, "symbol"),
            ));
        }
        Ok(())
    }

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
            // Whoever listens may have gone; the run goes on.
            let event = json!({ "message": message });
            let _ = self.printer.event("worseThanBlind", &event);
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
        let best = match (self.best.held_out(), self.best.save()) {
            (Some(best), Ok(Some(path))) => Some(describe_best(best, path)),
            _ => None,
        };
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
        if self.printer.json {
            let _ = self
                .printer
                .event("saved", &json!({ "path": self.out, "step": step }));
        }
        Ok(())
    }

    /// The last measurement, the file, and what came of it all.
    fn conclude(mut self, reason: &str) -> Result<(), Failure> {
        let interrupted = reason == "interrupted";
        let step = self.trainer.steps_done();
        if !interrupted && !self.trainer.is_measured() {
            self.measure();
        }
        self.save()?;
        let is_best = self.is_best();
        let best = self.best.held_out();
        let best_path = if is_best {
            self.best.remove();
            None
        } else {
            self.best.save()?
        };
        let report = self.trainer.report();
        if self.printer.json {
            let end = json!({
                "reason": reason,
                "step": step,
                "charactersSeen": report.characters_seen,
                "seconds": self.progress.seconds(),
                "loss": self.progress.loss(),
                "heldOut": report.held_out,
                "best": best,
                "bestPath": best_path,
            });
            self.printer.event("end", &end)?;
        }
        let out = self.out.display();
        let step = grouped(step);
        let best = match (best, best_path) {
            _ if is_best => " These weights are the best that were measured.".to_owned(),
            (Some(best), Some(path)) => format!(" {}", describe_best(best, path)),
            _ => String::new(),
        };
        if interrupted {
            return Err(Failure::interrupted(format!(
                "Interrupted, and saved at step {step} in {out}; --resume {out} goes on.{best}"
            )));
        }
        if self.printer.json {
            return Ok(());
        }
        let held_out = report.held_out.map_or(String::new(), |held_out| {
            let bits = held_out.loss / std::f64::consts::LN_2;
            format!(
                ", held-out loss {:.4} nats a character ({bits:.3} bits)",
                held_out.loss
            )
        });
        let what = match report.best.filter(|_| reason == "patience") {
            Some(best) => format!(
                "No progress in {} measurements: the best weights, of step {}, are back. Saved {out}",
                report.config.patience,
                grouped(best.step),
            ),
            None => format!("Saved {out}: step {step}"),
        };
        print(&format!("{what}{held_out}.{best}\n"))
    }
}

fn describe_best(best: HeldOut, path: &Path) -> String {
    format!(
        "The best weights that were measured, of step {} with {:.4} nats, are in {}.",
        grouped(best.step),
        best.loss,
        path.display()
    )
}
