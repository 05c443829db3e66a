// @ts-check
/**
 * What went wrong, and what is kept. A refused request costs nothing but a sentence; a fault costs
 * the worker, which is replaced, and training goes on from the last snapshot.
 */

import { FIELDS, fieldText } from '../fields.js';
import { whole } from '../format.js';
import { withoutProbe } from './estimate.js';
import { say } from './messages.js';
import { changeRun, withVoice } from './run.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../state.js').Run} Run
 * @typedef {import('../protocol.js').FailedEvent} FailedEvent
 */

/** After so many faults in a row, with no newer snapshot between them, training stops. */
const MOST_FAULTS = 3;

/** Failures that another text would not have. */
const TEXT_FAILURES = [
  'TextTooShort',
  'TextTooLong',
  'OneSymbol',
  'TooManySymbols',
  'NoText',
  'BinaryFile',
];

/** @param {State} state @param {string} text @param {import('../state.js').Message['about']} [about]
 * @returns {State} */
const alarm = (state, text, about) => ({ ...state, alert: say(text, about) });

/** A fault's own words, which need not be a sentence. @param {string} what @param {string} words */
const because = (what, words) =>
  /[.!?]$/.test(words) ? `${what}. ${words}` : `${what}${words && ` (${words})`}.`;

/** @param {Run} run */
const trains = ({ phase, trainsAfterRestore }) =>
  phase === 'restoring' ? trainsAfterRestore : phase !== 'paused' && phase !== 'pausing';

/**
 * The worker is gone. Whatever it had not finished is forgotten, but for the run's last snapshot.
 * @param {State} state @param {string} message @returns {State}
 */
function fault(state, message) {
  // A sample is on its way to the page without the worker; a file needs it.
  const arrival = state.arrival?.source === null ? state.arrival : null;
  // What was being tried out may have been the cause: it is not asked again.
  const known = withoutProbe(state, 'This model could not be tried out here.');
  const downloads = { ...state.downloads, asked: null };
  const nothing = { survey: null, loading: null, tuning: {}, problems: {} };
  const idle = { ...known, ...nothing, arrival, downloads };
  if (state.engine !== 'ready') {
    const run = state.run?.snapshot ? state.run : null;
    const stopped = { ...idle, run, engine: /** @type {const} */ ('broken') };
    return {
      ...stopped,
      alert: {
        text: because('The network could not be started', message),
        actions: [{ label: 'Try again', intent: { type: 'retry' } }],
      },
    };
  }
  const waiting = { ...idle, engine: /** @type {const} */ ('loading') };
  const cause = because('The network stopped unexpectedly', message);
  return state.run === null ? alarm(waiting, cause) : revive(waiting, state.run, cause);
}

/** @param {State} state @param {Run} run @param {string} cause @returns {State} */
function revive(state, run, cause) {
  const faults = run.faults + 1;
  if (run.snapshot === null || run.text === null || faults > MOST_FAULTS) {
    return alarm(
      { ...state, run: null },
      `${cause} The run is lost; the text and the settings are kept.`,
    );
  }
  const at = `step ${whole(run.snapshot.step)}`;
  const goesOn = trains(run) && faults < MOST_FAULTS;
  const id = state.lastId + 1;
  const revived = changeRun(
    { ...state, lastId: id },
    {
      id,
      faults,
      phase: 'restoring',
      trainsAfterRestore: goesOn,
      step: run.snapshot.step,
      download: null,
    },
  );
  if (goesOn) return alarm(revived, `${cause} Training went on from ${at}.`);
  const why =
    faults < MOST_FAULTS ? '' : ` This happened ${faults} times, so training was stopped.`;
  return alarm(withVoice(revived, false), `${cause} The run is back at ${at}.${why}`);
}

/**
 * A value was refused: the sentence goes beside its field, and what was in force stays so.
 * @param {State} state @param {import('../fields.js').Field} field @param {string} message
 * @returns {State}
 */
function refuse(state, field, message) {
  const { [field]: _, ...tuning } = state.tuning;
  const kept = state.run === null ? '' : ` ${fieldText(state.run.config[field])} stays in force.`;
  const sentence = `${message}${kept}`;
  const problems = { ...state.problems, [field]: sentence };
  return alarm({ ...state, tuning, problems }, sentence, field);
}

/**
 * A text could not be read. A file full of control characters may be UTF-16 without a mark.
 * @param {State} state @param {FailedEvent} event @returns {State}
 */
function refuseText(state, { name, message }) {
  const source = state.arrival?.source;
  const left = alarm({ ...state, arrival: null }, message, 'text');
  if (name !== 'BinaryFile' || !(source?.content instanceof File) || source.encoding) return left;
  /** @type {import('../state.js').Intent} */
  const intent = { type: 'openText', file: source.content, encoding: 'utf-16le' };
  const actions = [{ label: 'Read it as UTF-16', intent }];
  return { ...left, alert: { ...say(message, 'text'), actions } };
}

/** A run's request was refused. @param {State} state @param {FailedEvent} event @returns {State} */
function refuseRun(state, { name, message, field }) {
  const phase = state.run?.phase;
  const begins = phase === 'starting' || phase === 'restoring';
  const kept = begins ? { ...state, run: null } : state;
  const known = field !== undefined && field in FIELDS;
  const told = known
    ? refuse(kept, /** @type {import('../fields.js').Field} */ (field), message)
    : alarm(kept, message, TEXT_FAILURES.includes(name) ? 'text' : undefined);
  if (phase === 'resuming') return withVoice(changeRun(told, { phase: 'paused' }), false);
  return told;
}

/** @type {import('../state.js').Handlers} */
export const failures = {
  failed(state, event) {
    const { requestId, runId, message, fatal } = event;
    if (fatal) return fault(state, message);
    if (requestId !== undefined) {
      if (requestId === state.arrival?.requestId) return refuseText(state, event);
      if (requestId === state.survey?.requestId) return { ...state, survey: null };
      if (requestId === state.probe?.requestId) return withoutProbe(state, message);
      if (requestId === state.downloads.asked?.requestId) {
        const downloads = { ...state.downloads, asked: null };
        return alarm({ ...state, downloads }, message);
      }
      if (requestId === state.run?.download) {
        return alarm(changeRun(state, { download: null }), message);
      }
      return state;
    }
    if (runId !== undefined && runId === state.loading?.runId) {
      return alarm({ ...state, loading: null }, message);
    }
    return runId === undefined ? alarm(state, message) : refuseRun(state, event);
  },

  fault: (state, { message }) => fault(state, message),

  retry(state) {
    if (state.engine !== 'broken') return state;
    const id = state.lastId + 1;
    const next = changeRun(state, { id, phase: 'restoring' });
    return { ...next, engine: 'loading', alert: null, lastId: id };
  },

  unsupported: (state) => ({
    ...state,
    engine: 'unsupported',
    touched: true,
    alert: say(
      'This browser lacks WebAssembly SIMD, which the network is computed with. Babble works in Chrome 96, Firefox 114, Safari 16.4 and later.',
    ),
  }),
};
