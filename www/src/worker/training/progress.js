/**
 * What the page hears of the training, slice by slice. A page that is frozen or busy acknowledges nothing: then
 * nothing more is sent, or it would pile up, and all of it at once when the page listens again.
 */

/**
 * @typedef {import('../../shared/protocol.js').Event<'progress'>} ProgressEvent
 * @typedef {import('../../shared/loss-history.js').LossHistory} LossHistory
 */

/** So many messages, about a second's, may be under way. */
const MOST_UNACKNOWLEDGED = 40;
/** Of the losses that the page missed, so many are sent beside the history that holds all of them. */
const NEWEST_LOSSES = 64;

export class Progress {
  #post;
  #history;
  #unacknowledged = 0;
  /** The newest progress that was not sent. @type {ProgressEvent | null} */
  #missed = null;

  /** @param {import('../session.js').Post} post @param {LossHistory} history of the run */
  constructor(post, history) {
    this.#post = post;
    this.#history = history;
  }

  /** Whether the page lacks the newest progress. */
  get isBehind() {
    return this.#missed !== null;
  }

  /** @param {ProgressEvent} progress */
  report(progress) {
    if (this.#unacknowledged < MOST_UNACKNOWLEDGED) this.#send(progress);
    else this.#missed = { ...progress, losses: progress.losses.slice(-NEWEST_LOSSES) };
  }

  /** Sends what the page lacks, although it acknowledges nothing. */
  flush() {
    if (this.#missed !== null) this.#send(this.#missed);
  }

  acknowledge() {
    this.#unacknowledged -= 1;
  }

  /** @param {ProgressEvent} progress */
  #send(progress) {
    this.#unacknowledged += 1;
    const event = this.isBehind ? { ...progress, curve: this.#history.toPlain() } : progress;
    this.#missed = null;
    this.#post(event, [event.losses.buffer]);
  }
}
