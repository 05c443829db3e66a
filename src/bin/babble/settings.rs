//! Every setting of the core as a flag: its key with dashes, its default, and what it says of a wrong value.

use babble::config::{Config, Kind, NewSchedule, Range, RawConfig, Setting, Tuning};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::presets::usual_learning_rate;
use crate::printer::plain;

/// Shorter names of flags.
const ALIASES: [(&str, &str); 4] = [
    ("hiddenSize", "hidden"),
    ("batchSize", "batch"),
    ("sequenceLength", "seq"),
    ("learningRate", "lr"),
];

/// Parts of a step, by default. The core's default is one part, which one thread computes. This number is the
/// same on every machine, so that equal commands give equal losses however many cores there are. Measured
/// with the default network: parts of four streams cost one thread 3 % and make two threads 1.7 times as fast; parts of
/// two cost 12 %. The default batch has two of the former.
const SHARDS: usize = 2;

/// The settings that were given, by key.
#[derive(Debug, Clone, Default)]
pub struct Settings(Map<String, Value>);

impl Settings {
    /// The configuration of a fresh run: the defaults, with what was given in their place. The optimiser and the cell
    /// bring their usual learning rate, as they do in the page.
    pub fn config(&self) -> Result<Config, Failure> {
        let mut all = defaults();
        all.extend(self.0.clone());
        if !self.has("learningRate") {
            all.extend(usual_learning_rate(&all).map(|rate| ("learningRate".into(), rate.into())));
        }
        let raw: RawConfig = read(all)?;
        Config::from_raw(&raw).map_err(flagged)
    }

    /// What changes in a run that goes on.
    pub fn tuning(&self) -> Result<Tuning, Failure> {
        match self
            .0
            .keys()
            .find(|key| !Config::LIVE.contains(&key.as_str()))
        {
            Some(key) => Err(Failure::usage(format!(
                "--{} is settled by the weights of --resume{}; of a run that goes on, {} may change.",
                flag(key),
                if NewSchedule::KEYS.contains(&key.as_str()) {
                    " unless --new-schedule begins another schedule"
                } else {
                    ""
                },
                listed(Config::LIVE),
            ))),
            None => Ok(self
                .0
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), value.as_f64()?)))
                .collect()),
        }
    }

    /// These settings, and `others` where these say nothing.
    pub fn over(&self, others: Map<String, Value>) -> Self {
        let mut all = others;
        all.extend(self.0.clone());
        Self(all)
    }

    /// What they say of a new schedule, and the others.
    pub fn new_schedule(&self) -> Result<(NewSchedule, Self), Failure> {
        let (of_schedule, others) = self
            .0
            .clone()
            .into_iter()
            .partition(|(key, _)| NewSchedule::KEYS.contains(&key.as_str()));
        Ok((read(of_schedule)?, Self(others)))
    }

    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }
}

/// The default of every setting, by its key: the core's, with parts of a step for several threads.
fn defaults() -> Map<String, Value> {
    let config = Config {
        shards: SHARDS,
        ..Config::default()
    };
    match serde_json::to_value(config) {
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
        Config::SETTINGS.iter().fold(command, |command, setting| {
            let default = &defaults[setting.key];
            let short = ALIASES.iter().filter(|(key, _)| *key == setting.key);
            command.arg(
                Arg::new(setting.key)
                    .long(flag(setting.key))
                    .visible_aliases(short.map(|(_, alias)| *alias))
                    .value_name(match setting.kind {
                        Kind::Choice(_) => "NAME",
                        Kind::Switch => "BOOL",
                        Kind::Whole(_) | Kind::Number(_) => "NUMBER",
                    })
                    .help(help(setting, default))
                    .help_heading("Settings of a run")
                    .value_parser(parser(setting.key, default)),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Settings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = Config::SETTINGS.iter().filter_map(|setting| {
            let value = matches.get_one::<Value>(setting.key)?;
            Some((setting.key.to_owned(), value.clone()))
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

/// What a setting is, what it may be, and its default.
fn help(setting: &Setting, default: &Value) -> String {
    let about = setting.about.trim().replace('`', "");
    let bounds = match setting.kind {
        Kind::Choice(names) => format!("; one of {}", names.join(", ")),
        Kind::Switch => "; true or false".to_owned(),
        Kind::Whole(Range { min, max }) | Kind::Number(Range { min, max }) => {
            format!("; {min} to {max}")
        }
    };
    let about = about.trim_end_matches('.');
    let unless = match setting.key {
        "learningRate" => ", unless optimiser or cell bring another",
        _ => "",
    };
    format!("{about}{bounds} [default: {}{unless}]", plain(default))
}

/// The flags of these keys, one after another.
fn listed(keys: &[&str]) -> String {
    let flags: Vec<String> = keys.iter().map(|key| format!("--{}", flag(key))).collect();
    flags.join(", ")
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
