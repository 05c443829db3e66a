//! The boundary to the page. Plain objects in and out; whatever is refused is thrown as an `Error` with its name.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::change::{self, Change};
use crate::encoding::Encoding;
use crate::{columns, join, read};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A file, read. */
export interface Reading {
    text: string;
    /** In small letters. */
    encoding: string;
    /** The encoding is a guess. */
    guessed: boolean;
    /** Places where the bytes are no UTF-8; each is one U+FFFD. */
    badPlaces: number;
    /** The first of them. */
    firstBad: { byte: number, line: number }[];
    /** "a web page (HTML)", when marks stand around its words. */
    markup: string | null;
}

/** A change of a text: see `Change` in the sources. */
export type Change =
    | { kind: 'rare', below: number }
    | { kind: 'controls' | 'markup' | 'lowerCase' | 'shuffleLines' }
    | { kind: 'column', name: string };
"#;

/// Reads a file, in the encoding of this name if there is one. Throws `BinaryFile`.
#[wasm_bindgen(js_name = readBytes, unchecked_return_type = "Reading")]
pub fn read_bytes(bytes: &[u8], encoding: Option<String>) -> Result<JsValue, JsValue> {
    let chosen = encoding.and_then(|name| Encoding::named(&name));
    let reading = read::read(bytes, chosen).map_err(|why| named("BinaryFile", &why.0))?;
    to_js(&reading)
}

/// The changed text. Throws `NoSuchColumn`.
#[wasm_bindgen]
pub fn apply(
    #[wasm_bindgen(unchecked_param_type = "Change")] change: JsValue,
    text: &str,
) -> Result<String, JsValue> {
    let change: Change = serde_wasm_bindgen::from_value(change)?;
    change::apply(&change, text).map_err(|why| named("NoSuchColumn", &why))
}

/// The names of a table's columns; none when the text is no table.
#[wasm_bindgen(js_name = columnsOf)]
#[must_use]
pub fn columns_of(text: &str) -> Vec<String> {
    columns::columns(text)
}

/// Which of two names comes first: negative, zero or positive.
#[wasm_bindgen(js_name = byName)]
#[must_use]
pub fn by_name(one: &str, other: &str) -> i32 {
    join::by_name(one, other) as i32
}

/// Texts as one, each from a line of its own.
#[wasm_bindgen(js_name = joinTexts)]
#[must_use]
pub fn join_texts(texts: Vec<String>) -> String {
    let mut joined = String::new();
    for text in &texts {
        join::add(&mut joined, text);
    }
    joined
}

/// What texts that became one are called.
#[wasm_bindgen(js_name = joinedName)]
#[must_use]
pub fn joined_name(names: Vec<String>) -> String {
    join::name(&names)
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}

fn named(name: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name(name);
    error.into()
}
