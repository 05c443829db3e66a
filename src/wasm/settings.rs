//! Settings as JavaScript gives them: what is left out is as by default, and what is no setting is refused by
//! its name.

use js_sys::{Object, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use super::convert::{from_js, invalid, throw, to_js};
use crate::config::{Config, NewSchedule, RawConfig, Tuning};

/// Two keys that are so alike, by Jaro's measure, are one and its misspelling. As clap judges flags.
const ALIKE: f64 = 0.7;

/// The configuration of a run; what `given` leaves out is as in `defaults()`.
pub(super) fn config(given: &JsValue) -> Result<Config, JsValue> {
    let raw: RawConfig = completed(given, &Config::default())?;
    Config::from_raw(&raw).map_err(throw)
}

/// Changes between two steps; what `given` leaves out stays.
pub(super) fn tuning(given: &JsValue) -> Result<Tuning, JsValue> {
    let known = Object::new();
    for key in Config::LIVE {
        Reflect::set(&known, &JsValue::from(*key), &JsValue::UNDEFINED)?;
    }
    let mut changes = Tuning::new();
    for (key, value) in given_values(given, &known)? {
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
    completed(given, &NewSchedule::default())
}

/// What `given` holds, and of `rest` what it leaves out or holds as `undefined`.
fn completed<T: DeserializeOwned>(given: &JsValue, rest: &impl Serialize) -> Result<T, JsValue> {
    let all = to_js(rest);
    for (key, value) in given_values(given, &all)? {
        Reflect::set(&all, &JsValue::from(&key), &value)?;
        // One after another, so that the message can name what does not fit.
        serde_wasm_bindgen::from_value::<T>(all.clone()).map_err(|error| {
            invalid(
                &format!("The setting {key} cannot be read: {error}."),
                Some(&key),
            )
        })?;
    }
    from_js(all)
}

/// The settings that `given` holds and that are not `undefined`. All must be among those of `known`.
fn given_values(given: &JsValue, known: &JsValue) -> Result<Vec<(String, JsValue)>, JsValue> {
    let Some(object) = given.dyn_ref::<Object>() else {
        let message = "The settings must be an object; {} leaves all as they are.";
        return Err(invalid(message, None));
    };
    let mut values = Vec::new();
    for key in Object::keys(object)
        .iter()
        .filter_map(|key| key.as_string())
    {
        let name = JsValue::from(&key);
        if !Reflect::has(known, &name)? {
            return Err(invalid(&no_setting(&key, known), Some(&key)));
        }
        let value = Reflect::get(given, &name)?;
        if !value.is_undefined() {
            values.push((key, value));
        }
    }
    Ok(values)
}

/// Why `key` is refused, where the settings of `known` may be given.
fn no_setting(key: &str, known: &JsValue) -> String {
    let names = |object: &JsValue| -> Vec<String> {
        let keys = Object::keys(object.unchecked_ref::<Object>());
        keys.iter().filter_map(|name| name.as_string()).collect()
    };
    if names(&to_js(&Config::default()))
        .iter()
        .any(|name| name == key)
    {
        return format!("The setting {key} cannot change in the middle of a run.");
    }
    let alike = |name: &String| strsim::jaro(&name.to_ascii_lowercase(), &key.to_ascii_lowercase());
    let nearest = names(known)
        .into_iter()
        .max_by(|one, other| alike(one).total_cmp(&alike(other)))
        .filter(|name| alike(name) > ALIKE);
    match nearest {
        Some(name) => format!("There is no setting {key:?}. Did you mean {name}?"),
        None => format!(
            "There is no setting {key:?}; there are {}.",
            names(known).join(", ")
        ),
    }
}
