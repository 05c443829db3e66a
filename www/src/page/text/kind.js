/** The kind of a text, so that the page says of it only what fits. Pure. */

/**
 * `prose`: words between spaces. `lines`: a list with an entry on each line. `code`: a language with
 * brackets. `numbers`: mostly digits. `other`: anything else, such as a script without spaces.
 * @typedef {'prose' | 'lines' | 'code' | 'numbers' | 'other'} TextKind
 */

/** This many characters show what the rest is like. */
const LOOKED_AT = 50_000;

/** The least share of digits among letters and digits in a text of numbers. */
const NUMBERS = 0.5;

/** The least share of brackets and semicolons among visible characters in code. Prose has less than 1 %. */
const CODE = 0.04;

/** The lines of a list have at most this many words and characters on average. */
const ENTRY_WORDS = 4.5;
const ENTRY_CHARACTERS = 40;
/** At most this share of the lines of a list end like a verse or a sentence. */
const ENDINGS = 0.3;
const FEWEST_LINES = 5;

/** The least share of spaces in a text of words. English has one in six. */
const SPACES = 0.08;

/** @param {string} text @param {RegExp} pattern global */
const count = (text, pattern) => text.match(pattern)?.length ?? 0;

/** @param {string} text its beginning suffices @returns {TextKind} */
export function kindOf(text) {
  const sample = text.slice(0, LOOKED_AT);
  const spaces = count(sample, /\s/gu);
  const visible = sample.length - spaces;
  const digits = count(sample, /\p{Nd}/gu);
  if (digits > NUMBERS * (digits + count(sample, /\p{L}/gu))) return 'numbers';
  if (count(sample, /[(){}[\];=<>_\\]/g) > CODE * visible) return 'code';
  if (isList(sample)) return 'lines';
  return spaces > SPACES * sample.length ? 'prose' : 'other';
}

/** @param {string} sample */
function isList(sample) {
  const lines = sample.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
  if (lines.length < FEWEST_LINES) return false;
  const characters = lines.reduce((sum, line) => sum + line.length, 0);
  const words = lines.reduce((sum, line) => sum + line.trim().split(/\s+/).length, 0);
  const ended = lines.filter((line) =>
    /[.,;:!?。，、！？…][\p{Pf}\p{Pe}"']*\s*$/u.test(line),
  ).length;
  return (
    characters <= ENTRY_CHARACTERS * lines.length &&
    words <= ENTRY_WORDS * lines.length &&
    ended <= ENDINGS * lines.length
  );
}
