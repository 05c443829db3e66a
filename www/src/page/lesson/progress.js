/** How far somebody has come in the lesson, kept for this tab. */

import { STEPS } from './steps.js';

/**
 * @typedef {object} Progress
 * @property {number} at the step that is shown, from 0; at the end the number of steps
 * @property {(string | null)[]} found what each act showed; null while it is to be done
 */

/** @type {Progress} */
export const FIRST_PROGRESS = { at: 0, found: STEPS.map(() => null) };

const KEY = 'lesson';

/** @param {Progress} progress */
export function store(progress) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(progress));
  } catch {
    // Without storage the lesson ends with the page.
  }
}

/** @returns {Progress} */
export function restore() {
  try {
    return read(JSON.parse(sessionStorage.getItem(KEY) ?? 'null'));
  } catch {
    return FIRST_PROGRESS;
  }
}

/** What was stored, or the beginning where that makes no sense. @param {any} stored @returns {Progress} */
export function read(stored) {
  const { at, found } = stored ?? {};
  const fits =
    Number.isInteger(at) &&
    at >= 0 &&
    at <= STEPS.length &&
    Array.isArray(found) &&
    found.length === STEPS.length &&
    found.every((sentence) => sentence === null || typeof sentence === 'string');
  return fits ? { at, found } : FIRST_PROGRESS;
}
