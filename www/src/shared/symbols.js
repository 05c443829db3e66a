/** What is said of single symbols: which are rare, and what those are called that cannot be seen. */

/** A symbol that comes fewer times than this is rare: nothing much can be learned of it. */
export const RARE_BELOW = 10;

/** @type {Record<string, string>} */
const NAMES = {
  '\t': 'tab',
  '\n': 'newline',
  '\v': 'vertical tab',
  '\f': 'form feed',
  '\r': 'carriage return',
  '\x1b': 'escape',
  ' ': 'space',
  '\x85': 'next line',
  '\xa0': 'no-break space',
  '\xad': 'soft hyphen',
  '\u2002': 'en space',
  '\u2003': 'em space',
  '\u2009': 'thin space',
  '\u200a': 'hair space',
  '\u200b': 'zero-width space',
  '\u200c': 'zero-width non-joiner',
  '\u200d': 'zero-width joiner',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u2028': 'line separator',
  '\u2029': 'paragraph separator',
  '\u202f': 'narrow no-break space',
  '\u2060': 'word joiner',
  '\u3000': 'ideographic space',
  '\ufe0f': 'emoji selector',
  '\ufeff': 'byte-order mark',
  '\ufffd': 'replacement character',
};

/** Whether a symbol leaves no ink of its own. @param {string} symbol */
const isInvisible = (symbol) => /^[\p{C}\p{Z}\p{M}]/u.test(symbol);

/**
 * What to call a symbol that cannot be seen or has a name that says more than its looks, or null.
 * @param {string} symbol
 */
export function nameOf(symbol) {
  if (symbol in NAMES) return NAMES[symbol];
  if (!isInvisible(symbol)) return null;
  const code = /** @type {number} */ (symbol.codePointAt(0));
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
