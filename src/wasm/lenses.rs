//! What a network does inside while it reads a text, for whoever looks at the text through it.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::Trainer;
use super::convert::to_js;
use super::weights::Weights;
use crate::data::corpus::normalize;
use crate::data::vocab::SymbolId;
use crate::nn::lenses;
use crate::nn::model::Model;

/// A text as a network reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReadingReport {
    text: String,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    surprise: js_sys::Float32Array,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    units: js_sys::Float32Array,
}

#[wasm_bindgen(typescript_custom_section)]
const TYPESCRIPT: &str = r#"
/** A text as the network reads it, from a state of zeros. */
export interface Reading {
  /** what was read: the text without the symbols that the vocabulary lacks */
  text: string;
  /** -ln p of every character but the first, in nats; their mean is the loss of the text */
  surprise: Float32Array;
  /** the hidden states of all layers behind each character, L*H of them; empty unless they were asked for */
  units: Float32Array;
}
"#;

#[wasm_bindgen]
impl Trainer {
    /// Reads a text with the present weights; `units`: whether the hidden states are wanted.
    #[wasm_bindgen(unchecked_return_type = "Reading")]
    pub fn read(&self, text: &str, units: bool) -> JsValue {
        read(self.0.model(), text, units)
    }

    /// How much each character of a text but the last bears on the prediction of the last: the length of the
    /// gradient of its `-ln p` with respect to the character's one-hot vector. What the vocabulary lacks is left out.
    pub fn influence(&self, text: &str) -> Vec<f32> {
        influence(self.0.model(), text)
    }

    /// The first characters, at most so many, of the part of the text that is trained on.
    #[must_use]
    #[wasm_bindgen(js_name = trainingText)]
    pub fn training_text(&self, most: usize) -> String {
        text(self.0.model(), self.0.corpus().training(), most)
    }

    /// The first characters, at most so many, of the part of the text that is held out.
    #[must_use]
    #[wasm_bindgen(js_name = heldOutText)]
    pub fn held_out_text(&self, most: usize) -> String {
        text(self.0.model(), self.0.corpus().held_out(), most)
    }
}

/// The symbols of the first `most` ids.
fn text(model: &Model<f32>, ids: &[SymbolId], most: usize) -> String {
    let ids = &ids[..ids.len().min(most)];
    ids.iter().map(|&id| model.vocabulary.symbol(id)).collect()
}

#[wasm_bindgen]
impl Weights {
    /// As `Trainer.read`.
    #[wasm_bindgen(unchecked_return_type = "Reading")]
    pub fn read(&self, text: &str, units: bool) -> JsValue {
        read(self.0.model(), text, units)
    }

    /// As `Trainer.influence`.
    pub fn influence(&self, text: &str) -> Vec<f32> {
        influence(self.0.model(), text)
    }
}

#[inline(never)] // both classes call the same code
fn read(model: &Model<f32>, given: &str, units: bool) -> JsValue {
    let Model { vocabulary, params } = model;
    let ids = vocabulary.encode(&normalize(given));
    let reading = lenses::read(params, &ids, units);
    to_js(&ReadingReport {
        text: text(model, &ids, ids.len()),
        surprise: js_sys::Float32Array::from(reading.surprise.as_slice()),
        units: js_sys::Float32Array::from(reading.units.as_slice()),
    })
}

#[inline(never)]
fn influence(model: &Model<f32>, text: &str) -> Vec<f32> {
    let ids = model.vocabulary.encode(&normalize(text));
    match ids.split_last() {
        Some((&target, before @ [_, ..])) => lenses::influence(&model.params, before, target)
            .into_iter()
            .map(|influence| influence as f32)
            .collect(),
        _ => Vec::new(),
    }
}
