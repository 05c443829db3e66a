//! Rust values to JavaScript ones and back.

use js_sys::{Error as JsError, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::Error;
use crate::training::report::MAX_LISTED;

/// A plain object: `None` becomes `null`, numbers become numbers.
pub(super) fn to_js(value: &impl Serialize) -> JsValue {
    // A report is a struct of numbers, strings and lists; none of them can be refused.
    value
        .serialize(&Serializer::json_compatible())
        .unwrap_or(JsValue::NULL)
}

/// `InvalidConfig` with this sentence, about `field` if it is about one.
pub(super) fn invalid(message: &str, field: Option<&str>) -> JsValue {
    let error = named("InvalidConfig", message);
    if let Some(field) = field {
        set(&error, "field", field.into());
    }
    error.into()
}

/// Gives a fresh Error object, which takes any, a property.
fn set(error: &JsError, key: &str, value: JsValue) {
    let _ = Reflect::set(error, &key.into(), &value);
}

/// The core's error as a JavaScript one.
pub(super) fn throw(error: Error) -> JsValue {
    let thrown = named(error.name(), &error.to_string());
    let set = |key: &str, value: JsValue| set(&thrown, key, value);
    if let Some(field) = error.field() {
        set("field", field.into());
    }
    match error {
        Error::UnknownSymbols {
            symbols,
            occurrences,
        } => {
            let listed: Vec<_> = symbols.iter().take(MAX_LISTED).collect();
            set("symbols", to_js(&listed));
            set("occurrences", (occurrences as f64).into());
        }
        Error::Diverged {
            step,
            loss,
            learning_rate,
        } => {
            set("step", (step as f64).into());
            set("loss", loss.into());
            set("learningRate", learning_rate.into());
        }
        _ => {}
    }
    thrown.into()
}

fn named(name: &str, message: &str) -> JsError {
    let error = JsError::new(message);
    error.set_name(name);
    error
}
