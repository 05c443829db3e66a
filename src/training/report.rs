//! What the core reports: plain data, the only shapes that leave it.

use serde::Serialize;

use crate::config::Config;

/// A held-out loss and the weights it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldOut {
    /// Nats per character; see [`crate::training::validation::Evaluation`].
    pub loss: f64,
    /// Steps that the weights had been trained for.
    pub step: u64,
    /// Of an estimate: over how many predictions at the beginning of the held-out part it is the mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<usize>,
}

/// A setting that was lowered so that the text suffices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shrunk {
    /// The key in [`Config`], as the page spells it.
    pub field: &'static str,
    /// What was asked for.
    pub asked: usize,
    /// What is used.
    pub used: usize,
}

/// Where a run's weights came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// Drawn from the seed.
    Fresh,
    /// A file, on the text it was learning: an exact continuation.
    Exact,
    /// A file, on another text (or without the state that resuming needs): its weights only.
    Weights,
}

/// Why training has come to its end. The page and files know the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum StopReason {
    /// The run has its length and was to stop there.
    #[serde(rename = "end")]
    Length,
    /// The held-out loss made no progress for as long as the patience lasts; the best weights are back.
    #[serde(rename = "patience")]
    EarlyStopping,
}

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepReport {
    /// Steps done, this one included.
    pub step: u64,
    /// The mean loss of this step's predictions before its update, in nats per character.
    pub loss: f64,
    /// The gradients' global norm, after clipping by value and before clipping by norm.
    pub gradient_norm: f64,
    /// The learning rate that the schedule gave this step.
    pub learning_rate: f64,
    /// How far the step moved the weights, as a share of their norm, where it was asked for.
    pub update_ratio: Option<f64>,
}

/// What is being trained, and on what.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunReport {
    /// The configuration, with batch size and sequence length as used.
    pub config: Config,
    /// What was lowered so that the text suffices.
    pub shrunk: Vec<Shrunk>,
    /// Where the weights came from.
    pub origin: Origin,
    /// The step of the file they came from, 0 for fresh ones.
    pub origin_step: u64,
    /// Steps done.
    pub step: u64,
    /// Whether training has come to its end, and why.
    pub finished: Option<StopReason>,
    /// Complete passes over the training part.
    pub epoch: u64,
    /// Predictions trained on so far.
    pub characters_seen: u64,
    /// Of those, how many were seen when the present schedule of the learning rate began.
    pub schedule_start: u64,
    /// That the schedule gives for so many characters.
    pub learning_rate: f64,
    /// `N`, characters of the text as learned.
    pub characters: usize,
    /// Characters of the training part.
    pub training_characters: usize,
    /// Characters of the held-out part.
    pub held_out_characters: usize,
    /// `V`.
    pub symbols: usize,
    /// Characters of the text that were left out, for the vocabulary lacks them.
    pub skipped_characters: usize,
    /// Symbols that the vocabulary gained from this text.
    pub grown_symbols: usize,
    /// Weights in all.
    pub parameters: usize,
    /// `ln V`, the loss of blind guessing.
    pub uniform_loss: f64,
    /// The held-out loss of guessing by letter frequency; see [`crate::data::corpus::Corpus::unigram_loss`].
    pub unigram_loss: f64,
    /// The newest held-out loss.
    pub held_out: Option<HeldOut>,
    /// The best one, while early stopping keeps its weights.
    pub best: Option<HeldOut>,
    /// The text's SHA-256 in hexadecimal.
    pub text_hash: String,
}

/// How a text compares with the one that a file's weights were learning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Match {
    /// The same text, by its hash.
    Same,
    /// Another one.
    Different,
    /// No text was given.
    None,
}

/// What a weights file holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WeightsReport {
    /// The configuration it was trained with.
    pub config: Config,
    /// `V`.
    pub symbols: usize,
    /// Weights in all.
    pub parameters: usize,
    /// Steps it was trained for.
    pub step: u64,
    /// Its held-out loss, if it has one.
    pub held_out: Option<HeldOut>,
    /// Whether it holds the optimiser's state and the position in the text.
    pub resumable: bool,
    /// The types of its numbers that were converted to F32, as the file names them.
    pub converted: Vec<&'static str>,
    /// Against the text that was given with it.
    #[serde(rename = "match")]
    pub text: Match,
    /// The given text's symbols that the vocabulary lacks, at most [`MAX_LISTED`].
    pub unknown: Vec<char>,
    /// How many characters of the given text they are.
    pub occurrences: usize,
}

/// Symbols listed in one report.
pub const MAX_LISTED: usize = 100;
