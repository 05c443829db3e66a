//! What a person may look into: a short word, and a small network that reads it.

use babble::config::CellKind;
use babble::data::vocab::SymbolId;
use babble::nn::params::Sizes;
use babble::nn::unrolled::{Task, Unrolled};
use serde::Deserialize;

/// The most letters of a word.
pub const MOST_LETTERS: usize = 6;
/// The most units of a layer.
pub const MOST_UNITS: usize = 4;
/// The most layers.
pub const MOST_LAYERS: usize = 2;

/// What a network is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The kind of its units.
    pub cell: CellKind,
    /// How many layers.
    pub layers: usize,
    /// How many units in each.
    pub hidden: usize,
    /// What it reads: each letter but the last one, to guess the next.
    pub word: String,
    /// Where its weights come from.
    pub seed: u32,
}

/// The letters of a word in the order in which they first come, and the network that reads it.
///
/// # Errors
/// A sentence, when word or network is too small or too large.
pub fn network(settings: &Settings) -> Result<(Vec<char>, Unrolled), String> {
    let &Settings {
        cell,
        layers,
        hidden,
        seed,
        ..
    } = settings;
    let word: Vec<char> = settings.word.chars().collect();
    if !(2..=MOST_LETTERS).contains(&word.len()) {
        return Err(format!(
            "A word of 2 to {MOST_LETTERS} letters fits here; this one has {}.",
            word.len()
        ));
    }
    if !(1..=MOST_UNITS).contains(&hidden) {
        return Err(format!(
            "The network may have 1 to {MOST_UNITS} units in a layer, and not {hidden}."
        ));
    }
    if !(1..=MOST_LAYERS).contains(&layers) {
        return Err(format!(
            "The network may have 1 to {MOST_LAYERS} layers, and not {layers}."
        ));
    }
    let mut letters = Vec::new();
    let mut ids: Vec<SymbolId> = Vec::new();
    for letter in word {
        let known = letters.iter().position(|&known| known == letter);
        let id = known.unwrap_or_else(|| {
            letters.push(letter);
            letters.len() - 1
        });
        ids.push(id as SymbolId);
    }
    if letters.len() < 2 {
        return Err("The word needs two different letters, or there is nothing to guess.".into());
    }
    let sizes = Sizes {
        cell,
        inputs: letters.len(),
        hidden,
        layers,
        outputs: letters.len(),
    };
    let task = Task::Symbols {
        inputs: ids[..ids.len() - 1].to_vec(),
        targets: ids[1..].to_vec(),
    };
    Ok((letters, Unrolled::random(sizes, task, u64::from(seed))))
}
