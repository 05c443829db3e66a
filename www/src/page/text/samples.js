/**
 * Texts to begin with. Prose and lists come from packages, source from this page itself, sums from a
 * few lines of code. Each is made or fetched only when it is asked for.
 */

import { TYPED } from '../../shared/run-names.js';

/**
 * @typedef {object} Sample
 * @property {string} id
 * @property {string} name
 * @property {string} [like] what it is called within a sentence, where that is not `name`
 * @property {string} hint
 * @property {false} [listed] where it is there for old links alone
 * @property {() => string | Promise<string>} load
 */

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

/** @type {Sample[]} */
export const SAMPLES = [
  {
    id: 'moby-dick',
    name: 'Moby-Dick',
    hint: 'The first chapters, by Herman Melville, 1851',
    load: async () => (await import('./moby-dick.js')).chapters,
  },
  {
    id: 'colours',
    name: 'Paint colours',
    like: 'paint colours',
    hint: 'Lines such as Dusty Teal #4c9085',
    load: async () => (await import('./lists.js')).colours(seeded(3)),
  },
  {
    id: 'first-names',
    name: 'First names',
    like: 'first names',
    hint: 'Girls and boys, one name a line',
    load: async () => (await import('./lists.js')).firstNames(seeded(4)),
  },
  {
    id: 'sums',
    name: 'Sums',
    like: 'sums',
    hint: 'Lines such as 12+7=19',
    load: () => sums(),
  },
  {
    id: 'source',
    name: "This page's own source",
    like: "this page's own source",
    hint: 'The Rust and JavaScript that you are looking at',
    load: async () => (await import('./own-source.js')).source,
  },
  {
    id: 'names',
    name: 'Names',
    like: 'names',
    hint: 'Names made of syllables',
    listed: false,
    load: async () => (await import('./lists.js')).names(seeded(2)),
  },
];

/** Those to choose from. */
export const LISTED = SAMPLES.filter(({ listed }) => listed !== false);

/** What a text is called within a sentence. @param {{ name: string, sample?: string | null }} text */
export function calledWithin({ name, sample }) {
  if (name === TYPED) return 'your text';
  return SAMPLES.find(({ id }) => id === sample)?.like ?? name;
}

/** The sample that is in the box on a first visit. */
export const FIRST_SAMPLE = SAMPLES[0];
