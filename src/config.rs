//! What the person chose, and the bounds of every choice.

mod bounds;
mod json;
mod new_schedule;
mod table;
mod value;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};
use bounds::{choice, number, whole};
use table::settings;

pub use crate::nn::cell::CellKind;
pub use bounds::{
    CHARACTERS, HIDDEN_SIZE, LAYERS, RUN_CHARACTERS, Range, SHARE, TEMPERATURE, TOP_K, TOP_P,
    temperature, top_k, top_p,
};
pub(crate) use json::wrong_value;
pub use new_schedule::NewSchedule;
pub use table::Setting;
pub use value::Kind;
pub(crate) use value::{Choice, Place, alternatives, names};

/// Working memory that one run may take, its text aside, in bytes: a quarter of a 32-bit address
/// space.
pub const MAX_WORKING_BYTES: u64 = 1 << 30;

names! {
    /// How fresh weights are drawn.
    pub enum Initialization {
        /// Recurrent weights orthogonal (Saxe et al. 2014), the others after Glorot and Bengio (2010), biases
        /// zero.
        Orthogonal = "orthogonal",
        /// As PyTorch's modules do it: everything uniform in +-1/sqrt(H).
        Uniform = "uniform",
    }
}

names! {
    /// Which rule turns gradients into a change of the weights.
    pub enum OptimizerKind {
        /// Stochastic gradient descent, with momentum where chosen.
        Sgd = "sgd",
        /// Adagrad (Duchi, Hazan, Singer 2011).
        Adagrad = "adagrad",
        /// RMSProp (Tieleman, Hinton 2012).
        Rmsprop = "rmsprop",
        /// Adam (Kingma, Ba 2015).
        Adam = "adam",
        /// Adam with decoupled weight decay (Loshchilov, Hutter 2019).
        Adamw = "adamw",
    }
}

names! {
    /// How the learning rate changes with the characters seen; see [`crate::training::lr_schedule`].
    pub enum ScheduleKind {
        /// It does not.
        Constant = "constant",
        /// By a factor, every so many characters.
        Step = "step",
        /// Along half a cosine to its floor at the end of the run.
        Cosine = "cosine",
    }
}

settings! {
    /// The recurrence of every layer.
    cell: CellKind = CellKind::Rnn, choice("cell", "Cell");
    /// `L`, layers stacked on each other.
    layers: usize = 1.0, whole("layers", "Layers", LAYERS);
    /// `H`, units of the hidden state.
    hidden_size: usize = 128.0, whole("hiddenSize", "Hidden size", HIDDEN_SIZE);
    /// The share of values left out between two layers while training.
    dropout: f64 = 0.0, number("dropout", "Dropout", Range::new(0.0, 0.9)), live;
    /// What the biases of an LSTM's forget gates begin with; the other cells have none.
    forget_bias: f64 = 1.0, number("forgetBias", "Forget-gate bias", Range::new(0.0, 5.0));
    /// How the weights are drawn.
    initialization: Initialization = Initialization::Orthogonal, choice("initialization", "Initialization");
    /// `B`, streams of text that are read side by side.
    batch_size: usize = 16.0, whole("batchSize", "Batch size", Range::new(1.0, 512.0));
    /// `T`, characters of every stream that one step reads.
    sequence_length: usize = 64.0, whole("sequenceLength", "Sequence length", Range::new(1.0, 1024.0)), live;
    /// Characters that a stream reads on end before it goes on elsewhere in the text, from the zero state. In each
    /// pass the passages come in another order, spread over the text. 0: each stream is a contiguous part of the
    /// text, as it is where the text is too short for two passages in each stream.
    passage_length: usize = 0.0, whole("passageLength", "Passage length", Range::new(0.0, 1e6));
    /// The probability with which each stream begins a chunk with the zero state instead of the carried one.
    /// Without it training hardly ever meets the zero state, and a network may never leave a state that some
    /// texts lead it to from there.
    state_reset: f64 = 0.0, number("stateReset", "State reset", SHARE), live;
    /// The optimiser.
    optimizer: OptimizerKind = OptimizerKind::Adam, choice("optimizer", "Optimizer");
    /// SGD's momentum; the other optimisers have none to set.
    momentum: f64 = 0.0, number("momentum", "Momentum", Range::new(0.0, 0.999));
    /// AdamW's weight decay; the other optimisers have none.
    weight_decay: f64 = 0.01, number("weightDecay", "Weight decay", SHARE);
    /// What the average of the weights keeps of itself with each step; 0 for no average. The network that is
    /// measured, writes and is saved has the average weights. Training does not see them.
    averaging: f64 = 0.0, number("averaging", "Weight averaging", Range::new(0.0, 0.9999));
    // The upper end is far past anything that learns: an explosion is answered by going back, not by forbidding the try.
    /// The learning rate at its height; the schedule scales it.
    learning_rate: f64 = 0.003, number("learningRate", "Learning rate", Range::new(1e-6, 1000.0)), live;
    /// The learning rate of the weights that lead from unit to unit, within a layer and between layers, as a
    /// share of the others'.
    recurrent_rate: f64 = 1.0, number("recurrentRate", "Recurrent rate", SHARE);
    /// How the learning rate changes.
    schedule: ScheduleKind = ScheduleKind::Constant, choice("schedule", "Schedule");
    /// Characters over which the learning rate rises from zero, under any schedule.
    warmup_characters: u64 = 0.0, whole("warmupCharacters", "Warm-up", CHARACTERS);
    /// What a step decay multiplies by.
    decay_factor: f64 = 0.5, number("decayFactor", "Decay factor", SHARE);
    /// Characters between two step decays.
    decay_every: u64 = 1e6, whole("decayEvery", "Decay every", RUN_CHARACTERS);
    /// The share of the learning rate that a cosine ends at.
    rate_floor: f64 = 0.05, number("rateFloor", "Rate floor", SHARE);
    /// The length of the run in characters: where schedules end.
    run_characters: u64 = 1e7, whole("runCharacters", "Length of the run", RUN_CHARACTERS);
    /// Whether training stops there; otherwise it goes on at the rate that the schedule ended with.
    stop_at_end: bool = false, choice("stopAtEnd", "Stop at the end");
    /// Measurements of the held-out loss without progress before training stops and goes back to the best
    /// weights; 0 never. One counts in each pass over the text, or in 100,000
    /// characters if that is more.
    patience: usize = 0.0, whole("patience", "Patience", Range::new(0.0, 10_000.0));
    /// The bound on the gradients' global norm; 0 switches clipping off.
    clip_norm: f64 = 1.0, number("clipNorm", "Gradient clip", Range::new(0.0, 1000.0)), live;
    /// The bound on each gradient by itself, applied before the norm's; 0 switches it off.
    clip_value: f64 = 0.0, number("clipValue", "Value clip", Range::new(0.0, 1000.0)), live;
    /// Parts of the batch whose gradients are summed in a fixed order, so that several workers can share
    /// a step and come to the same bits as one.
    shards: usize = 1.0, whole("shards", "Shards", Range::new(1.0, 16.0));
    /// Whether multiplications are fused with the additions behind them where the page's browser can: faster, and
    /// the last digits are the processor's. The native build rounds after each operation whatever this says.
    fused: bool = false, choice("fused", "Fused arithmetic");
    /// What the initial weights and the sampler are drawn from.
    seed: u32 = 1.0, whole("seed", "Seed", Range::new(0.0, u32::MAX as f64));
}

impl RawConfig {
    /// The setting under `key`, if it may change between two steps.
    fn live(&mut self, key: &str) -> Option<&mut f64> {
        match self.place(key) {
            Some(Place::Number(number)) if Config::LIVE.contains(&key) => Some(number),
            _ => None,
        }
    }
}

/// Settings that change between two steps of a run, by their keys, which are among [`Config::LIVE`].
pub type Tuning = Vec<(String, f64)>;

/// What a new visitor finds. Measured on tiny-shakespeare, whose last tenth was held out, with five seeds;
/// docs/choosing.md has the figures. A cosine this long leaves the early rate high, and costs nothing early on. The state reset is the
/// least that was found to leave no network stuck.
impl Default for Config {
    fn default() -> Self {
        Self::from_raw(&RawConfig {
            cell: CellKind::Gru,
            batch_size: 10.0,
            passage_length: 512.0,
            state_reset: 0.1,
            averaging: 0.998,
            learning_rate: 0.03,
            recurrent_rate: 0.25,
            schedule: ScheduleKind::Cosine,
            warmup_characters: 20_000.0,
            rate_floor: 0.02,
            run_characters: 5e6,
            stop_at_end: true,
            ..RawConfig::default()
        })
        .expect("the defaults are within their bounds")
    }
}

impl Config {
    /// This configuration with `tuning` applied; all of it or, on error, nothing.
    ///
    /// # Errors
    /// As [`Config::from_raw`], and [`Error::Fixed`] for a setting that cannot change.
    pub fn tuned(&self, tuning: &Tuning) -> Result<Self> {
        let mut raw = RawConfig::from(self);
        for (key, value) in tuning {
            let Some(setting) = raw.live(key) else {
                return Err(Error::Fixed { key: key.clone() });
            };
            *setting = *value;
        }
        Self::from_raw(&raw)
    }

    /// The settings that may change between two steps, as they are.
    #[must_use]
    pub fn live(&self) -> Tuning {
        let mut raw = RawConfig::from(self);
        Self::LIVE
            .iter()
            .filter_map(|&key| Some((key.to_owned(), *raw.live(key)?)))
            .collect()
    }
}
