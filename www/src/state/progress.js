// @ts-check
/** What a run reports while it goes: losses, held-out losses, snapshots. */

import { loss as lossText, whole } from '../format.js';
import { smooth } from '../smoothing.js';
import { withStage } from './guide.js';
import { changeRun } from './run.js';

/** The smoothed loss looks back over a moving average's ten steps, which is about the last twenty. */
export const LOOK_BACK_STEPS = 10;

/** How far the held-out loss falls, in nats, before it is announced again. */
const MILESTONE_NATS = 0.25;

/** @type {import('../state.js').Handlers} */
export const progress = {
  progress(state, event) {
    if (state.run === null) return state;
    let { loss, smoothedSteps } = state.run;
    for (const value of event.losses) {
      loss = smooth(loss, value, smoothedSteps, LOOK_BACK_STEPS);
      smoothedSteps += 1;
    }
    const { step, epoch, charactersPerSecond, charactersSeen, trainedMs } = event;
    const { gradientNorm, learningRate } = event;
    const next = changeRun(state, {
      step,
      epoch,
      charactersPerSecond,
      charactersSeen,
      trainedMs,
      gradientNorm,
      learningRate,
      updateRatio: event.updateRatio ?? state.run.updateRatio,
      loss,
      smoothedSteps,
    });
    return withStage(next);
  },

  heldOut(state, { heldOut }) {
    if (state.run === null) return state;
    const { toldHeldOut } = state.run;
    const tells = toldHeldOut === null || heldOut.loss <= toldHeldOut - MILESTONE_NATS;
    const next = changeRun(state, {
      heldOut,
      toldHeldOut: tells ? heldOut.loss : toldHeldOut,
    });
    if (!tells) return withStage(next);
    const announcement = `At step ${whole(heldOut.step)} the held-out loss was ${lossText(heldOut.loss)} nats.`;
    return withStage({ ...next, announcement });
  },

  snapshot(state, { step, weights, trainedMs }) {
    if (state.run === null) return state;
    const ahead = step > (state.run.snapshot?.step ?? -1);
    return changeRun(state, {
      snapshot: { step, weights, trainedMs },
      faults: ahead ? 0 : state.run.faults,
    });
  },
};
