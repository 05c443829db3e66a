// @ts-check
/** What the visitor is seeing, in a sentence that changes a few times in a run and never goes back. */

import { whole } from '../format.js';
import { referencesOf, SEEING, STAGES, stageOf } from '../ladder/standing.js';
import { ladderOf } from './ladder.js';
import { changeRun } from './run.js';

/** @typedef {import('../state.js').State} State */

/**
 * The loss that the stage is judged by. In the first pass over the text every character is as new as
 * a held-out one, and the training loss is there sooner; after that only the held-out loss tells.
 * @param {import('../state.js').Run} run
 */
function telling({ epoch, loss, heldOut }) {
  return epoch === 0 ? (loss ?? heldOut?.loss) : heldOut?.loss;
}

/** The stage that the run has come to, told when it is a new one. @param {State} state @returns {State} */
export function withStage(state) {
  const { run } = state;
  if (run === null || run.report === null || run.step === null) return state;
  const loss = telling(run);
  if (loss === undefined) return state;
  const stage = stageOf(loss, referencesOf(run.report, ladderOf(state)));
  const come = run.stage === null ? -1 : STAGES.indexOf(run.stage);
  if (STAGES.indexOf(stage) <= come) return state;
  const next = changeRun(state, { stage });
  // That it begins with nothing is no news.
  if (come === -1 && stage === STAGES[0]) return next;
  const step = Math.max(run.step, run.heldOut?.step ?? 0);
  return { ...next, announcement: `Step ${whole(step)}: ${SEEING[stage]}` };
}
