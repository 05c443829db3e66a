//! Every number that is shown of one step of learning is a number of that step, and each mistake is caught.

use crate::common::rng;
use babble::config::{CellKind, Initialization};
use babble::nn::gradcheck::Task;
use babble::nn::mistakes::{Mistake, textbook};
use babble::nn::params::{Params, Sizes};
use babble::nn::unrolled::{Trace, Unrolled};
use rand::RngExt;

const HIDDEN: usize = 3;
const OUTPUTS: usize = 4;

fn sizes(cell: CellKind, layers: usize) -> Sizes {
    Sizes {
        cell,
        inputs: OUTPUTS,
        hidden: HIDDEN,
        layers,
        outputs: OUTPUTS,
    }
}

/// "hello": h e l l, and what follows each.
fn hello() -> Task {
    Task::Symbols {
        inputs: vec![0, 1, 2, 2],
        targets: vec![1, 2, 2, 3],
    }
}

fn numbers() -> Task {
    let mut rng = rng(5);
    let mut draw = || {
        (0..3 * OUTPUTS)
            .map(|_| rng.random_range(-1.0..1.0))
            .collect()
    };
    Task::Values {
        inputs: draw(),
        targets: draw(),
    }
}

fn networks() -> impl Iterator<Item = Unrolled> {
    CellKind::ALL.iter().flat_map(|&cell| {
        [1, 2].into_iter().flat_map(move |layers| {
            [hello(), numbers()].map(|task| Unrolled::random(sizes(cell, layers), task, 7))
        })
    })
}

/// The largest difference between two lists.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max)
}

#[test]
fn what_each_time_step_adds_comes_to_the_gradient_of_training() {
    for network in networks() {
        let trace = network.trace();
        // Each is a sum of a few numbers below ten, in another order.
        assert!(apart(&trace.gradient, &network.gradient()) < 1e-14);
        assert_eq!(trace.loss, network.loss());
        let mean =
            trace.forward.iter().map(|step| step.loss).sum::<f64>() / trace.forward.len() as f64;
        assert!((mean - trace.loss).abs() < 1e-14);
    }
}

#[test]
fn every_weight_has_the_slope_that_moving_it_shows() {
    for network in networks() {
        let gradient = network.gradient();
        for (weight, &d) in gradient.iter().enumerate() {
            let slope = network.check(weight).slope;
            // The error of a central difference is about 1e-11, see `babble gradcheck`. A ReLU may be at its kink.
            if network.sizes().cell != CellKind::Relu {
                assert!((slope - d).abs() < 1e-8, "{weight}: {slope} is not {d}");
            }
        }
    }
}

/// The equations of the vanilla cell, by hand, from the numbers of the trace alone.
#[test]
fn the_numbers_of_a_vanilla_cell_satisfy_its_equations() {
    let network = Unrolled::random(sizes(CellKind::Rnn, 1), hello(), 1);
    let Trace {
        forward, backward, ..
    } = network.trace();
    let params = Params::from_values(network.sizes(), network.weights().to_vec());
    let w_hh = params.layer(0).weight_hh;
    for t in 0..forward.len() {
        let (now, back) = (&forward[t].layers[0], &backward[t].layers[0]);
        for unit in 0..HIDDEN {
            assert!((now.h[unit] - now.gates[unit].tanh()).abs() < 1e-14);
            let d_h = back.d_h_from_above[unit] + back.d_h_from_next[unit];
            let d_z = d_h * (1.0 - now.h[unit] * now.h[unit]);
            assert!((back.d_gates[unit] - d_z).abs() < 1e-14);
            let from_next: f64 = backward.get(t + 1).map_or(0.0, |next| {
                (0..HIDDEN)
                    .map(|to| w_hh[unit * HIDDEN + to] * next.layers[0].d_gates[to])
                    .sum()
            });
            assert!((back.d_h_from_next[unit] - from_next).abs() < 1e-14);
        }
    }
}

#[test]
fn every_block_of_gates_has_a_name() {
    for cell in CellKind::ALL {
        assert_eq!(cell.gate_names().len(), cell.properties().layout.blocks);
    }
}

#[test]
fn a_few_updates_lower_the_loss() {
    for mut network in networks() {
        let before = network.loss();
        let losses: Vec<f64> = (0..10).map(|_| network.update(0.3)).collect();
        assert!(losses[9] < before, "{before} became {losses:?}");
        assert_eq!(losses[9], network.loss());
    }
}

/// The cells of which mistakes are known, in one layer and in two.
fn breakable() -> impl Iterator<Item = (CellKind, usize)> {
    let cells = [CellKind::Rnn, CellKind::Gru, CellKind::Lstm];
    cells
        .into_iter()
        .flat_map(|cell| [1, 2].map(|layers| (cell, layers)))
}

#[test]
fn the_textbook_without_a_mistake_is_the_core() {
    for (cell, layers) in breakable() {
        for task in [hello(), numbers()] {
            for seed in 0..5 {
                let network = Unrolled::random(sizes(cell, layers), task.clone(), seed);
                let found = textbook(&network, None).unwrap();
                assert!(apart(&found.gradient, &network.gradient()) < 1e-14);
                let trace = network.trace();
                assert_eq!(found.steps.len(), trace.backward.len());
                for (step, back) in std::iter::zip(&found.steps, &trace.backward) {
                    assert_eq!(step.len(), layers);
                    for (found, layer) in std::iter::zip(step, &back.layers) {
                        assert!(apart(&found.d_h, &layer.d_h) < 1e-14);
                        assert!(apart(&found.d_c, &layer.d_c) < 1e-14);
                        assert!(apart(&found.d_gates, &layer.d_gates) < 1e-14);
                    }
                }
            }
        }
    }
    let network = Unrolled::random(sizes(CellKind::Relu, 1), hello(), 1);
    assert_eq!(textbook(&network, None), None);
}

/// A sabotaged gradient is off by more than 1e-3 at some weight, in two layers, where gradients are smaller, by more than
/// 1e-4; the right one never is, by far.
#[test]
fn each_mistake_is_caught_and_the_right_code_never() {
    for (cell, layers) in breakable() {
        for (task, seed) in (0..5).flat_map(|seed| [(hello(), seed), (numbers(), seed)]) {
            let network = Unrolled::random(sizes(cell, layers), task, seed);
            let slopes: Vec<f64> = (0..network.weights().len())
                .map(|weight| network.check(weight).slope)
                .collect();
            assert!(apart(&network.gradient(), &slopes) < 1e-8);
            for &mistake in Mistake::of(cell) {
                let wrong = textbook(&network, Some(mistake)).unwrap();
                let off = apart(&wrong.gradient, &slopes);
                assert!(
                    off > if layers == 1 { 1e-3 } else { 1e-4 },
                    "{layers} x {cell:?}: {mistake:?} is off by {off:.1e} alone"
                );
            }
        }
    }
}

/// The layer below gets its blame through the layer above, so a mistake above is wrong there too; and the same mistake
/// is made in each layer.
#[test]
fn a_mistake_is_made_in_every_layer() {
    let network = Unrolled::random(sizes(CellKind::Rnn, 2), hello(), 1);
    let wrong = textbook(&network, Some(Mistake::ForgetSlope)).unwrap();
    for step in &wrong.steps {
        for layer in step {
            assert_eq!(layer.d_gates, layer.d_h);
        }
    }
}

/// What an LSTM's memory sends back is its gradient times the forget gate.
#[test]
fn the_gradient_of_a_memory_goes_back_through_the_forget_gate() {
    for layers in [1, 2] {
        let network = Unrolled::random(sizes(CellKind::Lstm, layers), hello(), 1);
        let Trace {
            forward, backward, ..
        } = network.trace();
        for layer in 0..layers {
            for t in 1..forward.len() {
                let (now, before) = (&backward[t].layers[layer], &backward[t - 1].layers[layer]);
                for i in 0..HIDDEN {
                    let f = forward[t].layers[layer].gates[HIDDEN + i];
                    assert!((now.d_c[i] * f - before.d_c_from_next[i]).abs() < 1e-15);
                    assert_ne!(before.d_c_from_next[i], 0.0);
                }
            }
        }
    }
}

#[test]
fn what_comes_from_each_loss_is_all_that_comes() {
    for network in networks() {
        for (t, step) in network.trace().backward.iter().enumerate() {
            for layer in &step.layers {
                assert_eq!(layer.d_h_of_loss.len(), network.trace().forward.len() - t);
                let sum: Vec<f64> = (0..HIDDEN)
                    .map(|i| layer.d_h_of_loss.iter().map(|of| of[i]).sum())
                    .collect();
                assert!(apart(&sum, &layer.d_h) < 1e-14);
            }
        }
    }
}

#[test]
fn weights_can_be_given() {
    let sizes = sizes(CellKind::Gru, 1);
    let params = Params::<f64>::random(sizes, Initialization::Orthogonal, 1.0, &mut rng(3));
    let mut network = Unrolled::new(params.clone(), hello());
    assert_eq!(network.weights(), params.values());
    *network.weights_mut().last_mut().unwrap() += 1.0; // a bias of the readout
    assert_ne!(network.loss(), Unrolled::new(params, hello()).loss());
}
