import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputOf } from '../src/page/generated/state.js';
import { replaced } from '../src/page/run/state.js';
import { isStale } from '../src/page/update.js';
import {
  LONG_TEXT,
  play,
  progress,
  READY,
  reduce,
  report,
  snapshot,
  started,
  TRAINING,
  typesOf,
} from './messages.js';

test('reset_saves_drops_and_can_be_undone', () => {
  const training = play([...TRAINING, progress(1, 7, [3])]).state;
  const reset = play([{ type: 'reset' }], training);
  assert.deepEqual(typesOf(reset.sent), ['save', 'drop']);
  assert.equal(reset.state.run, null);
  assert.deepEqual(reset.state.notices.discarded?.actions, [], 'nothing to bring back yet');

  const weights = new ArrayBuffer(8);
  const { requestId } = reset.sent[0];
  const offered = play([{ type: 'saved', runId: 1, requestId, step: 7, weights }], reset.state);
  assert.equal(offered.state.notices.discarded?.actions[0].label, 'Undo');

  const back = play([{ type: 'undo' }], offered.state);
  const [restore] = back.sent;
  assert.equal(restore.type, 'restore');
  assert.equal(restore.weights, weights);
  assert.equal(restore.training, true);
  assert.equal(back.state.run?.phase, 'restoring');
  const { runId } = restore;
  const { state } = play([{ ...started(runId), run: report({ step: 7 }) }], back.state);
  assert.equal(state.run?.phase, 'training');
  assert.equal(state.run.step, 7);
});

test('what_was_written_comes_back_with_the_run', () => {
  const piece = { text: 'the kettle', probabilities: new Float32Array(10), step: 7 };
  const wrote = {
    type: 'wrote',
    runId: 1,
    restarted: true,
    prompt: 'A',
    skipped: [],
    mixes: false,
    piece,
  };
  const { state } = play([...TRAINING, snapshot(1, 5), wrote]);
  const undone = [
    // By Reset, and by weights of a file that take its place.
    play([{ type: 'reset' }, { type: 'undo' }], state).state,
    play([{ type: 'undo', to: replaced(state) }], play([{ type: 'reset' }], state).state).state,
  ];
  for (const { generated } of undone) {
    assert.deepEqual(outputOf(generated), outputOf(state.generated));
    assert.equal(generated.heading, 'A');
    assert.ok(generated.sample > state.generated.sample, 'it is shown anew');
  }
});

test('a_run_that_is_saved_is_closed_and_one_that_is_not_is_discarded', () => {
  const { state } = play([...TRAINING, snapshot(1, 5)]);
  const text = (/** @type {import('../src/page/state.js').State} */ before) =>
    play([{ type: 'reset' }], before).state.notices.discarded?.text;
  assert.equal(text(state), 'Run discarded at step 5.');
  const kept = (/** @type {number} */ trainedMs) => ({
    ...state,
    run: state.run && { ...state.run, savedKey: 'k', trainedMs },
  });
  assert.equal(text(kept(4999)), 'Run discarded at step 5.', 'so young a run is not kept');
  assert.equal(text(kept(5000)), 'Run closed at step 5. It is among the saved runs.');
});

test('reset_works_while_starting', () => {
  const { state, sent } = play([
    READY,
    { type: 'edit', value: LONG_TEXT },
    { type: 'train' },
    { type: 'reset' },
  ]);
  assert.deepEqual(typesOf(sent), ['start', 'drop']);
  assert.equal(state.run, null);
  assert.equal(reduce(state, started(1)), state, 'a late answer is stale');
});

test('a_paused_run_comes_back_paused', () => {
  const { sent } = play([
    ...TRAINING,
    snapshot(1, 5),
    { type: 'pause' },
    { type: 'paused', runId: 1, step: 6 },
    { type: 'reset' },
    { type: 'undo' },
  ]);
  const restore = sent.at(-1);
  assert.equal(restore.type, 'restore');
  assert.equal(restore.training, false);
});

test('undo_shows_the_settings_of_the_run_again', () => {
  const { state } = play([
    ...TRAINING,
    snapshot(1, 5),
    { type: 'reset' },
    { type: 'setField', field: 'hiddenSize', value: '99' },
    { type: 'undo' },
  ]);
  assert.equal(state.fields.hiddenSize, '256');
});

test('a_fatal_failure_is_never_stale', () => {
  const { state } = play(TRAINING);
  const failed = { type: 'failed', runId: 99, name: 'Panic', message: 'x', fatal: true };
  assert.equal(isStale(state, failed), false);
});

test('a_fault_replaces_the_worker_and_training_goes_on_from_the_snapshot', () => {
  const { state, sent } = play([
    ...TRAINING,
    snapshot(1, 50),
    progress(1, 60, [2]),
    { type: 'fault', message: 'Unreachable.' },
  ]);
  assert.deepEqual(typesOf(sent.slice(-2)), ['replaceWorker', 'restore']);
  assert.equal(sent.at(-1).training, true);
  assert.equal(state.run?.step, 50);
  assert.match(state.alert?.text ?? '', /Unreachable\. Training went on from step 50\./);
});

test('a_fault_before_any_snapshot_keeps_the_text', () => {
  const { state, sent } = play([...TRAINING, { type: 'fault', message: 'Gone.' }]);
  assert.deepEqual(typesOf(sent.slice(1)), ['replaceWorker']);
  assert.equal(state.run, null);
  assert.equal(state.text.shown, LONG_TEXT);
});

test('three_faults_with_nothing_between_them_stop_training_and_a_new_snapshot_forgives', () => {
  const fault = { type: 'fault', message: 'Gone.' };
  let { state } = play([...TRAINING, snapshot(1, 50), fault]);
  const again = () => {
    const id = /** @type {import('../src/page/state.js').Run} */ (state.run).id;
    const played = play([READY, { ...started(id), run: report({ step: 50 }) }, fault], state);
    state = played.state;
    return played.sent.find(({ type }) => type === 'restore');
  };
  assert.equal(again()?.training, true);
  assert.equal(again()?.training, false, 'the third time it comes back paused');
  assert.match(state.alert?.text ?? '', /3 times/);

  const id = /** @type {import('../src/page/state.js').Run} */ (state.run).id;
  const forgiven = play([READY, started(id), snapshot(id, 70)], state).state;
  assert.equal(forgiven.run?.faults, 0);
});

test('a_fault_in_words_that_are_no_sentence_reads_as_one', () => {
  const { state } = play([...TRAINING, snapshot(1, 5), { type: 'fault', message: 'unreachable' }]);
  assert.match(state.alert?.text ?? '', /stopped unexpectedly \(unreachable\)\. Training went on/);
});

test('a_sample_arrives_though_the_network_does_not', () => {
  const { state } = play([
    { type: 'chooseSample', sample: 'sums', name: 'Sums', unasked: true },
    { type: 'fault', message: 'Gone.' },
    { type: 'sampleReady', requestId: 1, content: '1+1=2' },
  ]);
  assert.equal(state.text.shown, '1+1=2');
  assert.equal(state.engine, 'broken');
});

test('a_worker_that_never_was_ready_offers_to_try_again', () => {
  const { state } = play([{ type: 'fault', message: 'Its script could not be fetched.' }]);
  assert.equal(state.engine, 'broken');
  assert.equal(state.alert?.actions[0].label, 'Try again');
  const retried = play([{ type: 'retry' }], state);
  assert.equal(retried.state.engine, 'loading');
  assert.deepEqual(typesOf(retried.sent), ['replaceWorker']);
  // A second press does not end the worker that is being made.
  assert.deepEqual(play([{ type: 'retry' }], retried.state).sent, []);
});

test('a_worker_that_does_not_come_back_keeps_the_run_for_download_and_for_another_try', () => {
  const fault = { type: 'fault', message: 'Gone.' };
  const { state } = play([...TRAINING, snapshot(1, 50), fault, fault]);
  assert.equal(state.engine, 'broken');
  const download = play([{ type: 'download' }], state);
  assert.equal(download.sent[0].type, 'saveFile');
  const retried = play([{ type: 'retry' }], state);
  assert.deepEqual(typesOf(retried.sent), ['replaceWorker', 'restore']);
});
