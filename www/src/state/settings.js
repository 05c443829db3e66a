// @ts-check
/** The settings fields: what is typed, what is refused, what is in force. */

import { FIELD_NAMES, FIELDS, FIRST_VALUES, fieldText, notANumber, readNumber } from '../fields.js';

/**
 * @typedef {import('../fields.js').Field} Field
 * @typedef {import('../state.js').State} State
 */

/** @param {import('../protocol.js').Config} config */
export function fieldsOf(config) {
  const entries = FIELD_NAMES.map((field) => [field, fieldText(config[field])]);
  return /** @type {Record<Field, string>} */ (Object.fromEntries(entries));
}

/**
 * Fields that nobody has touched yet take the worker's defaults.
 * @param {Record<Field, string>} fields @param {import('../protocol.js').Config} defaults
 */
function untouchedFrom(fields, defaults) {
  const known = fieldsOf(defaults);
  for (const field of FIELD_NAMES) {
    if (fields[field] !== FIRST_VALUES[field]) known[field] = fields[field];
  }
  return known;
}

/** @param {State['problems']} problems @param {Field} field */
function without(problems, field) {
  const { [field]: _, ...rest } = problems;
  return rest;
}

/** @type {import('../state.js').Handlers} */
export const settings = {
  ready(state, { limits, defaults }) {
    const first = state.limits === null && state.run === null && state.loading === null;
    const fields = first ? untouchedFrom(state.fields, defaults) : state.fields;
    return { ...state, engine: 'ready', limits, fields };
  },

  setField(state, { field, value }) {
    const fields = { ...state.fields, [field]: value };
    return { ...state, fields, problems: without(state.problems, field) };
  },

  commitField(state, { field }) {
    if (state.run === null || !FIELDS[field].live) return state;
    const value = readNumber(state.fields[field]);
    if (Number.isNaN(value)) {
      return { ...state, problems: { ...state.problems, [field]: notANumber(field) } };
    }
    const inForce = state.tuning[field] ?? state.run.config[field];
    if (value === inForce || state.fields[field] === fieldText(inForce)) return state;
    return { ...state, tuning: { ...state.tuning, [field]: value } };
  },

  tuned(state, { config }) {
    if (state.run === null) return state;
    const fields = { ...state.fields };
    for (const field of FIELD_NAMES) {
      // What has been typed since the question is the person's, not the answer's.
      const asked = state.tuning[field];
      if (asked !== undefined && readNumber(fields[field]) === asked) {
        fields[field] = fieldText(config[field]);
      }
    }
    return { ...state, fields, tuning: {}, run: { ...state.run, config } };
  },
};
