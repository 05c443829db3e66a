/** A text as the core reads it (src/data/corpus.rs): its symbols numbered, its last tenth held out. */

import { trainingCharactersOf } from '../text/summary.js';

/** What the core puts in the place of half a surrogate pair. */
const REPLACEMENT = 0xfffd;

/**
 * @typedef {object} Split
 * @property {number} characters Unicode scalar values, N
 * @property {number} symbols how many different ones, V
 * @property {Uint32Array} training ids of the first floor(0.9 N), or of the last of them
 * @property {Uint32Array} heldOut ids of the rest, or of the first of them
 * @property {number} trainingCharacters floor(0.9 N)
 * @property {number} boundary index into the string where the held-out part begins
 */

/**
 * @param {string} normalized
 * @param {number} [mostTraining] ids that are wanted of the training part, those nearest to its end
 * @param {number} [mostHeldOut] ids that are wanted of the held-out part, from its beginning
 * @returns {Split}
 */
export function split(
  normalized,
  mostTraining = Number.POSITIVE_INFINITY,
  mostHeldOut = Number.POSITIVE_INFINITY,
) {
  /** @type {Map<number, number>} */
  const known = new Map();
  const characters = eachSymbol(normalized, 0, Number.POSITIVE_INFINITY, (code) => {
    if (!known.has(code)) known.set(code, known.size);
  });
  const trainingCharacters = trainingCharactersOf(characters);
  const skipped = Math.max(0, trainingCharacters - mostTraining);
  /** @param {number} index @param {number} wanted */
  const idsFrom = (index, wanted) => {
    const ids = new Uint32Array(wanted);
    eachSymbol(normalized, index, wanted, (code, i) => {
      ids[i] = /** @type {number} */ (known.get(code));
    });
    return ids;
  };
  const boundary = indexOf(normalized, trainingCharacters);
  return {
    characters,
    symbols: known.size,
    training: idsFrom(indexOf(normalized, skipped), trainingCharacters - skipped),
    heldOut: idsFrom(boundary, Math.min(characters - trainingCharacters, mostHeldOut)),
    trainingCharacters,
    boundary,
  };
}

/**
 * Visits the characters of a string from an index on, at most so many; how many there were.
 * @param {string} string @param {number} index @param {number} most
 * @param {(code: number, i: number) => void} visit
 */
function eachSymbol(string, index, most, visit) {
  let i = 0;
  while (index < string.length && i < most) {
    const code = /** @type {number} */ (string.codePointAt(index));
    visit(code >= 0xd800 && code < 0xe000 ? REPLACEMENT : code, i);
    index += code > 0xffff ? 2 : 1;
    i += 1;
  }
  return i;
}

/** Where a character begins in a string. @param {string} string @param {number} character */
function indexOf(string, character) {
  let index = 0;
  for (let passed = 0; passed < character; passed++) {
    index += /** @type {number} */ (string.codePointAt(index)) > 0xffff ? 2 : 1;
  }
  return index;
}
