/**
 * Adds up how long the same work takes, again and again. A machine that sleeps, or a process that stands
 * still, leaves a gap that is no work: it counts as much as the work before it took.
 */

/** A gap is longer than this, */
const GAP_MS = 5000;
/** and than so many times what is usual. */
const GAP_FACTOR = 20;
/** How much of the usual what comes new is: a moving average over about ten times. */
const NEW = 0.1;

export class Stopwatch {
  /** How long it takes, on average; 0 before the first time. */
  #usual = 0;

  /** How much of this was work. @param {number} elapsed in milliseconds */
  worked(elapsed) {
    const usual = this.#usual;
    if (usual > 0 && elapsed > Math.max(GAP_MS, GAP_FACTOR * usual)) return usual;
    this.#usual = usual === 0 ? elapsed : usual + (elapsed - usual) * NEW;
    return elapsed;
  }
}
