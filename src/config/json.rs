//! A configuration as a weights file holds it.

use super::{Config, RawConfig};
use crate::json::{self, write_key};
use crate::{Error, Result};

impl Config {
    /// The configuration as JSON, every key in it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut raw = RawConfig::from(self);
        let mut json = String::new();
        for key in Self::KEYS {
            write_key(&mut json, key);
            if let Some(place) = raw.place(key) {
                place.write(&mut json);
            }
        }
        json.push('}');
        json
    }
}

impl RawConfig {
    /// Reads JSON as it stands in a weights file; what it leaves out is as in `missing`.
    ///
    /// # Errors
    /// [`Error::BadWeights`] when it is no JSON object, or names the key whose value is of the wrong kind.
    pub fn from_json(json: &str, missing: &Self) -> Result<Self> {
        let mut raw = missing.clone();
        let mut last = String::new();
        json::read(json, |reader| {
            reader.object(&mut |reader, key| {
                last = key;
                match raw.place(&last) {
                    Some(place) => place.read(reader),
                    None => reader.skip(),
                }
            })
        })
        .ok_or_else(|| Self::wrong(json, &last))?;
        Ok(raw)
    }

    /// The value that a file's configuration has under `key` is none that the setting can have.
    pub(crate) fn wrong(json: &str, key: &str) -> Error {
        wrong_value(json, key, &Self::kind(key).words())
    }
}

/// A file's configuration, as JSON, has a value under `key` that is none of those wanted.
#[inline(never)]
pub(crate) fn wrong_value(json: &str, key: &str, wanted: &str) -> Error {
    const SHOWN: usize = 60;
    let mut value = String::new();
    let read = json::read(json, |reader| {
        reader.object(&mut |reader, name| {
            let raw = reader.raw()?;
            if name == key {
                value = raw.chars().take(SHOWN).collect();
            }
            Some(())
        })
    });
    Error::bad_weights(match read {
        // Only the tensors decided.
        Some(()) if value.is_empty() => {
            format!("{key} as its tensors have it must be {wanted}.")
        }
        Some(()) => format!("its configuration has {key} {value}, which must be {wanted}."),
        None => "its configuration is no JSON object.".into(),
    })
}
