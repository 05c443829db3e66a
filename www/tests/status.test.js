/** The page never contradicts itself: what it says of how things stand is so. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusOf } from '../src/page/run/status.js';
import { savedRunsText } from '../src/page/saved-runs/words.js';
import { PRESETS } from '../src/page/settings/presets.js';
import {
  CONFIG,
  heldOut,
  LONG_TEXT,
  play,
  progress,
  READY,
  TRAINING,
  textReport,
  weightsReport,
} from './messages.js';

const says = (/** @type {any[]} */ messages, state = undefined) =>
  statusOf(play(messages, state).state);

/** What the worker says of the text in the box. */
function summarized(/** @type {any} */ state, /** @type {object} */ change = {}) {
  return {
    type: 'summarized',
    requestId: state.summaryRequest.requestId,
    summary: textReport(change),
  };
}

test('the status is ready only when Train would begin a run', () => {
  assert.match(says([]), /^Getting the network ready/);
  assert.equal(says([READY]), 'Put a text in the box, then press Train.');
  const text = [READY, { type: 'edit', value: LONG_TEXT }];
  const { state } = play(text);
  assert.match(statusOf(state), /^Ready\. Press Train/);

  const short = play([READY, { type: 'edit', value: 'Ah!' }]).state;
  const complaint = statusOf(short);
  assert.match(complaint, /has 3 characters; at least 100/);
  const pressed = {
    ...short,
    alert: { text: complaint, actions: [], about: /** @type {const} */ ('text') },
  };
  assert.equal(statusOf(pressed), '', 'the alert says it');
  const same = play([READY, { type: 'edit', value: 'a'.repeat(500) }]).state;
  assert.match(says([summarized(same, { symbols: 1 })], same), /repeats one character/);
  const typed = { type: 'setField', field: 'hiddenSize', value: 'many' };
  assert.equal(says([typed], state), 'Hidden size needs a number, not “many”.');

  const known = play([summarized(state)], state).state;
  const { requestId } = /** @type {any} */ (known.probe);
  const message = 'Hidden size must lie between 1 and 1,024.';
  const refused = { type: 'failed', requestId, name: 'InvalidConfig', message, fatal: false };
  assert.equal(says([refused], known), message, 'what the core would refuse');
  assert.match(
    says([{ type: 'fault', message: '' }, READY], known),
    /^Ready/,
    'a trial forbids none',
  );

  const sample = { type: 'chooseSample', sample: 'sums', name: 'Sums', unasked: true };
  assert.equal(says([READY, sample]), 'Fetching sums…');
  const file = new File(['x'], 'w.safetensors');
  assert.equal(says([READY, { type: 'openWeights', file }]), 'Loading w.safetensors…');
  assert.match(says([{ type: 'unsupported' }]), /cannot train/);
});

test('the status of a run is its phase, however long ago something was announced', () => {
  const early = [...TRAINING, progress(1, 539, [2.4]), heldOut(1, 539, 2.4)];
  const { state } = play([...early, progress(1, 2001, [2.2])]);
  assert.match(state.announcement, /539/);
  assert.equal(statusOf(state), 'Training on your text.');
  assert.equal(says([{ type: 'pause' }], state), 'Pausing…');
  const paused = { type: 'paused', runId: 1, step: 2010 };
  assert.equal(says([{ type: 'pause' }, paused], state), 'Paused at step 2,010.');
  const end = {
    type: 'finished',
    runId: 1,
    why: 'end',
    step: 2010,
    charactersSeen: 9000,
    best: null,
  };
  const over = play([end, paused], state).state;
  assert.equal(statusOf(over), 'Finished: 200,100 letters read. Resume keeps training.');
  assert.equal(says([{ type: 'resume' }], over), 'Resuming…');
  const again = [{ type: 'resume' }, { type: 'resumed', runId: 1 }, { type: 'pause' }, paused];
  assert.match(says(again, over), /^Paused/, 'a run that goes on is not finished');
  assert.match(
    says([{ ...end, why: 'patience' }, paused], state),
    /^Finished: \d+ checks? without progress/,
  );
});

test('training that an explosion ended says why, in a number that is one', () => {
  const explosion = {
    type: 'diverged',
    runId: 1,
    step: 41,
    loss: Number.NaN,
    restoredStep: 20,
    stopped: true,
  };
  const smallest = {
    ...explosion,
    times: 1,
    learningRate: 1e-6,
    config: { ...CONFIG, learningRate: 1e-6 },
  };
  const least = play([...TRAINING, progress(1, 40, [2]), smallest]).state;
  assert.doesNotMatch(least.alert?.text ?? '', /1th|in a row/);
  assert.match(least.alert?.text ?? '', /no smaller learning rate to try, so training stopped/);
  assert.match(statusOf(least), /^Stopped: the loss exploded\. .* step 20 /);
  const halved = {
    ...explosion,
    times: 30,
    learningRate: 5,
    config: { ...CONFIG, learningRate: 2.5 },
  };
  const often = play([...TRAINING, progress(1, 40, [2]), halved]).state;
  assert.match(often.alert?.text ?? '', /happened 30 times in a row.* learning rate is now 2\.5\./);
});

test('no preset promises a time that a short text does not have', () => {
  for (const { sentence } of PRESETS) assert.doesNotMatch(sentence, /minute|second/, sentence);
});

test('nothing is said to be saved where nothing is', () => {
  const savedRuns = { ...play([READY]).state.savedRuns, runs: [] };
  assert.match(savedRunsText(savedRuns), /^Nothing is saved yet\./);
});

test('only someone who followed a link reads about it', () => {
  const fragment = `seed=7&text=${'ab'.repeat(8)}`;
  const opened = (/** @type {object} */ more) =>
    play([READY, { type: 'openLink', fragment, ...more }]).state.opened;
  assert.equal(opened({})?.followed, true);
  assert.equal(opened({ own: true })?.followed, false, 'a reload');
  assert.equal(opened({ own: true })?.hash, opened({})?.hash, 'but its settings are taken');
});

test('what loaded weights wait for is said', () => {
  const load = { type: 'openWeights', file: new File(['x'], 'w.safetensors') };
  const loaded = { type: 'loaded', runId: 2, weights: weightsReport() };
  const { state } = play([READY, load, loaded]);
  assert.equal(statusOf(state), 'Weights loaded. Choose a text to train them on.');
  const edit = { type: 'edit', value: LONG_TEXT };
  assert.equal(says([edit], state), 'Weights loaded. Resume trains them on.');
});
