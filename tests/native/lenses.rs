//! What is shown of a network's inside is what it does: its loss, its states, and the slope of its loss.

use crate::common::rng;
use babble::config::{CellKind, Initialization};
use babble::data::vocab::SymbolId;
use babble::nn::cell::Input;
use babble::nn::lenses::{influence, read};
use babble::nn::params::{Params, Sizes};
use babble::tasks::network::{Network, Readout, Request, Sequences, Target};
use babble::training::validation::{Evaluation, Purpose};

const CELLS: [CellKind; 4] = [CellKind::Rnn, CellKind::Relu, CellKind::Gru, CellKind::Lstm];
const SYMBOLS: usize = 7;
const HIDDEN: usize = 5;

fn params(cell: CellKind, layers: usize) -> Params<f64> {
    let sizes = Sizes {
        cell,
        inputs: SYMBOLS,
        hidden: HIDDEN,
        layers,
        outputs: SYMBOLS,
    };
    Params::random(sizes, Initialization::Orthogonal, 1.0, &mut rng(3))
}

/// A text longer than a pass of the network, and no multiple of one.
fn text() -> Vec<SymbolId> {
    (0..150u32).map(|t| (t * t % 7) as SymbolId).collect()
}

fn asked(
    params: &Params<f64>,
    input: Input<'_, f64>,
    steps: usize,
    target: Option<SymbolId>,
) -> babble::tasks::network::Response<f64> {
    let classes: Vec<_> = target.into_iter().collect();
    let network = Network {
        params: params.clone(),
        encoder: None,
        readout: Readout::ManyToOne,
    };
    let request = Request {
        batch: 1,
        source: Sequences {
            input,
            steps,
            lengths: None,
        },
        decoder: None,
        h0: None,
        c0: None,
        target: target.map(|_| Target::Classes(&classes)),
    };
    network.run(&request, target.is_some())
}

fn one_hot(ids: &[SymbolId]) -> Vec<f64> {
    let mut x = vec![0.0; ids.len() * SYMBOLS];
    for (x, &id) in x.chunks_exact_mut(SYMBOLS).zip(ids) {
        x[usize::from(id)] = 1.0;
    }
    x
}

#[test]
fn the_mean_surprise_is_the_loss_that_is_measured() {
    for cell in CELLS {
        let (params, ids) = (params(cell, 2), text());
        let surprise = read(&params, &ids, false).surprise;
        assert_eq!(surprise.len(), ids.len() - 1);
        let mean = surprise.iter().map(|&s| f64::from(s)).sum::<f64>() / surprise.len() as f64;
        let mut evaluation = Evaluation::new(&params);
        evaluation.begin(&params, 0, Purpose::Report);
        let measured = std::iter::repeat_with(|| evaluation.advance(&ids))
            .flatten()
            .next();
        let loss = measured.map(|held_out| held_out.loss).expect("a loss");
        // Each surprise is rounded to single precision.
        assert!((mean - loss).abs() < 1e-6, "{cell:?}: {mean}, {loss}");
    }
}

#[test]
fn the_units_are_the_states_that_a_network_answers_from() {
    for cell in CELLS {
        let (params, ids) = (params(cell, 2), text());
        let units = read(&params, &ids, true).units;
        assert_eq!(units.len(), 2 * HIDDEN * ids.len());
        for read in [1, 64, 65, 150] {
            let answer = asked(&params, Input::Symbols(&ids[..read]), read, None);
            let shown = &units[(read - 1) * 2 * HIDDEN..][..2 * HIDDEN];
            for (shown, h) in shown.iter().zip(&answer.h_n) {
                // Rounded to single precision.
                assert!(
                    (f64::from(*shown) - h).abs() < 1e-6,
                    "{cell:?} after {read}"
                );
            }
        }
    }
}

#[test]
fn influence_is_the_slope_of_the_loss_at_every_character() {
    for cell in CELLS {
        for layers in [1, 2] {
            let (params, ids) = (params(cell, layers), text());
            let (ids, target) = (&ids[..12], ids[12]);
            let influence = influence(&params, ids, target);
            let x = one_hot(ids);
            let loss = |x: &[f64]| {
                asked(&params, Input::Dense(x), ids.len(), Some(target))
                    .loss
                    .expect("a loss")
            };
            for (t, shown) in influence.iter().enumerate() {
                let slope = |symbol: usize| {
                    // Central differences in f64 are exact to about the square of this.
                    const NUDGE: f64 = 1e-5;
                    let at = |by: f64| {
                        let mut x = x.clone();
                        x[t * SYMBOLS + symbol] += by;
                        loss(&x)
                    };
                    (at(NUDGE) - at(-NUDGE)) / (2.0 * NUDGE)
                };
                let length = (0..SYMBOLS).map(|s| slope(s).powi(2)).sum::<f64>().sqrt();
                assert!(
                    (shown - length).abs() < 1e-8,
                    "{cell:?} {layers} at {t}: {shown}, {length}"
                );
            }
        }
    }
}
