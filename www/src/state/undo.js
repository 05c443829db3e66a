// @ts-check
/** Reset, and the way back from it. */

import { FIELD_NAMES, fieldText } from '../fields.js';
import { whole } from '../format.js';
import { withHanded } from './downloads.js';
import { withNotice } from './messages.js';
import { changeRun } from './run.js';
import { fieldsOf } from './settings.js';
import { withEmptySheet } from './voice.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../state.js').Aside} Aside
 */

/** @param {Aside} aside @returns {import('../state.js').Message} */
function offer({ run, snapshot }) {
  const at = snapshot?.step ?? run.step;
  const where = at === null ? '' : ` at step ${whole(at)}`;
  return {
    text: `The run was dropped${where}. The text and the settings are as they were.`,
    actions: snapshot === null ? [] : [{ label: 'Undo', intent: { type: 'undo' } }],
  };
}

/** Fields whose values a run refused show again what was in force. @param {State} state */
function withoutRefused({ fields, problems, run }) {
  if (run === null) return fields;
  const kept = { ...fields };
  for (const field of FIELD_NAMES) {
    if (problems[field] !== undefined) kept[field] = fieldText(run.config[field]);
  }
  return kept;
}

/** @type {import('../state.js').Handlers} */
export const undo = {
  reset(state) {
    const { run } = state;
    if (run === null && state.loading === null) return state;
    const requestId = state.lastId + 1;
    const begun = run !== null && (run.report !== null || run.weights !== null);
    const aside = begun ? { run, requestId, snapshot: run.snapshot } : null;
    return {
      ...withEmptySheet(state),
      fields: withoutRefused(state),
      run: null,
      loading: null,
      aside,
      alert: null,
      notices: { ...state.notices, run: null, aside: aside && offer(aside) },
      problems: {},
      tuning: {},
      announcement: run === null ? state.announcement : 'The run was dropped.',
      lastId: requestId,
    };
  },

  saved(state, { requestId, step, weights, trainedMs }) {
    const snapshot = { step, weights, trainedMs };
    if (requestId === state.aside?.requestId) {
      const aside = { ...state.aside, snapshot };
      return withNotice({ ...state, aside }, 'aside', offer(aside));
    }
    if (state.run === null) return state;
    if (state.run.download !== requestId) return changeRun(state, { snapshot });
    return withHanded(changeRun(state, { snapshot, download: null }), state.run, step);
  },

  undo(state) {
    if (state.aside === null || state.aside.snapshot === null) return state;
    const { run, snapshot } = state.aside;
    const id = state.lastId + 1;
    const trains = run.phase !== 'paused' && run.phase !== 'pausing';
    const back = {
      ...state,
      aside: null,
      alert: null,
      notices: { ...state.notices, run: null, aside: null },
      announcement: 'The run is coming back.',
      lastId: id,
    };
    if (run.text === null) {
      // Weights that have not met a text come back as they came: loaded.
      const loading = { runId: id, requestId: 0, name: 'The weights' };
      return { ...back, run: null, loading };
    }
    return {
      ...back,
      fields: fieldsOf(run.config),
      problems: {},
      run: {
        ...run,
        id,
        phase: 'restoring',
        trainsAfterRestore: trains,
        snapshot,
        step: snapshot.step,
        faults: 0,
        download: null,
      },
      voice: { ...state.voice, on: trains },
    };
  },
};
