//! A schedule of the learning rate that begins in the middle of a run.

use serde::{Deserialize, Serialize};

#[cfg(all(target_arch = "wasm32", feature = "web"))]
use super::Place;
use super::bounds::{RUN_CHARACTERS, whole};
use super::{Config, RawConfig, ScheduleKind};
use crate::Result;

/// A schedule of the learning rate that begins where a run has come to; what is `None` is as in the schedule
/// before it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)] // the other fields are Config's
pub struct NewSchedule {
    /// Its length in characters, under the name of the run's.
    pub run_characters: Option<f64>,
    pub learning_rate: Option<f64>,
    pub schedule: Option<ScheduleKind>,
    pub warmup_characters: Option<f64>,
    pub decay_factor: Option<f64>,
    pub decay_every: Option<f64>,
    pub rate_floor: Option<f64>,
}

impl NewSchedule {
    /// The keys of what it may say.
    pub const KEYS: &'static [&'static str] = &[
        "runCharacters",
        "learningRate",
        "schedule",
        "warmupCharacters",
        "decayFactor",
        "decayEvery",
        "rateFloor",
    ];

    /// The setting under `key`, if a schedule has it.
    #[cfg(all(target_arch = "wasm32", feature = "web"))]
    pub(crate) fn place(&mut self, key: &str) -> Option<Place<'_>> {
        let number = match key {
            "runCharacters" => &mut self.run_characters,
            "learningRate" => &mut self.learning_rate,
            "schedule" => return Some(self.schedule.insert(ScheduleKind::Cosine).into()),
            "warmupCharacters" => &mut self.warmup_characters,
            "decayFactor" => &mut self.decay_factor,
            "decayEvery" => &mut self.decay_every,
            "rateFloor" => &mut self.rate_floor,
            _ => return None,
        };
        Some(number.insert(0.0).into())
    }
}

impl Config {
    /// This configuration with a new schedule that begins after `seen` characters; one without a length is
    /// `length` long.
    ///
    /// # Errors
    /// As [`Config::from_raw`].
    pub fn rescheduled(&self, new: &NewSchedule, seen: u64, length: u64) -> Result<Self> {
        let added = new.run_characters.unwrap_or(length as f64);
        whole(
            added,
            "runCharacters",
            "Length of the new schedule",
            RUN_CHARACTERS,
        )?;
        let old = RawConfig::from(self);
        Self::from_raw(&RawConfig {
            run_characters: seen as f64 + added,
            learning_rate: new.learning_rate.unwrap_or(old.learning_rate),
            schedule: new.schedule.unwrap_or(old.schedule),
            warmup_characters: new.warmup_characters.unwrap_or(old.warmup_characters),
            decay_factor: new.decay_factor.unwrap_or(old.decay_factor),
            decay_every: new.decay_every.unwrap_or(old.decay_every),
            rate_floor: new.rate_floor.unwrap_or(old.rate_floor),
            ..old
        })
    }
}
