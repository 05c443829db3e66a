import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clings, glyphOf, percent, spokenOf } from '../src/page/generated/glyphs.js';
import {
  alternativesOf,
  charactersOf,
  lastCharacters,
  newest,
} from '../src/page/generated/sample.js';
import { headingOf, promptNote, TAIL_CHARACTERS } from '../src/page/generated/state.js';
import { LEVELS, levelOf } from '../src/page/generated/tint.js';
import { play, TRAINING } from './messages.js';

/** What a worker tells of a text of which it was half sure, with two alternatives for each character. */
function piece(text, probability = 0.5) {
  const { length } = [...text];
  return {
    text,
    probabilities: new Float32Array(length).fill(probability),
    alternatives: 'é😀'.repeat(length),
    alternativeProbabilities: Float32Array.from({ length: 2 * length }, (_, i) => i / 100),
  };
}

const wrote = (text, restarted) => ({
  type: 'wrote',
  runId: 1,
  piece: piece(text),
  restarted,
  prompt: 'Ahab',
  skipped: [],
});

const textOf = (characters) => characters.map(({ symbol }) => symbol).join('');

test('the_generated_text_keeps_its_newest_characters_and_counts_a_pair_as_one', () => {
  const { generated } = play([
    ...TRAINING,
    wrote('first', true),
    wrote('😀'.repeat(TAIL_CHARACTERS - 1), false),
    wrote('x', false),
  ]).state;
  assert.equal(generated.heading, 'Ahab');
  assert.equal(generated.written, 5 + TAIL_CHARACTERS);
  assert.deepEqual(
    generated.pieces.map(({ text }) => text),
    ['😀'.repeat(TAIL_CHARACTERS - 1), 'x'],
  );
});

test('a_new_sample_forgets_the_old_one', () => {
  const { generated } = play([...TRAINING, wrote('old', true), wrote('new', true)]).state;
  assert.equal(textOf(lastCharacters(generated.pieces, generated.written)), 'new');
});

test('letter_statistics_write_when_they_are_asked_to_and_leave_with_a_run_that_is_opened', () => {
  const asked = { type: 'setSampling', change: { statistics: 'written' } };
  const { state, sent } = play([...TRAINING, asked, { ...wrote('a', true), mixes: true }]);
  assert.deepEqual([sent.at(-1).type, sent.at(-1).sampling.statistics], ['sampling', 'written']);
  assert.equal(state.generated.mixes, true);
  assert.equal(play([{ ...wrote('b', true), mixes: false }], state).state.generated.mixes, false);
  assert.equal(play(TRAINING).state.generated.statistics, 'off');
});

test('skipped_symbols_of_the_prompt_are_named_as_long_as_its_sample_lasts', () => {
  const first = { ...wrote('a', true), skipped: ['é'] };
  const { state } = play([...TRAINING, first, wrote('b', false)]);
  assert.deepEqual(state.generated.skipped, ['é']);
  assert.deepEqual(play([wrote('c', true)], state).state.generated.skipped, []);
});

test('every_setting_of_sampling_reaches_the_worker', () => {
  const change = { temperature: 0, topK: 3, topP: 0.9, seed: 7, prompt: 'a\nb' };
  const { sent } = play([...TRAINING, { type: 'setSampling', change }]);
  const { type, sampling } = sent.at(-1);
  assert.equal(type, 'sampling');
  assert.deepEqual(sampling, { on: true, charactersPerSecond: 40, statistics: 'off', ...change });
});

test('a_long_prompt_is_read_whole_and_its_end_stays_in_the_output', () => {
  const prompt = `${'😀'.repeat(6000)}to be`;
  const heading = headingOf(prompt);
  assert.ok(heading.startsWith('…😀') && heading.endsWith('😀to be'));
  assert.ok(heading.length < TAIL_CHARACTERS, 'there is room below it');
  const { state } = play([
    ...TRAINING,
    { type: 'wrote', runId: 1, piece: piece('x'), restarted: true, prompt, skipped: ['§'] },
  ]);
  const note = promptNote(state.generated);
  assert.match(note, /has read all 6,005 characters of the prompt\. The last 1,000 are shown\./);
  assert.match(note, /Skipped 1 symbol that the text does not have: .*§/);
  assert.equal(headingOf('To be'), 'To be');
  assert.equal(promptNote({ ...state.generated, heading: 'To be', skipped: [] }), '');
});

test('the_last_characters_may_begin_within_a_piece', () => {
  const pieces = [piece('ab'), piece('c😀d')];
  assert.equal(textOf(lastCharacters(pieces, 2)), '😀d');
  assert.equal(textOf(lastCharacters(pieces, 4)), 'bc😀d');
  assert.equal(textOf(lastCharacters(pieces, 9)), 'abc😀d');
  assert.equal(lastCharacters([], 3).length, 0);
  assert.equal(newest(pieces, 3).length, 1);
  assert.equal(newest(pieces, 4), pieces, 'all of them are the same list');
});

test('each_character_knows_its_own_alternatives', () => {
  const [, second] = charactersOf(piece('😀b', 0.25));
  assert.deepEqual([second.symbol, second.probability], ['b', 0.25]);
  assert.deepEqual(
    alternativesOf(second).map(({ symbol, probability }) => [symbol, probability.toFixed(2)]),
    [
      ['é', '0.02'],
      ['😀', '0.03'],
    ],
  );
});

test('a_tint_deepens_with_the_probability_and_never_leaves_its_levels', () => {
  const levels = Array.from({ length: 1001 }, (_, i) => levelOf(i / 1000));
  assert.deepEqual([levels[0], levels[1000]], [0, LEVELS - 1]);
  assert.ok(
    levels.every(
      (level, i) => i === 0 || level - levels[i - 1] === 0 || level - levels[i - 1] === 1,
    ),
  );
  assert.equal(new Set(levels).size, LEVELS);
});

test('what_cannot_be_seen_has_a_name_and_a_mark_has_something_to_sit_on', () => {
  assert.deepEqual(glyphOf('e'), { text: 'e', named: false });
  assert.deepEqual(glyphOf(' '), { text: 'space', named: true });
  assert.deepEqual(glyphOf('\n'), { text: 'newline', named: true });
  assert.deepEqual(glyphOf('\t'), { text: 'tab', named: true });
  assert.deepEqual(glyphOf('\u0301'), { text: '\u25cc\u0301', named: false });
  assert.deepEqual(glyphOf('\u0e31'), { text: '\u25cc\u0e31', named: false }, 'a Thai vowel');
  assert.deepEqual(glyphOf('\ufe0f'), { text: 'emoji selector', named: true });
  assert.deepEqual(glyphOf('\u0001'), { text: 'U+0001', named: true });
});

test('what_is_read_aloud_can_be_told_apart', () => {
  assert.equal(spokenOf('e'), 'e');
  assert.equal(spokenOf('E'), 'capital E');
  assert.equal(spokenOf(' '), 'space');
  assert.equal(spokenOf(','), 'comma');
  assert.equal(spokenOf('\u0301'), 'mark U+0301');
  assert.equal(spokenOf('語'), '語');
});

test('nothing_parts_what_is_drawn_as_one', () => {
  assert.ok(clings('\u0301', 'e'));
  assert.ok(clings('\u05b7', '\u05d0'), 'a Hebrew vowel');
  assert.ok(clings('\u200d', '👩') && clings('🚀', '\u200d'));
  assert.ok(clings('🏽', '👍'));
  assert.ok(clings('🇪', '🇩') && !clings('🇪', 'x'));
  assert.ok(clings('\u1161', '\u1100'), 'a Korean vowel');
  assert.ok(!clings('e', 'r') && !clings('\u0301', '\n') && !clings('\u0301', ''));
});

test('a_share_never_claims_what_is_not_certain', () => {
  assert.deepEqual([0, 0.004, 0.006, 0.126, 0.994, 0.996, 1].map(percent), [
    '<1%',
    '<1%',
    '1%',
    '13%',
    '99%',
    '>99%',
    '>99%',
  ]);
});
