import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summaryOf } from '../src/state/summary.js';
import { BOX_CHARACTERS, PREVIEW_CHARACTERS } from '../src/state/text.js';
import { reduce } from '../src/state.js';
import { file, LONG_TEXT, play, READY, TRAINING, told, typesOf } from './happenings.js';

const surveys = (asked) => asked.filter(({ type }) => type === 'survey');

test('editing_never_touches_the_run', () => {
  const { state, sent } = play([...TRAINING, { type: 'edit', value: 'something else' }]);
  assert.equal(state.run?.text?.content, LONG_TEXT);
  assert.deepEqual(typesOf(sent), ['start', 'showVoice']);
});

test('a_text_beyond_the_box_becomes_a_document_and_is_learned_whole', () => {
  const value = 'ab'.repeat(BOX_CHARACTERS / 2 + 1);
  const { state, sent } = play([READY, { type: 'edit', value }]);
  assert.equal(state.text.kind, 'document');
  assert.equal(state.text.shown.length, PREVIEW_CHARACTERS);
  assert.equal(sent[0].type, 'read');
  const summary = told({ characters: value.length, symbols: 2 });
  const known = { bytes: value.length, summary, encoding: 'utf-8' };
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
  const answer = { type: 'text', requestId: read.requestId, name: 'a.txt', encoding: 'utf-8' };
  const short = {
    ...answer,
    bytes: 2,
    summary: told({ characters: 2 }),
    preview: 'hi',
    whole: true,
  };
  const box = play([short], opened.state);
  assert.equal(box.state.text.shown, 'hi');
  assert.equal(summaryOf(box.state), short.summary);
  const long = {
    ...answer,
    bytes: 3e6,
    summary: told({ characters: 3e6 }),
    preview: 'hi',
    whole: false,
  };
  const document = play([long], opened.state);
  const { text } = document.state;
  assert.equal(text.kind, 'document');
  assert.deepEqual(text.source, { ...read.source, encoding: 'utf-8' });
  assert.equal(summaryOf(document.state), long.summary);
  assert.deepEqual(surveys([...box.asked, ...document.asked]), [], 'what was told is not asked');
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
  assert.deepEqual(state.alert?.actions, []);
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

test('another_encoding_reads_the_same_file_again', () => {
  const opened = play([READY, { type: 'openText', file: file('a.txt') }]);
  const [{ source, requestId }] = opened.sent;
  const answer = { type: 'text', requestId, name: 'a.txt', bytes: 4, whole: true };
  const found = { ...answer, encoding: 'windows-1252', preview: 'Ã©', summary: told() };
  const read = play([found, { type: 'chooseEncoding', encoding: 'utf-8' }], opened.state);
  const [again] = read.sent;
  assert.equal(again.type, 'read');
  assert.deepEqual(again.source, { ...source, encoding: 'utf-8' });
  const better = { ...found, requestId: again.requestId, encoding: 'utf-8', preview: 'é' };
  const { text, notices } = play([better], read.state).state;
  assert.deepEqual(
    [text.shown, text.file?.encoding, text.file?.content],
    ['é', 'utf-8', source.content],
  );
  assert.equal(notices.text, null, 'nothing that someone typed was lost');
});

test('a_text_that_was_edited_is_no_file_any_more', () => {
  const { state } = play([{ type: 'openText', file: file('a.txt') }]);
  const answer = { type: 'text', requestId: 1, name: 'a.txt', bytes: 2, encoding: 'utf-8' };
  const typed = play(
    [
      { ...answer, preview: 'hi', whole: true, summary: told() },
      { type: 'edit', value: 'hi!' },
    ],
    state,
  );
  assert.equal(typed.state.text.file, null);
  const chosen = play([{ type: 'chooseEncoding', encoding: 'utf-16le' }], typed.state);
  assert.deepEqual([chosen.state, chosen.sent], [typed.state, []]);
});

test('one_question_about_the_text_is_under_way_at_a_time', () => {
  const typed = play([READY, ...['a', 'ab', 'abc'].map((value) => ({ type: 'edit', value }))]);
  assert.deepEqual(
    surveys(typed.asked).map(({ source }) => source.content),
    ['a'],
  );
  const [{ requestId }] = surveys(typed.asked);
  const first = play(
    [{ type: 'surveyed', requestId, summary: told({ characters: 1 }) }],
    typed.state,
  );
  assert.equal(first.state.summary?.told.characters, 1, 'nearly true is better than nothing');
  assert.equal(summaryOf(first.state), null);
  assert.equal(surveys(first.asked)[0].source.content, 'abc');
  const answer = {
    type: 'surveyed',
    requestId: surveys(first.asked)[0].requestId,
    summary: told(),
  };
  const second = play([answer], first.state);
  assert.deepEqual(summaryOf(second.state), told());
  assert.deepEqual(surveys(second.asked), []);
  assert.equal(play([{ type: 'clearText' }], second.state).state.summary, null);
});

test('a_question_that_went_down_with_its_worker_is_asked_again', () => {
  const { asked } = play([
    READY,
    { type: 'edit', value: 'abc' },
    { type: 'fault', message: '' },
    READY,
  ]);
  assert.equal(surveys(asked).length, 2);
});

test('a_binary_file_may_be_read_as_utf_16_which_need_not_say_so', () => {
  const opened = play([READY, { type: 'openText', file: file('a.txt') }]);
  const [{ requestId, source }] = opened.sent;
  const failed = { type: 'failed', name: 'BinaryFile', message: 'Not a text.', fatal: false };
  const { alert, text } = play([{ ...failed, requestId }], opened.state).state;
  assert.equal(alert?.actions[0].label, 'Read it as UTF-16');
  const again = play([alert?.actions[0].intent], opened.state);
  assert.deepEqual(again.sent[0].source, { ...source, encoding: 'utf-16le' });
  const late = { ...failed, requestId: again.sent[0].requestId };
  assert.deepEqual(play([late], again.state).state.alert?.actions, [], 'once is enough');
  assert.equal(text.file, null);
});
