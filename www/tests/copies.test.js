/** What is copied is found, against a search that is too slow to use. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEAST_COPY, matchesOf, runsOf } from '../src/worker/lenses/copies.js';

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

test('planted passages are found, and nothing but runs of twelve', () => {
  const learned = 'Call me Ishmael. Some years ago, never mind how long precisely.';
  const written = 'xx Some years ago, yy mind how long zz me Ishmael qq';
  const { copied, share, longest } = runsOf(matchesOf(written, learned));
  const marked = Array.from(written, (symbol, i) => (copied[i] ? symbol : '.')).join('');
  assert.equal(marked, '.. Some years ago, .. mind how long ................');
  assert.equal(longest, ' Some years ago, '.length);
  assert.equal(share, (longest + ' mind how long '.length) / written.length);
  assert.equal(' me Ishmael'.length, LEAST_COPY - 1);
});

test('nothing written and nothing learned copy nothing', () => {
  assert.deepEqual(runsOf(matchesOf('', 'abc')), {
    copied: new Uint8Array(0),
    share: 0,
    longest: 0,
  });
  assert.equal(runsOf(matchesOf('abcabcabcabcabc', '')).share, 0);
});

test('a text in the words of the learned one is copied whole', () => {
  const learned = Array.from(
    { length: 400 },
    (_, i) => `${i} and ${(i * 7) % 13} make ${i}.\n`,
  ).join('');
  assert.equal(runsOf(matchesOf(learned.slice(500, 2500), learned)).share, 1);
});
