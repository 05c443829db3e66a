//! A small network on a short sequence with every number of one step of learning: forwards, back through time, and the
//! sum over time. The numbers are those that the generic code of [`crate::nn::model`] computes, read off its tape one
//! time step after another.

use nalgebra::DVector;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::config::Initialization;
use crate::nn::gradcheck::{NUDGE, Nudged, Task, nudged};
use crate::nn::model::{Tape, forward, read_out_backward, recur_backward};
use crate::nn::params::{Params, Sizes, Tensor};

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
    /// The same sum by the losses that it comes from, those of time steps t, t + 1 ... T: H each.
    pub d_h_of_loss: Vec<Vec<f64>>,
    /// What the memory c_{t+1} sends back to c_t; empty for a cell without one.
    pub d_c_from_next: Vec<f64>,
    /// The gradient of the memory c_t: that, and what comes through h_t. Empty for a cell without one.
    pub d_c: Vec<f64>,
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

    /// What is read, and what should come of it.
    #[must_use]
    pub fn task(&self) -> &Task {
        &self.task
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
        self.task.loss(params, self.steps, tape) / self.steps as f64
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
        let scale = 1.0 / self.steps as f64;
        let gradient = self
            .task
            .gradient(&self.params, self.steps, scale, &mut self.tape());
        gradient.into_values()
    }

    /// Every number, forwards and back.
    #[must_use]
    pub fn trace(&self) -> Trace {
        let sizes = self.sizes();
        let mut tape = self.tape();
        forward(&self.params, self.task.input(), self.steps, &mut tape);
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
        let forward: Vec<_> = states
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
        let mut backward = self.trace_backward(&mut tape, &forward);
        self.trace_losses(&mut backward, &mut tape);
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
    fn trace_backward(&self, tape: &mut Tape<f64>, forward: &[ForwardStep]) -> Vec<BackwardStep> {
        let sizes = self.sizes();
        self.task.begin_gradient(1.0 / self.steps as f64, tape);
        let d_y = tape.outputs().to_vec();
        tape.begin_backward(&self.params);
        let mut back = Vec::with_capacity(self.steps);
        for t in (0..self.steps).rev() {
            let range = t..t + 1;
            let from_next: Vec<_> = (0..sizes.layers)
                .map(|layer| {
                    let d_h = tape.hidden_gradient(layer, t).to_vec();
                    (d_h, tape.state_gradients(layer).1.to_vec())
                })
                .collect();
            let mut d_weights = Params::zeros(sizes);
            read_out_backward(&range, tape, &mut d_weights);
            let input = self.task.input().columns(range.clone(), sizes.inputs);
            recur_backward(input, None, &range, tape, &mut d_weights);
            let layers = from_next
                .into_iter()
                .zip(&forward[t].layers)
                .enumerate()
                .map(|(layer, ((d_h_from_next, d_c_from_next), step))| {
                    let d_h = tape.hidden_gradient(layer, t).to_vec();
                    LayerBackward {
                        d_h_from_above: d_h
                            .iter()
                            .zip(&d_h_from_next)
                            .map(|(whole, next)| whole - next)
                            .collect(),
                        d_c: memory_gradient(step, &d_h, &d_c_from_next),
                        d_h,
                        d_h_of_loss: Vec::new(),
                        d_h_from_next,
                        d_c_from_next,
                        d_gates: tape.gates(layer, t).to_vec(),
                    }
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

    /// Fills in what comes from the loss of each time step alone.
    fn trace_losses(&self, backward: &mut [BackwardStep], tape: &mut Tape<f64>) {
        let sizes = self.sizes();
        let mut d_weights = Params::zeros(sizes);
        for from in 0..self.steps {
            self.loss_under(&self.params, tape);
            self.task.begin_gradient(1.0 / self.steps as f64, tape);
            tape.begin_backward(&self.params);
            read_out_backward(&(from..from + 1), tape, &mut d_weights);
            for t in (0..=from).rev() {
                let range = t..t + 1;
                let input = self.task.input().columns(range.clone(), sizes.inputs);
                recur_backward(input, None, &range, tape, &mut d_weights);
                for (layer, back) in backward[t].layers.iter_mut().enumerate() {
                    let d_h = tape.hidden_gradient(layer, t).to_vec();
                    back.d_h_of_loss.push(d_h);
                }
            }
        }
    }

    /// The loss with one weight moved both ways.
    ///
    /// # Panics
    /// When there is no such weight.
    #[must_use]
    pub fn check(&self, weight: usize) -> Nudged {
        let mut tape = self.tape();
        nudged(&mut self.params.clone(), weight, NUDGE, |params| {
            self.loss_under(params, &mut tape)
        })
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

/// d_c_t = d_c_from_next + d_h_t * o_t * (1 - tanh(c_t)^2), the one number on the way back that an LSTM keeps nowhere:
/// it leaves d_c_t * f_t in its place. Empty where there is no memory.
fn memory_gradient(step: &LayerStep, d_h: &[f64], d_c_from_next: &[f64]) -> Vec<f64> {
    let hidden = step.h.len();
    d_c_from_next
        .iter()
        .enumerate()
        .map(|(i, next)| {
            let (o, tanh_c) = (step.gates[3 * hidden + i], step.c[i].tanh());
            next + d_h[i] * o * (1.0 - tanh_c * tanh_c)
        })
        .collect()
}
