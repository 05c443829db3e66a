import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as core from '../../pkg/babble.js';
import { LIMITS } from '../../pkg/settings.js';
import { BOX_CHARACTERS, PREVIEW_CHARACTERS } from '../src/page/text/state.js';
import { summaryOf } from '../src/page/text/summary-state.js';
import { tooShort } from '../src/page/text/too-short.js';
import { PLAIN } from '../src/shared/encodings.js';
import { root } from '../tools/paths.js';
import { file, LONG_TEXT, play, READY, reduce, TRAINING, textReport, typesOf } from './messages.js';

await core.default({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

/** What a worker tells of any text that it read. */
const READ = { reading: PLAIN, columns: [], joined: null, content: null };

const requests = (asked) => asked.filter(({ type }) => type === 'summarize');

test('an_empty_file_leaves_the_box_as_it_was_and_says_so', () => {
  for (const [content, said] of [
    [LONG_TEXT, 'zero.txt is empty. The text in the box stays.'],
    ['', 'zero.txt is empty.'],
  ]) {
    const opened = play([
      READY,
      { type: 'edit', value: content },
      { type: 'openTexts', files: [file('zero.txt')] },
    ]);
    const { requestId } = opened.sent.find(({ type }) => type === 'read');
    const summary = textReport({ characters: 0, symbols: 0 });
    const empty = { ...READ, bytes: 0, preview: '', whole: true, summary };
    const { state } = play([{ type: 'text', requestId, name: 'zero.txt', ...empty }], opened.state);
    assert.equal(state.text.shown, content);
    assert.equal(state.arrival, null);
    assert.equal(state.alert?.text, said);
  }
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
  const summary = textReport({ characters: value.length, symbols: 2 });
  const known = { ...READ, bytes: value.length, summary };
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
  const opened = play([READY, { type: 'openTexts', files: [file('a.txt')] }]);
  const read = opened.sent[0];
  assert.equal(read.type, 'read');
  const answer = { type: 'text', requestId: read.requestId, name: 'a.txt', ...READ };
  const short = {
    ...answer,
    bytes: 2,
    summary: textReport({ characters: 2 }),
    preview: 'hi',
    whole: true,
  };
  const box = play([short], opened.state);
  assert.equal(box.state.text.shown, 'hi');
  assert.equal(summaryOf(box.state), short.summary);
  const long = {
    ...answer,
    bytes: 3e6,
    summary: textReport({ characters: 3e6 }),
    preview: 'hi',
    whole: false,
  };
  const document = play([long], opened.state);
  const { text } = document.state;
  assert.equal(text.kind, 'document');
  assert.deepEqual(text.source, { ...read.source, encoding: 'utf-8' });
  assert.equal(summaryOf(document.state), long.summary);
  assert.deepEqual(requests([...box.asked, ...document.asked]), [], 'what is known is not asked');
});

test('a_binary_file_gets_its_sentence_and_leaves_the_text', () => {
  const opened = play([
    READY,
    { type: 'edit', value: LONG_TEXT },
    { type: 'openTexts', files: [file('a.bin')] },
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
  const opened = play([READY, { type: 'openTexts', files: [file('a.txt')] }]);
  const [{ source, requestId }] = opened.sent;
  const answer = { ...READ, type: 'text', requestId, name: 'a.txt', bytes: 4, whole: true };
  const guess = { ...PLAIN, encoding: /** @type {const} */ ('windows-1252'), guessed: true };
  const found = { ...answer, reading: guess, preview: 'Ã©', summary: textReport() };
  const read = play([found, { type: 'chooseEncoding', encoding: 'utf-8' }], opened.state);
  const [again] = read.sent;
  assert.equal(again.type, 'read');
  assert.deepEqual(again.source, { ...source, encoding: 'utf-8' });
  const better = { ...found, requestId: again.requestId, reading: PLAIN, preview: 'é' };
  const { text, notices } = play([better], read.state).state;
  assert.deepEqual(
    [text.shown, text.file?.reading, text.file?.content],
    ['é', PLAIN, source.content],
  );
  assert.equal(notices.text, null, 'nothing that someone typed was lost');
});

test('a_text_that_was_edited_is_no_file_any_more', () => {
  const { state } = play([{ type: 'openTexts', files: [file('a.txt')] }]);
  const answer = { ...READ, type: 'text', requestId: 1, name: 'a.txt', bytes: 2 };
  const typed = play(
    [
      { ...answer, preview: 'hi', whole: true, summary: textReport() },
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
    requests(typed.asked).map(({ source }) => source.content),
    ['a'],
  );
  const [{ requestId }] = requests(typed.asked);
  const first = play(
    [{ type: 'summarized', requestId, summary: textReport({ characters: 1 }) }],
    typed.state,
  );
  assert.equal(first.state.summary?.report.characters, 1, 'nearly true is better than nothing');
  assert.equal(summaryOf(first.state), null);
  assert.equal(requests(first.asked)[0].source.content, 'abc');
  const answer = {
    type: 'summarized',
    requestId: requests(first.asked)[0].requestId,
    summary: textReport(),
  };
  const second = play([answer], first.state);
  assert.deepEqual(summaryOf(second.state), textReport());
  assert.deepEqual(requests(second.asked), []);
  assert.equal(play([{ type: 'clearText' }], second.state).state.summary, null);
});

test('a_question_that_went_down_with_its_worker_is_asked_again', () => {
  const { asked } = play([
    READY,
    { type: 'edit', value: 'abc' },
    { type: 'fault', message: '' },
    READY,
  ]);
  assert.equal(requests(asked).length, 2);
});

test('several_files_are_read_as_one_and_what_was_taken_and_left_is_listed', () => {
  const files = [file('b.txt'), file('a.txt'), file('c.png')];
  const opened = play([READY, { type: 'edit', value: 'mine' }, { type: 'openTexts', files }]);
  const [read] = opened.sent;
  assert.deepEqual([read.type, read.files], ['read', files]);
  const left = [{ name: 'c.png', why: 'This is a picture (PNG), not a plain text. Open a text.' }];
  const answer = {
    ...READ,
    type: 'text',
    requestId: read.requestId,
    name: 'a.txt and 1 more',
    bytes: 4,
    joined: { taken: ['a.txt', 'b.txt'], left },
    preview: 'a\nb',
    whole: true,
    summary: textReport(),
  };
  const { text, notices } = play([answer], opened.state).state;
  assert.deepEqual([text.shown, text.source.name, text.file], ['a\nb', 'a.txt and 1 more', null]);
  assert.equal(
    notices.text?.text,
    '2 files as one text: a.txt, b.txt. Left out: c.png (This is a picture (PNG), not a plain text). ' +
      'Your own text made room for this one.',
  );
  assert.equal(notices.text?.actions[0].label, 'Put mine back');
  const long = { ...answer, whole: false, content: new Blob(['a\nb']) };
  const { source } = play([long], opened.state).state.text;
  assert.deepEqual([source.content, source.encoding], [long.content, 'utf-8']);
});

test('a_text_that_is_dropped_beside_a_run_is_spoken_of_because_the_box_is_hidden', () => {
  const value = 'quite another text';
  const { notices } = play([...TRAINING, { type: 'dropText', value }]).state;
  assert.match(notices.text?.text ?? '', /^Your own text made room for this one\. A run keeps its/);
  const cleared = play([...TRAINING, { type: 'clearText' }]).state;
  const offer = cleared.notices.text;
  assert.equal(offer?.actions[0].label, 'Put mine back');
  const sample = { type: 'chooseSample', sample: 'sums', name: 'Sums', unasked: false };
  const fill = (state) => {
    const asked = reduce(state, sample);
    const requestId = asked.arrival?.requestId;
    return reduce(asked, { type: 'sampleReady', requestId, content: value }).notices.text;
  };
  assert.equal(fill(cleared), offer, 'what is offered back stays on offer');
  const dismissed = reduce(cleared, { type: 'dismiss', which: 'text' });
  assert.match(fill(dismissed)?.text ?? '', /^Sums was put in the box\. A run keeps its/);
  const without = play([READY, { type: 'dropText', value }]).state;
  assert.equal(without.notices.text, null);
});

test('a_change_is_made_by_the_worker_in_a_text_of_any_length_and_can_be_put_back', () => {
  const content = file('a.txt');
  const opened = play([READY, { type: 'openTexts', files: [content] }]);
  const document = {
    ...READ,
    type: 'text',
    requestId: opened.sent[0].requestId,
    name: 'a.txt',
    bytes: 1e6,
    preview: 'Ab',
    whole: false,
    summary: textReport({ characters: 1e6 }),
  };
  const change = { kind: /** @type {const} */ ('rare'), below: 10 };
  const asked = play([document, { type: 'changeText', change }], opened.state);
  const [read] = asked.sent;
  assert.deepEqual([read.type, read.change, read.source.content], ['read', change, content]);
  const changed = {
    ...document,
    requestId: read.requestId,
    content: new Blob(['ab']),
    summary: textReport({ characters: 999_900 }),
  };
  const { state } = play([changed], asked.state);
  assert.deepEqual(state.text.source, {
    name: 'a.txt',
    content: changed.content,
    encoding: 'utf-8',
  });
  assert.equal(state.text.file, null, 'it is not what the file holds');
  assert.equal(state.notices.text?.text, 'The text has 100 characters fewer.');
  const intent = state.notices.text?.actions[0].intent;
  assert.ok(intent);
  assert.equal(reduce(state, intent).text.source.content, content);
  assert.deepEqual(play([{ type: 'changeText', change }]).sent, [], 'nothing is in the box');
});

test('a_text_that_is_dropped_comes_into_the_box_and_what_was_typed_can_be_put_back', () => {
  const { state } = play([
    READY,
    { type: 'edit', value: 'mine' },
    { type: 'dropText', value: 'dropped' },
  ]);
  assert.deepEqual([state.text.shown, state.text.edited], ['dropped', true]);
  assert.equal(state.notices.text?.actions[0].label, 'Put mine back');
  const long = 'ab'.repeat(BOX_CHARACTERS);
  assert.equal(play([READY, { type: 'dropText', value: long }]).sent[0].source.content, long);
});

test('a_text_of_one_symbol_is_not_tried_out', () => {
  const { requestId } = play([READY, { type: 'edit', value: '    ' }]).asked.find(
    ({ type }) => type === 'summarize',
  );
  const summary = textReport({ characters: 4, symbols: 1 });
  const { asked } = play([
    READY,
    { type: 'edit', value: '    ' },
    { type: 'summarized', requestId, summary },
  ]);
  assert.deepEqual(
    asked.filter(({ type }) => type === 'probe'),
    [],
    'its stand-in would repeat another character',
  );
});

test('what the page says of a text that is too short is what the core throws', () => {
  const text = 'too short';
  const { min } = LIMITS.textCharacters;
  assert.throws(() => new core.Trainer({}, text), { message: tooShort(text.length, min) });
  const page = readFileSync(join(root, 'www', 'index.html'), 'utf8');
  assert.equal(min, 100);
  assert.match(page, /placeholder="[^"]*A hundred characters will do/);
});
