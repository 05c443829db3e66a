/** How one character of a text is shown alone, and how it is read aloud. */

import { nameOf } from '../../shared/symbols.js';

/** Stands for the letter under a mark. */
const DOTTED_CIRCLE = '\u25cc';

const MARK = /^\p{M}/u;
const INVISIBLE = /^[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/** What listeners' programs leave out when it stands alone. @type {Record<string, string>} */
const SAID = {
  '.': 'full stop',
  ',': 'comma',
  ';': 'semicolon',
  ':': 'colon',
  '!': 'exclamation mark',
  '?': 'question mark',
  "'": 'apostrophe',
  '\u2019': 'apostrophe',
  '\u2018': 'opening quote',
  '"': 'quote',
  '\u201c': 'opening quote',
  '\u201d': 'closing quote',
  '-': 'hyphen',
  '\u2013': 'dash',
  '\u2014': 'long dash',
  '(': 'opening bracket',
  ')': 'closing bracket',
  '[': 'opening square bracket',
  ']': 'closing square bracket',
  '{': 'opening brace',
  '}': 'closing brace',
  '<': 'less than',
  '>': 'greater than',
  '/': 'slash',
  '\\': 'backslash',
  '|': 'bar',
  _: 'underscore',
  '*': 'star',
  '`': 'backtick',
  '~': 'tilde',
  '^': 'circumflex',
  '=': 'equals',
  '+': 'plus',
};

/**
 * @typedef {object} Glyph
 * @property {string} text
 * @property {boolean} named the text is a name, because the symbol is invisible
 */

/** @param {string} symbol @returns {Glyph} */
export function glyphOf(symbol) {
  if (MARK.test(symbol) && !INVISIBLE.test(symbol)) {
    return { text: DOTTED_CIRCLE + symbol, named: false };
  }
  const name = nameOf(symbol);
  return name === null ? { text: symbol, named: false } : { text: name, named: true };
}

/** @param {string} symbol */
export function spokenOf(symbol) {
  const said = SAID[symbol] ?? nameOf(symbol);
  if (said !== null) return MARK.test(symbol) ? `mark ${said}` : said;
  return symbol !== symbol.toLowerCase() ? `capital ${symbol}` : symbol;
}

/**
 * Whether a character is drawn together with the one before it, so that they must share an element: a mark on its
 * letter, the parts of an emoji, the vowel and the end of a Korean syllable.
 * @param {string} symbol @param {string} before
 */
export function clings(symbol, before) {
  if (before === '' || before === '\n') return false;
  if (symbol < '\u0300' && before !== '\u200d') return false;
  return (
    before === '\u200d' ||
    symbol === '\u200d' ||
    /^[\p{M}\p{Emoji_Modifier}\u1160-\u11ff]/u.test(symbol) ||
    (/^\p{Regional_Indicator}/u.test(symbol) && /^\p{Regional_Indicator}/u.test(before))
  );
}

/** A probability for people: never "0%" or "100%" of what may still happen or fail. @param {number} share */
export function percent(share) {
  if (share < 0.005) return '<1%';
  if (share > 0.995) return '>99%';
  return `${Math.round(100 * share)}%`;
}
