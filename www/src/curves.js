// @ts-check
/** The curves beside the state: the one that grows, and the one that was put aside with its run. */

import { Curve } from './curve.js';

/**
 * What of a Config changes while a run goes on.
 * @typedef {import('./protocol.js').Config & { [K in Exclude<import('./curve.js').Knob,
 *   keyof import('./protocol.js').Config>]?: number }} Config
 */
const TUNED = /** @type {const} */ ([
  'learningRate',
  'clipNorm',
  'clipValue',
  'dropout',
  'sequenceLength',
]);

export class Curves {
  current = new Curve();
  /** @type {Curve | null} */
  #aside = null;

  /**
   * @param {import('./state.js').State} before
   * @param {import('./state.js').Happening} event
   * @param {import('./state.js').State} after
   */
  record(before, event, after) {
    switch (event.type) {
      case 'progress':
        this.current.add(placeOf(event), event.losses);
        return;
      case 'heldOut':
        this.current.addHeldOut(event.heldOut);
        return;
      case 'started':
        this.current.beginAt(placeOf({ ...event.run, trainedMs: event.trainedMs }));
        // The loss of the untrained weights, or of those that were loaded, is where the curve begins.
        if (event.run.heldOut !== null) this.current.addHeldOut(event.run.heldOut);
        return;
      case 'diverged':
        this.current.explode(event.restoredStep, event.learningRate, event.config.learningRate);
        return;
      case 'tuned':
        if (before.run !== null) markTuned(this.current, before.run.config, event.config);
        return;
      case 'setVoice':
        if (after.run?.report) {
          this.current.mark('temperature', before.voice.temperature, after.voice.temperature);
        }
        return;
      case 'undo':
        if (after.aside !== before.aside) this.current = this.#aside ?? new Curve();
        break;
      case 'opened':
        if (after.run === before.run) return;
        this.#aside = this.current;
        this.current = Curve.fromPlain(event.curve);
        return;
      case 'train':
      case 'reset':
      case 'loaded':
        if (after.run === before.run) return;
        this.#aside = this.current;
        this.current = new Curve();
        if (after.run?.heldOut) this.current.addHeldOut(after.run.heldOut);
        return;
    }
    const { run } = after;
    if (run === before.run || run === null || run.phase !== 'restoring') return;
    if (run.snapshot !== null) this.current.dropAfter(run.snapshot.step);
  }
}

/**
 * Marks what a person turned, on the page's curve and on the worker's.
 * @param {Curve} curve @param {Config} before @param {Config} after
 */
export function markTuned(curve, before, after) {
  for (const knob of TUNED) {
    const [from, to] = [before[knob], after[knob]];
    if (typeof from === 'number' && typeof to === 'number') curve.mark(knob, from, to);
  }
}

/** @param {{ step: number, charactersSeen: number, trainedMs: number }} where */
const placeOf = ({ step, charactersSeen, trainedMs }) => ({
  step,
  charactersSeen,
  seconds: trainedMs / 1000,
});
