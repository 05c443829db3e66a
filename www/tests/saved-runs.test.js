/** What outlives the tab: names, slots and the page's side of saved runs, without a browser. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { savedRunsText, savedWhen } from '../src/page/saved-runs/words.js';
import { nameFor, TYPED, tidy, unlike } from '../src/shared/run-names.js';
import { isWhole, seal, slotOf } from '../src/worker/storage/slots.js';
import {
  CONFIG,
  LONG_TEXT,
  play,
  progress,
  READY,
  snapshot,
  started,
  TRAINING,
  textReport,
  typesOf,
  weightsReport,
} from './messages.js';

const savedRun = (change = {}) => ({
  key: 'a1',
  name: 'Moby-Dick',
  named: false,
  textName: 'Moby-Dick',
  sample: null,
  config: CONFIG,
  asked: CONFIG,
  characters: 700,
  parameters: 1000,
  step: 1200,
  heldOut: { loss: 1.62, step: 1190 },
  bytes: 4000,
  beganAt: 1,
  savedAt: 2,
  left: false,
  busy: false,
  ...change,
});

const opened = (runId, change = {}) => ({
  type: 'opened',
  runId,
  run: savedRun(),
  text: {
    source: { name: 'Moby-Dick', content: LONG_TEXT },
    preview: LONG_TEXT,
    whole: true,
    bytes: LONG_TEXT.length,
    summary: textReport(),
  },
  sampling: { on: true, charactersPerSecond: 90, temperature: 0.3, prompt: 'Call' },
  curve: {},
  training: true,
  ...change,
});

test('states_alternate_between_two_slots', () => {
  assert.deepEqual([1, 2, 3, 4].map(slotOf), [1, 0, 1, 0]);
});

test('a_torn_or_flipped_state_is_known', () => {
  const weights = Uint8Array.from({ length: 1003 }, (_, i) => (i * 7) % 256);
  const state = { weights, ...seal(weights, 5) };
  assert.ok(isWhole(state));
  assert.ok(isWhole(structuredClone(state)));
  // As wasm gives it: a view that begins anywhere.
  const shifted = new Uint8Array(1006).subarray(3);
  shifted.set(weights);
  assert.equal(seal(shifted, 5).checksum, state.checksum);
  for (const at of [0, 1, 500, 1001, 1002]) {
    const flipped = weights.slice();
    flipped[at] ^= 1;
    assert.ok(!isWhole({ ...state, weights: flipped }), `bit at ${at}`);
  }
  assert.ok(!isWhole({ ...state, weights: weights.subarray(0, 1002) }));
  assert.ok(!isWhole({ ...state, weights: new Uint8Array(1003) }));
  assert.ok(!isWhole({ ...state, sequence: undefined }));
  for (const nothing of [undefined, null, 7, {}]) assert.ok(!isWhole(nothing));
});

test('a_run_is_called_by_its_text_or_by_how_that_begins', () => {
  assert.equal(nameFor('Moby-Dick', 'Call me'), 'Moby-Dick');
  assert.equal(nameFor('my novel.txt', 'Call me'), 'my novel');
  assert.equal(nameFor(TYPED, '  Call me\n Ishmael.  '), 'Call me Ishmael.');
  assert.equal(
    nameFor(TYPED, 'The kettle hums while the rain comes down. '.repeat(3)),
    'The kettle hums while the rain…',
  );
  assert.equal([...nameFor(TYPED, '😀'.repeat(80))].length, 33, 'no symbol is cut in half');
  assert.equal(nameFor(TYPED, ' \n '), TYPED);
});

test('a_name_turns_no_sentence_around', () => {
  assert.equal(tidy('weights\u202egpj.exe\u2067\u200f'), 'weightsgpj.exe');
  assert.equal(nameFor('a\u202eb\u0007.txt', ''), 'ab');
  assert.equal(nameFor(TYPED, '\u202e\u2066 \n'), TYPED, 'a name of nothing to be seen is none');
  assert.equal(tidy('👩\u200d🚀'), '👩\u200d🚀', 'what joins a sign stays');
  const file = new File(['x'], 'a\u202etxt.exe');
  const text = play([READY, { type: 'openTexts', files: [file] }]).state;
  assert.deepEqual([text.arrival?.name, text.arrival?.source?.name], ['atxt.exe', 'atxt.exe']);
  const weights = play([
    READY,
    { type: 'openWeights', file: new File(['x'], 'a\u202eb.safetensors') },
  ]).state;
  assert.equal(weights.loading?.name, 'ab.safetensors');
});

test('no_two_names_are_alike', () => {
  assert.equal(unlike('Sums', []), 'Sums');
  assert.equal(unlike('Sums', ['Sums', 'Sums 2']), 'Sums 3');
  assert.equal(unlike('Sums 2', ['Sums', 'Sums 2']), 'Sums 3');
  assert.equal(tidy(`  a\n\tb ${'x'.repeat(100)}`).length, 60);
});

test('the_run_that_was_going_on_is_offered_once', () => {
  const first = play([READY, { type: 'savedRuns', runs: [savedRun()] }]);
  const notice = first.state.notices.savedRuns;
  assert.match(notice?.text ?? '', /“Moby-Dick” is saved at step 1,200, held-out loss 1\.620/);
  assert.equal(notice?.actions[0].label, 'Go on');
  const waved = play([{ type: 'dismiss', which: 'savedRuns' }], first.state);
  assert.deepEqual(waved.sent, [{ type: 'leave', key: 'a1' }]);
  const again = play([{ type: 'savedRuns', runs: [savedRun()] }], waved.state);
  assert.equal(again.state.notices.savedRuns, null);
});

test('what_was_left_or_is_open_elsewhere_or_comes_late_is_not_offered', () => {
  for (const change of [{ left: true }, { busy: true }]) {
    const { state } = play([
      READY,
      { type: 'savedRuns', runs: [savedRun(change), savedRun({ key: 'b' })] },
    ]);
    assert.equal(state.notices.savedRuns, null);
  }
  const { state } = play([...TRAINING, { type: 'savedRuns', runs: [savedRun()] }]);
  assert.equal(state.notices.savedRuns, null);
});

test('going_on_brings_text_settings_and_generated_text', () => {
  const asked = play([
    READY,
    { type: 'savedRuns', runs: [savedRun()] },
    { type: 'openSaved', key: 'a1', training: true, copy: false },
  ]);
  const [open] = asked.sent;
  assert.equal(open.type, 'open');
  assert.equal(open.training, true);
  assert.equal(asked.state.notices.savedRuns, null);
  const { state } = play([opened(open.runId), started(open.runId)], asked.state);
  assert.equal(state.run?.phase, 'training');
  assert.equal(state.run.savedKey, 'a1');
  assert.equal(state.text.shown, LONG_TEXT);
  assert.equal(state.run.text, state.text.source);
  assert.equal(state.fields.hiddenSize, String(CONFIG.hiddenSize));
  assert.deepEqual([state.generated.prompt, state.generated.temperature], ['Call', 0.3]);
});

test('a_run_that_is_opened_over_another_can_be_undone', () => {
  const asked = play([
    ...TRAINING,
    snapshot(1, 5),
    { type: 'openSaved', key: 'a1', training: false, copy: false },
  ]);
  assert.deepEqual(typesOf(asked.sent.slice(-2)), ['save', 'open']);
  const { runId } = asked.sent.at(-1);
  const { state } = play([opened(runId, { training: false }), started(runId)], asked.state);
  assert.equal(state.run?.phase, 'paused');
  assert.equal(state.notices.run?.actions[0].label, 'Undo');
  const back = play([{ type: 'undo' }], state);
  assert.deepEqual(typesOf(back.sent), ['drop', 'restore']);
});

test('a_run_that_cannot_be_opened_disturbs_nothing', () => {
  const asked = play([...TRAINING, { type: 'openSaved', key: 'a1', training: true, copy: false }]);
  const { runId } = asked.sent.at(-1);
  const message = 'This run is not there any more.';
  const failed = { type: 'failed', runId, name: 'Refused', message, fatal: false };
  const { state } = play([failed], asked.state);
  assert.equal(state.alert?.text, message);
  assert.equal(state.run?.phase, 'training');
  assert.equal(state.loading, null);
});

test('a_run_that_another_tab_has_open_can_be_opened_as_a_copy', () => {
  const asked = play([READY, { type: 'openSaved', key: 'a1', training: true, copy: false }]);
  const { runId } = asked.sent[0];
  const { state } = play([{ type: 'busy', runId, key: 'a1', name: 'Sums' }], asked.state);
  assert.equal(state.loading, null);
  assert.match(state.notices.savedRuns?.text ?? '', /“Sums” is open in another tab/);
  const [action] = state.notices.savedRuns?.actions ?? [];
  assert.equal(action?.label, 'Open a copy');
  const copied = play([action?.intent], state);
  assert.equal(copied.sent[0].copy, true);
});

test('a_state_that_is_saved_moves_its_run_to_the_top_and_ends_the_trouble', () => {
  const runs = [savedRun({ key: 'b', step: 7 }), savedRun()];
  const troubled = play([
    ...TRAINING,
    { type: 'savedRuns', runs },
    { type: 'notSaved', runId: 1, reason: 'full' },
  ]).state;
  assert.match(troubled.notices.savedRuns?.text ?? '', /full/);
  assert.equal(troubled.run?.phase, 'training', 'training goes on');
  const { state } = play(
    [{ type: 'autosaved', runId: 1, run: savedRun({ step: 1300 }) }],
    troubled,
  );
  assert.deepEqual(
    state.savedRuns.runs?.map(({ key, step }) => [key, step]),
    [
      ['a1', 1300],
      ['b', 7],
    ],
  );
  assert.equal(state.run?.savedKey, 'a1');
  assert.equal(state.notices.savedRuns, null);
  assert.equal(state.savedRuns.trouble, '');
});

test('a_browser_without_a_database_gets_a_sentence_when_there_is_something_to_lose', () => {
  const before = play([READY, { type: 'notSaved', reason: 'none' }]).state;
  assert.equal(before.notices.savedRuns, null);
  assert.match(before.savedRuns.trouble, /keeps nothing/);
  const { state } = play([...TRAINING, { type: 'notSaved', runId: 1, reason: 'none' }], before);
  assert.match(state.notices.savedRuns?.text ?? '', /keeps nothing/);
});

test('after_a_fault_the_run_goes_on_being_the_one_that_is_saved', () => {
  const { sent } = play([
    ...TRAINING,
    snapshot(1, 5),
    { type: 'autosaved', runId: 1, run: savedRun() },
    { type: 'fault', message: 'Gone.' },
  ]);
  assert.equal(sent.at(-1).kept, 'a1');
});

test('a_deleted_run_can_be_brought_back', () => {
  const { state, sent } = play([
    READY,
    { type: 'savedRuns', runs: [savedRun({ left: true })] },
    { type: 'deleteSaved', key: 'a1' },
    { type: 'deleted', key: 'a1', name: 'Moby-Dick' },
    { type: 'savedRuns', runs: [] },
  ]);
  assert.deepEqual(sent, [{ type: 'delete', key: 'a1' }]);
  const [action] = state.notices.savedRuns?.actions ?? [];
  assert.deepEqual(play([action?.intent], state).sent, [{ type: 'undelete', key: 'a1' }]);
});

test('the_text_that_was_in_the_box_comes_back_and_no_sample_over_it', () => {
  const draft = { source: { name: TYPED, content: 'mine' }, edited: true };
  const { state, sent } = play([
    { type: 'tabRegistered', tab: 't', draft },
    { type: 'chooseSample', sample: 'sums', name: 'Sums', unasked: true },
  ]);
  assert.equal(state.text.shown, 'mine');
  assert.equal(state.text.edited, true);
  assert.deepEqual(sent, []);
  assert.equal(state.notices.text, null);
});

test('a_file_that_was_in_the_box_is_read_again', () => {
  const content = new Blob(['x']);
  const source = { name: 'big.txt', content, encoding: 'koi8-r' };
  const draft = { source, edited: false };
  const { state, sent } = play([{ type: 'tabRegistered', tab: 't', draft }]);
  assert.equal(state.arrival?.source, source);
  assert.equal(sent[0].type, 'read');
  assert.equal(sent[0].source, source);
});

test('who_began_to_type_before_it_came_back_is_offered_the_old_text', () => {
  const draft = { source: { name: TYPED, content: 'old' }, edited: true };
  const { state } = play([
    { type: 'edit', value: 'new' },
    { type: 'tabRegistered', tab: 't', draft },
  ]);
  assert.equal(state.text.shown, 'new');
  const [action] = state.notices.text?.actions ?? [];
  assert.equal(play([action?.intent], state).state.text.shown, 'old');
});

test('a_page_that_is_hidden_saves_its_run', () => {
  assert.deepEqual(play([...TRAINING, { type: 'hidden' }]).sent.at(-1), {
    type: 'autosave',
    runId: 1,
  });
  assert.deepEqual(play([READY, { type: 'hidden' }]).sent, []);
});

test('the_link_of_a_run_that_comes_back_is_that_of_its_beginning', () => {
  const opening = play([READY, { type: 'openSaved', key: 'a1', training: false, copy: false }]);
  const { runId } = opening.state.loading;
  const config = { ...CONFIG, learningRate: 0.01 };
  const { state } = play([opened(runId, { run: savedRun({ config }) })], opening.state);
  assert.equal(state.run?.config.learningRate, 0.01);
  assert.equal(state.run.asked, CONFIG);
});

test('a_saved_run_whose_text_is_gone_opens_as_loaded_weights', () => {
  const asked = play([
    READY,
    { type: 'edit', value: LONG_TEXT },
    { type: 'savedRuns', runs: [savedRun()] },
    { type: 'openSaved', key: 'a1', training: true, copy: false },
  ]);
  const { runId } = asked.sent.at(-1);
  const weights = new ArrayBuffer(4);
  const textless = { type: 'textless', runId, name: 'Moby-Dick', weights };
  const { state, sent } = play([textless], asked.state);
  assert.deepEqual(typesOf(sent), ['load']);
  assert.equal(sent[0].weights, weights);
  assert.equal(sent[0].text.content, LONG_TEXT);
  const loaded = play([{ type: 'loaded', runId, weights: weightsReport() }], state).state;
  const said = loaded.notices.run?.text ?? '';
  assert.match(said, /^The text that “Moby-Dick” learned is not saved any more/);
  assert.equal(loaded.run?.phase, 'paused');
  assert.equal(loaded.text.shown, LONG_TEXT, 'the text in the box stays');
});

test('a_database_that_does_not_answer_gets_a_sentence_and_a_button_until_it_answers', () => {
  const silent = play([READY, { type: 'notSaved', reason: 'silent' }]).state;
  assert.match(silent.notices.savedRuns?.text ?? '', /does not answer.*They are still there/);
  assert.match(savedRunsText(silent.savedRuns), /does not answer/);
  const [action] = silent.notices.savedRuns?.actions ?? [];
  assert.equal(action?.label, 'Try again');
  const { state, sent } = play([action?.intent], silent);
  assert.deepEqual(sent, [{ type: 'reloadSavedRuns' }]);
  assert.equal(state.notices.savedRuns, null);
  const answered = play([{ type: 'savedRuns', runs: [] }], silent).state;
  assert.equal(answered.notices.savedRuns, null);
  assert.doesNotMatch(savedRunsText(answered.savedRuns), /does not answer/);
});

test('a_list_that_comes_does_not_hide_that_the_run_is_not_being_saved', () => {
  const { state } = play([
    ...TRAINING,
    { type: 'notSaved', runId: 1, reason: 'silent' },
    { type: 'savedRuns', runs: [] },
  ]);
  assert.match(state.savedRuns.trouble, /this run is not being saved/);
});

test('a_request_that_fails_does_not_hide_that_the_run_is_not_being_saved', () => {
  const { state } = play([
    ...TRAINING,
    { type: 'notSaved', runId: 1, reason: 'silent' },
    { type: 'notSaved', reason: 'silent' },
  ]);
  assert.match(state.notices.savedRuns?.text ?? '', /this run is not being saved/);
});

test('a_request_that_fails_says_nothing_about_the_run', () => {
  for (const reason of ['lost', 'full']) {
    const { state } = play([...TRAINING, { type: 'notSaved', reason }]);
    assert.doesNotMatch(state.notices.savedRuns?.text ?? '', /this run/);
  }
});

test('a_run_that_is_saved_is_not_called_lost', () => {
  const { state } = play([
    ...TRAINING,
    { type: 'autosaved', runId: 1, run: savedRun() },
    { type: 'fault', message: 'Gone.' },
  ]);
  assert.doesNotMatch(state.alert?.text ?? '', /lost/);
  assert.match(state.alert?.text ?? '', /saved as “Moby-Dick” at step 1,200/);
  const [action] = state.alert?.actions ?? [];
  const opening = play([READY, action?.intent], state);
  assert.deepEqual(typesOf(opening.sent), ['open']);
});

test('a_date_that_is_damaged_is_left_out', () => {
  const { state } = play([READY, { type: 'savedRuns', runs: [savedRun({ savedAt: 0 })] }]);
  assert.match(state.notices.savedRuns?.text ?? '', /step 1,200, held-out loss 1\.620\.$/);
  assert.equal(savedWhen(savedRun({ savedAt: 0 })), '');
});

test('the_browsers_promise_is_asked_for_once_after_a_minute_and_its_answer_is_shown', () => {
  const saved = { type: 'autosaved', runId: 1, run: savedRun() };
  const early = play([...TRAINING, { ...progress(1, 5, [2]), trainedMs: 59_000 }, saved]);
  assert.ok(!typesOf(early.sent).includes('askPromise'));
  const minute = play([{ ...progress(1, 9, [2]), trainedMs: 61_000 }, saved, saved], early.state);
  assert.deepEqual(typesOf(minute.sent), ['askPromise']);
  for (const [promise, words] of [
    ['granted', /has promised to keep them/],
    ['refused', /may delete them/],
    ['unable', /gives no promise/],
  ]) {
    const { state, sent } = play([{ type: 'promised', promise }, saved], minute.state);
    assert.match(savedRunsText(state.savedRuns), words);
    assert.deepEqual(sent, []);
  }
});

test('a_page_that_cannot_tell_who_has_a_run_open_says_so', () => {
  const { state } = play([READY, { type: 'unguarded' }, { type: 'savedRuns', runs: [] }]);
  assert.match(savedRunsText(state.savedRuns), /keep each run open in one tab only/);
});
