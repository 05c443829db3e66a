/** Saved records as they can be listed, whatever has become of them: a name or a date that is damaged is replaced by a plain one. Pure. */
import { nameFor, TYPED, tidy } from '../../shared/run-names.js';

/**
 * @typedef {import('./database.js').Summary} Summary
 */

/** The last moment that a date can be of. */
const LAST_MOMENT = 8.64e15;

/** @param {unknown} value @returns {value is Record<string, any>} */
export const isObject = (value) => typeof value === 'object' && value !== null;

/** @param {unknown} value @param {string} [otherwise] */
const textOr = (value, otherwise = '') => (typeof value === 'string' ? value : otherwise);

/** @param {unknown} value @param {number} [most] @returns {number} 0 for what is no such number */
export const numberOr0 = (value, most = Number.MAX_SAFE_INTEGER) =>
  typeof value === 'number' && value >= 0 && value <= most ? value : 0;

/** @param {unknown} value */
const heldOutOr = (value) =>
  isObject(value) && [value.loss, value.step].every(Number.isFinite)
    ? /** @type {Summary['heldOut']} */ (value)
    : null;

/** A date that is 0 is not known. @param {Summary} record @returns {Summary} */
export function mended(record) {
  const textName = textOr(record.textName, TYPED);
  return {
    ...record,
    name: tidy(textOr(record.name)) || nameFor(textName, ''),
    named: record.named === true,
    textName,
    sample: textOr(record.sample) || null,
    characters: numberOr0(record.characters),
    parameters: numberOr0(record.parameters),
    step: numberOr0(record.step),
    heldOut: heldOutOr(record.heldOut),
    bytes: numberOr0(record.bytes),
    beganAt: numberOr0(record.beganAt, LAST_MOMENT),
    savedAt: numberOr0(record.savedAt, LAST_MOMENT),
    order: numberOr0(record.order),
    left: record.left === true,
    textHash: textOr(record.textHash),
    sequence: numberOr0(record.sequence),
    writer: textOr(record.writer),
  };
}

/** Can a text be put into the box from this? @param {unknown} saved @returns {saved is import('./database.js').Draft} */
export const isDraft = (saved) =>
  isObject(saved) &&
  [saved.tab, saved.name].every((value) => typeof value === 'string') &&
  (typeof saved.content === 'string' || saved.content instanceof ArrayBuffer) &&
  Number.isFinite(saved.savedAt);
