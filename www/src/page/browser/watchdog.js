/**
 * Notices when the training worker has stopped without a message: it was closed, or is in an endless loop. A healthy
 * worker answers at its next turn. It may be busy for long, with a huge text or a large network, and says so
 * before. Then a person decides whether to wait.
 *
 * This decides for every worker that trains: the page's, and those of Compare. Other waits end by themselves: for an answer of
 * the store, the readers of texts and the workers of the baselines by shared/wait-limit.js, for those that share steps by
 * worker/parallel/leader.js, for a look by lenses/view.js, for the run that Look inside checks by inside/ask-run.js.
 *
 * Time is counted in beats of the page. They stop or do not count while the page sleeps or is hidden, because then the
 * worker may sleep as well.
 */

/** @import { Doing, Event } from '../../shared/protocol.js' */

export const BEAT_MS = 1000;

/** A worker that is silent for this many beats is lost, unless it has said that it is busy. */
const PATIENCE_BEATS = 8;
/** A worker may be silent for this many times as long as it was before. */
const PACE_FACTOR = 4;
/** Nobody waits longer than this without a message. */
const MOST_BEATS = 240;

export class Watchdog {
  #notify;
  /** Beats since the worker was asked; null when it has answered. @type {number | null} */
  #unanswered = null;
  /** What it said that it is doing. @type {Doing | null} */
  #doing = 'loading';
  /** For how many beats. */
  #beats = 0;
  /** Whether it has said that this takes long. */
  #saidSlow = false;
  #heavy = false;
  #patience = PATIENCE_BEATS;

  /**
   * @param {object} notify
   * @param {() => void} notify.ask asks the worker for a sign of life
   * @param {(doing: Doing, seconds: number) => void} notify.slow what it does takes long, by now so many seconds
   * @param {() => void} notify.quick that is over
   * @param {() => void} notify.lost it does not answer any more
   */
  constructor(notify) {
    this.#notify = notify;
  }

  /** Another second is over. @param {boolean} hidden whether nobody sees the page */
  beat(hidden) {
    if (hidden) {
      this.#beats = 0;
      if (this.#unanswered !== null) this.#unanswered = 0;
      return;
    }
    if (this.#doing !== null) {
      this.#beats += 1;
      if (this.#beats >= PATIENCE_BEATS) this.#slow(this.#doing, this.#beats);
      return;
    }
    if (this.#unanswered === null) {
      this.#unanswered = 0;
      this.#notify.ask();
      return;
    }
    this.#unanswered += 1;
    if (this.#unanswered < this.#patience) return;
    if (this.#heavy) this.#slow('step', this.#unanswered);
    else this.#notify.lost();
  }

  /** The worker has said something. @param {Event} event */
  receive(event) {
    this.#unanswered = null;
    if (event.type === 'pace') this.#pace(event);
    if (event.type === 'ready') this.#do(null);
    else if (event.type === 'doing') this.#do(event.doing);
    else if (this.#doing === null) this.#quick();
  }

  /** @param {Doing | null} doing */
  #do(doing) {
    this.#doing = doing;
    this.#beats = 0;
    this.#quick();
  }

  /** @param {Event<'pace'>} pace */
  #pace({ heavy, longestMs }) {
    this.#heavy = heavy;
    const beats = Math.ceil((longestMs * PACE_FACTOR) / BEAT_MS);
    this.#patience = Math.min(Math.max(PATIENCE_BEATS, beats), MOST_BEATS);
  }

  /** @param {Doing} doing @param {number} seconds a beat is one */
  #slow(doing, seconds) {
    if (this.#saidSlow) return;
    this.#saidSlow = true;
    this.#notify.slow(doing, seconds);
  }

  #quick() {
    if (!this.#saidSlow) return;
    this.#saidSlow = false;
    this.#notify.quick();
  }
}
