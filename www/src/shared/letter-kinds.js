/** Of which kind a symbol is where it stands, by itself and the one before it. Pure. */

/** @param {string} symbol */
const isLetter = (symbol) => /\p{L}|\p{M}|['’]/u.test(symbol);

/** @type {[name: string, is: (symbol: string, before: string) => boolean][]} */
export const LETTER_KINDS = [
  ['first letter of a word', (symbol, before) => isLetter(symbol) && !isLetter(before)],
  ['later letters', (symbol, before) => isLetter(symbol) && isLetter(before)],
  ['space', (symbol) => symbol === ' '],
  ['line end', (symbol) => symbol === '\n'],
  ['digit', (symbol) => /\d/.test(symbol)],
  ['punctuation and signs', () => true],
];

/** Which of the kinds it is. @param {string} symbol @param {string} before */
export const letterKindOf = (symbol, before) =>
  LETTER_KINDS.findIndex(([, is]) => is(symbol, before));
