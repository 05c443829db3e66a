// @ts-check
/** What a person should know about a text before it is learned, in sentences. */

import { counted, whole } from './format.js';
import { nameOf, RARE_BELOW } from './symbols.js';

/** @typedef {import('./protocol.js').TextSummary} TextSummary */

/** Below this many characters a network soon knows a text by heart. */
const SHORT_CHARACTERS = 20_000;

/** A symbol in a sentence. @param {string} symbol */
const inSentence = (symbol) => nameOf(symbol) ?? `\u2068${symbol}\u2069`;

/**
 * What is wrong with the text as a whole, or nothing.
 * @param {TextSummary} told @param {number} least characters that the core takes @param {boolean} isFile
 */
export function adviceOnText({ characters, replacements }, least, isFile) {
  if (isFile && replacements > 0) {
    return `${counted(replacements, 'character')} could not be read: this file seems to be in another encoding.`;
  }
  if (characters < least) {
    return `At least ${whole(least)} characters are needed; a hundred thousand are better.`;
  }
  return characters < SHORT_CHARACTERS
    ? 'So short a text is soon known by heart rather than understood. A hundred thousand characters are better.'
    : '';
}

/** @param {TextSummary} told */
export function symbolsTold({ symbols, rareSymbols }) {
  const rare = rareSymbols === 0 ? '' : `, ${whole(rareSymbols)} of them rare`;
  return `${counted(symbols, 'symbol')}${rare}`;
}

/** What is rare, and what to do about it. @param {TextSummary} told */
export function adviceOnSymbols({ symbols, rare, rareSymbols, unlearnedSymbols }) {
  if (rareSymbols === 0) {
    return `Every symbol comes at least ${RARE_BELOW} times.`;
  }
  const many = rareSymbols * 3 > symbols;
  const which = rare
    .slice(0, 5)
    .map(({ symbol }) => inSentence(symbol))
    .join(' ');
  const listed = rareSymbols > 5 ? `${which} …` : which;
  const one = rareSymbols === 1;
  const what = `${counted(rareSymbols, 'symbol')} (${listed}) ${one ? 'comes' : 'come'} fewer than ${RARE_BELOW} times and will hardly be learned.`;
  const way = many
    ? ' A longer text would help.'
    : ` Take ${one ? 'it' : 'them'} out if ${one ? 'it does' : 'they do'} not matter.`;
  const unlearned =
    unlearnedSymbols === 0
      ? ''
      : ` ${counted(unlearnedSymbols, 'symbol')} ${unlearnedSymbols === 1 ? 'stands' : 'stand'} only in the held-out part, so ${unlearnedSymbols === 1 ? 'it is' : 'they are'} never seen in training.`;
  return what + way + unlearned;
}
