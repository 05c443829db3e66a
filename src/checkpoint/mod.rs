//! Weights out and in, as one `.safetensors` file that PyTorch loads. Imports `train` and all below it.
//!
//! | tensor | shape | |
//! |---|---|---|
//! | `rnn.weight_ih_l0` | H x V | row-major, as PyTorch writes them, for a module with |
//! | `rnn.weight_hh_l0` | H x H | `self.rnn = nn.RNN(V, H)` and `self.head = nn.Linear(H, V)` |
//! | `rnn.bias_ih_l0`, `rnn.bias_hh_l0` | H | |
//! | `head.weight`, `head.bias` | V x H, V | |
//! | `resume.hidden` | 1 x B x H | the state before the next chunk |
//! | `resume.<moment>.<tensor>` | as the tensor | the optimiser's memory, by `torch.optim`'s names |
//! | `resume.cursor`, `.epoch`, `.characters`, `.updates`, `.random`, `.skipped` | 1, I64 | position in the text, epochs done, predictions trained on, updates done, words drawn from the generator, characters of the text left out |
//!
//! `__metadata__` holds strings: `format` ("pt"), `babble` ([`FORMAT_VERSION`]), `config` (JSON, the keys
//! of [`Config`]), `vocab` (a JSON list of one-character strings in the order of their ids), `step`,
//! `text_sha256`, and `held_out_loss` with `held_out_step` once there is one. Keys come sorted, so equal
//! models are equal bytes. What begins with `resume.` may be absent.
//!
//! The file does not hold the text.

mod file;
mod resume;

use nalgebra::DMatrix;
use serde::Deserialize;

pub use file::MAX_BYTES;
use file::{File, MAX_COUNT};

use crate::config::{Config, RawConfig};
use crate::corpus::{Cursor, fingerprint, normalize};
use crate::model::Model;
use crate::optim::Optimizer;
use crate::params::{Params, Sizes, Tensor};
use crate::report::{HeldOut, MAX_LISTED, Match, WeightsReport};
use crate::train::character_sizes;
use crate::vocab::Vocabulary;
use crate::{Error, Result};

/// The version of the metadata and of what lies under `resume.`.
pub const FORMAT_VERSION: u32 = 1;

/// What to do with symbols of a new text that the loaded vocabulary lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownSymbols {
    /// Leave these characters of the text out.
    Skip,
    /// Add them to the vocabulary, with fresh weights.
    Grow,
}

/// The content of a weights file.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    config: Config,
    model: Model<f32>,
    step: u64,
    held_out: Option<HeldOut>,
    text_hash: Option<String>,
    resume: Option<Resume>,
}

/// What an exact continuation needs beside the weights.
#[derive(Debug, Clone, PartialEq)]
struct Resume {
    /// H x B, column-major, which is B x H, row-major.
    hidden: Vec<f32>,
    updates: u64,
    moments: Vec<Vec<f32>>,
    cursor: Cursor,
    characters: u64,
    random: u64,
    /// Characters of the text that were left out, for the vocabulary lacked them.
    skipped: u64,
}

/// How a text stands to a checkpoint.
struct Reading {
    text: Match,
    /// The text with the unknown symbols left out, where there are any.
    known: Option<String>,
    unknown: Vec<char>,
    occurrences: usize,
}

impl Checkpoint {
    /// Parses a file.
    ///
    /// # Errors
    /// [`Error::BadWeights`] with what is wrong with it, or what [`Config::from_raw`] says of its config.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let file = File::open(bytes)?;
        refuse_foreign(&file)?;
        let vocabulary = read_vocabulary(&file)?;
        let hidden = *file
            .shape(Tensor::WeightHh.name())?
            .last()
            .ok_or_else(|| Error::bad_weights("the recurrent weights have no columns."))?;
        let config = read_config(&file, hidden)?;
        let params = read_params(&file, "", character_sizes(&vocabulary, hidden))?;
        let step = read_step(&file, "step")?.unwrap_or(0);
        let resume = if file.names().iter().any(|name| name.starts_with("resume.")) {
            Some(read_resume(&file, &config, params.sizes())?)
        } else {
            None
        };
        Ok(Self {
            held_out: read_held_out(&file)?,
            text_hash: file.metadata("text_sha256").map(str::to_owned),
            model: Model { vocabulary, params },
            config,
            step,
            resume,
        })
    }

    /// The model in the file, which can write without any text.
    #[must_use]
    pub fn model(&self) -> &Model<f32> {
        &self.model
    }

    /// What the file holds, and how `text` compares with the one it was learning.
    #[must_use]
    pub fn report(&self, text: Option<&str>) -> WeightsReport {
        let reading = text.map(|text| self.compare(&normalize(text)));
        let (text, mut unknown, occurrences) = match reading {
            Some(reading) => (reading.text, reading.unknown, reading.occurrences),
            None => (Match::None, Vec::new(), 0),
        };
        unknown.truncate(MAX_LISTED);
        WeightsReport {
            config: self.config.clone(),
            symbols: self.model.vocabulary.len(),
            parameters: self.model.params.len(),
            step: self.step,
            held_out: self.held_out,
            resumable: self.resume.is_some(),
            text,
            unknown,
            occurrences,
        }
    }

    fn compare(&self, normalized: &str) -> Reading {
        let is_mine = |text: &str| self.text_hash.as_deref() == Some(&fingerprint(text));
        let (unknown, occurrences) = self.model.vocabulary.unknown(normalized);
        let known: Option<String> = (!unknown.is_empty()).then(|| {
            normalized
                .chars()
                .filter(|symbol| unknown.binary_search(symbol).is_err())
                .collect()
        });
        // A run that skipped symbols knows its text by what was left of it.
        let skipped = self.resume.as_ref().map_or(0, |resume| resume.skipped);
        let same = match &known {
            None => is_mine(normalized),
            Some(known) => skipped == occurrences as u64 && is_mine(known),
        };
        let text = if same { Match::Same } else { Match::Different };
        Reading {
            text,
            known,
            unknown,
            occurrences,
        }
    }
}

/// Reads every tensor under `prefix`. What is allocated is as large as what the file holds.
fn read_params(file: &File<'_>, prefix: &str, sizes: Sizes) -> Result<Params<f32>> {
    let mut all = Vec::new();
    for tensor in Tensor::ALL {
        let (rows, columns) = tensor.shape(sizes);
        let shape = if tensor.is_bias() {
            vec![rows]
        } else {
            vec![rows, columns]
        };
        let values = file.f32s(&format!("{prefix}{}", tensor.name()), &shape)?;
        all.extend_from_slice(DMatrix::from_row_slice(rows, columns, &values).as_slice());
    }
    Ok(Params::from_values(sizes, all))
}

/// A file of another program, another kind of network or a later version is named as such, rather
/// than by the first tensor that is missing.
fn refuse_foreign(file: &File<'_>) -> Result<()> {
    if let Some(version) = file.metadata("babble")
        && version != FORMAT_VERSION.to_string()
    {
        return Err(Error::bad_weights(format!(
            "the file has format version {version:?}, and this page reads version {FORMAT_VERSION}."
        )));
    }
    let known = |name: &str| Tensor::ALL.iter().any(|tensor| tensor.name() == name);
    if !file.names().iter().any(|name| known(name)) {
        return Err(Error::bad_weights(
            "the file holds none of a recurrent network's tensors (rnn.weight_ih_l0, ..., head.bias).",
        ));
    }
    match file
        .names()
        .iter()
        .find(|name| !known(name) && !name.starts_with("resume."))
    {
        Some(name) => Err(Error::bad_weights(format!(
            "the file holds a tensor {name:?}, which a network of one vanilla layer does not have."
        ))),
        None => Ok(()),
    }
}

fn read_vocabulary(file: &File<'_>) -> Result<Vocabulary> {
    let json = file.metadata("vocab").ok_or_else(|| {
        Error::bad_weights("the file holds no vocabulary (metadata key \"vocab\").")
    })?;
    let wrong =
        || Error::bad_weights("the vocabulary is not a JSON list of one-character strings.");
    let strings: Vec<String> = serde_json::from_str(json).map_err(|_| wrong())?;
    let symbols = strings.iter().map(|string| {
        let mut characters = string.chars();
        match (characters.next(), characters.next()) {
            (Some(symbol), None) => Ok(symbol),
            _ => Err(wrong()),
        }
    });
    let vocabulary = Vocabulary::from_symbols(symbols.collect::<Result<_>>()?)?;
    if vocabulary.len() < 2 {
        return Err(Error::bad_weights(
            "the vocabulary has fewer than two symbols.",
        ));
    }
    Ok(vocabulary)
}

/// The file's configuration; a file without one (from PyTorch, say) has the default one with the
/// hidden size of its tensors.
fn read_config(file: &File<'_>, hidden: usize) -> Result<Config> {
    let Some(json) = file.metadata("config") else {
        let raw = RawConfig {
            hidden_size: hidden as f64,
            ..RawConfig::from(&Config::default())
        };
        return Config::from_raw(&raw);
    };
    let raw: RawConfig = serde_json::from_str(json)
        .map_err(|error| Error::bad_weights(format!("its configuration is damaged ({error}).")))?;
    let config = Config::from_raw(&raw)?;
    if config.hidden_size != hidden {
        return Err(Error::bad_weights(format!(
            "its configuration says hidden size {}, but its tensors have {hidden}.",
            config.hidden_size
        )));
    }
    Ok(config)
}

fn read_number<T: std::str::FromStr>(file: &File<'_>, key: &str) -> Result<Option<T>> {
    let Some(value) = file.metadata(key) else {
        return Ok(None);
    };
    value.parse().map(Some).map_err(|_| {
        Error::bad_weights(format!(
            "its metadata {key:?} is {value:?}, which is not such a number."
        ))
    })
}

fn read_step(file: &File<'_>, key: &str) -> Result<Option<u64>> {
    match read_number(file, key)? {
        Some(step) if step > MAX_COUNT => Err(Error::bad_weights(format!(
            "its metadata {key:?} is {step}, and no run comes that far."
        ))),
        step => Ok(step),
    }
}

fn read_held_out(file: &File<'_>) -> Result<Option<HeldOut>> {
    let loss: Option<f64> = read_number(file, "held_out_loss")?;
    let step = read_step(file, "held_out_step")?;
    Ok(loss
        .filter(|loss| loss.is_finite())
        .zip(step)
        .map(|(loss, step)| HeldOut { loss, step }))
}

fn read_resume(file: &File<'_>, config: &Config, sizes: Sizes) -> Result<Resume> {
    let moments = Optimizer::<f32>::moment_names(config.optimizer)
        .iter()
        .map(|name| Ok(read_params(file, &format!("resume.{name}."), sizes)?.into_values()))
        .collect::<Result<_>>()?;
    let count = |name: &str| file.count(&format!("resume.{name}"));
    let position = usize::try_from(count("cursor")?)
        .map_err(|_| Error::bad_weights("its position lies behind any text."))?;
    Ok(Resume {
        hidden: file.f32s("resume.hidden", &[1, config.batch_size, config.hidden_size])?,
        updates: count("updates")?,
        moments,
        cursor: Cursor {
            position,
            epoch: count("epoch")?,
        },
        characters: count("characters")?,
        random: count("random")?,
        skipped: count("skipped")?,
    })
}
