//! The boundary: but for `json`'s numbers, all that names `wasm_bindgen`, `js_sys`, `web_sys`, `serde_wasm_bindgen`.
//! One exported class for each role, few and coarse calls, plain objects in and out. Whatever the core
//! refuses is thrown as an `Error` with the core's name, its sentence and, for a setting, its `field`.

mod convert;
mod model;
mod parallel;
mod sampler;
mod settings;
mod types;
mod weights;

use wasm_bindgen::prelude::*;

use crate::config::Config;
use crate::data::corpus;
use crate::data::facts;
use crate::formats::checkpoint::Checkpoint;
use crate::training::trainer;
use convert::{throw, to_js};
use types::SliceReport;

#[wasm_bindgen]
extern "C" {
    /// The browser's monotonic clock, in milliseconds.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn now_ms() -> f64;
}

/// A panic ends in a trap that says nothing; its sentence goes to the console first.
#[wasm_bindgen(start, private)]
fn start() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&JsValue::from(format!("Babble's network: {panic}")));
    }));
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

/// What a person should know of a text before it is learned. Its line ends are newlines and its byte-order mark is gone.
#[wasm_bindgen(js_name = factsOf, unchecked_return_type = "TextFacts")]
pub fn facts_of(text: &str) -> JsValue {
    to_js(&facts::facts(text))
}

/// What the network of a configuration consists of, for a text of so many symbols. A setting that is left out
/// is as in `defaults()`. Throws `InvalidConfig`.
#[wasm_bindgen(unchecked_return_type = "ModelSummary")]
pub fn summarize(
    #[wasm_bindgen(unchecked_param_type = "Partial<Config>")] config: JsValue,
    symbols: usize,
) -> Result<JsValue, JsValue> {
    let config = settings::config(&config)?;
    Ok(to_js(&crate::training::summary::summarize(
        &config, symbols,
    )))
}

/// One training run.
#[wasm_bindgen]
pub struct Trainer(trainer::Trainer<f32>);

#[wasm_bindgen]
impl Trainer {
    /// A run with fresh weights on this text. A setting that is left out is as in `defaults()`. Throws
    /// `InvalidConfig`, with the setting as `field`, or what is wrong with the text.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "Partial<Config>")] config: JsValue,
        text: &str,
    ) -> Result<Trainer, JsValue> {
        let config = settings::config(&config)?;
        Ok(Self(trainer::Trainer::new(config, text).map_err(throw)?))
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

    /// Trains for about `budgetMs` milliseconds and at least one step, and stops early where a measurement is
    /// due. Throws `Diverged` when the
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
        let was_due = self.is_measurement_due();
        let last = loop {
            let report = self.0.step().map_err(throw)?;
            losses.push(report.loss as f32);
            update_ratio = update_ratio.or(report.update_ratio);
            let falls_due = !was_due && self.is_measurement_due();
            if now_ms() >= end || falls_due || self.0.finished().is_some() {
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

    /// Whether the run has come to an end that its settings set; `run` would train on.
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

    /// Begins a new schedule of the learning rate at the present weights, which ends at the run's new length.
    /// Patience begins anew. Throws `InvalidConfig`, and then nothing has changed.
    #[wasm_bindgen(js_name = beginSchedule)]
    pub fn begin_schedule(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "NewSchedule")] schedule: JsValue,
    ) -> Result<(), JsValue> {
        self.0
            .begin_schedule(&settings::new_schedule(&schedule)?)
            .map_err(throw)
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
        self.0.tune(&settings::tuning(&tuning)?).map_err(throw)
    }

    /// Whether the next measurement counts for patience; never without patience. A run that is measured
    /// whenever this says so, before it goes on, ends with the same weights however fast the machine is.
    #[must_use]
    #[wasm_bindgen(getter, js_name = isMeasurementDue)]
    pub fn is_measurement_due(&self) -> bool {
        self.0.config().patience > 0 && self.0.is_measurement_due()
    }

    /// Begins to measure the held-out loss of the present weights. A measurement of other weights that is
    /// under way is given up, unless it counts for patience.
    #[wasm_bindgen(js_name = beginEvaluation)]
    pub fn begin_evaluation(&mut self) {
        self.0.begin_evaluation();
    }

    /// As `beginEvaluation`, but in the first pass over the text only the beginning of the held-out part is
    /// read. Such an estimate counts for nothing.
    #[wasm_bindgen(js_name = beginEstimate)]
    pub fn begin_estimate(&mut self) {
        self.0.begin_estimate();
    }

    /// Whether the newest held-out loss is that of the present weights.
    #[must_use]
    #[wasm_bindgen(getter, js_name = isMeasured)]
    pub fn is_measured(&self) -> bool {
        self.0.is_measured()
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

    /// -ln p of each character that the newest complete measurement predicted: of the held-out part from its
    /// second on.
    #[must_use]
    #[wasm_bindgen(js_name = heldOutSurprise)]
    pub fn held_out_surprise(&self) -> Vec<f32> {
        self.0.held_out_surprise().to_vec()
    }

    /// Whether the newest held-out loss is worse than blind guessing although the training loss was clearly
    /// better: the text is known by heart or its end is of another kind, or the network has come to a state
    /// that it never leaves, which `stateReset` prevents.
    #[must_use]
    #[wasm_bindgen(getter, js_name = isWorseThanBlind)]
    pub fn is_worse_than_blind(&self) -> bool {
        self.0.is_worse_than_blind()
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

    /// Goes back to a file that this run saved; the settings in force stay.
    pub fn restore(&mut self, weights: &[u8]) -> Result<(), JsValue> {
        self.0
            .restore(Checkpoint::read(weights).map_err(throw)?)
            .map_err(throw)
    }
}
