/** New items for a list: lines that the network writes, and which of them stand in the list already, or nearly do. */

/**
 * @typedef {import('../../shared/protocol.js').Item} Item
 * @typedef {import('../../../../pkg/babble.js').Sampler} Sampler
 * @typedef {import('../../../../pkg/babble.js').Trainer} Trainer
 * @typedef {import('../../../../pkg/babble.js').Weights} Weights
 */

/** A line that has not ended by then is none of a list. */
const LONGEST = 80;
/** Characters between two looks for the end of a line. */
const PIECE = 12;
/** What is given up after so many characters did not become the lines that are wanted. */
const MOST_CHARACTERS = 8_000;
/** Shorter lines are near one another by chance. */
const LEAST_NEAR = 4;

/** The code of a colour behind its name. */
const COLOUR_CODE = /(?<=\S)\s+#[0-9a-f]{6}$/i;

/** What a line is compared by: without the code of a colour that it ends in. @param {string} line */
const nameOf = (line) => line.replace(COLOUR_CODE, '');

/** The lines of a list, by their names and the lengths of these. */
export class KnownLines {
  /** Each name with the first line that has it. @type {Map<number, Map<string, string>>} */
  #byLength = new Map();
  #lines;

  /** @param {string} text */
  constructor(text) {
    this.#lines = new Set(text.split('\n'));
    for (const line of this.#lines) {
      const name = nameOf(line);
      const names = this.#byLength.get(name.length) ?? new Map();
      if (!names.has(name)) names.set(name, line);
      this.#byLength.set(name.length, names);
    }
  }

  /** What a line is to the list. @param {string} line @returns {Item} */
  itemOf(line) {
    if (this.#lines.has(line)) return { line, kind: 'known', near: null };
    const name = nameOf(line);
    const { length } = name;
    const same = this.#byLength.get(length)?.get(name);
    if (same !== undefined) return { line, kind: 'known', near: same };
    if (length >= LEAST_NEAR) {
      for (const other of [length, length - 1, length + 1]) {
        for (const known of this.#byLength.get(other)?.keys() ?? []) {
          if (isOneApart(name, known)) return { line, kind: 'near', near: known };
        }
      }
    }
    return { line, kind: 'new', near: null };
  }
}

/** Whether one letter that is added, left out or changed makes one of the other. @param {string} a @param {string} b */
export function isOneApart(a, b) {
  if (a.length > b.length) return isOneApart(b, a);
  if (b.length - a.length > 1 || a === b) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return a.length === b.length
    ? a.slice(at + 1) === b.slice(at + 1)
    : a.slice(at) === b.slice(at + 1);
}

/**
 * Lets the network write lines, each of them whole and each once.
 * @param {Trainer | Weights} model @param {Sampler} sampler @param {string} begin of each line @param {number} count
 * @returns {{ lines: string[], skipped: string[] }} at most `count` lines, and the symbols of `begin` that it does not know
 */
export function writeLines(model, sampler, begin, count) {
  /** @type {Set<string>} */
  const lines = new Set();
  /** @type {string[]} */
  let skipped = [];
  let rest = '';
  let isBegun = false;
  for (let written = 0; lines.size < count && written < MOST_CHARACTERS; ) {
    if (!isBegun) {
      skipped = model.prompt(sampler, `\n${begin}`);
      rest = [...begin].filter((symbol) => !skipped.includes(symbol)).join('');
      isBegun = true;
    }
    rest += model.write(sampler, PIECE);
    written += PIECE;
    const ended = rest.split('\n');
    rest = /** @type {string} */ (ended.pop());
    // Each line has the same beginning: only the first of what was written does.
    const whole = begin === '' ? ended : ended.slice(0, 1);
    for (const line of whole) if (line.trim() !== '' && lines.size < count) lines.add(line);
    if (rest.length > LONGEST || (begin !== '' && ended.length > 0)) isBegun = false;
  }
  return { lines: [...lines], skipped };
}
