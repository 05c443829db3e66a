// @ts-check
/**
 * The saved runs as a person meets them: listed, named, deleted, copied and opened; and the text in
 * this tab's box. Its commands are obeyed one after another, and need no wasm.
 */
import { tidy, unlike } from '../names.js';
import { freshKey } from './keeper.js';
import { held, hold } from './locks.js';
import { Store } from './store.js';

/**
 * @typedef {import('../protocol.js').ShelfCommand} ShelfCommand
 * @typedef {import('../protocol.js').Event} Event
 * @typedef {import('./store.js').Summary} Summary
 */

/** So many runs that nobody named are kept; of more, the oldest go. */
export const UNNAMED_RUNS = 12;

/** A tab that was reloaded, or a worker that was replaced, may still hold its locks for a moment. */
const LOCK_PATIENCE_MS = 1500;

const COMMANDS = ['attend', 'draft', 'rename', 'delete', 'undelete', 'duplicate', 'leave'];

export class Shelf {
  /** The keys of the runs that this tab has open. @type {Set<string>} */
  own = new Set();

  /** Everything of this page in this folder of its host, and nothing of another page there. */
  #scope;
  #post;
  /** @type {Promise<Store> | null} */
  #store = null;
  /** @type {Promise<void>} */
  #queue = Promise.resolve();
  /** @type {string | null} */
  #tab = null;
  /** What was deleted last. @type {import('./store.js').Removed | null} */
  #removed = null;
  /** Tells other tabs. @type {BroadcastChannel | null} */
  #others = null;

  /** @param {string} scope @param {(event: Event) => void} post */
  constructor(scope, post) {
    this.#scope = scope;
    this.#post = post;
  }

  /**
   * @param {import('../protocol.js').Command} command
   * @returns {command is ShelfCommand}
   */
  static takes(command) {
    return COMMANDS.includes(command.type);
  }

  /** @param {ShelfCommand} command */
  obey(command) {
    this.#queue = this.#queue
      .then(() => this.#execute(command))
      .catch((error) => this.#fail(error));
  }

  /** The store, opened when it is first asked for and again when it was lost. */
  store() {
    if (this.#store === null) {
      const opened = Store.open(`babble ${this.#scope}`, () => {
        if (this.#store === opened) this.#store = null;
      });
      this.#store = opened;
      // Tried anew at the next state: a browser may have been asked to let it.
      opened.catch(() => {
        this.#store = null;
      });
    }
    return this.#store;
  }

  /** @param {string} key */
  lockOf(key) {
    return `babble ${this.#scope} run ${key}`;
  }

  /** @param {string} tab */
  #lockOfTab(tab) {
    return `babble ${this.#scope} tab ${tab}`;
  }

  /**
   * Why a state was not saved.
   * @param {unknown} error
   * @returns {Extract<Event, { type: 'unkept' }>['reason']}
   */
  reasonOf(error) {
    const name = error instanceof Error || error instanceof DOMException ? error.name : '';
    if (name === 'QuotaExceededError') return 'full';
    const unavailable = ['NotFoundError', 'InvalidStateError', 'SecurityError', 'UnknownError'];
    return this.#store === null && unavailable.includes(name) ? 'none' : 'lost';
  }

  /** @param {Summary} summary @param {boolean} busy @returns {import('../protocol.js').KeptRun} */
  listed({ textHash: _hash, sequence: _sequence, writer: _writer, ...run }, busy) {
    return { ...run, busy };
  }

  /** Another run is in the store: the oldest unnamed may go. @param {Store} store */
  async began(store) {
    const [runs, locks] = await Promise.all([store.runs(), held()]);
    const unnamed = runs.filter(({ named }) => !named).slice(UNNAMED_RUNS);
    for (const { key } of unnamed) {
      if (!locks.has(this.lockOf(key)) && !this.own.has(key)) await store.remove(key);
    }
    await this.changed();
  }

  /** Tells this page and the others what there is now. */
  async changed() {
    await this.#tell();
    this.#others?.postMessage('changed');
  }

  async #tell() {
    const store = await this.store();
    const [runs, locks] = await Promise.all([store.runs(), held()]);
    const list = runs.map((run) =>
      this.listed(run, locks.has(this.lockOf(run.key)) && !this.own.has(run.key)),
    );
    this.#post({ type: 'shelf', runs: list });
  }

  /**
   * Takes a saved run, or a copy of it, out of the shelf: what there is to go on from.
   * @param {string} key @param {boolean} copy
   */
  async take(key, copy) {
    const store = await this.store();
    const source = copy ? await this.#duplicate(store, key) : key;
    const lock = this.lockOf(source);
    const release = this.own.has(source) ? null : await hold(lock, LOCK_PATIENCE_MS);
    if (release === null) {
      return { busy: /** @type {const} */ (true), name: await this.#nameOf(store, key) };
    }
    try {
      const [summary, state] = [await store.run(source), await store.state(source)];
      if (summary === undefined) throw refusal('This run is not there any more.');
      if (state === null) {
        throw refusal(`What was saved of “${summary.name}” is damaged and cannot be read.`);
      }
      const bytes = await store.text(summary.textHash);
      if (bytes === null) throw refusal(`The text of “${summary.name}” is not there any more.`);
      return { busy: /** @type {const} */ (false), summary, state, text: bytes, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** @param {ShelfCommand} command */
  async #execute(command) {
    switch (command.type) {
      case 'attend':
        return this.#attend(command.tab, command.again);
      case 'draft':
        return this.#keepDraft(command.draft);
      case 'delete':
        return this.#delete(command.key);
      case 'undelete':
        return this.#undelete(command.key);
    }
    const store = await this.store();
    if (command.type === 'duplicate') {
      await this.#duplicate(store, command.key);
    } else if (command.type === 'leave') {
      await store.change(command.key, (run) => ({ ...run, left: true }));
    } else {
      const name = tidy(command.name);
      await store.change(command.key, (run, names) =>
        name === '' || name === run.name ? run : { ...run, name: unlike(name, names), named: true },
      );
    }
    await this.changed();
  }

  /** @param {string | null} asked @param {boolean} again */
  async #attend(asked, again) {
    const mine = asked !== null && (await hold(this.#lockOfTab(asked), LOCK_PATIENCE_MS)) !== null;
    // A tab that was duplicated has its twin's key, and needs one of its own.
    const tab = mine ? asked : freshKey();
    if (!mine) await hold(this.#lockOfTab(tab), LOCK_PATIENCE_MS);
    this.#tab = tab;
    this.#listen();
    try {
      const store = await this.store();
      const locks = await held();
      const draft = again
        ? null
        : await store.takeDraft(tab, (tab) => locks.has(this.#lockOfTab(tab)));
      this.#post({ type: 'attended', tab, draft: draft && toDraft(draft) });
      await this.#tell();
    } catch (error) {
      this.#post({ type: 'unkept', reason: this.reasonOf(error) });
    }
  }

  #listen() {
    if (this.#others !== null || typeof BroadcastChannel === 'undefined') return;
    this.#others = new BroadcastChannel(`babble ${this.#scope}`);
    this.#others.onmessage = () => {
      this.#queue = this.#queue.then(() => this.#tell()).catch(() => {});
    };
  }

  /** @param {import('../protocol.js').Draft | null} draft */
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
        savedAt: Date.now(),
        ...rest,
        content: typeof content === 'string' ? content : await content.arrayBuffer(),
        edited,
      });
    } catch (error) {
      this.#post({ type: 'unkept', reason: this.reasonOf(error) });
    }
  }

  /** @param {string} key */
  async #delete(key) {
    const store = await this.store();
    const release = this.own.has(key) ? null : await hold(this.lockOf(key), LOCK_PATIENCE_MS);
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
    const beganAt = Date.now();
    const done = await store.duplicate(key, copy, (run, names) => ({
      ...run,
      name: unlike(run.name, names),
      beganAt,
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
    this.#post({ type: 'unkept', reason: this.reasonOf(error) });
  }
}

/** @param {string} message */
function refusal(message) {
  const error = new Error(message);
  error.name = 'Refused';
  return error;
}

/** @param {import('./store.js').Draft} draft @returns {import('../protocol.js').Draft} */
function toDraft({ tab: _tab, savedAt: _savedAt, edited, content, ...rest }) {
  const source = { ...rest, content: typeof content === 'string' ? content : new Blob([content]) };
  return { source, edited };
}
