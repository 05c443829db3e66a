/** Numbers and symbols as people read them. The page speaks English, so its numbers do too. */

const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** @param {number} value */
export const whole = (value) => GROUPED.format(value);

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** A number that need not be read digit by digit: 950, 12K, 4.2M. @param {number} value */
export const compact = (value) => COMPACT.format(value);

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

const MOMENT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** A date and time where the reader is: "25 Nov, 14:05". @param {number} milliseconds since 1970 */
export const moment = (milliseconds) => MOMENT.format(milliseconds);

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1e3) return counted(bytes, 'byte');
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * One symbol of a text, so that it stands out in a sentence. An invisible one is written as its code point.
 * Any other is isolated: a right-to-left letter must not turn the sentence around.
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

/** Rounds a number that is only about right to two digits. @param {number} value @param {number} [digits] */
export const rounded = (value, digits = 2) => Number(value.toPrecision(digits));

/** How long something takes, about: "45 s", "1 min 40 s", "2 h 10 min", "3 days". @param {number} seconds */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return 'for ever';
  if (seconds < 1.5) return 'a second';
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return parts(seconds, 60, 'min', 's', seconds < 600 ? 5 : 60);
  if (seconds < 172_800) return parts(seconds / 60, 60, 'h', 'min', seconds < 36_000 ? 5 : 60);
  return `${whole(Math.round(seconds / 86_400))} days`;
}

/**
 * @param {number} value in the smaller unit @param {number} size of the larger one
 * @param {string} large @param {string} small @param {number} grain to which it is rounded
 */
function parts(value, size, large, small, grain) {
  const about = Math.round(value / grain) * grain;
  const rest = about % size;
  const most = `${whole(Math.floor(about / size))} ${large}`;
  return rest === 0 ? most : `${most} ${rest} ${small}`;
}
