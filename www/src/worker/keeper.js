// @ts-check
/**
 * Saves one run, state after state, while it is trained. Nothing of it waits for the store, and
 * nothing that happens there stops the training: at most it is told.
 */
import { nameFor, unlike } from '../names.js';
import { hold } from './locks.js';

/**
 * @typedef {import('../protocol.js').Event} Event
 * @typedef {import('./shelf.js').Shelf} Shelf
 *
 * @typedef {import('./store.js').State & { report: import('../protocol.js').RunReport }} Moment
 */

/** A worker that was replaced may still hold its locks for a moment. */
const LOCK_PATIENCE_MS = 10_000;

export class Keeper {
  #shelf;
  #post;
  #runId;
  #textName;
  #sample;
  /** The text, until it has been written. @type {string | null} */
  #text;
  /** @type {string} */
  #name;
  /** Lets go of the run's lock. @type {(() => void) | null} */
  #release;
  /** @type {number | null} */
  #sequence;
  #writer = freshKey();
  #writes = 0;
  /** Whether the run was not in the store before. */
  #isNew = false;

  /** What is to be written next: always the newest. @type {{ moment: Moment, last: boolean } | null} */
  #next = null;
  /** @type {Promise<void> | null} */
  #writing = null;
  /** What was last told to be wrong. @type {Extract<Event, { type: 'unkept' }>['reason'] | null} */
  #trouble = null;
  #stopped = false;

  /**
   * @param {object} run
   * @param {number} run.runId
   * @param {string} run.textName
   * @param {string | null} [run.sample] the page's own sample that the text is
   * @param {string} run.text
   * @param {string | null} [run.key] of a run that was saved before
   * @param {import('./locks.js').Release | null} [run.release] the lock, when that is held already
   * @param {number | null} [run.sequence] of the state that it goes on from
   * @param {boolean} [run.hasText] whether the store has the text
   * @param {Shelf} shelf
   * @param {(event: Event) => void} post
   */
  constructor(run, shelf, post) {
    const { runId, textName, text, key = null, release = null, sequence = null } = run;
    this.key = key ?? freshKey();
    this.#runId = runId;
    this.#textName = textName;
    this.#sample = run.sample ?? null;
    this.#text = run.hasText ? null : text;
    this.#name = nameFor(textName, text);
    this.#release = release;
    this.#sequence = sequence;
    this.#shelf = shelf;
    this.#post = post;
    shelf.own.add(this.key);
  }

  /**
   * Writes this moment as soon as the one before is written; of moments that come meanwhile, the last.
   * @param {Moment} moment
   * @param {boolean} last whether no other follows within seconds
   */
  keep(moment, last) {
    if (this.#stopped) return;
    this.#next = { moment, last: last || (this.#next?.last ?? false) };
    this.#writing ??= this.#writeAll();
  }

  /**
   * No more of this run, which somebody put away.
   * @param {boolean} worth whether it should stay, if it was never saved before
   */
  async close(worth) {
    if (!worth) this.#next = null;
    await this.#writing;
    this.#stopped = true;
    try {
      const store = this.#writes > 0 ? await this.#shelf.store() : null;
      const named = (await store?.run(this.key))?.named ?? false;
      if (this.#isNew && !worth && !named) await store?.remove(this.key);
      else await store?.change(this.key, (run) => ({ ...run, left: true }));
    } catch {
      // Training has ended, and all that is lost is a mark.
    }
    this.#shelf.own.delete(this.key);
    // Or the list would tell that somebody has it.
    await this.#release?.();
    await this.#shelf.changed().catch(() => {});
  }

  async #writeAll() {
    while (this.#next !== null && !this.#stopped) {
      const { moment, last } = this.#next;
      this.#next = null;
      try {
        await this.#write(moment, last);
      } catch (error) {
        this.#tell(this.#shelf.reasonOf(error));
      }
    }
    this.#writing = null;
  }

  /** @param {Moment} moment @param {boolean} last */
  async #write({ report, ...state }, last) {
    const store = await this.#shelf.store();
    this.#release ??= await hold(this.#shelf.lockOf(this.key), LOCK_PATIENCE_MS);
    if (this.#release === null) return this.#giveUp();
    const { config, characters, parameters, step, heldOut, textHash } = report;
    const now = Date.now();
    const summary = await store.write(this.key, state, {
      sequence: this.#sequence,
      writer: this.#writer,
      first: this.#writes === 0,
      text: this.#text === null ? null : new TextEncoder().encode(this.#text),
      durability: last || this.#writes === 0 ? 'strict' : 'relaxed',
      summarize: (before, names) => {
        if (this.#writes === 0) this.#isNew = before === undefined;
        return {
          name: before?.name ?? unlike(this.#name, names),
          named: before?.named ?? false,
          textName: this.#textName,
          sample: this.#sample,
          textHash,
          config,
          asked: before?.asked ?? config,
          characters,
          parameters,
          step,
          heldOut,
          bytes: state.weights.length,
          beganAt: before?.beganAt ?? now,
          savedAt: now,
          left: false,
        };
      },
    });
    if (summary === null) return this.#giveUp();
    this.#sequence = summary.sequence;
    this.#text = null;
    this.#trouble = null;
    this.#writes += 1;
    this.#post({ type: 'keeping', runId: this.#runId, run: this.#shelf.listed(summary, false) });
    if (this.#writes === 1) await this.#shelf.began(store);
  }

  #giveUp() {
    this.#stopped = true;
    this.#tell('taken');
  }

  /** @param {Extract<Event, { type: 'unkept' }>['reason']} reason */
  #tell(reason) {
    if (reason === this.#trouble) return;
    this.#trouble = reason;
    this.#post({ type: 'unkept', runId: this.#runId, reason });
  }
}

/** Not `crypto.randomUUID`, which pages without https lack. */
export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
