/**
 * Tells the page for how long this worker may be silent between two turns of its event loop. What a step of
 * a network costs is known once one was taken; before that, a large network is called heavy.
 */

/** More multiply-adds than this, and a step may take longer than the page waits for a sign of life. */
const HEAVY = 1e9;
/** Up to so many times as much as was done before is more of the same. */
const MORE = 2;
/** What takes no longer is not worth a word. */
const SHORT_MS = 1000;

export class Pace {
  #post;
  #heavy = false;
  #longestMs = 0;
  /** The most multiply-adds between two turns of which it is known how long they take. */
  #known = 0;

  /** @param {(event: import('../../shared/protocol.js').Event<'pace'>) => void} post */
  constructor(post) {
    this.#post = post;
  }

  /** So many multiply-adds come before the next turn. @param {number} load */
  expect(load) {
    this.#report(load > HEAVY && load > MORE * this.#known, this.#longestMs);
  }

  /** So many took so long. @param {number} load @param {number} ms */
  note(load, ms) {
    this.#known = Math.max(this.#known, load);
    const news = ms > SHORT_MS && ms > MORE * this.#longestMs;
    this.#report(this.#heavy, news ? ms : this.#longestMs);
  }

  /** Another run begins. */
  renew() {
    this.#known = 0;
    this.#report(false, 0);
  }

  /** @param {boolean} heavy @param {number} longestMs */
  #report(heavy, longestMs) {
    if (heavy === this.#heavy && longestMs === this.#longestMs) return;
    this.#heavy = heavy;
    this.#longestMs = longestMs;
    this.#post({ type: 'pace', heavy, longestMs });
  }
}
