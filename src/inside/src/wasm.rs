//! The boundary to the page. Plain objects in and out; whatever is refused is thrown as an `Error`.

use babble::formats::checkpoint::Checkpoint;
use babble::nn::gradcheck::{NUDGE, Nudged, Task};
use babble::nn::mistakes::{Mistake, TextbookStep, textbook};
use babble::nn::unrolled::{Trace, Unrolled};
use babble::training::run_check;
use serde::Serialize;
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::prelude::*;

use crate::word::{Settings, network};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A word of 2 to 6 letters, of which two differ, and a network of 1 to 4 units in each of 1 or 2 layers. */
export interface InsideSettings {
    cell: 'rnn' | 'relu' | 'gru' | 'lstm';
    layers: number;
    hidden: number;
    word: string;
    /** In place of the word: for each time step numbers to read, and those that should come of them. A space stands between numbers, a semicolon between steps. */
    numbers?: { inputs: string, targets: string };
    /** A whole number below 2^32. */
    seed: number;
}

/** A tensor by PyTorch's name. Its weights lie column by column among all, from `begin` on. */
export interface InsideTensor { name: string, rows: number, columns: number, begin: number }

/** One layer at one time step. The gates lie in blocks of as many numbers as units; `c` is an LSTM's memory. */
export interface LayerStep { gates: number[], h: number[], c: number[] }

/** One time step: logits `y`, probabilities `p` (of numbers: outputs `y`, and `p = y` less its target), and what it adds to the loss before the mean. */
export interface ForwardStep { layers: LayerStep[], y: number[], p: number[], loss: number }

/** One layer at one time step on the way back; `d_` is the gradient of the mean loss. */
export interface LayerBackward {
    d_h_from_next: number[];
    d_h_from_above: number[];
    /** The sum of the two. */
    d_h: number[];
    /** The same sum by the losses that it comes from: those of this time step, the next ... the last. */
    d_h_of_loss: number[][];
    /** What an LSTM's next memory sends back. */
    d_c_from_next: number[];
    /** That, and what comes to the memory through `h`. */
    d_c: number[];
    /** Of the gates before they are squashed, in the blocks of `gates`. */
    d_gates: number[];
}

/** One time step on the way back. `d_weights` is what it adds to the gradient of every weight. */
export interface BackwardStep { d_y: number[], layers: LayerBackward[], d_weights: number[] }

/** Every number of one step of learning. */
export interface Trace {
    /** The letters that the network knows; an output for each. Of numbers there are none. */
    letters: string[];
    /** For each time step the letter that is read, as its place among `letters`. */
    inputs: number[];
    /** Likewise the letter that should be guessed. */
    targets: number[];
    /** For each time step what is read and what should come of it, where they are numbers. */
    numbers: { inputs: number[][], targets: number[][] } | null;
    gateNames: string[];
    weights: number[];
    forward: ForwardStep[];
    /** In the order of time. */
    backward: BackwardStep[];
    /** The mean over time. */
    loss: number;
    /** The sum over time of `d_weights`. */
    gradient: number[];
}

/** A weight's gradient beside the slope that moving it both ways shows. */
export interface InsideCheck {
    nudge: number;
    above: number;
    below: number;
    slope: number;
    gradient: number;
    difference: number;
}

/** The same for every weight, and the one at which gradient and slope differ most. */
export interface InsideChecks {
    gradients: number[];
    slopes: number[];
    differences: number[];
    worst: number;
    /** What the mistake makes of each time step, in the order of time, and of each of its layers; empty without one. The fields are those of `LayerBackward`. */
    steps: Pick<LayerBackward, 'd_h' | 'd_c' | 'd_gates'>[][];
}

/** A mistake that people make in back-propagation: see `Mistake` in the sources. */
export type Mistake = 'forgetSlope' | 'forgetNext' | 'noTranspose' | 'forgetAbove' | 'inputForState'
    | 'stateOff' | 'productOverTime' | 'noSumOverTime' | 'forgetBias' | 'forgetGateSlope' | 'forgetCarry'
    | 'resetBefore' | 'forgetReset' | 'swapUpdate' | 'forgetMemory' | 'forgetForget' | 'memoryOff' | 'forgetOutput';

/** What is checked of a run: `samples` of its `weights` are nudged, on `streams` of the `ofStreams` of its next chunk of `steps` steps. */
export interface RunCheckPlan {
    step: number;
    weights: number;
    samples: number;
    streams: number;
    ofStreams: number;
    steps: number;
    loss: number;
}

/** What was found of a tensor. `error` is relative, of the nudged weights; `single` that of the whole gradient in f32 beside f64. The place is that of the weight whose `gradient` and `slope` differ most. */
export interface TensorCheck {
    name: string;
    weights: number;
    samples: number;
    /** Weights left out because a ReLU has a kink there. */
    kinks: number;
    error: number;
    single: number;
    agrees: boolean;
    row: number;
    column: number;
    gradient: number;
    slope: number;
}
"#;

#[derive(Serialize)]
struct TensorReport {
    name: String,
    rows: usize,
    columns: usize,
    begin: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TraceReport<'a> {
    letters: &'a [char],
    inputs: &'a [u16],
    targets: &'a [u16],
    numbers: Option<NumbersReport<'a>>,
    gate_names: &'a [&'a str],
    weights: &'a [f64],
    #[serde(flatten)]
    trace: Trace,
}

#[derive(Serialize)]
struct NumbersReport<'a> {
    inputs: Vec<&'a [f64]>,
    targets: Vec<&'a [f64]>,
}

#[derive(Serialize)]
struct CheckReport {
    nudge: f64,
    #[serde(flatten)]
    nudged: Nudged,
    gradient: f64,
    difference: f64,
}

#[derive(Serialize)]
struct Checks {
    gradients: Vec<f64>,
    slopes: Vec<f64>,
    differences: Vec<f64>,
    worst: usize,
    steps: Vec<Vec<TextbookStep>>,
}

/// A small network and the word that it reads.
#[wasm_bindgen]
pub struct Inside {
    letters: Vec<char>,
    network: Unrolled,
}

#[wasm_bindgen]
impl Inside {
    /// A network with random weights. Throws `InvalidNetwork`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "InsideSettings")] settings: JsValue,
    ) -> Result<Self, JsValue> {
        let settings: Settings = from_value(settings)
            .map_err(|error| invalid(&format!("The network cannot be read: {error}.")))?;
        let (letters, network) = network(&settings).map_err(|why| invalid(&why))?;
        Ok(Self { letters, network })
    }

    /// The tensors in the order of their weights.
    #[wasm_bindgen(unchecked_return_type = "InsideTensor[]")]
    pub fn tensors(&self) -> Result<JsValue, JsValue> {
        let mut begin = 0;
        let tensors: Vec<_> = self
            .network
            .tensors()
            .map(|(tensor, (rows, columns))| {
                let report = TensorReport {
                    name: tensor.name().into_owned(),
                    rows,
                    columns,
                    begin,
                };
                begin += rows * columns;
                report
            })
            .collect();
        to_js(&tensors)
    }

    /// Every number of one step of learning.
    #[wasm_bindgen(unchecked_return_type = "Trace")]
    pub fn trace(&self) -> Result<JsValue, JsValue> {
        let sizes = self.network.sizes();
        let (mut ids, mut numbers) = (Default::default(), None);
        match self.network.task() {
            Task::Symbols { inputs, targets } => ids = (inputs.as_slice(), targets.as_slice()),
            Task::Values { inputs, targets } => {
                numbers = Some(NumbersReport {
                    inputs: inputs.chunks(sizes.inputs).collect(),
                    targets: targets.chunks(sizes.outputs).collect(),
                });
            }
        }
        let (inputs, targets) = ids;
        to_js(&TraceReport {
            letters: &self.letters,
            inputs,
            targets,
            numbers,
            gate_names: sizes.cell.gate_names(),
            weights: self.network.weights(),
            trace: self.network.trace(),
        })
    }

    /// Moves one weight both ways. Throws `InvalidNetwork` when there is no such weight.
    #[wasm_bindgen(unchecked_return_type = "InsideCheck")]
    pub fn check(&self, weight: usize) -> Result<JsValue, JsValue> {
        let gradient = *self.network.gradient().get(weight).ok_or_else(|| {
            let last = self.network.weights().len() - 1;
            invalid(&format!(
                "There are weights 0 to {last}, and no weight {weight}."
            ))
        })?;
        let nudged = self.network.check(weight);
        to_js(&CheckReport {
            nudge: NUDGE,
            nudged,
            gradient,
            difference: (nudged.slope - gradient).abs(),
        })
    }

    /// Moves every weight both ways, beside the gradient that this mistake comes to, or the right one; and the way back
    /// with the mistake. Throws `InvalidNetwork` for a mistake where `mistakes()` is empty.
    #[wasm_bindgen(js_name = checkAll, unchecked_return_type = "InsideChecks")]
    pub fn check_all(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Mistake | null")] mistake: JsValue,
    ) -> Result<JsValue, JsValue> {
        let mistake: Option<Mistake> = from_value(mistake)
            .map_err(|error| invalid(&format!("There is no such mistake: {error}.")))?;
        let (gradients, steps) = if mistake.is_some() {
            let wrong = textbook(&self.network, mistake)
                .ok_or_else(|| invalid("No mistake is known of this cell."))?;
            (wrong.gradient, wrong.steps)
        } else {
            (self.network.gradient(), Vec::new())
        };
        let slopes: Vec<f64> = (0..gradients.len())
            .map(|weight| self.network.check(weight).slope)
            .collect();
        let differences: Vec<f64> = std::iter::zip(&gradients, &slopes)
            .map(|(gradient, slope)| (gradient - slope).abs())
            .collect();
        let worst = (0..differences.len())
            .max_by(|&a, &b| differences[a].total_cmp(&differences[b]))
            .unwrap_or_default();
        to_js(&Checks {
            gradients,
            slopes,
            differences,
            worst,
            steps,
        })
    }

    /// The mistakes that can be put into the backward pass of this network.
    #[wasm_bindgen(unchecked_return_type = "Mistake[]")]
    pub fn mistakes(&self) -> Result<JsValue, JsValue> {
        let any = textbook(&self.network, None).is_some();
        to_js(&if any {
            Mistake::of(self.network.sizes().cell).to_vec()
        } else {
            Vec::new()
        })
    }

    /// Moves every weight against its gradient, by this rate. Returns the new loss.
    pub fn update(&mut self, rate: f64) -> f64 {
        self.network.update(rate)
    }
}

/// The check of a run's gradient on its next chunk, a weight at a time.
#[wasm_bindgen]
pub struct RunCheck(run_check::RunCheck);

#[wasm_bindgen]
impl RunCheck {
    /// `file`: the run as `Trainer.save` gives it. `training`: the part of its text that it is trained on. Computes the
    /// gradients. Throws `InvalidRun` when this run cannot be checked.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &[u8], training: &str) -> Result<Self, JsValue> {
        let read =
            Checkpoint::read(file).map_err(|error| named("InvalidRun", &error.to_string()))?;
        let check = read
            .check(training)
            .map_err(|why| named("InvalidRun", &why))?;
        Ok(Self(check))
    }

    /// What is checked.
    #[wasm_bindgen(unchecked_return_type = "RunCheckPlan")]
    pub fn plan(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.plan())
    }

    /// Nudges the next weight both ways. Returns how many have been nudged.
    #[wasm_bindgen(js_name = nudgeNext)]
    pub fn nudge_next(&mut self) -> usize {
        self.0.nudge_next()
    }

    /// What was found of each tensor so far.
    #[wasm_bindgen(unchecked_return_type = "TensorCheck[]")]
    pub fn report(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.report())
    }
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}

fn invalid(message: &str) -> JsValue {
    named("InvalidNetwork", message)
}

fn named(name: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name(name);
    error.into()
}
