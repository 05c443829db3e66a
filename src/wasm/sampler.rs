//! What writes, for JavaScript.

use wasm_bindgen::prelude::*;

use super::convert::{throw, to_js};
use super::types::WrittenReport;
use crate::nn::model::Model;
use crate::sampler;

/// Writes text. It owns what it has read and its randomness. Use one with one model only.
#[wasm_bindgen]
pub struct Sampler(sampler::Sampler<f32>);

#[wasm_bindgen]
impl Sampler {
    /// A sampler that has read nothing, at temperature 1.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: u32) -> Self {
        Self(sampler::Sampler::new(seed))
    }

    /// 0 always takes the likeliest symbol. Throws outside `LIMITS.temperature`.
    #[wasm_bindgen(js_name = setTemperature)]
    pub fn set_temperature(&mut self, temperature: f64) -> Result<(), JsValue> {
        self.0.set_temperature(temperature).map_err(throw)
    }

    /// Chooses from the so many likeliest symbols; 0 from all. Throws outside `LIMITS.topK`.
    #[wasm_bindgen(js_name = setTopK)]
    pub fn set_top_k(&mut self, k: f64) -> Result<(), JsValue> {
        self.0.set_top_k(k).map_err(throw)
    }

    /// Chooses from the likeliest symbols that hold this share of the probability; 1 from all. Throws
    /// outside `LIMITS.topP`.
    #[wasm_bindgen(js_name = setTopP)]
    pub fn set_top_p(&mut self, p: f64) -> Result<(), JsValue> {
        self.0.set_top_p(p).map_err(throw)
    }

    /// The next character is drawn from `weight p + shares` in place of the network's own `p`. The shares, one for each
    /// symbol, sum to what the weight leaves of 1.
    #[wasm_bindgen(js_name = mixNext)]
    pub fn mix_next(&mut self, weight: f64, shares: Vec<f32>) {
        self.0.mix_next(weight, shares);
    }

    pub(super) fn read(&mut self, model: &Model<f32>, prompt: &str) -> Vec<String> {
        self.0
            .prompt(model, prompt)
            .iter()
            .map(char::to_string)
            .collect()
    }

    pub(super) fn write(
        &mut self,
        model: &Model<f32>,
        characters: usize,
    ) -> Result<String, JsValue> {
        self.0.write(model, characters).map_err(throw)
    }

    pub(super) fn write_in_detail(
        &mut self,
        model: &Model<f32>,
        characters: usize,
    ) -> Result<JsValue, JsValue> {
        let written = self.0.write_in_detail(model, characters).map_err(throw)?;
        let (symbols, shares): (String, Vec<f32>) = written.alternatives.into_iter().unzip();
        Ok(to_js(&WrittenReport {
            text: written.text,
            probabilities: js_sys::Float32Array::from(written.probabilities.as_slice()),
            alternatives: symbols,
            alternative_probabilities: js_sys::Float32Array::from(shares.as_slice()),
        }))
    }
}
