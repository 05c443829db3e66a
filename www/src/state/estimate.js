// @ts-check
/** How large the chosen model is and how fast this machine would train it, before it does. */

import { readConfig } from '../fields.js';
import { summaryOf } from './summary.js';

/** @typedef {import('../state.js').State} State */

/**
 * Settings by which neither the size nor the speed changes.
 * @type {(keyof import('../protocol.js').Config)[]}
 */
const INDIFFERENT = [
  'forgetBias',
  'initialization',
  'momentum',
  'weightDecay',
  'learningRate',
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
 * What there would be to try out, or null while the settings or the text are not known.
 * @param {State} state
 */
function chosen(state) {
  const { config, problems } = readConfig(state.fields);
  const symbols = (summaryOf(state) ?? state.summary?.told)?.symbols;
  if (symbols === undefined || Object.keys(problems).length > 0) return null;
  return { key: keyOf(config, symbols), config, symbols };
}

/**
 * What the size and the speed of a model depend on.
 * @param {import('../protocol.js').Config} config @param {number} symbols
 */
function keyOf(config, symbols) {
  const telling = Object.entries(config).filter(
    ([field]) => !INDIFFERENT.includes(/** @type {keyof typeof config} */ (field)),
  );
  return JSON.stringify([telling, symbols]);
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
 * run measured later is nearer the truth, but Train after Reset shall begin the same run once more.
 * @param {State} state
 */
export const trialOf = (state) => estimateOf(state)?.trial ?? null;

/**
 * Asks the worker to try the model out, unless that is known or under way, or a run is.
 * @param {State} state @returns {State}
 */
export function withProbe(state) {
  const { engine, run, loading, probe, estimates } = state;
  if (engine !== 'ready' || run !== null || loading !== null || probe !== null) return state;
  const wanted = chosen(state);
  if (wanted === null || estimates[wanted.key] !== undefined) return state;
  const requestId = state.lastQuestion - 1;
  return { ...state, probe: { requestId, ...wanted }, lastQuestion: requestId };
}

/** @type {import('../state.js').Estimate} */
const UNKNOWN = { model: null, charactersPerSecond: null, trial: null, problem: null };

/**
 * @param {State} state @param {string} key @param {Partial<import('../state.js').Estimate>} change
 * @returns {State}
 */
function learn(state, key, change) {
  const before = state.estimates[key] ?? UNKNOWN;
  return { ...state, estimates: { ...state.estimates, [key]: { ...before, ...change } } };
}

/**
 * A run that ends has measured its speed for longer than any trial.
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

/** The model cannot be made. @param {State} state @param {string} problem @returns {State} */
export const withoutProbe = (state, problem) =>
  state.probe === null ? state : learn({ ...state, probe: null }, state.probe.key, { problem });

/** @type {import('../state.js').Handlers} */
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
    // It was broken off: it will be asked again when there is time.
    const { [key]: _, ...estimates } = state.estimates;
    return { ...done, estimates };
  },
};
