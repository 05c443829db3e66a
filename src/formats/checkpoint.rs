//! Weights out and in, as one `.safetensors` file that PyTorch loads.
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
//! | `resume.raw.<tensor>` | as the tensor | the weights that are trained, while the tensors above are their average |
//! | `resume.best.<tensor>` | as the tensor | the best weights so far, while early stopping is on |
//! | `resume.cursor`, `.epoch`, `.characters`, `.updates`, `.random`, `.skipped`, `.stale`, `.measured`, `.schedule_start` | 1, I64 | position in the text, epochs done, predictions trained on, updates done, words drawn from the generator, characters of the text left out, and for early stopping: measurements since the best, `.characters` at the last of those that count; `.characters` where a new schedule began, if one did |
//!
//! `__metadata__` holds strings: `format` ("pt"), `babble` ([`FORMAT_VERSION`]), `config` (JSON, the keys
//! of [`Config`]), `vocab` (a JSON list of one-character strings in the order of their ids), `step`,
//! `text_sha256`, `held_out_loss` with `held_out_step` once there is one, and `best_loss` with `best_step`.
//! Keys come sorted, so equal models are equal bytes. What begins with `resume.` may be absent.
//!
//! Dropout's masks and the state resets need no place: both are drawn from the seed and the step
//! (`src/training/shard.rs`). `resuming_at_any_step_equals_not_stopping` (`tests/native`) proves that it suffices.
//!
//! The file does not hold the text.

#[cfg(any(feature = "run-check", not(target_arch = "wasm32")))]
mod check;
mod read;
mod resume;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use read::{Found, read_params};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use resume::push_params;

use super::safetensors::File;
pub use super::safetensors::MAX_BYTES;

use crate::config::{Config, names};
use crate::data::corpus::{Cursor, fingerprint, normalize};
use crate::nn::model::Model;
use crate::nn::params::Params;
use crate::training::report::{HeldOut, MAX_LISTED, Match, WeightsReport};
use crate::training::run::Best;
use crate::training::workspace::States;

/// The version of the metadata and of what lies under `resume.`.
pub const FORMAT_VERSION: u32 = 1;

names! {
    /// What to do with symbols of a new text that the loaded vocabulary lacks.
    pub enum UnknownSymbols {
        /// Leave these characters of the text out.
        Skip = "skip",
        /// Add them to the vocabulary, with fresh weights.
        Grow = "grow",
    }
}

/// The content of a weights file.
///
/// ```
/// use babble::{config::Config, formats::checkpoint::Checkpoint, training::trainer::Trainer};
///
/// let text = "12+7=19\n".repeat(100);
/// let mut trainer = Trainer::<f32>::new(Config::default(), &text)?;
/// trainer.step()?;
/// let file = trainer.save();
/// let mut resumed = Trainer::resume(Checkpoint::read(&file)?, &text, None)?;
/// assert_eq!(resumed.step()?, trainer.step()?, "it goes on exactly");
/// # Ok::<(), babble::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Checkpoint {
    config: Config,
    model: Model<f32>,
    step: u64,
    held_out: Option<HeldOut>,
    text_hash: Option<String>,
    resume: Option<Resume>,
    /// The types of numbers that were converted to F32.
    converted: Vec<&'static str>,
}

/// What an exact continuation needs beside the weights.
#[derive(Debug, Clone)]
struct Resume {
    states: States<f32>,
    /// The weights that are trained, while the model has their average.
    raw: Option<Params<f32>>,
    /// The best weights and their loss, while early stopping is on.
    best: Option<Best<f32>>,
    /// The characters seen at the last measurement that counted for patience.
    measured: u64,
    updates: u64,
    moments: Vec<Vec<f32>>,
    cursor: Cursor,
    characters_seen: u64,
    /// The characters that had been seen when the schedule of the learning rate began.
    schedule_start: u64,
    random: u64,
    /// Characters of the text that were left out, for the vocabulary lacked them.
    skipped: u64,
}

/// How a text stands to a checkpoint.
struct Comparison {
    text: Match,
    /// The text with the unknown symbols left out, where there are any.
    known: Option<String>,
    unknown: Vec<char>,
    occurrences: usize,
}

impl Checkpoint {
    /// The types of its numbers that were converted to F32, as the file names them.
    #[must_use]
    pub fn converted(&self) -> &[&'static str] {
        &self.converted
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
            converted: self.converted.clone(),
            text,
            unknown,
            occurrences,
        }
    }

    fn compare(&self, normalized: &str) -> Comparison {
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
        Comparison {
            text,
            known,
            unknown,
            occurrences,
        }
    }
}

/// The types of numbers of a safetensors file that are converted to F32, as the file names them.
#[must_use]
pub fn converted(bytes: &[u8]) -> Vec<&'static str> {
    File::open(bytes).map_or(Vec::new(), |file| file.converted())
}
