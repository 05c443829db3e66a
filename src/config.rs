//! What the person chose, and the bounds of every choice.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Bounds of one setting, both ends allowed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// The smallest value allowed.
    pub min: f64,
    /// The largest value allowed.
    pub max: f64,
}

/// `H`. At 1,024 units one step of the default batch takes about a second in a tab.
pub const HIDDEN_SIZE: Range = Range {
    min: 1.0,
    max: 1024.0,
};
/// `B`.
pub const BATCH_SIZE: Range = Range {
    min: 1.0,
    max: 512.0,
};
/// `T`.
pub const SEQUENCE_LENGTH: Range = Range {
    min: 1.0,
    max: 1024.0,
};
/// The learning rate. The upper end is far past anything that learns: an explosion is answered by
/// going back, not by forbidding the try.
pub const LEARNING_RATE: Range = Range {
    min: 1e-6,
    max: 1000.0,
};
/// The bound on the gradients' global norm; 0 switches clipping off.
pub const CLIP_NORM: Range = Range {
    min: 0.0,
    max: 1000.0,
};
/// Seeds are 32 bits wide.
pub const SEED: Range = Range {
    min: 0.0,
    max: u32::MAX as f64,
};
/// The sampling temperature; 0 always takes the likeliest symbol.
pub const TEMPERATURE: Range = Range { min: 0.0, max: 2.0 };

/// Working memory that one run may take, its text aside, in bytes: a quarter of a 32-bit address
/// space.
pub const MAX_WORKING_BYTES: usize = 1 << 30;

/// Which rule turns gradients into a change of the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimizerKind {
    /// Stochastic gradient descent.
    Sgd,
    /// Adagrad (Duchi, Hazan, Singer 2011).
    Adagrad,
    /// Adam (Kingma, Ba 2015).
    Adam,
}

/// A run's settings. Built by [`Config::from_raw`] or taken from [`Config::default`], so that one in
/// hand has kept its bounds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// `H`, units of the hidden state.
    pub hidden_size: usize,
    /// `B`, contiguous streams that are read side by side.
    pub batch_size: usize,
    /// `T`, characters of every stream that one step reads.
    pub sequence_length: usize,
    /// The optimiser.
    pub optimizer: OptimizerKind,
    /// The optimiser's learning rate.
    pub learning_rate: f64,
    /// The bound on the gradients' global norm; 0 switches clipping off.
    pub clip_norm: f64,
    /// What the initial weights and the sampler are drawn from.
    pub seed: u32,
}

/// A [`Config`] as it came from outside: every number as it was typed, nothing checked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // the fields are Config's
pub struct RawConfig {
    pub hidden_size: f64,
    pub batch_size: f64,
    pub sequence_length: f64,
    pub optimizer: OptimizerKind,
    pub learning_rate: f64,
    pub clip_norm: f64,
    pub seed: f64,
}

/// Settings that may change between two steps of a run; `None` leaves one as it is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)] // the fields are Config's
pub struct Tuning {
    pub learning_rate: Option<f64>,
    pub clip_norm: Option<f64>,
    pub sequence_length: Option<f64>,
}

impl From<&Config> for RawConfig {
    fn from(config: &Config) -> Self {
        Self {
            hidden_size: config.hidden_size as f64,
            batch_size: config.batch_size as f64,
            sequence_length: config.sequence_length as f64,
            optimizer: config.optimizer,
            learning_rate: config.learning_rate,
            clip_norm: config.clip_norm,
            seed: f64::from(config.seed),
        }
    }
}

/// Measured on tiny-shakespeare (1.1 MB, last tenth held out): of the sizes and rates tried, this came
/// to 1.88 nats after 2.7 M characters and 1.76 after 8 M, some 15 and 50 seconds of one core.
impl Default for Config {
    fn default() -> Self {
        Self {
            hidden_size: 128,
            batch_size: 16,
            sequence_length: 64,
            optimizer: OptimizerKind::Adam,
            learning_rate: 0.003,
            clip_norm: 1.0,
            seed: 1,
        }
    }
}

impl Config {
    /// Checks every number of `raw`.
    ///
    /// # Errors
    /// [`Error::NotANumber`] or [`Error::OutOfRange`] for the first field outside its bounds.
    pub fn from_raw(raw: &RawConfig) -> Result<Self> {
        Ok(Self {
            hidden_size: whole("hiddenSize", "Hidden size", raw.hidden_size, HIDDEN_SIZE)? as usize,
            batch_size: whole("batchSize", "Batch size", raw.batch_size, BATCH_SIZE)? as usize,
            sequence_length: sequence_length(raw.sequence_length)?,
            optimizer: raw.optimizer,
            learning_rate: learning_rate(raw.learning_rate)?,
            clip_norm: clip_norm(raw.clip_norm)?,
            seed: whole("seed", "Seed", raw.seed, SEED)? as u32,
        })
    }

    /// This configuration with `tuning` applied; all of it or, on error, nothing.
    ///
    /// # Errors
    /// As [`Config::from_raw`].
    pub fn tuned(&self, tuning: &Tuning) -> Result<Self> {
        let mut config = self.clone();
        if let Some(value) = tuning.learning_rate {
            config.learning_rate = learning_rate(value)?;
        }
        if let Some(value) = tuning.clip_norm {
            config.clip_norm = clip_norm(value)?;
        }
        if let Some(value) = tuning.sequence_length {
            config.sequence_length = sequence_length(value)?;
        }
        Ok(config)
    }
}

/// Checks a sampling temperature.
///
/// # Errors
/// As [`Config::from_raw`].
pub fn temperature(value: f64) -> Result<f64> {
    number("temperature", "Temperature", value, TEMPERATURE)
}

fn learning_rate(value: f64) -> Result<f64> {
    number("learningRate", "Learning rate", value, LEARNING_RATE)
}

fn clip_norm(value: f64) -> Result<f64> {
    number("clipNorm", "Gradient clip", value, CLIP_NORM)
}

fn sequence_length(value: f64) -> Result<usize> {
    Ok(whole("sequenceLength", "Sequence length", value, SEQUENCE_LENGTH)? as usize)
}

fn number(field: &'static str, label: &'static str, value: f64, range: Range) -> Result<f64> {
    if value.is_nan() {
        return Err(Error::NotANumber {
            field,
            label,
            wanted: "a number",
            value,
        });
    }
    if value < range.min || value > range.max {
        return Err(Error::OutOfRange {
            field,
            label,
            value,
            min: range.min,
            max: range.max,
        });
    }
    Ok(value)
}

fn whole(field: &'static str, label: &'static str, value: f64, range: Range) -> Result<f64> {
    if value.is_finite() && value.fract() != 0.0 {
        return Err(Error::NotANumber {
            field,
            label,
            wanted: "a whole number",
            value,
        });
    }
    number(field, label, value, range)
}
