/**
 * The leader of parallel training: workers that compute a step together. All hold the same weights and take
 * the same steps, so weights are sent only when something else than a step has changed them. When a
 * worker is lost, the leader has everything and trains on alone.
 */
import { LIVE } from '../../../../pkg/settings.js';
import { ANSWER_MS, afterAwake } from '../../shared/wait-limit.js';
import { Stopwatch } from '../training/stopwatch.js';
import { AllGather } from './all-gather.js';
import { LEADER } from './worker.js';

/**
 * @typedef {import('../../../../pkg/babble.js').Trainer} Trainer
 * @typedef {import('./worker.js').ToWorker} ToWorker
 * @typedef {import('./worker.js').ToLeader} ToLeader
 */

/** A worker that is silent for so long is lost, */
const PATIENCE_MS = ANSWER_MS;
/** or for so many times as long as the longest that was waited for a step. */
const PATIENCE_FACTOR = 20;
/** A worker that joins reads the whole text first. */
const JOIN_MS = 60_000;

/** What `finishStep` writes. */
const REPORT_LENGTH = 7;

export class WorkerLost extends Error {
  name = 'WorkerLost';
}

export class Leader {
  #trainer;
  /** To all others that there are, by their ranks. */
  #ports;
  /** Those that share the steps; the team may be smaller than all. @type {MessagePort[]} */
  #others;
  #gather;
  #round = 0;
  /** The step that all workers stand at; null when something else than a step has changed the run. @type {number | null} */
  #commonStep = null;
  /** How many have not joined yet. */
  #awaited;
  #stopWaiting;
  /** @type {{ left: number, resolve: () => void, reject: (error: Error) => void } | null} */
  #syncing = null;
  /** Why steps are shared no more. @type {string | null} */
  #lost = null;
  #stepMs = Number.POSITIVE_INFINITY;
  #stepTime = new Stopwatch();
  #report = new Float64Array(REPORT_LENGTH);

  /**
   * @param {Trainer} trainer the leader's
   * @param {(MessagePort | null)[]} ports to the other workers, by their ranks
   */
  constructor(trainer, ports) {
    this.#trainer = trainer;
    this.#ports = ports;
    this.#others = ports.flatMap((port) => port ?? []);
    this.#awaited = this.#others.length;
    this.#gather = new AllGather(trainer, LEADER, ports);
    for (const port of this.#others) {
      port.onmessage = ({ data }) => this.#receive(port, data);
      port.onmessageerror = () => this.lose('A message could not be read.');
    }
    const { fused } = trainer.report().config;
    this.#send({ type: 'join', weights: trainer.save(), fused });
    this.#stopWaiting = afterAwake(JOIN_MS, () => this.lose('It did not get ready.'));
  }

  get workers() {
    return this.#others.length + 1;
  }

  get isReady() {
    return this.#lost === null && this.#awaited === 0;
  }

  get lost() {
    return this.#lost;
  }

  /** From now on so many workers share the steps, with the leader; the others wait. @param {number} workers */
  resize(workers) {
    if (workers === this.workers || this.#lost !== null) return;
    const ports = this.#ports.slice(0, workers);
    this.#others = ports.flatMap((port) => port ?? []);
    this.#gather = new AllGather(this.#trainer, LEADER, ports);
    this.#commonStep = null;
  }

  /** Lets those go for good that share no steps. */
  dismiss() {
    for (const port of this.#ports.splice(this.workers)) port?.postMessage({ type: 'leave' });
  }

  /** Something else than a shared step is about to change the run. */
  changed() {
    this.#commonStep = null;
  }

  /** No more shared steps; one that is under way is given up. @param {string} why */
  lose(why) {
    this.#lost ??= why;
    this.#stopWaiting();
    const error = new WorkerLost(why);
    this.#gather.break(error);
    this.#syncing?.reject(error);
  }

  close() {
    this.lose('It was closed.');
    for (const port of this.#ports) port?.close();
  }

  /**
   * Trains for about so long, at least one step, as `Trainer.run` does, whose report this is. Throws
   * what that throws; or {@link WorkerLost}, and the run then stands at the last step that was complete.
   * @param {number} budgetMs
   */
  async train(budgetMs) {
    if (this.#lost !== null) throw new WorkerLost(this.#lost);
    if (this.#commonStep !== this.#trainer.step) await this.#sync();
    this.#commonStep = null;
    const steps = Math.max(1, Math.floor(budgetMs / this.#stepMs));
    this.#round += 1;
    this.#gather.begin(this.#round);
    this.#send({ type: 'steps', round: this.#round, steps });
    this.#trainer.measureNextUpdate();
    const began = performance.now();
    /** @type {number[]} */
    const losses = [];
    let updateRatio = null;
    let complete = false;
    try {
      const trainer = this.#trainer;
      const wasDue = trainer.isMeasurementDue;
      while (
        losses.length < steps &&
        trainer.finished === null &&
        (wasDue || !trainer.isMeasurementDue)
      ) {
        await this.#watched(this.#gather.step());
        this.#trainer.finishStep(this.#report);
        losses.push(this.#report[1] ?? Number.NaN);
        if (losses.length === 1) updateRatio = this.#report[6] ?? null;
      }
      complete = losses.length === steps;
    } finally {
      if (!complete) this.#send({ type: 'stop' });
    }
    const ms = performance.now() - began;
    this.#stepMs = this.#stepTime.worked(ms / losses.length);
    const [step = 0, , epoch = 0, charactersSeen = 0, gradientNorm = 0, learningRate = 0] =
      this.#report;
    if (complete) this.#commonStep = step;
    const { finished } = this.#trainer;
    return {
      ...{ step, losses: new Float32Array(losses), epoch, charactersSeen, gradientNorm },
      ...{ learningRate, updateRatio, finished, ms },
    };
  }

  /** All come to where the leader is. */
  async #sync() {
    const weights = this.#trainer.save();
    const { config } = this.#trainer.report();
    const tuning = Object.fromEntries(LIVE.map((key) => [key, config[key]]));
    const answers = new Promise((resolve, reject) => {
      this.#syncing = { left: this.#others.length, resolve: () => resolve(null), reject };
    });
    this.#send({ type: 'sync', weights, tuning, workers: this.workers });
    await this.#watched(answers);
    this.#syncing = null;
  }

  /**
   * @template T
   * @param {Promise<T>} promise of something that another worker might never do
   */
  async #watched(promise) {
    const usual = Number.isFinite(this.#stepMs) ? this.#stepMs * PATIENCE_FACTOR : 0;
    const cancel = afterAwake(PATIENCE_MS + usual, () => this.lose('It did not answer.'));
    try {
      return await promise;
    } finally {
      cancel();
    }
  }

  /** @param {MessagePort} port @param {ToLeader} message */
  #receive(port, message) {
    switch (message.type) {
      case 'part':
        return this.#gather.receive(port, message);
      case 'joined':
        this.#awaited -= 1;
        if (this.isReady) this.#stopWaiting();
        return;
      case 'synced':
        if (this.#syncing !== null && --this.#syncing.left === 0) this.#syncing.resolve();
        return;
      case 'lost':
        return this.lose(message.message);
    }
  }

  /** @param {ToWorker} message */
  #send(message) {
    for (const port of this.#others) port.postMessage(message);
  }
}
