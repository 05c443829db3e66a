/** States of a run that are worth going back to: the page keeps the newest, and the autosave saves it. */

import { Stopwatch } from './stopwatch.js';

/** @typedef {import('../../../../pkg/babble.js').Trainer} Trainer */
/** @typedef {Pick<import('../storage/autosave.js').Autosave, 'save'> & { close(worth: boolean): void }} Keeper saves a run */

/** A new snapshot is made this long after the last one, */
const PAUSE_MS = 5000;
/** or this many times as long as making the last one took, as large weights take long. */
const PAUSE_FACTOR = 20;

export class Snapshots {
  /** The newest one. @type {Uint8Array | null} */
  newest = null;
  /** Its step. */
  step = -1;
  #post;
  #runId;
  #autosave;
  #dueAt = 0;
  #time = new Stopwatch();

  /**
   * @param {number} runId
   * @param {import('../session.js').Post} post
   * @param {Keeper} autosave
   */
  constructor(runId, post, autosave) {
    this.#runId = runId;
    this.#post = post;
    this.#autosave = autosave;
  }

  get isDue() {
    return performance.now() >= this.#dueAt;
  }

  /**
   * Makes one.
   * @param {Trainer} trainer
   * @param {object} about
   * @param {number} about.trainedMs
   * @param {import('../../shared/loss-history.js').LossHistory} about.history
   * @param {import('../../shared/protocol.js').SamplingConfig} about.sampling
   * @param {boolean} about.toPage whether the page gets it
   * @param {boolean} about.last whether no other follows within seconds
   */
  take(trainer, { trainedMs, history, sampling, toPage, last }) {
    const began = performance.now();
    const { step } = trainer;
    const bytes = trainer.save();
    this.newest = bytes;
    this.step = step;
    if (toPage) {
      const weights = bytes.slice().buffer;
      const runId = this.#runId;
      this.#post({ type: 'snapshot', runId, step, weights, trainedMs }, [weights]);
    }
    const state = { weights: bytes, curve: history.toPlain(), voice: sampling, trainedMs, step };
    this.#autosave.save({ ...state, report: trainer.report() }, last);
    const end = performance.now();
    this.#dueAt = end + Math.max(PAUSE_MS, this.#time.worked(end - began) * PAUSE_FACTOR);
  }

  /** Nobody goes back any more. @param {boolean} worth whether the saved run should stay */
  close(worth) {
    this.#autosave.close(worth);
  }
}
