//! `babble train`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use babble::Error;
use babble::config::{Config, RUN_CHARACTERS};
use babble::report::{Origin, RunReport, StepReport};
use babble::shard::Part;
use babble::train::{Finish, Trainer};
use rayon::prelude::*;
use serde_json::json;

use crate::args::Train;
use crate::failure::Failure;
use crate::files;
use crate::interrupt;
use crate::progress::{Goal, Progress};
use crate::settings::{flag, flagged};
use crate::tell::{Tell, grouped, plain, print, remark};

/// How often a run saves itself.
const SAVE_EVERY: Duration = Duration::from_secs(60);
/// The held-out loss is measured once for each pass over the text, but not more often than this.
const MEASURE_EVERY: u64 = 100_000;
/// How long the speed is measured.
const PROBE: Duration = Duration::from_secs(1);

pub fn train(args: Train, tell: Tell) -> Result<(), Failure> {
    let out = place_of_output(&args)?;
    let text = files::read_text(&args.text)?;
    interrupt::watch()?;
    let (trainer, goal) = match &args.resume {
        Some(weights) => resumed(&args, weights, &text)?,
        None => fresh(&args, &text, tell)?,
    };
    drop(text);
    let crew = Crew::new(&args, trainer.shard_count())?;
    let mut run = Run {
        progress: Progress::new(tell, goal, &trainer),
        measured: 0,
        measure_every: args
            .measure_every
            .unwrap_or((trainer.corpus().training().len() as u64).max(MEASURE_EVERY)),
        saved: None,
        out,
        trainer,
        crew,
        tell,
    };
    run.measured = run.trainer.characters_seen() / run.measure_every;
    run.introduce(&args.text)?;
    let ended = run.train();
    run.progress.finish();
    match ended {
        Ok(reason) => run.conclude(reason),
        Err(failure) => Err(failure.and(&match run.saved {
            Some(step) => format!(
                "The weights of step {} are in {}.",
                grouped(step),
                run.out.display()
            ),
            None => "Nothing was saved.".to_owned(),
        })),
    }
}

/// Where the weights will go, after a try whether they can.
fn place_of_output(args: &Train) -> Result<PathBuf, Failure> {
    let out = match (&args.out, &args.resume) {
        (Some(out), _) => out.clone(),
        (None, Some(resume)) => resume.clone(),
        (None, None) => {
            let stem = args.text.file_stem().filter(|&stem| stem != "-");
            let mut name = stem.unwrap_or("weights".as_ref()).to_owned();
            name.push(".safetensors");
            name.into()
        }
    };
    files::keep_apart(&out, &[&args.text])?;
    let goes_on = args
        .resume
        .as_ref()
        .is_some_and(|resume| files::keep_apart(&out, &[resume]).is_err());
    if out.is_file() && !args.force && !goes_on {
        let out = out.display();
        return Err(Failure::usage(format!(
            "{out} exists already: --force replaces it, --resume {out} goes on with it, --out names another."
        )));
    }
    files::try_writing(&out)?;
    Ok(out)
}

/// A run from the beginning, and its end.
fn fresh(args: &Train, text: &str, tell: Tell) -> Result<(Trainer<f32>, Goal), Failure> {
    if args.unknown.is_some() {
        return Err(Failure::usage(
            "--unknown is about the weights of --resume.".into(),
        ));
    }
    let config = args.settings.config()?;
    let new = |config: Config| {
        Trainer::new(config, text).map_err(|error| match error {
            Error::TooMuchMemory { .. } => flagged(error),
            other => flagged(other).about(args.text.display()),
        })
    };
    let mut trainer = new(config.clone())?;
    let length = match (args.steps, args.minutes) {
        (Some(_), _) if args.settings.has("runCharacters") => None,
        (Some(steps), _) => {
            let used = trainer.config();
            let length = steps.saturating_mul((used.batch_size * used.sequence_length) as u64);
            Some(length as f64)
        }
        (None, Some(minutes)) => {
            let crew = Crew::new(args, trainer.shard_count())?;
            let speed = speed(&mut trainer, &crew)?;
            if !tell.json {
                remark(&format!(
                    "{} characters a second on this machine.",
                    grouped(speed as u64)
                ));
            }
            Some(speed * minutes * 60.0)
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

/// Characters a second, measurements of the held-out loss included: one pass of it for each pass of training.
fn speed(trainer: &mut Trainer<f32>, crew: &Crew) -> Result<f64, Failure> {
    let mut before = (Instant::now(), trainer.characters_seen());
    let mut warm = false;
    let training = loop {
        crew.step(trainer)?;
        let elapsed = before.0.elapsed();
        if interrupt::asked() {
            return Err(Failure::interrupted(
                "Interrupted before the first step; nothing was saved.".into(),
            ));
        }
        if !warm && elapsed > PROBE / 4 {
            (warm, before) = (true, (Instant::now(), trainer.characters_seen()));
        } else if warm && elapsed > PROBE {
            break elapsed.as_secs_f64() / (trainer.characters_seen() - before.1) as f64;
        }
    };
    let held_out = trainer.corpus().held_out().len() - 1;
    let (begun, mut pieces) = (Instant::now(), 0);
    trainer.begin_evaluation();
    while begun.elapsed() < PROBE / 4 && trainer.evaluate().is_none() {
        pieces += 1;
    }
    let complete = !trainer.is_evaluating();
    let read = if complete {
        held_out
    } else {
        held_out.min(64 * pieces)
    };
    let measuring = begun.elapsed().as_secs_f64() / read as f64;
    let pass = (trainer.corpus().training().len() as u64).max(MEASURE_EVERY) as f64;
    Ok((training + measuring * held_out as f64 / pass).recip())
}

/// A run that goes on, and the end of what this command adds to it.
fn resumed(args: &Train, weights: &Path, text: &str) -> Result<(Trainer<f32>, Goal), Failure> {
    let tuning = args.settings.tuning()?;
    let checkpoint = files::read_weights(weights)?;
    let mut trainer = Trainer::resume(checkpoint, text, args.unknown).map_err(|error| {
        let failure = Failure::from(error.clone()).about(args.text.display());
        match error {
            Error::UnknownSymbols { .. } => {
                failure.and("That is --unknown skip or --unknown grow.")
            }
            _ => failure,
        }
    })?;
    trainer.tune(&tuning).map_err(flagged)?;
    let (seen, length) = (trainer.characters_seen(), trainer.config().run_characters);
    let goal = match (args.steps, args.minutes) {
        (Some(steps), _) => Goal::Steps(trainer.steps_done().saturating_add(steps)),
        (None, Some(minutes)) => Goal::Time(Duration::from_secs_f64(minutes * 60.0)),
        (None, None) if seen < length => Goal::Characters(length),
        (None, None) => {
            return Err(Failure::usage(format!(
                "This run has its length of {} characters behind it: --steps or --minutes trains on.",
                grouped(length)
            )));
        }
    };
    if trainer.finished().is_some() {
        trainer.go_on();
    }
    Ok((trainer, goal))
}

/// The threads that share a step.
struct Crew(Option<rayon::ThreadPool>);

impl Crew {
    fn new(args: &Train, shards: usize) -> Result<Self, Failure> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = args.threads.map_or_else(cores, usize::from).min(shards);
        if threads < 2 {
            return Ok(Self(None));
        }
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map(|pool| Self(Some(pool)))
            .map_err(|error| {
                Failure::check(format!("{threads} threads cannot be started ({error})."))
            })
    }

    fn step(&self, trainer: &mut Trainer<f32>) -> babble::Result<StepReport> {
        let Some(pool) = &self.0 else {
            return trainer.step();
        };
        let loss = trainer.gradients_by(|parts| {
            pool.install(|| parts.par_iter_mut().for_each(Part::compute));
        })?;
        trainer.apply(loss)
    }
}

/// One call of this command.
struct Run {
    trainer: Trainer<f32>,
    crew: Crew,
    progress: Progress,
    tell: Tell,
    out: PathBuf,
    /// The step of the file that was saved last.
    saved: Option<u64>,
    measure_every: u64,
    /// How many times that has gone into what was seen.
    measured: u64,
}

impl Run {
    fn introduce(&self, text: &Path) -> Result<(), Failure> {
        let report = self.trainer.report();
        if self.tell.json {
            return self.tell.event("start", &report);
        }
        let RunReport { config, .. } = &report;
        remark(&format!(
            "Learning {}: {} characters, {} symbols; the last {} are held out.",
            text.display(),
            grouped(report.characters as u64),
            report.symbols,
            grouped(report.held_out_characters as u64),
        ));
        remark(&format!(
            "{}, {} of {}: {} parameters. Guessing blindly costs {:.2} nats a character, by letter frequency {:.2}.",
            plain(&json!(config.cell)),
            if config.layers == 1 {
                "1 layer".to_owned()
            } else {
                format!("{} layers", config.layers)
            },
            config.hidden_size,
            grouped(report.parameters as u64),
            report.uniform_loss,
            report.unigram_loss,
        ));
        for lowered in &report.shrunk {
            remark(&format!(
                "--{} is {} instead of {}, for the text is short.",
                flag(lowered.field),
                lowered.used,
                lowered.asked
            ));
        }
        match report.origin {
            Origin::Fresh => {}
            Origin::Exact => remark(&format!(
                "Going on exactly from step {}.",
                grouped(report.origin_step)
            )),
            Origin::Weights => remark(&format!(
                "Another text than these weights were learning, or a file without their run: a new run begins from the weights of step {}.",
                grouped(report.origin_step)
            )),
        }
        if report.skipped_characters + report.grown_symbols > 0 {
            remark(&format!(
                "{} characters were skipped, {} symbols are new.",
                grouped(report.skipped_characters as u64),
                report.grown_symbols
            ));
        }
        Ok(())
    }

    /// Trains to the goal or another end, whose name it returns.
    fn train(&mut self) -> Result<&'static str, Failure> {
        let mut last_save = Instant::now();
        loop {
            let step = self.crew.step(&mut self.trainer)?;
            self.progress.step(&self.trainer, &step);
            let due = self.trainer.characters_seen() / self.measure_every;
            if due > self.measured {
                self.measured = due;
                self.measure();
            }
            if interrupt::asked() {
                return Ok("interrupted");
            }
            if self.trainer.finished() == Some(Finish::Patience) {
                return Ok("patience");
            }
            if self.progress.is_there(&self.trainer) || self.trainer.finished().is_some() {
                return Ok("length");
            }
            if last_save.elapsed() >= SAVE_EVERY && self.trainer.is_healthy() {
                self.save()?;
                last_save = Instant::now();
            }
        }
    }

    /// Measures the held-out loss, unless it is interrupted.
    fn measure(&mut self) {
        self.trainer.begin_evaluation();
        while self.trainer.is_evaluating() && !interrupt::asked() {
            if let Some(held_out) = self.trainer.evaluate()
                && self.tell.json
            {
                // Whoever listens may have gone; the run goes on.
                let _ = self.tell.event("heldOut", &held_out);
            }
        }
    }

    fn save(&mut self) -> Result<(), Failure> {
        files::write(&self.out, &self.trainer.save())?;
        let step = self.trainer.steps_done();
        self.saved = Some(step);
        if self.tell.json {
            let _ = self
                .tell
                .event("saved", &json!({ "path": self.out, "step": step }));
        }
        Ok(())
    }

    /// The last measurement, the file, and what came of it all.
    fn conclude(mut self, reason: &str) -> Result<(), Failure> {
        let interrupted = reason == "interrupted";
        let step = self.trainer.steps_done();
        let fresh = self
            .trainer
            .held_out()
            .is_some_and(|held_out| held_out.step == step);
        if !interrupted && reason != "patience" && !fresh {
            self.measure();
        }
        self.save()?;
        let report = self.trainer.report();
        if self.tell.json {
            let end = json!({
                "reason": reason,
                "step": step,
                "charactersSeen": report.characters_seen,
                "seconds": self.progress.seconds(),
                "loss": self.progress.loss(),
                "heldOut": report.held_out,
                "best": report.best,
            });
            self.tell.event("end", &end)?;
        }
        let out = self.out.display();
        let step = grouped(step);
        if interrupted {
            return Err(Failure::interrupted(format!(
                "Interrupted, and saved at step {step} in {out}; --resume {out} goes on."
            )));
        }
        if self.tell.json {
            return Ok(());
        }
        let held_out = report.held_out.map_or(String::new(), |held_out| {
            let bits = held_out.loss / std::f64::consts::LN_2;
            format!(
                ", held-out loss {:.4} nats a character ({bits:.3} bits)",
                held_out.loss
            )
        });
        let patience = if reason == "patience" {
            "No more progress: the best weights are back. "
        } else {
            ""
        };
        print(&format!("{patience}Saved {out}: step {step}{held_out}.\n"))
    }
}
