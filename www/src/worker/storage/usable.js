/**
 * What of a saved run can be gone on with, whatever has become of it. It needs its weights; a curve or a way of
 * sampling that is damaged is replaced by a plain one. Pure.
 */

import { isObject, numberOr0 } from './records.js';

/** @typedef {import('../../shared/loss-history.js').PlainLossHistory} PlainLossHistory */

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

/** How long it had trained. @param {unknown} saved */
export const trainedMsOf = (saved) => numberOr0(saved);
