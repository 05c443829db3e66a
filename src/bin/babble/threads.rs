//! The threads that share the steps of a run, and how fast they are together.

use std::time::{Duration, Instant};

use babble::training::report::StepReport;
use babble::training::trainer::Trainer;
use rayon::prelude::*;

use crate::failure::Failure;
use crate::interrupt;

/// How long the speed is measured.
const PROBE: Duration = Duration::from_secs(1);

/// The threads that share a step; none beside the main one where it has one part.
pub struct Threads(Option<rayon::ThreadPool>);

impl Threads {
    /// As many as `threads` says, or as there are cores, but not more than there are parts of a step.
    pub fn new(threads: Option<u16>, shards: usize) -> Result<Self, Failure> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = threads.map_or_else(cores, usize::from).min(shards);
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

    /// How many they are.
    pub fn count(&self) -> usize {
        self.0
            .as_ref()
            .map_or(1, rayon::ThreadPool::current_num_threads)
    }

    /// Trains one step.
    pub fn step(&self, trainer: &mut Trainer<f32>) -> babble::Result<StepReport> {
        let Some(pool) = &self.0 else {
            return trainer.step();
        };
        let mut parts: Vec<_> = trainer.parts().collect();
        pool.install(|| {
            parts.par_iter_mut().for_each(|part| {
                part.compute();
            });
        });
        trainer.step()
    }

    /// Characters a second, measurements of the held-out loss included.
    pub fn speed(&self, trainer: &mut Trainer<f32>) -> Result<f64, Failure> {
        let mut before = (Instant::now(), trainer.characters_seen());
        let mut warm = false;
        let training = loop {
            self.step(trainer)?;
            let elapsed = before.0.elapsed();
            if interrupt::requested() {
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
        let share = held_out as f64 / trainer.measure_every() as f64;
        Ok((training + measuring * share).recip())
    }
}
