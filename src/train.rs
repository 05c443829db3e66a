//! The trainer: batches in, reports out. It reads no clock and does no I/O. Imports everything below
//! it.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::cell::Input;
use crate::config::{Config, MAX_WORKING_BYTES, OptimizerKind, Tuning};
use crate::corpus::{Batch, Corpus, Cursor, Streams, normalize};
use crate::heldout::Evaluation;
use crate::linalg::Scalar;
use crate::loss::{cross_entropy, cross_entropy_backward};
use crate::model::{Model, Tape, backward, forward};
use crate::optim::{Optimizer, clip_by_global_norm};
use crate::params::{Params, Sizes};
use crate::report::{HeldOut, Origin, RunReport, Shrunk, StepReport};
use crate::vocab::Vocabulary;
use crate::watch::Watch;
use crate::{Error, Result};

/// One run: a model, its text, and everything between two steps.
#[derive(Debug, Clone)]
pub struct Trainer<S> {
    pub(crate) config: Config,
    pub(crate) model: Model<S>,
    pub(crate) corpus: Corpus,
    pub(crate) optimizer: Optimizer<S>,
    pub(crate) tape: Tape<S>,
    pub(crate) cursor: Cursor,
    pub(crate) rng: ChaCha8Rng,
    pub(crate) step: u64,
    pub(crate) characters_seen: u64,
    pub(crate) held_out: Option<HeldOut>,
    pub(crate) origin: Origin,
    pub(crate) origin_step: u64,
    pub(crate) skipped_characters: usize,
    pub(crate) grown_symbols: usize,
    streams: Streams,
    unigram_loss: f64,
    asked: Config,
    batch: Batch,
    gradients: Params<S>,
    evaluation: Evaluation<S>,
    watch: Watch,
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
        let sizes = character_sizes(&vocabulary, config.hidden_size);
        let streams = Streams::new(
            corpus.training().len(),
            config.batch_size,
            config.sequence_length,
        );
        check_memory::<S>(sizes, streams, config.optimizer)?;
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(config.seed));
        let model = Model {
            params: Params::random(sizes, &mut rng),
            vocabulary,
        };
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
        check_memory::<S>(sizes, streams, config.optimizer)?;
        Ok(Self {
            optimizer: Optimizer::new(config.optimizer, model.params.len()),
            tape: Tape::new(sizes, streams.batch, streams.steps),
            cursor: Cursor::default(),
            rng,
            step: 0,
            characters_seen: 0,
            held_out: None,
            origin: Origin::Fresh,
            origin_step: 0,
            skipped_characters: 0,
            grown_symbols: 0,
            streams,
            unigram_loss: corpus.unigram_loss(model.vocabulary.len()),
            batch: Batch::with_capacity(streams),
            gradients: Params::zeros(sizes),
            evaluation: Evaluation::new(&model.params),
            watch: Watch::new(model.vocabulary.len()),
            asked: config.clone(),
            config: Config {
                batch_size: streams.batch,
                sequence_length: streams.steps,
                ..config
            },
            model,
            corpus,
        })
    }

    /// One step: the gradients of the next chunk, then the update. Allocates nothing.
    ///
    /// # Errors
    /// [`Error::Diverged`] when the loss or the gradients are not finite any more, or the loss stays far
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
        let mut cursor = self.cursor;
        let loss = self.read(&mut cursor);
        self.cursor = cursor;
        let predictions = self.batch.targets.len();
        self.gradients.values_mut().fill(S::zero());
        let scale = S::of(1.0 / predictions as f64);
        cross_entropy_backward(self.tape.outputs_mut(), &self.batch.targets, scale);
        backward(
            &self.model.params,
            Input::Symbols(&self.batch.inputs),
            &mut self.tape,
            &mut self.gradients,
        );

        self.characters_seen += predictions as u64;
        if self.watch.explodes(loss) {
            return Err(self.diverged(loss));
        }
        Ok(loss)
    }

    /// Reads the chunk at `cursor`, moves it on, and leaves the probabilities on the tape. Returns the
    /// chunk's mean loss.
    fn read(&mut self, cursor: &mut Cursor) -> f64 {
        cursor.advance(self.corpus.training(), self.streams, &mut self.batch);
        if self.batch.begins_epoch {
            self.tape.state_mut().fill(S::zero());
        } else {
            self.tape.carry_state();
        }
        let predictions = self.batch.targets.len();
        let input = Input::Symbols(&self.batch.inputs);
        let steps = predictions / self.streams.batch;
        forward(&self.model.params, input, steps, &mut self.tape);
        cross_entropy(self.tape.outputs_mut(), &self.batch.targets) / predictions as f64
    }

    /// The second half of a step: clips the gradients and updates the weights. `loss` is the chunk's.
    ///
    /// # Errors
    /// As [`Trainer::step`].
    pub fn apply(&mut self, loss: f64) -> Result<StepReport> {
        let gradients = self.gradients.values_mut();
        let gradient_norm = clip_by_global_norm(gradients, self.config.clip_norm);
        if !gradient_norm.is_finite() {
            return Err(self.diverged(loss));
        }
        let weights = self.model.params.values_mut();
        self.optimizer
            .step(weights, gradients, self.config.learning_rate);
        self.step += 1;
        Ok(StepReport {
            step: self.step,
            loss,
            gradient_norm,
        })
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
        let mut ahead = self.cursor;
        let loss = self.read(&mut ahead);
        self.tape.rewind();
        self.watch.is_bearable(loss)
    }

    /// Takes over settings that may change between two steps.
    ///
    /// # Errors
    /// As [`Config::tuned`], or [`Error::TooMuchMemory`]; then nothing has changed.
    pub fn tune(&mut self, tuning: &Tuning) -> Result<()> {
        let config = self.config.tuned(tuning)?;
        let streams = self.streams.with_steps(config.sequence_length);
        check_memory::<S>(self.model.params.sizes(), streams, config.optimizer)?;
        if tuning.sequence_length.is_some() {
            self.asked.sequence_length = config.sequence_length;
        }
        self.streams = streams;
        self.config = Config {
            sequence_length: self.streams.steps,
            ..config
        };
        if self.streams.steps > self.tape.capacity() {
            self.tape.grow(self.streams.steps);
            self.batch.reserve(self.streams);
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
            text_hash: self.corpus.fingerprint().to_owned(),
        }
    }

    /// Goes on from another state of this run: what was measured and watched is of the one that is
    /// left. The weights, the optimiser and the counters are the caller's to set.
    pub(crate) fn rewind(&mut self, hidden: &[S]) {
        self.tape.rewind();
        self.tape.state_mut().copy_from_slice(hidden);
        self.evaluation.cancel();
        self.watch = Watch::new(self.model.vocabulary.len());
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
pub(crate) fn character_sizes(vocabulary: &Vocabulary, hidden: usize) -> Sizes {
    Sizes {
        inputs: vocabulary.len(),
        hidden,
        outputs: vocabulary.len(),
    }
}

/// Refuses what would take more than [`MAX_WORKING_BYTES`]: the tape; the weights, their gradients, the
/// measurement's snapshot and the optimiser's moments; and the file of the weights and moments, which
/// is there three times while it is made and handed over.
fn check_memory<S: Scalar>(sizes: Sizes, streams: Streams, kind: OptimizerKind) -> Result<()> {
    let moments = Optimizer::<S>::moment_names(kind).len();
    let copies = (3 + moments) + 3 * (1 + moments);
    let bytes = sizes
        .weights()
        .saturating_mul(copies * size_of::<S>())
        .saturating_add(Tape::<S>::bytes(sizes, streams.batch, streams.steps));
    if bytes > MAX_WORKING_BYTES {
        return Err(Error::TooMuchMemory {
            megabytes: bytes / 1_000_000,
            maximum: MAX_WORKING_BYTES / 1_000_000,
        });
    }
    Ok(())
}
