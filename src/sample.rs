//! The network's voice. A sampler owns its hidden state and its randomness: writing never moves the
//! training. Imports `model` and `params`.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::cell::Input;
use crate::config;
use crate::linalg::Scalar;
use crate::model::{Model, Tape, forward, forward_packed};
use crate::vocab::{SymbolId, Vocabulary};
use crate::{Error, Result};

/// The stream of the seed's generator that samplers draw from; the weights are drawn from another.
const RANDOM_STREAM: u64 = 1;

/// A reader and writer of characters, one at a time.
#[derive(Debug, Clone)]
pub struct Sampler<S> {
    tape: Option<Tape<S>>,
    rng: ChaCha8Rng,
    temperature: f64,
    /// What the network reads next.
    last: SymbolId,
    /// The probabilities of the last draw; kept only for its memory.
    probabilities: Vec<f64>,
}

impl<S: Scalar> Sampler<S> {
    /// A sampler that has read nothing, at temperature 1.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(seed));
        rng.set_stream(RANDOM_STREAM);
        Self {
            tape: None,
            rng,
            temperature: 1.0,
            last: 0,
            probabilities: Vec::new(),
        }
    }

    /// Divides the logits by this before the softmax; 0 always takes the likeliest symbol.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] outside [`config::TEMPERATURE`].
    pub fn set_temperature(&mut self, temperature: f64) -> Result<()> {
        self.temperature = config::temperature(temperature)?;
        Ok(())
    }

    /// Forgets everything and reads `prompt` from h = 0. Returns the prompt's symbols that the
    /// vocabulary lacks, sorted; they were skipped. Without a prompt it begins as after a new line.
    pub fn prompt(&mut self, model: &Model<S>, prompt: &str) -> Vec<char> {
        let vocabulary = &model.vocabulary;
        let mut tape = Tape::forward_only(model.params.sizes(), 1, 1);
        let ids = vocabulary.encode(prompt);
        let (&last, before) = ids.split_last().unwrap_or((&opening(vocabulary), &[]));
        tape_read(&mut tape, model, before);
        self.last = last;
        self.tape = Some(tape);
        vocabulary.unknown(prompt).0
    }

    /// The next `characters` characters.
    ///
    /// # Errors
    /// [`Error::NotFinite`] when the weights give no probabilities.
    pub fn write(&mut self, model: &Model<S>, characters: usize) -> Result<String> {
        let sizes = model.params.sizes();
        let tape = self
            .tape
            .get_or_insert_with(|| Tape::forward_only(sizes, 1, 1));
        let mut text = String::new();
        for written in 0..characters {
            let input = [self.last];
            if written == 0 {
                forward(&model.params, Input::Symbols(&input), 1, tape);
            } else {
                forward_packed(&model.params, Input::Symbols(&input), 1, tape);
            }
            tape.carry_state();
            let uniform = self.rng.random();
            self.last = draw(
                tape.outputs(),
                self.temperature,
                uniform,
                &mut self.probabilities,
            )
            .ok_or(Error::NotFinite)?;
            text.push(model.vocabulary.symbol(self.last));
        }
        Ok(text)
    }
}

/// What stands before a passage that has no prompt: a new line where the text has any, else a space,
/// else the first symbol.
fn opening(vocabulary: &Vocabulary) -> SymbolId {
    vocabulary
        .id('\n')
        .or_else(|| vocabulary.id(' '))
        .unwrap_or(0)
}

/// Moves the tape's state over `ids`.
fn tape_read<S: Scalar>(tape: &mut Tape<S>, model: &Model<S>, ids: &[SymbolId]) {
    for (read, id) in ids.iter().enumerate() {
        let input = Input::Symbols(std::slice::from_ref(id));
        if read == 0 {
            forward(&model.params, input, 1, tape);
        } else {
            forward_packed(&model.params, input, 1, tape);
        }
        tape.carry_state();
    }
}

/// The symbol at `uniform` (in [0, 1)) of softmax(logits / temperature); the likeliest one when the
/// temperature is 0. `None` when a logit is not finite.
fn draw<S: Scalar>(
    logits: &[S],
    temperature: f64,
    uniform: f64,
    probabilities: &mut Vec<f64>,
) -> Option<SymbolId> {
    if logits.iter().any(|logit| !logit.as_f64().is_finite()) {
        return None;
    }
    let mut likeliest = 0;
    for (id, logit) in logits.iter().enumerate() {
        if *logit > logits[likeliest] {
            likeliest = id;
        }
    }
    if temperature == 0.0 {
        return Some(likeliest as SymbolId);
    }
    let max = logits[likeliest].as_f64();
    probabilities.clear();
    probabilities.extend(
        logits
            .iter()
            .map(|y| ((y.as_f64() - max) / temperature).exp()),
    );
    let mut left = uniform * probabilities.iter().sum::<f64>();
    for (id, p) in probabilities.iter().enumerate() {
        left -= p;
        if left < 0.0 {
            return Some(id as SymbolId);
        }
    }
    // Rounding can leave a crumb at the very end.
    Some(likeliest as SymbolId)
}
