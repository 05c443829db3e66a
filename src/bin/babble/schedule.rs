//! Where the schedule of a run that goes on stands, and how `--new-schedule` begins another one.

use babble::config::{NewSchedule, RUN_CHARACTERS};
use babble::training::report::{Origin, RunReport};
use babble::training::trainer::Trainer;

use crate::args::Train;
use crate::failure::Failure;
use crate::printer::{brief, grouped};
use crate::progress::Goal;
use crate::settings::flagged;
use crate::threads::Threads;

/// A schedule is at its end when this share of it is left: a run of so many steps reads a little less than its
/// length.
const NEAR_THE_END: f64 = 0.05;

/// Begins the schedule of `--new-schedule`, and ends with it.
pub fn begin(
    args: &Train,
    trainer: &mut Trainer<f32>,
    mut schedule: NewSchedule,
) -> Result<Goal, Failure> {
    let length = match (args.steps, args.minutes) {
        (Some(steps), _) => Some(length_of(steps, trainer)),
        (None, Some(minutes)) => {
            let threads = Threads::new(args.threads, trainer.shard_count())?;
            Some(threads.speed(&mut trainer.clone())? * minutes * 60.0)
        }
        (None, None) => None,
    };
    schedule.run_characters = schedule.run_characters.or(length.map(whole_length));
    trainer.begin_schedule(&schedule).map_err(flagged)?;
    Ok(match args.steps {
        Some(steps) => Goal::Steps(trainer.steps_done().saturating_add(steps)),
        None => Goal::Characters(trainer.config().run_characters),
    })
}

/// How many characters so many steps of this run read.
pub fn length_of(steps: u64, trainer: &Trainer<f32>) -> f64 {
    let used = trainer.config();
    steps.saturating_mul((used.batch_size * used.sequence_length) as u64) as f64
}

/// The nearest length that a run can have.
pub fn whole_length(length: f64) -> f64 {
    length.clamp(RUN_CHARACTERS.min, RUN_CHARACTERS.max).round()
}

/// How the schedule stands where a run goes on, when the learning rate is not the one that was set.
pub fn describe(report: &RunReport) -> Option<String> {
    let (end, height) = (report.config.run_characters, report.config.learning_rate);
    let (start, seen) = (report.schedule_start, report.characters_seen);
    let now = brief(report.learning_rate);
    if report.origin == Origin::Fresh || seen == 0 {
        None
    } else if start == seen {
        Some(format!(
            "A new schedule begins: over {} characters, with a learning rate of {} at its height.",
            grouped(end - start),
            brief(height),
        ))
    } else if report.learning_rate == height {
        None
    } else if end.saturating_sub(seen) as f64 > NEAR_THE_END * (end - start) as f64 {
        Some(format!(
            "By the schedule the learning rate is {now} here, of {} at its height.",
            brief(height)
        ))
    } else {
        Some(format!(
            "The schedule is at its end, with a learning rate of {now}, {}% of {}, so little more is learned. --new-schedule begins another one.",
            brief(100.0 * report.learning_rate / height),
            brief(height),
        ))
    }
}
