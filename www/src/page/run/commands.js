/** What the worker is asked to do with a run, where more than one handler asks for it. */

import { samplingOf } from '../generated/state.js';
import { textInBox } from '../text/state.js';

/** @import { UnknownSymbols } from '../../shared/protocol.js' */
/** @import { Effect, Run, State } from '../state.js' */

/**
 * Lets a paused run train on. Loaded weights that have learned no text here get one.
 * @param {Run} run @param {UnknownSymbols | null} unknown @returns {Effect}
 */
export const resume = ({ id, text, report }, unknown) => ({
  type: 'resume',
  runId: id,
  text: report === null ? text : null,
  unknown,
});

/**
 * The run of the state goes on from its snapshot, in a worker that does not know it.
 * @param {State} state @returns {Effect[]}
 */
export function restore(state) {
  const { run } = state;
  if (run === null || run.phase !== 'restoring' || run.snapshot === null || run.text === null) {
    return [];
  }
  const { id, snapshot, text, trainsAfterRestore: training, savedKey: kept } = run;
  const { weights, trainedMs } = snapshot;
  const sampling = samplingOf(state);
  return [{ type: 'restore', runId: id, weights, trainedMs, text, sampling, training, kept }];
}

/**
 * Reads weights, which write at once.
 * @param {State} state @param {number} runId @param {ArrayBuffer | Blob} weights @returns {Effect}
 */
export const loadWeights = (state, runId, weights) => ({
  type: 'load',
  runId,
  weights,
  text: textInBox(state),
  sampling: { ...samplingOf(state), on: true },
});

/**
 * The run may be replaced in a moment: its weights as they are now can bring it back.
 * @param {State} state @param {number} requestId @returns {Effect[]}
 */
export function saveForUndo({ run }, requestId) {
  if (run === null || run.phase === 'starting' || run.phase === 'restoring') return [];
  return [{ type: 'save', runId: run.id, requestId }];
}
