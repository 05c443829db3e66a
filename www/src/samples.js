// @ts-check
/**
 * Texts to begin with. Prose comes from a package, source from this page itself, the rest from a
 * few lines of code. Each is made or fetched only when it is asked for.
 */

/** @typedef {{ id: string, name: string, hint: string, load: () => string | Promise<string> }} Sample */

/** How long a generated sample is. */
const GENERATED_LINES = 12_000;

/**
 * A small seeded generator (mulberry32), so that a sample is the same text on every visit and
 * weights that learned it know it again.
 * @param {number} seed
 * @returns {(bound: number) => number} a whole number from 0 up to but not including `bound`
 */
export function seeded(seed) {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** Sums of two small numbers: "12+7=19". @param {number} [lines] */
export function sums(lines = GENERATED_LINES) {
  const below = seeded(1);
  return Array.from({ length: lines }, () => {
    const a = below(100);
    const b = below(100);
    return `${a}+${b}=${a + b}\n`;
  }).join('');
}

const ONSETS = 'b br c ch d dr f g gr h j k l m n p r s sh st t th tr v w'.split(' ');
const VOWELS = 'a a a e e e i i o o u ai ea ia'.split(' ');
const MIDDLES = 'l ll m n nn nd r rr s ss v z'.split(' ');
const ENDINGS = 'n r s l th nd a o ia us el in or a e'.split(' ');

/** Names that nobody bears, from syllables: "Branovel Tessia". @param {number} [lines] */
export function names(lines = GENERATED_LINES) {
  const below = seeded(2);
  /** @param {string[]} list */
  const one = (list) => list[below(list.length)];
  const name = () => {
    let word = one(ONSETS) + one(VOWELS);
    for (let more = below(3); more > 0; more--) word += one(MIDDLES) + one(VOWELS);
    word += one(ENDINGS);
    return word[0].toUpperCase() + word.slice(1);
  };
  return Array.from({ length: lines }, () => `${name()} ${name()}\n`).join('');
}

/** This project, as it reads: the network in Rust, then the page in JavaScript. */
async function ownSource() {
  const files = {
    ...import.meta.glob('../../src/**/*.rs', { query: '?raw', import: 'default' }),
    ...import.meta.glob('./**/*.js', { query: '?raw', import: 'default' }),
  };
  const paths = Object.keys(files).sort();
  const texts = await Promise.all(paths.map((path) => files[path]()));
  return texts.join('\n');
}

/** @type {Sample[]} */
export const SAMPLES = [
  {
    id: 'moby-dick',
    name: 'Moby-Dick',
    hint: 'The first chapters, by Herman Melville, 1851',
    load: async () => (await import('./moby-dick.js')).chapters,
  },
  { id: 'sums', name: 'Sums', hint: 'Lines such as 12+7=19', load: () => sums() },
  { id: 'names', name: 'Names', hint: 'Names made of syllables', load: () => names() },
  {
    id: 'source',
    name: "This page's own source",
    hint: 'The Rust and JavaScript that you are looking at',
    load: ownSource,
  },
];

/** The sample that is in the box on a first visit. */
export const FIRST_SAMPLE = SAMPLES[0];
