//! Weights out and in, as one `.safetensors` file that PyTorch loads. Imports `train` and all below it.
//!
//! | tensor | shape | |
//! |---|---|---|
//! | `rnn.weight_ih_l0` | G*H x V | row-major, as PyTorch writes them, for a module with |
//! | `rnn.weight_hh_l0` | G*H x H | `self.rnn = nn.RNN(V, H, L)` (or `nn.GRU`, `nn.LSTM`) and `self.head = nn.Linear(H, V)` |
//! | `rnn.bias_ih_l0`, `rnn.bias_hh_l0` | G*H | |
//! | `rnn.weight_ih_l1`, ... | G*H x H, ... | the layers above |
//! | `head.weight`, `head.bias` | V x H, V | |
//! | `resume.hidden` | L x B x H | the state before the next chunk |
//! | `resume.memory` | L x B x H | an LSTM's c, likewise |
//! | `resume.<moment>.<tensor>` | as the tensor | the optimiser's memory, by `torch.optim`'s names |
//! | `resume.best.<tensor>` | as the tensor | the best weights so far, while early stopping is on |
//! | `resume.cursor`, `.epoch`, `.characters`, `.updates`, `.random`, `.skipped`, `.stale` | 1, I64 | position in the text, epochs done, predictions trained on, updates done, words drawn from the generator, characters of the text left out, measurements since the best |
//!
//! `__metadata__` holds strings: `format` ("pt"), `babble` ([`FORMAT_VERSION`]), `config` (JSON, the keys
//! of [`Config`]), `vocab` (a JSON list of one-character strings in the order of their ids), `step`,
//! `text_sha256`, `held_out_loss` with `held_out_step` once there is one, and `best_loss` with `best_step`.
//! Keys come sorted, so equal models are equal bytes. What begins with `resume.` may be absent.
//!
//! The file does not hold the text.

pub(crate) mod file;
mod resume;

use nalgebra::DMatrix;
use serde::Deserialize;

pub use file::MAX_BYTES;
use file::{File, MAX_COUNT};

use crate::config::{CellKind, Config, LAYERS, RawConfig};
use crate::corpus::{Cursor, fingerprint, normalize};
use crate::json;
use crate::model::Model;
use crate::optim::Rule;
use crate::params::{Params, Sizes, Tensor};
use crate::report::{HeldOut, MAX_LISTED, Match, WeightsReport};
use crate::train::{Best, character_sizes};
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
#[derive(Debug, Clone)]
pub struct Checkpoint {
    config: Config,
    model: Model<f32>,
    step: u64,
    held_out: Option<HeldOut>,
    text_hash: Option<String>,
    resume: Option<Resume>,
}

/// What an exact continuation needs beside the weights.
#[derive(Debug, Clone)]
struct Resume {
    /// L x B x H, row-major.
    hidden: Vec<f32>,
    /// Likewise; empty unless the cell has a memory.
    memory: Vec<f32>,
    /// The best weights and their loss, while early stopping is on.
    best: Option<Best<f32>>,
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
        let found = Found::in_file(&file, |tensor| tensor.name().into_owned())?;
        let config = read_config(&file, &found)?;
        let sizes = character_sizes(&config, vocabulary.len());
        refuse_unknown(&file, sizes)?;
        let params = read_params(&file, "", sizes)?;
        let step = read_step(&file, "step")?.unwrap_or(0);
        let resume = if file.names().any(|name| name.starts_with("resume.")) {
            Some(read_resume(&file, &config, params.sizes())?)
        } else {
            None
        };
        Ok(Self {
            held_out: read_measurement(&file, "held_out")?,
            text_hash: file.metadata("text_sha256").map(str::to_owned),
            model: Model { vocabulary, params },
            config,
            step,
            resume,
        })
    }

    /// The configuration it was trained with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
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
    for tensor in sizes.tensors() {
        let (rows, columns) = tensor.shape(sizes);
        let shape = tensor.torch_shape(sizes);
        let values = file.f32s(&format!("{prefix}{}", tensor.name()), &shape)?;
        all.extend_from_slice(DMatrix::from_row_slice(rows, columns, &values).as_slice());
    }
    Ok(Params::from_values(sizes, all))
}

/// What the recurrent tensors say of a stack by themselves.
pub(crate) struct Found {
    pub hidden: usize,
    /// `G`
    pub gates: usize,
    pub layers: usize,
}

impl Found {
    /// `name`: what the file calls a tensor.
    pub fn in_file(file: &File<'_>, name: impl Fn(Tensor) -> String) -> Result<Self> {
        let shape = file.shape(&name(Tensor::WeightHh(0)))?;
        let &[rows, hidden] = shape else {
            return Err(Error::bad_weights(format!(
                "the recurrent weights have the shape {shape:?}, but must be a matrix."
            )));
        };
        let gates = rows.checked_div(hidden).unwrap_or(0);
        if !matches!(gates, 1 | 3 | 4) || gates.saturating_mul(hidden) != rows {
            return Err(Error::bad_weights(format!(
                "the recurrent weights have the shape {shape:?}; a vanilla network's have H x H, a GRU's 3H x H and an LSTM's 4H x H."
            )));
        }
        let has = |layer: &usize| file.shape(&name(Tensor::WeightHh(*layer))).is_ok();
        let layers = (0..=LAYERS.max as usize).take_while(has).count();
        Ok(Self {
            hidden,
            gates,
            layers,
        })
    }

    /// The cell that such weights are taken for when nothing says which.
    pub fn cell(&self) -> CellKind {
        match self.gates {
            3 => CellKind::Gru,
            4 => CellKind::Lstm,
            _ => CellKind::Rnn,
        }
    }
}

/// A file of another program or of a later version is named as such, rather than by the first tensor
/// that is missing.
fn refuse_foreign(file: &File<'_>) -> Result<()> {
    if let Some(version) = file.metadata("babble")
        && version != FORMAT_VERSION.to_string()
    {
        return Err(Error::bad_weights(format!(
            "the file has format version {version:?}, and this page reads version {FORMAT_VERSION}."
        )));
    }
    let of_ours = |name: &str| name.starts_with("rnn.") || name.starts_with("head.");
    if !file.names().any(of_ours) {
        return Err(Error::bad_weights(
            "the file holds none of a recurrent network's tensors (rnn.weight_ih_l0, ..., head.bias).",
        ));
    }
    Ok(())
}

/// A tensor that the network does not have would be lost in silence.
fn refuse_unknown(file: &File<'_>, sizes: Sizes) -> Result<()> {
    let known = |name: &str| {
        name.starts_with("resume.") || sizes.tensors().any(|tensor| tensor.name() == name)
    };
    match file.names().find(|name| !known(name)) {
        Some(name) => Err(Error::bad_weights(format!(
            "the file holds a tensor {name:?}, which a network of {} {:?} layer{} does not have.",
            sizes.layers,
            sizes.cell,
            if sizes.layers == 1 { "" } else { "s" },
        ))),
        None => Ok(()),
    }
}

fn read_vocabulary(file: &File<'_>) -> Result<Vocabulary> {
    let list = file.metadata("vocab").ok_or_else(|| {
        Error::bad_weights("the file holds no vocabulary (metadata key \"vocab\").")
    })?;
    let wrong =
        || Error::bad_weights("the vocabulary is not a JSON list of one-character strings.");
    let mut strings = Vec::new();
    json::read(list, |reader| {
        reader.list(&mut |reader| {
            strings.push(reader.string()?);
            Some(())
        })
    })
    .ok_or_else(wrong)?;
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

/// The file's configuration. What it does not say of cell, depth and hidden size the tensors say; a file
/// without any (from PyTorch, say) has the default one otherwise.
fn read_config(file: &File<'_>, found: &Found) -> Result<Config> {
    let of_tensors = |others: RawConfig| RawConfig {
        cell: found.cell(),
        layers: found.layers as f64,
        hidden_size: found.hidden as f64,
        ..others
    };
    let raw = match file.metadata("config") {
        None => of_tensors(RawConfig::from(&Config::default())),
        Some(json) => RawConfig::from_json(json, &of_tensors(RawConfig::default()))
            .ok_or_else(|| Error::bad_weights("its configuration is damaged."))?,
    };
    let config = Config::from_raw(&raw)?;
    let said = (config.cell.gates(), config.layers, config.hidden_size);
    if said != (found.gates, found.layers, found.hidden) {
        return Err(Error::bad_weights(format!(
            "its configuration says {:?}, {} layers, hidden size {}, but its tensors are of {} layers, hidden size {} and {} gates.",
            config.cell, config.layers, config.hidden_size, found.layers, found.hidden, found.gates
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

fn read_measurement(file: &File<'_>, name: &str) -> Result<Option<HeldOut>> {
    let loss: Option<f64> = read_number(file, &format!("{name}_loss"))?;
    let step = read_step(file, &format!("{name}_step"))?;
    Ok(loss
        .filter(|loss| loss.is_finite())
        .zip(step)
        .map(|(loss, step)| HeldOut { loss, step }))
}

fn read_resume(file: &File<'_>, config: &Config, sizes: Sizes) -> Result<Resume> {
    let read = |name: &str| read_params(file, &format!("resume.{name}."), sizes);
    let moments = Rule::of(config)
        .moment_names()
        .iter()
        .map(|name| Ok(read(name)?.into_values()))
        .collect::<Result<_>>()?;
    let count = |name: &str| file.count(&format!("resume.{name}"));
    let position = usize::try_from(count("cursor")?)
        .map_err(|_| Error::bad_weights("its position lies behind any text."))?;
    let states = [config.layers, config.batch_size, config.hidden_size];
    let best = if config.patience > 0 {
        Some(Best {
            held_out: read_measurement(file, "best")?,
            params: read("best")?,
            stale: count("stale")?,
        })
    } else {
        None
    };
    Ok(Resume {
        hidden: file.f32s("resume.hidden", &states)?,
        memory: if config.cell.has_memory() {
            file.f32s("resume.memory", &states)?
        } else {
            Vec::new()
        },
        best,
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
