// @ts-check
/**
 * The ladder of the text that is being learned: what letter statistics reach on its held-out part. It
 * is measured once for a text, by itself, after the training has had its first seconds alone.
 */

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../protocol.js').TextSource} TextSource
 */

/**
 * @typedef {object} LadderState
 * @property {'none' | 'measuring' | 'done' | 'stopped' | 'failed'} phase
 * @property {number} requestId of the newest measurement
 * @property {TextSource | null} source the text it is of
 * @property {import('../protocol.js').Ladder | null} told what is known of it so far
 */

/** @type {LadderState} */
export const NO_LADDER = { phase: 'none', requestId: 0, source: null, told: null };

/** So long has a run trained when the ladder is begun. */
const ALONE_MS = 3000;

/** The text whose ladder the run wants. @param {State} state */
function wanted({ run }) {
  if (run === null || run.text === null || run.report === null) return null;
  // Without some of its characters it is another text than the one that could be measured here.
  return run.report.skippedCharacters > 0 ? null : run.text;
}

/** @param {TextSource | null} one @param {TextSource | null} other */
const sameText = (one, other) =>
  one?.content === other?.content && one?.encoding === other?.encoding;

/** What is known of the ladder of the text that is being learned. @param {State} state */
export const ladderOf = (state) => {
  const source = wanted(state);
  return source !== null && sameText(source, state.ladder.source) ? state.ladder.told : null;
};

/** Begins what is due, and ends what nobody waits for any more. @param {State} state @returns {State} */
export function withLadder(state) {
  const { ladder, run } = state;
  const source = wanted(state);
  if (sameText(source, ladder.source)) return state;
  if (source === null) {
    // What is known stays: the same text may be learned again.
    if (ladder.phase !== 'measuring') return state;
    return { ...state, ladder: { ...NO_LADDER, requestId: ladder.requestId } };
  }
  const due = run !== null && (run.trainedMs >= ALONE_MS || run.phase === 'paused');
  if (due) return begin(state, source);
  if (ladder.source === null) return state;
  return { ...state, ladder: { ...NO_LADDER, requestId: ladder.requestId } };
}

/** @param {State} state @param {TextSource} source @returns {State} */
function begin(state, source) {
  const requestId = state.ladder.requestId + 1;
  return { ...state, ladder: { phase: 'measuring', requestId, source, told: null } };
}

/** @type {import('../state.js').Handlers} */
export const ladder = {
  ladder(state, { requestId, ladder: told }) {
    const { ladder } = state;
    if (requestId !== ladder.requestId || ladder.phase !== 'measuring') return state;
    const phase = told.part === 1 ? 'done' : 'measuring';
    return { ...state, ladder: { ...ladder, phase, told } };
  },

  ladderFailed(state, { requestId }) {
    const { ladder } = state;
    if (requestId !== ladder.requestId || ladder.phase !== 'measuring') return state;
    return { ...state, ladder: { ...ladder, phase: 'failed' } };
  },

  stopLadder(state) {
    if (state.ladder.phase !== 'measuring') return state;
    return { ...state, ladder: { ...state.ladder, phase: 'stopped' } };
  },

  measureLadder(state) {
    const { phase, source } = state.ladder;
    if (source === null || (phase !== 'stopped' && phase !== 'failed')) return state;
    return begin(state, source);
  },
};
