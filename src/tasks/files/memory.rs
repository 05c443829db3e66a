//! What answering a request takes.

use super::Wanted;
use super::sequences::SequenceFile;
use crate::nn::lenses;
use crate::nn::model::Tape;
use crate::nn::params::{Params, Sizes};
use crate::tasks::network::Network;

/// What [`super::run`] takes beside its tapes.
#[derive(Debug, Clone, Copy)]
pub struct Overhead {
    /// Bytes of both files.
    pub files: u64,
    pub wanted: Wanted,
}

/// Bytes that [`super::run`] takes at most; saturates.
pub fn working_bytes(
    network: &Network<f32>,
    source: &SequenceFile,
    decoder: Option<&SequenceFile>,
    steps: usize,
    overhead: Overhead,
) -> u64 {
    let sizes = network.params.sizes();
    let batch = source.batch;
    let reads = network.encoder.as_ref().unwrap_or(&network.params).sizes();
    let tape = Tape::<f32>::bytes(reads, batch, steps);
    let (tapes, answered) = match decoder {
        Some(decoder) => (
            tape.saturating_add(Tape::<f32>::bytes(sizes, batch, decoder.steps)),
            decoder.steps,
        ),
        None => (tape, steps),
    };
    let columns = |steps: usize| (batch as u64).saturating_mul(steps as u64);
    let weights = network.params.len() + network.encoder.as_ref().map_or(0, Params::len);
    // The weights as they are read, turned and kept; their gradients likewise, on the way out.
    let weights = weights as u64 * if overhead.wanted.backward { 6 } else { 3 };
    // What is answered stands on a tape, in the answer and in its file; what is read, and its gradient, likewise.
    let outputs = columns(answered).saturating_mul(2 * sizes.outputs as u64);
    let inputs = columns(steps + decoder.map_or(0, |d| d.steps))
        .saturating_mul(reads.inputs.max(sizes.inputs) as u64 * 3);
    let inputs = if source.values.is_dense() {
        inputs
    } else {
        columns(steps)
    };
    let inspected = inspected_bytes(sizes, batch, steps, overhead.wanted);
    // Both files, and the numbers in them once more.
    weights
        .saturating_add(outputs)
        .saturating_add(inputs)
        .saturating_mul(size_of::<f32>() as u64)
        .saturating_add(tapes)
        .saturating_add(inspected)
        .saturating_add(overhead.files.saturating_mul(2))
}

/// Bytes that `activations` and `lag` add, most of them one stream at a time; saturates.
fn inspected_bytes(sizes: Sizes, batch: usize, steps: usize, wanted: Wanted) -> u64 {
    // Each stands in the answer and in its file.
    let answered = (2 * size_of::<f32>() as u64)
        .saturating_mul(batch as u64)
        .saturating_mul(steps as u64);
    let activations = answered
        .saturating_mul((sizes.layers * sizes.hidden) as u64)
        .saturating_add(lenses::read_bytes::<f32>(sizes, steps));
    let lag = answered.saturating_add(lenses::influence_bytes::<f32>(sizes, steps));
    let of = |wanted: bool, bytes: u64| if wanted { bytes } else { 0 };
    of(wanted.activations, activations).saturating_add(of(wanted.lag, lag))
}
