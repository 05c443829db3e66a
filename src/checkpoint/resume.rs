//! A run out to a file, and back from one.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::file::{self, Data, Tensor as FileTensor};
use super::{Checkpoint, FORMAT_VERSION, Resume, UnknownSymbols};
use crate::config::Config;
use crate::corpus::{Corpus, Streams, normalize};
use crate::model::Model;
use crate::params::Params;
use crate::report::{HeldOut, Match, Origin};
use crate::train::Trainer;
use crate::{Error, Result};

impl Trainer<f32> {
    /// Trains `checkpoint` further. On the text it was learning (by its hash) this is the exact
    /// continuation; on another one a new run begins from its weights.
    ///
    /// # Errors
    /// [`Error::UnknownSymbols`] when the text holds symbols that the vocabulary lacks and `unknown` is
    /// `None`; [`Error::BadWeights`] when the file's position does not fit its own text; otherwise as
    /// [`Trainer::new`].
    pub fn resume(
        checkpoint: Checkpoint,
        text: &str,
        unknown: Option<UnknownSymbols>,
    ) -> Result<Self> {
        let text = normalize(text);
        let reading = checkpoint.compare(&text);
        let Checkpoint {
            model: Model {
                mut vocabulary,
                mut params,
            },
            config,
            step,
            ..
        } = checkpoint;
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(config.seed));
        if let Some(resume) = &checkpoint.resume {
            rng.set_word_pos(u128::from(resume.random));
        }
        let mut skipped_characters = 0;
        let mut grown_symbols = 0;
        let learned = match (&reading.known, reading.text, unknown) {
            (None, ..) => text.as_ref(),
            (Some(known), Match::Same, _) | (Some(known), _, Some(UnknownSymbols::Skip)) => {
                skipped_characters = reading.occurrences;
                known
            }
            (Some(_), _, Some(UnknownSymbols::Grow)) => {
                grown_symbols = reading.unknown.len();
                vocabulary = vocabulary.grown(&reading.unknown)?;
                params = params.grown(grown_symbols, &mut rng);
                text.as_ref()
            }
            (Some(_), _, None) => {
                let (symbols, occurrences) = (reading.unknown, reading.occurrences);
                return Err(Error::UnknownSymbols {
                    symbols,
                    occurrences,
                });
            }
        };
        let corpus = Corpus::new(learned, &vocabulary)?;
        let model = Model { vocabulary, params };
        let exact = checkpoint.resume.filter(|_| reading.text == Match::Same);
        let streams = match &exact {
            Some(resume) => resumed_streams(&config, &corpus, resume)?,
            None => Streams::new(
                corpus.training().len(),
                config.batch_size,
                config.sequence_length,
            ),
        };
        let mut trainer = Self::assemble(config, model, corpus, streams, rng)?;
        trainer.origin = Origin::Weights;
        trainer.origin_step = step;
        trainer.skipped_characters = skipped_characters;
        trainer.grown_symbols = grown_symbols;
        if let Some(resume) = exact {
            trainer.origin = Origin::Exact;
            trainer.go_on_from(step, checkpoint.held_out, resume);
        }
        Ok(trainer)
    }

    /// Goes back to a checkpoint of this very run. The settings in force stay, so that a length or a
    /// bound that was changed since is not changed back.
    ///
    /// # Errors
    /// [`Error::BadWeights`] when the file is not of this run; then nothing has changed.
    pub fn restore(&mut self, checkpoint: Checkpoint) -> Result<()> {
        let Checkpoint {
            config,
            model,
            step,
            held_out,
            text_hash,
            resume,
        } = checkpoint;
        let settings = Config {
            sequence_length: self.config.sequence_length,
            learning_rate: self.config.learning_rate,
            clip_norm: self.config.clip_norm,
            clip_value: self.config.clip_value,
            dropout: self.config.dropout,
            stop_at_end: self.config.stop_at_end,
            ..config
        };
        let mine = settings == self.config
            && model.vocabulary == self.model.vocabulary
            && text_hash.as_deref() == Some(self.corpus.fingerprint());
        let Some(resume) = resume.filter(|_| mine) else {
            return Err(Error::bad_weights("the file is of another run."));
        };
        resumed_streams(&self.config, &self.corpus, &resume)?;
        self.model = model;
        self.rng.set_word_pos(u128::from(resume.random));
        self.go_on_from(step, held_out, resume);
        self.put_on_probation();
        Ok(())
    }

    /// Takes over all that a file holds beside the weights, whose like are in place already.
    fn go_on_from(&mut self, step: u64, held_out: Option<HeldOut>, resume: Resume) {
        self.step = step;
        self.held_out = held_out;
        self.characters_seen = resume.characters;
        self.cursor = resume.cursor;
        self.optimizer.restore(resume.updates, resume.moments);
        self.best = resume.best;
        self.rewind(&resume.hidden, &resume.memory);
    }

    /// The run as a file: the model, and everything that an exact continuation needs.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let (hidden, memory) = self.states();
        let stale = self.best.as_ref().map(|best| ("stale", best.stale));
        let counts = [
            ("characters", self.characters_seen),
            ("cursor", self.cursor.position as u64),
            ("epoch", self.cursor.epoch),
            (
                "random",
                u64::try_from(self.rng.get_word_pos()).unwrap_or(u64::MAX),
            ),
            ("skipped", self.skipped_characters as u64),
            ("updates", self.optimizer.steps()),
        ];
        let mut tensors: Vec<_> = counts
            .into_iter()
            .chain(stale)
            .map(|(name, count)| FileTensor {
                name: format!("resume.{name}"),
                shape: vec![1],
                data: Data::I64(vec![i64::try_from(count).unwrap_or(i64::MAX)]),
            })
            .collect();
        push_params(&mut tensors, "", &self.model.params);
        let Config {
            layers,
            batch_size,
            hidden_size,
            ..
        } = self.config;
        for (name, values) in [("hidden", hidden), ("memory", memory)] {
            if !values.is_empty() {
                tensors.push(FileTensor {
                    name: format!("resume.{name}"),
                    shape: vec![layers, batch_size, hidden_size],
                    data: Data::F32(values),
                });
            }
        }
        let names = self.optimizer.rule().moment_names();
        for (name, moment) in names.iter().zip(self.optimizer.moments()) {
            let moment = Params::from_values(self.model.params.sizes(), moment.clone());
            push_params(&mut tensors, &format!("resume.{name}."), &moment);
        }
        if let Some(best) = &self.best {
            push_params(&mut tensors, "resume.best.", &best.params);
        }
        file::write(&self.metadata(), &tensors)
    }

    /// The model alone as a file: what can write and be trained on, but not resumed exactly. About a third
    /// of [`Trainer::save`].
    #[must_use]
    pub fn save_weights(&self) -> Vec<u8> {
        let mut tensors = Vec::new();
        push_params(&mut tensors, "", &self.model.params);
        file::write(&self.metadata(), &tensors)
    }

    /// Sorted by name.
    fn metadata(&self) -> Vec<(&'static str, String)> {
        let best = self.best.as_ref().and_then(|best| best.held_out);
        let mut metadata = vec![("babble", FORMAT_VERSION.to_string())];
        let mut put = |key, value| metadata.push((key, value));
        if let Some(HeldOut { loss, step }) = best {
            put("best_loss", loss.to_string());
            put("best_step", step.to_string());
        }
        put("config", self.config.to_json());
        put("format", "pt".into());
        if let Some(HeldOut { loss, step }) = self.held_out {
            put("held_out_loss", loss.to_string());
            put("held_out_step", step.to_string());
        }
        put("step", self.step.to_string());
        put("text_sha256", self.corpus.fingerprint().to_owned());
        put("vocab", self.model.vocabulary.to_json());
        metadata
    }
}

/// Appends every tensor of `params`, row-major.
fn push_params(tensors: &mut Vec<FileTensor>, prefix: &str, params: &Params<f32>) {
    for tensor in params.sizes().tensors() {
        let shape = tensor.torch_shape(params.sizes());
        // The transpose's columns are the rows.
        let data = Data::F32(params.matrix(tensor).transpose().as_slice().to_vec());
        tensors.push(FileTensor {
            name: format!("{prefix}{}", tensor.name()),
            shape,
            data,
        });
    }
}

/// The streams that the run was reading, with its batch size as it was.
fn resumed_streams(config: &Config, corpus: &Corpus, resume: &Resume) -> Result<Streams> {
    let predictions = corpus.training().len() - 1;
    let length = predictions / config.batch_size;
    if resume.cursor.position >= length {
        return Err(Error::bad_weights(format!(
            "its position {} lies behind its text, whose streams have {length} characters.",
            resume.cursor.position
        )));
    }
    let streams = Streams {
        batch: config.batch_size,
        length,
        steps: 1,
    };
    Ok(streams.with_steps(config.sequence_length))
}
