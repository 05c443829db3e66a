/**
 * Who has what open, among all tabs of this page. A lock goes with the worker that holds it, however
 * that ends. A page that is not served securely has no Web Locks, and a browser may refuse them or
 * never answer: then everything counts as free, and the store notices when two write to one run.
 */
import { afterAwake, within } from '../../shared/wait-limit.js';

/** @typedef {() => Promise<void>} Release */

/** How long the browser may take to tell which locks are held. */
const QUERY_MS = 1500;

/** @type {Release} */
const FREE = async () => {};

export class Locks {
  #manager;
  #onNone;

  /**
   * @param {Pick<LockManager, 'request' | 'query'> | null} manager
   * @param {() => void} onNone there are no locks, or none any more; called once
   */
  constructor(manager, onNone) {
    this.#manager = manager;
    this.#onNone = onNone;
    if (manager === null) onNone();
  }

  /**
   * Takes a lock, waiting for it no longer than this. What it returns lets go of it, and tells when it is
   * free for others; null: somebody else has it.
   * @param {string} name @param {number} patienceMs
   * @returns {Promise<Release | null>}
   */
  hold(name, patienceMs) {
    const manager = this.#manager;
    if (manager === null) return Promise.resolve(FREE);
    return new Promise((resolve) => {
      const patience = new AbortController();
      let settled = false;
      /** @param {Release | null} result */
      const settle = (result) => {
        settled = true;
        cancel();
        resolve(result);
      };
      const refused = () => {
        if (settled) return;
        this.#lose();
        settle(FREE);
      };
      let cancel = afterAwake(patienceMs, () => {
        patience.abort();
        // Who waits behind somebody else is called off at once. Silence is no answer of that kind.
        cancel = afterAwake(patienceMs, refused);
      });
      /** @type {Promise<void>} */
      const free = manager
        .request(name, { signal: patience.signal }, () => {
          if (settled) return;
          return new Promise((end) => {
            settle(() => {
              end(undefined);
              return free;
            });
          });
        })
        .then(
          () => {},
          () => {
            if (!patience.signal.aborted) refused();
            else if (!settled) settle(null);
          },
        );
    });
  }

  /** The names of all locks that anybody holds. @returns {Promise<Set<string>>} */
  async held() {
    if (this.#manager === null) return new Set();
    try {
      const { held = [] } = await within(this.#manager.query(), QUERY_MS);
      return new Set(held.map(({ name }) => name ?? ''));
    } catch {
      this.#lose();
      return new Set();
    }
  }

  #lose() {
    if (this.#manager === null) return;
    this.#manager = null;
    this.#onNone();
  }
}
