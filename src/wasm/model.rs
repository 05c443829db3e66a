//! What a network can be asked, while it is trained or out of a file: to write, to read, and to become another file.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::Trainer;
use super::convert::{throw, to_js};
use super::sampler::Sampler;
use super::weights::Weights;
use crate::data::corpus::normalize;
use crate::data::vocab::SymbolId;
use crate::formats::onnx;
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

/// What a class can be asked that has a network.
macro_rules! of_model {
    ($($class:ident),*) => {$(
        #[wasm_bindgen]
        impl $class {
            /// The model as an ONNX file: ids and a state in, logits and the next state out.
            pub fn onnx(&self) -> Result<Vec<u8>, JsValue> {
                onnx::export(self.0.model(), self.0.config()).map_err(throw)
            }

            /// Makes `sampler` read `prompt` anew; returns the symbols that it had to skip.
            pub fn prompt(&self, sampler: &mut Sampler, prompt: &str) -> Vec<String> {
                sampler.read(self.0.model(), prompt)
            }

            /// Lets `sampler` write on with the present weights.
            pub fn write(
                &self,
                sampler: &mut Sampler,
                characters: usize,
            ) -> Result<String, JsValue> {
                sampler.write(self.0.model(), characters)
            }

            /// As `write`, with the probability of each character and its likeliest alternatives.
            #[wasm_bindgen(js_name = writeInDetail, unchecked_return_type = "Written")]
            pub fn write_in_detail(
                &self,
                sampler: &mut Sampler,
                characters: usize,
            ) -> Result<JsValue, JsValue> {
                sampler.write_in_detail(self.0.model(), characters)
            }

            /// Reads a text with the present weights; `units`: whether the hidden states are wanted.
            #[wasm_bindgen(unchecked_return_type = "Reading")]
            pub fn read(&self, text: &str, units: bool) -> JsValue {
                read(self.0.model(), text, units)
            }

            /// How much each character of a text but the last bears on the prediction of the last: the length of
            /// the gradient of its `-ln p` with respect to the character's one-hot vector. What the vocabulary
            /// lacks is left out.
            pub fn influence(&self, text: &str) -> Vec<f32> {
                influence(self.0.model(), text)
            }
        }
    )*};
}
of_model!(Trainer, Weights);

#[wasm_bindgen]
impl Trainer {
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
