/**
 * The loss histories beside the state: of the run, of the discarded run, and of earlier runs. The worker keeps that of the
 * run too, to be saved with it, and sends it whole, as `curve`, where the page has missed something.
 */

import { LossHistory, markTuned } from '../../shared/loss-history.js';
import { TYPED } from '../../shared/run-names.js';
import { brief, counted } from '../format.js';
import { networkName } from '../settings/fields.js';

/** @import { Observer, Run } from '../state.js' */

/** At most this many earlier runs are kept. */
export const MOST_EARLIER = 5;

/**
 * An earlier run, as it is named on the chart.
 * @typedef {{ number: number, name: string, history: LossHistory }} Earlier
 */

export class LossHistories {
  current = new LossHistory();
  /** The newest last. @type {Earlier[]} */
  earlier = [];
  /** @type {LossHistory | null} */
  #discarded = null;

  /** @type {Observer} */
  observe(before, event, after) {
    switch (event.type) {
      case 'progress':
        if (event.curve) this.current = LossHistory.fromPlain(event.curve);
        else this.current.add(placeOf(event), event.losses);
        return;
      case 'sampled':
        this.current.addSample(event.sample);
        return;
      case 'heldOut':
        this.current.addHeldOut(event.heldOut);
        return;
      case 'started':
        this.current.beginAt(placeOf({ ...event.run, trainedMs: event.trainedMs }));
        // The loss of the untrained weights, or of those that were loaded, is where the history begins.
        if (event.run.heldOut !== null) this.current.addHeldOut(event.run.heldOut);
        return;
      case 'diverged':
        this.current.explode(event.restoredStep, event.learningRate, event.config.learningRate);
        return;
      case 'tuned':
      case 'rescheduled':
        if (before.run !== null) markTuned(this.current, before.run.config, event.config);
        return;
      case 'setSampling':
        if (after.run?.report) {
          this.current.mark(
            'temperature',
            before.generated.temperature,
            after.generated.temperature,
          );
        }
        return;
      case 'undo':
        if (after.discarded !== before.discarded) {
          this.current = this.#discarded ?? new LossHistory();
          this.earlier = this.earlier.filter(({ history }) => history !== this.current);
        }
        break;
      case 'clearEarlier':
        this.earlier = [];
        return;
      case 'opened':
      case 'takeOver':
      case 'train':
      case 'reset':
      case 'loaded':
        if (after.run === before.run) return;
        this.#discarded = this.current;
        if (before.run !== null) this.#keep(before.run);
        this.current = 'curve' in event ? LossHistory.fromPlain(event.curve) : new LossHistory();
        if (after.run?.heldOut) this.current.addHeldOut(after.run.heldOut);
        return;
    }
    const { run } = after;
    if (run === before.run || run === null || run.phase !== 'restoring') return;
    if (run.snapshot !== null) this.current.dropAfter(run.snapshot.step);
  }

  /** The history of a discarded run stays as an earlier one. @param {Run} run */
  #keep(run) {
    const history = this.current;
    if (history.training.step.length === 0) return;
    const number = 1 + Math.max(0, ...this.earlier.map((earlier) => earlier.number));
    const earlier = { number, name: runTitle(run), history };
    this.earlier = [...this.earlier, earlier].slice(-MOST_EARLIER);
  }
}

/** @param {{ step: number, charactersSeen: number, trainedMs: number }} where */
const placeOf = ({ step, charactersSeen, trainedMs }) => ({
  step,
  charactersSeen,
  seconds: trainedMs / 1000,
});

/** A run in a few words: its text, its network, and how fast it learned. Texts without a name differ in their length. @param {Run} run */
export function runTitle({ text, config, report }) {
  const isNameless = text?.name === TYPED && report !== null;
  const letters = isNameless ? ` of ${counted(report.characters, 'letter')}` : '';
  return `${text?.name ?? 'Loaded weights'}${letters}, ${networkName(config)}, rate ${brief(config.learningRate)}`;
}
