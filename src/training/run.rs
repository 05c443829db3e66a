//! A run between two steps: everything that its file keeps. The text is not part of it, and neither is the memory
//! that a step only works in ([`crate::training::workspace`]).

use std::iter::once;

use rand_chacha::ChaCha8Rng;

use crate::Error;
use crate::config::Config;
use crate::data::corpus::{Corpus, Cursor, Streams};
use crate::linalg::Scalar;
use crate::nn::model::Model;
use crate::nn::params::Params;
use crate::training::lr_schedule::learning_rate;
use crate::training::optim::{Optimizer, Rule};
use crate::training::report::{HeldOut, Origin, StopReason};
use crate::training::shard::Chunk;

/// What a checkpoint holds, besides the hidden states, which lie on the shards' tapes.
#[derive(Debug, Clone)]
pub(crate) struct Run<S> {
    pub config: Config,
    /// What is measured, writes and is saved. Where the run averages, these weights are the average.
    pub model: Model<S>,
    /// The weights that are trained, where the model has their average.
    pub raw: Option<Params<S>>,
    pub optimizer: Optimizer<S>,
    /// Where the next chunk begins.
    pub cursor: Cursor,
    pub rng: ChaCha8Rng,
    /// Steps done.
    pub step: u64,
    /// Predictions trained on so far.
    pub characters_seen: u64,
    /// How many characters had been seen when the learning-rate schedule began.
    pub schedule_start: u64,
    /// The newest held-out loss.
    pub held_out: Option<HeldOut>,
    /// The best weights, while early stopping is on.
    pub best: Option<Best<S>>,
    /// How many characters the weights had seen at the last measurement that counted for early stopping.
    pub measured: u64,
    pub beginning: Beginning,
}

/// How a run began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beginning {
    pub origin: Origin,
    /// The step of the file that the weights came from; 0 for fresh weights.
    pub step: u64,
    /// Characters of the text that were left out because the vocabulary lacks them.
    pub skipped_characters: usize,
    /// Symbols that the vocabulary gained from the text.
    pub grown_symbols: usize,
}

impl Beginning {
    /// Weights drawn from the seed.
    pub const FRESH: Self = Self {
        origin: Origin::Fresh,
        step: 0,
        skipped_characters: 0,
        grown_symbols: 0,
    };
}

/// The best weights by held-out loss.
#[derive(Debug, Clone)]
pub(crate) struct Best<S> {
    /// The loss and its step; none before the first measurement.
    pub held_out: Option<HeldOut>,
    pub params: Params<S>,
    /// Measurements that counted since then, all of them without progress.
    pub without_progress: u64,
}

impl<S: Scalar> Best<S> {
    /// Compares a measurement that counts, of the weights `params`, with the best one.
    fn compare(&mut self, held_out: HeldOut, params: &Params<S>) {
        if self.held_out.is_none_or(|best| held_out.loss < best.loss) {
            self.held_out = Some(held_out);
            self.params.values_mut().copy_from_slice(params.values());
            self.without_progress = 0;
        } else {
            self.without_progress += 1;
        }
    }
}

impl<S: Scalar> Run<S> {
    /// A run at step 0 with these weights.
    pub fn new(config: Config, model: Model<S>, rng: ChaCha8Rng, beginning: Beginning) -> Self {
        let best = (config.patience > 0).then(|| Best {
            held_out: None,
            params: model.params.clone(),
            without_progress: 0,
        });
        Self {
            optimizer: Optimizer::new(Rule::of(&config), model.params.len()),
            raw: (config.averaging > 0.0).then(|| model.params.clone()),
            config,
            model,
            cursor: Cursor::default(),
            rng,
            step: 0,
            characters_seen: 0,
            schedule_start: 0,
            held_out: None,
            best,
            measured: 0,
            beginning,
        }
    }

    /// What the next step reads.
    pub fn chunk<'a>(&'a self, corpus: &'a Corpus, streams: Streams) -> Chunk<'a, S> {
        Chunk {
            config: &self.config,
            params: self.raw.as_ref().unwrap_or(&self.model.params),
            training: corpus.training(),
            streams,
            cursor: self.cursor,
            step: self.step,
        }
    }

    /// The learning rate that the schedule gives now.
    pub fn learning_rate(&self) -> f64 {
        learning_rate(&self.config, self.schedule_start, self.characters_seen)
    }

    /// Whether training has come to an end that the configuration set.
    pub fn finished(&self) -> Option<StopReason> {
        let patience = self.config.patience as u64;
        let best = self.best.as_ref();
        if best.is_some_and(|best| best.without_progress >= patience) {
            Some(StopReason::EarlyStopping)
        } else if self.config.stop_at_end && self.characters_seen >= self.config.run_characters {
            Some(StopReason::Length)
        } else {
            None
        }
    }

    /// Starts to count the measurements without progress from zero.
    pub fn renew_patience(&mut self) {
        if let Some(best) = &mut self.best {
            best.without_progress = 0;
        }
    }

    /// Takes in a measurement that counts for early stopping: of the weights `params`, which had seen so many
    /// `characters`. Restores the best weights when patience is used up.
    pub fn stop_early(&mut self, held_out: HeldOut, params: &Params<S>, characters: u64) {
        self.measured = characters;
        let Some(best) = &mut self.best else { return };
        best.compare(held_out, params);
        if best.without_progress == self.config.patience as u64 {
            for weights in once(&mut self.model.params).chain(&mut self.raw) {
                weights.values_mut().copy_from_slice(best.params.values());
            }
            self.held_out = best.held_out;
        }
    }

    /// Whether the newest held-out loss is that of the present weights.
    pub fn is_measured(&self) -> bool {
        let best = || self.best.as_ref().and_then(|best| best.held_out);
        self.held_out.is_some_and(|held_out| {
            held_out.step == self.step
                || self.finished() == Some(StopReason::EarlyStopping) && best() == Some(held_out)
        })
    }

    /// The error for a loss or for gradients that have exploded. Where the weights have never changed, no
    /// learning rate is to blame for them.
    pub fn explosion(&self, loss: f64) -> Error {
        let first = match self.beginning.origin {
            Origin::Exact => self.beginning.step,
            Origin::Fresh | Origin::Weights => 0,
        };
        if self.step <= first {
            return Error::NotFinite;
        }
        Error::Diverged {
            step: self.step + 1,
            loss,
            learning_rate: self.config.learning_rate,
        }
    }
}
