/**
 * Saves one run, state after state, while it is trained. Nothing of it waits for the store, and
 * nothing that happens there stops the training: at most the page hears of it.
 */
import { nameFor, unlike } from '../../shared/run-names.js';
import { afterAwake, within } from '../../shared/wait-limit.js';

/**
 * @typedef {import('../../shared/protocol.js').Event} Event
 * @typedef {import('./saved-runs.js').SavedRuns} SavedRuns
 *
 * @typedef {import('./database.js').State & { report: import('../../shared/protocol.js').RunReport }} ReportedState
 */

/** A worker that was replaced may still hold its locks for a moment. */
const LOCK_PATIENCE_MS = 6000;

/** When the store has been silent for so many times as long as until that is reported, it is opened anew. */
const GIVE_UP_FACTOR = 8;

export class Autosave {
  #savedRuns;
  #post;
  #runId;
  #textName;
  #sample;
  /** The text, where it takes none of the worker's memory: it is written whenever the store lacks it. */
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

  /** What was last written. @type {import('./database.js').Summary | null} */
  #written = null;
  /** Counts the states: one that is overtaken, because the store did not answer, is not written. */
  #turn = 0;

  /** What is to be written next: always the newest. @type {{ state: ReportedState, last: boolean } | null} */
  #next = null;
  /** @type {Promise<void> | null} */
  #writing = null;
  /** What was last reported to be wrong. @type {Extract<Event, { type: 'notSaved' }>['reason'] | null} */
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
   * @param {SavedRuns} savedRuns
   * @param {(event: Event) => void} post
   */
  constructor(run, savedRuns, post) {
    const { runId, textName, text, key = null, release = null, sequence = null } = run;
    this.key = key ?? freshKey();
    this.#runId = runId;
    this.#textName = textName;
    this.#sample = run.sample ?? null;
    this.#text = new Blob([text]);
    this.#name = nameFor(textName, text);
    this.#release = release;
    this.#sequence = sequence;
    this.#savedRuns = savedRuns;
    this.#post = post;
    savedRuns.own.add(this.key);
  }

  /**
   * Writes this state as soon as the one before is written; of states that come meanwhile, the last.
   * @param {ReportedState} state
   * @param {boolean} last whether no other follows within seconds
   */
  save(state, last) {
    if (this.#stopped) return;
    this.#next = { state, last: last || (this.#next?.last ?? false) };
    this.#writing ??= this.#writeAll();
  }

  /**
   * No more of this run, which somebody put away.
   * @param {boolean} worth whether it should stay, if it was never saved before
   */
  async close(worth) {
    if (!worth) this.#next = null;
    const { answerMs } = this.#savedRuns;
    try {
      if (this.#writing !== null) await within(this.#writing, answerMs);
      if (this.#writes > 0) await within(this.#putAway(worth), answerMs);
    } catch {
      // Training has ended, and all that is lost is a mark.
    }
    this.#stopped = true;
    this.#savedRuns.own.delete(this.key);
    // Or the list would say that somebody has it.
    await this.#release?.();
    await within(this.#savedRuns.changed(), answerMs).catch(() => {});
  }

  /** @param {boolean} worth */
  async #putAway(worth) {
    const store = await this.#savedRuns.store();
    const named = (await store.run(this.key))?.named ?? false;
    if (this.#isNew && !worth && !named) await store.remove(this.key);
    else await store.change(this.key, (run) => ({ ...run, left: true }));
  }

  async #writeAll() {
    while (this.#next !== null && !this.#stopped) {
      const { state, last } = this.#next;
      this.#next = null;
      this.#turn += 1;
      const { answerMs } = this.#savedRuns;
      // Silence is reported soon; a slow disk may yet come to an end.
      const cancel = afterAwake(answerMs, () => this.#report('silent'));
      try {
        await within(this.#write(state, last, this.#turn), answerMs * GIVE_UP_FACTOR);
      } catch (error) {
        const reason = this.#savedRuns.reasonOf(error);
        if (reason === 'silent') this.#savedRuns.forget();
        this.#report(reason);
      } finally {
        cancel();
      }
    }
    this.#writing = null;
  }

  /** @param {ReportedState} reported @param {boolean} last @param {number} turn */
  async #write({ report, ...state }, last, turn) {
    const store = await this.#savedRuns.store();
    this.#release ??= await this.#savedRuns.hold(this.key, LOCK_PATIENCE_MS);
    if (this.#release === null) return this.#giveUp();
    if (turn !== this.#turn || this.#stopped) return;
    const { config, characters, parameters, step, heldOut, textHash } = report;
    const now = Date.now();
    const summary = await store.write(this.key, state, {
      sequence: this.#sequence,
      writer: this.#writer,
      first: this.#writes === 0,
      text: async () => new Uint8Array(await this.#text.arrayBuffer()),
      durability: last || this.#writes === 0 ? 'strict' : 'relaxed',
      summarize: (found, names) => {
        if (this.#writes === 0) this.#isNew = found === undefined;
        // Its record may have gone with the site's data.
        const before = found ?? this.#written;
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
    this.#written = summary;
    this.#trouble = null;
    this.#writes += 1;
    this.#post({
      type: 'autosaved',
      runId: this.#runId,
      run: this.#savedRuns.listed(summary, false),
    });
    if (this.#writes === 1) await this.#savedRuns.began(store);
  }

  #giveUp() {
    this.#stopped = true;
    this.#report('taken');
  }

  /** @param {Extract<Event, { type: 'notSaved' }>['reason']} reason */
  #report(reason) {
    if (reason === this.#trouble) return;
    this.#trouble = reason;
    this.#post({ type: 'notSaved', runId: this.#runId, reason });
  }
}

/** Not `crypto.randomUUID`, which pages without https lack. */
export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
