//! What the person chose, and the bounds of every choice.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::json::{self, Reader, write_key, write_string};
use crate::{Error, Result};

pub use crate::nn::cell::CellKind;

/// Bounds of one setting, both ends allowed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// The smallest value allowed.
    pub min: f64,
    /// The largest value allowed.
    pub max: f64,
}

impl Range {
    const fn new(min: f64, max: f64) -> Self {
        Self { min, max }
    }
}

/// `H`. At 1,024 units one step of the default batch takes about a second in a tab.
pub const HIDDEN_SIZE: Range = Range::new(1.0, 1024.0);
/// `B`.
pub const BATCH_SIZE: Range = Range::new(1.0, 512.0);
/// `T`.
pub const SEQUENCE_LENGTH: Range = Range::new(1.0, 1024.0);
/// Characters that a stream reads on end; 0: all of its part of the text.
pub const PASSAGE_LENGTH: Range = Range::new(0.0, 1e6);
/// The learning rate. The upper end is far past anything that learns: an explosion is answered by
/// going back, not by forbidding the try.
pub const LEARNING_RATE: Range = Range::new(1e-6, 1000.0);
/// The bound on the gradients' global norm; 0 switches clipping off.
pub const CLIP_NORM: Range = Range::new(0.0, 1000.0);
/// The bound on each gradient by itself; 0 switches it off.
pub const CLIP_VALUE: Range = CLIP_NORM;
/// `L`.
pub const LAYERS: Range = Range::new(1.0, 8.0);
/// The share of values that are left out between two layers.
pub const DROPOUT: Range = Range::new(0.0, 0.9);
/// The probability that a stream begins a chunk with the zero state.
pub const STATE_RESET: Range = Range::new(0.0, 1.0);
/// What an LSTM's forget gates begin with.
pub const FORGET_BIAS: Range = Range::new(0.0, 5.0);
/// The share of the last update that SGD takes along.
pub const MOMENTUM: Range = Range::new(0.0, 0.999);
/// AdamW's decay.
pub const WEIGHT_DECAY: Range = Range::new(0.0, 1.0);
/// What the average of the weights keeps of itself with each step.
pub const AVERAGING: Range = Range::new(0.0, 0.9999);
/// Lengths of schedules and runs, in characters.
pub const CHARACTERS: Range = Range::new(0.0, 1e12);
/// A run has at least one character.
pub const RUN_CHARACTERS: Range = Range::new(1.0, 1e12);
/// Factors and shares of a learning rate.
pub const SHARE: Range = Range::new(0.0, 1.0);
/// Measurements without progress before training stops; 0 never stops it.
pub const PATIENCE: Range = Range::new(0.0, 10_000.0);
/// Parts of the batch whose gradients are summed in a fixed order.
pub const SHARDS: Range = Range::new(1.0, 16.0);
/// Seeds are 32 bits wide.
pub const SEED: Range = Range::new(0.0, u32::MAX as f64);
/// The sampling temperature; 0 always takes the likeliest symbol.
pub const TEMPERATURE: Range = Range::new(0.0, 2.0);
/// How many of the likeliest symbols a sampler chooses from; 0 for all of them.
pub const TOP_K: Range = Range::new(0.0, crate::data::vocab::MAX_SYMBOLS as f64);
/// The share of the probability that a sampler chooses from; 1 for all of it.
pub const TOP_P: Range = Range::new(0.01, 1.0);

/// Working memory that one run may take, its text aside, in bytes: a quarter of a 32-bit address
/// space.
pub const MAX_WORKING_BYTES: u64 = 1 << 30;

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A whole number within bounds.
    Whole(Range),
    /// A number within bounds.
    Number(Range),
    /// Yes or no.
    Switch,
    /// One of these names.
    Choice(&'static [&'static str]),
}

impl Kind {
    pub(crate) fn words(self) -> String {
        match self {
            Self::Whole(Range { min, max }) => format!("a whole number between {min} and {max}"),
            Self::Number(Range { min, max }) => format!("a number between {min} and {max}"),
            Self::Switch => "true or false".into(),
            Self::Choice(names) => alternatives(names),
        }
    }
}

/// `"a", "b" or "c"`.
pub(crate) fn alternatives(names: &[&str]) -> String {
    let mut words = String::new();
    for (at, name) in names.iter().enumerate() {
        words.push_str(match at {
            0 => "",
            _ if at + 1 == names.len() => " or ",
            _ => ", ",
        });
        write_string(&mut words, name);
    }
    words
}

/// A file's configuration, as JSON, has a value under `key` that is none of those wanted.
pub(crate) fn wrong_setting(json: &str, key: &str, wanted: Kind) -> Error {
    wrong_value(json, key, &wanted.words())
}

/// As [`wrong_setting`], with what is wanted in words.
#[inline(never)]
pub(crate) fn wrong_value(json: &str, key: &str, wanted: &str) -> Error {
    const SHOWN: usize = 60;
    let mut value = String::new();
    let read = json::read(json, |reader| {
        reader.object(&mut |reader, name| {
            let raw = reader.raw()?;
            if name == key {
                value = raw.chars().take(SHOWN).collect();
            }
            Some(())
        })
    });
    Error::bad_weights(match read {
        // Only the tensors decided.
        Some(()) if value.is_empty() => {
            format!("{key} as its tensors have it must be {wanted}.")
        }
        Some(()) => format!("its configuration has {key} {value}, which must be {wanted}."),
        None => "its configuration is no JSON object.".into(),
    })
}

/// A choice among names.
pub(crate) trait Choice {
    /// Makes the choice of this name, if there is one.
    fn choose(&mut self, name: &str) -> Option<()>;
    /// The name of what is chosen.
    fn chosen(&self) -> &'static str;
}

/// Where the value of a setting lies, for whoever knows it by its key alone.
pub(crate) enum Place<'a> {
    Number(&'a mut f64),
    Switch(&'a mut bool),
    Choice(&'a mut dyn Choice),
}

impl<'a> From<&'a mut f64> for Place<'a> {
    fn from(number: &'a mut f64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a mut bool> for Place<'a> {
    fn from(switch: &'a mut bool) -> Self {
        Self::Switch(switch)
    }
}

impl Place<'_> {
    /// Reads a value of JSON.
    fn read(self, reader: &mut Reader<'_>) -> Option<()> {
        match self {
            Self::Number(number) => *number = reader.number()?,
            Self::Switch(switch) => *switch = reader.boolean()?,
            Self::Choice(choice) => choice.choose(&reader.string()?)?,
        }
        Some(())
    }

    /// Appends the value as JSON.
    pub(crate) fn write(self, into: &mut String) {
        // Writing to a String cannot fail.
        let _ = match self {
            Self::Number(number) => write!(into, "{number}"),
            Self::Switch(switch) => write!(into, "{switch}"),
            Self::Choice(choice) => return write_string(into, choice.chosen()),
        };
    }
}

/// Declares a choice among names: the enum, and its names in JSON and at the boundary.
macro_rules! names {
    ($(#[$doc:meta])* pub enum $enum:ident { $($(#[$of:meta])* $variant:ident = $name:tt,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $enum {
            $($(#[$of])* #[serde(rename = $name)] $variant,)*
        }

        impl $enum {
            /// Its names, in order.
            #[allow(dead_code)] // not every choice is refused by them
            pub(crate) const NAMES: &'static [&'static str] = &[$($name),*];

            /// The one of this name.
            pub(crate) fn named(name: &str) -> Option<Self> {
                [$(($name, Self::$variant)),*]
                    .into_iter()
                    .find_map(|(known, variant)| (known == name).then_some(variant))
            }

            /// Its name in files and links.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }

        impl $crate::config::Choice for $enum {
            fn choose(&mut self, name: &str) -> Option<()> {
                *self = Self::named(name)?;
                Some(())
            }
            fn chosen(&self) -> &'static str {
                self.name()
            }
        }

        impl<'a> From<&'a mut $enum> for $crate::config::Place<'a> {
            fn from(choice: &'a mut $enum) -> Self {
                Self::Choice(choice)
            }
        }
    };
}
pub(crate) use names;

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

/// One row of [`Config::SETTINGS`]: what everybody who shows or reads a setting must know of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// Its key in files, links and calls.
    pub key: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What it is, in a sentence or two.
    pub about: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether it may change between two steps of a run.
    pub live: bool,
}

/// Declares [`Config`], [`RawConfig`], [`Config::SETTINGS`] and the ways from one to the other. A row holds what a
/// setting is, its type, the value that it has in a file that does not name it, how it is read, its key, its
/// label, its bounds, and `live` where it may change between two steps. Everything else follows from the row.
macro_rules! settings {
    ($($(#[doc = $doc:literal])* $name:ident: $type:ident = $missing:expr, $read:ident($key:tt, $label:literal $(, $range:expr)?) $(, $live:ident)?;)*) => {
        /// A run's settings. Built by [`Config::from_raw`] or taken from [`Config::default`], so that one in
        /// hand has kept its bounds.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        pub struct Config {
            $($(#[doc = $doc])* #[serde(rename = $key)] pub $name: $type,)*
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
            /// The setting under `key`, if there is one.
            pub(crate) fn place(&mut self, key: &str) -> Option<Place<'_>> {
                Some(match key {
                    $($key => (&mut self.$name).into(),)*
                    _ => return None,
                })
            }

            /// What the setting under `key` may be.
            pub(crate) fn kind(key: &str) -> Kind {
                match key {
                    $($key => settings!(@kind $type $(, $read, $range)?),)*
                    _ => Kind::Switch,
                }
            }
        }

        impl Config {
            /// Every setting, in the order of files and pages.
            pub const SETTINGS: &'static [Setting] = &[$(Setting {
                key: $key,
                label: $label,
                about: concat!($($doc),*),
                kind: settings!(@kind $type $(, $read, $range)?),
                live: settings!(@is_live $($live)?),
            },)*];

            /// The keys of the settings that may change between two steps of a run.
            pub const LIVE: &'static [&'static str] = &[$($(settings!(@$live $key),)?)*];

            /// Their keys.
            const KEYS: &'static [&'static str] = &[$($key),*];

            /// Checks every number of `raw`.
            ///
            /// # Errors
            /// [`Error::NotANumber`] or [`Error::OutOfRange`] for the first field outside its bounds.
            pub fn from_raw(raw: &RawConfig) -> Result<Self> {
                Ok(Self { $($name: $read(raw.$name, $key, $label $(, $range)?)? as $type,)* })
            }
        }
    };
    (@kind $type:ident, whole, $range:expr) => { Kind::Whole($range) };
    (@kind $type:ident, number, $range:expr) => { Kind::Number($range) };
    (@kind bool) => { Kind::Switch };
    (@kind $type:ident) => { Kind::Choice($type::NAMES) };
    (@is_live live) => { true };
    (@is_live) => { false };
    (@live $value:expr) => { $value };
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
    cell: CellKind = CellKind::Rnn, choice("cell", "Cell");
    /// `L`, layers stacked on each other.
    layers: usize = 1.0, whole("layers", "Layers", LAYERS);
    /// `H`, units of the hidden state.
    hidden_size: usize = 128.0, whole("hiddenSize", "Hidden size", HIDDEN_SIZE);
    /// The share of values left out between two layers while training.
    dropout: f64 = 0.0, number("dropout", "Dropout", DROPOUT), live;
    /// What the biases of an LSTM's forget gates begin with; the other cells have none.
    forget_bias: f64 = 1.0, number("forgetBias", "Forget-gate bias", FORGET_BIAS);
    /// How the weights are drawn.
    initialization: Initialization = Initialization::Orthogonal, choice("initialization", "Initialization");
    /// `B`, streams of text that are read side by side.
    batch_size: usize = 16.0, whole("batchSize", "Batch size", BATCH_SIZE);
    /// `T`, characters of every stream that one step reads.
    sequence_length: usize = 64.0, whole("sequenceLength", "Sequence length", SEQUENCE_LENGTH), live;
    /// Characters that a stream reads on end before it goes on elsewhere in the text, from the zero state. In each
    /// pass the passages come in another order, spread over the text. 0: each stream is a contiguous part of the
    /// text, as it is where the text is too short for two passages in each stream.
    passage_length: usize = 0.0, whole("passageLength", "Passage length", PASSAGE_LENGTH);
    /// The probability with which each stream begins a chunk with the zero state instead of the carried one.
    /// Without it training hardly ever meets the zero state, and a network may never leave a state that some
    /// texts lead it to from there.
    state_reset: f64 = 0.0, number("stateReset", "State reset", STATE_RESET), live;
    /// The optimiser.
    optimizer: OptimizerKind = OptimizerKind::Adam, choice("optimizer", "Optimizer");
    /// SGD's momentum; the other optimisers have none to set.
    momentum: f64 = 0.0, number("momentum", "Momentum", MOMENTUM);
    /// AdamW's weight decay; the other optimisers have none.
    weight_decay: f64 = 0.01, number("weightDecay", "Weight decay", WEIGHT_DECAY);
    /// What the average of the weights keeps of itself with each step; 0 for no average. The network that is
    /// measured, writes and is saved has the average weights. Training does not see them.
    averaging: f64 = 0.0, number("averaging", "Weight averaging", AVERAGING);
    /// The learning rate at its height; the schedule scales it.
    learning_rate: f64 = 0.003, number("learningRate", "Learning rate", LEARNING_RATE), live;
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
    patience: usize = 0.0, whole("patience", "Patience", PATIENCE);
    /// The bound on the gradients' global norm; 0 switches clipping off.
    clip_norm: f64 = 1.0, number("clipNorm", "Gradient clip", CLIP_NORM), live;
    /// The bound on each gradient by itself, applied before the norm's; 0 switches it off.
    clip_value: f64 = 0.0, number("clipValue", "Value clip", CLIP_VALUE), live;
    /// Parts of the batch whose gradients are summed in a fixed order, so that several workers can share
    /// a step and come to the same bits as one.
    shards: usize = 1.0, whole("shards", "Shards", SHARDS);
    /// Whether multiplications are fused with the additions behind them where the page's browser can: faster, and
    /// the last digits are the processor's. The native build rounds after each operation whatever this says.
    fused: bool = false, choice("fused", "Fused arithmetic");
    /// What the initial weights and the sampler are drawn from.
    seed: u32 = 1.0, whole("seed", "Seed", SEED);
}

impl RawConfig {
    /// Reads JSON as it stands in a weights file; what it leaves out is as in `missing`.
    ///
    /// # Errors
    /// [`Error::BadWeights`] when it is no JSON object, or names the key whose value is of the wrong kind.
    pub fn from_json(json: &str, missing: &Self) -> Result<Self> {
        let mut raw = missing.clone();
        let mut last = String::new();
        json::read(json, |reader| {
            reader.object(&mut |reader, key| {
                last = key;
                match raw.place(&last) {
                    Some(place) => place.read(reader),
                    None => reader.skip(),
                }
            })
        })
        .ok_or_else(|| Self::wrong(json, &last))?;
        Ok(raw)
    }

    /// The setting under `key`, if it may change between two steps.
    fn live(&mut self, key: &str) -> Option<&mut f64> {
        match self.place(key) {
            Some(Place::Number(number)) if Config::LIVE.contains(&key) => Some(number),
            _ => None,
        }
    }

    /// The value that a file's configuration has under `key` is none that the setting can have.
    pub(crate) fn wrong(json: &str, key: &str) -> Error {
        wrong_setting(json, key, Self::kind(key))
    }
}

/// Settings that change between two steps of a run, by their keys, which are among [`Config::LIVE`].
pub type Tuning = Vec<(String, f64)>;

/// A schedule of the learning rate that begins where a run has come to; what is `None` is as in the schedule
/// before it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)] // the other fields are Config's
pub struct NewSchedule {
    /// Its length in characters, under the name of the run's.
    pub run_characters: Option<f64>,
    pub learning_rate: Option<f64>,
    pub schedule: Option<ScheduleKind>,
    pub warmup_characters: Option<f64>,
    pub decay_factor: Option<f64>,
    pub decay_every: Option<f64>,
    pub rate_floor: Option<f64>,
}

#[cfg(all(target_arch = "wasm32", feature = "web"))]
impl NewSchedule {
    /// The setting under `key`, if a schedule has it.
    pub(crate) fn place(&mut self, key: &str) -> Option<Place<'_>> {
        let number = match key {
            "runCharacters" => &mut self.run_characters,
            "learningRate" => &mut self.learning_rate,
            "schedule" => return Some(self.schedule.insert(ScheduleKind::Cosine).into()),
            "warmupCharacters" => &mut self.warmup_characters,
            "decayFactor" => &mut self.decay_factor,
            "decayEvery" => &mut self.decay_every,
            "rateFloor" => &mut self.rate_floor,
            _ => return None,
        };
        Some(number.insert(0.0).into())
    }
}

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
    /// The configuration as JSON, every key in it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut raw = RawConfig::from(self);
        let mut json = String::new();
        for key in Self::KEYS {
            write_key(&mut json, key);
            if let Some(place) = raw.place(key) {
                place.write(&mut json);
            }
        }
        json.push('}');
        json
    }

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

    /// This configuration with a new schedule that begins after `seen` characters; one without a length is
    /// `length` long.
    ///
    /// # Errors
    /// As [`Config::from_raw`].
    pub fn rescheduled(&self, new: &NewSchedule, seen: u64, length: u64) -> Result<Self> {
        let added = new.run_characters.unwrap_or(length as f64);
        whole(
            added,
            "runCharacters",
            "Length of the new schedule",
            RUN_CHARACTERS,
        )?;
        let old = RawConfig::from(self);
        Self::from_raw(&RawConfig {
            run_characters: seen as f64 + added,
            learning_rate: new.learning_rate.unwrap_or(old.learning_rate),
            schedule: new.schedule.unwrap_or(old.schedule),
            warmup_characters: new.warmup_characters.unwrap_or(old.warmup_characters),
            decay_factor: new.decay_factor.unwrap_or(old.decay_factor),
            decay_every: new.decay_every.unwrap_or(old.decay_every),
            rate_floor: new.rate_floor.unwrap_or(old.rate_floor),
            ..old
        })
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
fn choice<T>(value: T, _key: &'static str, _label: &'static str) -> Result<T> {
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
