import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOX_CHARACTERS, PREVIEW_CHARACTERS } from '../src/state/text.js';
import { reduce } from '../src/state.js';
import { file, LONG_TEXT, play, READY, TRAINING, typesOf } from './happenings.js';

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
  const begun = play([
    unasked,
    { type: 'touchText' },
    { type: 'sampleReady', requestId: 1, content: '1+1=2' },
  ]);
  assert.equal(begun.state.text.shown, '', 'nor under the hands of who begins to type');
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
