/**
 * Handles what went wrong. A refused request changes nothing and gets a sentence. A fault ends the worker: it is
 * replaced, and training goes on from the last snapshot.
 */

import { whole } from '../format.js';
import { say, withNotice } from '../messages/state.js';
import { describeProgress } from '../saved-runs/words.js';
import { largest, UNTRIED, withoutProbe } from '../settings/estimate-state.js';
import { FIELDS, fieldText } from '../settings/fields.js';
import { restore } from './commands.js';
import { changeRun, withSampling } from './state.js';

/** @import { Event } from '../../shared/protocol.js' */
/** @import { Field } from '../settings/fields.js' */
/** @import { Answer, Handlers, Intent, Notice, Run, State } from '../state.js' */

/** After so many faults in a row, with no newer snapshot between them, training stops. */
const MOST_FAULTS = 3;

/** Failures that the text causes. */
const TEXT_FAILURES = [
  'TextTooShort',
  'TextTooLong',
  'OneSymbol',
  'TooManySymbols',
  'NoText',
  'BinaryFile',
];

/** @param {State} state @param {string} text @param {Notice['about']} [about]
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
 * @param {State} before @param {string} message @param {boolean} [stopped] by a person @returns {State}
 */
function fault(before, message, stopped = false) {
  const state = withNotice(before, 'worker', null);
  // A sample is fetched without the worker. A file needs the worker.
  const arrival = state.arrival?.source === null ? state.arrival : null;
  // The model that was being tried out may have been the cause, so it is not tried again.
  const known = withoutProbe(state, UNTRIED);
  const downloads = { ...state.downloads, asked: null };
  const nothing = { summaryRequest: null, loading: null, tuning: {}, problems: {} };
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
  const what = stopped ? 'The network was stopped' : 'The network stopped unexpectedly';
  const cause = because(what, message);
  return state.run === null ? alarm(waiting, cause) : revive(waiting, state.run, cause);
}

/**
 * Says what is left of a run that the page cannot continue.
 * @param {State} state @param {Run} run @param {string} cause @returns {Notice}
 */
function lostRun({ savedRuns }, run, cause) {
  const saved = savedRuns.runs?.find(({ key }) => key === run.savedKey);
  if (saved !== undefined) {
    /** @type {Intent} */
    const intent = { type: 'openSaved', key: saved.key, training: false, copy: false };
    return {
      text: `${cause} The run is saved as “${saved.name}” at ${describeProgress(saved)}.`,
      actions: [{ label: 'Open it', intent }],
    };
  }
  return say(
    run.text === null
      ? `${cause} Load the weights again; the text and the settings are kept.`
      : `${cause} The run is lost; the text and the settings are kept.`,
  );
}

/** @param {State} state @param {Run} run @param {string} cause @returns {State} */
function revive(state, run, cause) {
  const faults = run.faults + 1;
  if (run.snapshot === null || run.text === null || faults > MOST_FAULTS) {
    return { ...state, run: null, alert: lostRun(state, run, cause) };
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
  return alarm(withSampling(revived, false), `${cause} The run is back at ${at}.${why}`);
}

/**
 * Puts the sentence beside the field of a refused value. The old value stays in force.
 * @param {State} state @param {Field} field @param {string} message
 * @returns {State}
 */
function refuse(state, field, message) {
  const { [field]: _, ...tuning } = state.tuning;
  const inForce =
    state.run === null ? '' : ` ${fieldText(state.run.config[field])} stays in force.`;
  const sentence = `${message}${inForce}`;
  const problems = { ...state.problems, [field]: sentence };
  return alarm({ ...state, tuning, problems }, sentence, field);
}

/** A text could not be read. @param {State} state @param {Event<'failed'>} event @returns {State} */
const refuseText = (state, { message }) => alarm({ ...state, arrival: null }, message, 'text');

/** A model could not be tried out. @param {State} state @param {Event<'failed'>} event @returns {State} */
function refuseProbe(state, { name, message, field }) {
  if (state.probe !== null && name === 'TooMuchMemory') {
    return withoutProbe(state, message, largest(state.probe.config));
  }
  const known = field !== undefined && field in FIELDS;
  return withoutProbe(state, message, known ? /** @type {Field} */ (field) : null);
}

/** A run's request was refused. @param {State} state @param {Event<'failed'>} event @returns {State} */
function refuseRun(state, { name, message, field }) {
  const phase = state.run?.phase;
  const begins = phase === 'starting' || phase === 'restoring';
  const left = begins ? { ...state, run: null } : state;
  const known = field !== undefined && field in FIELDS;
  const refused = known
    ? refuse(left, /** @type {Field} */ (field), message)
    : alarm(left, message, TEXT_FAILURES.includes(name) ? 'text' : undefined);
  if (phase === 'resuming') return withSampling(changeRun(refused, { phase: 'paused' }), false);
  return refused;
}

/** @param {State} state @returns {State} */
function retry(state) {
  if (state.engine !== 'broken') return state;
  const id = state.lastId + 1;
  const next = changeRun(state, { id, phase: 'restoring' });
  return { ...next, engine: 'loading', alert: null, lastId: id };
}

/** Another worker takes over what there is, if there can be one. @param {State} state @returns {Answer} */
const restarted = (state) => [
  state,
  state.engine === 'loading' ? [{ type: 'replaceWorker' }, ...restore(state)] : [],
];

/** @type {Handlers} */
export const failures = {
  failed(state, event) {
    const { requestId, runId, message, fatal } = event;
    if (fatal) return restarted(fault(state, message));
    if (requestId !== undefined) {
      if (requestId === state.arrival?.requestId) return refuseText(state, event);
      if (requestId === state.summaryRequest?.requestId) return { ...state, summaryRequest: null };
      if (requestId === state.probe?.requestId) return refuseProbe(state, event);
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

  fault(state, { message, stopped }) {
    const next = fault(state, message, stopped);
    // Someone who stops a network that is still loading wants to try again.
    return restarted(stopped ? retry(next) : next);
  },

  retry: (state) => (state.engine === 'broken' ? restarted(retry(state)) : state),

  unsupported: (state) => ({
    ...state,
    engine: 'unsupported',
    touched: true,
    alert: say(
      'This browser lacks WebAssembly SIMD, which the network is computed with. Babble works in Chrome 96, Firefox 114, Safari 16.4 and later.',
    ),
  }),
};
