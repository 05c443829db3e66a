/**
 * The saved runs as a person meets them: listed, named, deleted, copied and opened; and the text in
 * this tab's box. Its commands are obeyed one after another, and need no wasm.
 */
import { namedError } from '../../shared/named-error.js';
import { tidy, unlike } from '../../shared/run-names.js';
import { ANSWER_MS, NoAnswer, within } from '../../shared/wait-limit.js';
import { freshKey } from './autosave.js';
import { Store } from './database.js';
import { Locks } from './locks.js';

/**
 * @typedef {import('../../shared/protocol.js').Commands} Commands
 * @typedef {import('../../shared/protocol.js').Event} Event
 * @typedef {import('./database.js').Summary} Summary
 */

/** So many runs that nobody named are kept; of more, the oldest go. */
export const UNNAMED_RUNS = 12;

/** A tab that was reloaded, or a worker that was replaced, may still hold its locks for a moment. */
const LOCK_PATIENCE_MS = 1500;

/** A disk is no slower than this, unless something is wrong. */
const SLOWEST_BYTES_PER_MS = 2000;

export class SavedRuns {
  /** The keys of the runs that this tab has open. @type {Set<string>} */
  own = new Set();

  /** Everything of this page in this folder of its host, and nothing of another page there. */
  #scope;
  #post;
  #locks;
  /** @type {Promise<Store> | null} */
  #store = null;
  /** @type {Promise<void>} */
  #queue = Promise.resolve();
  /** @type {string | null} */
  #tab = null;
  /** What was deleted last. @type {import('./database.js').Removed | null} */
  #removed = null;
  /** Tells other tabs. @type {BroadcastChannel | null} */
  #others = null;

  /**
   * @param {string} scope
   * @param {(event: Event) => void} post
   * @param {number} [answerMs] how long the store may be silent before that is reported
   * @param {LockManager | null} [locks]
   */
  constructor(scope, post, answerMs = ANSWER_MS, locks = globalThis.navigator?.locks ?? null) {
    this.#scope = scope;
    this.#post = post;
    this.answerMs = answerMs;
    this.#locks = new Locks(locks, () => post({ type: 'unguarded' }));
  }

  /** The commands about saved runs, by type. */
  #handlers = {
    registerTab: (/** @type {Commands['registerTab']} */ { tab, again }) =>
      this.#registerTab(tab, again),

    draft: (/** @type {Commands['draft']} */ { draft }) => this.#keepDraft(draft),

    rename: (/** @type {Commands['rename']} */ { key, name: typed }) => {
      const name = tidy(typed);
      return this.#change(key, (run, names) =>
        name === '' || name === run.name ? run : { ...run, name: unlike(name, names), named: true },
      );
    },

    delete: (/** @type {Commands['delete']} */ { key }) => this.#delete(key),

    undelete: (/** @type {Commands['undelete']} */ { key }) => this.#undelete(key),

    duplicate: async (/** @type {Commands['duplicate']} */ { key }) => {
      await this.#duplicate(await this.store(), key);
      await this.changed();
    },

    leave: (/** @type {Commands['leave']} */ { key }) =>
      this.#change(key, (run) => ({ ...run, left: true })),
  };

  /**
   * Handles a command if it is about saved runs, after those before it.
   * @param {{ type: string }} command
   * @returns {boolean} whether it is
   */
  execute(command) {
    const handlers = /** @type {Record<string, (command: any) => Promise<void>>} */ (
      this.#handlers
    );
    const handler = handlers[command.type];
    if (handler === undefined) return false;
    this.#enqueue(() => handler(command));
    return true;
  }

  /**
   * Commands wait for one another, but not for ever: when the store is silent that is reported, and the next
   * one is tried with a store that is opened anew. An answer that comes late still counts.
   * @param {() => Promise<void>} act
   */
  #enqueue(act) {
    this.#queue = this.#queue.then(() => {
      const acted = act().catch((error) => this.#fail(error));
      return within(acted, this.answerMs).catch((silence) => {
        this.forget();
        return this.#fail(silence);
      });
    });
  }

  /** The store, opened when it is first asked for and again when it was lost. */
  store() {
    if (this.#store === null) {
      const opened = Store.open(`babble ${this.#scope}`, () => {
        if (this.#store !== opened) return;
        this.forget();
        // The site's data may have been cleared: what is there now?
        this.#enqueue(() => this.#postList());
      }).catch((error) => {
        // Tried anew at the next state: a browser may have been asked to let it.
        if (this.#store === opened) this.forget();
        throw unavailable(error);
      });
      this.#store = opened;
    }
    return this.#store;
  }

  /** Whoever asks for the store next opens it anew. */
  forget() {
    this.#store = null;
  }

  /** @param {string} key */
  #lockOf(key) {
    return `babble ${this.#scope} run ${key}`;
  }

  /** Takes the lock of a run; null: another tab has it. @param {string} key @param {number} patienceMs */
  hold(key, patienceMs) {
    return this.#locks.hold(this.#lockOf(key), patienceMs);
  }

  /** A test for the runs that some tab has open. */
  async #whichAreHeld() {
    const locks = await this.#locks.held();
    return (/** @type {string} */ key) => locks.has(this.#lockOf(key)) || this.own.has(key);
  }

  /** @param {string} tab */
  #lockOfTab(tab) {
    return `babble ${this.#scope} tab ${tab}`;
  }

  /**
   * Why a state was not saved.
   * @param {unknown} error
   * @returns {Extract<Event, { type: 'notSaved' }>['reason']}
   */
  reasonOf(error) {
    const name = error instanceof Error || error instanceof DOMException ? error.name : '';
    // A connection that was closed serves nobody any more.
    if (name === 'InvalidStateError') this.forget();
    if (name === 'QuotaExceededError') return 'full';
    if (error instanceof NoAnswer) return 'silent';
    return name === 'Unavailable' ? 'none' : 'lost';
  }

  /** @param {Summary} summary @param {boolean} busy @returns {import('../../shared/protocol.js').SavedRun} */
  listed({ textHash: _hash, sequence: _sequence, writer: _writer, order: _order, ...run }, busy) {
    return { ...run, busy };
  }

  /** Another run is in the store: the oldest unnamed may go. @param {Store} store */
  async began(store) {
    const [runs, isHeld] = await Promise.all([store.runs(), this.#whichAreHeld()]);
    const unnamed = runs.filter(({ named }) => !named).slice(UNNAMED_RUNS);
    for (const { key } of unnamed) if (!isHeld(key)) await store.remove(key);
    await this.changed();
  }

  /** Tells this page and the others what there is now. */
  async changed() {
    await this.#postList();
    this.#others?.postMessage('changed');
  }

  async #postList() {
    const store = await this.store();
    const [runs, isHeld] = await Promise.all([store.runs(), this.#whichAreHeld()]);
    const list = runs.map((run) => this.listed(run, isHeld(run.key) && !this.own.has(run.key)));
    this.#post({ type: 'savedRuns', runs: list });
  }

  /**
   * Takes a saved run, or a copy of it, to go on with it: what there is to go on from.
   * @param {string} key @param {boolean} copy
   */
  async take(key, copy) {
    try {
      const store = await within(this.store(), this.answerMs);
      const run = await within(store.run(key), this.answerMs);
      // Large states take long to read, on slow disks.
      const patienceMs = this.answerMs + (run?.bytes ?? 0) / SLOWEST_BYTES_PER_MS;
      return await within(this.#take(store, key, copy), patienceMs, ({ release }) => release?.());
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.forget();
      throw refusal(
        'The browser’s storage does not answer, so this run could not be opened. It is still saved: try again, or reload the page.',
      );
    }
  }

  /** @param {Store} store @param {string} key @param {boolean} copy */
  async #take(store, key, copy) {
    const source = copy ? await this.#duplicate(store, key) : key;
    const release = this.own.has(source) ? null : await this.hold(source, LOCK_PATIENCE_MS);
    if (release === null) {
      const name = await this.#nameOf(store, key);
      return { busy: /** @type {const} */ (true), name, release: null };
    }
    try {
      const [summary, state] = [await store.run(source), await store.state(source)];
      if (summary === undefined) throw refusal('This run is not there any more.');
      if (state === null) {
        throw refusal(`What was saved of “${summary.name}” is damaged and cannot be read.`);
      }
      const text = await store.text(summary.textHash);
      return { busy: /** @type {const} */ (false), summary, state, text, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** @param {string} key @param {Parameters<Store['change']>[1]} change */
  async #change(key, change) {
    await (await this.store()).change(key, change);
    await this.changed();
  }

  /** @param {string | null} asked @param {boolean} again */
  async #registerTab(asked, again) {
    const tab = this.#tab ?? (await this.#claim(asked));
    this.#tab = tab;
    this.#listen();
    try {
      const store = await this.store();
      const locks = await this.#locks.held();
      const draft = again
        ? null
        : await store.takeDraft(tab, (tab) => locks.has(this.#lockOfTab(tab)));
      this.#post({ type: 'tabRegistered', tab, draft: draft && toDraft(draft) });
      await this.#postList();
    } catch (error) {
      this.#post({ type: 'notSaved', reason: this.reasonOf(error) });
    }
  }

  /** A tab that was duplicated has its twin's key, and needs one of its own. @param {string | null} asked */
  async #claim(asked) {
    const hold = (/** @type {string} */ tab) =>
      this.#locks.hold(this.#lockOfTab(tab), LOCK_PATIENCE_MS);
    if (asked !== null && (await hold(asked)) !== null) return asked;
    const tab = freshKey();
    await hold(tab);
    return tab;
  }

  #listen() {
    if (this.#others !== null || typeof BroadcastChannel === 'undefined') return;
    this.#others = new BroadcastChannel(`babble ${this.#scope}`);
    this.#others.onmessage = () => this.#enqueue(() => this.#postList());
  }

  /** @param {import('../../shared/protocol.js').Draft | null} draft */
  async #keepDraft(draft) {
    const tab = this.#tab;
    if (tab === null) return;
    try {
      const store = await this.store();
      if (draft === null) return await store.dropDraft(tab);
      const { source, edited } = draft;
      const { content, ...rest } = source;
      await store.keepDraft({
        tab,
        ...rest,
        content: typeof content === 'string' ? content : await content.arrayBuffer(),
        edited,
      });
    } catch (error) {
      this.#post({ type: 'notSaved', reason: this.reasonOf(error) });
    }
  }

  /** @param {string} key */
  async #delete(key) {
    const store = await this.store();
    const release = this.own.has(key) ? null : await this.hold(key, LOCK_PATIENCE_MS);
    if (release === null) {
      this.#post({ type: 'busy', key, name: await this.#nameOf(store, key) });
      return;
    }
    try {
      this.#removed = await store.remove(key);
    } finally {
      await release();
    }
    if (this.#removed !== null) {
      this.#post({ type: 'deleted', key, name: this.#removed.summary.name });
    }
    await this.changed();
  }

  /** @param {string} key */
  async #undelete(key) {
    const removed = this.#removed;
    if (removed?.summary.key !== key) throw refusal('That run cannot be brought back any more.');
    await (await this.store()).putBack(removed);
    this.#removed = null;
    await this.changed();
  }

  /** @param {Store} store @param {string} key @returns {Promise<string>} the key of the copy */
  async #duplicate(store, key) {
    const copy = freshKey();
    const now = Date.now();
    const done = await store.duplicate(key, copy, (run, names) => ({
      ...run,
      name: unlike(run.name, names),
      // After what it is made of, whatever the clock says.
      beganAt: Math.max(now, run.beganAt + 1),
      left: true,
    }));
    if (!done) throw refusal('This run is not there any more, or is damaged.');
    return copy;
  }

  /** @param {Store} store @param {string} key */
  async #nameOf(store, key) {
    return (await store.run(key))?.name ?? 'This run';
  }

  /** @param {unknown} error */
  #fail(error) {
    if (error instanceof Error && error.name === 'Refused') {
      this.#post({ type: 'refused', message: error.message });
      return;
    }
    this.#post({ type: 'notSaved', reason: this.reasonOf(error) });
  }
}

/** The store cannot be opened, which a private window or a setting may forbid. @param {unknown} error */
function unavailable(error) {
  const names = ['NotFoundError', 'InvalidStateError', 'SecurityError', 'UnknownError'];
  if (!names.includes(/** @type {Error} */ (error)?.name)) return error;
  return namedError('Unavailable', 'There is no store.', { cause: error });
}

/** @param {string} message */
const refusal = (message) => namedError('Refused', message);

/** @param {import('./database.js').Draft} draft @returns {import('../../shared/protocol.js').Draft} */
function toDraft({ tab: _tab, savedAt: _savedAt, edited, content, ...rest }) {
  const source = { ...rest, content: typeof content === 'string' ? content : new Blob([content]) };
  return { source, edited };
}
