//! What a person may want, as settings: the page's presets, from the file that the page reads as well.

use std::collections::HashMap;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Table {
    /// A measured speed may be wrong: no run has less than this part of the preset's length.
    shortest_part: f64,
    /// No run reads its text more often than this: it would learn it by heart.
    most_epochs: f64,
    /// The learning rate of a run that says none, by its optimiser.
    usual_rates: HashMap<String, f64>,
    /// Adam's where the weights between units have it whole, or ReLUs grow without a bound.
    low_rate: f64,
    presets: Vec<Preset>,
}

/// Settings that go together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    id: String,
    pub name: String,
    /// What one gets.
    pub sentence: String,
    /// What differs from the defaults, by key.
    config: Map<String, Value>,
    /// What differs further for short texts, the shortest first.
    #[serde(default)]
    short: Vec<Short>,
    /// How long the run takes on a text that is not short.
    seconds: Option<f64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Short {
    /// Texts of fewer characters are meant.
    below: usize,
    config: Map<String, Value>,
}

fn table() -> Table {
    serde_json::from_str(include_str!("../../presets.json"))
        .expect("the table is a constant, which a test reads")
}

/// The learning rate of a run that says none: the usual one for these settings, by key.
pub fn usual_learning_rate(settings: &Map<String, Value>) -> Option<f64> {
    let table = table();
    let optimizer = settings["optimizer"].as_str()?;
    let is_low = settings["cell"] == "relu" || settings["recurrentRate"].as_f64() == Some(1.0);
    if optimizer.starts_with("adam") && is_low {
        Some(table.low_rate)
    } else {
        table.usual_rates.get(optimizer).copied()
    }
}

/// Reads a preset's name from the command line.
pub fn parser() -> impl TypedValueParser<Value = Preset> {
    let names: Vec<String> = table()
        .presets
        .into_iter()
        .map(|preset| preset.id)
        .collect();
    PossibleValuesParser::new(names).map(|name| {
        let mut presets = table().presets.into_iter();
        let named = presets.find(|preset| preset.id == name);
        named.expect("the parser lets only these names through")
    })
}

impl Preset {
    fn shortening(&self, characters: usize) -> Option<&Map<String, Value>> {
        let short = self.short.iter().find(|short| characters < short.below);
        short.map(|short| &short.config)
    }

    /// The settings for a text of so many characters.
    pub fn settings(&self, characters: usize) -> Map<String, Value> {
        let mut settings = self.config.clone();
        settings.extend(self.shortening(characters).cloned().unwrap_or_default());
        settings
    }

    /// How many seconds a run on a text of so many characters is meant to take, where its length comes from the
    /// speed of the machine.
    pub fn seconds(&self, characters: usize) -> Option<f64> {
        self.seconds
            .filter(|_| self.shortening(characters).is_none())
    }

    /// The length of a run that its time would make `length` characters long, where the preset says `usual`.
    pub fn bounded(length: f64, usual: u64, characters: usize) -> f64 {
        let table = table();
        length
            .min(table.most_epochs * characters as f64)
            .max(table.shortest_part * usual as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use babble::config::Config;
    use serde_json::json;

    #[test]
    fn every_preset_is_one_that_the_core_accepts_for_any_text() {
        for preset in table().presets {
            for characters in [100, 9_999, 10_000, 49_999, 120_000, 1_000_000] {
                let settings = preset.settings(characters);
                let given = Settings::default().over(settings.clone());
                let config = given.config().expect("within all bounds");
                let Ok(Value::Object(used)) = serde_json::to_value(&config) else {
                    panic!("a configuration is an object");
                };
                for (key, value) in settings {
                    let of_table = value.as_f64().map_or(value, Value::from);
                    let used = used[&key].as_f64().map_or(used[&key].clone(), Value::from);
                    assert_eq!(used, of_table, "{} takes {key} over", preset.id);
                }
            }
        }
    }

    #[test]
    fn a_run_that_says_no_rate_has_the_usual_one_of_its_optimiser_and_cell() {
        let rate = |given: Value| {
            let Value::Object(given) = given else {
                panic!("settings are an object");
            };
            let config = Settings::default().over(given).config();
            config.expect("within all bounds").learning_rate
        };
        assert_eq!(rate(json!({})), 0.03, "the core's default");
        assert_eq!(rate(json!({})), Config::default().learning_rate);
        assert_eq!(rate(json!({ "cell": "relu" })), 0.005);
        assert_eq!(
            rate(json!({ "optimizer": "adamw", "recurrentRate": 1 })),
            0.005
        );
        assert_eq!(rate(json!({ "cell": "relu", "optimizer": "sgd" })), 1.0);
        assert_eq!(rate(json!({ "cell": "relu", "learningRate": 0.02 })), 0.02);
    }

    #[test]
    fn a_run_that_is_meant_to_last_has_the_length_that_the_page_gives_it() {
        let named = |id| table().presets.into_iter().find(|preset| preset.id == id);
        let best = named("best").expect("it is in the table");
        assert_eq!(best.seconds(1_000_000), Some(300.0));
        assert_eq!(best.seconds(120_000), None, "what comes later is memory");
        assert_eq!(Preset::bounded(5.4e6, 5_000_000, 1_000_000), 5.4e6);
        let most = Preset::bounded(3e8, 9_500_000, 1_000_000);
        assert_eq!(most, 15e6, "no text is read more often");
        let least = Preset::bounded(300.0, 5_000_000, 1_000_000);
        assert_eq!(least, 1.25e6, "a disturbed measurement ruins no run");
    }
}
