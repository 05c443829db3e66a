// @ts-check
/** The stage of a run: what can be seen in its text, in a sentence that changes a few times. */

import { referencesOf, STAGES, stageOf } from '../baselines/compare.js';
import { baselinesOf } from '../baselines/state.js';
import { whole } from '../format.js';
import { changeRun } from '../run/state.js';
import { seeing } from './stage.js';

/** @import { Run, State } from '../state.js' */

/**
 * The loss that decides the stage. In the first pass over the text every character is as new as a held-out one, and
 * the training loss is known sooner. After that only the held-out loss counts.
 * @param {Run} run
 */
function judgedLoss({ epoch, loss, heldOut }) {
  return epoch === 0 ? (loss ?? heldOut?.loss) : heldOut?.loss;
}

/**
 * A stage is taken back when the loss is above it by this part. A smoothed loss varies by half of that; an explosion
 * exceeds it by far.
 */
const WORSE = 0.1;

/** The stage that the run is at, announced when it is another one. @param {State} state @returns {State} */
export function withStage(state) {
  const { run } = state;
  if (run === null || run.report === null || run.step === null) return state;
  const loss = judgedLoss(run);
  if (loss === undefined) return state;
  const references = referencesOf(run.report, baselinesOf(state));
  /** @param {number} loss */
  const rank = (loss) => STAGES.indexOf(stageOf(loss, references));
  const come = run.stage === null ? -1 : STAGES.indexOf(run.stage);
  if (rank(loss) === come || (rank(loss) < come && rank(loss * (1 - WORSE)) >= come)) return state;
  const stage = stageOf(loss, references);
  const next = changeRun(state, { stage });
  // The first stage is no news.
  if (come === -1 && stage === STAGES[0]) return next;
  const step = Math.max(run.step, run.heldOut?.step ?? 0);
  return { ...next, announcement: `Step ${whole(step)}: ${seeing(run.kind, stage)}` };
}
