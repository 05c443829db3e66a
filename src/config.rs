//! What the person chose, and the bounds of every choice.

use serde::{Deserialize, Serialize};

use crate::json::{self, Json, Reader, write_key, write_string};
use crate::{Error, Result};

/// Bounds of one setting, both ends allowed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// The smallest value allowed.
    pub min: f64,
    /// The largest value allowed.
    pub max: f64,
}

/// `H`. At 1,024 units one step of the default batch takes about a second in a tab.
pub const HIDDEN_SIZE: Range = Range {
    min: 1.0,
    max: 1024.0,
};
/// `B`.
pub const BATCH_SIZE: Range = Range {
    min: 1.0,
    max: 512.0,
};
/// `T`.
pub const SEQUENCE_LENGTH: Range = Range {
    min: 1.0,
    max: 1024.0,
};
/// The learning rate. The upper end is far past anything that learns: an explosion is answered by
/// going back, not by forbidding the try.
pub const LEARNING_RATE: Range = Range {
    min: 1e-6,
    max: 1000.0,
};
/// The bound on the gradients' global norm; 0 switches clipping off.
pub const CLIP_NORM: Range = Range {
    min: 0.0,
    max: 1000.0,
};
/// The bound on each gradient by itself; 0 switches it off.
pub const CLIP_VALUE: Range = CLIP_NORM;
/// `L`.
pub const LAYERS: Range = Range { min: 1.0, max: 8.0 };
/// The share of values that are left out between two layers.
pub const DROPOUT: Range = Range { min: 0.0, max: 0.9 };
/// What an LSTM's forget gates begin with.
pub const FORGET_BIAS: Range = Range { min: 0.0, max: 5.0 };
/// The share of the last update that SGD takes along.
pub const MOMENTUM: Range = Range {
    min: 0.0,
    max: 0.999,
};
/// AdamW's decay.
pub const WEIGHT_DECAY: Range = Range { min: 0.0, max: 1.0 };
/// Lengths of schedules and runs, in characters.
pub const CHARACTERS: Range = Range {
    min: 0.0,
    max: 1e12,
};
/// A run has at least one character.
pub const RUN_CHARACTERS: Range = Range {
    min: 1.0,
    max: 1e12,
};
/// Factors and shares of a learning rate.
pub const SHARE: Range = Range { min: 0.0, max: 1.0 };
/// Measurements without progress before training stops; 0 never stops it.
pub const PATIENCE: Range = Range {
    min: 0.0,
    max: 10_000.0,
};
/// Parts of the batch whose gradients are summed in a fixed order.
pub const SHARDS: Range = Range {
    min: 1.0,
    max: 16.0,
};
/// Seeds are 32 bits wide.
pub const SEED: Range = Range {
    min: 0.0,
    max: u32::MAX as f64,
};
/// The sampling temperature; 0 always takes the likeliest symbol.
pub const TEMPERATURE: Range = Range { min: 0.0, max: 2.0 };
/// How many of the likeliest symbols a sampler chooses from; 0 for all of them.
pub const TOP_K: Range = Range {
    min: 0.0,
    max: crate::vocab::MAX_SYMBOLS as f64,
};
/// The share of the probability that a sampler chooses from; 1 for all of it.
pub const TOP_P: Range = Range {
    min: 0.01,
    max: 1.0,
};

/// Working memory that one run may take, its text aside, in bytes: a quarter of a 32-bit address
/// space.
pub const MAX_WORKING_BYTES: usize = 1 << 30;

/// Declares a choice among names: the enum, and its names in JSON and at the boundary.
macro_rules! names {
    ($(#[$doc:meta])* pub enum $enum:ident { $($(#[$of:meta])* $variant:ident = $name:tt,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $enum {
            $($(#[$of])* #[serde(rename = $name)] $variant,)*
        }

        impl Json for $enum {
            fn read(reader: &mut Reader<'_>) -> Option<Self> {
                let name = reader.string()?;
                [$(($name, Self::$variant)),*]
                    .into_iter()
                    .find_map(|(known, variant)| (known == name).then_some(variant))
            }
            fn write(&self, into: &mut String) {
                write_string(into, match self { $(Self::$variant => $name),* });
            }
        }
    };
}

names! {
    /// Which recurrence a layer computes.
    pub enum CellKind {
        /// The vanilla cell of Elman (1990) with tanh.
        Rnn = "rnn",
        /// The vanilla cell with max(0, x).
        Relu = "relu",
        /// The gated recurrent unit of Cho et al. (2014), its reset after the recurrent product.
        Gru = "gru",
        /// The long short-term memory of Hochreiter and Schmidhuber (1997) with forget gates.
        Lstm = "lstm",
    }
}

impl CellKind {
    /// `G`, the blocks of `H` rows that the weights of one layer have.
    #[must_use]
    pub fn gates(self) -> usize {
        match self {
            Self::Rnn | Self::Relu => 1,
            Self::Gru => 3,
            Self::Lstm => 4,
        }
    }

    /// Whether it carries a memory `c` beside its hidden state.
    #[must_use]
    pub fn has_memory(self) -> bool {
        self == Self::Lstm
    }
}

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
    /// How the learning rate changes with the characters seen; see [`crate::schedule`].
    pub enum ScheduleKind {
        /// It does not.
        Constant = "constant",
        /// By a factor, every so many characters.
        Step = "step",
        /// Along half a cosine to its floor at the end of the run.
        Cosine = "cosine",
    }
}

/// Declares [`Config`], [`RawConfig`] and the ways from one to the other: each setting's type, key, label,
/// bounds and the value that it has in a file (or a call) that does not name it.
macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident: $type:ident = $missing:expr, $read:ident($key:tt $(, $label:literal, $range:expr)?);)*) => {
        /// A run's settings. Built by [`Config::from_raw`] or taken from [`Config::default`], so that one in
        /// hand has kept its bounds.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        pub struct Config {
            $($(#[$doc])* #[serde(rename = $key)] pub $name: $type,)*
        }

        /// A [`Config`] as it came from outside: every number as it was typed, nothing checked. What is left
        /// out is as it was before there was such a setting: a file of an earlier version means the same
        /// today.
        #[derive(Debug, Clone, PartialEq, Deserialize)]
        #[serde(default)]
        #[allow(missing_docs)] // the fields are Config's
        pub struct RawConfig {
            $(#[serde(rename = $key)] pub $name: settings!(@raw $type),)*
        }

        impl Default for RawConfig {
            fn default() -> Self {
                Self { $($name: $missing,)* }
            }
        }

        impl From<&Config> for RawConfig {
            fn from(config: &Config) -> Self {
                Self { $($name: settings!(@loosen $type, config.$name),)* }
            }
        }

        impl RawConfig {
            /// Reads JSON as it stands in a weights file; what it leaves out is as in `missing`. `None` when
            /// it is no JSON object, or a value in it is of the wrong kind.
            #[must_use]
            pub fn from_json(json: &str, missing: &Self) -> Option<Self> {
                json::read(json, |reader| {
                    let mut raw = missing.clone();
                    reader.object(&mut |reader, key| {
                        $(if key == $key {
                            raw.$name = Json::read(reader)?;
                            return Some(());
                        })*
                        reader.skip()
                    })?;
                    Some(raw)
                })
            }
        }

        impl Config {
            /// The configuration as JSON, every key in it.
            #[must_use]
            pub fn to_json(&self) -> String {
                let raw = RawConfig::from(self);
                let mut json = String::new();
                $(
                    write_key(&mut json, $key);
                    raw.$name.write(&mut json);
                )*
                json.push('}');
                json
            }

            /// Checks every number of `raw`.
            ///
            /// # Errors
            /// [`Error::NotANumber`] or [`Error::OutOfRange`] for the first field outside its bounds.
            pub fn from_raw(raw: &RawConfig) -> Result<Self> {
                Ok(Self { $($name: $read(raw.$name, $key $(, $label, $range)?)? as $type,)* })
            }
        }
    };
    (@raw usize) => { f64 };
    (@raw u64) => { f64 };
    (@raw u32) => { f64 };
    (@raw $type:ident) => { $type };
    (@loosen usize, $value:expr) => { $value as f64 };
    (@loosen u64, $value:expr) => { $value as f64 };
    (@loosen u32, $value:expr) => { $value as f64 };
    (@loosen $type:ident, $value:expr) => { $value };
}

settings! {
    /// The recurrence of every layer.
    cell: CellKind = CellKind::Rnn, choice("cell");
    /// `L`, layers stacked on each other.
    layers: usize = 1.0, whole("layers", "Layers", LAYERS);
    /// `H`, units of the hidden state.
    hidden_size: usize = 128.0, whole("hiddenSize", "Hidden size", HIDDEN_SIZE);
    /// The share of values left out between two layers while training.
    dropout: f64 = 0.0, number("dropout", "Dropout", DROPOUT);
    /// What the biases of an LSTM's forget gates begin with; the other cells have none.
    forget_bias: f64 = 1.0, number("forgetBias", "Forget-gate bias", FORGET_BIAS);
    /// How the weights are drawn.
    initialization: Initialization = Initialization::Orthogonal, choice("initialization");
    /// `B`, contiguous streams that are read side by side.
    batch_size: usize = 16.0, whole("batchSize", "Batch size", BATCH_SIZE);
    /// `T`, characters of every stream that one step reads.
    sequence_length: usize = 64.0, whole("sequenceLength", "Sequence length", SEQUENCE_LENGTH);
    /// The optimiser.
    optimizer: OptimizerKind = OptimizerKind::Adam, choice("optimizer");
    /// SGD's momentum; the other optimisers have none to set.
    momentum: f64 = 0.0, number("momentum", "Momentum", MOMENTUM);
    /// AdamW's weight decay; the other optimisers have none.
    weight_decay: f64 = 0.01, number("weightDecay", "Weight decay", WEIGHT_DECAY);
    /// The learning rate at its height; the schedule scales it.
    learning_rate: f64 = 0.003, number("learningRate", "Learning rate", LEARNING_RATE);
    /// How the learning rate changes.
    schedule: ScheduleKind = ScheduleKind::Constant, choice("schedule");
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
    stop_at_end: bool = false, choice("stopAtEnd");
    /// Measurements of the held-out loss without progress before training stops and goes back to the best
    /// weights; 0 never.
    patience: usize = 0.0, whole("patience", "Patience", PATIENCE);
    /// The bound on the gradients' global norm; 0 switches clipping off.
    clip_norm: f64 = 1.0, number("clipNorm", "Gradient clip", CLIP_NORM);
    /// The bound on each gradient by itself, applied before the norm's; 0 switches it off.
    clip_value: f64 = 0.0, number("clipValue", "Value clip", CLIP_VALUE);
    /// Parts of the batch whose gradients are summed in a fixed order, so that several workers can share
    /// a step and come to the same bits as one.
    shards: usize = 1.0, whole("shards", "Shards", SHARDS);
    /// Whether multiplications are fused with the additions behind them where the page's browser can: faster, and
    /// the last digits are the processor's. The native build rounds after each operation whatever this says.
    fused: bool = false, choice("fused");
    /// What the initial weights and the sampler are drawn from.
    seed: u32 = 1.0, whole("seed", "Seed", SEED);
}

/// Settings that may change between two steps of a run; `None` leaves one as it is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)] // the fields are Config's
pub struct Tuning {
    pub learning_rate: Option<f64>,
    pub clip_norm: Option<f64>,
    pub clip_value: Option<f64>,
    pub dropout: Option<f64>,
    pub sequence_length: Option<f64>,
}

/// What a new visitor finds. Measured on tiny-shakespeare, whose last tenth was held out: 1.80 nats after
/// 0.9 million characters, 1.64 after 3.9 and 1.58 after 11.5; a cosine this long leaves the early rate
/// high, and costs nothing early on. docs/performance.md says what that is in seconds.
impl Default for Config {
    fn default() -> Self {
        Self::from_raw(&RawConfig {
            cell: CellKind::Gru,
            learning_rate: 0.005,
            schedule: ScheduleKind::Cosine,
            warmup_characters: 20_000.0,
            rate_floor: 0.02,
            run_characters: 12e6,
            ..RawConfig::default()
        })
        .expect("the defaults are within their bounds")
    }
}

impl Config {
    /// This configuration with `tuning` applied; all of it or, on error, nothing.
    ///
    /// # Errors
    /// As [`Config::from_raw`].
    pub fn tuned(&self, tuning: &Tuning) -> Result<Self> {
        let mut raw = RawConfig::from(self);
        let set = |into: &mut f64, value: Option<f64>| *into = value.unwrap_or(*into);
        set(&mut raw.learning_rate, tuning.learning_rate);
        set(&mut raw.clip_norm, tuning.clip_norm);
        set(&mut raw.clip_value, tuning.clip_value);
        set(&mut raw.dropout, tuning.dropout);
        set(&mut raw.sequence_length, tuning.sequence_length);
        Self::from_raw(&raw)
    }
}

/// Checks a sampling temperature.
///
/// # Errors
/// As [`Config::from_raw`].
pub fn temperature(value: f64) -> Result<f64> {
    number(value, "temperature", "Temperature", TEMPERATURE)
}

/// Checks a sampler's top-k.
///
/// # Errors
/// As [`Config::from_raw`].
pub fn top_k(value: f64) -> Result<usize> {
    Ok(whole(value, "topK", "Top-k", TOP_K)? as usize)
}

/// Checks a sampler's top-p.
///
/// # Errors
/// As [`Config::from_raw`].
pub fn top_p(value: f64) -> Result<f64> {
    number(value, "topP", "Top-p", TOP_P)
}

/// A choice among names has no bounds.
fn choice<T>(value: T, _key: &'static str) -> Result<T> {
    Ok(value)
}

// Out of line, both: they stand behind every setting.
#[inline(never)]
fn number(value: f64, field: &'static str, label: &'static str, range: Range) -> Result<f64> {
    if value.is_nan() {
        return Err(Error::NotANumber {
            field,
            label,
            wanted: "a number",
            value,
        });
    }
    if value < range.min || value > range.max {
        return Err(Error::OutOfRange {
            field,
            label,
            value,
            min: range.min,
            max: range.max,
        });
    }
    Ok(value)
}

#[inline(never)]
fn whole(value: f64, field: &'static str, label: &'static str, range: Range) -> Result<f64> {
    if value.is_finite() && value.fract() != 0.0 {
        return Err(Error::NotANumber {
            field,
            label,
            wanted: "a whole number",
            value,
        });
    }
    number(value, field, label, range)
}
