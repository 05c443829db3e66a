/**
 * The baselines of the text that is being learned: what letter statistics reach on its held-out part. They are
 * measured once for a text, after the training has had its first seconds alone.
 */

import { sameText } from '../text/state.js';

/** @import { TextSource } from '../../shared/protocol.js' */
/** @import { Baselines } from '../../shared/protocol-of-others.js' */
/** @import { Answer, Handlers, State } from '../state.js' */

/**
 * @typedef {object} BaselinesState
 * @property {'none' | 'measuring' | 'done' | 'stopped' | 'failed'} phase
 * @property {number} requestId of the newest measurement
 * @property {TextSource | null} source the text it is of
 * @property {Baselines | null} result what is known of it so far
 */

/** @type {BaselinesState} */
export const NO_BASELINES = { phase: 'none', requestId: 0, source: null, result: null };

/** The baselines begin after this much training. */
const ALONE_MS = 3000;

/** The text whose baselines the run wants. @param {State} state */
function wanted({ run }) {
  if (run === null || run.text === null || run.report === null) return null;
  // A run that skips characters learns another text than the one that would be measured.
  return run.report.skippedCharacters > 0 ? null : run.text;
}

/** What is known of the baselines of the text that is being learned. @param {State} state */
export const baselinesOf = (state) => {
  const source = wanted(state);
  return source !== null && sameText(source, state.baselines.source)
    ? state.baselines.result
    : null;
};

/**
 * Begins a measurement that is due, and ends one that nobody needs any more.
 * @param {State} _before @param {State} state @returns {Answer}
 */
export function withBaselines(_before, state) {
  const { baselines, run } = state;
  const source = wanted(state);
  if (sameText(source, baselines.source)) return state;
  if (source === null) {
    // The result stays: the same text may be learned again.
    return baselines.phase === 'measuring' ? forget(state) : state;
  }
  const due = run !== null && (run.trainedMs >= ALONE_MS || run.phase === 'paused');
  if (due) return begin(state, source);
  return baselines.source === null ? state : forget(state);
}

/** @param {State} state @param {TextSource} source @returns {Answer} */
function begin(state, source) {
  const requestId = state.baselines.requestId + 1;
  return [
    { ...state, baselines: { phase: 'measuring', requestId, source, result: null } },
    [{ type: 'measureBaselines', requestId, source }],
  ];
}

/** @param {State} state @returns {Answer} */
const forget = (state) => {
  const { phase, requestId } = state.baselines;
  const next = { ...state, baselines: { ...NO_BASELINES, requestId } };
  return phase === 'measuring' ? [next, [{ type: 'stopBaselines' }]] : next;
};

/** @type {Handlers} */
export const baselines = {
  baselines(state, { requestId, baselines: result }) {
    const { baselines } = state;
    if (requestId !== baselines.requestId || baselines.phase !== 'measuring') return state;
    const phase = result.part === 1 ? 'done' : 'measuring';
    return { ...state, baselines: { ...baselines, phase, result } };
  },

  baselinesFailed(state, { requestId }) {
    const { baselines } = state;
    if (requestId !== baselines.requestId || baselines.phase !== 'measuring') return state;
    return { ...state, baselines: { ...baselines, phase: 'failed' } };
  },

  stopBaselines(state) {
    if (state.baselines.phase !== 'measuring') return state;
    const baselines = { ...state.baselines, phase: /** @type {const} */ ('stopped') };
    return [{ ...state, baselines }, [{ type: 'stopBaselines' }]];
  },

  measureBaselines(state) {
    const { phase, source } = state.baselines;
    if (source === null || (phase !== 'stopped' && phase !== 'failed')) return state;
    return begin(state, source);
  },
};
