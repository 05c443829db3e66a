/**
 * What outlives the tab, in IndexedDB: saved runs (a summary each, and two slots with states), the
 * texts they learn (each once, under its hash) and texts that nobody has trained on yet. Knows how
 * things lie there, not when they are written.
 */
import { openDB } from 'idb';
import { isDraft, mended } from './records.js';
import { isWhole, seal, slotOf } from './slots.js';

/**
 * @typedef {import('../../shared/protocol.js').SavedRun} SavedRun
 * @typedef {import('../../shared/protocol.js').TextSource} TextSource
 * @typedef {import('../../shared/loss-history.js').PlainLossHistory} PlainLossHistory
 *
 * A saved run as it lies in the store. What is `busy` is known to the locks.
 * `writer` is the autosave that wrote last, so that two which write to one run find out. `order` is larger
 * than that of every run that was written before: clocks are put back, and which run is the newest is not
 * for them to say.
 * @typedef {Omit<SavedRun, 'busy'>
 *   & { textHash: string, sequence: number, writer: string, order: number }} Summary
 *
 * @typedef {object} State what goes on from where it was
 * @property {Uint8Array} weights a weights file with all that resuming needs
 * @property {PlainLossHistory} curve
 * @property {import('../../shared/protocol.js').SamplingConfig} voice
 * @property {number} trainedMs
 * @property {number} step
 *
 * @typedef {State & import('./slots.js').Seal} SealedState
 *
 * @typedef {object} Draft a text in a box, and whose tab it is
 * @property {string} tab
 * @property {number} savedAt
 * @property {string} name
 * @property {string | ArrayBuffer} content
 * @property {import('../../shared/encodings.js').Encoding} [encoding]
 * @property {boolean} edited
 * @property {string} [sample]
 *
 * @typedef {object} Removed all of a run that was deleted, as long as that can be undone
 * @property {Summary} summary
 * @property {(SealedState | undefined)[]} states
 * @property {{ hash: string, bytes: Uint8Array<ArrayBuffer> } | undefined} text
 *
 * @typedef {object} Schema
 * @property {{ key: string, value: Summary }} runs
 * @property {{ key: [run: string, slot: number], value: SealedState }} states
 * @property {{ key: string, value: { hash: string, bytes: Uint8Array<ArrayBuffer> } }} texts
 * @property {{ key: string, value: Draft }} drafts
 */

const VERSION = 1;

/** Nothing was written, for the text is not in the store. */
const TEXTLESS = Symbol('textless');

/** So many drafts of tabs that are gone are kept, the newest. */
const DRAFTS = 4;

export class Store {
  /** @type {import('idb').IDBPDatabase<Schema>} */
  #db;
  /** When the newest draft was written that this tab has seen, by whatever clock. */
  #newestDraft = 0;

  /** @param {import('idb').IDBPDatabase<Schema>} db */
  constructor(db) {
    this.#db = db;
  }

  /**
   * @param {string} name
   * @param {() => void} onLost the browser or a newer version of the page took the store away
   */
  static async open(name, onLost) {
    if (!globalThis.indexedDB) throw new DOMException('There is no IndexedDB.', 'NotFoundError');
    const db = await openDB(name, VERSION, {
      upgrade(db) {
        db.createObjectStore('runs', { keyPath: 'key' });
        db.createObjectStore('states');
        db.createObjectStore('texts', { keyPath: 'hash' });
        db.createObjectStore('drafts', { keyPath: 'tab' });
      },
      blocking() {
        db.close();
        onLost();
      },
      terminated: onLost,
    });
    return new Store(/** @type {import('idb').IDBPDatabase<any>} */ (db));
  }

  /** All runs, the newest first, a copy after what it was made of. @returns {Promise<Summary[]>} */
  async runs() {
    const runs = (await this.#db.getAll('runs')).map(mended);
    return runs.sort((a, b) => b.order - a.order || b.savedAt - a.savedAt || a.beganAt - b.beganAt);
  }

  /** @param {string} key */
  async run(key) {
    const run = await this.#db.get('runs', key);
    return run && mended(run);
  }

  /**
   * The newest whole state of a run: of the two slots the newer one, unless it is damaged.
   * @param {string} key
   * @returns {Promise<SealedState | null>}
   */
  async state(key) {
    const summary = await this.run(key);
    if (summary === undefined) return null;
    /** @type {SealedState | null} */
    let newest = null;
    // One after the other: two states of a large model need not fit into memory together.
    for (const slot of [slotOf(summary.sequence), slotOf(summary.sequence + 1)]) {
      const state = await this.#db.get('states', [key, slot]);
      if (!isWhole(state) || state.sequence < (newest?.sequence ?? 0)) continue;
      newest = state;
      if (state.sequence === summary.sequence) break;
    }
    return newest;
  }

  /** @param {string} hash @returns {Promise<Uint8Array<ArrayBuffer> | null>} null when it is gone */
  async text(hash) {
    const bytes = (await this.#db.get('texts', hash))?.bytes;
    return bytes instanceof Uint8Array ? bytes : null;
  }

  /**
   * Writes one state, and the text when that is not there: at first, and after somebody has cleared the
   * site's data. All of it or nothing.
   * @param {string} key
   * @param {State} state
   * @param {object} how
   * @param {number | null} how.sequence of the state that this one follows, null for the newest there is
   * @param {string} how.writer
   * @param {boolean} how.first whether it is this writer's first
   * @param {(before: Summary | undefined, names: string[]) => Omit<Summary, 'key' | 'sequence' | 'writer' | 'order'>} how.summarize
   * @param {() => Promise<Uint8Array<ArrayBuffer>>} how.text
   * @param {IDBTransactionDurability} how.durability `strict` waits for the disk, which is worth it where a
   *   write is not followed by another within seconds
   * @returns {Promise<Summary | null>} null when somebody else has written to this run in the meantime
   */
  async write(key, state, how) {
    const written = await this.#write(key, state, how, null);
    // No transaction waits for anything else than the store.
    return written === TEXTLESS ? this.#write(key, state, how, await how.text()) : written;
  }

  /**
   * @template {Uint8Array<ArrayBuffer> | null} T
   * @param {string} key
   * @param {State} state
   * @param {Parameters<Store['write']>[2]} how
   * @param {T} text null when it is probably there
   * @returns {Promise<Summary | null | (T extends null ? typeof TEXTLESS : never)>}
   */
  async #write(key, state, { sequence, writer, first, summarize, durability }, text) {
    const transaction = this.#db.transaction(['runs', 'states', 'texts'], 'readwrite', {
      durability,
    });
    return complete(transaction, async () => {
      const runs = transaction.objectStore('runs');
      const texts = transaction.objectStore('texts');
      const all = (await runs.getAll()).map(mended);
      const before = all.find((run) => run.key === key);
      const other = before !== undefined && ![writer, ''].includes(before.writer);
      if (!first && other) return null;
      const next = (sequence ?? before?.sequence ?? 0) + 1;
      const names = all.filter((run) => run.key !== key).map(({ name }) => name);
      /** @type {Summary} */
      const summary = {
        ...summarize(before, names),
        key,
        sequence: next,
        writer,
        order: 1 + Math.max(0, ...all.map((run) => run.order)),
      };
      const { textHash } = summary;
      if (text === null && (await texts.getKey(textHash)) === undefined) {
        return /** @type {any} */ (TEXTLESS);
      }
      const sealed = { ...state, ...seal(state.weights, next) };
      await Promise.all([
        runs.put(summary),
        transaction.objectStore('states').put(sealed, [key, slotOf(next)]),
        text === null ? null : texts.put({ hash: textHash, bytes: text }),
      ]);
      return summary;
    });
  }

  /**
   * @param {string} key
   * @param {(run: Summary, names: string[]) => Summary} change
   */
  async change(key, change) {
    const transaction = this.#db.transaction('runs', 'readwrite', { durability: 'strict' });
    await complete(transaction, async () => {
      const all = (await transaction.store.getAll()).map(mended);
      const run = all.find((run) => run.key === key);
      if (run === undefined) return;
      const names = all.filter((other) => other !== run).map(({ name }) => name);
      await transaction.store.put(change(run, names));
    });
  }

  /**
   * @param {string} key
   * @returns {Promise<Removed | null>} all that is needed to put it back
   */
  async remove(key) {
    const transaction = this.#db.transaction(['runs', 'states', 'texts'], 'readwrite', {
      durability: 'strict',
    });
    return complete(transaction, async () => {
      const runs = transaction.objectStore('runs');
      const states = transaction.objectStore('states');
      const texts = transaction.objectStore('texts');
      const all = (await runs.getAll()).map(mended);
      const summary = all.find((run) => run.key === key);
      if (summary === undefined) return null;
      const kept = await Promise.all([0, 1].map((slot) => states.get([key, slot])));
      const text = await texts.get(summary.textHash);
      await Promise.all([runs.delete(key), ...[0, 1].map((slot) => states.delete([key, slot]))]);
      const shared = all.some((run) => run !== summary && run.textHash === summary.textHash);
      if (!shared) await texts.delete(summary.textHash);
      return { summary, states: kept, text };
    });
  }

  /** @param {Removed} removed */
  async putBack({ summary, states, text }) {
    const stores = /** @type {const} */ (['runs', 'states', 'texts']);
    const transaction = this.#db.transaction(stores, 'readwrite', { durability: 'strict' });
    const { key } = summary;
    await complete(transaction, () =>
      Promise.all([
        transaction.objectStore('runs').put(summary),
        ...states.map((state, slot) =>
          state === undefined ? null : transaction.objectStore('states').put(state, [key, slot]),
        ),
        text === undefined ? null : transaction.objectStore('texts').put(text),
      ]),
    );
  }

  /**
   * Another run like this one, from its newest whole state.
   * @param {string} key
   * @param {string} copy the key of the new one
   * @param {(run: Summary, names: string[]) => Summary} summarize
   */
  async duplicate(key, copy, summarize) {
    const state = await this.state(key);
    if (state === null) return false;
    const transaction = this.#db.transaction(['runs', 'states'], 'readwrite', {
      durability: 'strict',
    });
    return complete(transaction, async () => {
      const runs = transaction.objectStore('runs');
      const all = (await runs.getAll()).map(mended);
      const run = all.find((run) => run.key === key);
      if (run === undefined) return false;
      const { sequence } = state;
      const summary = {
        ...summarize(
          run,
          all.map(({ name }) => name),
        ),
        key: copy,
        sequence,
        writer: '',
      };
      await runs.put(summary);
      await transaction.objectStore('states').put(state, [copy, slotOf(sequence)]);
      return true;
    });
  }

  /** @param {Omit<Draft, 'savedAt'>} draft */
  async keepDraft(draft) {
    // Later than what was there, though the clock may have been put back.
    this.#newestDraft = Math.max(Date.now(), this.#newestDraft + 1);
    await this.#db.put('drafts', { ...draft, savedAt: this.#newestDraft });
  }

  /** @param {string} tab */
  async dropDraft(tab) {
    await this.#db.delete('drafts', tab);
  }

  /**
   * The text of this tab or, when it is a new one, the newest of a tab that is gone, which becomes
   * this tab's.
   * @param {string} tab @param {(tab: string) => boolean} lives
   * @returns {Promise<Draft | null>}
   */
  async takeDraft(tab, lives) {
    const transaction = this.#db.transaction('drafts', 'readwrite');
    return complete(transaction, async () => {
      const all = (await transaction.store.getAll()).filter(isDraft);
      this.#newestDraft = Math.max(0, ...all.map(({ savedAt }) => savedAt));
      const own = all.find((draft) => draft.tab === tab);
      const orphans = all
        .filter((draft) => draft !== own && !lives(draft.tab))
        .sort((a, b) => b.savedAt - a.savedAt);
      const adopted = own ?? orphans.shift() ?? null;
      for (const { tab } of orphans.slice(DRAFTS)) await transaction.store.delete(tab);
      if (adopted === null || adopted === own) return adopted;
      await transaction.store.delete(adopted.tab);
      await transaction.store.put({ ...adopted, tab });
      return adopted;
    });
  }
}

/**
 * What `act` makes of a transaction, once that is complete; the reason of its end when it is not.
 * @template T
 * @param {{ done: Promise<void>, error: DOMException | null, abort(): void }} transaction
 * @param {() => Promise<T>} act
 */
async function complete(transaction, act) {
  // Awaited below; a transaction that fails while a request is awaited must not count as unhandled.
  transaction.done.catch(() => {});
  try {
    const result = await act();
    await transaction.done;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
    throw transaction.error ?? error;
  }
}
