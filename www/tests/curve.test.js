import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf } from '../src/chart/columns.js';
import { Curve, HELD_OUT_POINTS, MARKS, TRAINING_POINTS } from '../src/curve.js';
import { Curves } from '../src/curves.js';
import { effects } from '../src/effects.js';
import { initialState, reduce } from '../src/state.js';
import {
  CONFIG,
  heldOut,
  play,
  progress,
  report,
  snapshot,
  started,
  TRAINING,
} from './happenings.js';

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const present = (column) => column.filter((value) => value !== null);

/** Where a step is, at 100 characters and 10 ms each. */
const at = (step) => ({ step, charactersSeen: step * 100, seconds: step / 100 });

/** What is drawn of a curve, not smoothed. */
const drawn = (curve, by = 'step') => columnsOf(curve, by, 1);

test('few_losses_are_drawn_as_they_are', () => {
  const curve = new Curve();
  curve.add(at(3), [4, 3, 2]);
  const { x, raw } = drawn(curve);
  assert.deepEqual([...x], [1, 2, 3]);
  assert.deepEqual(raw, [4, 3, 2]);
});

test('the_steps_of_a_slice_share_its_characters_and_its_time', () => {
  const curve = new Curve();
  curve.beginAt({ step: 10, charactersSeen: 1000, seconds: 7 });
  curve.add({ step: 14, charactersSeen: 1400, seconds: 9 }, [4, 3, 2, 1]);
  assert.deepEqual([...drawn(curve).x], [11, 12, 13, 14]);
  assert.deepEqual([...drawn(curve, 'charactersSeen').x], [1100, 1200, 1300, 1400]);
  assert.deepEqual([...drawn(curve, 'seconds').x], [7.5, 8, 8.5, 9]);
});

test('a_full_curve_merges_neighbours_into_their_mean', () => {
  const curve = new Curve(4, 4);
  curve.add(at(8), [8, 7, 6, 5, 4, 3, 2, 1]);
  const { x, raw } = drawn(curve);
  assert.deepEqual([...x], [1.5, 3.5, 5.5, 7.5]);
  assert.deepEqual(raw, [7.5, 5.5, 3.5, 1.5]);
  assert.deepEqual([...drawn(curve, 'charactersSeen').x], [150, 350, 550, 750]);
});

test('thinning_keeps_the_mean_and_the_order_however_long_the_run', () => {
  const curve = new Curve(64, 8);
  const losses = Array.from({ length: 1000 }, (_, i) => 4 - i / 500 + (i % 3) / 10);
  losses.forEach((loss, i) => {
    curve.add(at(i + 1), [loss]);
  });
  const { x, raw } = drawn(curve);
  assert.ok(x.length <= 65);
  assert.ok(x.every((step, i) => i === 0 || step > x[i - 1]));
  // 1,000 steps are 62 whole points of 16 and one of 8: the means are of unequal weight by that.
  assert.ok(Math.abs(mean(raw) - mean(losses)) < 0.02);
  assert.ok(x[0] < 16 && x.at(-1) > 984);
});

test('a_long_run_stays_within_its_bounds', () => {
  const curve = new Curve();
  for (let step = 100; step <= 100_000; step += 100) {
    curve.add(at(step), new Float32Array(100).fill(2));
    curve.addHeldOut({ step: step - 50, loss: 2 });
    curve.addHeldOut({ step, loss: 2 });
    curve.mark('learningRate', step, step + 1);
    curve.mark('dropout', 0, step);
    assert.ok(curve.training.step.length <= TRAINING_POINTS);
    assert.ok(curve.heldOut.step.length <= HELD_OUT_POINTS);
    assert.ok(curve.marks.length <= MARKS);
  }
  assert.ok(curve.training.step.length >= TRAINING_POINTS / 2);
  assert.ok(curve.heldOut.step.length >= HELD_OUT_POINTS / 2);
});

test('held_out_points_stand_among_the_steps_in_order_and_at_their_time', () => {
  const curve = new Curve();
  curve.addHeldOut({ step: 0, loss: 5 });
  curve.add(at(4), [4, 3, 2, 1]);
  curve.addHeldOut({ step: 2, loss: 3.5 });
  const { x, heldOut } = drawn(curve);
  assert.deepEqual([...x], [0, 1, 2, 2, 3, 4]);
  assert.deepEqual(present(heldOut), [5, 3.5]);
  assert.deepEqual([...curve.heldOut.charactersSeen], [0, 200]);
  assert.deepEqual([...curve.heldOut.seconds], [0, 0.02]);
});

test('a_held_out_loss_measured_again_replaces_itself', () => {
  const curve = new Curve();
  curve.addHeldOut({ step: 5, loss: 3 });
  curve.addHeldOut({ step: 5, loss: 2 });
  assert.deepEqual([...curve.heldOut.loss], [2]);
});

test('going_back_forgets_what_came_after', () => {
  const curve = new Curve();
  curve.add(at(6), [6, 5, 4, 3, 2, 1]);
  curve.addHeldOut({ step: 2, loss: 5 });
  curve.addHeldOut({ step: 6, loss: 1 });
  curve.mark('learningRate', 1, 2);
  curve.dropAfter(3);
  const { x, raw, heldOut } = drawn(curve);
  assert.deepEqual([...x], [1, 2, 2, 3]);
  assert.deepEqual(present(raw), [6, 5, 4]);
  assert.deepEqual(present(heldOut), [5]);
  assert.deepEqual(curve.marks, []);
  assert.deepEqual(curve.place, at(3));
  curve.add(at(4), [9]);
  assert.equal(drawn(curve).x.at(-1), 4);
  assert.equal(curve.training.seconds.at(-1), 0.04);
});

test('steps_that_are_taken_again_replace_those_that_were_given_up', () => {
  const curve = new Curve();
  curve.add(at(6), [6, 5, 4, 3, 2, 1]);
  curve.add({ ...at(4), seconds: 0.1 }, [9, 8]);
  const { x, raw } = drawn(curve);
  assert.deepEqual([...x], [1, 2, 3, 4]);
  assert.deepEqual(raw, [6, 5, 9, 8]);
  assert.ok(curve.training.seconds.every((value, i, all) => i === 0 || value > all[i - 1]));
});

test('an_explosion_is_marked_where_the_run_went_back_to_and_its_time_is_spent', () => {
  const curve = new Curve();
  curve.add(at(100), new Float32Array(100).fill(2));
  curve.mark('clipNorm', 1, 5);
  curve.explode(40, 0.1, 0.05);
  assert.deepEqual(curve.place, { ...at(40), seconds: 1 });
  assert.deepEqual(
    curve.marks.map(({ knob, step, from, to }) => [knob, step, from, to]),
    [
      // The clip that was chosen after step 40 is in force from there on.
      ['clipNorm', 40, 1, 5],
      ['explosion', 40, 0.1, 0.05],
    ],
  );
});

test('a_knob_moved_through_many_values_is_one_change_and_one_turned_back_is_none', () => {
  const curve = new Curve();
  curve.add(at(500), new Float32Array(500).fill(2));
  curve.mark('temperature', 0.8, 0.85);
  curve.mark('learningRate', 1, 2);
  curve.mark('temperature', 0.85, 0.9);
  assert.deepEqual(
    curve.marks.map(({ knob, from, to }) => [knob, from, to]),
    [
      ['learningRate', 1, 2],
      ['temperature', 0.8, 0.9],
    ],
  );
  curve.mark('temperature', 0.9, 0.8);
  assert.deepEqual(
    curve.marks.map(({ knob }) => knob),
    ['learningRate'],
  );
  curve.add(at(1000), new Float32Array(500).fill(2));
  curve.mark('learningRate', 2, 1);
  assert.deepEqual(
    curve.marks.map(({ step, to }) => [step, to]),
    [
      [500, 2],
      [1000, 1],
    ],
  );
});

test('a_curve_comes_back_from_a_message_as_it_was_and_goes_on_as_it_would_have', () => {
  const curve = new Curve(64, 8);
  const play = (to, from, steps) => {
    for (let step = from; step < from + steps; step++) {
      to.add(at(step + 1), [3 + Math.sin(step)]);
      if (step % 7 === 0) to.addHeldOut({ step, loss: 3 });
      if (step % 300 === 0) to.mark('dropout', step, step + 1);
    }
  };
  play(curve, 0, 1003);
  const copy = Curve.fromPlain(structuredClone(curve.toPlain()), 64, 8);
  assert.deepEqual(copy.toPlain(), curve.toPlain());
  play(curve, 1003, 500);
  play(copy, 1003, 500);
  assert.deepEqual(copy.toPlain(), curve.toPlain());
  assert.ok(curve.toPlain().training.loss instanceof Float64Array);
});

test('the_smoothed_line_keeps_to_a_loss_that_falls_fast_and_calms_one_that_is_noisy', () => {
  const curve = new Curve();
  const falling = Array.from({ length: 60 }, (_, i) => 2.5 + 1.9 * Math.exp(-i / 5));
  curve.add(at(60), falling);
  const { raw, smoothed } = columnsOf(curve, 'step', 10);
  const lag = smoothed.map((value, i) => Number(value) - Number(raw[i]));
  // A plain average of ten steps is 1 nat above such a loss.
  assert.ok(Math.max(...lag) < 0.35, `lags ${Math.max(...lag)}`);

  const noise = Array.from({ length: 600 }, (_, i) => 2 + (i % 2 === 0 ? 0.5 : -0.5));
  curve.add(at(660), noise);
  const calm = columnsOf(curve, 'step', 10).smoothed.slice(-100).map(Number);
  assert.ok(Math.max(...calm) - Math.min(...calm) < 0.11);
  const calmer = columnsOf(curve, 'step', 40).smoothed.slice(-100).map(Number);
  assert.ok(Math.max(...calmer) - Math.min(...calmer) < 0.03);
});

test('a_loss_that_is_no_number_is_not_drawn', () => {
  const curve = new Curve();
  curve.add(at(2), [Number.NaN, 3]);
  assert.deepEqual(drawn(curve).raw, [3]);
});

test('losses_are_drawn_in_the_unit_that_is_asked_for', () => {
  const curve = new Curve();
  curve.add(at(1), [Math.LN2]);
  curve.addHeldOut({ step: 1, loss: Math.LN2 * 2 });
  const { raw, heldOut } = columnsOf(curve, 'step', 1, (nats) => nats / Math.LN2);
  assert.deepEqual([...present(raw), ...present(heldOut)], [1, 2]);
});

/** Plays happenings as main.js does, for the curves alone. */
function record(curves, happenings, state = initialState()) {
  for (const event of happenings) {
    const before = state;
    state = reduce(before, event);
    effects(before, event, state);
    curves.record(before, event, state);
  }
  return state;
}

test('undo_brings_the_curve_back_as_far_as_its_snapshot', () => {
  const curves = new Curves();
  const happenings = [...TRAINING, progress(1, 4, [4, 3, 2, 1]), heldOut(1, 4, 1), snapshot(1, 3)];
  const state = record(curves, [...happenings, { type: 'reset' }]);
  assert.equal(curves.current.isEmpty, true);
  record(curves, [{ type: 'undo' }], state);
  assert.deepEqual([...curves.current.training.step], [1, 2, 3]);
});

test('after_a_fault_the_curve_goes_on_from_the_snapshot', () => {
  const curves = new Curves();
  const fault = { type: 'fault', message: '' };
  record(curves, [...TRAINING, progress(1, 4, [4, 3, 2, 1]), snapshot(1, 2), fault]);
  assert.deepEqual([...curves.current.training.step], [1, 2]);
});

test('a_new_run_begins_a_new_curve', () => {
  const curves = new Curves();
  const state = record(curves, [...TRAINING, progress(1, 1, [4]), { type: 'reset' }]);
  record(curves, [{ type: 'train' }], state);
  assert.equal(curves.current.isEmpty, true);
});

test('a_run_that_goes_on_from_a_file_counts_its_characters_from_there', () => {
  const curves = new Curves();
  const begun = [
    ...TRAINING.slice(0, 3),
    { ...started(1), run: report({ step: 9, charactersSeen: 900 }) },
  ];
  record(curves, [...begun, progress(1, 10, [3])]);
  assert.deepEqual([...curves.current.training.charactersSeen], [1000]);
});

test('what_is_turned_while_a_run_goes_on_is_marked_where_it_was_turned', () => {
  const curves = new Curves();
  const config = { ...CONFIG, learningRate: 0.001 };
  const turned = [
    { type: 'setVoice', change: { temperature: 0.7 } },
    ...TRAINING,
    progress(1, 4, [4, 3, 2, 1]),
    { type: 'tuned', runId: 1, config },
    { type: 'setVoice', change: { temperature: 0.5 } },
    { type: 'setVoice', change: { prompt: 'x' } },
  ];
  const state = record(curves, turned);
  const marks = () =>
    curves.current.marks.map(({ knob, step, from, to }) => [knob, step, from, to]);
  assert.deepEqual(marks(), [
    ['learningRate', 4, 0.005, 0.001],
    ['temperature', 4, 0.7, 0.5],
  ]);
  const diverged = {
    type: 'diverged',
    runId: 1,
    step: 5,
    loss: Number.NaN,
    learningRate: 0.001,
    restoredStep: 2,
    config: { ...config, learningRate: 0.0005 },
    times: 1,
    stopped: false,
  };
  record(curves, [diverged], state);
  assert.deepEqual(marks().at(-1), ['explosion', 2, 0.001, 0.0005]);
});

test('a_restored_run_goes_on_counting_the_time_that_it_has_trained', () => {
  const { sent } = play([...TRAINING, snapshot(1, 50), { type: 'fault', message: '' }]);
  assert.equal(sent.at(-1).trainedMs, 500);
});
