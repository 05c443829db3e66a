/** What a comparison differs in: one setting, and two or three values of it. Pure. */

import { rounded } from '../format.js';
import {
  FIELDS,
  fieldText,
  matters,
  notANumber,
  OWN_RATE,
  readConfig,
  readNumber,
  usual,
} from '../settings/fields.js';
import { problemOf } from '../settings/link.js';
import { GROUPS, usualValues } from '../settings/words.js';

/** @import { Config } from '../../shared/protocol.js' */
/** @import { Field, Fields } from '../settings/fields.js' */
/** @import { Words } from '../settings/words.js' */

/**
 * By what the networks get equal shares: characters read, or seconds of training.
 * @typedef {'charactersSeen' | 'seconds'} By
 *
 * @typedef {object} Choice
 * @property {Field} field
 * @property {string[]} values as typed, one of each network
 * @property {By} by
 *
 * @typedef {{ name: string, config: Config, problem: string }} Wanted a network; `problem`: why there can be none
 */

export const FEWEST = 2;
export const MOST = 3;

/** All networks of a comparison have these in common: it has one length, and is computed in one way. @type {string[]} */
const COMMON = ['runCharacters', 'stopAtEnd', 'shards', 'fused'];

const WORDS = /** @type {Record<Field, Words>} */ (
  Object.assign({}, ...GROUPS.map(({ rows }) => rows))
);

/** What a setting does, in a sentence. @param {Field} field */
export const sentenceOf = (field) => WORDS[field].sentence;

/** The settings that networks can differ in, in the order of the sheet. */
export const COMPARABLE = /** @type {Field[]} */ (Object.keys(WORDS)).filter(
  (field) => !COMMON.includes(field),
);

/** @type {Partial<Record<Field, string[]>>} */
const SUGGESTED = { cell: ['rnn', 'gru', 'lstm'], optimizer: ['adam', 'sgd'] };

/** Half and double of these are worth comparing. @type {Field[]} */
const BY_FACTORS = ['learningRate', 'hiddenSize', 'batchSize', 'sequenceLength'];

/** @param {Field} field @param {string} typed @returns {string} as a link and a Config have it */
function tidy(field, typed) {
  const { kind } = FIELDS[field];
  return kind === 'choice' ? typed : fieldText(readNumber(typed, kind));
}

/** Values of a setting that are worth comparing. @param {Field} field @param {Fields} fields */
export function suggest(field, fields) {
  const { kind, choices = {}, min = 0, max = 0, first } = FIELDS[field];
  const own = fields[field];
  const suggested = SUGGESTED[field];
  if (suggested !== undefined) return suggested;
  if (kind === 'choice') return [...new Set([own, ...Object.keys(choices)])].slice(0, MOST);
  const typed = readNumber(own, kind);
  const number = Number.isNaN(typed) ? Number(first) : typed;
  const others = BY_FACTORS.includes(field)
    ? [number / 2, number * 2].map((value) => rounded(value, 3))
    : usualValues(WORDS[field], fields);
  const allowed = others
    .map((value) => (kind === 'whole' ? Math.round(value) : value))
    .filter((value) => value >= min && value <= max);
  const values = [...new Set([number, ...allowed])].slice(0, MOST);
  return values.sort((one, other) => one - other).map(fieldText);
}

/** What a network is called. @param {Field} field @param {string} value */
export function nameOf(field, value) {
  const { label, choices } = FIELDS[field];
  return choices?.[value] ?? `${label} ${value}`;
}

/** What is wrong with a value, or ''. @param {Field} field @param {string} typed */
function wrong(field, typed) {
  const value = tidy(field, typed);
  return value === 'NaN' ? notANumber(field, typed) : (problemOf(field, value) ?? '');
}

/**
 * The networks of a comparison. Another optimiser or cell brings its usual learning rate where the settings have the usual one
 * of theirs: no rate suits all of them.
 * @param {Choice} choice @param {Fields} fields what they have in common @returns {Wanted[]}
 */
export function networksOf({ field, values }, fields) {
  const tidied = values.map((value) => tidy(field, value));
  return tidied.map((value, i) => {
    /** @type {Fields} */
    const own = { ...fields, [field]: value, stopAtEnd: 'true' };
    const hasUsualRate = readNumber(fields.learningRate) === usual(fields).rate;
    if (OWN_RATE.includes(field) && hasUsualRate) own.learningRate = fieldText(usual(own).rate);
    const { config, problems } = readConfig(own);
    const twin = tidied.indexOf(value) < i ? `${nameOf(field, value)} is there already.` : '';
    const { [field]: _, ...others } = problems;
    const problem = wrong(field, values[i]) || twin || Object.values(others).join(' ');
    return { name: nameOf(field, value), config, problem };
  });
}

/** These decide which letters are read together, and so in which order. @type {Field[]} */
const ORDERING = ['batchSize', 'passageLength'];

/** What networks that differ in a setting have in common beside their text. @param {Field} field */
export function sharedBy(field) {
  if (field === 'seed') return 'in the same order, each from its own seed';
  return ORDERING.includes(field)
    ? 'from the same seed, each in its own order'
    : 'in the same order, from the same seed';
}

/** In what they differ. @param {Field} field @param {Pick<Wanted, 'config'>[]} networks */
export function differenceOf(field, networks) {
  const label = FIELDS[field].label.toLowerCase();
  const rates = new Set(networks.map(({ config }) => config.learningRate));
  return field !== 'learningRate' && rates.size > 1
    ? `Only the ${label} and its usual learning rate differ.`
    : `Only the ${label} differs.`;
}

/** The part of a link that stands behind `compare=`. @param {Choice} choice */
export const encode = ({ by, field, values }) =>
  [by, field, ...values.map((value) => tidy(field, value))].join(',');

/**
 * Reads it; null when there can be no such comparison. It may be hostile.
 * @param {string} text @param {Fields} fields @returns {Choice | null}
 */
export function decode(text, fields) {
  const [by, name, ...values] = text.split(',');
  const field = COMPARABLE.find((field) => field === name);
  if (field === undefined || !matters(field, fields)) return null;
  if (by !== 'charactersSeen' && by !== 'seconds') return null;
  if (values.length < FEWEST || values.length > MOST) return null;
  if (values.some((value) => wrong(field, value) !== '')) return null;
  return { by, field, values };
}
