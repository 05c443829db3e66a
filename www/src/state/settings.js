// @ts-check
/** The settings fields: what is typed, what is refused, what is in force. */

import {
  FIELD_NAMES,
  FIELDS,
  FIRST_VALUES,
  fieldsFrom,
  fieldText,
  notANumber,
  readNumber,
  usual,
} from '../fields.js';
import { withoutComplaint } from './messages.js';

/**
 * @typedef {import('../fields.js').Field} Field
 * @typedef {import('../state.js').State} State
 */

/** @param {import('../protocol.js').Config} config */
export const fieldsOf = (config) => fieldsFrom((field) => fieldText(config[field]));

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

/**
 * Another optimizer was chosen: a learning rate that was the usual one of the last becomes the usual
 * one of this. Any other was typed by someone, who may know better.
 * @param {State} before @param {State} after @returns {State}
 */
function withUsualRate(before, after) {
  const { name, rate } = usual(after.fields);
  const untouched = readNumber(before.fields.learningRate) === usual(before.fields).rate;
  if (!untouched || rate === usual(before.fields).rate) return after;
  return {
    ...after,
    fields: { ...after.fields, learningRate: fieldText(rate) },
    announcement: `The learning rate is now ${rate}, the usual one for ${name}.`,
  };
}

/**
 * What is said of a setting that was lowered so that the text suffices, after one was changed.
 * @param {import('../protocol.js').RunReport} report
 * @param {State['tuning']} tuning @param {import('../protocol.js').Config} config in force
 */
function shrunkBy(report, tuning, config) {
  const asked = tuning.sequenceLength;
  if (asked === undefined) return report.shrunk;
  const used = config.sequenceLength;
  const others = report.shrunk.filter(({ field }) => field !== 'sequenceLength');
  return used < asked
    ? [...others, { field: /** @type {const} */ ('sequenceLength'), asked, used }]
    : others;
}

/** @type {import('../state.js').Handlers} */
export const settings = {
  ready(state, { limits, defaults }) {
    const first = state.limits === null && state.run === null && state.loading === null;
    const fields = first ? untouchedFrom(state.fields, defaults) : state.fields;
    return { ...state, engine: 'ready', limits, fields, defaults: fieldsOf(defaults) };
  },

  setField(state, { field, value }) {
    const fields = { ...state.fields, [field]: value };
    const problems = without(state.problems, field);
    // Without a run, the last thing told was about the settings as they were.
    const announcement = state.run === null ? '' : state.announcement;
    const next = { ...withoutComplaint(state, field), fields, problems, announcement };
    return field === 'optimizer' ? withUsualRate(state, next) : next;
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
    const old = state.run.report;
    const report = old && { ...old, shrunk: shrunkBy(old, state.tuning, config) };
    return { ...state, fields, tuning: {}, run: { ...state.run, config, report } };
  },
};
