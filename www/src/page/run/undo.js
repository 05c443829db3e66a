/** Reset and Undo, and whatever else puts another run in the place of this one. */

import { WORTH_KEEPING_MS } from '../../shared/run-names.js';
import { saveWeights, withSavedFile } from '../downloads/state.js';
import { whole } from '../format.js';
import { outputOf, withEmptyOutput, withOutput } from '../generated/state.js';
import { withNotice } from '../messages/state.js';
import { FIELD_NAMES, fieldText } from '../settings/fields.js';
import { fieldsOf } from '../settings/state.js';
import { loadWeights, restore } from './commands.js';
import { changeRun } from './state.js';

/** @import { Discarded, Effect, Handlers, Notice, State } from '../state.js' */

/** @param {Discarded} discarded @returns {Notice} */
function offer({ run, snapshot }) {
  const at = snapshot?.step ?? run.step;
  const where = at === null ? '' : ` at step ${whole(at)}`;
  return {
    text:
      run.savedKey === null || run.trainedMs < WORTH_KEEPING_MS
        ? `Run discarded${where}.`
        : `Run closed${where}. It is among the saved runs.`,
    actions: snapshot === null ? [] : [{ label: 'Undo', intent: { type: 'undo' } }],
  };
}

/** Shows the values in force again in fields whose values the run refused. @param {State} state */
function withoutRefused({ fields, problems, run }) {
  if (run === null) return fields;
  const shown = { ...fields };
  for (const field of FIELD_NAMES) {
    if (problems[field] !== undefined) shown[field] = fieldText(run.config[field]);
  }
  return shown;
}

/** @type {Handlers} */
export const undo = {
  reset(state) {
    const { run } = state;
    if (run === null && state.loading === null) return state;
    const requestId = state.lastId + 1;
    const begun = run !== null && (run.report !== null || run.weights !== null);
    const output = outputOf(state.generated);
    const discarded = begun ? { run, requestId, snapshot: run.snapshot, output } : null;
    /** @type {Effect[]} */
    const effects = [];
    if (discarded !== null) effects.push({ type: 'save', runId: discarded.run.id, requestId });
    if (run !== null) effects.push({ type: 'drop', runId: run.id });
    if (state.loading !== null) effects.push({ type: 'drop', runId: state.loading.runId });
    const next = {
      ...withEmptyOutput(state),
      fields: withoutRefused(state),
      run: null,
      loading: null,
      discarded,
      alert: null,
      notices: { ...state.notices, run: null, discarded: discarded && offer(discarded) },
      problems: {},
      tuning: {},
      announcement: discarded === null ? state.announcement : offer(discarded).text,
      lastId: requestId,
    };
    return [next, effects];
  },

  saved(state, { requestId, step, weights, trainedMs }) {
    const snapshot = { step, weights, trainedMs };
    if (requestId === state.discarded?.requestId) {
      const discarded = { ...state.discarded, snapshot };
      return withNotice({ ...state, discarded }, 'discarded', offer(discarded));
    }
    if (state.run === null) return state;
    if (state.run.download !== requestId) return changeRun(state, { snapshot });
    return [
      withSavedFile(changeRun(state, { snapshot, download: null }), state.run, step),
      [saveWeights(state.run, step, weights)],
    ];
  },

  takeOver: (state, { take }) => take(state),

  undo(state, { to = state.discarded }) {
    if (to === null || to.snapshot === null) return state;
    const { run, snapshot, output } = to;
    const id = state.lastId + 1;
    const trains = run.phase !== 'paused' && run.phase !== 'pausing';
    /** @type {Effect[]} */
    const dropped = state.run === null ? [] : [{ type: 'drop', runId: state.run.id }];
    const back = {
      ...withOutput(state, output),
      discarded: null,
      alert: null,
      notices: { ...state.notices, run: null, discarded: null },
      announcement: 'The run is coming back.',
      lastId: id,
    };
    if (run.text === null) {
      // Weights without a text come back as loaded weights.
      const loading = { runId: id, requestId: 0, name: 'The weights' };
      return [
        { ...back, run: null, loading },
        [...dropped, loadWeights(state, id, snapshot.weights)],
      ];
    }
    /** @type {State} */
    const next = {
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
      generated: { ...back.generated, on: trains },
    };
    return [next, [...dropped, ...restore(next)]];
  },
};
