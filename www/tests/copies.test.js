/** What is copied is found, against a search that is too slow to use. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copiesOf, LEAST_COPY, matchesOf } from '../src/worker/lenses/copies.js';

/** The slow way. @param {string} written @param {string} learned */
function searched(written, learned) {
  return Array.from(written, (_, i) => {
    let length = 0;
    while (length <= i && learned.includes(written.slice(i - length, i + 1))) length += 1;
    return length;
  });
}

/** Numbers that are the same in every run. @param {number} seed */
function* numbers(seed) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test('each place is matched as far back as a search finds', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = numbers(seed);
    const draw = (/** @type {number} */ length, /** @type {string} */ letters) =>
      Array.from({ length }, () => letters[Math.floor(random.next().value * letters.length)]).join(
        '',
      );
    const letters = 'abcdefgh'.slice(0, 1 + (seed % 4));
    const learned = draw(1 + seed * 7, letters);
    // Letters that the learned text lacks, and a stretch of it.
    const written = draw(30, `${letters}z`) + learned.slice(seed, 3 * seed) + draw(9, letters);
    assert.deepEqual([...matchesOf(written, learned)], searched(written, learned), `seed ${seed}`);
  }
});

test('planted passages are found, and nothing but passages of twelve', () => {
  const learned = 'Call me Ishmael. Some years ago, never mind how long precisely.';
  const written = 'xx Some years ago, yy mind how long zz me Ishmael qq';
  const { copies, share } = copiesOf(matchesOf(written, learned));
  const texts = copies.map(({ from, to }) => written.slice(from, to));
  assert.deepEqual(texts, [' Some years ago, ', ' mind how long ']);
  assert.equal(share, texts.join('').length / written.length);
  assert.equal(' me Ishmael'.length, LEAST_COPY - 1);
});

test('two passages that touch are two copies, and the longer of two that overlap is whole', () => {
  const learned = 'a fine morning at sea | the harpooneer slept | morning at sea and then at night';
  /** @param {string} written */
  const copied = (written) =>
    copiesOf(matchesOf(written, learned)).copies.map(({ from, to }) => written.slice(from, to));
  assert.deepEqual(copied('a fine morning the harpooneer slept'), [
    ' the harpooneer slept',
    'a fine morning',
  ]);
  assert.deepEqual(copied('a fine morning at sea and then at night'), [
    ' morning at sea and then at night',
  ]);
});

test('each copy stands in the learned text, none over another, and all that is long enough is found', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = numbers(seed);
    const learned = Array.from({ length: 400 }, () => 'ab '[Math.floor(random.next().value * 3)]);
    const text = learned.join('');
    // Pieces of it that touch, as a network writes them that knows the text by heart and loses its place.
    const pieces = Array.from({ length: 30 }, () => {
      const at = Math.floor(random.next().value * 380);
      return text.slice(at, at + 3 + Math.floor(random.next().value * 40));
    });
    const written = pieces.join('');
    const matches = matchesOf(written, text);
    const { copies, share } = copiesOf(matches);
    const taken = new Uint8Array(written.length);
    for (const { from, to } of copies) {
      assert.ok(to - from >= LEAST_COPY && text.includes(written.slice(from, to)));
      for (let i = from; i < to; i += 1) taken[i] += 1;
    }
    assert.ok(taken.every((times) => times <= 1));
    assert.equal(share, taken.reduce((sum, is) => sum + is, 0) / written.length);
    assert.equal(copies[0].to - copies[0].from, Math.max(...matches), 'the longest is whole');
    // What is left has no room for another.
    for (let i = LEAST_COPY; i <= written.length; i += 1) {
      const free = taken.subarray(i - LEAST_COPY, i).every((times) => times === 0);
      assert.ok(!free || !text.includes(written.slice(i - LEAST_COPY, i)), `${seed}: at ${i}`);
    }
  }
});

test('nothing written and nothing learned copy nothing', () => {
  assert.deepEqual(copiesOf(matchesOf('', 'abc')), { copies: [], share: 0 });
  assert.equal(copiesOf(matchesOf('abcabcabcabcabc', '')).share, 0);
});

test('a text in the words of the learned one is copied whole', () => {
  const learned = Array.from(
    { length: 400 },
    (_, i) => `${i} and ${(i * 7) % 13} make ${i}.\n`,
  ).join('');
  assert.equal(copiesOf(matchesOf(learned.slice(500, 2500), learned)).share, 1);
});
