import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LossHistories } from '../src/page/chart/loss-histories.js';
import { comparisonOf, describeChart } from '../src/page/chart/words.js';
import { heldOutOf, isMeasuring } from '../src/page/run/held-out.js';
import { WORSE_THAN_BLIND } from '../src/page/run/progress.js';
import { newScheduleOf } from '../src/page/run/schedule.js';
import { statusOf } from '../src/page/run/status.js';
import { initialState } from '../src/page/state.js';
import { isStale, PARTS, update } from '../src/page/update.js';
import {
  CONFIG,
  heldOut,
  LONG_TEXT,
  play,
  progress,
  READY,
  reduce,
  report,
  started,
  TRAINING,
  typesOf,
} from './messages.js';

test('train_sends_what_is_in_the_box_and_in_the_fields', () => {
  const { state, sent } = play([
    READY,
    { type: 'edit', value: LONG_TEXT },
    { type: 'setField', field: 'hiddenSize', value: '0' },
    { type: 'train' },
  ]);
  assert.equal(state.run?.phase, 'starting');
  assert.equal(state.generated.on, true);
  const [start] = sent;
  assert.equal(start.type, 'start');
  assert.equal(start.config.hiddenSize, 0, 'the core judges the bounds, so a 0 is sent');
  assert.equal(start.text.content, LONG_TEXT);
  assert.equal(start.runId, state.run.id);
});

test('an_empty_box_gets_a_sentence_and_sends_nothing', () => {
  const { state, sent } = play([READY, { type: 'train' }]);
  assert.match(state.alert?.text ?? '', /Paste at least 100 characters/);
  assert.deepEqual(sent, []);
  assert.equal(state.run, null);
});

test('a_refused_start_leaves_the_text_and_no_run', () => {
  const { state } = play([
    READY,
    { type: 'edit', value: LONG_TEXT },
    { type: 'train' },
    {
      type: 'failed',
      runId: 1,
      name: 'InvalidConfig',
      message: 'Hidden size 0 is below 1.',
      field: 'hiddenSize',
      fatal: false,
    },
  ]);
  assert.equal(state.run, null);
  assert.equal(state.problems.hiddenSize, 'Hidden size 0 is below 1.');
  assert.equal(state.text.shown, LONG_TEXT);
});

test('a_click_shows_at_once_and_the_answer_settles_it', () => {
  const pausing = play([...TRAINING, { type: 'pause' }]);
  assert.equal(pausing.state.run?.phase, 'pausing');
  assert.deepEqual(typesOf(pausing.sent), ['start', 'pause', 'sampling']);
  assert.equal(pausing.state.generated.on, false);

  const paused = play([{ type: 'paused', runId: 1, step: 12 }], pausing.state);
  assert.equal(paused.state.run?.phase, 'paused');
  assert.equal(paused.state.run.step, 12);
  const resuming = play([{ type: 'resume' }], paused.state);
  assert.equal(resuming.state.run?.phase, 'resuming');
  assert.equal(resuming.state.generated.on, true);
  const training = play([{ type: 'resumed', runId: 1 }], resuming.state);
  assert.equal(training.state.run?.phase, 'training');
});

test('a_worker_that_pauses_unasked_is_shown_silent', () => {
  const { state } = play([...TRAINING, { type: 'paused', runId: 1, step: 3 }]);
  assert.equal(state.run?.phase, 'paused');
  assert.equal(state.generated.on, false);
});

test('an_event_of_another_run_is_stale', () => {
  const { state } = play(TRAINING);
  assert.equal(isStale(state, progress(9, 5, [1])), true);
  assert.equal(reduce(state, progress(9, 5, [1])), state);
  assert.equal(isStale(state, progress(1, 5, [1])), false);
});

test('progress_moves_the_numbers_and_smooths_the_loss', () => {
  const { state } = play([...TRAINING, progress(1, 2, [4, 2]), heldOut(1, 2, 3.5)]);
  assert.equal(state.run?.step, 2);
  const { loss } = /** @type {{ loss: number }} */ (state.run);
  assert.ok(loss > 2 && loss < 4);
  assert.deepEqual(state.run.heldOut, { loss: 3.5, step: 2 });
});

test('milestones_are_announced_when_the_held_out_loss_has_fallen_by_a_quarter', () => {
  const first = play([...TRAINING, heldOut(1, 10, 3)]).state;
  assert.match(first.announcement, /At step 10 /);
  // The next estimate comes 200 ms of training later.
  const soon = play([progress(1, 30, [3]), heldOut(1, 30, 2.7)], first).state;
  assert.match(soon.announcement, /At step 10 /);
  const quiet = play([progress(1, 310, [3]), heldOut(1, 300, 2.9)], soon).state;
  assert.match(quiet.announcement, /At step 10 /);
  const again = play([heldOut(1, 310, 2.7)], quiet).state;
  assert.match(again.announcement, /tep 310/);
});

/** A chart with nothing on it. */
const SCENE = { earlier: [], value: (y) => y };

/** The sentence of a run whose held-out loss was measured so, with a training loss. */
function saidOf(measured, training, config = {}, before = []) {
  const of = ([step, loss, worse = false]) => heldOut(1, step, loss, worse);
  const histories = new LossHistories();
  const begin = { ...started(1), run: report({ config: { ...CONFIG, ...config } }) };
  const events = [
    ...TRAINING.slice(0, -1),
    begin,
    ...measured.slice(0, -1).map(of),
    ...before,
    ...measured.slice(-1).map(of),
    progress(1, 60, [training]),
  ];
  let { state } = play([]);
  for (const event of events) {
    const before = state;
    ({ state } = play([event], before));
    histories.observe(before, event, state);
  }
  const said = comparisonOf(state, histories.current);
  assert.ok(describeChart(state, histories, SCENE).includes(said));
  return said;
}

test('a_run_that_is_worse_than_blind_guessing_on_unseen_text_alone_says_so_aloud_once', () => {
  const lost = play([...TRAINING, heldOut(1, 20, 2), heldOut(1, 30, 10, true)]).state;
  assert.equal(lost.announcement, WORSE_THAN_BLIND);
  const still = play([{ type: 'paused', runId: 1, step: 40 }, heldOut(1, 40, 9, true)], lost).state;
  assert.notEqual(still.announcement, WORSE_THAN_BLIND);
});

test('what_gets_worse_on_unseen_text_is_said_with_its_best_its_cause_and_what_helps', () => {
  const learning = [
    [20, 2.7],
    [30, 2.2],
  ];
  assert.equal(saidOf(learning, 2), 'Beats letter frequencies.');
  assert.equal(saidOf([...learning, [40, 2.25]], 2), 'Beats letter frequencies.', 'it wavers');
  assert.match(
    saidOf([...learning, [40, 2.5]], 1),
    /^Getting worse on unseen text since step 30 \(best 2\.200\): it overfits\. .* helps\.$/,
  );
  assert.equal(
    saidOf(
      [
        [30, 0.01],
        [40, 0.04],
      ],
      0.01,
    ),
    'Beats letter frequencies.',
    'next to nothing wavers by more',
  );
  // The training loss has risen as well: this is no overfitting.
  assert.equal(
    saidOf([...learning, [40, 2.5]], 2.6),
    'Worse on unseen text since step 30 (best 2.200).',
  );
  assert.match(saidOf([...learning, [40, 8, true]], 0.1), /overfits/);
  // An explosion has cost what was learned.
  const diverged = {
    type: 'diverged',
    runId: 1,
    step: 38,
    loss: 90,
    learningRate: 900,
    restoredStep: 35,
  };
  const exploded = {
    ...diverged,
    config: { ...CONFIG, learningRate: 450 },
    times: 1,
    stopped: false,
  };
  assert.equal(
    saidOf([...learning, [40, 2.5]], 1, {}, [exploded]),
    'Worse on unseen text since step 30 (best 2.200).',
  );
  // What helps against a state that is stuck is said where it can be the cause.
  const stuck = [
    [30, 0.5],
    [40, 8, true],
  ];
  assert.match(saidOf(stuck, 0.1), /memory has got stuck .* State reset of 0\.1/);
  assert.match(saidOf(stuck, 0.1, { stateReset: 0.1 }), /overfits/);
  assert.match(saidOf([[40, 8, true]], 0.1), /end of the text may be of another kind/);
});

test('a_divergence_says_what_happened_and_shows_the_new_learning_rate', () => {
  const { state } = play([
    ...TRAINING,
    progress(1, 40, [2]),
    {
      type: 'diverged',
      runId: 1,
      step: 41,
      loss: Number.NaN,
      learningRate: 5,
      restoredStep: 20,
      config: { ...CONFIG, learningRate: 2.5 },
      times: 1,
      stopped: false,
    },
  ]);
  assert.match(state.alert?.text ?? '', /not a number at step 41 under a learning rate of 5\./);
  assert.match(state.alert?.text ?? '', /step 20 are back/);
  assert.equal(state.fields.learningRate, '2.5');
  assert.equal(state.run?.step, 20);
  assert.equal(state.run.phase, 'training');
});

test('a_divergence_that_was_given_up_pauses', () => {
  const { state } = play([
    ...TRAINING,
    {
      type: 'diverged',
      runId: 1,
      step: 41,
      loss: 900,
      learningRate: 5,
      restoredStep: 20,
      config: { ...CONFIG, learningRate: 2.5 },
      times: 5,
      stopped: true,
    },
  ]);
  assert.equal(state.run?.phase, 'paused');
  assert.equal(state.generated.on, false);
});

test('a_reducer_changes_no_state_in_place', () => {
  const { state } = play(TRAINING);
  const copy = structuredClone(state);
  for (const event of [progress(1, 4, [1]), { type: 'pause' }, { type: 'reset' }]) {
    update(state, event);
  }
  assert.deepEqual(state, copy);
  assert.notDeepEqual(initialState(), state);
});

test('a_run_that_is_over_says_why_and_may_be_listened_to_and_resumed', () => {
  const over = { type: 'finished', runId: 1, step: 9, charactersSeen: 9000, best: null };
  const end = play([...TRAINING, { ...over, why: 'end' }, { type: 'paused', runId: 1, step: 9 }]);
  assert.equal(end.state.notices.run, null, 'the status line says it, where it covers nothing');
  assert.match(end.state.announcement, /^Finished: [\d,]+ letters read/);
  assert.equal(end.state.run?.phase, 'paused');
  assert.equal(end.state.generated.on, true);
  assert.deepEqual(typesOf(play([{ type: 'resume' }], end.state).sent), ['sampling', 'resume']);

  const best = { loss: 1.5, step: 4 };
  const tired = play([
    ...TRAINING,
    { ...over, why: 'patience', best },
    { type: 'paused', runId: 1, step: 4 },
  ]);
  assert.match(tired.state.announcement, /^Finished: \d+ checks? without progress\. .*step 4,/);
});

const estimate = (step, loss) => ({
  type: 'heldOut',
  runId: 1,
  heldOut: { step, loss, estimate: 1000 },
});

test('an_estimate_is_called_one', () => {
  const { state } = play([...TRAINING, estimate(10, 3)]);
  assert.match(state.announcement, /At step 10 the held-out loss was about 3\.000 nats/);
});

test('a_held_out_loss_that_the_run_has_left_behind_is_not_shown_beside_it', () => {
  const begun = play([...TRAINING, progress(1, 1, [4])]).state.run;
  assert.equal(isMeasuring(begun), true, 'nothing has been measured yet');
  const { run: near } = play([...TRAINING, progress(1, 9, [4]), estimate(2, 4.3)]).state;
  assert.equal(heldOutOf(near)?.loss, 4.3);
  const { run: far } = play([...TRAINING, progress(1, 200, [2]), estimate(2, 4.3)]).state;
  assert.equal(heldOutOf(far), null);
  assert.equal(isMeasuring(far), true);
});

test('a_run_at_rest_is_being_measured_until_the_loss_is_that_of_its_weights', () => {
  const paused = { type: 'paused', runId: 1, step: 100 };
  const resting = play([...TRAINING, progress(1, 100, [2]), heldOut(1, 90, 2.4), paused]).state;
  assert.equal(isMeasuring(resting.run), true);
  assert.equal(heldOutOf(resting.run)?.loss, 2.4, 'the old one stays until then');
  const measured = play([heldOut(1, 100, 2.3)], resting).state;
  assert.equal(heldOutOf(measured.run)?.loss, 2.3);
  // The best weights, which patience brings back, have been measured.
  const best = { loss: 2.4, step: 90 };
  const tired = { type: 'finished', runId: 1, why: 'patience', charactersSeen: 10_000, best };
  const back = play([
    ...TRAINING,
    progress(1, 100, [2]),
    heldOut(1, 90, 2.4),
    { ...tired, step: 100 },
    paused,
  ]).state;
  assert.equal(heldOutOf(back.run)?.loss, 2.4);
});

test('a_run_that_stops_at_its_end_is_measured_before_it_says_so', () => {
  const config = { ...CONFIG, runCharacters: 1000, stopAtEnd: true };
  const begin = { type: 'started', runId: 1, run: report({ config }), textName: 'x', trainedMs: 0 };
  const events = [...TRAINING.slice(0, -1), begin, progress(1, 9, [2]), heldOut(1, 9, 2.4)];
  const before = play(events).state;
  assert.equal(isMeasuring(before.run), false);
  const ending = play([{ ...progress(1, 10, [2]), charactersSeen: 1000 }], before).state;
  assert.equal(isMeasuring(ending.run), true);
  assert.equal(isMeasuring(play([heldOut(1, 10, 2.3)], ending).state.run), false);
});

/** A run whose cosine has come to 2 % of its rate at 1,000 characters. */
const COSINE = { ...CONFIG, schedule: 'cosine', rateFloor: 0.02, runCharacters: 1000 };
const TO_THE_END = [
  ...TRAINING.slice(0, -1),
  { type: 'started', runId: 1, run: report({ config: COSINE }), textName: 'x', trainedMs: 0 },
  { ...progress(1, 9, [2]), charactersSeen: 900, learningRate: 0.0003 },
];
const AT_THE_END = { ...progress(1, 10, [2]), charactersSeen: 1000, learningRate: 0.0001 };

test('a_run_whose_schedule_has_ended_offers_a_new_one_whether_it_trains_on_or_has_stopped', () => {
  const before = play(TO_THE_END).state;
  assert.equal(newScheduleOf(before.run), null);
  const { state } = play([AT_THE_END], before);
  assert.equal(newScheduleOf(state.run), 1000);

  const asked = play([{ type: 'reschedule' }], state);
  assert.deepEqual(typesOf(asked.sent), ['sampling', 'reschedule']);
  const config = { ...COSINE, runCharacters: 2000 };
  const event = { type: 'rescheduled', runId: 1, config, learningRate: 0, scheduleStart: 1000 };
  const begun = play([event], asked.state).state;
  assert.equal(begun.run?.phase, 'training');
  assert.equal(begun.run.config.runCharacters, 2000);
  assert.equal(newScheduleOf(begun.run), null);
  assert.match(begun.announcement, /rises to 0\.005 and falls until 2,000 letters/);

  const over = {
    type: 'finished',
    runId: 1,
    why: 'end',
    step: 10,
    charactersSeen: 1000,
    best: null,
  };
  const stopped = play([over, { type: 'paused', runId: 1, step: 10 }], state).state;
  assert.equal(newScheduleOf(stopped.run), 1000);
  assert.equal(statusOf(stopped), 'Finished: 1,000 letters read. Resume goes on at rate 0.0001.');
  assert.equal(play([{ type: 'reschedule' }], stopped).state.run?.phase, 'resuming');
});

test('a_constant_learning_rate_has_no_schedule_that_ends', () => {
  const config = { ...CONFIG, runCharacters: 1000 };
  const begin = { type: 'started', runId: 1, run: report({ config }), textName: 'x', trainedMs: 0 };
  const past = { ...AT_THE_END, learningRate: 0.005 };
  const { state } = play([...TRAINING.slice(0, -1), begin, past]);
  assert.equal(newScheduleOf(state.run), null);
});

test('each_message_is_handled_in_one_place', () => {
  const types = PARTS.flatMap(Object.keys);
  assert.deepEqual([...new Set(types)], types);
});
