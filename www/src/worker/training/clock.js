/** How long a run has trained, without its pauses, and how fast it trains. */

import { Stopwatch } from './stopwatch.js';

/** The reach of the average of the characters per second. */
const SPEED_MS = 1500;

export class Clock {
  #trainedMs;
  #sliceTime = new Stopwatch();
  #lastSliceAt = 0;
  #charactersSeen = 0;
  #charactersPerSecond = 0;

  /** @param {number} trainedMs how long it has trained before */
  constructor(trainedMs) {
    this.#trainedMs = trainedMs;
  }

  get trainedMs() {
    return this.#trainedMs;
  }

  get charactersSeen() {
    return this.#charactersSeen;
  }

  /** The run has read so much, whenever that was. @param {number} charactersSeen */
  standAt(charactersSeen) {
    this.#charactersSeen = charactersSeen;
  }

  /** Training begins, at a speed that nobody knows yet. */
  start() {
    this.resume();
    this.#charactersPerSecond = 0;
  }

  /** What has passed since the last slice was no training. */
  resume() {
    this.#lastSliceAt = performance.now();
  }

  /**
   * A slice has ended: the time since the last one counts, but for a gap, and the speed follows from it.
   * @param {number} charactersSeen @returns {number} characters a second
   */
  note(charactersSeen) {
    const now = performance.now();
    const elapsed = this.#sliceTime.worked(Math.max(now - this.#lastSliceAt, 0.001));
    this.#trainedMs += elapsed;
    const speed = ((charactersSeen - this.#charactersSeen) / elapsed) * 1000;
    this.#lastSliceAt = now;
    this.#charactersSeen = charactersSeen;
    const weight = this.#charactersPerSecond === 0 ? 1 : 1 - Math.exp(-elapsed / SPEED_MS);
    this.#charactersPerSecond += (speed - this.#charactersPerSecond) * weight;
    return this.#charactersPerSecond;
  }
}
