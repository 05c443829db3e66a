// @ts-check
/**
 * One run in the worker: a trainer or, before it meets a text, the weights of a file; its voice; and
 * what happens in one slice. It posts events and knows nothing of commands or scheduling.
 */
import { Curve } from '../curve.js';
import { markTuned } from '../curves.js';
import { Team, TeamLost, Trial, WORTHWHILE } from './team.js';
import { Writer } from './writer.js';

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('../../../pkg/babble.js').Trainer} Trainer */
/** @typedef {import('../../../pkg/babble.js').Weights} Weights */
/** @typedef {import('../protocol.js').Event} Event */
/** @typedef {import('../protocol.js').ProgressEvent} ProgressEvent */
/** @typedef {import('../protocol.js').Voice} Voice */

/** A slice: long enough to train, short enough that a click is answered at once. */
const SLICE_MS = 25;
/**
 * What a slice gives to a held-out measurement that is under way: a network of 256 units has read 100,000
 * characters after some five seconds.
 */
const EVALUATION_MS = 16;
/** A new measurement begins this long after the last one began, */
const EVALUATION_PAUSE_MS = 2000;
/** or this many times as long as the last one took, so that it never costs more than a tenth. */
const EVALUATION_PAUSE_FACTOR = 10;
/** A new snapshot is made this long after the last one, */
const SNAPSHOT_PAUSE_MS = 5000;
/** or this many times as long as making the last one took, as large weights take long. */
const SNAPSHOT_PAUSE_FACTOR = 20;
/**
 * So many messages of progress, about a second's, may be under way; more would pile up before a page
 * that is frozen or busy. What it missed it gets at once when it listens again.
 */
const MOST_UNHEARD = 40;
/** Of the losses that it missed, so many are told beside the curve that holds all of them. */
const NEWEST_LOSSES = 64;
/** Nobody misses a run that was put away before it was so old. */
const WORTH_KEEPING_MS = 5000;
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
  /** @type {Voice} */
  #voice;

  /** The same curve that the page draws, to be saved with the run. */
  #curve;
  /** How many messages of progress the page has not heard yet. */
  #unheard = 0;
  /** The newest progress that it was not told. @type {ProgressEvent | null} */
  #missed = null;
  /** Workers that share the steps, if there are any. @type {Team | null} */
  #team = null;
  /** Whether they are worth it. */
  #trial = new Trial();
  /** Whether a slice of the team is under way: nothing else may move the trainer. */
  #sharing = false;

  /** Saves this run. @type {import('./keeper.js').Keeper | null} */
  #keeper = null;

  /** @type {(event: Event, transfer?: Transferable[]) => void} */
  #post;

  /**
   * @param {number} runId
   * @param {Core} core that all of its objects are of
   * @param {{ trainer: Trainer } | { weights: Weights, file: Uint8Array }} source
   * @param {Voice} voice
   * @param {(event: Event, transfer?: Transferable[]) => void} post
   * @param {number} [trainedMs] how long it has trained before
   * @param {Curve} [curve] of the run so far
   */
  constructor(runId, core, source, voice, post, trainedMs = 0, curve = new Curve()) {
    this.runId = runId;
    this.#post = post;
    this.#trainedMs = trainedMs;
    this.#curve = curve;
    this.#voice = voice;
    if ('trainer' in source) {
      this.#trainer = source.trainer;
    } else {
      this.#weights = source.weights;
      this.#file = source.file;
    }
    try {
      this.#writer = new Writer(core, voice);
    } catch (error) {
      this.#model.free();
      throw error;
    }
  }

  /** @returns {Trainer | Weights} */
  get #model() {
    return /** @type {Trainer | Weights} */ (this.#trainer ?? this.#weights);
  }

  get #step() {
    return this.#trainer?.step ?? /** @type {Weights} */ (this.#weights).report(undefined).step;
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
   * @param {import('./keeper.js').Keeper} keeper that saves it from now on
   */
  announce(textName, keeper) {
    const run = this.#requireTrainer().report();
    const { runId, trainedMs } = this;
    this.#keeper = keeper;
    this.#curve.beginAt(this.#place(run));
    if (run.heldOut !== null) this.#curve.addHeldOut(run.heldOut);
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
   * @param {() => import('./keeper.js').Keeper} makeKeeper
   */
  meet(text, textName, unknown, makeKeeper) {
    const weights = /** @type {Weights} */ (this.#weights);
    this.#trainer = weights.resume(text, unknown);
    weights.free();
    this.#weights = null;
    this.#file = null;
    // A voice that remembers a smaller vocabulary cannot go on with a grown one.
    if (this.#trainer.report().grownSymbols > 0) this.#writer.renew();
    this.announce(textName, makeKeeper());
  }

  /** Trains on, past the end of the run if it has come to that. */
  train() {
    const trainer = this.#requireTrainer();
    if (trainer.finished !== null) {
      trainer.goOn();
      this.#post({ type: 'tuned', runId: this.runId, config: trainer.report().config });
    }
    // An end may have brought other weights back.
    this.#team?.fallOutOfStep();
    this.#training = true;
    this.#lastSliceAt = performance.now();
    this.#charactersPerSecond = 0;
  }

  pause() {
    this.#training = false;
    if (this.#missed !== null) this.#tell(this.#missed);
    this.keep();
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
    const before = trainer.report().config;
    trainer.tune(tuning);
    this.#team?.fallOutOfStep();
    const { config } = trainer.report();
    markTuned(this.#curve, before, config);
    this.#post({ type: 'tuned', runId: this.runId, config });
  }

  /** @param {Voice} voice */
  speak(voice) {
    this.#writer.speak(voice);
    if (this.#trainer) this.#curve.mark('temperature', this.#voice.temperature, voice.temperature);
    this.#voice = voice;
  }

  /** The page has heard of some progress. */
  heard() {
    this.#unheard -= 1;
  }

  /** Saves the run now, unless that was just done or its weights are of no use. */
  keep() {
    const trainer = this.#trainer;
    if (!trainer || trainer.step <= this.#snapshotStep || !trainer.isHealthy()) return;
    this.#keepSnapshot(trainer.step, true);
  }

  /** Somebody put this run away. */
  leave() {
    const worth = this.#trainedMs >= WORTH_KEEPING_MS;
    if (worth) this.keep();
    this.free();
    this.#keeper?.close(worth);
  }

  /** The run as a file. */
  save() {
    if (!this.#trainer) {
      return { bytes: /** @type {Uint8Array} */ (this.#file).slice(), step: this.#step };
    }
    return { bytes: this.#trainer.save(), step: this.#trainer.step };
  }

  /**
   * The model without what only training needs.
   * @param {import('../protocol.js').ExportForm} form
   */
  export(form) {
    if (form === 'onnx') return { bytes: this.#model.onnx(), step: this.#step };
    return this.#trainer ? { bytes: this.#trainer.saveWeights(), step: this.#step } : this.save();
  }

  /**
   * From now on other workers share the steps, if that is faster.
   * @param {(MessagePort | null)[]} ports to them, by their places in the team
   */
  enlist(ports) {
    this.#team?.close();
    this.#team = new Team(this.#requireTrainer(), ports);
    this.#trial = new Trial();
  }

  /** The others are gone, or will be. May be called at any time. @param {string} why */
  disband(why) {
    this.#team?.lose(why);
    if (!this.#sharing) this.#endLostTeam();
  }

  /**
   * One slice of whatever there is to do. A promise, where other workers take part in it: then nobody may
   * do anything to the run before it is settled, but disband them.
   * @returns {void | Promise<void>}
   */
  slice() {
    if (this.#training) {
      if (this.#team?.isReady && this.#trial.isTogether) return this.#shareSlice(this.#team);
      this.#trainSlice();
    }
    this.#rest();
  }

  /** @param {Team} team */
  async #shareSlice(team) {
    this.#sharing = true;
    try {
      await this.#trainTogether(team);
    } finally {
      this.#sharing = false;
      this.#endLostTeam();
    }
    this.#rest();
  }

  #rest() {
    this.#measureSlice();
    // Nobody reads what would only pile up.
    if (this.#missed !== null) return;
    const wrote = this.#writer.write(this.#model);
    if (wrote) this.#post({ type: 'wrote', runId: this.runId, ...wrote });
  }

  free() {
    this.#team?.close();
    this.#team = null;
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
    const tried = this.#team?.isReady ? performance.now() : null;
    let slice;
    try {
      slice = trainer.run(SLICE_MS);
    } catch (error) {
      this.#recover(trainer, error);
      return;
    }
    if (tried !== null) this.#try(slice.charactersSeen, performance.now() - tried);
    this.#trained(trainer, slice);
  }

  /** @param {Team} team */
  async #trainTogether(team) {
    const trainer = this.#requireTrainer();
    let slice;
    try {
      slice = await team.train(SLICE_MS);
    } catch (error) {
      if (!(error instanceof TeamLost)) this.#recover(trainer, error);
      return;
    }
    this.#try(slice.charactersSeen, slice.ms);
    this.#trained(trainer, slice);
  }

  /** Whether the team stays is decided once both ways were tried. @param {number} charactersSeen @param {number} ms */
  #try(charactersSeen, ms) {
    const team = this.#team;
    if (team === null || this.#trial.isOver) return;
    this.#trial.note(charactersSeen - this.#charactersSeen, ms);
    if (!this.#trial.isOver) return;
    const { runId } = this;
    const { workers } = team;
    const { speedUp } = this.#trial;
    const why = speedUp >= WORTHWHILE ? null : /** @type {const} */ ('slow');
    if (why !== null) this.#leaveTeam();
    this.#post({ type: 'team', runId, workers, speedUp, why });
  }

  #endLostTeam() {
    const team = this.#team;
    if (team === null || team.lost === null) return;
    const { workers, lost } = team;
    this.#leaveTeam();
    const { runId } = this;
    this.#post({ type: 'team', runId, workers, speedUp: null, why: 'lost', message: lost });
  }

  #leaveTeam() {
    this.#team?.close();
    this.#team = null;
  }

  /** @param {Trainer} trainer @param {import('../../../pkg/babble.js').SliceReport} slice */
  #trained(trainer, slice) {
    const { step, losses, epoch, charactersSeen, gradientNorm, learningRate, updateRatio } = slice;
    const charactersPerSecond = this.#clock(charactersSeen);
    this.#curve.add(this.#place(slice), losses);
    this.#unmeasured = true;
    /** @type {ProgressEvent} */
    const progress = {
      type: 'progress',
      runId: this.runId,
      step,
      losses,
      epoch,
      charactersSeen,
      trainedMs: this.#trainedMs,
      charactersPerSecond,
      gradientNorm,
      learningRate,
      updateRatio,
    };
    if (this.#unheard < MOST_UNHEARD) this.#tell(progress);
    else this.#missed = { ...progress, losses: losses.slice(-NEWEST_LOSSES) };
    if (slice.finished !== null) return this.#finish(slice.finished);
    if (performance.now() >= this.#snapshotDueAt && trainer.isHealthy()) this.#keepSnapshot(step);
  }

  /** @param {ProgressEvent} progress */
  #tell(progress) {
    this.#unheard += 1;
    const told = this.#missed === null ? progress : { ...progress, curve: this.#curve.toPlain() };
    this.#missed = null;
    this.#post(told, [told.losses.buffer]);
  }

  /** The run has come to an end that its settings set. @param {'end' | 'patience'} why */
  #finish(why) {
    const { runId } = this;
    const { step, charactersSeen, best } = this.#requireTrainer().report();
    this.#post({ type: 'finished', runId, why, step, charactersSeen, best });
    // The best weights may be those of an earlier step than the ones that were saved last.
    if (step < this.#snapshotStep) this.#keepSnapshot(step, true);
    this.pause();
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

  /** @param {{ step: number, charactersSeen: number }} at */
  #place({ step, charactersSeen }) {
    return { step, charactersSeen, seconds: this.#trainedMs / 1000 };
  }

  /** @param {number} step @param {boolean} [last] whether no other follows within seconds */
  #keepSnapshot(step, last = false) {
    if (step > this.#snapshotStep) this.#explosions = 0;
    const began = performance.now();
    const bytes = this.#requireTrainer().save();
    this.#snapshot = bytes;
    this.#snapshotStep = step;
    const { runId, trainedMs } = this;
    if (this.#missed === null) {
      const weights = bytes.slice().buffer;
      this.#post({ type: 'snapshot', runId, step, weights, trainedMs }, [weights]);
    }
    const report = this.#requireTrainer().report();
    const moment = { report, weights: bytes, curve: this.#curve.toPlain(), voice: this.#voice };
    this.#keeper?.keep({ ...moment, step, trainedMs }, last);
    const end = performance.now();
    this.#snapshotDueAt = end + Math.max(SNAPSHOT_PAUSE_MS, (end - began) * SNAPSHOT_PAUSE_FACTOR);
  }

  /**
   * When training exploded: back to the last snapshot, with half the learning rate. Anything else is
   * thrown on.
   * @param {Trainer} trainer
   * @param {unknown} error
   */
  #recover(trainer, error) {
    if (!(error instanceof Error && error.name === 'Diverged')) throw error;
    const explosion =
      /** @type {Error & { step?: number, loss?: number, learningRate?: number }} */ (error);
    const { step = 0, loss = Number.NaN, learningRate = 0 } = explosion;
    this.#team?.fallOutOfStep();
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
    this.#curve.explode(report.step, learningRate, report.config.learningRate);
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
    if (!heldOut) return;
    this.#curve.addHeldOut(heldOut);
    this.#post({ type: 'heldOut', runId: this.runId, heldOut });
    // Measured after a pause: what is saved should say so.
    if (!this.#training && heldOut.step === this.#snapshotStep) {
      this.#keepSnapshot(heldOut.step, true);
    }
    // Of patience it is the measurement that decides.
    if (this.#training && trainer.finished !== null) this.#finish(trainer.finished);
  }
}
