/// <reference lib="webworker" />
/**
 * The training worker: it owns the wasm, takes commands and posts events (see protocol.js). Commands are handled one
 * after another. Between two slices of training the event loop turns, so that a command is heard at the next
 * step boundary.
 */

import { AT_ONCE, HANDLERS, LONG } from './commands.js';
import { SavedRuns } from './storage/saved-runs.js';
import { Texts } from './text/texts.js';
import { Cores } from './training/core.js';
import { Pace } from './training/pace.js';

/**
 * @typedef {import('../shared/protocol.js').Event} Event
 * @typedef {import('./training/run.js').Run} Run
 * @typedef {import('./training/probe.js').Probe} Probe
 * @typedef {(event: Event, transfer?: Transferable[]) => void} Post
 */

/** How often the writer looks whether a character is due while nothing else goes on. */
const WRITING_TICK_MS = 40;

export class Session {
  /** @type {Post} */
  post;
  texts = new Texts();
  cores;
  savedRuns;
  /** @type {Run | null} */
  run = null;
  /** A model that is tried out while nothing is trained. @type {Probe | null} */
  probe = null;

  #pace;
  /** The wasm instance trapped: nothing may call into it any more. */
  #broken = false;
  /** The commands, one after another. @type {Promise<void>} */
  #queue;
  /** A message to oneself turns the event loop without the 4 ms that nested timers must wait. */
  #turn = new MessageChannel();
  #scheduled = false;
  /** A slice that other workers take part in, while it is under way. @type {Promise<void> | null} */
  #shared = null;

  /** @param {DedicatedWorkerGlobalScope} scope @param {import('./training/core.js').Kind} kind */
  constructor(scope, kind) {
    this.post = (event, transfer = []) => scope.postMessage(event, transfer);
    this.#pace = new Pace(this.post);
    // What this page saves lies under the folder that the page itself lies in.
    this.savedRuns = new SavedRuns(new URL('..', scope.location.href).pathname, this.post);
    this.cores = new Cores(kind);
    this.#turn.port1.onmessage = () => this.#loop();
    const ready = this.cores.any().then(() => this.post({ type: 'ready' }));
    this.#queue = ready.catch((error) => this.#fail(error, {}, true));
  }

  /** @param {any} message a command, whose texts are named */
  receive(message) {
    const command = this.#withTexts(message);
    if (this.savedRuns.execute(command)) return;
    const atOnce = AT_ONCE[/** @type {keyof typeof AT_ONCE} */ (command.type)];
    if (atOnce) atOnce(this, command);
    else this.#queue = this.#queue.then(() => this.#execute(command));
  }

  /** The command with its texts, which may be forgotten before it is its turn. @param {any} message */
  #withTexts(message) {
    const command = { ...message };
    for (const key of ['text', 'source']) {
      if (command[key]) command[key] = this.texts.find(command[key]);
    }
    if (command.draft) {
      const { source } = this.texts.find(command.draft.source);
      command.draft = { ...command.draft, source };
    }
    return command;
  }

  /** @param {any} command */
  async #execute(command) {
    if (this.#broken) return;
    const { type, runId, requestId } = command;
    const doing = LONG.find((long) => long === type);
    if (doing !== undefined) this.post({ type: 'doing', doing });
    try {
      await HANDLERS[/** @type {keyof typeof HANDLERS} */ (type)](this, command);
      await this.run?.prepare();
    } catch (error) {
      this.#fail(error, {
        ...(runId === undefined ? {} : { runId }),
        ...(requestId === undefined ? {} : { requestId }),
      });
    }
    if (doing !== undefined) this.post({ type: 'doing', doing: null });
    this.#pace.expect(this.#nextLoad());
    this.#schedule();
  }

  /**
   * @param {unknown} error
   * @param {{ runId?: number, requestId?: number }} about
   * @param {boolean} [fatal]
   */
  #fail(error, about, fatal = error instanceof WebAssembly.RuntimeError) {
    this.#broken ||= fatal;
    const { name, message } =
      error instanceof Error ? error : { name: 'Error', message: String(error) };
    const field = /** @type {{ field?: string }} */ (error).field;
    this.post({ type: 'failed', ...about, name, message, ...(field ? { field } : {}), fatal });
  }

  /** Another run, or none, takes the place of this one. @param {Run | null} next */
  replaceRun(next) {
    const last = this.run;
    this.run = next;
    this.#pace.renew();
    last?.leave();
  }

  /** @param {number | null} charactersPerSecond */
  endProbe(charactersPerSecond) {
    if (this.probe === null) return;
    const { requestId } = this.probe;
    this.probe.free();
    this.probe = null;
    this.post({ type: 'probed', requestId, charactersPerSecond });
  }

  /** Waits until nothing is in the middle of a step: only `stopParallel` may touch the run there. */
  async boundary() {
    while (this.#shared !== null) await this.#shared;
  }

  /** Multiply-adds of the slice to come. */
  #nextLoad() {
    return Math.max(this.probe?.load ?? 0, this.run?.load ?? 0);
  }

  #schedule() {
    if (this.#scheduled || this.#broken || this.#shared !== null) return;
    const work = this.probe === null ? (this.run?.work ?? 'nothing') : 'probing';
    if (work === 'nothing') return;
    this.#scheduled = true;
    if (work === 'writing') setTimeout(() => this.#loop(), WRITING_TICK_MS);
    else this.#turn.port2.postMessage(null);
  }

  #loop() {
    this.#scheduled = false;
    if (this.#broken) return;
    const began = performance.now();
    const load = this.probe !== null || this.run?.isTraining ? this.#nextLoad() : 0;
    if (this.probe !== null) this.#probeSlice(this.probe);
    else if (this.run !== null) this.#runSlice(this.run);
    this.#pace.note(load, performance.now() - began);
    this.#pace.expect(this.#nextLoad());
    this.#schedule();
  }

  /** @param {Run} run */
  #runSlice(run) {
    const failed = (/** @type {unknown} */ error) => {
      this.#fail(error, { runId: run.runId });
      if (!this.#broken) run.halt();
    };
    try {
      const slice = run.slice();
      if (!slice) return;
      this.#shared = slice.catch(failed).finally(() => {
        this.#shared = null;
        this.#schedule();
      });
    } catch (error) {
      failed(error);
    }
  }

  /** @param {Probe} probe */
  #probeSlice(probe) {
    try {
      const charactersPerSecond = probe.slice();
      if (charactersPerSecond !== null) this.endProbe(charactersPerSecond);
    } catch (error) {
      this.probe = null;
      this.#fail(error, { requestId: probe.requestId });
      if (!this.#broken) probe.free();
    }
  }
}
