//! A small network on a short sequence with every number of one step of learning: forwards, back through time, and the
//! sum over time. The numbers are those that the generic code of [`crate::nn::model`] computes, read off its tape one
//! time step after another.

use nalgebra::DVector;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::config::Initialization;
use crate::data::vocab::SymbolId;
use crate::nn::cell::Input;
use crate::nn::loss::{
    all, cross_entropy, cross_entropy_backward, squared_error, squared_error_backward,
};
use crate::nn::model::{Tape, backward, forward, read_out_backward, recur_backward};
use crate::nn::params::{Params, Sizes, Tensor};

/// What is read, and what should come of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// Symbols, and the symbol behind each: softmax and cross-entropy.
    Symbols {
        /// One for each time step.
        inputs: Vec<SymbolId>,
        /// Likewise.
        targets: Vec<SymbolId>,
    },
    /// Numbers, and the numbers that they should become: squared error.
    Values {
        /// I x T.
        inputs: Vec<f64>,
        /// O x T.
        targets: Vec<f64>,
    },
}

/// A network, its task, and the loss: the mean over the time steps of the cross-entropy or of the squared error.
#[derive(Debug, Clone)]
pub struct Unrolled {
    params: Params<f64>,
    task: Task,
    steps: usize,
}

/// One layer at one time step.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct LayerStep {
    /// The gates as the cell leaves them, in their blocks of `H`: a vanilla cell keeps its pre-activation z there.
    pub gates: Vec<f64>,
    /// The hidden state h_t.
    pub h: Vec<f64>,
    /// The memory c_t; empty for a cell without one.
    pub c: Vec<f64>,
}

/// One time step forwards.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct ForwardStep {
    /// From the lowest layer up.
    pub layers: Vec<LayerStep>,
    /// The logits, or the outputs, y_t: O.
    pub y: Vec<f64>,
    /// softmax(y_t), or y_t less its target: O.
    pub p: Vec<f64>,
    /// What this step adds to the loss, before the mean.
    pub loss: f64,
}

/// One layer at one time step on the way back. `d_` is the gradient of the mean loss.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct LayerBackward {
    /// What the next time step sends back: H.
    pub d_h_from_next: Vec<f64>,
    /// What comes from above, the readout or the next layer: H.
    pub d_h_from_above: Vec<f64>,
    /// Their sum, the gradient of h_t: H.
    pub d_h: Vec<f64>,
    /// The gradients of the gates' pre-activations, in their blocks of `H`.
    pub d_gates: Vec<f64>,
}

/// One time step back.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct BackwardStep {
    /// d_y_t: O.
    pub d_y: Vec<f64>,
    /// From the lowest layer up.
    pub layers: Vec<LayerBackward>,
    /// What this time step adds to the gradient of every weight, in the order of [`Unrolled::weights`].
    pub d_weights: Vec<f64>,
}

/// Every number of one step of learning.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Trace {
    /// For each time step.
    pub forward: Vec<ForwardStep>,
    /// For each time step, in the order of time, though they are computed from the last one back.
    pub backward: Vec<BackwardStep>,
    /// The mean of the losses.
    pub loss: f64,
    /// The sum over time of what each time step adds to the gradient: one number for every weight.
    pub gradient: Vec<f64>,
}

/// A weight whose gradient is held against a central difference.
#[derive(Debug, Clone, Copy, Serialize, PartialEq)]
pub struct Check {
    /// The loss with the weight a little larger.
    pub above: f64,
    /// The loss with the weight a little smaller.
    pub below: f64,
    /// Their difference, over twice the little.
    pub slope: f64,
}

/// How far a weight is moved both ways. The error of the difference is about 1e-11, see `babble gradcheck`.
pub const NUDGE: f64 = 1e-5;

impl Unrolled {
    /// A network of this size with random weights: `Params::random` draws them, and biases that are not zero, so that
    /// each has something to show.
    ///
    /// # Panics
    /// When the task has no time step, or not as many targets as inputs.
    #[must_use]
    pub fn random(sizes: Sizes, task: Task, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut params = Params::random(sizes, Initialization::Uniform, 1.0, &mut rng);
        for bias in sizes.tensors().filter(|tensor| tensor.is_bias()) {
            let values = params.get_mut(bias);
            values.fill_with(|| rng.random_range(-0.3..0.3));
        }
        Self::new(params, task)
    }

    /// A network with these weights.
    ///
    /// # Panics
    /// When the task has no time step, or not as many targets as inputs.
    #[must_use]
    pub fn new(params: Params<f64>, task: Task) -> Self {
        let sizes = params.sizes();
        let (inputs, targets) = match &task {
            Task::Symbols { inputs, targets } => (inputs.len(), targets.len()),
            Task::Values { inputs, targets } => {
                (inputs.len() / sizes.inputs, targets.len() / sizes.outputs)
            }
        };
        assert!(inputs > 0 && inputs == targets, "one target for each input");
        Self {
            params,
            task,
            steps: inputs,
        }
    }

    /// The sizes of the network.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        self.params.sizes()
    }

    /// The tensors in their order, with their shapes (rows, columns), column by column.
    pub fn tensors(&self) -> impl Iterator<Item = (Tensor, (usize, usize))> {
        let sizes = self.sizes();
        sizes
            .tensors()
            .map(move |tensor| (tensor, tensor.shape(sizes)))
    }

    /// Every weight, tensor after tensor.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        self.params.values()
    }

    /// As [`Unrolled::weights`], to be set.
    pub fn weights_mut(&mut self) -> &mut [f64] {
        self.params.values_mut()
    }

    /// The symbols that are read, and those that should come of it; `None` when they are numbers.
    #[must_use]
    pub fn symbols(&self) -> Option<(&[SymbolId], &[SymbolId])> {
        match &self.task {
            Task::Symbols { inputs, targets } => Some((inputs, targets)),
            Task::Values { .. } => None,
        }
    }

    fn input(&self) -> Input<'_, f64> {
        match &self.task {
            Task::Symbols { inputs, .. } => Input::Symbols(inputs),
            Task::Values { inputs, .. } => Input::Dense(inputs),
        }
    }

    /// x_t, one-hot for a symbol: I.
    pub(crate) fn input_vector(&self, t: usize) -> DVector<f64> {
        let inputs = self.sizes().inputs;
        match &self.task {
            Task::Symbols { inputs: ids, .. } => {
                let mut x = DVector::zeros(inputs);
                x[usize::from(ids[t])] = 1.0;
                x
            }
            Task::Values { inputs: values, .. } => {
                DVector::from_column_slice(&values[t * inputs..][..inputs])
            }
        }
    }

    /// The mean loss under some weights; leaves in the tape's outputs what their gradient is made of.
    fn loss_under(&self, params: &Params<f64>, tape: &mut Tape<f64>) -> f64 {
        forward(params, self.input(), self.steps, tape);
        let outputs = params.sizes().outputs;
        let sum = match &self.task {
            Task::Symbols { targets, .. } => cross_entropy(tape.outputs_mut(), targets, all),
            Task::Values { targets, .. } => {
                squared_error(tape.outputs_mut(), targets, outputs, all)
            }
        };
        sum / self.steps as f64
    }

    /// Turns what the loss left in the outputs into their gradient.
    fn begin_gradient(&self, tape: &mut Tape<f64>) {
        let scale = 1.0 / self.steps as f64;
        match &self.task {
            Task::Symbols { targets, .. } => {
                cross_entropy_backward(tape.outputs_mut(), targets, all, scale);
            }
            Task::Values { .. } => squared_error_backward(tape.outputs_mut(), scale),
        }
    }

    fn tape(&self) -> Tape<f64> {
        Tape::new(self.sizes(), 1, self.steps)
    }

    /// The mean loss.
    #[must_use]
    pub fn loss(&self) -> f64 {
        self.loss_under(&self.params, &mut self.tape())
    }

    /// The gradient of the mean loss, one number for every weight, as training computes it: in one pass back.
    #[must_use]
    pub fn gradient(&self) -> Vec<f64> {
        let mut tape = self.tape();
        self.loss_under(&self.params, &mut tape);
        self.begin_gradient(&mut tape);
        let mut gradient = Params::zeros(self.sizes());
        backward(&self.params, self.input(), &mut tape, &mut gradient);
        gradient.into_values()
    }

    /// Every number, forwards and back.
    #[must_use]
    pub fn trace(&self) -> Trace {
        let sizes = self.sizes();
        let mut tape = self.tape();
        forward(&self.params, self.input(), self.steps, &mut tape);
        let logits = tape.outputs().to_vec();
        let columns = |values: &[f64], rows: usize, t: usize| values[t * rows..][..rows].to_vec();
        let layers = |t: usize| {
            (0..sizes.layers)
                .map(|layer| LayerStep {
                    gates: tape.gates(layer, t).to_vec(),
                    h: columns(tape.hidden(layer), sizes.hidden, t),
                    c: tape.memory(layer, t).to_vec(),
                })
                .collect()
        };
        let states: Vec<Vec<LayerStep>> = (0..self.steps).map(layers).collect();
        let loss = self.loss_under(&self.params, &mut tape);
        let forward = states
            .into_iter()
            .enumerate()
            .map(|(t, layers)| {
                let p = columns(tape.outputs(), sizes.outputs, t);
                ForwardStep {
                    layers,
                    y: columns(&logits, sizes.outputs, t),
                    loss: self.loss_of(t, &p),
                    p,
                }
            })
            .collect();
        let backward = self.trace_backward(&mut tape);
        let mut gradient = vec![0.0; self.params.len()];
        for step in &backward {
            for (sum, part) in gradient.iter_mut().zip(&step.d_weights) {
                *sum += part;
            }
        }
        Trace {
            forward,
            backward,
            loss,
            gradient,
        }
    }

    /// What a time step adds to the loss, from its probabilities or its differences.
    fn loss_of(&self, t: usize, p: &[f64]) -> f64 {
        match &self.task {
            Task::Symbols { targets, .. } => -p[usize::from(targets[t])].ln(),
            Task::Values { .. } => p.iter().map(|d| d * d).sum(),
        }
    }

    /// Back from the last time step, one at a time.
    fn trace_backward(&self, tape: &mut Tape<f64>) -> Vec<BackwardStep> {
        let sizes = self.sizes();
        self.begin_gradient(tape);
        let d_y = tape.outputs().to_vec();
        tape.begin_backward(&self.params);
        let mut back = Vec::with_capacity(self.steps);
        for t in (0..self.steps).rev() {
            let range = t..t + 1;
            let from_next: Vec<Vec<f64>> = (0..sizes.layers)
                .map(|layer| tape.hidden_gradient(layer, t).to_vec())
                .collect();
            let mut d_weights = Params::zeros(sizes);
            read_out_backward(&range, tape, &mut d_weights);
            let input = self.input().columns(range.clone(), sizes.inputs);
            recur_backward(input, None, &range, tape, &mut d_weights);
            let layers = from_next
                .into_iter()
                .enumerate()
                .map(|(layer, d_h_from_next)| LayerBackward {
                    d_h_from_above: tape
                        .hidden_gradient(layer, t)
                        .iter()
                        .zip(&d_h_from_next)
                        .map(|(whole, next)| whole - next)
                        .collect(),
                    d_h: tape.hidden_gradient(layer, t).to_vec(),
                    d_h_from_next,
                    d_gates: tape.gates(layer, t).to_vec(),
                })
                .collect();
            back.push(BackwardStep {
                d_y: d_y[t * sizes.outputs..][..sizes.outputs].to_vec(),
                layers,
                d_weights: d_weights.into_values(),
            });
        }
        back.reverse();
        back
    }

    /// The loss with one weight moved both ways.
    ///
    /// # Panics
    /// When there is no such weight.
    #[must_use]
    pub fn check(&self, weight: usize) -> Check {
        let mut moved = self.params.clone();
        let mut tape = self.tape();
        let at = moved.values()[weight];
        let mut loss_at = |value| {
            moved.values_mut()[weight] = value;
            self.loss_under(&moved, &mut tape)
        };
        let (above, below) = (loss_at(at + NUDGE), loss_at(at - NUDGE));
        Check {
            above,
            below,
            slope: (above - below) / (2.0 * NUDGE),
        }
    }

    /// Moves every weight against its gradient: `w -= rate * d_w`. Returns the loss that it comes to.
    pub fn update(&mut self, rate: f64) -> f64 {
        let gradient = self.gradient();
        for (weight, d) in self.params.values_mut().iter_mut().zip(gradient) {
            *weight -= rate * d;
        }
        self.loss()
    }
}
