//! Truncated back-propagation through time: what is cut, what is carried, what a batch means.

use crate::common::{
    Bug, Chunk, Plain, loss_and_gradients, problem, relative_error, small_config, sums, vanilla,
};
use babble::data::vocab::SymbolId;
use babble::nn::cell::Input;
use babble::nn::loss::{all, cross_entropy};
use babble::nn::model::{Tape, forward};
use babble::nn::params::{Params, Sizes};
use babble::training::trainer::Trainer;

const SIZES: Sizes = vanilla(6, 9, 6);

#[test]
fn one_chunk_of_the_whole_text_is_full_bptt() {
    let text = sums(20);
    let config =
        small_config(|c| (c.batch_size, c.sequence_length, c.clip_norm) = (1.0, 1000.0, 0.0));
    let mut trainer = Trainer::<f64>::new(config, &text).expect("the text is long enough");
    let training: Vec<SymbolId> = trainer.corpus().training().to_vec();
    let params = trainer.model().params.clone();
    let loss = trainer.gradients().expect("fresh weights do not diverge");

    let steps = training.len() - 1;
    let whole = Chunk {
        batch: 1,
        steps,
        inputs: training[..steps].to_vec(),
        targets: training[1..].to_vec(),
        h0: vec![0.0; params.sizes().hidden],
    };
    let (full_loss, full) = Plain { bug: Bug::None }.loss_and_gradients(&params, &whole);
    // f64 rounding over some hundred steps.
    assert!((loss - full_loss).abs() < 1e-12);
    let error = relative_error(trainer.gradients_mut().values(), full.values());
    assert!(error < 1e-11, "{error:e}");
}

#[test]
fn a_step_takes_the_mean_over_the_next_characters_of_every_stream() {
    let (batch, steps) = (4, 16);
    let mut trainer =
        Trainer::<f64>::new(small_config(|_| ()), &sums(60)).expect("the text is long enough");
    let training: Vec<SymbolId> = trainer.corpus().training().to_vec();
    let params = trainer.model().params.clone();
    let loss = trainer.gradients().expect("fresh weights do not diverge");

    let length = (training.len() - 1) / batch;
    let read = |ahead: usize| {
        let at = |t: usize| (0..batch).map(move |b| b * length + t + ahead);
        (0..steps).flat_map(at).map(|at| training[at]).collect()
    };
    let chunk = Chunk {
        batch,
        steps,
        inputs: read(0),
        targets: read(1),
        h0: vec![0.0; batch * params.sizes().hidden],
    };
    let (expected_loss, expected) = Plain { bug: Bug::None }.loss_and_gradients(&params, &chunk);
    assert!((loss - expected_loss).abs() < 1e-12);
    let error = relative_error(trainer.gradients_mut().values(), expected.values());
    assert!(error < 1e-12, "{error:e}");
}

#[test]
fn a_batch_is_the_mean_of_its_streams() {
    let (params, chunk) = problem(SIZES, 5, 7, 2);
    let (loss, gradients) = loss_and_gradients(&params, &chunk);
    let mut mean_loss = 0.0;
    let mut mean = Params::<f64>::zeros(SIZES);
    for b in 0..chunk.batch {
        let of_stream =
            |ids: &[SymbolId]| ids.iter().copied().skip(b).step_by(chunk.batch).collect();
        let single = Chunk {
            batch: 1,
            steps: chunk.steps,
            inputs: of_stream(&chunk.inputs),
            targets: of_stream(&chunk.targets),
            h0: chunk.h0[b * SIZES.hidden..][..SIZES.hidden].to_vec(),
        };
        let (loss, gradients) = loss_and_gradients(&params, &single);
        mean_loss += loss / chunk.batch as f64;
        for (mean, gradient) in mean.values_mut().iter_mut().zip(gradients.values()) {
            *mean += gradient / chunk.batch as f64;
        }
    }
    assert!((loss - mean_loss).abs() < 1e-12);
    assert!(relative_error(gradients.values(), mean.values()) < 1e-12);
}

#[test]
fn the_state_flows_from_chunk_to_chunk() {
    let (params, chunk) = problem(SIZES, 2, 12, 4);
    let begin = |steps| {
        let mut tape = Tape::<f64>::new(SIZES, 2, steps);
        tape.state_mut(0).0.copy_from_slice(&chunk.h0);
        tape
    };
    let mut whole = begin(12);
    forward(&params, Input::Symbols(&chunk.inputs), 12, &mut whole);
    let whole_nats = cross_entropy(whole.outputs_mut(), &chunk.targets, all);

    let mut parts = begin(5);
    let mut nats = 0.0;
    for (inputs, targets) in chunk.inputs.chunks(2 * 5).zip(chunk.targets.chunks(2 * 5)) {
        parts.carry_state();
        forward(
            &params,
            Input::Symbols(inputs),
            inputs.len() / 2,
            &mut parts,
        );
        nats += cross_entropy(parts.outputs_mut(), targets, all);
    }
    // The forward pass of a column is the same arithmetic in either case; only the sum of losses is cut.
    assert!((nats - whole_nats).abs() < 1e-12);
    assert_eq!(parts.next_state(0), whole.next_state(0));
}

#[test]
fn the_state_begins_at_zero_with_every_epoch() {
    let config =
        small_config(|c| (c.batch_size, c.sequence_length, c.learning_rate) = (1.0, 64.0, 1e-6));
    let mut trainer = Trainer::<f64>::new(config, &sums(20)).expect("the text is long enough");
    let mut first_losses = Vec::new();
    while trainer.cursor().epoch < 2 {
        let begins = trainer.cursor().position == 0;
        let report = trainer.step().expect("it does not diverge");
        if begins {
            first_losses.push(report.loss);
        }
    }
    // The weights hardly move at this learning rate, but a carried state would move the loss by 1e-3 and more.
    assert_eq!(first_losses.len(), 2);
    assert!(
        (first_losses[0] - first_losses[1]).abs() < 1e-4,
        "{first_losses:?}"
    );
}
