//! Settings as JavaScript gives them: what is left out is as by default, and what is no setting is refused by
//! its name.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::convert::{invalid, throw};
use crate::config::{Config, NewSchedule, Place, RawConfig, Tuning, alternatives};
use crate::formats::checkpoint::UnknownSymbols;

/// Two keys that are so alike, by Jaro's measure, are one and its misspelling. As clap judges flags.
const ALIKE: f64 = 0.7;

/// The configuration of a run; what `given` leaves out is as in `defaults()`.
pub(super) fn config(given: &JsValue) -> Result<Config, JsValue> {
    let mut raw = RawConfig::from(&Config::default());
    read_all(given, Config::KEYS, &mut |key, value| {
        read(raw.place(key)?, value)
    })?;
    Config::from_raw(&raw).map_err(throw)
}

/// Changes between two steps; what `given` leaves out stays.
pub(super) fn tuning(given: &JsValue) -> Result<Tuning, JsValue> {
    let mut changes = Tuning::new();
    for (key, value) in given_values(given, Config::LIVE)? {
        let Some(value) = value.as_f64() else {
            let message = format!("The setting {key} must be a number.");
            return Err(invalid(&message, Some(&key)));
        };
        changes.push((key, value));
    }
    Ok(changes)
}

/// A schedule that begins; what `given` leaves out is as in the one before.
pub(super) fn new_schedule(given: &JsValue) -> Result<NewSchedule, JsValue> {
    let mut schedule = NewSchedule::default();
    read_all(given, NewSchedule::KEYS, &mut |key, value| {
        read(schedule.place(key)?, value)
    })?;
    Ok(schedule)
}

/// What to do with unknown symbols: `null` or `undefined` while that is not decided.
pub(super) fn unknown_symbols(given: &JsValue) -> Result<Option<UnknownSymbols>, JsValue> {
    if given.is_null() || given.is_undefined() {
        return Ok(None);
    }
    let named = given
        .as_string()
        .and_then(|name| UnknownSymbols::named(&name));
    named.map(Some).ok_or_else(|| {
        let names = alternatives(UnknownSymbols::NAMES);
        invalid(
            &format!("What to do with unknown symbols must be {names}."),
            None,
        )
    })
}

/// Reads each setting that `given` holds, whose key must be among those `known`.
fn read_all(
    given: &JsValue,
    known: &[&str],
    read: &mut dyn FnMut(&str, &JsValue) -> Option<()>,
) -> Result<(), JsValue> {
    for (key, value) in given_values(given, known)? {
        read(&key, &value).ok_or_else(|| {
            let wanted = RawConfig::kind(&key).words();
            let message = format!("The setting {key} cannot be read: it must be {wanted}.");
            invalid(&message, Some(&key))
        })?;
    }
    Ok(())
}

fn read(place: Place<'_>, value: &JsValue) -> Option<()> {
    match place {
        Place::Number(number) => *number = value.as_f64()?,
        Place::Switch(switch) => *switch = value.as_bool()?,
        Place::Choice(choice) => choice.choose(&value.as_string()?)?,
    }
    Some(())
}

/// The settings that `given` holds and that are not `undefined`. All keys must be among those `known`.
fn given_values(given: &JsValue, known: &[&str]) -> Result<Vec<(String, JsValue)>, JsValue> {
    let Some(object) = given.dyn_ref::<Object>() else {
        let message = "The settings must be an object; {} leaves all as they are.";
        return Err(invalid(message, None));
    };
    let mut values = Vec::new();
    for key in Object::keys(object)
        .iter()
        .filter_map(|key| key.as_string())
    {
        if !known.contains(&key.as_str()) {
            return Err(invalid(&no_setting(&key, known), Some(&key)));
        }
        let value = Reflect::get(given, &JsValue::from(&key))?;
        if !value.is_undefined() {
            values.push((key, value));
        }
    }
    Ok(values)
}

/// Why `key` is refused, where these may be given.
fn no_setting(key: &str, known: &[&str]) -> String {
    if Config::KEYS.contains(&key) {
        return format!("The setting {key} cannot change in the middle of a run.");
    }
    let alike = |name: &str| strsim::jaro(&name.to_ascii_lowercase(), &key.to_ascii_lowercase());
    let nearest = known
        .iter()
        .max_by(|one, other| alike(one).total_cmp(&alike(other)))
        .filter(|name| alike(name) > ALIKE);
    match nearest {
        Some(name) => format!("There is no setting {key:?}. Did you mean {name}?"),
        None => format!(
            "There is no setting {key:?}; there are {}.",
            known.join(", ")
        ),
    }
}
