/**
 * A run in the address: `#cell=lstm&hiddenSize=256&text=9f86d081884c7d65&sample=moby-dick`. Settings that
 * differ from what a link means without them, the beginning of the text's hash, and the sample's name when
 * it is one; never the text. A fragment may be hostile. A setting or a sample that this page does not know
 * is left out and named. A wrong value would make another run, so then nothing is used.
 */

import { FIELD_NAMES, FIELDS, fieldText, UNNAMED_VALUES } from './fields.js';

/** @import { Config } from '../../shared/protocol.js' */
/** @import { Field } from './fields.js' */

/**
 * @typedef {object} Link
 * @property {Partial<Record<Field, string>>} settings as their fields show them
 * @property {string | null} hash the first digits of its text's SHA-256
 * @property {string | null} sample
 * @property {string[]} unknown what was left out, in words
 */

/** This many hexadecimal digits distinguish two texts. */
export const HASH_DIGITS = 16;

/** Longer than any link of ours. */
const MOST_CHARACTERS = 1500;

const NUMBER = /^\d{1,13}(\.\d{1,20})?(e[+-]?\d{1,2})?$/;

/**
 * The fragment of a run, without its `#`.
 * @param {Config} config @param {string | null} hash of its text, all of it
 * @param {string | null} sample
 */
export function encodeLink(config, hash, sample) {
  const pairs = FIELD_NAMES.map((field) => [field, fieldText(config[field])]).filter(
    ([field, value]) => value !== UNNAMED_VALUES[/** @type {Field} */ (field)],
  );
  if (hash !== null) pairs.push(['text', hash.slice(0, HASH_DIGITS)]);
  if (sample !== null) pairs.push(['sample', sample]);
  return pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
}

/**
 * Reads a fragment. Null when there is none; `{ problem }`, a sentence, when it cannot be used.
 * @param {string} fragment with or without its `#` @param {string[]} samples those that there are
 * @returns {Link | { problem: string } | null}
 */
export function decodeLink(fragment, samples) {
  const content = fragment.replace(/^#/, '');
  if (content === '') return null;
  if (content.length > MOST_CHARACTERS) return refused('it is too long');
  /** @type {Link} */
  const link = { settings: {}, hash: null, sample: null, unknown: [] };
  const seen = new Set();
  for (const pair of content.split('&')) {
    const [key, encoded, ...rest] = pair.split('=');
    const value = encoded === undefined || rest.length > 0 ? null : decoded(encoded);
    if (value === null) return refused(`${quoted(pair)} is no setting`);
    if (seen.has(key)) return refused(`${quoted(key)} comes twice`);
    seen.add(key);
    if (key === 'text') {
      if (!isHash(value)) return refused(`${quoted(pair)} is no fingerprint of a text`);
      link.hash = value;
    } else if (key === 'sample') {
      if (samples.includes(value)) link.sample = value;
      else link.unknown.push(`there is no sample ${quoted(value)}`);
    } else if (Object.hasOwn(FIELDS, key)) {
      const field = /** @type {Field} */ (key);
      const problem = problemOf(field, value);
      if (problem !== null) return refused(problem);
      const { kind } = FIELDS[field];
      const isNumber = kind === 'whole' || kind === 'number';
      link.settings[field] = isNumber ? fieldText(Number(value)) : value;
    } else {
      link.unknown.push(`there is no setting ${quoted(key)}`);
    }
  }
  const { length } = link.unknown;
  return length === seen.size ? refused(listed(link.unknown)) : link;
}

/** At most this many unknown parts are named. */
const MOST_NAMED = 3;

/** @param {string[]} unknown */
export function listed(unknown) {
  const more = unknown.length - MOST_NAMED;
  const named = unknown.slice(0, MOST_NAMED).join(', ');
  return more > 0 ? `${named}, nor ${more} more` : named;
}

/** @param {string} why */
const refused = (why) => ({
  problem: `The settings in this page's address were not used: ${why}.`,
});

/** Quotes what came from outside in a sentence. @param {string} words */
export function quoted(words) {
  const shown = words.length > 40 ? `${words.slice(0, 40)}…` : words;
  return `“\u2068${shown.replace(/\p{C}/gu, '\ufffd')}\u2069”`;
}

/** @param {string} encoded */
function decoded(encoded) {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

/** @param {string} value */
const isHash = (value) => value.length === HASH_DIGITS && /^[0-9a-f]+$/.test(value);

/** What is wrong with a value, or null. @param {Field} field @param {string} value */
export function problemOf(field, value) {
  const { label, kind, choices = {}, min = 0, max = 0 } = FIELDS[field];
  if (kind === 'choice') {
    return Object.hasOwn(choices, value) ? null : `${label} cannot be ${quoted(value)}`;
  }
  if (kind === 'switch') {
    return value === 'true' || value === 'false' ? null : `${label} cannot be ${quoted(value)}`;
  }
  const number = NUMBER.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) return `${label} needs a number, not ${quoted(value)}`;
  if (kind === 'whole' && !Number.isInteger(number)) return `${label} must be a whole number`;
  if (number < min || number > max) return `${label} must lie between ${min} and ${max}`;
  return null;
}
