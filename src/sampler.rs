//! Generating text. A sampler owns its hidden state and its randomness, so that writing never changes the
//! training.

use std::collections::BinaryHeap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::config;
use crate::data::vocab::{SymbolId, Vocabulary};
use crate::linalg::Scalar;
use crate::nn::cell::Input;
use crate::nn::loss::{all, cross_entropy};
use crate::nn::model::{Model, Tape, forward_prepared};
use crate::{Error, Result};

/// The stream of the seed's generator that samplers draw from; the weights are drawn from another.
const RANDOM_STREAM: u64 = 1;

/// How many alternatives are reported for each character.
pub const ALTERNATIVES: usize = 5;

/// What a sampler wrote, and how sure the network was of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Written {
    /// The characters.
    pub text: String,
    /// For each character, the probability before temperature, top-k and top-p: the network's own, or that of the mixture
    /// it was drawn from.
    pub probabilities: Vec<f32>,
    /// For each character, the [`ALTERNATIVES`] likeliest symbols (all of them, where the vocabulary has
    /// fewer) and their probabilities, the likeliest first.
    pub alternatives: Vec<(char, f32)>,
}

/// A reader and writer of characters, one at a time.
///
/// ```
/// use babble::{config::Config, sampler::Sampler, training::trainer::Trainer};
///
/// let trainer = Trainer::<f32>::new(Config::default(), &"one two ".repeat(25))?;
/// let write = |seed| {
///     let mut sampler = Sampler::new(seed);
///     sampler.set_temperature(0.8)?;
///     sampler.prompt(trainer.model(), "on");
///     sampler.write(trainer.model(), 20)
/// };
/// assert_eq!(write(1)?.chars().count(), 20);
/// assert_eq!(write(1)?, write(1)?, "a seed repeats itself");
/// # Ok::<(), babble::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sampler<S> {
    tape: Option<Tape<S>>,
    rng: ChaCha8Rng,
    temperature: f64,
    top_k: usize,
    top_p: f64,
    /// What the network reads next.
    last: SymbolId,
    /// What the network's part of the next distribution is,
    weight: f64,
    /// and what another predictor adds to it; empty when there is none.
    shares: Vec<f32>,
    /// Scratch of the last draw.
    draw: Draw,
}

impl<S: Scalar> Sampler<S> {
    /// A sampler that has read nothing, at temperature 1, choosing from all symbols.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(seed));
        rng.set_stream(RANDOM_STREAM);
        Self {
            tape: None,
            rng,
            temperature: 1.0,
            top_k: 0,
            top_p: 1.0,
            last: 0,
            weight: 1.0,
            shares: Vec::new(),
            draw: Draw::default(),
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

    /// Chooses from the `k` likeliest symbols only (Fan, Lewis, Dauphin 2018); 0 for all of them.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] or [`Error::NotANumber`] outside [`config::TOP_K`].
    pub fn set_top_k(&mut self, k: f64) -> Result<()> {
        self.top_k = config::top_k(k)?;
        Ok(())
    }

    /// Chooses from the smallest set of likeliest symbols that hold this share of the probability, after
    /// the temperature (Holtzman et al. 2020); 1 for all of them.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] outside [`config::TOP_P`].
    pub fn set_top_p(&mut self, p: f64) -> Result<()> {
        self.top_p = config::top_p(p)?;
        Ok(())
    }

    /// Mixes another predictor into the next character, and into no other: it is drawn from `weight p + shares` in place
    /// of the network's own `p`, before temperature, top-k and top-p. The shares, one for each symbol by id, sum to
    /// what the weight leaves of 1. Writing panics where there are fewer.
    pub fn mix_next(&mut self, weight: f64, shares: Vec<f32>) {
        (self.weight, self.shares) = (weight, shares);
    }

    /// Forgets everything and reads `prompt` from h = 0. Returns the prompt's symbols that the
    /// vocabulary lacks, sorted; they were skipped. Without a prompt it begins as after a new line.
    pub fn prompt(&mut self, model: &Model<S>, prompt: &str) -> Vec<char> {
        let vocabulary = &model.vocabulary;
        let mut tape = Tape::forward_only(model.params.sizes(), 1, 1);
        let ids = vocabulary.encode(prompt);
        let (&last, before) = ids.split_last().unwrap_or((&opening(vocabulary), &[]));
        tape.prepare(&model.params, false);
        for id in before {
            let input = Input::Symbols(std::slice::from_ref(id));
            forward_prepared(&model.params, input, 1, &mut tape);
            tape.carry_state();
        }
        self.last = last;
        self.tape = Some(tape);
        vocabulary.unknown(prompt).0
    }

    /// The next `characters` characters.
    ///
    /// # Errors
    /// [`Error::NotFinite`] when the weights give no probabilities.
    pub fn write(&mut self, model: &Model<S>, characters: usize) -> Result<String> {
        let mut text = String::new();
        self.write_each(model, characters, |symbol, _, _| text.push(symbol))?;
        Ok(text)
    }

    /// As [`Sampler::write`], with the probability of each character and its likeliest alternatives. The
    /// characters are the same.
    ///
    /// # Errors
    /// As [`Sampler::write`].
    pub fn write_in_detail(&mut self, model: &Model<S>, characters: usize) -> Result<Written> {
        let mut written = Written::default();
        let mut shares: Vec<f64> = Vec::new();
        self.write_each(model, characters, |symbol, id, logits| {
            let max = logits.iter().fold(f64::MIN, |max, y| max.max(y.as_f64()));
            shares.clear();
            shares.extend(logits.iter().map(|y| (y.as_f64() - max).exp()));
            let sum: f64 = shares.iter().sum();
            written.text.push(symbol);
            written
                .probabilities
                .push((shares[usize::from(id)] / sum) as f32);
            for _ in 0..ALTERNATIVES.min(shares.len()) {
                let id = likeliest(&shares);
                let share = &mut shares[usize::from(id)];
                let symbol = model.vocabulary.symbol(id);
                written.alternatives.push((symbol, (*share / sum) as f32));
                // It is not chosen again.
                *share = -1.0;
            }
        })?;
        Ok(written)
    }

    /// Writes so many characters and passes each to `report`: the symbol, its id, and the logits it was drawn from.
    fn write_each(
        &mut self,
        model: &Model<S>,
        characters: usize,
        mut report: impl FnMut(char, SymbolId, &[S]),
    ) -> Result<()> {
        let sizes = model.params.sizes();
        let tape = self
            .tape
            .get_or_insert_with(|| Tape::forward_only(sizes, 1, 1));
        tape.prepare(&model.params, false);
        for _ in 0..characters {
            let input = [self.last];
            forward_prepared(&model.params, Input::Symbols(&input), 1, tape);
            tape.carry_state();
            mix(tape.outputs_mut(), self.weight, &mut self.shares);
            let uniform = self.rng.random();
            let limits = (self.temperature, self.top_k, self.top_p);
            self.last =
                draw(tape.outputs(), limits, uniform, &mut self.draw).ok_or(Error::NotFinite)?;
            let symbol = model.vocabulary.symbol(self.last);
            report(symbol, self.last, tape.outputs());
        }
        Ok(())
    }
}

/// Turns logits into `ln(weight softmax(logits) + shares)`, and uses the shares up. Without any it changes nothing.
#[inline(never)] // once for all that writes
fn mix<S: Scalar>(logits: &mut [S], weight: f64, shares: &mut Vec<f32>) {
    if shares.is_empty() {
        return;
    }
    // Its loss is of no interest: it turns the logits into probabilities.
    cross_entropy(logits, &[0], all);
    for (id, p) in logits.iter_mut().enumerate() {
        let mixed = weight * p.as_f64() + f64::from(shares[id]);
        // What is impossible to both has no logarithm either.
        *p = S::of((mixed + f64::MIN_POSITIVE).ln());
    }
    shares.clear();
}

/// The symbol that a sample without a prompt begins after: a new line where the text has any, else a space,
/// else the first symbol.
fn opening(vocabulary: &Vocabulary) -> SymbolId {
    vocabulary
        .id('\n')
        .or_else(|| vocabulary.id(' '))
        .unwrap_or(0)
}

/// Memory that draws use again.
#[derive(Debug, Clone, Default)]
struct Draw {
    /// Symbols to choose from, and their shares, which need not sum to 1.
    choice: Vec<(SymbolId, f64)>,
    /// All symbols, likeliest first, where the choice is limited.
    ranked: Vec<(u32, SymbolId)>,
}

/// The symbol at `uniform` (in [0, 1)) of softmax(logits / temperature), limited to the `top_k` likeliest and
/// then to the likeliest that hold `top_p` of what is left; the likeliest one when the temperature is 0.
/// `None` when a logit is not finite.
fn draw<S: Scalar>(
    logits: &[S],
    (temperature, top_k, top_p): (f64, usize, f64),
    uniform: f64,
    Draw { choice, ranked }: &mut Draw,
) -> Option<SymbolId> {
    if logits.iter().any(|logit| !logit.as_f64().is_finite()) {
        return None;
    }
    let likeliest = likeliest(logits);
    if temperature == 0.0 {
        return Some(likeliest);
    }
    let max = logits[usize::from(likeliest)].as_f64();
    let share = |id: usize| ((logits[id].as_f64() - max) / temperature).exp();
    choice.clear();
    if top_k == 0 && top_p == 1.0 {
        choice.extend((0..logits.len()).map(|id| (id as SymbolId, share(id))));
    } else {
        // The bits of positive floats are in the order of their values. Equals keep the order of their ids.
        ranked.clear();
        ranked.extend((0..logits.len()).map(|id| (!(share(id) as f32).to_bits(), id as SymbolId)));
        let heap = BinaryHeap::from(std::mem::take(ranked));
        *ranked = heap.into_sorted_vec();
        choice.extend(ranked.iter().map(|&(_, id)| (id, share(usize::from(id)))));
        if top_k > 0 {
            choice.truncate(top_k);
        }
        let mut left = top_p * choice.iter().map(|(_, p)| p).sum::<f64>();
        let mut kept = 0;
        while kept < choice.len() && left > 0.0 {
            left -= choice[kept].1;
            kept += 1;
        }
        choice.truncate(kept.max(1));
    }
    let mut left = uniform * choice.iter().map(|(_, p)| p).sum::<f64>();
    for &(id, p) in choice.iter() {
        left -= p;
        if left < 0.0 {
            return Some(id);
        }
    }
    // Rounding can leave a crumb at the very end.
    Some(likeliest)
}

/// The symbol with the largest of these values, one for each symbol; the first of equals.
pub(crate) fn likeliest<T: PartialOrd>(values: &[T]) -> SymbolId {
    let greater = |best, id| {
        if values[id] > values[best] { id } else { best }
    };
    (1..values.len()).fold(0, greater) as SymbolId
}
