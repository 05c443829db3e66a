//! The zero states that chunks begin with, by chance or with a passage, which no public function shows.

use super::*;
use crate::config::{CellKind, RawConfig};
use crate::nn::params::Sizes;

const STREAMS: Streams = Streams {
    batch: 6,
    length: 4000,
    passage: 4000,
    steps: 2,
};

/// For each step from the second on, which streams began it with h = c = 0.
fn resets(state_reset: f64, seed: u32, shards: u32, steps: u64) -> Vec<Vec<bool>> {
    zero_states(STREAMS, state_reset, seed, shards, steps).split_off(1)
}

/// For each step, which of these streams began it with h = c = 0.
fn zero_states(
    streams: Streams,
    state_reset: f64,
    seed: u32,
    shards: u32,
    steps: u64,
) -> Vec<Vec<bool>> {
    let config = Config::from_raw(&RawConfig {
        cell: CellKind::Lstm,
        layers: 2.0,
        hidden_size: 3.0,
        batch_size: 6.0,
        seed: f64::from(seed),
        shards: f64::from(shards),
        state_reset,
        ..RawConfig::default()
    })
    .expect("within bounds");
    let sizes = Sizes {
        cell: config.cell,
        inputs: 4,
        hidden: 3,
        layers: 2,
        outputs: 4,
    };
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let params = Params::<f64>::random(sizes, config.initialization, 1.0, &mut rng);
    let training: Vec<SymbolId> = (0..24_001).map(|at| (at % 4) as SymbolId).collect();
    let mut shards: Vec<_> = (0..config.shards)
        .map(|index| Shard::new(&config, &params, streams, index))
        .collect();
    let mut cursor = Cursor::default();
    let mut all = Vec::new();
    for step in 0..steps {
        let chunk = Chunk {
            config: &config,
            params: &params,
            training: &training,
            streams,
            cursor,
            step,
        };
        let mut zero = Vec::new();
        for shard in &mut shards {
            shard.read(&chunk, true);
            for stream in 0..shard.streams.len() {
                let states = (0..2).map(|layer| {
                    let (h, c) = shard.tape.state_mut(layer);
                    let column = stream * 3..(stream + 1) * 3;
                    let is_zero = |values: &[f64]| values[column.clone()] == [0.0; 3];
                    assert_eq!(is_zero(h), is_zero(c), "h and c together");
                    is_zero(h)
                });
                let states: Vec<bool> = states.collect();
                assert_eq!(states[0], states[1], "all layers together");
                zero.push(states[0]);
            }
        }
        all.push(zero);
        cursor.advance(streams);
    }
    all
}

fn share(resets: &[Vec<bool>]) -> f64 {
    let count = resets.iter().flatten().filter(|&&zero| zero).count();
    count as f64 / (resets.len() * STREAMS.batch) as f64
}

#[test]
fn states_are_reset_as_often_as_the_setting_says() {
    assert_eq!(share(&resets(0.0, 1, 1, 100)), 0.0);
    assert_eq!(share(&resets(1.0, 1, 1, 100)), 1.0);
    // Four standard deviations of 6000 draws.
    let allowed = 4.0 * (0.1_f64 * 0.9 / 6000.0).sqrt();
    assert!((share(&resets(0.1, 1, 1, 1001)) - 0.1).abs() < allowed);
}

#[test]
fn a_reset_depends_on_seed_step_and_stream_and_not_on_the_shards() {
    let one = resets(0.3, 7, 1, 200);
    assert_eq!(resets(0.3, 7, 4, 200), one);
    assert_ne!(resets(0.3, 8, 1, 200), one);
    for other in 1..STREAMS.batch {
        assert!(one.iter().any(|step| step[0] != step[other]));
    }
    assert!(one.windows(2).any(|steps| steps[0] != steps[1]));
}

#[test]
fn every_passage_and_no_other_chunk_begins_with_zero_states() {
    let streams = Streams::cut(24_000, 6, 10).with_steps(4);
    // Passages of ten are read in chunks of four, three and three.
    let expected: Vec<_> = (0..60).map(|step| vec![step % 3 == 0; 6]).collect();
    assert_eq!(zero_states(streams, 0.0, 1, 2, 60), expected);
}
