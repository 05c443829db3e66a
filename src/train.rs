//! The trainer: batches in, reports out. It reads no clock and does no I/O. Imports everything below
//! it.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::config::{Config, MAX_WORKING_BYTES, Tuning};
use crate::corpus::{Corpus, Cursor, Streams, normalize};
use crate::heldout::Evaluation;
use crate::linalg::Scalar;
use crate::model::{Model, Tape};
use crate::optim::{Optimizer, Rule, clip_by_global_norm, clip_by_value};
use crate::params::{Params, Sizes};
use crate::report::{HeldOut, Origin, RunReport, Shrunk, StepReport};
use crate::schedule::learning_rate;
use crate::shard::{Chunk, Part, Shard};
use crate::vocab::Vocabulary;
use crate::watch::Watch;
use crate::{Error, Result};

/// Why training has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Finish {
    /// The run has its length and was to stop there.
    End,
    /// The held-out loss made no progress for as long as the patience lasts; the best weights are back.
    Patience,
}

/// The best held-out loss so far, kept while early stopping is on.
#[derive(Debug, Clone)]
pub(crate) struct Best<S> {
    /// The loss and its step; none before the first measurement.
    pub held_out: Option<HeldOut>,
    /// Its weights.
    pub params: Params<S>,
    /// Measurements since then.
    pub stale: u64,
}

/// One run: a model, its text, and everything between two steps.
#[derive(Debug, Clone)]
pub struct Trainer<S> {
    pub(crate) config: Config,
    pub(crate) model: Model<S>,
    pub(crate) corpus: Corpus,
    pub(crate) optimizer: Optimizer<S>,
    pub(crate) shards: Vec<Shard<S>>,
    pub(crate) cursor: Cursor,
    pub(crate) rng: ChaCha8Rng,
    pub(crate) step: u64,
    pub(crate) characters_seen: u64,
    pub(crate) held_out: Option<HeldOut>,
    pub(crate) best: Option<Best<S>>,
    pub(crate) origin: Origin,
    pub(crate) origin_step: u64,
    pub(crate) skipped_characters: usize,
    pub(crate) grown_symbols: usize,
    streams: Streams,
    unigram_loss: f64,
    asked: Config,
    gradients: Params<S>,
    /// The gradients of one shard; empty when there is one shard only, which needs no sum.
    partial: Option<Params<S>>,
    /// The gradients of every shard, where they are computed at once; empty until then.
    parts: Vec<Params<S>>,
    /// The summed loss of every shard whose part of a shared step is there.
    part_nats: Vec<Option<f64>>,
    /// The weights before an update whose size is to be told.
    before: Vec<S>,
    measures_update: bool,
    evaluation: Evaluation<S>,
    watch: Watch,
}

/// What the shards of the next step read. A macro, for it borrows all but the shards and the gradients.
macro_rules! next_chunk {
    ($trainer:ident) => {
        Chunk {
            config: &$trainer.config,
            params: &$trainer.model.params,
            training: $trainer.corpus.training(),
            streams: $trainer.streams,
            cursor: $trainer.cursor,
            step: $trainer.step,
        }
    };
}

mod share;

impl<S: Scalar> Trainer<S> {
    /// A run with fresh weights, drawn from the config's seed, on `text` as it was given.
    ///
    /// # Errors
    /// [`Error::TextTooShort`], [`Error::TextTooLong`], [`Error::OneSymbol`], [`Error::TooManySymbols`]
    /// or [`Error::TooMuchMemory`].
    pub fn new(config: Config, text: &str) -> Result<Self> {
        let text = normalize(text);
        let vocabulary = Vocabulary::of(&text)?;
        let corpus = Corpus::new(&text, &vocabulary)?;
        let sizes = character_sizes(&config, vocabulary.len());
        let streams = Streams::new(
            corpus.training().len(),
            config.batch_size,
            config.sequence_length,
        );
        check_memory::<S>(sizes, streams, &config)?;
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(config.seed));
        let params = Params::random(sizes, config.initialization, config.forget_bias, &mut rng);
        let model = Model { params, vocabulary };
        Self::assemble(config, model, corpus, streams, rng)
    }

    /// A run at step 0 with these weights.
    ///
    /// # Errors
    /// [`Error::TooMuchMemory`].
    pub(crate) fn assemble(
        config: Config,
        model: Model<S>,
        corpus: Corpus,
        streams: Streams,
        rng: ChaCha8Rng,
    ) -> Result<Self> {
        let sizes = model.params.sizes();
        check_memory::<S>(sizes, streams, &config)?;
        let shards = config.shards.min(streams.batch);
        let asked = config.clone();
        let config = Config {
            batch_size: streams.batch,
            sequence_length: streams.steps,
            shards,
            ..config
        };
        let best = |params: &Params<S>| Best {
            held_out: None,
            params: params.clone(),
            stale: 0,
        };
        Ok(Self {
            optimizer: Optimizer::new(Rule::of(&config), model.params.len()),
            shards: (0..shards)
                .map(|index| Shard::new(&config, &model.params, streams, index))
                .collect(),
            cursor: Cursor::default(),
            rng,
            step: 0,
            characters_seen: 0,
            held_out: None,
            best: (config.patience > 0).then(|| best(&model.params)),
            origin: Origin::Fresh,
            origin_step: 0,
            skipped_characters: 0,
            grown_symbols: 0,
            streams,
            unigram_loss: corpus.unigram_loss(model.vocabulary.len()),
            gradients: Params::zeros(sizes),
            partial: (shards > 1).then(|| Params::zeros(sizes)),
            parts: Vec::new(),
            part_nats: vec![None; shards],
            before: model.params.values().to_vec(),
            measures_update: false,
            evaluation: Evaluation::new(&model.params),
            watch: Watch::new(model.vocabulary.len()),
            asked,
            config,
            model,
            corpus,
        })
    }

    /// One step: the gradients of the next chunk, then the update. Allocates nothing.
    ///
    /// # Errors
    /// [`Error::Diverged`] when the loss or a gradient's square is not finite any more, or the loss stays far
    /// above blind guessing. The weights are then of no use; go back to an earlier checkpoint.
    pub fn step(&mut self) -> Result<StepReport> {
        let loss = self.gradients()?;
        self.apply(loss)
    }

    /// The first half of a step: reads the next chunk and leaves the gradients of its mean loss in
    /// [`Trainer::gradients_mut`]. Returns that loss in nats per character.
    ///
    /// # Errors
    /// As [`Trainer::step`].
    pub fn gradients(&mut self) -> Result<f64> {
        if self.partial.is_some() {
            self.gradients.values_mut().fill(S::zero());
        }
        let mut nats = 0.0;
        for index in 0..self.shards.len() {
            let chunk = next_chunk!(self);
            let gradients = self.partial.as_mut().unwrap_or(&mut self.gradients);
            nats += self.shards[index].gradients(&chunk, gradients);
            if let Some(partial) = &self.partial {
                sum_into(self.gradients.values_mut(), partial.values());
            }
        }
        self.move_on(nats)
    }

    /// As [`Trainer::gradients`], and to the same bits, but `compute` chooses who calls [`Part::compute`] of
    /// each part of the step and when: all at once on several threads, say. Takes memory for the gradients of
    /// every part when it is first called.
    ///
    /// # Errors
    /// As [`Trainer::step`].
    ///
    /// # Panics
    /// When `compute` leaves a part out.
    pub fn gradients_by(&mut self, compute: impl FnOnce(&mut [Part<'_, S>])) -> Result<f64> {
        let sizes = self.model.params.sizes();
        self.parts
            .resize_with(self.shards.len(), || Params::zeros(sizes));
        let chunk = next_chunk!(self);
        let shards = self.shards.iter_mut().zip(&mut self.parts);
        let mut parts: Vec<_> = shards
            .map(|(shard, gradients)| Part {
                chunk,
                shard,
                gradients,
                nats: None,
            })
            .collect();
        compute(&mut parts);
        let nats = parts
            .iter()
            .map(|part| part.nats.expect("every part was computed"))
            .sum();
        self.gradients.values_mut().fill(S::zero());
        for part in &self.parts {
            sum_into(self.gradients.values_mut(), part.values());
        }
        self.move_on(nats)
    }

    /// How many parts a step's gradients are summed from.
    #[must_use]
    pub fn shard_count(&self) -> usize {
        self.shards.len()
    }

    /// The chunk at the cursor has been read by all.
    #[inline(never)]
    fn move_on(&mut self, nats: f64) -> Result<f64> {
        let predictions = self.cursor.steps(self.streams) * self.streams.batch;
        let loss = nats / predictions as f64;
        self.cursor.advance(self.streams);
        self.characters_seen += predictions as u64;
        if self.watch.explodes(loss) {
            return Err(self.diverged(loss));
        }
        Ok(loss)
    }

    /// The second half of a step: clips the gradients and updates the weights. `loss` is the chunk's.
    ///
    /// # Errors
    /// As [`Trainer::step`].
    #[inline(never)] // whoever calls it, it is in the wasm once
    pub fn apply(&mut self, loss: f64) -> Result<StepReport> {
        let gradients = self.gradients.values_mut();
        clip_by_value(gradients, self.config.clip_value);
        let gradient_norm = clip_by_global_norm(gradients, self.config.clip_norm);
        // What the rules average are squares: one that overflowed would never leave their memory.
        if !S::of(gradient_norm * gradient_norm).as_f64().is_finite() {
            return Err(self.diverged(loss));
        }
        let learning_rate = learning_rate(&self.config, self.characters_seen);
        let weights = self.model.params.values_mut();
        let measures = std::mem::take(&mut self.measures_update);
        if measures {
            self.before.copy_from_slice(weights);
        }
        self.optimizer.step(weights, gradients, learning_rate);
        self.step += 1;
        Ok(StepReport {
            step: self.step,
            loss,
            gradient_norm,
            learning_rate,
            update_ratio: measures.then(|| update_ratio(&self.before, weights)),
        })
    }

    /// Makes the next step tell how far it moved the weights, which costs a pass over them.
    pub fn measure_next_update(&mut self) {
        self.measures_update = true;
    }

    /// Whether training has come to an end that the configuration set.
    #[must_use]
    pub fn finished(&self) -> Option<Finish> {
        let tired = |best: &Best<S>| best.stale >= self.config.patience as u64;
        if self.best.as_ref().is_some_and(tired) {
            Some(Finish::Patience)
        } else if self.config.stop_at_end && self.characters_seen >= self.config.run_characters {
            Some(Finish::End)
        } else {
            None
        }
    }

    /// Trains on although [`Trainer::finished`]: the length of the run does not stop it any more, and
    /// patience begins anew.
    pub fn go_on(&mut self) {
        if self.characters_seen >= self.config.run_characters {
            self.config.stop_at_end = false;
        }
        if let Some(best) = &mut self.best {
            best.stale = 0;
        }
    }

    /// The gradients of the newest chunk.
    pub fn gradients_mut(&mut self) -> &mut Params<S> {
        &mut self.gradients
    }

    /// Whether the recent losses, and the loss of the present weights on the next chunk, are no worse
    /// than blind guessing: a checkpoint taken now is worth going back to. The loss of the newest step
    /// cannot tell, for it was taken before that step's update. Costs a forward pass and moves nothing.
    #[must_use]
    pub fn is_healthy(&mut self) -> bool {
        if !self.watch.is_healthy() {
            return false;
        }
        let chunk = next_chunk!(self);
        let mut nats = 0.0;
        for shard in &mut self.shards {
            nats += shard.read(&chunk, 0.0);
            shard.tape.rewind();
        }
        let predictions = self.cursor.steps(self.streams) * self.streams.batch;
        self.watch.is_bearable(nats / predictions as f64)
    }

    /// Takes over settings that may change between two steps.
    ///
    /// # Errors
    /// As [`Config::tuned`], or [`Error::TooMuchMemory`]; then nothing has changed.
    pub fn tune(&mut self, tuning: &Tuning) -> Result<()> {
        let config = self.config.tuned(tuning)?;
        let streams = self.streams.with_steps(config.sequence_length);
        check_memory::<S>(self.model.params.sizes(), streams, &config)?;
        if tuning.sequence_length.is_some() {
            self.asked.sequence_length = config.sequence_length;
        }
        self.streams = streams;
        self.config = Config {
            sequence_length: self.streams.steps,
            ..config
        };
        for shard in &mut self.shards {
            shard.reserve(self.streams);
        }
        Ok(())
    }

    /// Begins to measure the held-out loss of the present weights, unless a measurement is under way.
    pub fn begin_evaluation(&mut self) {
        if !self.evaluation.is_running() {
            self.evaluation.begin(&self.model.params, self.step);
        }
    }

    /// Whether a measurement is under way.
    #[must_use]
    pub fn is_evaluating(&self) -> bool {
        self.evaluation.is_running()
    }

    /// Goes on with the measurement by a few dozen characters; `Some` when it is complete.
    pub fn evaluate(&mut self) -> Option<HeldOut> {
        let held_out = self.evaluation.advance(self.corpus.held_out())?;
        self.held_out = Some(held_out);
        if let Some(best) = &mut self.best {
            let best_loss = best.held_out.map_or(f64::INFINITY, |best| best.loss);
            if held_out.loss < best_loss {
                best.held_out = Some(held_out);
                best.params
                    .values_mut()
                    .copy_from_slice(self.evaluation.params().values());
                best.stale = 0;
            } else {
                best.stale += 1;
            }
            if best.stale == self.config.patience as u64 {
                let weights = self.model.params.values_mut();
                weights.copy_from_slice(best.params.values());
                self.held_out = best.held_out;
            }
        }
        Some(held_out)
    }

    /// The configuration in force.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The model as it is now.
    #[must_use]
    pub fn model(&self) -> &Model<S> {
        &self.model
    }

    /// The text being learned.
    #[must_use]
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// Where the next chunk begins.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Steps done.
    #[must_use]
    pub fn steps_done(&self) -> u64 {
        self.step
    }

    /// Predictions trained on so far.
    #[must_use]
    pub fn characters_seen(&self) -> u64 {
        self.characters_seen
    }

    /// The newest held-out loss.
    #[must_use]
    pub fn held_out(&self) -> Option<HeldOut> {
        self.held_out
    }

    /// What is being trained, on what.
    #[must_use]
    pub fn report(&self) -> RunReport {
        let shrunk = [
            ("batchSize", self.asked.batch_size, self.config.batch_size),
            (
                "sequenceLength",
                self.asked.sequence_length,
                self.config.sequence_length,
            ),
        ];
        let symbols = self.model.vocabulary.len();
        RunReport {
            config: self.config.clone(),
            shrunk: shrunk
                .into_iter()
                .filter(|&(_, asked, used)| used < asked)
                .map(|(field, asked, used)| Shrunk { field, asked, used })
                .collect(),
            origin: self.origin,
            origin_step: self.origin_step,
            step: self.step,
            epoch: self.cursor.epoch,
            characters_seen: self.characters_seen,
            characters: self.corpus.len(),
            training_characters: self.corpus.training().len(),
            held_out_characters: self.corpus.held_out().len(),
            symbols,
            skipped_characters: self.skipped_characters,
            grown_symbols: self.grown_symbols,
            parameters: self.model.params.len(),
            uniform_loss: (symbols as f64).ln(),
            unigram_loss: self.unigram_loss,
            held_out: self.held_out,
            best: self.best.as_ref().and_then(|best| best.held_out),
            text_hash: self.corpus.fingerprint().to_owned(),
        }
    }

    /// Goes on from another state of this run: what was measured and watched is of the one that is
    /// left. The weights, the optimiser and the counters are the caller's to set. `hidden` and `memory`:
    /// L x B x H, row-major; `memory` is empty unless the cell has one.
    pub(crate) fn rewind(&mut self, hidden: &[S], memory: &[S]) {
        let Sizes {
            hidden: rows,
            layers,
            ..
        } = self.model.params.sizes();
        let batch = self.streams.batch;
        for Shard { streams, tape, .. } in &mut self.shards {
            tape.rewind();
            for layer in 0..layers {
                let columns = layer * batch + streams.start..layer * batch + streams.end;
                let of_shard = columns.start * rows..columns.end * rows;
                let (h, c) = tape.state_mut(layer);
                h.copy_from_slice(&hidden[of_shard.clone()]);
                c.copy_from_slice(memory.get(of_shard).unwrap_or_default());
            }
        }
        self.part_nats.fill(None);
        self.evaluation.cancel();
        self.watch = Watch::new(self.model.vocabulary.len());
    }

    /// The states before the next chunk, hidden and memory, as [`Trainer::rewind`] takes them.
    pub(crate) fn states(&self) -> (Vec<S>, Vec<S>) {
        let (mut hidden, mut memory) = (Vec::new(), Vec::new());
        for layer in 0..self.model.params.sizes().layers {
            for Shard { tape, .. } in &self.shards {
                let (h, c) = tape.next_state(layer);
                hidden.extend_from_slice(h);
                memory.extend_from_slice(c);
            }
        }
        (hidden, memory)
    }

    /// Watches the next steps closely: an explosion made one go back to these weights.
    pub(crate) fn put_on_probation(&mut self) {
        self.watch = Watch::after_explosion(self.model.vocabulary.len());
    }

    fn diverged(&self, loss: f64) -> Error {
        let learning_rate = self.config.learning_rate;
        Error::Diverged {
            step: self.step + 1,
            loss,
            learning_rate,
        }
    }
}

/// The sizes of a network from characters to characters.
pub(crate) fn character_sizes(config: &Config, symbols: usize) -> Sizes {
    Sizes {
        cell: config.cell,
        inputs: symbols,
        hidden: config.hidden_size,
        layers: config.layers,
        outputs: symbols,
    }
}

fn sum_into<S: Scalar>(to: &mut [S], from: &[S]) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to += from);
}

/// ||after - before|| / ||before||; 0 for two zeros.
fn update_ratio<S: Scalar>(before: &[S], after: &[S]) -> f64 {
    let (mut moved, mut size) = (0.0, 0.0);
    for (before, after) in before.iter().zip(after) {
        let (before, after) = (before.as_f64(), after.as_f64());
        moved += (after - before) * (after - before);
        size += before * before;
    }
    if moved == 0.0 {
        0.0
    } else {
        (moved / size).sqrt()
    }
}

/// Refuses what would take more than [`MAX_WORKING_BYTES`]: the tape; the weights, their gradients, the
/// measurement's snapshot, the weights before an update and the optimiser's moments; a shard's gradients
/// and the best weights where there are any; and the file of the weights and moments, which is there
/// three times while it is made and handed over.
fn check_memory<S: Scalar>(sizes: Sizes, streams: Streams, config: &Config) -> Result<()> {
    let bytes = working_bytes::<S>(sizes, streams, config);
    if bytes > MAX_WORKING_BYTES {
        return Err(Error::TooMuchMemory {
            megabytes: bytes / 1_000_000,
            maximum: MAX_WORKING_BYTES / 1_000_000,
        });
    }
    Ok(())
}

/// What a run takes at most, its text aside; saturates.
pub(crate) fn working_bytes<S: Scalar>(sizes: Sizes, streams: Streams, config: &Config) -> usize {
    let moments = Rule::of(config).moment_names().len();
    let best = usize::from(config.patience > 0);
    let partial = usize::from(config.shards > 1);
    let copies = (4 + moments + best + partial) + 3 * (1 + moments + best);
    // A shard more is a scratch more.
    let scratches = (config.shards - 1).saturating_mul(Tape::<S>::bytes(sizes, 0, 0));
    sizes
        .weights()
        .saturating_mul(copies * size_of::<S>())
        .saturating_add(Tape::<S>::bytes(sizes, streams.batch, streams.steps))
        .saturating_add(scratches)
}
