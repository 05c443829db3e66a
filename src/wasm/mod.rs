//! The boundary: the only files that name `wasm_bindgen`, `js_sys`, `web_sys` or `serde_wasm_bindgen`.
//! One exported class for each role, few and coarse calls, plain objects in and out. Whatever the core
//! refuses is thrown as an `Error` with the core's name, its sentence and, for a setting, its `field`.

mod convert;
mod share;
mod types;

use wasm_bindgen::prelude::*;

use crate::checkpoint::{Checkpoint, MAX_BYTES};
use crate::config::{self, Config, RawConfig};
use crate::corpus::{self, MAX_CHARACTERS, MIN_CHARACTERS};
use crate::model::Model;
use crate::onnx;
use crate::sample;
use crate::train;
use convert::{from_js, throw, to_js};
use types::{Limits, Range, SliceReport, WrittenReport};

#[wasm_bindgen]
extern "C" {
    /// The browser's monotonic clock, in milliseconds.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn now_ms() -> f64;
}

/// A panic ends in a trap that says nothing; its sentence goes to the console first.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&JsValue::from(format!("Babble's network: {panic}")));
    }));
}

/// The bounds of every setting.
#[wasm_bindgen(unchecked_return_type = "Limits")]
pub fn limits() -> JsValue {
    to_js(&Limits {
        hidden_size: config::HIDDEN_SIZE,
        batch_size: config::BATCH_SIZE,
        sequence_length: config::SEQUENCE_LENGTH,
        learning_rate: config::LEARNING_RATE,
        clip_norm: config::CLIP_NORM,
        clip_value: config::CLIP_VALUE,
        layers: config::LAYERS,
        dropout: config::DROPOUT,
        forget_bias: config::FORGET_BIAS,
        momentum: config::MOMENTUM,
        weight_decay: config::WEIGHT_DECAY,
        warmup_characters: config::CHARACTERS,
        decay_factor: config::SHARE,
        decay_every: config::RUN_CHARACTERS,
        rate_floor: config::SHARE,
        run_characters: config::RUN_CHARACTERS,
        patience: config::PATIENCE,
        shards: config::SHARDS,
        top_k: config::TOP_K,
        top_p: config::TOP_P,
        seed: config::SEED,
        temperature: config::TEMPERATURE,
        text_characters: Range {
            min: MIN_CHARACTERS as f64,
            max: MAX_CHARACTERS as f64,
        },
        weights_bytes: MAX_BYTES,
    })
}

/// The settings that a new visitor finds.
#[wasm_bindgen(unchecked_return_type = "Config")]
pub fn defaults() -> JsValue {
    to_js(&Config::default())
}

/// The hash by which a run knows its text, of a text that comes in pieces.
#[wasm_bindgen]
#[derive(Default)]
pub struct Fingerprint(corpus::Fingerprint);

#[wasm_bindgen]
impl Fingerprint {
    /// Of nothing yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next piece of a text whose line ends are newlines and whose byte-order mark is gone. No
    /// surrogate pair may be cut.
    pub fn add(&mut self, piece: &str) {
        self.0.add(piece);
    }

    /// `RunReport.textHash` of all pieces together; ends this object's life.
    #[must_use]
    pub fn finish(self) -> String {
        self.0.finish()
    }
}

/// What the network of a configuration consists of, for a text of so many symbols. Throws `InvalidConfig`.
#[wasm_bindgen(unchecked_return_type = "ModelSummary")]
pub fn summarize(
    #[wasm_bindgen(unchecked_param_type = "Config")] config: JsValue,
    symbols: usize,
) -> Result<JsValue, JsValue> {
    let raw: RawConfig = from_js(config)?;
    let config = Config::from_raw(&raw).map_err(throw)?;
    Ok(to_js(&crate::summary::summarize(&config, symbols)))
}

/// One training run.
#[wasm_bindgen]
pub struct Trainer(train::Trainer<f32>);

#[wasm_bindgen]
impl Trainer {
    /// A run with fresh weights on this text.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "Config")] config: JsValue,
        text: &str,
    ) -> Result<Trainer, JsValue> {
        let raw: RawConfig = from_js(config)?;
        let config = Config::from_raw(&raw).map_err(throw)?;
        Ok(Self(train::Trainer::new(config, text).map_err(throw)?))
    }

    /// What is being trained, on what.
    #[wasm_bindgen(unchecked_return_type = "RunReport")]
    pub fn report(&self) -> JsValue {
        to_js(&self.0.report())
    }

    /// Steps done.
    #[wasm_bindgen(getter)]
    pub fn step(&self) -> f64 {
        self.0.steps_done() as f64
    }

    /// Trains for about `budgetMs` milliseconds and at least one step. Throws `Diverged` when the
    /// weights are of no use any more.
    #[wasm_bindgen(unchecked_return_type = "SliceReport")]
    pub fn run(
        &mut self,
        #[wasm_bindgen(js_name = budgetMs)] budget_ms: f64,
    ) -> Result<JsValue, JsValue> {
        let end = now_ms() + budget_ms;
        let mut losses = Vec::new();
        let mut update_ratio = None;
        self.0.measure_next_update();
        let last = loop {
            let report = self.0.step().map_err(throw)?;
            losses.push(report.loss as f32);
            update_ratio = update_ratio.or(report.update_ratio);
            if now_ms() >= end || self.0.finished().is_some() {
                break report;
            }
        };
        Ok(to_js(&SliceReport {
            step: last.step,
            losses: js_sys::Float32Array::from(losses.as_slice()),
            epoch: self.0.cursor().epoch,
            characters_seen: self.0.characters_seen(),
            gradient_norm: last.gradient_norm,
            learning_rate: last.learning_rate,
            update_ratio,
            finished: self.0.finished(),
        }))
    }

    /// Whether the run has come to an end that its settings set; [`Trainer::run`] would train on.
    #[must_use]
    #[wasm_bindgen(getter, unchecked_return_type = "SliceReport['finished']")]
    pub fn finished(&self) -> JsValue {
        to_js(&self.0.finished())
    }

    /// Trains on although the run has come to its end: its length does not stop it any more, and patience
    /// begins anew.
    #[wasm_bindgen(js_name = goOn)]
    pub fn go_on(&mut self) {
        self.0.go_on();
    }

    /// Whether the present weights are worth a snapshot: they do no worse than blind guessing, tried on
    /// the next characters. Costs about a third of a step.
    #[wasm_bindgen(js_name = isHealthy)]
    pub fn is_healthy(&mut self) -> bool {
        self.0.is_healthy()
    }

    /// Changes settings between two steps; all of them or, when one is refused, none.
    pub fn tune(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Tuning")] tuning: JsValue,
    ) -> Result<(), JsValue> {
        self.0.tune(&from_js(tuning)?).map_err(throw)
    }

    /// Begins to measure the held-out loss of the present weights, unless that is under way.
    #[wasm_bindgen(js_name = beginEvaluation)]
    pub fn begin_evaluation(&mut self) {
        self.0.begin_evaluation();
    }

    /// Whether a measurement is under way.
    #[wasm_bindgen(getter, js_name = isEvaluating)]
    pub fn is_evaluating(&self) -> bool {
        self.0.is_evaluating()
    }

    /// Goes on measuring for about `budgetMs` milliseconds; the result when it is complete.
    #[wasm_bindgen(unchecked_return_type = "HeldOut | null")]
    pub fn evaluate(&mut self, #[wasm_bindgen(js_name = budgetMs)] budget_ms: f64) -> JsValue {
        let end = now_ms() + budget_ms;
        while self.0.is_evaluating() {
            if let Some(held_out) = self.0.evaluate() {
                return to_js(&held_out);
            }
            if now_ms() >= end {
                break;
            }
        }
        JsValue::NULL
    }

    /// The run as a safetensors file, with all that an exact continuation needs.
    pub fn save(&self) -> Vec<u8> {
        self.0.save()
    }

    /// The model alone as a safetensors file, without what an exact continuation needs.
    #[wasm_bindgen(js_name = saveWeights)]
    pub fn save_weights(&self) -> Vec<u8> {
        self.0.save_weights()
    }

    /// The model as an ONNX file; the core's `onnx` says what it computes.
    pub fn onnx(&self) -> Vec<u8> {
        onnx::export(self.0.model(), self.0.config())
    }

    /// Goes back to a file that this run saved; the settings in force stay.
    pub fn restore(&mut self, weights: &[u8]) -> Result<(), JsValue> {
        self.0
            .restore(Checkpoint::read(weights).map_err(throw)?)
            .map_err(throw)
    }

    /// Makes `sampler` read `prompt` anew; returns the symbols that it had to skip.
    pub fn prompt(&self, sampler: &mut Sampler, prompt: &str) -> Vec<String> {
        sampler.read(self.0.model(), prompt)
    }

    /// Lets `sampler` write on with the present weights.
    pub fn write(&self, sampler: &mut Sampler, characters: usize) -> Result<String, JsValue> {
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
}

/// The content of a weights file, before it meets a text.
#[wasm_bindgen]
pub struct Weights(Checkpoint);

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

    /// As [`Trainer::onnx`].
    pub fn onnx(&self) -> Vec<u8> {
        onnx::export(self.0.model(), self.0.config())
    }

    /// Trains on: exactly, when it is the same text, else from these weights. Throws `UnknownSymbols`,
    /// with `symbols` and `occurrences`, when the text holds some and `unknown` is not given.
    pub fn resume(
        &self,
        text: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "UnknownSymbols | null")] unknown: JsValue,
    ) -> Result<Trainer, JsValue> {
        let unknown = from_js(unknown)?;
        Ok(Trainer(
            train::Trainer::resume(self.0.clone(), text, unknown).map_err(throw)?,
        ))
    }

    /// As [`Trainer::prompt`].
    pub fn prompt(&self, sampler: &mut Sampler, prompt: &str) -> Vec<String> {
        sampler.read(self.0.model(), prompt)
    }

    /// As [`Trainer::write`].
    pub fn write(&self, sampler: &mut Sampler, characters: usize) -> Result<String, JsValue> {
        sampler.write(self.0.model(), characters)
    }

    /// As [`Trainer::write_in_detail`].
    #[wasm_bindgen(js_name = writeInDetail, unchecked_return_type = "Written")]
    pub fn write_in_detail(
        &self,
        sampler: &mut Sampler,
        characters: usize,
    ) -> Result<JsValue, JsValue> {
        sampler.write_in_detail(self.0.model(), characters)
    }
}

/// The voice: it owns what it has read and its randomness. Use one with one model only.
#[wasm_bindgen]
pub struct Sampler(sample::Sampler<f32>);

#[wasm_bindgen]
impl Sampler {
    /// A sampler that has read nothing, at temperature 1.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: u32) -> Self {
        Self(sample::Sampler::new(seed))
    }

    /// 0 always takes the likeliest symbol. Throws outside `limits().temperature`.
    #[wasm_bindgen(js_name = setTemperature)]
    pub fn set_temperature(&mut self, temperature: f64) -> Result<(), JsValue> {
        self.0.set_temperature(temperature).map_err(throw)
    }

    /// Chooses from the so many likeliest symbols; 0 from all. Throws outside `limits().topK`.
    #[wasm_bindgen(js_name = setTopK)]
    pub fn set_top_k(&mut self, k: f64) -> Result<(), JsValue> {
        self.0.set_top_k(k).map_err(throw)
    }

    /// Chooses from the likeliest symbols that hold this share of the probability; 1 from all. Throws
    /// outside `limits().topP`.
    #[wasm_bindgen(js_name = setTopP)]
    pub fn set_top_p(&mut self, p: f64) -> Result<(), JsValue> {
        self.0.set_top_p(p).map_err(throw)
    }

    fn read(&mut self, model: &Model<f32>, prompt: &str) -> Vec<String> {
        self.0
            .prompt(model, prompt)
            .iter()
            .map(char::to_string)
            .collect()
    }

    fn write(&mut self, model: &Model<f32>, characters: usize) -> Result<String, JsValue> {
        self.0.write(model, characters).map_err(throw)
    }

    fn write_in_detail(
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
