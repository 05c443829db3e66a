// @ts-check
/** Where a symbol stands in a text, by itself and the one before it. Pure. */

/** @param {string} symbol */
const isLetter = (symbol) => /\p{L}|\p{M}|['’]/u.test(symbol);

/** @type {[name: string, is: (symbol: string, before: string) => boolean][]} */
export const PLACES = [
  ['first letter of a word', (symbol, before) => isLetter(symbol) && !isLetter(before)],
  ['later letters', (symbol, before) => isLetter(symbol) && isLetter(before)],
  ['space', (symbol) => symbol === ' '],
  ['line end', (symbol) => symbol === '\n'],
  ['digit', (symbol) => /\d/.test(symbol)],
  ['punctuation and signs', () => true],
];

/** Which of the places it is. @param {string} symbol @param {string} before */
export const placeOf = (symbol, before) => PLACES.findIndex(([, is]) => is(symbol, before));
