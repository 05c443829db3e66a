//! The gradient of a run's next chunk, checked: sampled weights of every tensor are nudged, and the slope is held
//! against back-propagation, both in f64. Beside it stands the gradient in f32, which is what trains. All three are
//! computed by the code that trains, state resets and dropout included.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::config::{CellKind, Config};
use crate::data::corpus::{Cursor, Streams};
use crate::data::vocab::SymbolId;
use crate::linalg::Scalar;
use crate::nn::gradcheck::{nudged, relative_error};
use crate::nn::params::{Params, Tensor};
use crate::training::shard::{Chunk, Shard};
use crate::training::workspace::States;

/// Weights of each tensor that are nudged, where time allows: half of them with the largest gradients, half by chance.
const MOST_SAMPLES: usize = 8;
const LEAST_SAMPLES: usize = 2;

/// Multiply-adds that a check may take, about: a few seconds. Streams are left out first, then samples.
const WORK: f64 = 2e9;
/// What takes more than this with one stream and the fewest samples is refused: a minute.
const MOST_WORK: f64 = 2e10;

/// How far a weight is moved both ways: a tenth of [`crate::nn::gradcheck::NUDGE`]. The loss of a network that has
/// trained for long bends sharply: after 25,000 steps that nudge's error was seen to come to 1.3e-5 of a gradient, and
/// it falls with the square of the nudge.
const NUDGE: f64 = 1e-6;
/// A tensor's slopes and gradients agree when their relative error is smaller. The mistakes of [`crate::nn::mistakes`]
/// come to more than 1e-3.
const BOUND: f64 = 1e-4;
/// The rounding of a slope, which of tiny gradients is more than that share: `1e-16 * 10 / NUDGE`, for the loss may be
/// a difference of logits of about ten.
const ROUNDING: f64 = 1e-9;
/// How far the gradient in f32 may be off: rounding comes to far less, even over a thousand steps.
const SINGLE_BOUND: f64 = 1e-2;

/// A check that is under way.
#[derive(Debug)]
pub struct RunCheck {
    chunk: OwnedChunk,
    params: Params<f64>,
    shard: Shard<f64>,
    gradient: Params<f64>,
    single: Params<f32>,
    loss: f64,
    /// What has been or will be nudged, tensor after tensor.
    samples: Vec<Sample>,
    done: usize,
}

/// What the next step of the run reads, and where it begins.
#[derive(Debug)]
struct OwnedChunk {
    config: Config,
    training: Vec<SymbolId>,
    streams: Streams,
    cursor: Cursor,
    step: u64,
}

#[derive(Debug)]
struct Sample {
    tensor: Tensor,
    /// Among all weights.
    at: usize,
    slope: f64,
    /// A ReLU has a kink within the nudge, and so no slope.
    kinked: bool,
}

/// What is checked.
#[derive(Debug, Clone, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Steps that the run has done.
    pub step: u64,
    /// Weights of the network.
    pub weights: usize,
    /// How many of them are nudged.
    pub samples: usize,
    /// How many streams of the chunk are read, of how many.
    pub streams: usize,
    /// Likewise.
    pub of_streams: usize,
    /// Time steps of the chunk.
    pub steps: usize,
    /// The mean loss of what is read, in nats.
    pub loss: f64,
}

/// What was found of a tensor.
#[derive(Debug, Clone, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct TensorCheck {
    /// PyTorch's name.
    pub name: String,
    /// How many weights it has.
    pub weights: usize,
    /// How many were nudged and have a slope.
    pub samples: usize,
    /// How many were left out, for a ReLU has a kink there.
    pub kinks: usize,
    /// The relative error of their gradients beside their slopes.
    pub error: f64,
    /// That of the tensor's whole gradient in f32 beside that in f64.
    pub single: f64,
    /// Whether both are within what rounding and the nudge explain.
    pub agrees: bool,
    /// Where the weight lies whose gradient and slope differ most.
    pub row: usize,
    /// Likewise.
    pub column: usize,
    /// Its gradient.
    pub gradient: f64,
    /// Its slope.
    pub slope: f64,
}

/// Why a run cannot be checked, as a sentence.
pub type Refusal = String;

impl RunCheck {
    /// A check of the step behind `step`, whose chunk begins at `cursor` in these states, and for which the
    /// configuration in force is `config`.
    ///
    /// # Errors
    /// When it would take too long, or the weights are no numbers any more.
    pub(crate) fn new(
        config: &Config,
        params: &Params<f32>,
        states: &States<f32>,
        training: Vec<SymbolId>,
        (cursor, step): (Cursor, u64),
    ) -> Result<Self, Refusal> {
        let predictions = training.len().saturating_sub(1);
        let streams = Streams::cut(predictions, config.batch_size, config.passage_length);
        if streams.length <= cursor.position {
            return Err("The text does not reach to where the run is.".into());
        }
        let streams = streams.with_steps(config.sequence_length);
        let sizes = params.sizes();
        let steps = cursor.steps(streams);
        let passes = if sizes.cell == CellKind::Relu { 4 } else { 2 };
        // Of one stream and one sample of each tensor.
        let work = sizes.weights() as f64 * (steps * passes * sizes.tensors().count()) as f64;
        if work * LEAST_SAMPLES as f64 > MOST_WORK {
            return Err(format!(
                "This network is too large to be checked here: {} weights over {steps} time steps would take minutes. \
                 Fewer units or a shorter sequence length can be checked; the code is the same.",
                sizes.weights()
            ));
        }
        let samples = ((WORK / work) as usize).clamp(LEAST_SAMPLES, MOST_SAMPLES);
        let read = ((WORK / (work * samples as f64)) as usize).clamp(1, streams.batch);
        // So many shards that the first one has at most so many streams.
        let config = Config {
            shards: streams.batch.div_ceil(read),
            ..config.clone()
        };
        let chunk = OwnedChunk {
            config,
            training,
            streams,
            cursor,
            step,
        };
        let single = chunk.gradient(params, &mut chunk.shard(params, states));
        let values = params.values().iter().map(|&w| f64::from(w)).collect();
        let params = Params::from_values(sizes, values);
        let mut shard = chunk.shard(&params, states);
        let gradient = chunk.gradient(&params, &mut shard);
        let mut check = Self {
            loss: chunk.loss(&params, &mut shard),
            samples: chosen(&gradient, samples, step),
            chunk,
            params,
            shard,
            gradient,
            single,
            done: 0,
        };
        let is_finite = check.gradient.values().iter().all(|d| d.is_finite())
            && check.single.values().iter().all(|d| d.is_finite());
        if !is_finite {
            return Err(
                "The weights give no finite gradient any more: the run has exploded.".into(),
            );
        }
        // A mean over what is read, not over the whole chunk.
        check.loss *= check.chunk.streams.batch as f64 / check.shard.streams.len() as f64;
        Ok(check)
    }

    /// What is checked.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let chunk = &self.chunk;
        Plan {
            step: chunk.step,
            weights: self.params.len(),
            samples: self.samples.len(),
            streams: self.shard.streams.len(),
            of_streams: chunk.streams.batch,
            steps: chunk.cursor.steps(chunk.streams),
            loss: self.loss,
        }
    }

    /// Nudges the next weight. Returns how many have been nudged.
    pub fn nudge_next(&mut self) -> usize {
        let Self {
            chunk,
            params,
            shard,
            samples,
            done,
            ..
        } = self;
        let Some(sample) = samples.get_mut(*done) else {
            return *done;
        };
        let mut slope =
            |nudge: f64| nudged(params, sample.at, nudge, |params| chunk.loss(params, shard)).slope;
        sample.slope = slope(NUDGE);
        if chunk.config.cell == CellKind::Relu {
            let closer = slope(NUDGE / 2.0);
            let apart = (sample.slope - closer).abs();
            sample.kinked = apart > 0.1 * BOUND * closer.abs() + ROUNDING;
        }
        *done += 1;
        *done
    }

    /// What was found of each tensor so far.
    #[must_use]
    pub fn report(&self) -> Vec<TensorCheck> {
        self.compared(&self.gradient)
    }

    /// As [`RunCheck::report`], of another gradient than the right one: what would be said of a mistake.
    #[must_use]
    pub fn compared(&self, gradient: &Params<f64>) -> Vec<TensorCheck> {
        let sizes = self.params.sizes();
        let nudged = &self.samples[..self.done];
        sizes
            .tensors()
            .map(|tensor| {
                let of_tensor = || nudged.iter().filter(|sample| sample.tensor == tensor);
                let tried = || of_tensor().filter(|sample| !sample.kinked);
                let pair = |sample: &Sample| (gradient.values()[sample.at], sample.slope);
                let apart = |sample: &Sample| {
                    let (gradient, slope) = pair(sample);
                    (gradient - slope).abs()
                };
                let error = relative_error(tried().map(pair));
                let worst = tried().max_by(|a, b| apart(a).total_cmp(&apart(b)));
                let whole = gradient.get(tensor).iter().copied();
                let single = self.single.get(tensor).iter().map(|&d| f64::from(d));
                let single = relative_error(whole.zip(single));
                let (rows, _) = tensor.shape(sizes);
                let place = worst.map_or(0, |sample| sample.at - tensor.range(sizes).start);
                let (at, slope) = worst.map_or((0.0, 0.0), pair);
                TensorCheck {
                    name: tensor.name().into_owned(),
                    weights: self.params.get(tensor).len(),
                    samples: tried().count(),
                    kinks: of_tensor().count() - tried().count(),
                    agrees: (error < BOUND || worst.is_none_or(|worst| apart(worst) < ROUNDING))
                        && single < SINGLE_BOUND,
                    error,
                    single,
                    row: place % rows,
                    column: place / rows,
                    gradient: at,
                    slope,
                }
            })
            .collect()
    }

    /// The gradient in f64.
    #[must_use]
    pub fn gradient(&self) -> &Params<f64> {
        &self.gradient
    }
}

impl OwnedChunk {
    fn of<'a, S>(&'a self, params: &'a Params<S>) -> Chunk<'a, S> {
        Chunk {
            config: &self.config,
            params,
            training: &self.training,
            streams: self.streams,
            cursor: self.cursor,
            step: self.step,
        }
    }

    /// The first streams, in these states.
    fn shard<S: Scalar>(&self, params: &Params<S>, states: &States<f32>) -> Shard<S> {
        let mut shard = Shard::new(&self.config, params, self.streams, 0);
        let (hidden, batch) = (params.sizes().hidden, self.streams.batch);
        for layer in 0..params.sizes().layers {
            let from = layer * batch * hidden;
            let (h, c) = shard.tape.state_mut(layer);
            for (to, all) in [(h, &states.hidden), (c, &states.memory)] {
                let values = all.get(from..from + to.len()).unwrap_or_default();
                for (to, &value) in to.iter_mut().zip(values) {
                    *to = S::of(f64::from(value));
                }
            }
        }
        shard
    }

    /// What the shard adds to the mean loss of the chunk. The states before it stay.
    fn loss<S: Scalar>(&self, params: &Params<S>, shard: &mut Shard<S>) -> f64 {
        let chunk = self.of(params);
        let nats = shard.read(&chunk, true);
        shard.tape.discard_chunk();
        nats / chunk.predictions() as f64
    }

    /// Its gradient.
    fn gradient<S: Scalar>(&self, params: &Params<S>, shard: &mut Shard<S>) -> Params<S> {
        let mut gradient = Params::zeros(params.sizes());
        shard.gradients(&self.of(params), &mut gradient);
        shard.tape.discard_chunk();
        gradient
    }
}

/// So many weights of each tensor: half of them those with the largest gradients, the others by chance.
fn chosen(gradient: &Params<f64>, samples: usize, seed: u64) -> Vec<Sample> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut all = Vec::new();
    let sizes = gradient.sizes();
    for tensor in sizes.tensors() {
        let (first, values) = (tensor.range(sizes).start, gradient.get(tensor));
        let mut places: Vec<usize> = Vec::new();
        while places.len() < samples.min(values.len()) {
            let free = |at: &usize| !places.contains(at);
            let place = if places.len() < samples.div_ceil(2) {
                let size = |&at: &usize| values[at].abs();
                (0..values.len())
                    .filter(free)
                    .max_by(|a, b| size(a).total_cmp(&size(b)))
            } else {
                Some(rng.random_range(0..values.len())).filter(free)
            };
            places.extend(place);
        }
        all.extend(places.into_iter().map(|at| Sample {
            tensor,
            at: first + at,
            slope: 0.0,
            kinked: false,
        }));
    }
    all
}
