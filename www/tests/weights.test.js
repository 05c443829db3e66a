import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  file,
  LONG_TEXT,
  play,
  progress,
  READY,
  snapshot,
  started,
  TRAINING,
  typesOf,
  weightsReport,
} from './messages.js';

test('a_download_is_saved_with_its_name_and_step', () => {
  const asked = play([...TRAINING, progress(1, 9, [2]), { type: 'download' }]);
  const { requestId } = asked.sent.at(-1);
  const weights = new ArrayBuffer(4);
  const { sent } = play([{ type: 'saved', runId: 1, requestId, step: 9, weights }], asked.state);
  assert.deepEqual(sent, [
    { type: 'saveFile', fileName: 'babble-your-text-step-9.safetensors', content: weights },
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
  assert.equal(loaded.state.generated.on, true);
  assert.match(loaded.state.notices.run?.text ?? '', /learned the present text/);

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

test('weights_that_come_after_a_reset_leave_no_dead_undo', () => {
  const asked = play([
    ...TRAINING,
    snapshot(1, 5),
    { type: 'reset' },
    { type: 'openWeights', file: file('w') },
  ]);
  const { runId } = asked.sent.at(-1);
  const { state } = play([{ type: 'loaded', runId, weights: weightsReport() }], asked.state);
  assert.equal(state.discarded, null);
  assert.equal(state.notices.discarded, null);
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
  const { state: one } = play(
    [{ type: 'resume' }, { type: 'symbols', runId, unknown: ['é'], occurrences: 1 }],
    state,
  );
  assert.match(one.notices.run?.text ?? '', /1 symbol .*, 1 time in all: .* become of it\?$/);
  assert.equal(one.notices.run?.actions[0].label, 'Skip it');
  const { sent } = play([{ type: 'answerSymbols', unknown: 'grow' }], state);
  assert.equal(sent.at(-1).type, 'resume');
  assert.equal(sent.at(-1).unknown, 'grow');
});
