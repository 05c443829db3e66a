//! How a run begins: where its weights will go, and what is trained how long.

use std::path::{Path, PathBuf};
use std::time::Duration;

use babble::Error;
use babble::config::Config;
use babble::data::corpus::normalize;
use babble::training::trainer::Trainer;

use crate::args::Train;
use crate::failure::Failure;
use crate::files;
use crate::presets::Preset;
use crate::printer::{Printer, brief, grouped, listed, note};
use crate::progress::Goal;
use crate::schedule::{self, length_of, whole_length};
use crate::settings::flagged;
use crate::threads::Threads;

/// Where the weights will go, after a try whether they can, and whether that is the file of `--resume`.
pub fn place_of_output(args: &Train) -> Result<(PathBuf, bool), Failure> {
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
pub fn fresh(args: &Train, text: &str, printer: Printer) -> Result<(Trainer<f32>, Goal), Failure> {
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
        (Some(steps), _) => Some(length_of(steps, &trainer)),
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
        trainer = new(Config {
            run_characters: whole_length(length) as u64,
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
pub fn resumed(
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
