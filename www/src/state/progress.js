// @ts-check
/** What a run reports while it goes: losses, held-out losses, snapshots. */

import { loss as lossText, whole } from '../format.js';
import { changeRun } from './run.js';

/** The weight of one step in the smoothed loss: it looks back over about the last twenty steps. */
export const SMOOTHING = 0.1;

/** How far the held-out loss falls, in nats, before it is announced again. */
const MILESTONE_NATS = 0.25;

/**
 * An exponential moving average, one step on. Until it has a past it starts from the first value.
 * @param {number | null} average @param {number} value
 */
export const smooth = (average, value) =>
  average === null ? value : average + SMOOTHING * (value - average);

/** @type {import('../state.js').Handlers} */
export const progress = {
  progress(state, event) {
    if (state.run === null) return state;
    let { loss } = state.run;
    for (const value of event.losses) loss = smooth(loss, value);
    const { step, epoch, charactersPerSecond } = event;
    return changeRun(state, { step, epoch, charactersPerSecond, loss });
  },

  heldOut(state, { heldOut }) {
    if (state.run === null) return state;
    const { toldHeldOut } = state.run;
    const tells = toldHeldOut === null || heldOut.loss <= toldHeldOut - MILESTONE_NATS;
    const next = changeRun(state, {
      heldOut,
      toldHeldOut: tells ? heldOut.loss : toldHeldOut,
    });
    if (!tells) return next;
    const announcement = `Step ${whole(heldOut.step)}: held-out loss ${lossText(heldOut.loss)} nats.`;
    return { ...next, announcement };
  },

  snapshot(state, { step, weights }) {
    if (state.run === null) return state;
    const ahead = step > (state.run.snapshot?.step ?? -1);
    return changeRun(state, {
      snapshot: { step, weights },
      faults: ahead ? 0 : state.run.faults,
    });
  },
};
