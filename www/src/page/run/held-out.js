/** Whether a run's held-out loss is still true while the run trains on. Pure. */

/** @import { HeldOut } from '../../shared/protocol.js' */
/** @import { Run } from '../state.js' */

/**
 * A run that has taken this many times as many steps, and some more, since it was measured is another network. The
 * old number would stand beside text that the measured network cannot write.
 */
const FAR = 4;
const SOME_STEPS = 50;

/**
 * Whether a held-out loss is being measured.
 * @param {Run} run
 */
export function isMeasuring(run) {
  const { report, config, phase, over, step, charactersSeen, heldOut } = run;
  if (report === null) return false;
  if (heldOut === null) return true;
  const isAtEnd = config.stopAtEnd && charactersSeen >= config.runCharacters;
  // The present weights are measured then. The best ones, once they are back, have been measured already.
  if (phase === 'paused' || isAtEnd) return over !== 'patience' && heldOut.step !== step;
  return isOfAnother(run);
}

/** What of a run that depends on. @typedef {Pick<Run, 'report' | 'step' | 'heldOut'>} Measured */

/** Whether the held-out loss is that of another network. @param {Measured} run */
const isOfAnother = ({ report, step, heldOut }) =>
  report !== null && heldOut !== null && (step ?? 0) > FAR * heldOut.step + SOME_STEPS;

/** The held-out loss of the network as it is now or was shortly before, or null. @param {Measured | null} run */
export const heldOutOf = (run) => (run === null || isOfAnother(run) ? null : run.heldOut);

/** "about 2.31" of an estimate. @param {HeldOut} heldOut @param {string} text */
export const approximately = ({ estimate }, text) =>
  estimate === undefined ? text : `about ${text}`;
