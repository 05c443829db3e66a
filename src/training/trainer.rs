//! The trainer: a run, its text and the memory that it works in. It reads no clock and does no I/O.

mod measuring;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::config::{Config, MAX_WORKING_BYTES, NewSchedule, Tuning};
use crate::data::corpus::{Corpus, Cursor, Streams, normalize};
use crate::data::vocab::Vocabulary;
use crate::linalg::Scalar;
use crate::nn::model::{Model, Tape};
use crate::nn::params::{Params, Sizes};
use crate::training::average;
use crate::training::optim::{Rule, clip_by_global_norm, clip_by_value};
use crate::training::report::{RunReport, Shrunk, StepReport, StopReason};
use crate::training::run::{Beginning, Run};
use crate::training::workspace::{Part, Workspace};
use crate::{Error, Result};

pub use measuring::MEASURE_EVERY;

/// One run, its text, and everything between two steps.
///
/// ```
/// use babble::{config::Config, training::trainer::Trainer};
///
/// let config = Config { hidden_size: 16, ..Config::default() };
/// let mut trainer = Trainer::<f32>::new(config, &"12+7=19\n".repeat(100))?;
/// let first = trainer.step()?.loss;
/// for _ in 0..50 {
///     trainer.step()?;
/// }
/// // Fresh weights guess blindly; the loss falls from there.
/// assert!((first - trainer.report().uniform_loss).abs() < 0.5);
/// assert!(trainer.step()?.loss < first);
/// # Ok::<(), babble::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Trainer<S> {
    pub(crate) run: Run<S>,
    pub(crate) corpus: Corpus,
    streams: Streams,
    /// The batch size and the sequence length that were asked for, which the text may be too short for.
    asked: (usize, usize),
    unigram_loss: f64,
    measure_every: u64,
    pub(crate) work: Workspace<S>,
}

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
        let sizes = Sizes::of(&config, vocabulary.len());
        let streams = new_streams::<S>(&corpus, sizes, &config)?;
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(config.seed));
        let params = Params::random(sizes, config.initialization, config.forget_bias, &mut rng);
        let run = Run::new(config, Model { vocabulary, params }, rng, Beginning::FRESH);
        Ok(Self::assemble(run, corpus, streams))
    }

    /// Trains `run` on, with zero states before its next chunk. [`check_memory`] comes first.
    pub(crate) fn assemble(mut run: Run<S>, corpus: Corpus, streams: Streams) -> Self {
        let config = &mut run.config;
        let asked = (config.batch_size, config.sequence_length);
        (config.batch_size, config.sequence_length) = (streams.batch, streams.steps);
        config.shards = config.shards.min(streams.batch);
        let mut trainer = Self {
            work: Workspace::new(&run, streams),
            unigram_loss: corpus.unigram_loss(run.model.vocabulary.len()),
            run,
            corpus,
            streams,
            asked,
            measure_every: 0,
        };
        trainer.set_measure_every(None);
        let predictions = trainer.corpus.held_out().len() - 1;
        trainer.work.evaluation.reserve(predictions);
        trainer
    }

    /// One step: the gradients of the next chunk, then the update. Allocates nothing.
    ///
    /// # Errors
    /// [`Error::Diverged`] when the loss or a gradient's square is not finite any more, or the loss stays far
    /// above blind guessing; [`Error::NotFinite`] when they never were, before any update. The weights are then of no use; go back to an earlier checkpoint.
    pub fn step(&mut self) -> Result<StepReport> {
        let loss = self.gradients()?;
        self.apply(loss)
    }

    /// The parts of the next step, for whoever wants to compute them first: each on a thread of its own, say. Those
    /// that are left out are computed by the step itself. Takes memory for the gradients of every part when it is
    /// first called.
    pub fn parts(&mut self) -> impl Iterator<Item = Part<'_, S>> {
        self.work.parts(self.run.chunk(&self.corpus, self.streams))
    }

    /// Part `index` of [`Trainer::parts`].
    ///
    /// # Panics
    /// When there is no such part.
    pub fn part(&mut self, index: usize) -> Part<'_, S> {
        self.parts().nth(index).expect("one part for each shard")
    }

    /// How many parts a step's gradients are summed from.
    #[must_use]
    pub fn shard_count(&self) -> usize {
        self.run.config.shards
    }

    /// Discards the parts of a step that were computed, but did not become a step.
    pub fn discard_parts(&mut self) {
        self.work.discard_parts();
    }

    /// The first half of a step: reads the next chunk and leaves the gradients of its mean loss in
    /// [`Trainer::gradients_mut`]. Returns that loss in nats per character.
    ///
    /// # Errors
    /// As [`Trainer::step`].
    #[inline(never)] // keeps it in the wasm once
    pub fn gradients(&mut self) -> Result<f64> {
        let chunk = self.run.chunk(&self.corpus, self.streams);
        let predictions = chunk.predictions();
        let loss = self.work.sum_parts(&chunk) / predictions as f64;
        self.run.cursor.advance(self.streams);
        self.run.characters_seen += predictions as u64;
        if self.work.divergence.explodes(loss) {
            return Err(self.run.explosion(loss));
        }
        Ok(loss)
    }

    /// The second half of a step: clips the gradients and updates the weights. `loss` is the chunk's.
    ///
    /// # Errors
    /// As [`Trainer::step`].
    #[inline(never)] // keeps it in the wasm once
    pub fn apply(&mut self, loss: f64) -> Result<StepReport> {
        let learning_rate = self.run.learning_rate();
        let config = &self.run.config;
        let gradients = self.work.gradients.values_mut();
        clip_by_value(gradients, config.clip_value);
        let gradient_norm = clip_by_global_norm(gradients, config.clip_norm);
        // What the rules average are squares: one that overflowed would never leave their memory.
        if !S::of(gradient_norm * gradient_norm).as_f64().is_finite() {
            return Err(self.run.explosion(loss));
        }
        let averaging = config.averaging;
        let sizes = self.run.model.params.sizes();
        let rates = sizes.learning_rates(learning_rate, config.recurrent_rate);
        let Run {
            model,
            raw,
            optimizer,
            step,
            ..
        } = &mut self.run;
        let weights = raw.as_mut().unwrap_or(&mut model.params).values_mut();
        let measures = std::mem::take(&mut self.work.measures_update);
        if measures {
            self.work.before.copy_from_slice(weights);
        }
        optimizer.step_parts(weights, gradients, rates);
        *step += 1;
        let update_ratio = measures.then(|| update_ratio(&self.work.before, weights));
        if let Some(raw) = raw {
            average::update(model.params.values_mut(), raw.values(), averaging, *step);
        }
        Ok(StepReport {
            step: *step,
            loss,
            gradient_norm,
            learning_rate,
            update_ratio,
        })
    }

    /// Makes the next step report how far it moved the weights, which costs a pass over them.
    pub fn measure_next_update(&mut self) {
        self.work.measures_update = true;
    }

    /// The gradients of the newest chunk.
    pub fn gradients_mut(&mut self) -> &mut Params<S> {
        &mut self.work.gradients
    }

    /// Whether training has come to an end that the configuration set.
    #[must_use]
    pub fn finished(&self) -> Option<StopReason> {
        self.run.finished()
    }

    /// Trains on although [`Trainer::finished`]: the length of the run does not stop it any more, and
    /// patience begins anew.
    pub fn go_on(&mut self) {
        if self.run.characters_seen >= self.run.config.run_characters {
            self.run.config.stop_at_end = false;
        }
        self.run.renew_patience();
    }

    /// Begins a new schedule of the learning rate at the present weights: it rises and falls once more, from
    /// here to the run's new end. Patience begins anew.
    ///
    /// # Errors
    /// As [`Config::rescheduled`]; then nothing has changed.
    pub fn begin_schedule(&mut self, schedule: &NewSchedule) -> Result<()> {
        let run = &mut self.run;
        let length = run.config.run_characters - run.schedule_start;
        run.config = run
            .config
            .rescheduled(schedule, run.characters_seen, length)?;
        run.schedule_start = run.characters_seen;
        run.renew_patience();
        Ok(())
    }

    /// Whether the recent losses, and the loss of the present weights on the next chunk, are no worse
    /// than blind guessing: a checkpoint taken now is worth going back to. The loss of the newest step
    /// cannot show it, because it was taken before that step's update. Costs a forward pass and changes nothing.
    #[must_use]
    pub fn is_healthy(&mut self) -> bool {
        if !self.work.divergence.is_healthy() {
            return false;
        }
        let chunk = self.run.chunk(&self.corpus, self.streams);
        let loss = self.work.loss_of(&chunk) / chunk.predictions() as f64;
        self.work.divergence.is_bearable(loss)
    }

    /// Takes over settings that may change between two steps.
    ///
    /// # Errors
    /// As [`Config::tuned`], or [`Error::TooMuchMemory`]; then nothing has changed.
    pub fn tune(&mut self, tuning: &Tuning) -> Result<()> {
        let config = self.run.config.tuned(tuning)?;
        let streams = self.streams.with_steps(config.sequence_length);
        check_memory::<S>(self.run.model.params.sizes(), streams, &config)?;
        if tuning.iter().any(|(key, _)| key == "sequenceLength") {
            self.asked.1 = config.sequence_length;
        }
        self.streams = streams;
        self.run.config = Config {
            sequence_length: streams.steps,
            ..config
        };
        self.work.reserve(streams);
        Ok(())
    }

    /// The configuration in force.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.run.config
    }

    /// The model as it is now; where the run averages its weights, with their average.
    #[must_use]
    pub fn model(&self) -> &Model<S> {
        &self.run.model
    }

    /// The text being learned.
    #[must_use]
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// Where the next chunk begins.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        self.run.cursor
    }

    /// Steps done.
    #[must_use]
    pub fn steps_done(&self) -> u64 {
        self.run.step
    }

    /// Predictions trained on so far.
    #[must_use]
    pub fn characters_seen(&self) -> u64 {
        self.run.characters_seen
    }

    /// The learning rate that the schedule gives now.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.run.learning_rate()
    }

    /// What is being trained, on what.
    #[must_use]
    pub fn report(&self) -> RunReport {
        let (run, config, beginning) = (&self.run, &self.run.config, &self.run.beginning);
        let shrunk = [
            ("batchSize", self.asked.0, config.batch_size),
            ("sequenceLength", self.asked.1, config.sequence_length),
        ];
        let symbols = run.model.vocabulary.len();
        RunReport {
            config: config.clone(),
            shrunk: shrunk
                .into_iter()
                .filter(|&(_, asked, used)| used < asked)
                .map(|(field, asked, used)| Shrunk { field, asked, used })
                .collect(),
            origin: beginning.origin,
            origin_step: beginning.step,
            step: run.step,
            finished: run.finished(),
            epoch: run.cursor.epoch,
            characters_seen: run.characters_seen,
            schedule_start: run.schedule_start,
            learning_rate: run.learning_rate(),
            characters: self.corpus.len(),
            training_characters: self.corpus.training().len(),
            held_out_characters: self.corpus.held_out().len(),
            symbols,
            skipped_characters: beginning.skipped_characters,
            grown_symbols: beginning.grown_symbols,
            parameters: run.model.params.len(),
            uniform_loss: (symbols as f64).ln(),
            unigram_loss: self.unigram_loss,
            held_out: run.held_out,
            best: run.best.as_ref().and_then(|best| best.held_out),
            text_hash: self.corpus.fingerprint().to_owned(),
        }
    }
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

/// The streams that a run reads from its beginning, if it does not take too much memory.
pub(crate) fn new_streams<S: Scalar>(
    corpus: &Corpus,
    sizes: Sizes,
    config: &Config,
) -> Result<Streams> {
    let streams = Streams::new(
        corpus.training().len(),
        config.batch_size,
        config.sequence_length,
        config.passage_length,
    );
    check_memory::<S>(sizes, streams, config)?;
    Ok(streams)
}

/// Refuses what would take more than [`MAX_WORKING_BYTES`].
pub(crate) fn check_memory<S: Scalar>(
    sizes: Sizes,
    streams: Streams,
    config: &Config,
) -> Result<()> {
    let bytes = working_bytes::<S>(sizes, streams, config);
    if bytes > MAX_WORKING_BYTES {
        return Err(Error::too_much_memory(
            bytes,
            "Lower the batch size, the sequence length or the hidden size.",
        ));
    }
    Ok(())
}

/// What a run takes at most, besides its text; saturates. Counted are the tape; the weights, their gradients, the
/// evaluation's snapshot, the weights before an update and the optimiser's moments; the gradients of a second
/// part, the raw weights beside their average and the best weights where there are any; and the file of the weights
/// and moments, which is there three times while it is made and passed on.
pub(crate) fn working_bytes<S: Scalar>(sizes: Sizes, streams: Streams, config: &Config) -> u64 {
    let moments = Rule::of(config).moment_names().len();
    let best = usize::from(config.patience > 0);
    let partial = usize::from(config.shards > 1);
    let saved = 1 + moments + best + usize::from(config.averaging > 0.0);
    let copies = (3 + saved + partial) + 3 * saved;
    // Each shard more needs its own scratch.
    let scratches = Tape::<S>::bytes(sizes, 0, 0).saturating_mul(config.shards as u64 - 1);
    (sizes.weights() as u64)
        .saturating_mul((copies * size_of::<S>()) as u64)
        .saturating_add(Tape::<S>::bytes(sizes, streams.batch, streams.steps))
        .saturating_add(scratches)
}
