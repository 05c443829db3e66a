//! A run out to a file, and back from one.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{Checkpoint, FORMAT_VERSION, Resume, UnknownSymbols};
use crate::config::Config;
use crate::data::corpus::{Corpus, Cursor, Streams, normalize};
use crate::formats::safetensors::{self, Data, Tensor as FileTensor};
use crate::nn::model::Model;
use crate::nn::params::{Params, Tensor};
use crate::training::optim::{Optimizer, Rule};
use crate::training::report::{HeldOut, Match, Origin};
use crate::training::run::{Beginning, Run};
use crate::training::trainer::{Trainer, check_memory, new_streams};
use crate::training::workspace::States;
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
        let words = checkpoint.resume.as_ref().map_or(0, |run| run.random);
        let mut rng = random_state(&config, words);
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
        let beginning = |origin| Beginning {
            origin,
            step,
            skipped_characters,
            grown_symbols,
        };
        let schedule_start = checkpoint.resume.as_ref().map(|run| run.schedule_start);
        match checkpoint.resume.filter(|_| reading.text == Match::Same) {
            Some(resume) => {
                let streams = resumed_streams(&config, &corpus, resume.cursor)?;
                check_memory::<f32>(model.params.sizes(), streams, &config)?;
                let origin = beginning(Origin::Exact);
                let (run, states) =
                    resume.into_run(config, model, step, checkpoint.held_out, origin);
                let mut trainer = Self::assemble(run, corpus, streams);
                trainer.work.set_states(&states);
                Ok(trainer)
            }
            None => {
                let config = Config {
                    // A new run is as long as the last schedule.
                    run_characters: config.run_characters - schedule_start.unwrap_or(0),
                    ..config
                };
                let streams = new_streams::<f32>(&corpus, model.params.sizes(), &config)?;
                let run = Run::new(config, model, rng, beginning(Origin::Weights));
                Ok(Self::assemble(run, corpus, streams))
            }
        }
    }

    /// Goes back to a checkpoint of this very run, and to the schedule that it had then. The other settings in
    /// force stay, so that a rate or a bound that was changed since is not changed back. For some steps a loss that
    /// only grows counts as an explosion, because usually one was the reason.
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
            converted: _,
        } = checkpoint;
        let present = &self.run.config;
        let settings = Config {
            stop_at_end: present.stop_at_end,
            ..config.tuned(&present.live())?
        };
        let schedule = Config {
            schedule: config.schedule,
            warmup_characters: config.warmup_characters,
            decay_factor: config.decay_factor,
            decay_every: config.decay_every,
            rate_floor: config.rate_floor,
            run_characters: config.run_characters,
            ..present.clone()
        };
        let mine = settings == schedule
            && model.vocabulary == self.run.model.vocabulary
            && text_hash.as_deref() == Some(self.corpus.fingerprint());
        let Some(resume) = resume.filter(|_| mine) else {
            return Err(Error::bad_weights("the file is of another run."));
        };
        resumed_streams(&settings, &self.corpus, resume.cursor)?;
        let beginning = self.run.beginning;
        let (run, states) = resume.into_run(settings, model, step, held_out, beginning);
        self.run = run;
        self.work.forget(&self.run);
        self.work.set_states(&states);
        Ok(())
    }

    /// The run as a file: the model, and everything that an exact continuation needs.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let run = &self.run;
        let States { hidden, memory } = self.work.states();
        let patience = run
            .best
            .iter()
            .flat_map(|best| [("stale", best.without_progress), ("measured", run.measured)]);
        let start = Some(("schedule_start", run.schedule_start)).filter(|&(_, start)| start > 0);
        let counts = [
            ("characters", run.characters_seen),
            ("cursor", run.cursor.position as u64),
            ("epoch", run.cursor.epoch),
            (
                "random",
                u64::try_from(run.rng.get_word_pos()).unwrap_or(u64::MAX),
            ),
            ("skipped", run.beginning.skipped_characters as u64),
            ("updates", run.optimizer.steps()),
        ];
        let mut tensors: Vec<_> = counts
            .into_iter()
            .chain(patience)
            .chain(start)
            .map(|(name, count)| FileTensor {
                name: format!("resume.{name}"),
                shape: vec![1],
                data: Data::I64(vec![i64::try_from(count).unwrap_or(i64::MAX)]),
            })
            .collect();
        push_params(&mut tensors, &run.model.params, &|tensor| {
            tensor.name().into_owned()
        });
        let config = &run.config;
        for (name, values) in [("hidden", hidden), ("memory", memory)] {
            if !values.is_empty() {
                tensors.push(FileTensor {
                    name: format!("resume.{name}"),
                    shape: vec![config.layers, config.batch_size, config.hidden_size],
                    data: Data::F32(values),
                });
            }
        }
        let names = run.optimizer.rule().moment_names();
        for (name, moment) in names.iter().zip(run.optimizer.moments()) {
            let moment = Params::from_values(run.model.params.sizes(), moment.clone());
            push_params(&mut tensors, &moment, &|tensor| {
                format!("resume.{name}.{}", tensor.name())
            });
        }
        let best = run.best.as_ref().map(|best| &best.params);
        for (name, params) in [("best", best), ("raw", run.raw.as_ref())] {
            let Some(params) = params else { continue };
            push_params(&mut tensors, params, &|tensor| {
                format!("resume.{name}.{}", tensor.name())
            });
        }
        safetensors::write(&self.metadata(), &tensors)
    }

    /// The model alone as a file: what can write and be trained on, but not resumed exactly. About a third
    /// of [`Trainer::save`], or a quarter where weights are averaged.
    #[must_use]
    pub fn save_weights(&self) -> Vec<u8> {
        let mut tensors = Vec::new();
        push_params(&mut tensors, &self.run.model.params, &|tensor| {
            tensor.name().into_owned()
        });
        safetensors::write(&self.metadata(), &tensors)
    }

    /// Sorted by name.
    fn metadata(&self) -> Vec<(&'static str, String)> {
        let best = self.run.best.as_ref().and_then(|best| best.held_out);
        let mut metadata = vec![("babble", FORMAT_VERSION.to_string())];
        let mut put = |key, value| metadata.push((key, value));
        if let Some(HeldOut { loss, step, .. }) = best {
            put("best_loss", loss.to_string());
            put("best_step", step.to_string());
        }
        put("config", self.run.config.to_json());
        put("format", "pt".into());
        if let Some(HeldOut { loss, step, .. }) = self.run.held_out {
            put("held_out_loss", loss.to_string());
            put("held_out_step", step.to_string());
        }
        put("step", self.run.step.to_string());
        put("text_sha256", self.corpus.fingerprint().to_owned());
        put("vocab", self.run.model.vocabulary.to_json());
        metadata
    }
}

impl Resume {
    /// The run as it was saved, with the hidden states before its next chunk.
    fn into_run(
        self,
        config: Config,
        model: Model<f32>,
        step: u64,
        held_out: Option<HeldOut>,
        beginning: Beginning,
    ) -> (Run<f32>, States<f32>) {
        let run = Run {
            optimizer: Optimizer::resumed(Rule::of(&config), self.updates, self.moments),
            cursor: self.cursor,
            rng: random_state(&config, self.random),
            step,
            characters_seen: self.characters_seen,
            schedule_start: self.schedule_start,
            held_out,
            raw: self.raw,
            best: self.best,
            measured: self.measured,
            beginning,
            config,
            model,
        };
        (run, self.states)
    }
}

/// The generator of the seed behind so many words.
fn random_state(config: &Config, words: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(config.seed));
    rng.set_word_pos(u128::from(words));
    rng
}

/// Appends every tensor of `params`, row-major, by the name that the file gives it.
pub(crate) fn push_params(
    tensors: &mut Vec<FileTensor>,
    params: &Params<f32>,
    name: &dyn Fn(Tensor) -> String,
) {
    for tensor in params.sizes().tensors() {
        tensors.push(FileTensor {
            name: name(tensor),
            shape: tensor.torch_shape(params.sizes()),
            // The transpose's columns are the rows.
            data: Data::F32(params.matrix(tensor).transpose().as_slice().to_vec()),
        });
    }
}

/// The streams that the run was reading, with its batch size as it was.
fn resumed_streams(config: &Config, corpus: &Corpus, cursor: Cursor) -> Result<Streams> {
    let predictions = corpus.training().len() - 1;
    let streams = Streams::cut(predictions, config.batch_size, config.passage_length);
    if cursor.position >= streams.length {
        return Err(Error::bad_weights(format!(
            "its position {} lies behind its text, whose streams have {} characters.",
            cursor.position, streams.length
        )));
    }
    Ok(streams.with_steps(config.sequence_length))
}
