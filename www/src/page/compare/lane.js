/** A lane: one network of a comparison. It trains in a worker of its own, as the page's run does in the page's. */

import { LossHistory } from '../../shared/loss-history.js';
import { within } from '../../shared/wait-limit.js';
import { Watchdog } from '../browser/watchdog.js';
import { withLosses } from '../chart/smoothing.js';
import { brief, loss, whole } from '../format.js';

/** @import { Event, HeldOut, RunReport, SamplingConfig, TextSource } from '../../shared/protocol.js' */
/** @import { Piece } from '../generated/sample.js' */
/** @import { By, Wanted } from './choices.js' */
/** @import { Share } from './turns.js' */

/** @typedef {Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>} Port to a worker that trains */

/** How long a turn is. */
const TURN_MS = 500;

/** The gradient by lag is asked for this long after the last time. */
const LAGS_MS = 2_000;

/** On so many characters of the held-out part. */
const LAGS_CHARACTERS = 1_000;

/** A save comes within this time, or is given up: behind a step and a measurement that were under way. */
const SAVE_MS = 20_000;

/** The one run of its worker. */
const RUN_ID = 1;

/** A request whose answer is a speed, and one whose answer is a look. Saves count on from here. */
const [PROBE, LOOK] = [1, 2];

export class Lane {
  name;
  config;
  /** @type {RunReport | null} */
  report = null;
  history = new LossHistory();
  step = 0;
  charactersSeen = 0;
  trainedMs = 0;
  charactersPerSecond = 0;
  /** The training loss, smoothed. @type {number | null} */
  loss = null;
  smoothedSteps = 0;
  /** @type {HeldOut | null} */
  heldOut = null;
  /** How much a letter bears on a guess that is 1, 2, ... back. @type {Float64Array | null} */
  lags = null;
  /** Why it trains no more, if it does not. @type {'end' | 'patience' | 'time' | 'explosion' | 'failed' | null} */
  over = null;
  /** What happened to it, in a sentence. */
  said = '';
  /** Whether its weights are being saved. */
  isSaving = false;
  /** What it wrote since somebody took it. `heading`: a new sample begins with this prompt. */
  #written = { heading: /** @type {string | null} */ (null), pieces: /** @type {Piece[]} */ ([]) };

  /** @type {Port} */
  #port;
  #text;
  #sampling;
  #runs = false;
  #isBegun = false;
  #isPaused = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #lastRequest = LOOK;
  #watchdog;
  /** @type {Map<number, { resolve(saved: Event<'saved'>): void, reject(why: Error): void }>} */
  #saves = new Map();
  /** @type {(charactersPerSecond: number) => void} */
  #probed = () => {};

  /**
   * @param {Wanted} wanted @param {Port} port @param {TextSource} text @param {SamplingConfig} sampling
   * @param {() => void} changed
   */
  constructor({ name, config }, port, text, sampling, changed) {
    this.name = name;
    this.config = config;
    this.#port = port;
    this.#text = { ...text, id: 1 };
    this.#sampling = sampling;
    /** @param {string} said */
    const fail = (said) => {
      this.#fail(said);
      changed();
    };
    this.#watchdog = new Watchdog({
      ask: () => this.#send({ type: 'ask' }),
      slow: (_doing, seconds) => {
        if (this.over !== null) return;
        this.said = `Its worker has said nothing new for ${seconds} seconds. Wait, or press Stop.`;
        changed();
      },
      quick: () => {
        if (this.over === null) this.said = '';
      },
      lost: () => fail('Its worker does not answer any more.'),
    });
    port.addEventListener('message', ({ data }) => {
      this.#watchdog.receive(data);
      this.#hear(data);
      changed();
    });
    port.addEventListener('error', (event) => {
      event.preventDefault();
      fail(event.message || 'Its worker could not be fetched.');
    });
    port.addEventListener('messageerror', () => fail('A message of its worker could not be read.'));
  }

  /** Another second is over. @param {boolean} hidden whether nobody sees the page */
  beat(hidden) {
    if (this.over !== 'failed') this.#watchdog.beat(hidden);
  }

  /** @param {import('../../shared/protocol.js').Command} command */
  #send(command) {
    this.#port.postMessage({ ...command, ...('text' in command && { text: this.#text }) });
  }

  /** How fast this machine trains it, in characters per second; 0 when that cannot be found out. @param {number} symbols */
  probe(symbols) {
    const { config } = this;
    this.#send({ type: 'probe', requestId: PROBE, config, symbols });
    return new Promise((/** @type {(speed: number) => void} */ resolve) => {
      this.#probed = resolve;
    });
  }

  /** What it has had of what is shared. @param {By} by @returns {Share} */
  share(by) {
    const isTime = by === 'seconds';
    return {
      spent: isTime ? this.trainedMs : this.charactersSeen,
      turn: isTime ? TURN_MS : (this.charactersPerSecond * TURN_MS) / 1000,
      runs: this.#runs,
      isOver: this.over !== null,
    };
  }

  /** Lets it train, or stand still until it is its turn again. @param {boolean} runs */
  let(runs) {
    if (runs === this.#runs) return;
    this.#runs = runs;
    const { config } = this;
    if (!runs) this.#send({ type: 'hold', runId: RUN_ID, held: true });
    else if (!this.#isBegun) {
      this.#isBegun = true;
      const [text, sampling] = [this.#text, this.#sampling];
      this.#send({ type: 'start', runId: RUN_ID, config, text, sampling, unsaved: true });
    } else if (this.#isPaused) {
      this.#isPaused = false;
      this.#send({ type: 'resume', runId: RUN_ID, text: null, unknown: null });
    } else this.#send({ type: 'hold', runId: RUN_ID, held: false });
  }

  /** Pauses it, as a person pauses a run: it is measured as it is now. */
  pause() {
    this.#runs = false;
    if (!this.#isBegun || this.over === 'failed') return;
    this.#isPaused = true;
    this.#send({ type: 'hold', runId: RUN_ID, held: false });
    this.#send({ type: 'pause', runId: RUN_ID });
  }

  /** Lets it write, or not. @param {boolean} on */
  write(on) {
    this.#sampling = { ...this.#sampling, on };
    this.#send({ type: 'sampling', runId: RUN_ID, sampling: this.#sampling });
  }

  /** It has had its time. */
  endTime() {
    this.over = 'time';
    this.pause();
  }

  /**
   * Its weights, with all that is needed to go on from them; null when its worker does not give them.
   * @returns {Promise<Event<'saved'> | null>}
   */
  async save() {
    this.#lastRequest += 1;
    const requestId = this.#lastRequest;
    this.isSaving = true;
    this.#send({ type: 'save', runId: RUN_ID, requestId });
    /** @type {Promise<Event<'saved'>>} */
    const saved = new Promise((resolve, reject) => this.#saves.set(requestId, { resolve, reject }));
    try {
      return await within(saved, SAVE_MS);
    } catch {
      return null;
    } finally {
      this.#saves.delete(requestId);
      this.isSaving = false;
    }
  }

  end() {
    this.#port.terminate();
  }

  /** What it wrote since the last time. */
  takeWritten() {
    const written = this.#written;
    this.#written = { heading: null, pieces: [] };
    return written;
  }

  /** @param {Event} event */
  #hear(event) {
    switch (event.type) {
      case 'probed':
        return this.#probed(event.charactersPerSecond ?? 0);
      case 'started':
        this.report = event.run;
        this.config = event.run.config;
        return;
      case 'progress':
        this.#send({ type: 'acknowledge', runId: RUN_ID });
        if (this.over === null) this.#progress(event);
        return;
      case 'heldOut':
        if (this.over === 'explosion') return;
        this.heldOut = event.heldOut;
        this.history.addHeldOut(event.heldOut);
        return this.#lookBack();
      case 'looked':
        if (event.look.what === 'lags') this.lags = event.look.influence;
        return;
      case 'wrote':
        if (event.restarted) this.#written = { heading: event.prompt, pieces: [] };
        this.#written.pieces.push(event.piece);
        return;
      case 'finished':
        // The weights that are back are older, and their measurement is the newest no more.
        if (event.why === 'patience') this.said = `Stopped early: no progress on unseen text.`;
        if (event.best !== null && event.why === 'patience') this.heldOut = event.best;
        this.over = event.why;
        return this.#lookBack();
      case 'diverged':
        return this.#explode(event);
      case 'saved':
        this.#saves.get(event.requestId)?.resolve(event);
        return;
      case 'failed':
        this.#saves.get(event.requestId ?? 0)?.reject(new Error(event.message));
        // A look that failed is no harm: the network was not begun, or has numbers without a gradient.
        if (event.requestId === undefined || event.fatal) this.#fail(event.message);
        else if (event.requestId === PROBE) this.#probed(0);
    }
  }

  /** @param {Event<'progress'>} event */
  #progress({ curve, losses, step, charactersSeen, trainedMs, charactersPerSecond }) {
    Object.assign(this, { step, charactersSeen, trainedMs, charactersPerSecond });
    Object.assign(this, withLosses(this, losses));
    if (curve !== undefined) this.history = LossHistory.fromPlain(curve);
    else this.history.add({ step, charactersSeen, seconds: trainedMs / 1000 }, losses);
  }

  /** Its setting has failed. What the worker would go on with has another learning rate. @param {Event<'diverged'>} event */
  #explode({ step, loss: exploded, learningRate, restoredStep }) {
    if (this.over !== null) return;
    this.over = 'explosion';
    this.said = `Exploded at step ${whole(step)} under the learning rate ${brief(learningRate)}, with a loss of ${loss(exploded)}. It stops here. Its weights are those of step ${whole(restoredStep)}.`;
    this.pause();
  }

  /** @param {string} message */
  #fail(message) {
    this.over = 'failed';
    this.said = message;
    for (const { reject } of this.#saves.values()) reject(new Error(message));
    this.#probed(0);
    this.end();
  }

  /** Asks how far back it looks, now and then. */
  #lookBack() {
    const now = performance.now();
    if (this.over === null && now - this.#lookedAt < LAGS_MS) return;
    this.#lookedAt = now;
    const question = { what: /** @type {const} */ ('lags'), characters: LAGS_CHARACTERS };
    this.#send({ type: 'look', runId: RUN_ID, requestId: LOOK, question });
  }
}
