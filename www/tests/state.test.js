import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effects } from '../src/effects.js';
import { BOX_CHARACTERS, PREVIEW_CHARACTERS } from '../src/state/text.js';
import { TAIL_CHARACTERS } from '../src/state/voice.js';
import { initialState, isStale, reduce } from '../src/state.js';
import {
  CONFIG,
  file,
  heldOut,
  LONG_TEXT,
  play,
  progress,
  READY,
  report,
  snapshot,
  started,
  TRAINING,
  typesOf,
  weightsReport,
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

test('a_field_that_holds_no_number_gets_a_sentence_that_names_it', () => {
  const { state, sent } = play([
    READY,
    { type: 'edit', value: LONG_TEXT },
    { type: 'setField', field: 'learningRate', value: '' },
    { type: 'train' },
  ]);
  assert.equal(state.problems.learningRate, 'Learning rate needs a number.');
  assert.match(state.alert?.text ?? '', /Learning rate/);
  assert.deepEqual(sent, []);
});

test('defaults_of_the_worker_leave_typed_fields_alone', () => {
  const defaults = { ...CONFIG, hiddenSize: 128, seed: 7 };
  const { state } = play([
    { type: 'setField', field: 'seed', value: '42' },
    { ...READY, defaults },
  ]);
  assert.equal(state.fields.hiddenSize, '128');
  assert.equal(state.fields.seed, '42');
});

test('a_click_shows_at_once_and_the_answer_settles_it', () => {
  const pausing = play([...TRAINING, { type: 'pause' }]);
  assert.equal(pausing.state.run?.phase, 'pausing');
  assert.deepEqual(typesOf(pausing.sent), ['start', 'pause', 'voice']);
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

test('an_event_of_another_run_is_stale', () => {
  const { state } = play(TRAINING);
  assert.equal(isStale(state, progress(9, 5, [1])), true);
  assert.equal(reduce(state, progress(9, 5, [1])), state);
  assert.equal(isStale(state, progress(1, 5, [1])), false);
});

test('a_fatal_failure_is_never_stale', () => {
  const { state } = play(TRAINING);
  const failed = { type: 'failed', runId: 99, name: 'Panic', message: 'x', fatal: true };
  assert.equal(isStale(state, failed), false);
});

test('progress_moves_the_numbers_and_smooths_the_loss', () => {
  const { state } = play([...TRAINING, progress(1, 2, [4, 2]), heldOut(1, 2, 3.5)]);
  assert.equal(state.run?.step, 2);
  assert.ok(Math.abs(/** @type {number} */ (state.run.loss) - 3.8) < 1e-12);
  assert.deepEqual(state.run.heldOut, { loss: 3.5, step: 2 });
});

test('milestones_are_told_when_the_held_out_loss_has_fallen_by_a_quarter', () => {
  const told = play([...TRAINING, heldOut(1, 10, 3)]).state;
  assert.match(told.announcement, /Step 10/);
  const quiet = play([heldOut(1, 20, 2.9)], told).state;
  assert.match(quiet.announcement, /Step 10/);
  const again = play([heldOut(1, 30, 2.7)], quiet).state;
  assert.match(again.announcement, /Step 30/);
});

test('a_live_setting_is_sent_once_and_a_refusal_keeps_what_was_in_force', () => {
  const asked = play([
    ...TRAINING,
    { type: 'setField', field: 'learningRate', value: '-1' },
    { type: 'commitField', field: 'learningRate' },
    { type: 'commitField', field: 'learningRate' },
  ]);
  const tunes = asked.sent.filter(({ type }) => type === 'tune');
  assert.deepEqual(tunes, [{ type: 'tune', runId: 1, tuning: { learningRate: -1 } }]);
  const { state } = play(
    [
      {
        type: 'failed',
        runId: 1,
        name: 'InvalidConfig',
        message: 'Too low.',
        field: 'learningRate',
        fatal: false,
      },
    ],
    asked.state,
  );
  assert.equal(state.problems.learningRate, 'Too low. 0.003 stays in force.');
  assert.equal(state.run?.config.learningRate, 0.003);
  assert.equal(state.run.phase, 'training');
  const freed = play([{ type: 'reset' }], state).state;
  assert.equal(freed.fields.learningRate, '0.003');
});

test('an_answer_to_a_live_setting_leaves_what_was_typed_since', () => {
  const { state } = play([
    ...TRAINING,
    { type: 'setField', field: 'sequenceLength', value: '900' },
    { type: 'commitField', field: 'sequenceLength' },
    { type: 'setField', field: 'sequenceLength', value: '9' },
    { type: 'tuned', runId: 1, config: { ...CONFIG, sequenceLength: 512 } },
  ]);
  assert.equal(state.fields.sequenceLength, '9');
  assert.equal(state.run?.config.sequenceLength, 512);
});

test('settings_of_a_run_are_not_sent_while_there_is_one', () => {
  const { sent } = play([
    ...TRAINING,
    { type: 'setField', field: 'seed', value: '5' },
    { type: 'commitField', field: 'seed' },
  ]);
  assert.deepEqual(typesOf(sent), ['start']);
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

test('reset_saves_drops_and_can_be_undone', () => {
  const training = play([...TRAINING, progress(1, 7, [3])]).state;
  const reset = play([{ type: 'reset' }], training);
  assert.deepEqual(typesOf(reset.sent), ['save', 'drop']);
  assert.equal(reset.state.run, null);
  assert.deepEqual(reset.state.notices.aside?.actions, [], 'nothing to bring back yet');

  const weights = new ArrayBuffer(8);
  const { requestId } = reset.sent[0];
  const offered = play([{ type: 'saved', runId: 1, requestId, step: 7, weights }], reset.state);
  assert.equal(offered.state.notices.aside?.actions[0].label, 'Undo');

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
    const id = /** @type {import('../src/state.js').Run} */ (state.run).id;
    const played = play([READY, { ...started(id), run: report({ step: 50 }) }, fault], state);
    state = played.state;
    return played.sent.find(({ type }) => type === 'restore');
  };
  assert.equal(again()?.training, true);
  assert.equal(again()?.training, false, 'the third time it comes back paused');
  assert.match(state.alert?.text ?? '', /3 times/);

  const id = /** @type {import('../src/state.js').Run} */ (state.run).id;
  const forgiven = play([READY, started(id), snapshot(id, 70)], state).state;
  assert.equal(forgiven.run?.faults, 0);
});

test('a_worker_that_never_was_ready_offers_to_try_again', () => {
  const { state } = play([{ type: 'fault', message: 'Its script could not be fetched.' }]);
  assert.equal(state.engine, 'broken');
  assert.equal(state.alert?.actions[0].label, 'Try again');
  const retried = play([{ type: 'retry' }], state);
  assert.equal(retried.state.engine, 'loading');
  assert.deepEqual(typesOf(retried.sent), ['replaceWorker']);
});

test('a_worker_that_does_not_come_back_keeps_the_run_for_download_and_for_another_try', () => {
  const fault = { type: 'fault', message: 'Gone.' };
  const { state } = play([...TRAINING, snapshot(1, 50), fault, fault]);
  assert.equal(state.engine, 'broken');
  const download = play([{ type: 'download' }], state);
  assert.equal(download.sent[0].type, 'hand');
  const retried = play([{ type: 'retry' }], state);
  assert.deepEqual(typesOf(retried.sent), ['replaceWorker', 'restore']);
});

test('a_download_is_handed_over_with_its_name_and_step', () => {
  const asked = play([...TRAINING, progress(1, 9, [2]), { type: 'download' }]);
  const { requestId } = asked.sent.at(-1);
  const weights = new ArrayBuffer(4);
  const { sent } = play([{ type: 'saved', runId: 1, requestId, step: 9, weights }], asked.state);
  assert.deepEqual(sent, [
    { type: 'hand', fileName: 'babble-your-text-step-9.safetensors', weights },
  ]);
});

test('a_foreign_weights_file_disturbs_nothing', () => {
  const before = play(TRAINING).state;
  const asked = play([{ type: 'openWeights', file: file('cat.png') }], before);
  assert.deepEqual(typesOf(asked.sent), ['save', 'load']);
  const { runId } = asked.sent[1];
  const message = 'This is not a weights file.';
  const failed = { type: 'failed', runId, name: 'BadWeights', message, fatal: false };
  const { state } = play([failed, progress(1, 3, [3])], asked.state);
  assert.equal(state.alert?.text, message);
  assert.equal(state.run?.id, 1);
  assert.equal(state.run.phase, 'training');
  assert.equal(state.run.step, 3);
});

test('loaded_weights_show_their_numbers_and_resume_sends_the_text', () => {
  const asked = play([
    READY,
    { type: 'edit', value: LONG_TEXT },
    { type: 'openWeights', file: file('w.safetensors') },
  ]);
  const { runId, text } = asked.sent[0];
  assert.equal(text.content, LONG_TEXT);
  const weights = weightsReport({ step: 300, heldOut: { loss: 2, step: 290 }, match: 'same' });
  const loaded = play([{ type: 'loaded', runId, weights }], asked.state);
  assert.equal(loaded.state.run?.phase, 'paused');
  assert.equal(loaded.state.run.step, 300);
  assert.deepEqual(loaded.state.run.heldOut, { loss: 2, step: 290 });
  assert.equal(loaded.state.fields.hiddenSize, '512');
  assert.equal(loaded.state.voice.on, true);
  assert.match(loaded.state.notices.run?.text ?? '', /the one it learned/);

  const resumed = play([{ type: 'resume' }], loaded.state);
  const resume = resumed.sent.find(({ type }) => type === 'resume');
  assert.equal(resume?.text.content, LONG_TEXT);
  const { state } = play([started(runId)], resumed.state);
  assert.equal(state.run?.phase, 'training');
});

test('loaded_weights_without_a_text_ask_for_one', () => {
  const asked = play([READY, { type: 'openWeights', file: file('w.safetensors') }]);
  const { runId } = asked.sent[0];
  const loaded = play([{ type: 'loaded', runId, weights: weightsReport() }], asked.state);
  const { state, sent } = play([{ type: 'resume' }], loaded.state);
  assert.equal(state.run?.phase, 'paused');
  assert.match(state.alert?.text ?? '', /There is no text yet/);
  assert.deepEqual(sent, []);
});

test('weights_that_replace_a_run_can_be_undone', () => {
  const asked = play([...TRAINING, snapshot(1, 5), { type: 'openWeights', file: file('w') }]);
  const { runId } = asked.sent.at(-1);
  const loaded = play([{ type: 'loaded', runId, weights: weightsReport() }], asked.state);
  assert.equal(loaded.state.notices.run?.actions[0].label, 'Undo');
  const back = play([{ type: 'undo' }], loaded.state);
  assert.deepEqual(typesOf(back.sent), ['drop', 'restore']);
});

test('unknown_symbols_are_a_choice_that_is_carried_to_the_worker', () => {
  const asked = play([
    READY,
    { type: 'edit', value: LONG_TEXT },
    { type: 'openWeights', file: file('w') },
  ]);
  const { runId } = asked.sent[0];
  const { state } = play(
    [
      { type: 'loaded', runId, weights: weightsReport() },
      { type: 'resume' },
      { type: 'symbols', runId, unknown: ['é', '\u200b'], occurrences: 3 },
    ],
    asked.state,
  );
  assert.equal(state.run?.phase, 'paused');
  assert.match(state.notices.run?.text ?? '', /U\+200B/);
  const labels = state.notices.run?.actions.map(({ label }) => label);
  assert.deepEqual(labels, ['Skip them', 'Add them to the vocabulary']);
  const { sent } = play([{ type: 'answerSymbols', unknown: 'grow' }], state);
  assert.equal(sent.at(-1).type, 'resume');
  assert.equal(sent.at(-1).unknown, 'grow');
});

test('editing_never_touches_the_run', () => {
  const { state, sent } = play([...TRAINING, { type: 'edit', value: 'something else' }]);
  assert.equal(state.run?.text?.content, LONG_TEXT);
  assert.deepEqual(typesOf(sent), ['start']);
});

test('a_text_beyond_the_box_becomes_a_document_and_is_learned_whole', () => {
  const value = 'ab'.repeat(BOX_CHARACTERS / 2 + 1);
  const { state, sent } = play([READY, { type: 'edit', value }]);
  assert.equal(state.text.kind, 'document');
  assert.equal(state.text.shown.length, PREVIEW_CHARACTERS);
  assert.equal(sent[0].type, 'read');
  const known = { characters: value.length, bytes: value.length, symbols: 2, encoding: 'UTF-8' };
  const { requestId } = sent[0];
  const text = {
    type: 'text',
    requestId,
    name: 'Your text',
    preview: 'ab',
    whole: false,
    ...known,
  };
  const started = play([text, { type: 'train' }], state);
  assert.equal(started.sent[0].text.content, value);
  const cleared = play([{ type: 'clearText' }], state).state;
  assert.equal(cleared.text.shown, '');
  assert.equal(cleared.text.kind, 'box');
});

test('a_short_file_comes_into_the_box_and_a_long_one_stays_a_file', () => {
  const opened = play([READY, { type: 'openText', file: file('a.txt') }]);
  const read = opened.sent[0];
  assert.equal(read.type, 'read');
  const answer = { type: 'text', requestId: read.requestId, name: 'a.txt', encoding: 'UTF-8' };
  const short = { ...answer, characters: 2, bytes: 2, symbols: 2, preview: 'hi', whole: true };
  assert.equal(play([short], opened.state).state.text.shown, 'hi');
  const long = { ...answer, characters: 3e6, bytes: 3e6, symbols: 9, preview: 'hi', whole: false };
  const { text } = play([long], opened.state).state;
  assert.equal(text.kind, 'document');
  assert.equal(text.source, read.source);
});

test('a_binary_file_gets_its_sentence_and_leaves_the_text', () => {
  const opened = play([
    READY,
    { type: 'edit', value: LONG_TEXT },
    { type: 'openText', file: file('a.bin') },
  ]);
  const { requestId } = opened.sent[0];
  const failed = {
    type: 'failed',
    requestId,
    name: 'Binary',
    message: 'Not a text.',
    fatal: false,
  };
  const { state } = play([failed], opened.state);
  assert.equal(state.alert?.text, 'Not a text.');
  assert.equal(state.text.shown, LONG_TEXT);
  assert.equal(state.arrival, null);
});

test('a_sample_comes_by_itself_only_to_an_untouched_box', () => {
  const unasked = { type: 'chooseSample', sample: 'sums', name: 'Sums', unasked: true };
  assert.equal(play([unasked]).sent[0].type, 'fetchSample');
  assert.deepEqual(play([{ type: 'touchText' }, unasked]).sent, []);
  const late = play([
    unasked,
    { type: 'edit', value: 'mine' },
    { type: 'sampleReady', requestId: 1, content: '1+1=2' },
  ]);
  assert.equal(late.state.text.shown, 'mine');
});

test('a_sample_over_a_typed_text_can_be_put_back', () => {
  const { state } = play([
    { type: 'edit', value: 'mine' },
    { type: 'chooseSample', sample: 'sums', name: 'Sums', unasked: false },
    { type: 'sampleReady', requestId: 1, content: '1+1=2' },
  ]);
  assert.equal(state.text.shown, '1+1=2');
  const intent = state.notices.text?.actions[0].intent;
  assert.ok(intent);
  assert.equal(reduce(state, intent).text.shown, 'mine');
});

test('the_voice_keeps_its_newest_characters_and_splits_no_pair', () => {
  const wrote = (text, restarted) => ({
    type: 'wrote',
    runId: 1,
    text,
    restarted,
    prompt: 'Ahab',
    skipped: [],
  });
  const { state } = play([
    ...TRAINING,
    wrote('first', true),
    wrote(`😀${'x'.repeat(TAIL_CHARACTERS - 1)}`, false),
  ]);
  assert.equal(state.voice.heading, 'Ahab');
  assert.equal(state.voice.written, 5 + 2 + TAIL_CHARACTERS - 1);
  assert.equal(state.voice.tail, 'x'.repeat(TAIL_CHARACTERS - 1));
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
