//! The tasks of the notes, and the classical ones that can only be learned through time, each by a network
//! of its own and to a stated loss. What is asked is new at every step, so nothing can be learned by heart.

use crate::common::rng;
use babble::config::{CellKind, Initialization, OptimizerKind};
use babble::data::vocab::SymbolId;
use babble::nn::cell::Input;
use babble::nn::params::{Params, Sizes};
use babble::tasks::network::{Network, Readout, Request, Sequences, Target};
use babble::training::optim::{Optimizer, Rule, clip_by_global_norm};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Streams that are asked at once.
const BATCH: usize = 16;

fn network(
    cell: CellKind,
    readout: Readout,
    (inputs, hidden, outputs): (usize, usize, usize),
    encoder_inputs: Option<usize>,
) -> Network<f32> {
    let mut rng = rng(5);
    let mut params = |inputs, outputs| {
        let sizes = Sizes {
            cell,
            inputs,
            hidden,
            layers: 1,
            outputs,
        };
        Params::random(sizes, Initialization::Orthogonal, 1.0, &mut rng)
    };
    Network {
        params: params(inputs, outputs),
        encoder: encoder_inputs.map(|inputs| params(inputs, 0)),
        readout,
    }
}

/// A request and what it stands on.
#[derive(Default)]
struct Asked {
    x: Vec<f32>,
    ids: Vec<SymbolId>,
    steps: usize,
    decoder_ids: Vec<SymbolId>,
    lengths: Option<Vec<usize>>,
    values: Vec<f32>,
    classes: Vec<SymbolId>,
}

impl Asked {
    fn request(&self) -> Request<'_, f32> {
        let input = if self.x.is_empty() {
            Input::Symbols(&self.ids)
        } else {
            Input::Dense(&self.x)
        };
        let lengths = self.lengths.as_deref();
        Request {
            batch: BATCH,
            source: Sequences {
                input,
                steps: self.steps,
                lengths,
            },
            decoder: (!self.decoder_ids.is_empty()).then(|| Sequences {
                input: Input::Symbols(&self.decoder_ids),
                steps: self.decoder_ids.len() / BATCH,
                // What is reversed is as long as what was read.
                lengths,
            }),
            h0: None,
            c0: None,
            target: Some(if self.values.is_empty() {
                Target::Classes(&self.classes)
            } else {
                Target::Values(&self.values)
            }),
        }
    }
}

/// Trains with Adam on ever new questions; returns the mean loss of a hundred further ones, unseen.
fn learned(
    network: &mut Network<f32>,
    steps: usize,
    rate: f64,
    mut ask: impl FnMut(&mut ChaCha8Rng) -> Asked,
) -> f64 {
    let rule = Rule {
        kind: OptimizerKind::Adam,
        momentum: 0.0,
        weight_decay: 0.0,
    };
    let mut rng = rng(6);
    let mut optimizer = Optimizer::new(rule, network.params.len());
    let encoder_weights = network.encoder.as_ref().map_or(0, Params::len);
    let mut encoder_optimizer = Optimizer::new(rule, encoder_weights);
    for _ in 0..steps {
        let asked = ask(&mut rng);
        let response = network.run(&asked.request(), true);
        let mut gradients = response.gradients.expect("they were asked for");
        clip_by_global_norm(gradients.params.values_mut(), 1.0);
        optimizer.step(network.params.values_mut(), gradients.params.values(), rate);
        if let (Some(encoder), Some(mut d)) = (&mut network.encoder, gradients.encoder) {
            clip_by_global_norm(d.values_mut(), 1.0);
            encoder_optimizer.step(encoder.values_mut(), d.values(), rate);
        }
    }
    let losses = (0..100).map(|_| {
        let response = network.run(&ask(&mut rng).request(), false);
        response.loss.expect("there is a target")
    });
    losses.sum::<f64>() / 100.0
}

/// Steps x BATCH values of `each(step, stream)`.
fn columns<T>(steps: usize, each: impl Fn(usize, usize) -> T) -> Vec<T> {
    (0..steps * BATCH)
        .map(|column| each(column / BATCH, column % BATCH))
        .collect()
}

#[test]
fn a_vanilla_cell_continues_a_sine_wave() {
    // Note 003: the next value of a sine, by regression. Any phase, so one value alone does not tell.
    let steps = 30;
    let mut net = network(CellKind::Rnn, Readout::ManyToMany, (1, 16, 1), None);
    let loss = learned(&mut net, 900, 0.01, |rng| {
        let phases: Vec<f32> = (0..BATCH).map(|_| rng.random_range(0.0..6.3)).collect();
        let wave = |t: usize, b: usize| (phases[b] + 0.4 * t as f32).sin();
        Asked {
            x: columns(steps, wave),
            values: columns(steps, |t, b| wave(t + 1, b)),
            steps,
            ..Asked::default()
        }
    });
    // The sine's own variance is 0.5. At the very first step rising and falling look alike: guessing their
    // mean costs mean(sin(0.4) cos)^2 = 0.076 there, 0.0025 over thirty steps, and the rest is to be exact.
    assert!(loss < 0.0045, "{loss}");
}

#[test]
fn an_lstm_tells_the_parity_of_a_string_of_any_length() {
    let steps = 10;
    let mut net = network(CellKind::Lstm, Readout::ManyToOne, (2, 24, 2), None);
    let loss = learned(&mut net, 1000, 0.01, |rng| {
        let ids: Vec<SymbolId> = (0..steps * BATCH).map(|_| rng.random_range(0..2)).collect();
        let lengths: Vec<usize> = (0..BATCH).map(|_| rng.random_range(1..=steps)).collect();
        let parity = |b: usize| (0..lengths[b]).map(|t| ids[t * BATCH + b]).sum::<u16>() % 2;
        Asked {
            classes: (0..BATCH).map(parity).collect(),
            ids,
            lengths: Some(lengths),
            steps,
            ..Asked::default()
        }
    });
    // Whoever misses one bit can do no better than ln 2 = 0.69.
    assert!(loss < 0.05, "{loss}");
}

#[test]
fn a_gru_adds_two_marked_numbers() {
    // Hochreiter and Schmidhuber (1997): the sum of the two values that are marked, among others.
    let steps = 12;
    let mut net = network(CellKind::Gru, Readout::ManyToOne, (2, 24, 1), None);
    let loss = learned(&mut net, 600, 0.01, |rng| {
        let mut x: Vec<f32> = (0..steps * BATCH)
            .flat_map(|_| [rng.random_range(0.0..1.0), 0.0])
            .collect();
        let values = (0..BATCH)
            .map(|b| {
                let first = rng.random_range(0..steps / 2);
                let second = rng.random_range(steps / 2..steps);
                let mut marked = |t: usize| {
                    let at = 2 * (t * BATCH + b);
                    x[at + 1] = 1.0;
                    x[at]
                };
                marked(first) + marked(second)
            })
            .collect();
        Asked {
            x,
            values,
            steps,
            ..Asked::default()
        }
    });
    // Always answering 1 costs the variance of the sum of two uniform numbers, 1/6.
    assert!(loss < 0.01, "{loss}");
}

#[test]
fn every_gated_cell_copies_with_a_delay() {
    let (steps, delay, symbols) = (16, 4, 4);
    for cell in [CellKind::Gru, CellKind::Lstm] {
        let mut net = network(cell, Readout::ManyToMany, (symbols, 32, symbols), None);
        let loss = learned(&mut net, 500, 0.01, |rng| {
            let ids: Vec<SymbolId> = (0..steps * BATCH)
                .map(|_| rng.random_range(0..symbols) as SymbolId)
                .collect();
            // Before anything can be copied the answer is 0.
            let copied =
                |t: usize, b: usize| t.checked_sub(delay).map_or(0, |t| ids[t * BATCH + b]);
            Asked {
                classes: columns(steps, copied),
                ids: ids.clone(),
                steps,
                ..Asked::default()
            }
        });
        // Guessing among four costs 12/16 ln 4 = 1.04.
        assert!(loss < 0.05, "{cell:?}: {loss}");
    }
}

#[test]
fn one_value_unfolds_into_a_sequence() {
    // Each of four starting points has a wave of its own frequency; the output is fed back.
    let steps = 12;
    let mut net = network(CellKind::Gru, Readout::OneToMany, (1, 24, 1), None);
    let loss = learned(&mut net, 1000, 0.005, |rng| {
        let starts: Vec<usize> = (0..BATCH).map(|_| rng.random_range(0..4)).collect();
        let start = |b: usize| starts[b] as f32 / 2.0 - 0.75;
        Asked {
            x: (0..BATCH).map(start).collect(),
            values: columns(steps, |t, b| {
                (0.3 * (starts[b] + 1) as f32 * (t + 1) as f32).sin()
            }),
            steps,
            ..Asked::default()
        }
    });
    // Whoever does not keep the starting point in mind answers the mean of four waves: about 0.4.
    assert!(loss < 0.02, "{loss}");
}

#[test]
fn a_string_is_reversed_sequence_to_sequence() {
    // Note 002's translation in its smallest form, with ragged lengths on both sides. Symbol 0 begins.
    let (steps, symbols) = (6, 5);
    let mut net = network(
        CellKind::Gru,
        Readout::SequenceToSequence,
        (symbols + 1, 48, symbols + 1),
        Some(symbols + 1),
    );
    let loss = learned(&mut net, 1000, 0.005, |rng| {
        let ids: Vec<SymbolId> = (0..steps * BATCH)
            .map(|_| rng.random_range(1..=symbols) as SymbolId)
            .collect();
        let lengths: Vec<usize> = (0..BATCH).map(|_| rng.random_range(1..=steps)).collect();
        let reversed = |t: usize, b: usize| match lengths[b].checked_sub(t + 1) {
            Some(at) => ids[at * BATCH + b],
            None => 0,
        };
        // Teacher forcing: the decoder reads what it should have answered a step before.
        let before = |t: usize, b: usize| t.checked_sub(1).map_or(0, |t| reversed(t, b));
        Asked {
            classes: columns(steps, reversed),
            decoder_ids: columns(steps, before),
            lengths: Some(lengths.clone()),
            ids: ids.clone(),
            steps,
            ..Asked::default()
        }
    });
    // Guessing among five costs ln 5 = 1.61.
    assert!(loss < 0.1, "{loss}");
}
