/** The words of the sentence before Train: which network, which text, how long. Pure. */

import { counted, rounded } from '../format.js';
import { secondsHere } from '../settings/estimate-state.js';
import { readNumber } from '../settings/fields.js';
import { LISTED, SAMPLES } from '../text/samples.js';
import { TYPED } from '../text/state.js';
import { NETWORKS } from './sentence-state.js';

/** @import { State } from '../state.js' */

/**
 * One thing to choose in the sentence.
 * @typedef {{ value: string, label: string }} Choice
 */

/** The value of what is in force and is none of the usual choices. */
export const PRESENT = 'present';

/** The choice that empties the box. */
export const OWN_TEXT = 'own';

/** @type {Choice[]} */
export const TEXTS = [
  ...LISTED.map(({ id, name, like = name }) => ({ value: id, label: like })),
  { value: OWN_TEXT, label: 'my own text' },
];

/** A longer name of a file is cut. */
const LONGEST_NAME = 28;

/** @param {number} value @param {number} grain */
const nearest = (value, grain) => Math.round(value / grain) * grain;

/** How many seconds a run may be asked to take. @type {Choice[]} */
export const TIMES = [20, 60, 180, 600].map((seconds) => ({
  value: String(seconds),
  label: spoken(seconds),
}));

/** A time as people say it: "about a minute and a half". @param {number} seconds */
export function spoken(seconds) {
  const minutes = seconds / 60;
  const hours = minutes / 60;
  if (seconds < 7.5) return 'a few seconds';
  if (seconds < 57) return `about ${nearest(seconds, 5)} seconds`;
  if (minutes < 1.25) return 'about a minute';
  if (minutes < 1.75) return 'about a minute and a half';
  if (minutes < 55) return `about ${nearest(minutes, minutes < 19.5 ? 1 : 5)} minutes`;
  if (hours < 1.25) return 'about an hour';
  if (hours < 1.75) return 'about an hour and a half';
  return hours < 36 ? `about ${nearest(hours, 1)} hours` : `about ${nearest(hours / 24, 1)} days`;
}

const MANY = new Intl.NumberFormat('en', {
  notation: 'compact',
  compactDisplay: 'long',
  maximumSignificantDigits: 2,
});

/** About so many: "20,000 letters", "1.3 million letters". @param {number} count */
export const letters = (count) =>
  count < 1e6 ? counted(rounded(count), 'letter') : `${MANY.format(count)} letters`;

/** How long the run takes here, or how many letters it reads while that is not known. @param {State} state @returns {Choice} */
export function timeOf(state) {
  const length = readNumber(state.fields.runCharacters, 'whole');
  if (!(length > 0)) return { value: PRESENT, label: 'a time of your own' };
  const seconds = secondsHere(state, length);
  const label = seconds === null ? letters(length) : spoken(seconds);
  return TIMES.find((time) => time.label === label) ?? { value: PRESENT, label };
}

/** @param {State} state @returns {Choice & { article: string }} */
export function networkOf({ fields }) {
  const found = Object.entries(NETWORKS).find(([, { shape }]) =>
    /** @type {(keyof typeof shape)[]} */ (Object.keys(shape)).every(
      (field) => fields[field].trim() === shape[field],
    ),
  );
  if (found === undefined) return { value: PRESENT, article: 'a', label: 'network of your own' };
  const [value, { article, name }] = found;
  return { value, article, label: name };
}

/** @param {State} state @returns {Choice} */
export function textOf({ text, arrival }) {
  const { name, sample } =
    arrival === null
      ? { name: text.source.name, sample: text.source.sample }
      : { name: arrival.name, sample: arrival.sample };
  const listed = TEXTS.find(({ value }) => value === sample);
  if (listed !== undefined) return listed;
  const unlisted = SAMPLES.find(({ id }) => id === sample);
  if (unlisted !== undefined) return { value: PRESENT, label: unlisted.like ?? unlisted.name };
  if (name !== TYPED) return { value: PRESENT, label: shortened(name) };
  return text.source.content === ''
    ? TEXTS[TEXTS.length - 1]
    : { value: PRESENT, label: 'my text' };
}

/** @param {string} name */
function shortened(name) {
  const symbols = [...name];
  return symbols.length > LONGEST_NAME ? `${symbols.slice(0, LONGEST_NAME - 1).join('')}…` : name;
}
