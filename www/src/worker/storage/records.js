// @ts-check
/**
 * Saved records as they can be used, whatever has become of them. A run needs its weights; a name, a
 * date, a curve or a way of sampling that is damaged is replaced by a plain one. Pure.
 */
import { nameFor, TYPED, tidy } from '../../shared/run-names.js';

/**
 * @typedef {import('./database.js').Summary} Summary
 * @typedef {import('../../shared/loss-history.js').PlainLossHistory} PlainLossHistory
 */

/** The last moment that a date can be of. */
const LAST_MOMENT = 8.64e15;

/** @param {unknown} value @returns {value is Record<string, any>} */
const isObject = (value) => typeof value === 'object' && value !== null;

/** @param {unknown} value @param {string} [otherwise] */
const textOr = (value, otherwise = '') => (typeof value === 'string' ? value : otherwise);

/** @param {unknown} value @param {number} [most] @returns {number} 0 for what is no such number */
const numberOr0 = (value, most = Number.MAX_SAFE_INTEGER) =>
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

/**
 * The saved values, and those of a whole record where one is missing or of another kind.
 * @template {Record<string, any>} T
 * @param {unknown} saved @param {T} whole @returns {T}
 */
export function filled(saved, whole) {
  if (!isObject(saved)) return whole;
  const entries = Object.entries(whole).map(([key, value]) => {
    const fits = typeof saved[key] === typeof value && !Number.isNaN(saved[key]);
    return [key, fits ? saved[key] : value];
  });
  return /** @type {T} */ (Object.fromEntries(entries));
}

const PLACE = ['step', 'charactersSeen', 'seconds'];
const POINT = [...PLACE, 'loss'];

/** @param {unknown} value @param {string[]} names */
const hasNumbers = (value, names) =>
  isObject(value) && names.every((name) => Number.isFinite(value[name]));

/** @param {unknown} value */
const isTable = (value) =>
  isObject(value) &&
  POINT.every((name) => {
    const column = value[name];
    return (
      column instanceof Float64Array &&
      column.length === value.step.length &&
      column.every(Number.isFinite)
    );
  });

/** Can a loss history be made of this? @param {unknown} saved @returns {saved is PlainLossHistory} */
const isHistory = (saved) =>
  isObject(saved) &&
  isTable(saved.training) &&
  isTable(saved.heldOut) &&
  Number.isSafeInteger(saved.stride) &&
  saved.stride > 0 &&
  hasNumbers(saved.gathered, [...POINT, 'count']) &&
  hasNumbers(saved.place, PLACE) &&
  Array.isArray(saved.marks) &&
  saved.marks.every(
    (mark) => typeof settingOf(mark) === 'string' && hasNumbers(mark, [...PLACE, 'from', 'to']),
  );

/** Which setting a mark is of. Older records call it `knob`. @param {any} mark */
const settingOf = (mark) => mark?.setting ?? mark?.knob;

/** @param {unknown} value @returns {value is import('../../shared/loss-history.js').Sample} */
const isSample = (value) =>
  isObject(value) && hasNumbers(value, ['step']) && typeof value.text === 'string';

/** The loss history of a saved run; null when it is damaged. @param {unknown} saved @returns {PlainLossHistory | null} */
export function historyOf(saved) {
  if (!isHistory(saved)) return null;
  const { samples } = saved;
  return {
    ...saved,
    marks: saved.marks.map((mark) => ({ ...mark, setting: settingOf(mark) })),
    samples: Array.isArray(samples) ? samples.filter(isSample) : [],
  };
}

/** Can a text be put into the box from this? @param {unknown} saved @returns {saved is import('./database.js').Draft} */
export const isDraft = (saved) =>
  isObject(saved) &&
  [saved.tab, saved.name].every((value) => typeof value === 'string') &&
  (typeof saved.content === 'string' || saved.content instanceof ArrayBuffer) &&
  Number.isFinite(saved.savedAt);

/** How long it had trained. @param {unknown} saved */
export const trainedMsOf = (saved) => numberOr0(saved);
