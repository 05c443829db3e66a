/** What a run reports while it goes: losses, held-out losses, snapshots. */

import { withLosses } from '../chart/smoothing.js';
import { loss as lossText, whole } from '../format.js';
import { approximately } from './held-out.js';
import { changeRun } from './state.js';

/** @import { Handlers } from '../state.js' */

/** What is said aloud; the sentence beside the loss says what helps. */
export const WORSE_THAN_BLIND = 'On unseen text it is worse than blind guessing.';

/** How far the held-out loss falls, in nats, before it is announced again. */
const MILESTONE_NATS = 0.25;

/** The least training time between two announcements: the first estimates come many times a second. */
const MILESTONE_MS = 2000;

/** @type {Handlers} */
export const progress = {
  progress(state, event) {
    if (state.run === null) return state;
    const { step, epoch, charactersPerSecond, charactersSeen, trainedMs } = event;
    const { gradientNorm, learningRate } = event;
    return changeRun(state, {
      step,
      epoch,
      charactersPerSecond,
      charactersSeen,
      trainedMs,
      gradientNorm,
      learningRate,
      updateRatio: event.updateRatio ?? state.run.updateRatio,
      ...withLosses(state.run, event.losses),
    });
  },

  heldOut(state, { heldOut, worseThanBlind }) {
    if (state.run === null) return state;
    const { announcedHeldOut, trainedMs } = state.run;
    const isNews = worseThanBlind && !state.run.worseThanBlind;
    const announces =
      announcedHeldOut === null ||
      (heldOut.loss <= announcedHeldOut.loss - MILESTONE_NATS &&
        trainedMs >= announcedHeldOut.trainedMs + MILESTONE_MS);
    const next = changeRun(state, {
      heldOut,
      worseThanBlind,
      announcedHeldOut: announces ? { loss: heldOut.loss, trainedMs } : announcedHeldOut,
    });
    if (isNews) return { ...next, announcement: WORSE_THAN_BLIND };
    if (!announces) return next;
    const measured = approximately(heldOut, lossText(heldOut.loss));
    const announcement = `At step ${whole(heldOut.step)} the held-out loss was ${measured} nats.`;
    return { ...next, announcement };
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
