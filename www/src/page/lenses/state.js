/** Through which lens the text is looked at, what the network was asked, and what it answered. Pure. */

import { samplingOf } from '../generated/state.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../state.js').Answer} Answer
 * @typedef {import('../../shared/protocol.js').Question} Question
 * @typedef {import('../../shared/protocol.js').Look} Look
 *
 * @typedef {import('./table.js').Lens} Lens
 * @typedef {'unseen' | 'written' | 'own'} Of which text a lens reads
 *
 * @typedef {object} LensState
 * @property {Lens} open
 * @property {Of} of
 * @property {string} own what a person has put in to be read
 * @property {number} unit that is shown, from 0
 * @property {number} at the symbol that Memory asks about
 * @property {string} begin of each line that Lines asks for
 * @property {import('../../shared/protocol.js').Item[]} stars lines that a person wants to keep
 * @property {number} seed of its choices
 * @property {number | null} step of the sample that Time shows; null for now
 * @property {number | null} requestId the question that is under way
 * @property {Seen | null} seen the newest answer
 * @property {Seen | null} first the first answer of this run through this lens
 * @property {boolean} changed whether Surprise shows what has changed
 * @property {Read[]} recent what Surprise saw of this text in the last minute, the oldest first
 *
 * @typedef {{ look: Look, step: number }} Seen
 * @typedef {{ look: Extract<Look, { what: 'reading' }>, step: number }} Read
 */

/** So far back Surprise compares. */
export const RECENT_MS = 60_000;

/** Nothing was seen yet. */
const UNSEEN = { requestId: null, seen: null, first: null, recent: [] };

/** @type {LensState} */
export const FIRST_LENS = {
  open: 'certainty',
  of: 'unseen',
  own: '',
  unit: 0,
  at: 200,
  begin: '',
  stars: [],
  seed: 1,
  step: null,
  changed: false,
  ...UNSEEN,
};

/** How much is read at once: a page, which takes a few hundredths of a second. */
export const PAGE_CHARACTERS = 1_000;

/** Lines that are written at once. */
export const MORE_LINES = 100;

/** What a person may put in to be read. */
export const MOST_OWN_CHARACTERS = 2_000;

/** The newest characters that the network wrote. @param {State} state @param {number} most */
function written({ generated }, most) {
  const text = generated.pieces.map((piece) => piece.text).join('');
  return [...text].slice(-most).join('');
}

/** What the open lens asks; null when it needs no answer. @param {State} state @returns {Question | null} */
export function questionOf(state) {
  const { open, of, own, at, begin, seed, step } = state.lens;
  const characters = PAGE_CHARACTERS;
  const other = of === 'written' ? written(state, characters) : null;
  const text = of === 'own' ? [...own].slice(0, MOST_OWN_CHARACTERS).join('') : other;
  switch (open) {
    case 'certainty':
      return null;
    case 'time':
      // What it wrote at a step is kept.
      return step === null ? { what: 'sample' } : null;
    case 'surprise':
      return { what: 'reading', text, characters, units: false };
    case 'neuron':
      return { what: 'reading', text, characters, units: true };
    case 'memory':
      return { what: 'influence', text, characters, at };
    case 'copied':
      return { what: 'copies', text: written(state, characters) };
    case 'lines':
      return { what: 'lines', begin, count: MORE_LINES, seed, sampling: samplingOf(state) };
  }
}

/** @param {State} state @param {Partial<LensState>} change @returns {State} */
const withLens = (state, change) => ({ ...state, lens: { ...state.lens, ...change } });

/** @param {State} state @returns {Answer} */
function ask(state) {
  const question = questionOf(state);
  const { run } = state;
  if (question === null || run === null || state.engine !== 'ready') return state;
  if (run.phase === 'starting' || run.phase === 'restoring') return state;
  const requestId = state.lastQuestion - 1;
  return [
    { ...withLens(state, { requestId }), lastQuestion: requestId },
    [{ type: 'look', runId: run.id, requestId, question }],
  ];
}

/** Nothing of another run is shown. @param {State} before @param {State} after @returns {State} */
export const withLensOfRun = (before, after) =>
  before.run?.id === after.run?.id ? after : withLens(after, { ...UNSEEN, step: null, stars: [] });

/** @type {import('../state.js').Handlers} */
export const lens = {
  openLens: (state, { lens }) =>
    lens === state.lens.open ? state : ask(withLens(state, { ...UNSEEN, open: lens })),

  setLens(state, { change }) {
    if (change.stars !== undefined) return withLens(state, change);
    const isAnother = change.of !== undefined || change.own !== undefined;
    return ask(withLens(state, { ...(isAnother && UNSEEN), ...change }));
  },

  // Who was not answered, for the worker was replaced, asks again as well.
  lookAgain: (state) => ask(state),

  looked(state, { requestId, step, look }) {
    if (requestId !== state.lens.requestId) return state;
    const { open, first, recent } = state.lens;
    const seen = { look, step };
    /** @param {Read} before */
    const isComparable = ({ look: { text, whenMs } }) =>
      'text' in look && text === look.text && look.whenMs - whenMs <= RECENT_MS;
    return withLens(state, {
      requestId: null,
      seen,
      first: first ?? seen,
      recent:
        open === 'surprise' && look.what === 'reading'
          ? [...recent.filter(isComparable), { look, step }]
          : [],
    });
  },
};
