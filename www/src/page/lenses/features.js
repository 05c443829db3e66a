/** What can be said of each place in a text without any network: what units may follow. Pure. */

/**
 * @typedef {object} Feature
 * @property {string} name as a person reads it
 * @property {boolean} binary whether its values are 0 and 1
 * @property {Float32Array} values one for each symbol
 */

const LETTER = /\p{L}|\p{M}|['’]/u;
const PUNCTUATION = /[.,;:!?…—]/u;

/** A place in a word or a line counts up to this: further in, nothing is expected to be told apart. */
const MOST_IN_WORD = 10;

const CLOSERS = new Map(
  [...'()[]{}'].flatMap((c, i, all) => (i % 2 === 0 ? [[c, all[i + 1]]] : [])),
);

/**
 * Everything that is looked for, in the order in which it is listed.
 * @param {string[]} symbols of a text @returns {Feature[]}
 */
export function featuresOf(symbols) {
  const length = symbols.length;
  const make = (/** @type {string} */ name, /** @type {boolean} */ binary) => ({
    name,
    binary,
    values: new Float32Array(length),
  });
  const word = make('place in the word', false);
  const quotes = make('inside quotation marks', true);
  const brackets = make('inside brackets', true);
  const since = make('how long since punctuation', false);
  const line = make('place in the line', false);
  const indentation = make('indentation', false);
  const capital = make('a capital letter', true);
  const digit = make('a digit', true);

  let inWord = 0;
  let quoted = false;
  let open = '';
  let distance = 0;
  let column = 0;
  let indent = 0;
  symbols.forEach((symbol, i) => {
    inWord = LETTER.test(symbol) ? Math.min(inWord + 1, MOST_IN_WORD) : 0;
    if (symbol === '“') quoted = true;
    else if (symbol === '”') quoted = false;
    else if (symbol === '"') quoted = !quoted;
    if (CLOSERS.has(symbol)) open += CLOSERS.get(symbol);
    else if (symbol !== '' && open.endsWith(symbol)) open = open.slice(0, -1);
    distance = PUNCTUATION.test(symbol) ? 0 : distance + 1;
    if (symbol === '\n') {
      // A quotation and a bracket that were never closed end with the paragraph.
      if (symbols[i - 1] === '\n') [quoted, open] = [false, ''];
      [column, indent] = [0, 0];
    } else {
      if (column === indent && (symbol === ' ' || symbol === '\t')) indent += 1;
      column += 1;
    }
    word.values[i] = inWord;
    quotes.values[i] = Number(quoted);
    brackets.values[i] = Number(open !== '');
    since.values[i] = Math.log1p(distance);
    line.values[i] = column;
    indentation.values[i] = indent;
    capital.values[i] = Number(symbol !== symbol.toLowerCase());
    digit.values[i] = Number(/\d/.test(symbol));
  });
  return [word, quotes, brackets, since, line, indentation, capital, digit];
}
