//! Bounds of numbers, and how a number is held against them.

use serde::Serialize;

use crate::{Error, Result};

/// Bounds of one setting, both ends allowed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// The smallest value allowed.
    pub min: f64,
    /// The largest value allowed.
    pub max: f64,
}

impl Range {
    pub(super) const fn new(min: f64, max: f64) -> Self {
        Self { min, max }
    }
}

/// `H`. At 1,024 units one step of the default batch takes about a second in a tab.
pub const HIDDEN_SIZE: Range = Range::new(1.0, 1024.0);
/// `L`.
pub const LAYERS: Range = Range::new(1.0, 8.0);
/// Lengths of schedules and runs, in characters.
pub const CHARACTERS: Range = Range::new(0.0, 1e12);
/// A run has at least one character.
pub const RUN_CHARACTERS: Range = Range::new(1.0, 1e12);
/// Shares, probabilities, and factors of a learning rate.
pub const SHARE: Range = Range::new(0.0, 1.0);
/// The sampling temperature; 0 always takes the likeliest symbol.
pub const TEMPERATURE: Range = Range::new(0.0, 2.0);
/// How many of the likeliest symbols a sampler chooses from; 0 for all of them.
pub const TOP_K: Range = Range::new(0.0, crate::data::vocab::MAX_SYMBOLS as f64);
/// The share of the probability that a sampler chooses from; 1 for all of it.
pub const TOP_P: Range = Range::new(0.01, 1.0);

/// Checks a sampling temperature.
///
/// # Errors
/// As [`Config::from_raw`](super::Config::from_raw).
pub fn temperature(value: f64) -> Result<f64> {
    number(value, "temperature", "Temperature", TEMPERATURE)
}

/// Checks a sampler's top-k.
///
/// # Errors
/// As [`Config::from_raw`](super::Config::from_raw).
pub fn top_k(value: f64) -> Result<usize> {
    Ok(whole(value, "topK", "Top-k", TOP_K)? as usize)
}

/// Checks a sampler's top-p.
///
/// # Errors
/// As [`Config::from_raw`](super::Config::from_raw).
pub fn top_p(value: f64) -> Result<f64> {
    number(value, "topP", "Top-p", TOP_P)
}

/// A choice among names has no bounds.
pub(super) fn choice<T>(value: T, _key: &'static str, _label: &'static str) -> Result<T> {
    Ok(value)
}

// Out of line, both: they stand behind every setting.
#[inline(never)]
pub(super) fn number(
    value: f64,
    field: &'static str,
    label: &'static str,
    range: Range,
) -> Result<f64> {
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

#[inline(never)]
pub(super) fn whole(
    value: f64,
    field: &'static str,
    label: &'static str,
    range: Range,
) -> Result<f64> {
    if value.is_finite() && value.fract() != 0.0 {
        return Err(Error::NotANumber {
            field,
            label,
            wanted: "a whole number",
            value,
        });
    }
    number(value, field, label, range)
}
