// @ts-check
/** Numbers and symbols as people read them. The page speaks English, so its numbers do too. */

const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** @param {number} value */
export const whole = (value) => GROUPED.format(value);

/** @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) =>
  `${whole(count)} ${count === 1 ? one : many}`;

/** A loss in nats; a loss that exploded has no digits worth showing. @param {number} nats */
export function loss(nats) {
  if (Number.isNaN(nats)) return 'not a number';
  if (!Number.isFinite(nats)) return 'infinite';
  return nats < 100 ? nats.toFixed(3) : nats.toPrecision(3);
}

/** A learning rate and its like: three digits, no trailing zeros. @param {number} value */
export const brief = (value) => String(Number(value.toPrecision(3)));

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1e3) return counted(bytes, 'byte');
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * One symbol of a text, so that it can be told apart in a sentence: what cannot be seen is written
 * as its code point, and the rest stands isolated, lest a right-to-left letter turn the sentence.
 * @param {string} symbol
 */
export function symbol(symbol) {
  if (/^[\p{C}\p{Z}\p{M}]/u.test(symbol)) {
    const code = /** @type {number} */ (symbol.codePointAt(0));
    return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return `\u2068${symbol}\u2069`;
}

/** @param {string[]} symbols @param {number} most */
export function symbolList(symbols, most = 24) {
  const shown = symbols.slice(0, most).map(symbol).join(' ');
  return symbols.length > most ? `${shown} and ${symbols.length - most} more` : shown;
}
