// @ts-check
/** The curves beside the state: the one that grows, and the one that was put aside with its run. */

import { Curve } from './curve.js';

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
        this.current.add(event.step, event.losses);
        return;
      case 'heldOut':
        this.current.addHeldOut(event.heldOut);
        return;
      case 'started':
        // The loss of the untrained weights, or of those that were loaded, is where the curve begins.
        if (event.run.heldOut !== null) this.current.addHeldOut(event.run.heldOut);
        return;
      case 'diverged':
        this.current.dropAfter(event.restoredStep);
        return;
      case 'undo':
        if (after.aside !== before.aside) this.current = this.#aside ?? new Curve();
        break;
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
