import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf } from '../src/page/chart/columns.js';
import { csvOf } from '../src/page/chart/csv.js';
import { LossHistories } from '../src/page/chart/loss-histories.js';
import { initialState } from '../src/page/state.js';
import {
  HELD_OUT_POINTS,
  LossHistory,
  MARKS,
  TRAINING_POINTS,
} from '../src/shared/loss-history.js';
import {
  CONFIG,
  heldOut,
  play,
  progress,
  reduce,
  report,
  snapshot,
  started,
  TRAINING,
} from './messages.js';

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const present = (column) => column.filter((value) => value !== null);

/** Where a step is, at 100 characters and 10 ms each. */
const at = (step) => ({ step, charactersSeen: step * 100, seconds: step / 100 });

/** What is drawn of a history, not smoothed. */
const drawn = (history, by = 'step') => columnsOf(history, by, 1);

test('few_losses_are_drawn_as_they_are', () => {
  const history = new LossHistory();
  history.add(at(3), [4, 3, 2]);
  const { x, raw } = drawn(history);
  assert.deepEqual([...x], [1, 2, 3]);
  assert.deepEqual(raw, [4, 3, 2]);
});

test('the_steps_of_a_slice_share_its_characters_and_its_time', () => {
  const history = new LossHistory();
  history.beginAt({ step: 10, charactersSeen: 1000, seconds: 7 });
  history.add({ step: 14, charactersSeen: 1400, seconds: 9 }, [4, 3, 2, 1]);
  assert.deepEqual([...drawn(history).x], [11, 12, 13, 14]);
  assert.deepEqual([...drawn(history, 'charactersSeen').x], [1100, 1200, 1300, 1400]);
  assert.deepEqual([...drawn(history, 'seconds').x], [7.5, 8, 8.5, 9]);
});

test('a_full_curve_merges_neighbours_into_their_mean', () => {
  const history = new LossHistory(4, 4);
  history.add(at(8), [8, 7, 6, 5, 4, 3, 2, 1]);
  const { x, raw } = drawn(history);
  assert.deepEqual([...x], [1.5, 3.5, 5.5, 7.5]);
  assert.deepEqual(raw, [7.5, 5.5, 3.5, 1.5]);
  assert.deepEqual([...drawn(history, 'charactersSeen').x], [150, 350, 550, 750]);
});

test('thinning_keeps_the_mean_and_the_order_however_long_the_run', () => {
  const history = new LossHistory(64, 8);
  const losses = Array.from({ length: 1000 }, (_, i) => 4 - i / 500 + (i % 3) / 10);
  losses.forEach((loss, i) => {
    history.add(at(i + 1), [loss]);
  });
  const { x, raw } = drawn(history);
  assert.ok(x.length <= 65);
  assert.ok(x.every((step, i) => i === 0 || step > x[i - 1]));
  // 1,000 steps are 62 whole points of 16 and one of 8: the means are of unequal weight by that.
  assert.ok(Math.abs(mean(raw) - mean(losses)) < 0.02);
  assert.ok(x[0] < 16 && x.at(-1) > 984);
});

test('a_long_run_stays_within_its_bounds', () => {
  const history = new LossHistory();
  for (let step = 100; step <= 100_000; step += 100) {
    history.add(at(step), new Float32Array(100).fill(2));
    history.addHeldOut({ step: step - 50, loss: 2 });
    history.addHeldOut({ step, loss: 2 });
    history.mark('learningRate', step, step + 1);
    history.mark('dropout', 0, step);
    assert.ok(history.training.step.length <= TRAINING_POINTS);
    assert.ok(history.heldOut.step.length <= HELD_OUT_POINTS);
    assert.ok(history.marks.length <= MARKS);
  }
  assert.ok(history.training.step.length >= TRAINING_POINTS / 2);
  assert.ok(history.heldOut.step.length >= HELD_OUT_POINTS / 2);
});

test('held_out_points_stand_among_the_steps_in_order_and_at_their_time', () => {
  const history = new LossHistory();
  history.addHeldOut({ step: 0, loss: 5 });
  history.add(at(4), [4, 3, 2, 1]);
  history.addHeldOut({ step: 2, loss: 3.5 });
  const { x, heldOut } = drawn(history);
  assert.deepEqual([...x], [0, 1, 2, 2, 3, 4]);
  assert.deepEqual(present(heldOut), [5, 3.5]);
  assert.deepEqual([...history.heldOut.charactersSeen], [0, 200]);
  assert.deepEqual([...history.heldOut.seconds], [0, 0.02]);
});

test('a_held_out_loss_measured_again_replaces_itself', () => {
  const history = new LossHistory();
  history.addHeldOut({ step: 5, loss: 3 });
  history.addHeldOut({ step: 5, loss: 2 });
  assert.deepEqual([...history.heldOut.loss], [2]);
});

test('going_back_forgets_what_came_after', () => {
  const history = new LossHistory();
  history.add(at(6), [6, 5, 4, 3, 2, 1]);
  history.addHeldOut({ step: 2, loss: 5 });
  history.addHeldOut({ step: 6, loss: 1 });
  history.mark('learningRate', 1, 2);
  history.dropAfter(3);
  const { x, raw, heldOut } = drawn(history);
  assert.deepEqual([...x], [1, 2, 2, 3]);
  assert.deepEqual(present(raw), [6, 5, 4]);
  assert.deepEqual(present(heldOut), [5]);
  assert.deepEqual(history.marks, []);
  assert.deepEqual(history.place, at(3));
  history.add(at(4), [9]);
  assert.equal(drawn(history).x.at(-1), 4);
  assert.equal(history.training.seconds.at(-1), 0.04);
});

test('steps_that_are_taken_again_replace_those_that_were_given_up', () => {
  const history = new LossHistory();
  history.add(at(6), [6, 5, 4, 3, 2, 1]);
  history.add({ ...at(4), seconds: 0.1 }, [9, 8]);
  const { x, raw } = drawn(history);
  assert.deepEqual([...x], [1, 2, 3, 4]);
  assert.deepEqual(raw, [6, 5, 9, 8]);
  assert.ok(history.training.seconds.every((value, i, all) => i === 0 || value > all[i - 1]));
});

test('an_explosion_is_marked_where_the_run_went_back_to_and_its_time_is_spent', () => {
  const history = new LossHistory();
  history.add(at(100), new Float32Array(100).fill(2));
  history.mark('clipNorm', 1, 5);
  history.explode(40, 0.1, 0.05);
  assert.deepEqual(history.place, { ...at(40), seconds: 1 });
  assert.deepEqual(
    history.marks.map(({ setting, step, from, to }) => [setting, step, from, to]),
    [
      // The clip that was chosen after step 40 is in force from there on.
      ['clipNorm', 40, 1, 5],
      ['explosion', 40, 0.1, 0.05],
    ],
  );
});

test('a_setting_moved_through_many_values_is_one_change_and_one_turned_back_is_none', () => {
  const history = new LossHistory();
  history.add(at(500), new Float32Array(500).fill(2));
  history.mark('temperature', 0.8, 0.85);
  history.mark('learningRate', 1, 2);
  history.mark('temperature', 0.85, 0.9);
  assert.deepEqual(
    history.marks.map(({ setting, from, to }) => [setting, from, to]),
    [
      ['learningRate', 1, 2],
      ['temperature', 0.8, 0.9],
    ],
  );
  history.mark('temperature', 0.9, 0.8);
  assert.deepEqual(
    history.marks.map(({ setting }) => setting),
    ['learningRate'],
  );
  history.add(at(1000), new Float32Array(500).fill(2));
  history.mark('learningRate', 2, 1);
  assert.deepEqual(
    history.marks.map(({ step, to }) => [step, to]),
    [
      [500, 2],
      [1000, 1],
    ],
  );
});

test('a_setting_turned_again_within_two_seconds_is_one_change_and_later_another', () => {
  const changes = (/** @type {number} */ seconds) => {
    const history = new LossHistory();
    const turn = (/** @type {number} */ second, /** @type {[number, number]} */ [from, to]) => {
      history.beginAt({ step: second * 100, charactersSeen: 0, seconds: second });
      history.mark('learningRate', from, to);
    };
    turn(10, [1, 2]);
    turn(10 + seconds, [2, 3]);
    return history.marks.map(({ from, to }) => [from, to]);
  };
  assert.deepEqual(changes(2), [[1, 3]]);
  assert.deepEqual(changes(2.01), [
    [1, 2],
    [2, 3],
  ]);
});

test('a_curve_comes_back_from_a_message_as_it_was_and_goes_on_as_it_would_have', () => {
  const history = new LossHistory(64, 8);
  const play = (to, from, steps) => {
    for (let step = from; step < from + steps; step++) {
      to.add(at(step + 1), [3 + Math.sin(step)]);
      if (step % 7 === 0) to.addHeldOut({ step, loss: 3 });
      if (step % 300 === 0) to.mark('dropout', step, step + 1);
    }
  };
  play(history, 0, 1003);
  const copy = LossHistory.fromPlain(structuredClone(history.toPlain()), 64, 8);
  assert.deepEqual(copy.toPlain(), history.toPlain());
  play(history, 1003, 500);
  play(copy, 1003, 500);
  assert.deepEqual(copy.toPlain(), history.toPlain());
  assert.ok(history.toPlain().training.loss instanceof Float64Array);
});

test('the_smoothed_line_keeps_to_a_loss_that_falls_fast_and_calms_one_that_is_noisy', () => {
  const history = new LossHistory();
  const falling = Array.from({ length: 60 }, (_, i) => 2.5 + 1.9 * Math.exp(-i / 5));
  history.add(at(60), falling);
  const { raw, smoothed } = columnsOf(history, 'step', 10);
  const lag = smoothed.map((value, i) => Number(value) - Number(raw[i]));
  // A plain average of ten steps is 1 nat above such a loss.
  assert.ok(Math.max(...lag) < 0.35, `lags ${Math.max(...lag)}`);

  const noise = Array.from({ length: 600 }, (_, i) => 2 + (i % 2 === 0 ? 0.5 : -0.5));
  history.add(at(660), noise);
  const calm = columnsOf(history, 'step', 10).smoothed.slice(-100).map(Number);
  assert.ok(Math.max(...calm) - Math.min(...calm) < 0.11);
  const calmer = columnsOf(history, 'step', 40).smoothed.slice(-100).map(Number);
  assert.ok(Math.max(...calmer) - Math.min(...calmer) < 0.03);
});

test('a_loss_that_is_no_number_is_not_drawn', () => {
  const history = new LossHistory();
  history.add(at(2), [Number.NaN, 3]);
  assert.deepEqual(drawn(history).raw, [3]);
});

test('losses_are_drawn_in_the_unit_that_is_asked_for', () => {
  const history = new LossHistory();
  history.add(at(1), [Math.LN2]);
  history.addHeldOut({ step: 1, loss: Math.LN2 * 2 });
  const { raw, heldOut } = columnsOf(history, 'step', 1, (nats) => nats / Math.LN2);
  assert.deepEqual([...present(raw), ...present(heldOut)], [1, 2]);
});

/** Plays messages as main.js does, for the loss histories alone. */
function record(histories, messages, state = initialState()) {
  for (const event of messages) {
    const before = state;
    state = reduce(before, event);
    histories.observe(before, event, state);
  }
  return state;
}

test('undo_brings_the_curve_back_as_far_as_its_snapshot', () => {
  const histories = new LossHistories();
  const messages = [...TRAINING, progress(1, 4, [4, 3, 2, 1]), heldOut(1, 4, 1), snapshot(1, 3)];
  const state = record(histories, [...messages, { type: 'reset' }]);
  assert.equal(histories.current.isEmpty, true);
  record(histories, [{ type: 'undo' }], state);
  assert.deepEqual([...histories.current.training.step], [1, 2, 3]);
});

test('after_a_fault_the_curve_goes_on_from_the_snapshot', () => {
  const histories = new LossHistories();
  const fault = { type: 'fault', message: '' };
  record(histories, [...TRAINING, progress(1, 4, [4, 3, 2, 1]), snapshot(1, 2), fault]);
  assert.deepEqual([...histories.current.training.step], [1, 2]);
});

test('a_new_run_begins_a_new_curve', () => {
  const histories = new LossHistories();
  const state = record(histories, [...TRAINING, progress(1, 1, [4]), { type: 'reset' }]);
  record(histories, [{ type: 'train' }], state);
  assert.equal(histories.current.isEmpty, true);
});

test('a_run_that_goes_on_from_a_file_counts_its_characters_from_there', () => {
  const histories = new LossHistories();
  const begun = [
    ...TRAINING.slice(0, 3),
    { ...started(1), run: report({ step: 9, charactersSeen: 900 }) },
  ];
  record(histories, [...begun, progress(1, 10, [3])]);
  assert.deepEqual([...histories.current.training.charactersSeen], [1000]);
});

test('what_is_turned_while_a_run_goes_on_is_marked_where_it_was_turned', () => {
  const histories = new LossHistories();
  const config = { ...CONFIG, learningRate: 0.001 };
  const turned = [
    { type: 'setSampling', change: { temperature: 0.7 } },
    ...TRAINING,
    progress(1, 4, [4, 3, 2, 1]),
    { type: 'tuned', runId: 1, config },
    { type: 'setSampling', change: { temperature: 0.5 } },
    { type: 'setSampling', change: { prompt: 'x' } },
  ];
  const state = record(histories, turned);
  const marks = () =>
    histories.current.marks.map(({ setting, step, from, to }) => [setting, step, from, to]);
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
  record(histories, [diverged], state);
  assert.deepEqual(marks().at(-1), ['explosion', 2, 0.001, 0.0005]);
});

test('a_restored_run_goes_on_counting_the_time_that_it_has_trained', () => {
  const { sent } = play([...TRAINING, snapshot(1, 50), { type: 'fault', message: '' }]);
  assert.equal(sent.at(-1).trainedMs, 500);
});

test('an_estimate_stays_one_in_the_drawing_the_saved_curve_and_the_table', () => {
  const history = new LossHistory();
  history.add(at(40), new Float32Array(40).fill(3));
  history.addHeldOut({ step: 2, loss: 4, estimate: 1000 });
  history.addHeldOut({ step: 30, loss: 3 });
  assert.deepEqual(present(drawn(history).heldOut), [4, 3]);
  assert.deepEqual(present(drawn(history).estimates), [4]);
  const again = LossHistory.fromPlain(structuredClone(history.toPlain()));
  assert.deepEqual([...again.heldOut.estimate], [1000, 0]);
  const rows = csvOf([{ name: 'a', history }]).split('\r\n');
  const at2 = rows.filter((row) => row.startsWith('a,2,'));
  assert.match(at2.join(' '), /,4,1000,,,/);
  assert.match(rows.find((row) => row.startsWith('a,30,') && row.includes(',3,,,,')) ?? '', /a,30/);
});

test('a_measurement_takes_the_place_of_an_estimate_of_the_same_weights', () => {
  const history = new LossHistory();
  history.addHeldOut({ step: 2, loss: 4, estimate: 1000 });
  history.addHeldOut({ step: 2, loss: 3.9 });
  assert.deepEqual([...history.heldOut.loss, ...history.heldOut.estimate], [3.9, 0]);
});

test('merged_with_an_estimate_a_measurement_is_one', () => {
  const history = new LossHistory(4, 2);
  history.addHeldOut({ step: 2, loss: 4, estimate: 1000 });
  history.addHeldOut({ step: 4, loss: 3 });
  history.addHeldOut({ step: 6, loss: 2 });
  assert.deepEqual([...history.heldOut.loss], [3.5, 2]);
  assert.deepEqual([...history.heldOut.estimate], [1000, 0]);
});

test('a_loss_with_letter_statistics_stays_beside_that_of_the_network_and_merges_with_its_like', () => {
  const history = new LossHistory(4, 4);
  const together = (loss) => ({ together: { loss } });
  history.addHeldOut({ step: 2, loss: 4 });
  history.addHeldOut({ step: 4, loss: 3, ...together(2) });
  history.addHeldOut({ step: 6, loss: 2.5, ...together(1.75) });
  history.addHeldOut({ step: 8, loss: 2.5, ...together(1.25) });
  assert.deepEqual([...history.heldOut.together], [0, 2, 1.75, 1.25]);
  history.addHeldOut({ step: 10, loss: 2, ...together(1) });
  const again = LossHistory.fromPlain(structuredClone(history.toPlain()));
  assert.deepEqual([...again.heldOut.together], [2, 1.5, 1]);
  assert.deepEqual([...again.heldOut.loss], [3.5, 2.5, 2]);
});

test('a_curve_that_was_saved_before_there_were_estimates_opens', () => {
  const history = new LossHistory();
  history.addHeldOut({ step: 2, loss: 4 });
  const plain = history.toPlain();
  const { estimate: _, ...heldOut } = plain.heldOut;
  assert.deepEqual([...LossHistory.fromPlain({ ...plain, heldOut }).heldOut.estimate], [0]);
});

test('a_new_schedule_is_a_mark', () => {
  const histories = new LossHistories();
  const { state } = play(TRAINING);
  const config = { ...CONFIG, runCharacters: 2 * CONFIG.runCharacters };
  const event = { type: 'rescheduled', runId: 1, config, learningRate: 0, scheduleStart: 7 };
  histories.observe(state, event, reduce(state, event));
  assert.deepEqual(
    histories.current.marks.map(({ setting, to }) => [setting, to]),
    [['runCharacters', config.runCharacters]],
  );
});
