//! A weights file, for JavaScript.

use wasm_bindgen::prelude::*;

use super::convert::{throw, to_js};
use super::{Trainer, settings};
use crate::formats::checkpoint::Checkpoint;
use crate::training::trainer;

/// The content of a weights file, before it meets a text.
#[wasm_bindgen]
pub struct Weights(pub(super) Checkpoint);

#[wasm_bindgen]
impl Weights {
    /// Parses a file. Throws `BadWeights` with what is wrong with it.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &[u8]) -> Result<Weights, JsValue> {
        Ok(Self(Checkpoint::read(file).map_err(throw)?))
    }

    /// What the file holds, and how `text` compares with the one that it was learning.
    #[wasm_bindgen(unchecked_return_type = "WeightsReport")]
    pub fn report(&self, text: Option<String>) -> JsValue {
        to_js(&self.0.report(text.as_deref()))
    }

    /// Trains on: exactly, when it is the same text, else from these weights. Throws `UnknownSymbols`,
    /// with `symbols` and `occurrences`, when the text holds some and `unknown` is not given.
    pub fn resume(
        &self,
        text: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "UnknownSymbols | null")] unknown: JsValue,
    ) -> Result<Trainer, JsValue> {
        let unknown = settings::unknown_symbols(&unknown)?;
        Ok(Trainer(
            trainer::Trainer::resume(self.0.clone(), text, unknown).map_err(throw)?,
        ))
    }
}
