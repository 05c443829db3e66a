import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TAIL_CHARACTERS } from '../src/state/voice.js';
import { play, TRAINING } from './happenings.js';

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

test('skipped_symbols_of_the_prompt_are_told_as_long_as_its_passage_lasts', () => {
  const wrote = { type: 'wrote', runId: 1, text: 'a', prompt: '', skipped: [] };
  const first = { ...wrote, restarted: true, prompt: 'ab', skipped: ['é'] };
  const { state } = play([...TRAINING, first, { ...wrote, restarted: false }]);
  assert.deepEqual(state.voice.skipped, ['é']);
  assert.deepEqual(play([{ ...wrote, restarted: true }], state).state.voice.skipped, []);
});
