/**
 * What of a written text stands word for word in the text that was learned. The written text, which is short, becomes
 * a suffix automaton (Blumer et al. 1985); the learned one, however long, is read through it once. Exact. Pure.
 */

/** Of a longer text this many code units are compared, its first. */
export const MOST_COMPARED = 20_000_000;

/** Shorter runs are words that anyone would use. */
export const LEAST_COPY = 12;

/**
 * For each code unit of `written`, how many up to and with it stand in `learned`, in this order without a gap.
 * @param {string} written @param {string} learned @returns {Uint16Array}
 */
export function matchesOf(written, learned) {
  const automaton = automatonOf(written);
  const found = longestFound(automaton, learned);
  return Uint16Array.from(automaton.prefixes, (prefix) => {
    let state = prefix;
    while (state !== 0 && found[state] === 0) state = automaton.links[state];
    return Math.min(found[state], 0xffff);
  });
}

/**
 * @typedef {object} Automaton
 * @property {Uint16Array} symbolOf the column of a code unit in `next`, 0 for what `written` lacks
 * @property {number} symbols columns, the one for what it lacks among them
 * @property {Int32Array} next states x symbols; -1 where there is no way on
 * @property {Int32Array} links each state's longest suffix that is another state
 * @property {Int32Array} lengths the longest string of each state
 * @property {Int32Array} prefixes the state of each beginning of `written`
 */

/** @param {string} written @returns {Automaton} */
function automatonOf(written) {
  const symbolOf = new Uint16Array(0x10000);
  let symbols = 1;
  for (let i = 0; i < written.length; i += 1) {
    const unit = written.charCodeAt(i);
    if (symbolOf[unit] === 0) {
      symbolOf[unit] = symbols;
      symbols += 1;
    }
  }
  const most = Math.max(1, 2 * written.length);
  const next = new Int32Array(most * symbols).fill(-1);
  const links = new Int32Array(most);
  const lengths = new Int32Array(most);
  const prefixes = new Int32Array(written.length);
  links[0] = -1;
  let states = 1;
  let last = 0;
  for (let i = 0; i < written.length; i += 1) {
    const symbol = symbolOf[written.charCodeAt(i)];
    const state = states;
    states += 1;
    lengths[state] = lengths[last] + 1;
    let from = last;
    while (from !== -1 && next[from * symbols + symbol] === -1) {
      next[from * symbols + symbol] = state;
      from = links[from];
    }
    if (from === -1) {
      links[state] = 0;
    } else {
      const to = next[from * symbols + symbol];
      if (lengths[to] === lengths[from] + 1) {
        links[state] = to;
      } else {
        const clone = states;
        states += 1;
        lengths[clone] = lengths[from] + 1;
        next.copyWithin(clone * symbols, to * symbols, (to + 1) * symbols);
        links[clone] = links[to];
        while (from !== -1 && next[from * symbols + symbol] === to) {
          next[from * symbols + symbol] = clone;
          from = links[from];
        }
        links[to] = links[state] = clone;
      }
    }
    last = state;
    prefixes[i] = state;
  }
  return { symbolOf, symbols, next, links, lengths, prefixes };
}

/**
 * The longest string of each state that stands in a text; 0 where none does.
 * @param {Automaton} automaton @param {string} learned
 */
function longestFound({ symbolOf, symbols, next, links, lengths }, learned) {
  const found = new Int32Array(links.length);
  const end = Math.min(learned.length, MOST_COMPARED);
  let state = 0;
  let length = 0;
  for (let i = 0; i < end; i += 1) {
    const symbol = symbolOf[learned.charCodeAt(i)];
    while (state !== 0 && next[state * symbols + symbol] === -1) {
      state = links[state];
      length = lengths[state];
    }
    const to = next[state * symbols + symbol];
    if (to === -1) continue;
    state = to;
    length += 1;
    if (length > found[state]) found[state] = length;
  }
  // What ends in a string ends in its suffixes.
  const longestFirst = Int32Array.from(links.keys()).sort((a, b) => lengths[b] - lengths[a]);
  for (const state of longestFirst) {
    const link = links[state];
    if (found[state] > 0 && link > 0) found[link] = lengths[link];
  }
  return found;
}

/**
 * The copies: passages of at least {@link LEAST_COPY} code units that stand in the learned text word for word, the longest
 * first, none over another. Of two that overlap the shorter one keeps what is left of it, if that is long enough.
 * @param {Uint16Array} matches as {@link matchesOf} returns them
 * @returns {{ copies: { from: number, to: number }[], share: number }} `share` of all that they are
 */
export function copiesOf(matches) {
  /** @type {{ from: number, to: number }[]} */
  const passages = [];
  matches.forEach((length, i) => {
    // One that the next letter goes on with is a part of a longer one.
    if (length < LEAST_COPY || matches[i + 1] > length) return;
    passages.push({ from: i + 1 - length, to: i + 1 });
  });
  passages.sort(byLength);
  /** @type {typeof passages} */
  const copies = [];
  /** The number of the copy that a code unit lies in, from 1. */
  const copyAt = new Uint32Array(matches.length);
  let copied = 0;
  for (let { from, to } of passages) {
    // None lies within a longer one, so what is taken of it lies at its ends.
    while (from < to && copyAt[from] > 0) from = copies[copyAt[from] - 1].to;
    while (from < to && copyAt[to - 1] > 0) to = copies[copyAt[to - 1] - 1].from;
    if (to - from < LEAST_COPY) continue;
    copied += to - from;
    copyAt.fill(copies.push({ from, to }), from, to);
  }
  const share = matches.length === 0 ? 0 : copied / matches.length;
  return { copies: copies.sort(byLength), share };
}

/** @param {{ from: number, to: number }} one @param {{ from: number, to: number }} other */
const byLength = (one, other) => other.to - other.from - (one.to - one.from);
