/**
 * One run in the worker: a trainer or, before it meets a text, the weights of a file; its sampling; and
 * what happens in one slice. It posts events and knows nothing of commands or scheduling.
 */

import { LossHistory, markTuned } from '../../shared/loss-history.js';
import { namedError } from '../../shared/named-error.js';
import { WORTH_KEEPING_MS } from '../../shared/run-names.js';
import { fetchLater } from '../fetch-later.js';
import { Sharing } from '../parallel/sharing.js';
import { Clock } from './clock.js';
import { Measuring } from './measuring.js';
import { Progress } from './progress.js';
import { takeSample } from './sample.js';
import { Snapshots } from './snapshots.js';
import { Writer } from './writer.js';

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('../../../../pkg/babble.js').Trainer} Trainer */
/** @typedef {import('../../../../pkg/babble.js').Weights} Weights */
/** @typedef {import('../../../../pkg/babble.js').SliceReport} SliceReport */
/** @typedef {import('../../shared/protocol.js').SamplingConfig} SamplingConfig */

/** A slice: long enough to train, short enough that a click is answered at once. */
const SLICE_MS = 25;

export class Run {
  /** @type {Trainer | null} */
  #trainer = null;
  /** @type {Weights | null} */
  #weights = null;
  /** The file that `#weights` came from. @type {Uint8Array | null} */
  #file = null;

  #training = false;
  /** Whether it stands still until others have had their turn. */
  #held = false;
  #clock;
  /** In a row, with no newer snapshot between them. */
  #explosions = 0;
  /** The run has its length: it is over as soon as its last weights are measured. */
  #isEnding = false;
  /** What a step costs. */
  #size = { parameters: 0, batchSize: 0, sequenceLength: 0 };

  /** The losses that the page draws, to be saved with the run. */
  #history;
  #progress;
  #sharing;
  /** Of a run that has a text. @type {Measuring | null} */
  #measuring = null;
  /** Of a run that has a text. @type {Snapshots | null} */
  #snapshots = null;
  #core;
  /** The network with letter statistics, where they are wanted. @type {import('../statistics/mixed.js').Mixed | null} */
  #mixed = null;
  /** @type {Writer} */
  #writer;
  /** @type {SamplingConfig} */
  #sampling;
  /** @type {import('../session.js').Post} */
  #post;

  /**
   * @param {number} runId
   * @param {Core} core that all of its objects are of
   * @param {{ trainer: Trainer } | { weights: Weights, file: Uint8Array }} source
   * @param {SamplingConfig} sampling
   * @param {import('../session.js').Post} post
   * @param {number} [trainedMs] how long it has trained before
   * @param {LossHistory} [history] of the run so far
   */
  constructor(runId, core, source, sampling, post, trainedMs = 0, history = new LossHistory()) {
    this.runId = runId;
    this.#core = core;
    this.#post = post;
    this.#clock = new Clock(trainedMs);
    this.#history = history;
    this.#progress = new Progress(post, history);
    this.#sharing = new Sharing(runId, post);
    this.#sampling = sampling;
    if ('trainer' in source) {
      this.#trainer = source.trainer;
    } else {
      this.#weights = source.weights;
      this.#file = source.file;
    }
    try {
      this.#writer = new Writer(core, sampling);
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
    return this.#clock.trainedMs;
  }

  /**
   * Multiply-adds between two turns of the event loop, about: a step, whose gradients cost twice as much as
   * the way forward, or the prompt.
   */
  get load() {
    const { parameters, batchSize, sequenceLength } = this.#size;
    return parameters * Math.max(3 * batchSize * sequenceLength, this.#sampling.prompt.length);
  }

  get isTraining() {
    return this.#training;
  }

  /** What is left to do: `training`, `measuring` (both without pause), `writing` (now and then). */
  get work() {
    if (this.#training && !this.#held) return 'training';
    const isMeasured = this.#measuring?.isDone !== false && this.#mixed?.isReady !== false;
    if (!isMeasured && !this.#held) return 'measuring';
    return this.#writer.on ? 'writing' : 'nothing';
  }

  /**
   * Reports to the page what is being trained, and takes the first snapshot.
   * @param {string} textName
   * @param {import('./snapshots.js').Keeper} autosave that saves it from now on
   */
  announce(textName, autosave) {
    const run = this.#requireTrainer().report();
    const { runId, trainedMs } = this;
    this.#snapshots = new Snapshots(runId, this.#post, autosave);
    this.#noteSize(run);
    this.#history.beginAt(this.#place(run));
    if (run.heldOut !== null) this.#history.addHeldOut(run.heldOut);
    this.#post({ type: 'started', runId, run, textName, trainedMs });
    this.#clock.standAt(run.charactersSeen);
    this.#sampleIfDue(this.#requireTrainer(), run.step);
    this.#measuring = new Measuring(this.#requireTrainer());
    this.#takeSnapshot();
  }

  /**
   * Loaded weights meet their text. Throws what `Weights.resume` throws.
   * @param {string} text
   * @param {string} textName
   * @param {import('../../shared/protocol.js').UnknownSymbols | null} unknown
   * @param {() => import('./snapshots.js').Keeper} makeAutosave
   */
  learn(text, textName, unknown, makeAutosave) {
    const weights = /** @type {Weights} */ (this.#weights);
    this.#trainer = weights.resume(text, unknown);
    weights.free();
    this.#weights = null;
    this.#file = null;
    // A sampler that remembers a smaller vocabulary cannot go on with a grown one.
    if (this.#trainer.report().grownSymbols > 0) this.#writer.renew();
    this.announce(textName, makeAutosave());
  }

  /** @param {{ parameters: number, config: import('../../shared/protocol.js').Config }} report */
  #noteSize({ parameters, config }) {
    const { batchSize, sequenceLength } = config;
    this.#size = { parameters, batchSize, sequenceLength };
  }

  /** Trains on, past the end of the run if it has come to that. */
  train() {
    const trainer = this.#requireTrainer();
    if (trainer.finished !== null) {
      trainer.goOn();
      this.#reportTuned(trainer.report());
    }
    // An end may have brought other weights back.
    this.#sharing.changed();
    this.#training = true;
    this.#clock.start();
  }

  pause() {
    if (this.#isEnding) return this.#finish('end');
    this.#training = false;
    this.#progress.flush();
    this.autosaveNow();
    this.#post({ type: 'paused', runId: this.runId, step: this.#trainer?.step ?? 0 });
  }

  /**
   * Lets it stand still, or go on: neither trains nor measures, but writes.
   * @param {boolean} held
   */
  hold(held) {
    this.#held = held;
    this.#clock.resume();
  }

  /** Something went wrong that would go wrong again: neither trains nor writes on. */
  halt() {
    this.#writer.silence();
    this.pause();
  }

  /** @param {import('../../shared/protocol.js').Tuning} tuning */
  tune(tuning) {
    const trainer = this.#requireTrainer();
    const before = trainer.report().config;
    trainer.tune(tuning);
    this.#sharing.changed();
    const report = trainer.report();
    this.#noteSize(report);
    markTuned(this.#history, before, report.config);
    this.#reportTuned(report);
  }

  /** @param {import('../../shared/protocol.js').RunReport} report */
  #reportTuned({ config, learningRate }) {
    this.#post({ type: 'tuned', runId: this.runId, config, learningRate });
  }

  /** Trains on with a new schedule, as long as the last one. */
  reschedule() {
    const trainer = this.#requireTrainer();
    const before = trainer.report().config;
    trainer.beginSchedule({});
    this.#isEnding = false;
    const { config, learningRate, scheduleStart } = trainer.report();
    markTuned(this.#history, before, config);
    this.#post({ type: 'rescheduled', runId: this.runId, config, learningRate, scheduleStart });
    // To go back to an earlier snapshot would bring the old schedule back.
    if (trainer.isHealthy()) this.#takeSnapshot();
    this.#sharing.changed();
    if (!this.#training) this.train();
  }

  /** @param {SamplingConfig} sampling */
  setSampling(sampling) {
    this.#writer.setSampling(sampling);
    if (this.#trainer)
      this.#history.mark('temperature', this.#sampling.temperature, sampling.temperature);
    this.#sampling = sampling;
  }

  /** Fetches the letter statistics where they are wanted, and lets go of them where they are not. */
  async prepare() {
    if (this.#sampling.statistics === 'off') this.#mixed = null;
    else if (this.#trainer !== null && this.#mixed === null) {
      const { Mixed } = await fetchLater();
      this.#mixed = new Mixed(this.#trainer);
    }
  }

  /** The page has taken in some progress. */
  acknowledge() {
    this.#progress.acknowledge();
  }

  /** Saves the run now, unless that was just done or its weights are of no use. */
  autosaveNow() {
    const trainer = this.#trainer;
    const saved = this.#snapshots?.step ?? -1;
    if (!trainer || trainer.step <= saved || !trainer.isHealthy()) return;
    this.#takeSnapshot(true);
  }

  /** Somebody put this run away. */
  leave() {
    const worth = this.trainedMs >= WORTH_KEEPING_MS;
    if (worth) this.autosaveNow();
    this.free();
    this.#snapshots?.close(worth);
  }

  /** The run as a file. */
  save() {
    if (!this.#trainer) {
      return { bytes: /** @type {Uint8Array} */ (this.#file).slice(), step: this.#step };
    }
    return { bytes: this.#trainer.save(), step: this.#trainer.step };
  }

  /**
   * Lets a lens look at the model as it is now.
   * @template A
   * @param {(model: Trainer | Weights, core: Core) => A} look
   */
  look(look) {
    return { step: this.#step, look: look(this.#model, this.#core) };
  }

  /**
   * The model without what only training needs.
   * @param {import('../../shared/protocol.js').ExportForm} form
   */
  export(form) {
    /** @type {Record<typeof form, () => Uint8Array>} */
    const bytesOf = {
      onnx: () => this.#model.onnx(),
      page: () => this.#trainer?.saveWeights() ?? this.save().bytes,
    };
    return { bytes: bytesOf[form](), step: this.#step };
  }

  /**
   * From now on other workers share the steps, if that is faster.
   * @param {(MessagePort | null)[]} ports to them, by their ranks
   * @param {number} worthwhile how many times as fast as one worker they must be
   */
  startParallel(ports, worthwhile) {
    return this.#sharing.start(this.#requireTrainer(), ports, worthwhile);
  }

  /** The others are gone, or will be. May be called at any time. @param {string} why */
  stopParallel(why) {
    this.#sharing.stop(why);
  }

  /**
   * One slice of whatever there is to do. A promise, where other workers take part in it: then nobody may
   * do anything to the run before it is settled, but stop them.
   * @returns {void | Promise<void>}
   */
  slice() {
    this.#sharing.endLost();
    if (this.#held) return this.#write();
    if (this.#training && !this.#isEnding && !this.#measuring?.isDue) {
      if (this.#sharing.isNext) return this.#sharedSlice();
      this.#trainSlice();
    }
    this.#measureAndWrite();
  }

  #measureAndWrite() {
    this.#measureSlice();
    this.#write();
  }

  #write() {
    // Nobody reads what would only pile up.
    if (this.#progress.isBehind) return;
    const mixes = this.#sampling.statistics === 'written' && this.#mixed?.isReady;
    const wrote = this.#writer.write((mixes && this.#mixed) || this.#model);
    if (wrote) this.#post({ type: 'wrote', runId: this.runId, ...wrote });
  }

  free() {
    this.#sharing.close();
    this.#trainer?.free();
    this.#weights?.free();
    this.#writer.free();
  }

  #requireTrainer() {
    if (this.#trainer) return this.#trainer;
    throw namedError(
      'NoText',
      'These weights have no text yet. Paste the text to train them on, then press Resume.',
    );
  }

  #trainSlice() {
    const trainer = this.#requireTrainer();
    const began = performance.now();
    try {
      this.#trained(trainer, { ...trainer.run(SLICE_MS), ms: performance.now() - began });
    } catch (error) {
      this.#recover(trainer, error);
    }
  }

  async #sharedSlice() {
    const trainer = this.#requireTrainer();
    try {
      this.#trained(trainer, await this.#sharing.train(SLICE_MS));
    } catch (error) {
      if (!(error instanceof Error && error.name === 'WorkerLost')) this.#recover(trainer, error);
    } finally {
      this.#sharing.endLost();
    }
    this.#measureAndWrite();
  }

  /** @param {Trainer} trainer @param {SliceReport & { ms: number }} slice */
  #trained(trainer, { finished, ms, ...slice }) {
    const { charactersSeen, losses } = slice;
    if (this.#sharing.isReady) this.#sharing.note(charactersSeen - this.#clock.charactersSeen, ms);
    const charactersPerSecond = this.#clock.note(charactersSeen);
    this.#history.add(this.#place(slice), losses);
    const { runId, trainedMs } = this;
    this.#progress.report({ type: 'progress', runId, ...slice, trainedMs, charactersPerSecond });
    this.#sampleIfDue(trainer, slice.step);
    this.#isEnding = finished === 'end';
    if (!this.#isEnding && this.#snapshots?.isDue && trainer.isHealthy()) this.#takeSnapshot();
  }

  /** Keeps what the network writes at some steps. @param {Trainer} trainer @param {number} step */
  #sampleIfDue(trainer, step) {
    if (!this.#history.isSampleDue(step)) return;
    const sample = takeSample(this.#core, trainer, step);
    if (sample === null) return;
    this.#history.addSample(sample);
    this.#post({ type: 'sampled', runId: this.runId, sample });
  }

  /** The run has come to an end that its settings set. @param {'end' | 'patience'} why */
  #finish(why) {
    const { runId } = this;
    const { step, charactersSeen, best } = this.#requireTrainer().report();
    this.#isEnding = false;
    this.#post({ type: 'finished', runId, why, step, charactersSeen, best });
    // Other weights than the newest are back.
    if (why === 'patience') this.#takeSnapshot(true);
    this.pause();
  }

  /** @param {{ step: number, charactersSeen: number }} at */
  #place({ step, charactersSeen }) {
    return { step, charactersSeen, seconds: this.trainedMs / 1000 };
  }

  /** @param {boolean} [last] whether no other follows within seconds */
  #takeSnapshot(last = false) {
    const trainer = this.#requireTrainer();
    const snapshots = /** @type {Snapshots} */ (this.#snapshots);
    if (trainer.step > snapshots.step) this.#explosions = 0;
    snapshots.take(trainer, {
      trainedMs: this.trainedMs,
      history: this.#history,
      sampling: this.#sampling,
      toPage: !this.#progress.isBehind,
      last,
    });
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
    this.#sharing.changed();
    trainer.restore(/** @type {Uint8Array} */ (this.#snapshots?.newest));
    this.#explosions += 1;
    let stopped = false;
    try {
      // Three digits are as fine as a rate needs, and fit its field.
      trainer.tune({ learningRate: Number((learningRate / 2).toPrecision(3)) });
    } catch {
      // Half of it is below the smallest rate allowed: nothing is left to try.
      stopped = true;
    }
    if (stopped) this.#training = false;
    const report = trainer.report();
    this.#history.explode(report.step, learningRate, report.config.learningRate);
    this.#clock.standAt(report.charactersSeen);
    this.#measuring?.goBack();
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
    const measuring = this.#measuring;
    if (trainer === null || measuring === null) return;
    // Once the letters are counted, a measurement shows what they are good for.
    if (this.#mixed?.isReady === false && this.#mixed.advance()) trainer.beginEvaluation();
    const isTraining = this.#training && !this.#isEnding;
    const heldOut = measuring.turn(isTraining);
    if (heldOut !== null) {
      if (this.#mixed?.isReady) heldOut.together = this.#mixed.measure(trainer.heldOutSurprise());
      this.#history.addHeldOut(heldOut);
      const worseThanBlind = trainer.isWorseThanBlind;
      this.#post({ type: 'heldOut', runId: this.runId, heldOut, worseThanBlind });
      // Of patience it is the measurement that decides.
      if (trainer.finished === 'patience') return this.#finish('patience');
      // Measured after a pause: what is saved should say so.
      if (!this.#training && heldOut.step === this.#snapshots?.step) this.#takeSnapshot(true);
    }
    if (this.#isEnding && measuring.isDone) this.#finish('end');
  }
}
