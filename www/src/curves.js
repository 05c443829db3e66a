// @ts-check
/** The curves beside the state: the one that grows, and the one that was put aside with its run. */

import { Curve } from './curve.js';
import { brief } from './format.js';

/** What of a Config changes while a run goes on. */
const TUNED = /** @type {const} */ ([
  'learningRate',
  'clipNorm',
  'clipValue',
  'dropout',
  'sequenceLength',
]);

/** So many earlier runs are kept. */
export const MOST_EARLIER = 5;

/**
 * A run that was, as it is named on the chart.
 * @typedef {{ number: number, name: string, curve: Curve }} Earlier
 */

export class Curves {
  current = new Curve();
  /** The newest last. @type {Earlier[]} */
  earlier = [];
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
        if (event.curve) this.current = Curve.fromPlain(event.curve);
        else this.current.add(placeOf(event), event.losses);
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
        if (after.aside !== before.aside) {
          this.current = this.#aside ?? new Curve();
          this.earlier = this.earlier.filter(({ curve }) => curve !== this.current);
        }
        break;
      case 'opened':
        if (after.run === before.run) return;
        this.#aside = this.current;
        if (before.run !== null) this.#keep(before.run);
        this.current = Curve.fromPlain(event.curve);
        return;
      case 'clearEarlier':
        this.earlier = [];
        return;
      case 'train':
      case 'reset':
      case 'loaded':
        if (after.run === before.run) return;
        this.#aside = this.current;
        if (before.run !== null) this.#keep(before.run);
        this.current = new Curve();
        if (after.run?.heldOut) this.current.addHeldOut(after.run.heldOut);
        return;
    }
    const { run } = after;
    if (run === before.run || run === null || run.phase !== 'restoring') return;
    if (run.snapshot !== null) this.current.dropAfter(run.snapshot.step);
  }

  /** The curve of a run that was put aside stays as an earlier one. @param {import('./state.js').Run} run */
  #keep(run) {
    const curve = this.current;
    if (curve.training.step.length === 0) return;
    const number = 1 + Math.max(0, ...this.earlier.map((earlier) => earlier.number));
    const earlier = { number, name: nameOf(run), curve };
    this.earlier = [...this.earlier, earlier].slice(-MOST_EARLIER);
  }
}

/**
 * Marks what a person turned, on the page's curve and on the worker's.
 * @param {Curve} curve
 * @param {import('./protocol.js').Config} before @param {import('./protocol.js').Config} after
 */
export function markTuned(curve, before, after) {
  for (const knob of TUNED) {
    curve.mark(knob, before[knob], after[knob]);
  }
}

/** @param {{ step: number, charactersSeen: number, trainedMs: number }} where */
const placeOf = ({ step, charactersSeen, trainedMs }) => ({
  step,
  charactersSeen,
  seconds: trainedMs / 1000,
});

/** @type {Record<import('./protocol.js').Config['cell'], string>} */
const CELLS = { rnn: 'RNN', relu: 'ReLU RNN', gru: 'GRU', lstm: 'LSTM' };

/**
 * A run in a few words: its text, its network, and how fast it learned.
 * @param {import('./state.js').Run} run
 */
export function nameOf({ text, config }) {
  const { cell, layers, hiddenSize, learningRate } = config;
  const network = `${layers > 1 ? `${layers} × ` : ''}${CELLS[cell]} ${hiddenSize}`;
  return `${text?.name ?? 'Loaded weights'}, ${network}, rate ${brief(learningRate)}`;
}
