//! What several test files need: small networks, a plain second implementation to compare with, and
//! texts.
#![allow(dead_code)] // each test file uses its own part

use babble::config::{CellKind, Config, Initialization, RawConfig, Tuning};
use babble::data::vocab::SymbolId;
use babble::linalg::Scalar;
use babble::nn::cell::Input;
use babble::nn::loss::{all, cross_entropy, cross_entropy_backward};
use babble::nn::model::{Tape, backward, forward};
use babble::nn::params::{Params, Sizes, Tensor};
use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A generator for one test.
pub fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// One chunk of work: what a network reads, what it should answer, and where it begins.
pub struct Chunk {
    pub batch: usize,
    pub steps: usize,
    pub inputs: Vec<SymbolId>,
    pub targets: Vec<SymbolId>,
    /// H x B
    pub h0: Vec<f64>,
}

/// The sizes of one vanilla layer.
pub const fn vanilla(inputs: usize, hidden: usize, outputs: usize) -> Sizes {
    Sizes {
        cell: CellKind::Rnn,
        inputs,
        hidden,
        layers: 1,
        outputs,
    }
}

/// Weights whose every tensor is random, biases too.
pub fn random_params(sizes: Sizes, rng: &mut ChaCha8Rng) -> Params<f64> {
    let mut params = Params::random(sizes, Initialization::Orthogonal, 1.0, rng);
    for bias in sizes.tensors().filter(|tensor| tensor.is_bias()) {
        params
            .get_mut(bias)
            .iter_mut()
            .for_each(|b| *b = rng.random_range(-0.5..0.5));
    }
    params
}

/// A network whose every tensor is random (biases too), and a random chunk for it.
pub fn problem(sizes: Sizes, batch: usize, steps: usize, seed: u64) -> (Params<f64>, Chunk) {
    let mut rng = rng(seed);
    let params = random_params(sizes, &mut rng);
    let mut ids = |bound: usize| -> Vec<SymbolId> {
        (0..batch * steps)
            .map(|_| rng.random_range(0..bound) as SymbolId)
            .collect()
    };
    let (inputs, targets) = (ids(sizes.inputs), ids(sizes.outputs));
    let h0 = (0..sizes.hidden * batch)
        .map(|_| rng.random_range(-0.9..0.9))
        .collect();
    (
        params,
        Chunk {
            batch,
            steps,
            inputs,
            targets,
            h0,
        },
    )
}

/// The chunk's mean loss and its gradients, by the crate.
pub fn loss_and_gradients<S: Scalar>(params: &Params<S>, chunk: &Chunk) -> (f64, Params<S>) {
    let mut tape = Tape::new(params.sizes(), chunk.batch, chunk.steps);
    for (state, &h0) in tape.state_mut(0).0.iter_mut().zip(&chunk.h0) {
        *state = S::of(h0);
    }
    let input = Input::Symbols(&chunk.inputs);
    forward(params, input, chunk.steps, &mut tape);
    let count = chunk.targets.len() as f64;
    let loss = cross_entropy(tape.outputs_mut(), &chunk.targets, all) / count;
    cross_entropy_backward(tape.outputs_mut(), &chunk.targets, all, S::of(1.0 / count));
    let mut gradients = Params::zeros(params.sizes());
    backward(params, input, &mut tape, &mut gradients);
    (loss, gradients)
}

/// A mistake that [`Plain`] can be made to commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    None,
    /// `b_hh` is left out of the forward pass.
    DroppedBias,
    /// The state is read one step off in the backward pass, as in note 003: `hidden_states[t]`, where
    /// index 0 is h_0, stands for h_t, and the state before it wraps around at t = 0.
    StateOneStepOff,
    /// Nothing flows back from one step to the one before.
    NoFlowThroughTime,
}

/// One vanilla layer once more, as plainly as it can be written: one stream at a time, one step at a
/// time, one-hot products, nalgebra's own algebra.
pub struct Plain {
    pub bug: Bug,
}

impl Plain {
    pub fn loss_and_gradients(&self, params: &Params<f64>, chunk: &Chunk) -> (f64, Params<f64>) {
        let Sizes { inputs, hidden, .. } = params.sizes();
        let matrix = |tensor| params.matrix(tensor).into_owned();
        let (w_ih, w_hh) = (matrix(Tensor::WeightIh(0)), matrix(Tensor::WeightHh(0)));
        let (b_ih, b_hh) = (matrix(Tensor::BiasIh(0)), matrix(Tensor::BiasHh(0)));
        let (w_hy, b_y) = (matrix(Tensor::HeadWeight), matrix(Tensor::HeadBias));
        let mut d: Vec<DMatrix<f64>> = params.sizes().tensors().map(|t| matrix(t) * 0.0).collect();
        let count = chunk.targets.len() as f64;
        let mut nats = 0.0;
        for b in 0..chunk.batch {
            let at = |t: usize| t * chunk.batch + b;
            let one_hot = |id: SymbolId, n: usize| {
                DVector::from_fn(n, |i, _| f64::from(u8::from(i == usize::from(id))))
            };
            let xs: Vec<_> = (0..chunk.steps)
                .map(|t| one_hot(chunk.inputs[at(t)], inputs))
                .collect();
            let mut hs = vec![DVector::from_column_slice(
                &chunk.h0[b * hidden..][..hidden],
            )];
            let mut d_ys = Vec::new();
            for t in 0..chunk.steps {
                let mut z = &w_ih * &xs[t] + &b_ih + &w_hh * &hs[t];
                if self.bug != Bug::DroppedBias {
                    z += &b_hh;
                }
                hs.push(z.column(0).map(f64::tanh));
                let y = (&w_hy * &hs[t + 1] + &b_y).column(0).into_owned();
                let p = y.map(f64::exp) / y.map(f64::exp).sum();
                let target = chunk.targets[at(t)];
                nats -= p[usize::from(target)].ln();
                d_ys.push((p - one_hot(target, y.len())) / count);
            }
            let mut d_h_next = DVector::zeros(hidden);
            for t in (0..chunk.steps).rev() {
                let (h, before) = match self.bug {
                    Bug::StateOneStepOff => (&hs[t], &hs[if t == 0 { chunk.steps } else { t - 1 }]),
                    _ => (&hs[t + 1], &hs[t]),
                };
                d[4] += &d_ys[t] * h.transpose();
                d[5] += &d_ys[t];
                let d_h = w_hy.transpose() * &d_ys[t] + &d_h_next;
                let d_z = d_h.component_mul(&h.map(|h| 1.0 - h * h));
                d[0] += &d_z * xs[t].transpose();
                d[1] += &d_z * before.transpose();
                d[2] += &d_z;
                d[3] += &d_z;
                if self.bug != Bug::NoFlowThroughTime {
                    d_h_next = w_hh.transpose() * d_z;
                }
            }
        }
        let values = d.iter().flat_map(|m| m.as_slice().to_vec()).collect();
        (nats / count, Params::from_values(params.sizes(), values))
    }
}

/// ||a - b|| / max(||a||, ||b||), 0 for two zeros.
pub fn relative_error<A: Scalar, B: Scalar>(a: &[A], b: &[B]) -> f64 {
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>().sqrt();
    let difference = norm(&mut a.iter().zip(b).map(|(a, b)| a.as_f64() - b.as_f64()));
    let scale =
        norm(&mut a.iter().map(|v| v.as_f64())).max(norm(&mut b.iter().map(|v| v.as_f64())));
    if scale == 0.0 {
        0.0
    } else {
        difference / scale
    }
}

/// A small configuration for quick runs.
pub fn small_config(change: impl FnOnce(&mut RawConfig)) -> Config {
    let mut raw = RawConfig {
        hidden_size: 24.0,
        batch_size: 4.0,
        sequence_length: 16.0,
        learning_rate: 0.01,
        ..RawConfig::default()
    };
    change(&mut raw);
    Config::from_raw(&raw).expect("the test's configuration is within its bounds")
}

/// Sums such as "12+7=19", one a line: a text with something to learn in it.
pub fn sums(lines: usize) -> String {
    use std::fmt::Write;
    let mut rng = rng(3);
    (0..lines).fold(String::new(), |mut text, _| {
        let (a, b) = (rng.random_range(0..40), rng.random_range(0..40));
        writeln!(text, "{a}+{b}={}", a + b).expect("writing to a string works");
        text
    })
}

/// The longest chain of f32 operations between a weight and a gradient, times half a unit in the last
/// place: T steps forward and T back, each a sum of H terms and some ten operations more (tanh counts
/// for eight), the V terms of the softmax, and the sum over all T*B columns. The recurrence does not
/// amplify errors, for its weights are orthogonal and tanh' <= 1.
pub fn f32_bound(batch: usize, steps: usize, hidden: usize, symbols: usize) -> f64 {
    let operations = 2 * steps * (hidden + 10) + 2 * (symbols + 10) + steps * batch;
    operations as f64 * 0.5 * f64::from(f32::EPSILON)
}

/// Changes of settings between two steps, by their keys.
pub fn tuning<const N: usize>(changes: [(&str, f64); N]) -> Tuning {
    changes.map(|(key, value)| (key.to_owned(), value)).to_vec()
}
