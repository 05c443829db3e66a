import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effects } from '../src/effects.js';
import { initialState, isStale, reduce } from '../src/state.js';
import {
  CONFIG,
  heldOut,
  LONG_TEXT,
  play,
  progress,
  READY,
  TRAINING,
  typesOf,
} from './happenings.js';

test('train_sends_what_is_in_the_box_and_in_the_fields', () => {
  const { state, sent } = play([
    READY,
    { type: 'edit', value: LONG_TEXT },
    { type: 'setField', field: 'hiddenSize', value: '0' },
    { type: 'train' },
  ]);
  assert.equal(state.run?.phase, 'starting');
  assert.equal(state.voice.on, true);
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
  assert.deepEqual(typesOf(pausing.sent), ['start', 'showVoice', 'pause', 'voice']);
  assert.equal(pausing.state.voice.on, false);

  const paused = play([{ type: 'paused', runId: 1, step: 12 }], pausing.state);
  assert.equal(paused.state.run?.phase, 'paused');
  assert.equal(paused.state.run.step, 12);
  const resuming = play([{ type: 'resume' }], paused.state);
  assert.equal(resuming.state.run?.phase, 'resuming');
  assert.equal(resuming.state.voice.on, true);
  const training = play([{ type: 'resumed', runId: 1 }], resuming.state);
  assert.equal(training.state.run?.phase, 'training');
});

test('a_worker_that_pauses_unasked_is_shown_silent', () => {
  const { state } = play([...TRAINING, { type: 'paused', runId: 1, step: 3 }]);
  assert.equal(state.run?.phase, 'paused');
  assert.equal(state.voice.on, false);
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

test('milestones_are_told_when_the_held_out_loss_has_fallen_by_a_quarter', () => {
  const told = play([...TRAINING, heldOut(1, 10, 3)]).state;
  assert.match(told.announcement, /At step 10 /);
  const quiet = play([heldOut(1, 20, 2.9)], told).state;
  assert.match(quiet.announcement, /At step 10 /);
  const again = play([heldOut(1, 30, 2.7)], quiet).state;
  assert.match(again.announcement, /Step 30: /);
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
  assert.equal(state.voice.on, false);
});

test('a_reducer_changes_no_state_in_place', () => {
  const { state } = play(TRAINING);
  const copy = structuredClone(state);
  for (const event of [progress(1, 4, [1]), { type: 'pause' }, { type: 'reset' }]) {
    const after = reduce(state, event);
    effects(state, event, after);
  }
  assert.deepEqual(state, copy);
  assert.notDeepEqual(initialState(), state);
});

test('a_run_that_is_over_says_why_and_may_be_listened_to_and_resumed', () => {
  const over = { type: 'finished', runId: 1, step: 9, charactersSeen: 9000, best: null };
  const end = play([...TRAINING, { ...over, why: 'end' }, { type: 'paused', runId: 1, step: 9 }]);
  assert.match(end.state.notices.run?.text ?? '', /has its length, 9,000 characters/);
  assert.equal(end.state.run?.phase, 'paused');
  assert.equal(end.state.voice.on, true);
  assert.deepEqual(typesOf(play([{ type: 'resume' }], end.state).sent), ['voice', 'resume']);

  const best = { loss: 1.5, step: 4 };
  const tired = play([...TRAINING, { ...over, why: 'patience', best }]);
  assert.match(tired.state.notices.run?.text ?? '', /of 1\.500 nats, of step 4, are back/);
});
