/** The size of the chosen model, and how fast this machine would train it. */

import { summaryOf } from '../text/summary-state.js';
import { FIELDS, readConfig } from './fields.js';
import { secondsFor } from './presets.js';

/** @import { Config } from '../../shared/protocol.js' */
/** @import { Field } from './fields.js' */
/** @import { Answer, Estimate, Handlers, State } from '../state.js' */

/** Said of a model that broke its worker when it was tried out. It may still be trained. */
export const UNTRIED = 'This model could not be tried out here.';

/** Settings that change neither the size nor the speed. @type {(keyof Config)[]} */
const INDIFFERENT = [
  'forgetBias',
  'initialization',
  'momentum',
  'weightDecay',
  'learningRate',
  'recurrentRate',
  'schedule',
  'warmupCharacters',
  'decayFactor',
  'decayEvery',
  'rateFloor',
  'runCharacters',
  'stopAtEnd',
  'patience',
  'seed',
];

/**
 * The model to try out, or null while the settings or the text are not known.
 * @param {State} state
 */
function chosen(state) {
  const { config, problems } = readConfig(state.fields);
  const symbols = (summaryOf(state) ?? state.summary?.report)?.symbols;
  // A text of one symbol cannot be learned, so there is nothing to try out.
  if (symbols === undefined || symbols < 2 || Object.keys(problems).length > 0) return null;
  return { key: keyOf(config, symbols), config, symbols };
}

/** Whether the core would refuse it. @param {Field} field @param {Config[Field]} value */
function isRefused(field, value) {
  const { kind, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = FIELDS[field];
  if (typeof value !== 'number') return false;
  return value < min || value > max || (kind === 'whole' && !Number.isInteger(value));
}

/**
 * What the size and the speed of a model depend on, and what forbids it.
 * @param {Config} config @param {number} symbols
 */
function keyOf(config, symbols) {
  const entries = /** @type {[Field, Config[Field]][]} */ (Object.entries(config));
  const relevant = entries.filter(
    ([field, value]) => !INDIFFERENT.includes(field) || isRefused(field, value),
  );
  return JSON.stringify([relevant, symbols]);
}

/**
 * What is known of the model that the settings and the text in the box make, or null.
 * @param {State} state
 */
export function estimateOf(state) {
  const key = chosen(state)?.key;
  return key === undefined ? null : (state.estimates[key] ?? null);
}

/**
 * How many characters a second this machine trained when it tried the chosen model out, or null. What a
 * run measured later is more exact, but Train after Reset must begin the same run again.
 * @param {State} state
 */
export const trialOf = (state) => estimateOf(state)?.trial ?? null;

/**
 * How many seconds a run of this length takes here, as far as its speed is known; null while it is not. What a run
 * measured is all of its speed, of a trial a run reaches a part.
 * @param {State} state @param {number} length in characters
 */
export function secondsHere(state, length) {
  const { charactersPerSecond = null, trial = null } = estimateOf(state) ?? {};
  if (charactersPerSecond === null) return null;
  return charactersPerSecond === trial
    ? secondsFor(length, charactersPerSecond)
    : length / charactersPerSecond;
}

/**
 * Asks the worker to try the model out, unless that is known or under way, or there is a run.
 * @param {State} _before @param {State} state @returns {Answer}
 */
export function withProbe(_before, state) {
  const { engine, run, loading, probe, estimates } = state;
  if (engine !== 'ready' || run !== null || loading !== null || probe !== null) return state;
  const wanted = chosen(state);
  if (wanted === null || estimates[wanted.key] !== undefined) return state;
  const requestId = state.lastQuestion - 1;
  const { config, symbols } = wanted;
  return [
    { ...state, probe: { requestId, ...wanted }, lastQuestion: requestId },
    [{ type: 'probe', requestId, config, symbols }],
  ];
}

/** @type {Estimate} */
const UNKNOWN = {
  model: null,
  charactersPerSecond: null,
  trial: null,
  problem: null,
  field: null,
};

/** @param {State} state @param {string} key @param {Partial<Estimate>} change @returns {State} */
function learn(state, key, change) {
  const before = state.estimates[key] ?? UNKNOWN;
  return { ...state, estimates: { ...state.estimates, [key]: { ...before, ...change } } };
}

/**
 * Takes the speed of a run that ended: it was measured for longer than any trial.
 * @param {State} before @param {State} state @returns {State}
 */
export function withMeasured({ run, estimates }, state) {
  if (run === null || state.run !== null || run.report === null) return state;
  const { asked, config, report, charactersPerSecond } = run;
  const key = keyOf(asked, report.symbols);
  const isOfIt = key === keyOf(config, report.symbols) && estimates[key] !== undefined;
  return isOfIt && charactersPerSecond !== null
    ? learn(state, key, { charactersPerSecond })
    : state;
}

/**
 * The model cannot be made.
 * @param {State} state @param {string} problem @param {Field | null} [field] the setting that it is about @returns {State}
 */
export function withoutProbe(state, problem, field = null) {
  if (state.probe === null) return state;
  return learn({ ...state, probe: null }, state.probe.key, { problem, field });
}

/** What a run's memory grows with, as the core advises to lower it. @type {('batchSize' | 'sequenceLength' | 'hiddenSize')[]} */
const SIZES = ['batchSize', 'sequenceLength', 'hiddenSize'];

/** Of these settings the one that is largest beside what a new run has. @param {Config} config @returns {Field} */
export function largest(config) {
  const times = (/** @type {typeof SIZES[number]} */ field) =>
    config[field] / Number(FIELDS[field].first);
  return SIZES.reduce((one, other) => (times(other) > times(one) ? other : one));
}

/** What is wrong with a setting: as it was typed, or because there can be no such model. @param {State} state @param {Field} field */
export function problemOf(state, field) {
  const typed = state.problems[field];
  if (typed !== undefined || state.run !== null) return typed;
  const estimate = estimateOf(state);
  return estimate?.field === field ? (estimate.problem ?? undefined) : undefined;
}

/** @type {Handlers} */
export const estimate = {
  sized(state, { requestId, model }) {
    if (requestId !== state.probe?.requestId) return state;
    return learn(state, state.probe.key, { model });
  },

  probed(state, { requestId, charactersPerSecond }) {
    if (requestId !== state.probe?.requestId) return state;
    const { key } = state.probe;
    const done = { ...state, probe: null };
    if (charactersPerSecond !== null)
      return learn(done, key, { charactersPerSecond, trial: charactersPerSecond });
    // A run ended the trial. It is asked for again later.
    const { [key]: _, ...estimates } = state.estimates;
    return { ...done, estimates };
  },
};
