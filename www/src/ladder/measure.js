// @ts-check
/** The whole ladder of a text, rung by rung. Asks now and then for a rest, where it may be stopped. */

import { normalize } from '../worker/survey.js';
import { packedBytes } from './gzip.js';
import { measureNgrams } from './ngrams.js';
import { split } from './split.js';

export const ORDERS = 8;

/** Of a longer text the n-grams are counted in so many characters before the held-out part: */
export const MOST_COUNTED = 3_000_000;

/** and at most so many of the held-out characters are measured, so that memory stays bounded. */
export const MOST_MEASURED = 1_000_000;

/** Of a longer text gzip would take too long. */
const MOST_PACKED = 30_000_000;

/** The n-grams' part of the work, as far as the progress is concerned. */
const NGRAM_PART = 0.9;

/**
 * @typedef {import('../protocol.js').Rung} Rung
 * @typedef {import('../protocol.js').Ladder} Ladder
 */

/**
 * @param {string} text
 * @param {(ladder: Ladder) => void} tell each time something new is known
 * @param {() => Promise<void>} rest
 * @returns {Promise<Ladder>} all of it
 */
export async function measureLadder(text, tell, rest) {
  const normalized = normalize(text);
  const parts = split(normalized, MOST_COUNTED, MOST_MEASURED);
  const { training, heldOut, symbols, characters, trainingCharacters, boundary } = parts;
  /** @type {Ladder} */
  let ladder = {
    part: 0,
    rungs: [],
    characters,
    symbols,
    counted: training.length,
    measured: heldOut.length,
  };
  /** @param {Partial<Ladder>} change */
  const advance = (change) => {
    ladder = { ...ladder, ...change };
    tell(ladder);
  };
  const ngrams = measureNgrams(training, heldOut, symbols, ORDERS, (order, loss) => {
    advance({ rungs: [...ladder.rungs, { kind: 'ngram', order, loss }] });
  });
  for (const part of ngrams) {
    advance({ part: part * NGRAM_PART });
    await rest();
  }
  if (typeof CompressionStream !== 'undefined' && normalized.length <= MOST_PACKED) {
    const all = await packedBytes(normalized, normalized.length, rest);
    const before = await packedBytes(normalized, boundary, rest);
    const loss = ((all - before) * 8 * Math.LN2) / (characters - trainingCharacters);
    advance({ rungs: [...ladder.rungs, { kind: 'gzip', loss }] });
  }
  advance({ part: 1 });
  return ladder;
}
