/** What is in a text: how much, which symbols, and what is rare; counted as the core will count it. */

import { RARE_BELOW } from '../../shared/symbols.js';

/** @typedef {{ add(piece: string): void, finish(): string }} Hash */

/** At most so many of the most frequent symbols are listed, and as many of the rare. */
const MOST_LISTED = 60;

/** Texts go to the hash in pieces of about this many code units: none is copied whole. */
const PIECE = 1 << 20;

const REPLACEMENT = 0xfffd;

/** A leading byte-order mark dropped, CRLF and CR made LF. @param {string} text */
export function normalize(text) {
  const marked = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return marked.includes('\r') ? marked.replace(/\r\n?/g, '\n') : marked;
}

/**
 * The scalar value at an index; half of a surrogate pair is the replacement character, as which it
 * reaches the core.
 * @param {string} text @param {number} at
 */
function scalarAt(text, at) {
  const code = /** @type {number} */ (text.codePointAt(at));
  return (code & 0x1ff800) === 0xd800 ? REPLACEMENT : code;
}

/**
 * How often each scalar value comes in a text.
 * @param {string} text
 */
function count(text) {
  const counts = new Uint32Array(0x110000);
  let characters = 0;
  for (let at = 0; at < text.length; characters++) {
    const code = scalarAt(text, at);
    at += code > 0xffff ? 2 : 1;
    counts[code] += 1;
  }
  return { counts, characters };
}

/** How many characters of a text are trained on, as the core divides it. @param {number} characters */
export const trainingCharactersOf = (characters) => Math.floor((characters * 9) / 10);

/**
 * @param {string} text normalised
 * @param {Pick<import('../training/core.js').Core, 'Fingerprint' | 'factsOf'>} core
 * @returns {import('../../shared/protocol.js').TextSummary}
 */
export function summarizeText(text, { Fingerprint, factsOf }) {
  const { counts, characters } = count(text);
  const heldOutCharacters = characters - trainingCharactersOf(characters);

  /** @type {number[]} */
  const codes = [];
  for (let code = 0; code < counts.length; code++) if (counts[code] > 0) codes.push(code);
  const rare = codes.filter((code) => counts[code] < RARE_BELOW);
  /** @param {number} code */
  const listed = (code) => ({ symbol: String.fromCodePoint(code), count: counts[code] });
  // Sorting is stable: equals stay in the order of their code points.
  const frequent = [...codes].sort((a, b) => counts[b] - counts[a]);
  const rarest = [...rare].sort((a, b) => counts[a] - counts[b]);
  return {
    characters,
    heldOutCharacters,
    symbols: codes.length,
    frequent: frequent.slice(0, MOST_LISTED).map(listed),
    rare: rarest.slice(0, MOST_LISTED).map(listed),
    rareSymbols: rare.length,
    rareCharacters: rare.reduce((sum, code) => sum + counts[code], 0),
    replacements: counts[REPLACEMENT],
    facts: factsOf(text),
    hash: hashOf(text, new Fingerprint()),
  };
}

/** @param {string} text @param {Hash} hash */
function hashOf(text, hash) {
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + PIECE, text.length);
    // A surrogate pair that was cut would be two other symbols.
    if ((text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end += 1;
    hash.add(text.slice(at, end));
    at = end;
  }
  return hash.finish();
}
