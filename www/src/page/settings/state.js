/** The settings fields: what is typed, what is refused, what is in force. */

import { withoutComplaint } from '../messages/state.js';
import {
  FIELD_NAMES,
  FIELDS,
  fieldsFrom,
  fieldText,
  notANumber,
  OWN_RATE,
  readNumber,
  usual,
} from './fields.js';

/** @import { Config, RunReport } from '../../shared/protocol.js' */
/** @import { Handlers, State } from '../state.js' */
/** @import { Field } from './fields.js' */

/** @param {Config} config */
export const fieldsOf = (config) => fieldsFrom((field) => fieldText(config[field]));

/** @param {State['problems']} problems @param {Field} field */
function without(problems, field) {
  const { [field]: _, ...rest } = problems;
  return rest;
}

/**
 * Sets the usual learning rate of a newly chosen optimiser or cell, if the old one had its usual rate. Someone typed any
 * other rate, and it stays.
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
 * The settings that were lowered for a short text, after a change of the sequence length.
 * @param {RunReport} report
 * @param {State['tuning']} tuning @param {Config} config in force
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

/** @type {Handlers} */
export const settings = {
  ready: (state) => ({ ...state, engine: 'ready' }),

  setField(state, { field, value }) {
    const fields = { ...state.fields, [field]: value };
    const problems = without(state.problems, field);
    // Without a run, the last announcement was about the settings before this change.
    const announcement = state.run === null ? '' : state.announcement;
    const next = { ...withoutComplaint(state, field), fields, problems, announcement };
    return OWN_RATE.includes(field) ? withUsualRate(state, next) : next;
  },

  commitField(state, { field }) {
    if (state.run === null || !FIELDS[field].live) return state;
    const typed = state.fields[field];
    const value = readNumber(typed, FIELDS[field].kind);
    if (Number.isNaN(value)) {
      return { ...state, problems: { ...state.problems, [field]: notANumber(field, typed) } };
    }
    const inForce = state.tuning[field] ?? state.run.config[field];
    if (value === inForce || typed === fieldText(inForce)) return state;
    return [
      { ...state, tuning: { ...state.tuning, [field]: value } },
      [{ type: 'tune', runId: state.run.id, tuning: { [field]: value } }],
    ];
  },

  tuned(state, { config, learningRate }) {
    if (state.run === null) return state;
    const fields = { ...state.fields };
    for (const field of FIELD_NAMES) {
      // What was typed since then stays.
      const asked = state.tuning[field];
      if (asked !== undefined && readNumber(fields[field], FIELDS[field].kind) === asked) {
        fields[field] = fieldText(config[field]);
      }
    }
    const old = state.run.report;
    const report = old && { ...old, shrunk: shrunkBy(old, state.tuning, config) };
    return { ...state, fields, tuning: {}, run: { ...state.run, config, learningRate, report } };
  },
};
