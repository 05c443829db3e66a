/** The loss exploded: the worker went back to good weights, with half the learning rate. */

import { loss, whole } from '../format.js';
import { sendSampling } from '../generated/state.js';
import { say } from '../messages/state.js';
import { fieldText } from '../settings/fields.js';
import { changeRun, withSampling } from './state.js';

/** @import { Handlers } from '../state.js' */

/**
 * Says how training goes on after an explosion.
 * @param {import('../../shared/protocol.js').Event<'diverged'>} event
 */
function wayOn({ stopped, times, learningRate, config }) {
  const rate = fieldText(config.learningRate);
  if (!stopped) return `Training goes on with half the learning rate, ${rate}.`;
  if (config.learningRate === learningRate) {
    return 'There is no smaller learning rate to try, so training stopped.';
  }
  const often =
    times > 1 ? `This happened ${times} times in a row, so training stopped` : 'Training stopped';
  return `${often}; the learning rate is now ${rate}.`;
}

/** What happened. @param {import('../../shared/protocol.js').Event<'diverged'>} event */
export function explosionOf({ step, loss: nats, learningRate }) {
  const rose = Number.isFinite(nats) ? `rose to ${loss(nats)} nats` : `became ${loss(nats)}`;
  return `The loss ${rose} at step ${whole(step)} under a learning rate of ${fieldText(learningRate)}.`;
}

/** @type {Handlers} */
export const explosion = {
  diverged(state, event) {
    const { run } = state;
    if (run === null) return state;
    const { restoredStep, config, stopped } = event;
    // The loss of weights that are gone is not the loss of those that are back.
    const { heldOut } = run;
    const measured = heldOut !== null && heldOut.step <= restoredStep ? heldOut : null;
    const next = changeRun(state, {
      config,
      step: restoredStep,
      heldOut: measured,
      announcedHeldOut: measured && { loss: measured.loss, trainedMs: run.trainedMs },
      worseThanBlind: false,
      loss: null,
      smoothedSteps: 0,
      phase: stopped ? 'paused' : run.phase,
      over: stopped ? 'explosion' : null,
    });
    // Each explosion changes the card; only the first in a row and the last are news.
    const isNews = stopped || event.times === 1;
    const text = `${explosionOf(event)} The weights of step ${whole(restoredStep)} are back. ${wayOn(event)}`;
    // A rate that is on its way to the worker will be in force.
    const inFlight = state.tuning.learningRate !== undefined;
    const learningRate = inFlight ? state.fields.learningRate : fieldText(config.learningRate);
    const after = {
      ...(stopped ? withSampling(next, false) : next),
      fields: { ...state.fields, learningRate },
      alert: isNews ? { ...say(text), aloud: true } : state.alert,
    };
    return [after, stopped ? sendSampling(after) : []];
  },
};
