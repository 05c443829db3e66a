/** All baselines of a text, one after another. Asks now and then for a rest, where it may be stopped. */

import { normalize } from '../text/summary.js';
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
 * @typedef {import('../../shared/protocol-of-others.js').Baseline} Baseline
 * @typedef {import('../../shared/protocol-of-others.js').Baselines} Baselines
 */

/**
 * @param {string} text
 * @param {(baselines: Baselines) => void} report each time something new is known
 * @param {() => Promise<void>} rest
 * @returns {Promise<Baselines>} all of it
 */
export async function measureBaselines(text, report, rest) {
  const normalized = normalize(text);
  const parts = split(normalized, MOST_COUNTED, MOST_MEASURED);
  const { training, heldOut, symbols, characters, trainingCharacters, boundary } = parts;
  /** @type {Baselines} */
  let baselines = {
    part: 0,
    known: [],
    characters,
    symbols,
    counted: training.length,
    measured: heldOut.length,
  };
  /** @param {Partial<Baselines>} change */
  const advance = (change) => {
    baselines = { ...baselines, ...change };
    report(baselines);
  };
  const ngrams = measureNgrams(training, heldOut, symbols, ORDERS, (order, loss) => {
    advance({ known: [...baselines.known, { kind: 'ngram', order, loss }] });
  });
  for (const part of ngrams) {
    advance({ part: part * NGRAM_PART });
    await rest();
  }
  if (typeof CompressionStream !== 'undefined' && normalized.length <= MOST_PACKED) {
    const all = await packedBytes(normalized, normalized.length, rest);
    const before = await packedBytes(normalized, boundary, rest);
    const loss = ((all - before) * 8 * Math.LN2) / (characters - trainingCharacters);
    advance({ known: [...baselines.known, { kind: 'gzip', loss }] });
  }
  advance({ part: 1 });
  return baselines;
}
