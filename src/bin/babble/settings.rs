//! Every setting of the core as a flag: its key with dashes, its default, and what it says of a wrong value.

use babble::config::{Config, RawConfig, Tuning};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::tell::plain;

/// Key, shorter names, and what it is. A test holds the keys against the core's.
const ABOUT: [(&str, &[&str], &str); 25] = [
    ("cell", &[], "The recurrence: rnn (tanh), relu, gru or lstm"),
    ("layers", &[], "Layers stacked on each other, 1 to 8"),
    ("hiddenSize", &["hidden"], "Units of each layer, 1 to 1024"),
    (
        "dropout",
        &[],
        "Share of values left out between two layers while training, 0 to 0.9",
    ),
    (
        "forgetBias",
        &[],
        "What the forget gates of an LSTM begin with, 0 to 5",
    ),
    (
        "initialization",
        &[],
        "How weights are drawn: orthogonal, or uniform as PyTorch does",
    ),
    (
        "batchSize",
        &["batch"],
        "Streams of the text read side by side, 1 to 512",
    ),
    (
        "sequenceLength",
        &["seq"],
        "Characters of each stream that a step reads, 1 to 1024",
    ),
    ("optimizer", &[], "sgd, adagrad, rmsprop, adam or adamw"),
    ("momentum", &[], "Momentum of sgd, 0 to 0.999"),
    ("weightDecay", &[], "Weight decay of adamw, 0 to 1"),
    ("learningRate", &["lr"], "The learning rate at its height"),
    (
        "schedule",
        &[],
        "How the learning rate changes: constant, step or cosine",
    ),
    (
        "warmupCharacters",
        &[],
        "Characters over which the learning rate rises from 0",
    ),
    (
        "decayFactor",
        &[],
        "What a step of the schedule multiplies by, 0 to 1",
    ),
    (
        "decayEvery",
        &[],
        "Characters between two steps of the schedule",
    ),
    (
        "rateFloor",
        &[],
        "Share of the learning rate that a cosine ends at, 0 to 1",
    ),
    (
        "runCharacters",
        &[],
        "Length of the run in characters, where schedules and training end",
    ),
    (
        "stopAtEnd",
        &[],
        "Whether the page, too, stops there when it loads the file: true or false",
    ),
    (
        "patience",
        &[],
        "Measurements without progress before training stops with the best weights; 0 never stops it",
    ),
    (
        "clipNorm",
        &[],
        "Bound on the norm of the gradients; 0 for none",
    ),
    ("clipValue", &[], "Bound on each gradient; 0 for none"),
    (
        "shards",
        &[],
        "Parts of a step that threads can share, 1 to 16; each number has its own rounding",
    ),
    (
        "fused",
        &[],
        "Whether the page, when it loads the file, may fuse multiplications with additions: true or false",
    ),
    ("seed", &[], "What weights and dropout are drawn from"),
];

/// What may change when a run goes on.
const TUNABLE: [&str; 5] = [
    "learningRate",
    "clipNorm",
    "clipValue",
    "dropout",
    "sequenceLength",
];

/// The settings that were given, by key.
#[derive(Debug, Clone, Default)]
pub struct Settings(Map<String, Value>);

impl Settings {
    /// The configuration of a fresh run: the core's defaults, with what was given in their place.
    pub fn config(&self) -> Result<Config, Failure> {
        let mut all = defaults();
        all.extend(self.0.clone());
        let raw: RawConfig = read(all)?;
        Config::from_raw(&raw).map_err(flagged)
    }

    /// What changes in a run that goes on.
    pub fn tuning(&self) -> Result<Tuning, Failure> {
        match self.0.keys().find(|key| !TUNABLE.contains(&key.as_str())) {
            Some(key) => Err(Failure::usage(format!(
                "--{} is settled by the weights of --resume; of a run that goes on, {} may change.",
                flag(key),
                TUNABLE.map(|key| format!("--{}", flag(key))).join(", "),
            ))),
            None => read(self.0.clone()),
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }
}

/// The core's default of every setting, by its key.
fn defaults() -> Map<String, Value> {
    match serde_json::to_value(Config::default()) {
        Ok(Value::Object(defaults)) => defaults,
        other => panic!("a configuration is an object, not {other:?}"),
    }
}

fn read<T: serde::de::DeserializeOwned>(settings: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(settings))
        .map_err(|error| Failure::usage(format!("A setting cannot be read: {error}.")))
}

/// The core's complaint with the flag that it is about.
pub fn flagged(error: babble::Error) -> Failure {
    let field = error.field();
    let failure = Failure::from(error);
    match field {
        Some(field) => failure.about(format!("--{}", flag(field))),
        None => failure,
    }
}

impl clap::Args for Settings {
    fn augment_args(command: Command) -> Command {
        let defaults = defaults();
        ABOUT
            .iter()
            .fold(command, |command, &(key, aliases, about)| {
                let default = &defaults[key];
                let shown = plain(default);
                command.arg(
                    Arg::new(key)
                        .long(flag(key))
                        .visible_aliases(aliases.iter().copied())
                        .value_name(match default {
                            Value::String(_) => "NAME",
                            Value::Bool(_) => "BOOL",
                            _ => "NUMBER",
                        })
                        .help(format!("{about} [default: {shown}]"))
                        .help_heading("Settings of a run")
                        .value_parser(parser(key, default)),
                )
            })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Settings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = ABOUT.iter().filter_map(|(key, ..)| {
            let value = matches.get_one::<Value>(key)?;
            Some(((*key).to_owned(), value.clone()))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// From an argument to what the core reads under this key, which is of the kind of its default.
fn parser(
    key: &'static str,
    default: &Value,
) -> impl Fn(&str) -> Result<Value, String> + Clone + Send + Sync + 'static {
    let kind = default.clone();
    move |text| {
        let value = match kind {
            Value::Bool(_) => match text {
                "true" => true.into(),
                "false" => false.into(),
                _ => return Err("it must be true or false".to_owned()),
            },
            Value::Number(_) => text
                .parse::<f64>()
                .ok()
                .and_then(serde_json::Number::from_f64)
                .map(Value::Number)
                .ok_or("it must be a number")?,
            _ => text.into(),
        };
        let object = Map::from_iter([(key.to_owned(), value.clone())]);
        match serde_json::from_value::<RawConfig>(Value::Object(object)) {
            Ok(_) => Ok(value),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// The flag of a key: `hiddenSize` is `hidden-size`.
pub fn flag(key: &str) -> String {
    key.chars().fold(String::new(), |mut flag, letter| {
        if letter.is_ascii_uppercase() {
            flag.push('-');
        }
        flag.push(letter.to_ascii_lowercase());
        flag
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_of_the_core_is_a_flag_and_no_other() {
        let mut ours: Vec<_> = ABOUT.iter().map(|(key, ..)| *key).collect();
        ours.sort_unstable();
        let core = defaults();
        assert_eq!(ours, core.keys().collect::<Vec<_>>());
    }
}
