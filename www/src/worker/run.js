// @ts-check
/**
 * One run in the worker: a trainer or, before it meets a text, the weights of a file; its voice; and
 * what happens in one slice. It posts events and knows nothing of commands or scheduling.
 */
import { Writer } from './writer.js';

/** @typedef {import('../../../pkg/babble.js').Trainer} Trainer */
/** @typedef {import('../../../pkg/babble.js').Weights} Weights */
/** @typedef {import('../protocol.js').Event} Event */
/** @typedef {import('../protocol.js').Voice} Voice */

/** A slice: long enough to train, short enough that a click is answered at once. */
const SLICE_MS = 25;
/** What a slice gives to a held-out measurement that is under way. */
const EVALUATION_MS = 8;
/** A new measurement begins this long after the last one began, */
const EVALUATION_PAUSE_MS = 2000;
/** or this many times as long as the last one took, so that it never costs more than a tenth. */
const EVALUATION_PAUSE_FACTOR = 10;
/** A new snapshot is made this long after the last one, */
const SNAPSHOT_PAUSE_MS = 5000;
/** or this many times as long as making the last one took, as large weights take long. */
const SNAPSHOT_PAUSE_FACTOR = 20;
/** The reach of the average of the characters per second. */
const SPEED_MS = 1500;
/** Explosions in a row before training stops: halved so often, any rate is below the smallest allowed. */
const MAX_EXPLOSIONS = 30;

export class Run {
  /** @type {Trainer | null} */
  #trainer = null;
  /** @type {Weights | null} */
  #weights = null;
  /** The file that `#weights` came from. @type {Uint8Array | null} */
  #file = null;
  /** The newest state worth going back to. @type {Uint8Array | null} */
  #snapshot = null;
  /** When another one may be made. */
  #snapshotDueAt = 0;
  #snapshotStep = -1;
  #explosions = 0;

  #training = false;
  #lastSliceAt = 0;
  #trainedMs = 0;
  #charactersSeen = 0;
  #charactersPerSecond = 0;

  #evaluationBegan = -Infinity;
  #evaluationMs = 0;
  /** Whether the weights have moved since the last measurement began. */
  #unmeasured = false;

  /** @type {Writer} */
  #writer;

  /** @type {(event: Event, transfer?: Transferable[]) => void} */
  #post;

  /**
   * @param {number} runId
   * @param {{ trainer: Trainer } | { weights: Weights, file: Uint8Array }} source
   * @param {Voice} voice
   * @param {(event: Event, transfer?: Transferable[]) => void} post
   * @param {number} [trainedMs] how long it has trained before
   */
  constructor(runId, source, voice, post, trainedMs = 0) {
    this.runId = runId;
    this.#post = post;
    this.#trainedMs = trainedMs;
    if ('trainer' in source) {
      this.#trainer = source.trainer;
    } else {
      this.#weights = source.weights;
      this.#file = source.file;
    }
    try {
      this.#writer = new Writer(this.#config.seed, voice);
    } catch (error) {
      this.#model.free();
      throw error;
    }
  }

  /** @returns {Trainer | Weights} */
  get #model() {
    return /** @type {Trainer | Weights} */ (this.#trainer ?? this.#weights);
  }

  get #config() {
    return (this.#trainer?.report() ?? /** @type {Weights} */ (this.#weights).report(undefined))
      .config;
  }

  get hasText() {
    return this.#trainer !== null;
  }

  /** How long it has trained, without its pauses. */
  get trainedMs() {
    return this.#trainedMs;
  }

  get isTraining() {
    return this.#training;
  }

  /** What is left to do: `training`, `measuring` (both without pause), `writing` (now and then). */
  get work() {
    if (this.#training) return 'training';
    if (this.#unmeasured || this.#trainer?.isEvaluating) return 'measuring';
    return this.#writer.on ? 'writing' : 'nothing';
  }

  /**
   * Tells the page what is being trained, and keeps the first snapshot.
   * @param {string} textName
   */
  announce(textName) {
    const run = this.#requireTrainer().report();
    const { runId, trainedMs } = this;
    this.#post({ type: 'started', runId, run, textName, trainedMs });
    this.#charactersSeen = run.charactersSeen;
    this.#unmeasured = run.heldOut?.step !== run.step;
    this.#keepSnapshot(run.step);
  }

  /**
   * Loaded weights meet their text. Throws what `Weights.resume` throws.
   * @param {string} text
   * @param {string} textName
   * @param {import('../protocol.js').UnknownSymbols | null} unknown
   */
  meet(text, textName, unknown) {
    const weights = /** @type {Weights} */ (this.#weights);
    this.#trainer = weights.resume(text, unknown);
    weights.free();
    this.#weights = null;
    this.#file = null;
    // A voice that remembers a smaller vocabulary cannot go on with a grown one.
    if (this.#trainer.report().grownSymbols > 0) this.#writer.renew(this.#config.seed);
    this.announce(textName);
  }

  train() {
    this.#requireTrainer();
    this.#training = true;
    this.#lastSliceAt = performance.now();
    this.#charactersPerSecond = 0;
  }

  pause() {
    this.#training = false;
    this.#post({ type: 'paused', runId: this.runId, step: this.#trainer?.step ?? 0 });
  }

  /** Something went wrong that would go wrong again: neither trains nor writes on. */
  halt() {
    this.#writer.silence();
    this.pause();
  }

  /** @param {import('../protocol.js').Tuning} tuning */
  tune(tuning) {
    const trainer = this.#requireTrainer();
    trainer.tune(tuning);
    this.#post({ type: 'tuned', runId: this.runId, config: trainer.report().config });
  }

  /** @param {Voice} voice */
  speak(voice) {
    this.#writer.speak(voice);
  }

  /** The run as a file. */
  save() {
    if (!this.#trainer) {
      const { step } = /** @type {Weights} */ (this.#weights).report(undefined);
      return { bytes: /** @type {Uint8Array} */ (this.#file).slice(), step };
    }
    return { bytes: this.#trainer.save(), step: this.#trainer.step };
  }

  /** One slice of whatever there is to do. */
  slice() {
    if (this.#training) this.#trainSlice();
    this.#measureSlice();
    const wrote = this.#writer.write(this.#model);
    if (wrote) this.#post({ type: 'wrote', runId: this.runId, ...wrote });
  }

  free() {
    this.#trainer?.free();
    this.#weights?.free();
    this.#writer.free();
  }

  #requireTrainer() {
    if (this.#trainer) return this.#trainer;
    const error = new Error(
      'These weights have no text yet. Paste the text to train them on, then press Resume.',
    );
    error.name = 'NoText';
    throw error;
  }

  #trainSlice() {
    const trainer = this.#requireTrainer();
    let slice;
    try {
      slice = trainer.run(SLICE_MS);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'Diverged')) throw error;
      this.#recover(trainer, error);
      return;
    }
    const { step, losses, epoch, charactersSeen, gradientNorm } = slice;
    const charactersPerSecond = this.#clock(charactersSeen);
    this.#unmeasured = true;
    this.#post(
      {
        type: 'progress',
        runId: this.runId,
        step,
        losses,
        epoch,
        charactersSeen,
        trainedMs: this.#trainedMs,
        charactersPerSecond,
        gradientNorm,
      },
      [losses.buffer],
    );
    if (performance.now() >= this.#snapshotDueAt && trainer.isHealthy()) this.#keepSnapshot(step);
  }

  /** The time since the last slice counts; the speed follows from it. @param {number} charactersSeen */
  #clock(charactersSeen) {
    const now = performance.now();
    const elapsed = Math.max(now - this.#lastSliceAt, 0.001);
    this.#trainedMs += elapsed;
    const speed = ((charactersSeen - this.#charactersSeen) / elapsed) * 1000;
    this.#lastSliceAt = now;
    this.#charactersSeen = charactersSeen;
    const weight = this.#charactersPerSecond === 0 ? 1 : 1 - Math.exp(-elapsed / SPEED_MS);
    this.#charactersPerSecond += (speed - this.#charactersPerSecond) * weight;
    return this.#charactersPerSecond;
  }

  /** @param {number} step */
  #keepSnapshot(step) {
    if (step > this.#snapshotStep) this.#explosions = 0;
    const began = performance.now();
    const bytes = this.#requireTrainer().save();
    this.#snapshot = bytes;
    this.#snapshotStep = step;
    const weights = bytes.slice().buffer;
    const { runId, trainedMs } = this;
    this.#post({ type: 'snapshot', runId, step, weights, trainedMs }, [weights]);
    const end = performance.now();
    this.#snapshotDueAt = end + Math.max(SNAPSHOT_PAUSE_MS, (end - began) * SNAPSHOT_PAUSE_FACTOR);
  }

  /**
   * Training exploded: back to the last snapshot, with half the learning rate.
   * @param {Trainer} trainer
   * @param {Error & { step?: number, loss?: number, learningRate?: number }} explosion
   */
  #recover(trainer, explosion) {
    const { step = 0, loss = Number.NaN, learningRate = 0 } = explosion;
    trainer.restore(/** @type {Uint8Array} */ (this.#snapshot));
    this.#explosions += 1;
    let stopped = this.#explosions >= MAX_EXPLOSIONS;
    try {
      // Three digits are as fine as a rate needs, and fit its field.
      trainer.tune({ learningRate: Number((learningRate / 2).toPrecision(3)) });
    } catch {
      // Half of it is below the smallest rate allowed: nothing is left to try.
      stopped = true;
    }
    if (stopped) this.#training = false;
    const report = trainer.report();
    this.#charactersSeen = report.charactersSeen;
    // A measurement that was under way was of weights that are gone.
    this.#unmeasured = report.heldOut?.step !== report.step;
    this.#post({
      type: 'diverged',
      runId: this.runId,
      step,
      loss,
      learningRate,
      restoredStep: report.step,
      config: report.config,
      times: this.#explosions,
      stopped,
    });
    if (stopped) this.#post({ type: 'paused', runId: this.runId, step: report.step });
  }

  #measureSlice() {
    const trainer = this.#trainer;
    if (!trainer) return;
    if (!trainer.isEvaluating) {
      const pause = Math.max(EVALUATION_PAUSE_MS, this.#evaluationMs * EVALUATION_PAUSE_FACTOR);
      const due = !this.#training || performance.now() - this.#evaluationBegan >= pause;
      if (!this.#unmeasured || !due) return;
      trainer.beginEvaluation();
      this.#evaluationBegan = performance.now();
      this.#evaluationMs = 0;
      this.#unmeasured = false;
    }
    const began = performance.now();
    const heldOut = trainer.evaluate(this.#training ? EVALUATION_MS : SLICE_MS);
    this.#evaluationMs += performance.now() - began;
    if (heldOut) this.#post({ type: 'heldOut', runId: this.runId, heldOut });
  }
}
