import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Curve, HELD_OUT_POINTS, TRAINING_POINTS } from '../src/curve.js';
import { Curves } from '../src/curves.js';
import { effects } from '../src/effects.js';
import { initialState, reduce } from '../src/state.js';
import { heldOut, progress, snapshot, TRAINING } from './happenings.js';

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const present = (column) => column.filter((value) => value !== null);

test('few_losses_are_drawn_as_they_are', () => {
  const curve = new Curve();
  curve.add(3, [4, 3, 2]);
  const { steps, raw } = curve.columns();
  assert.deepEqual([...steps], [1, 2, 3]);
  assert.deepEqual(raw, [4, 3, 2]);
});

test('a_full_curve_merges_neighbours_into_their_mean', () => {
  const curve = new Curve(4, 4);
  curve.add(8, [8, 7, 6, 5, 4, 3, 2, 1]);
  const { steps, raw } = curve.columns();
  assert.deepEqual([...steps], [1.5, 3.5, 5.5, 7.5]);
  assert.deepEqual(raw, [7.5, 5.5, 3.5, 1.5]);
});

test('thinning_keeps_the_mean_and_the_order_however_long_the_run', () => {
  const curve = new Curve(64, 8);
  const losses = Array.from({ length: 1000 }, (_, i) => 4 - i / 500 + (i % 3) / 10);
  losses.forEach((loss, i) => {
    curve.add(i + 1, [loss]);
  });
  const { steps, raw } = curve.columns();
  assert.ok(steps.length <= 65);
  assert.ok(steps.every((step, i) => i === 0 || step > steps[i - 1]));
  // 1,000 steps are 62 whole points of 16 and one of 8: the means are of unequal weight by that.
  assert.ok(Math.abs(mean(raw) - mean(losses)) < 0.02);
  assert.ok(steps[0] < 16 && steps.at(-1) > 984);
});

test('a_long_run_stays_below_ten_thousand_points', () => {
  const curve = new Curve();
  for (let step = 100; step <= 100_000; step += 100) {
    curve.add(step, new Float32Array(100).fill(2));
    curve.addHeldOut({ step, loss: 2 });
    curve.addHeldOut({ step: step + 50, loss: 2 });
    assert.ok(curve.points < 10_000);
  }
  assert.ok(TRAINING_POINTS + HELD_OUT_POINTS + 1 < 10_000);
  assert.equal(curve.columns().steps.length, curve.points);
});

test('held_out_points_stand_among_the_steps_in_order', () => {
  const curve = new Curve();
  curve.addHeldOut({ step: 0, loss: 5 });
  curve.add(4, [4, 3, 2, 1]);
  curve.addHeldOut({ step: 2, loss: 3.5 });
  const { steps, heldOut } = curve.columns();
  assert.deepEqual([...steps], [0, 1, 2, 2, 3, 4]);
  assert.deepEqual(present(heldOut), [5, 3.5]);
});

test('a_held_out_loss_measured_again_replaces_itself', () => {
  const curve = new Curve();
  curve.addHeldOut({ step: 5, loss: 3 });
  curve.addHeldOut({ step: 5, loss: 2 });
  assert.deepEqual(present(curve.columns().heldOut), [2]);
});

test('going_back_forgets_what_came_after', () => {
  const curve = new Curve();
  curve.add(6, [6, 5, 4, 3, 2, 1]);
  curve.addHeldOut({ step: 2, loss: 5 });
  curve.addHeldOut({ step: 6, loss: 1 });
  curve.dropAfter(3);
  const { steps, raw, heldOut } = curve.columns();
  assert.deepEqual([...steps], [1, 2, 2, 3]);
  assert.deepEqual(present(raw), [6, 5, 4]);
  assert.deepEqual(present(heldOut), [5]);
  curve.add(4, [9]);
  assert.equal(curve.columns().steps.at(-1), 4);
});

test('the_smoothed_line_keeps_to_a_loss_that_falls_fast_and_calms_one_that_is_noisy', () => {
  const curve = new Curve();
  const falling = Array.from({ length: 60 }, (_, i) => 2.5 + 1.9 * Math.exp(-i / 5));
  curve.add(60, falling);
  const { raw, smoothed } = curve.columns();
  const lag = smoothed.map((value, i) => Number(value) - Number(raw[i]));
  // A plain average of ten steps is 1 nat above such a loss.
  assert.ok(Math.max(...lag) < 0.35, `lags ${Math.max(...lag)}`);

  const noise = Array.from({ length: 600 }, (_, i) => 2 + (i % 2 === 0 ? 0.5 : -0.5));
  curve.add(660, noise);
  const calm = curve.columns().smoothed.slice(-100).map(Number);
  assert.ok(Math.max(...calm) - Math.min(...calm) < 0.11);
});

test('a_loss_that_is_no_number_is_not_drawn', () => {
  const curve = new Curve();
  curve.add(2, [Number.NaN, 3]);
  assert.deepEqual(curve.columns().raw, [3]);
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
  assert.equal(curves.current.points, 0);
  record(curves, [{ type: 'undo' }], state);
  assert.deepEqual([...curves.current.columns().steps], [1, 2, 3]);
});

test('after_a_fault_the_curve_goes_on_from_the_snapshot', () => {
  const curves = new Curves();
  const fault = { type: 'fault', message: '' };
  record(curves, [...TRAINING, progress(1, 4, [4, 3, 2, 1]), snapshot(1, 2), fault]);
  assert.deepEqual([...curves.current.columns().steps], [1, 2]);
});

test('a_new_run_begins_a_new_curve', () => {
  const curves = new Curves();
  const state = record(curves, [...TRAINING, progress(1, 1, [4]), { type: 'reset' }]);
  record(curves, [{ type: 'train' }], state);
  assert.equal(curves.current.points, 0);
});
