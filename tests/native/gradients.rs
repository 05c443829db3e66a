//! Is the backward pass the derivative of the forward pass?

use crate::common::{
    Bug, Plain, f32_bound, loss_and_gradients, problem, random_params, relative_error, rng, vanilla,
};
use babble::config::CellKind;
use babble::data::vocab::SymbolId;
use babble::linalg::Scalar;
use babble::nn::cell::Input;
use babble::nn::loss::{
    all, cross_entropy, cross_entropy_backward, squared_error, squared_error_backward,
};
use babble::nn::model::{
    Tape, backward, forward, read_out, read_out_backward, recur, recur_backward,
};
use babble::nn::params::{Params, Sizes};
use rand::RngExt;

/// Half the distance of the central difference (f(w + e) - f(w - e)) / 2e. Its error is about
/// e^2 f'''/6 + u f / e with f64's rounding u = 1.1e-16: some 1e-11 for losses of about 1 nat, which is
/// 1e-8 of gradients as small as 1e-3.
const STEP: f64 = 1e-5;
/// The largest relative error of a tensor's gradient. A hundred times the above; the planted bugs
/// below come out a thousand times larger still.
const BOUND: f64 = 1e-6;
/// ReLU has no derivative at 0: pre-activations must stay this far from it, a hundred times as far as a
/// probe moves them.
const KINK: f64 = 1e-3;

/// B, T, H, V: single, odd, wide and long ones, more symbols than units and fewer.
const SHAPES: [(usize, usize, usize, usize); 7] = [
    (1, 1, 1, 2),
    (1, 5, 3, 4),
    (3, 4, 7, 5),
    (4, 9, 5, 11),
    (2, 17, 8, 3),
    (9, 3, 16, 6),
    (5, 2, 9, 30),
];

/// The slopes of `loss` along each of `values`, by central differences.
fn slopes(values: &[f64], mut loss: impl FnMut(&[f64]) -> f64) -> Vec<f64> {
    let mut moved = values.to_vec();
    (0..values.len())
        .map(|i| {
            let mut probe = |value| {
                moved[i] = value;
                loss(&moved)
            };
            let slope = (probe(values[i] + STEP) - probe(values[i] - STEP)) / (2.0 * STEP);
            moved[i] = values[i];
            slope
        })
        .collect()
}

/// The gradients by central differences of `loss`.
fn numeric(params: &Params<f64>, mut loss: impl FnMut(&Params<f64>) -> f64) -> Params<f64> {
    let sizes = params.sizes();
    let values = slopes(params.values(), |values| {
        loss(&Params::from_values(sizes, values.to_vec()))
    });
    Params::from_values(sizes, values)
}

/// The worst relative error over all tensors.
fn worst(a: &Params<f64>, b: &Params<f64>) -> f64 {
    a.sizes()
        .tensors()
        .map(|t| relative_error(a.get(t), b.get(t)))
        .fold(0.0, f64::max)
}

/// What a network reads and should response, in every way there is.
#[derive(Clone)]
struct Task {
    sizes: Sizes,
    batch: usize,
    steps: usize,
    lengths: Option<Vec<usize>>,
    /// Symbols when `I` is the vocabulary's size, else real values.
    ids: Option<Vec<SymbolId>>,
    x: Vec<f64>,
    /// h_0 and c_0 of each layer, one behind the other.
    states: Vec<f64>,
    classes: Option<Vec<SymbolId>>,
    values: Vec<f64>,
    dropout: f64,
}

/// What a task's loss depends on: the weights, the initial states and the dense input.
struct Gradients {
    params: Params<f64>,
    states: Vec<f64>,
    x: Vec<f64>,
}

impl Task {
    fn random(sizes: Sizes, seed: u64, classify: bool, ragged: bool, dropout: f64) -> Self {
        let (batch, steps) = (3, 5);
        let mut rng = rng(seed);
        let columns = batch * steps;
        let mut uniform =
            |n: usize| -> Vec<f64> { (0..n).map(|_| rng.random_range(-1.0..1.0)).collect() };
        let x = uniform(sizes.inputs * columns);
        let states_per_layer = if sizes.cell.has_memory() { 2 } else { 1 };
        let states = uniform(states_per_layer * sizes.layers * sizes.hidden * batch);
        let values = uniform(sizes.outputs * columns);
        let mut symbols = |bound: usize| -> Vec<SymbolId> {
            (0..columns)
                .map(|_| rng.random_range(0..bound) as SymbolId)
                .collect()
        };
        Self {
            sizes,
            batch,
            steps,
            lengths: ragged.then(|| vec![2, 5, 1]),
            ids: classify.then(|| symbols(sizes.inputs)),
            x,
            states,
            classes: classify.then(|| symbols(sizes.outputs)),
            values,
            dropout,
        }
    }

    /// Weights that keep every pre-activation of a ReLU off its kink.
    fn params(&self, seed: u64) -> Params<f64> {
        (0..)
            .map(|more| random_params(self.sizes, &mut rng(1000 * seed + more)))
            .find(|params| self.sizes.cell != CellKind::Relu || self.clearance(params) > KINK)
            .expect("some weights do")
    }

    fn input<'a>(&'a self, x: &'a [f64]) -> Input<'a, f64> {
        match &self.ids {
            Some(ids) => Input::Symbols(ids),
            None => Input::Dense(x),
        }
    }

    fn valid(&self, column: usize) -> bool {
        self.lengths
            .as_ref()
            .is_none_or(|lengths| column / self.batch < lengths[column % self.batch])
    }

    fn tape(&self, states: &[f64]) -> Tape<f64> {
        let mut tape = Tape::new(self.sizes, self.batch, self.steps);
        tape.set_lengths(self.lengths.clone());
        // The same masks each time.
        tape.draw_masks(self.dropout, self.steps, &mut rng(77));
        tape.want_state_gradients(true);
        let mut states = states.iter();
        for layer in 0..self.sizes.layers {
            let (h, c) = tape.state_mut(layer);
            for (state, &value) in h.iter_mut().chain(c).zip(states.by_ref()) {
                *state = value;
            }
        }
        tape
    }

    /// The smallest distance of a pre-activation from 0.
    fn clearance(&self, params: &Params<f64>) -> f64 {
        pre_activations(self, params)
            .into_iter()
            .map(f64::abs)
            .fold(f64::INFINITY, f64::min)
    }

    fn loss(&self, params: &Params<f64>, states: &[f64], x: &[f64]) -> (f64, Tape<f64>) {
        let mut tape = self.tape(states);
        forward(params, self.input(x), self.steps, &mut tape);
        let valid = |column| self.valid(column);
        let loss = match &self.classes {
            Some(classes) => cross_entropy(tape.outputs_mut(), classes, valid),
            None => squared_error(tape.outputs_mut(), &self.values, self.sizes.outputs, valid),
        };
        (loss, tape)
    }

    fn gradients(&self, params: &Params<f64>) -> Gradients {
        let (_, mut tape) = self.loss(params, &self.states, &self.x);
        let valid = |column| self.valid(column);
        match &self.classes {
            Some(classes) => cross_entropy_backward(tape.outputs_mut(), classes, valid, 1.0),
            None => squared_error_backward(tape.outputs_mut(), 1.0),
        }
        let mut gradients = Params::zeros(self.sizes);
        let all = 0..self.steps;
        tape.begin_backward(params);
        read_out_backward(&all, &mut tape, &mut gradients);
        let mut d_x = vec![0.0; self.x.len()];
        let dense = self.ids.is_none().then_some(d_x.as_mut_slice());
        recur_backward(self.input(&self.x), dense, &all, &mut tape, &mut gradients);
        let states = (0..self.sizes.layers)
            .flat_map(|layer| {
                let (h, c) = tape.state_gradients(layer);
                [h, c].concat()
            })
            .collect();
        Gradients {
            params: gradients,
            states,
            x: d_x,
        }
    }
}

/// Every pre-activation of a ReLU network that takes part, computed anew from its states.
fn pre_activations(task: &Task, params: &Params<f64>) -> Vec<f64> {
    use babble::nn::params::Tensor;
    let (_, tape) = task.loss(params, &task.states, &task.x);
    let Sizes { hidden, .. } = task.sizes;
    let mut found = Vec::new();
    let mut below: Vec<f64> = match &task.ids {
        Some(ids) => ids
            .iter()
            .flat_map(|&id| {
                (0..task.sizes.inputs).map(move |i| f64::from(u8::from(i == usize::from(id))))
            })
            .collect(),
        None => task.x.clone(),
    };
    for layer in 0..task.sizes.layers {
        let (w_ih, w_hh) = (
            params.matrix(Tensor::WeightIh(layer)),
            params.matrix(Tensor::WeightHh(layer)),
        );
        let bias = params.matrix(Tensor::BiasIh(layer)) + params.matrix(Tensor::BiasHh(layer));
        let inputs = task.sizes.inputs_of(layer);
        let states = [tape.state(layer), tape.hidden(layer)].concat();
        for column in (0..task.batch * task.steps).filter(|&column| task.valid(column)) {
            let x = nalgebra::DVector::from_column_slice(&below[column * inputs..][..inputs]);
            let h = nalgebra::DVector::from_column_slice(&states[column * hidden..][..hidden]);
            let z = w_ih * x + w_hh * h + &bias;
            found.extend(z.iter());
        }
        below = tape.hidden(layer).to_vec();
    }
    found
}

fn stacked(cell: CellKind, layers: usize, inputs: usize, outputs: usize) -> Sizes {
    Sizes {
        cell,
        inputs,
        hidden: 5,
        layers,
        outputs,
    }
}

fn assert_true_gradients(task: &Task, seed: u64, name: &str) {
    let params = task.params(seed);
    let got = task.gradients(&params);
    let expected = numeric(&params, |p| task.loss(p, &task.states, &task.x).0);
    for tensor in task.sizes.tensors() {
        let error = relative_error(got.params.get(tensor), expected.get(tensor));
        assert!(error < BOUND, "{} of {name}: {error:e}", tensor.name());
    }
    let states = slopes(&task.states, |states| task.loss(&params, states, &task.x).0);
    let error = relative_error(&got.states, &states);
    assert!(error < BOUND, "the initial states of {name}: {error:e}");
    if task.ids.is_none() {
        let x = slopes(&task.x, |x| task.loss(&params, &task.states, x).0);
        let error = relative_error(&got.x, &x);
        assert!(error < BOUND, "the input of {name}: {error:e}");
    }
}

#[test]
fn every_cell_at_every_depth_has_true_gradients() {
    let mut seed = 0;
    for &cell in CellKind::ALL {
        for layers in 1..=3 {
            for ragged in [false, true] {
                for classify in [true, false] {
                    seed += 1;
                    let sizes = stacked(cell, layers, 4, 3);
                    let task = Task::random(sizes, seed, classify, ragged, 0.0);
                    let name =
                        format!("{cell:?} x {layers}, ragged {ragged}, classification {classify}");
                    assert_true_gradients(&task, seed, &name);
                }
            }
        }
    }
}

#[test]
fn dropout_with_a_fixed_mask_has_true_gradients() {
    // A ReLU's kink is looked for without dropout, so it is left to the other cells.
    for (seed, cell) in (100..).zip([CellKind::Rnn, CellKind::Gru, CellKind::Lstm]) {
        for layers in 2..=3 {
            let sizes = stacked(cell, layers, 4, 3);
            let task = Task::random(sizes, seed, false, true, 0.4);
            let without = Task {
                dropout: 0.0,
                ..task.clone()
            };
            let params = task.params(seed);
            assert_ne!(
                task.loss(&params, &task.states, &task.x).0,
                without.loss(&params, &task.states, &task.x).0,
                "the mask does something"
            );
            assert_true_gradients(&task, seed, &format!("{cell:?} x {layers} with dropout"));
        }
    }
}

#[test]
fn padded_steps_take_no_part() {
    for (seed, cell) in (200..).zip(CellKind::ALL.iter().copied()) {
        let sizes = stacked(cell, 2, 4, 3);
        let task = Task::random(sizes, seed, false, true, 0.0);
        let params = random_params(sizes, &mut rng(seed));
        let mut other = task.clone();
        for column in (0..task.batch * task.steps).filter(|&column| !task.valid(column)) {
            other.x[column * 4..][..4].fill(1e3);
            other.values[column * 3..][..3].fill(-1e3);
        }
        let (loss, tape) = task.loss(&params, &task.states, &task.x);
        let (other_loss, other_tape) = other.loss(&params, &other.states, &other.x);
        assert_eq!(loss, other_loss);
        for layer in 0..2 {
            assert_eq!(tape.next_state(layer), other_tape.next_state(layer));
        }
        assert_eq!(
            task.gradients(&params).params,
            other.gradients(&params).params
        );
        // The stream of length 1 ends where a chunk of one step ends.
        let mut short = task.tape(&task.states);
        short.set_lengths(None);
        forward(&params, Input::Dense(&task.x[..4 * 3]), 1, &mut short);
        let of_stream = 2 * 5..3 * 5;
        assert_eq!(
            tape.next_state(1).0[of_stream.clone()],
            short.next_state(1).0[of_stream]
        );
    }
}

#[test]
fn some_steps_at_a_time_are_all_steps_at_once() {
    for (seed, cell) in (300..).zip(CellKind::ALL.iter().copied()) {
        let sizes = stacked(cell, 2, 4, 3);
        let task = Task::random(sizes, seed, false, false, 0.0);
        let params = random_params(sizes, &mut rng(seed));
        let expected = task.gradients(&params);

        let mut tape = task.tape(&task.states);
        tape.prepare(&params, true);
        tape.begin_chunk(task.steps);
        let columns = |t: usize, rows: usize| t * task.batch * rows..(t + 1) * task.batch * rows;
        for t in 0..task.steps {
            let x = &task.x[columns(t, 4)];
            recur(&params, Input::Dense(x), &(t..t + 1), &mut tape);
            read_out(&params, &(t..t + 1), &mut tape);
        }
        squared_error(tape.outputs_mut(), &task.values, 3, all);
        squared_error_backward(tape.outputs_mut(), 1.0);
        let mut gradients = Params::zeros(sizes);
        tape.begin_backward(&params);
        for t in (0..task.steps).rev() {
            let x = Input::Dense(&task.x[columns(t, 4)]);
            read_out_backward(&(t..t + 1), &mut tape, &mut gradients);
            recur_backward(x, None, &(t..t + 1), &mut tape, &mut gradients);
        }
        // Two f64 sums of the same terms in different orders.
        let error = worst(&gradients, &expected.params);
        assert!(error < 1e-12, "{cell:?}: {error:e}");
    }
}

#[test]
fn every_tensors_gradient_agrees_with_central_differences() {
    for (seed, (batch, steps, hidden, symbols)) in (0..).zip(SHAPES) {
        let (params, chunk) = problem(vanilla(symbols, hidden, symbols), batch, steps, seed);
        let (_, gradients) = loss_and_gradients(&params, &chunk);
        let expected = numeric(&params, |p| loss_and_gradients(p, &chunk).0);
        for tensor in params.sizes().tensors() {
            let error = relative_error(gradients.get(tensor), expected.get(tensor));
            assert!(
                error < BOUND,
                "{} at B{batch} T{steps} H{hidden} V{symbols}: {error:e}",
                tensor.name()
            );
        }
    }
}

#[test]
fn the_check_catches_planted_bugs() {
    let (params, chunk) = problem(vanilla(5, 7, 5), 3, 4, 1);
    let error_of = |bug| {
        let plain = Plain { bug };
        // What is differentiated numerically is the right loss: a dropped bias shows in it.
        let right = numeric(&params, |p| {
            Plain { bug: Bug::None }.loss_and_gradients(p, &chunk).0
        });
        worst(&plain.loss_and_gradients(&params, &chunk).1, &right)
    };
    assert!(error_of(Bug::None) < BOUND);
    for bug in [
        Bug::DroppedBias,
        Bug::StateOneStepOff,
        Bug::NoFlowThroughTime,
    ] {
        let error = error_of(bug);
        assert!(error > 1000.0 * BOUND, "{bug:?} passes with {error:e}");
    }
}

#[test]
fn the_plain_implementation_agrees() {
    for (seed, (batch, steps, hidden, symbols)) in (20..).zip(SHAPES) {
        let (params, chunk) = problem(vanilla(symbols, hidden, symbols), batch, steps, seed);
        let (loss, gradients) = loss_and_gradients(&params, &chunk);
        let (plain_loss, plain) = Plain { bug: Bug::None }.loss_and_gradients(&params, &chunk);
        // Two f64 sums of the same terms in different orders: their rounding, with room.
        assert!(
            (loss - plain_loss).abs() < 1e-12,
            "{loss} is not {plain_loss}"
        );
        let error = worst(&gradients, &plain);
        assert!(
            error < 1e-12,
            "{error:e} at B{batch} T{steps} H{hidden} V{symbols}"
        );
    }
}

#[test]
fn single_precision_stays_within_its_rounding() {
    for (seed, (batch, steps, hidden, symbols)) in (40..).zip(SHAPES) {
        let sizes = vanilla(symbols, hidden, symbols);
        let (exact, chunk) = problem(sizes, batch, steps, seed);
        let single: Vec<f32> = exact.values().iter().map(|&w| f32::of(w)).collect();
        let exact = single.iter().map(|w| w.as_f64()).collect();
        let (loss, d) = loss_and_gradients(&Params::from_values(sizes, single), &chunk);
        let (true_loss, true_d) =
            loss_and_gradients(&Params::<f64>::from_values(sizes, exact), &chunk);
        let bound = f32_bound(batch, steps, hidden, symbols);
        assert!((loss - true_loss).abs() < bound * true_loss.max(1.0));
        for tensor in sizes.tensors() {
            let error = relative_error(d.get(tensor), true_d.get(tensor));
            assert!(
                error < bound,
                "{}: {error:e} is not below {bound:e}",
                tensor.name()
            );
        }
    }
}

#[test]
fn a_whole_backward_pass_is_its_two_halves() {
    let sizes = stacked(CellKind::Gru, 2, 4, 3);
    let task = Task::random(sizes, 400, true, false, 0.0);
    let params = random_params(sizes, &mut rng(400));
    let (_, mut tape) = task.loss(&params, &task.states, &task.x);
    let classes = task.classes.as_ref().expect("it classifies");
    cross_entropy_backward(tape.outputs_mut(), classes, all, 1.0);
    let mut gradients = Params::zeros(sizes);
    backward(&params, task.input(&task.x), &mut tape, &mut gradients);
    assert_eq!(gradients, task.gradients(&params).params);
}
