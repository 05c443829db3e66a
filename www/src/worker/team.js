// @ts-check
/**
 * The leader's side of a team: workers that compute a step together. All hold the same weights and take
 * the same steps, so weights are sent only when something else than a step has changed them, and when a
 * worker is lost the leader has everything and trains on alone.
 */
import { Exchange } from './exchange.js';
import { LEADER } from './member.js';

/**
 * @typedef {import('../../../pkg/babble.js').Trainer} Trainer
 * @typedef {import('./member.js').ToMember} ToMember
 * @typedef {import('./member.js').ToLeader} ToLeader
 */

/** A worker that is silent for so long is lost, */
const PATIENCE_MS = 10_000;
/** or for so many times as long as the longest that was waited for a step. */
const PATIENCE_FACTOR = 20;

/** What `finishStep` writes. */
const REPORT_LENGTH = 7;

export class TeamLost extends Error {}

export class Team {
  #trainer;
  /** @type {MessagePort[]} */
  #helpers;
  #exchange;
  #round = 0;
  /** The step that all of them stand at, as far as that is known. @type {number | null} */
  #together = null;
  #joined = 0;
  /** @type {{ left: number, resolve: () => void, reject: (error: Error) => void } | null} */
  #syncing = null;
  /** Why it is one no more. @type {string | null} */
  #lost = null;
  #stepMs = Number.POSITIVE_INFINITY;
  #report = new Float64Array(REPORT_LENGTH);

  /**
   * @param {Trainer} trainer the leader's
   * @param {(MessagePort | null)[]} ports to the helpers, by their places
   */
  constructor(trainer, ports) {
    this.#trainer = trainer;
    this.#helpers = ports.flatMap((port) => port ?? []);
    this.#exchange = new Exchange(trainer, LEADER, ports);
    for (const port of this.#helpers) {
      port.onmessage = ({ data }) => this.#hear(port, data);
      port.onmessageerror = () => this.lose('A message could not be read.');
    }
    this.#tell({ type: 'join', weights: trainer.save() });
  }

  get workers() {
    return this.#helpers.length + 1;
  }

  get isReady() {
    return this.#lost === null && this.#joined === this.#helpers.length;
  }

  get lost() {
    return this.#lost;
  }

  /** Something else than a step of the team is about to change the run. */
  fallOutOfStep() {
    this.#together = null;
  }

  /** No step of the team any more; one that is under way is given up. @param {string} why */
  lose(why) {
    this.#lost ??= why;
    const error = new TeamLost(why);
    this.#exchange.break(error);
    this.#syncing?.reject(error);
  }

  close() {
    this.lose('It was closed.');
    for (const port of this.#helpers) port.close();
  }

  /**
   * Trains for about so long, at least one step, as `Trainer.run` does, whose report this is. Throws
   * what that throws; or {@link TeamLost}, and the run then stands at the last step that was complete.
   * @param {number} budgetMs
   */
  async train(budgetMs) {
    if (this.#lost !== null) throw new TeamLost(this.#lost);
    if (this.#together !== this.#trainer.step) await this.#sync();
    this.#together = null;
    const steps = Math.max(1, Math.floor(budgetMs / this.#stepMs));
    this.#round += 1;
    this.#exchange.begin(this.#round);
    this.#tell({ type: 'go', round: this.#round, steps });
    this.#trainer.measureNextUpdate();
    const began = performance.now();
    /** @type {number[]} */
    const losses = [];
    let updateRatio = null;
    let complete = false;
    try {
      while (losses.length < steps && this.#trainer.finished === null) {
        await this.#watched(this.#exchange.step());
        this.#trainer.finishStep(this.#report);
        losses.push(this.#report[1] ?? Number.NaN);
        if (losses.length === 1) updateRatio = this.#report[6] ?? null;
      }
      complete = losses.length === steps;
    } finally {
      if (!complete) this.#tell({ type: 'stop' });
    }
    const ms = performance.now() - began;
    this.#stepMs = ms / losses.length;
    const [step = 0, , epoch = 0, charactersSeen = 0, gradientNorm = 0, learningRate = 0] =
      this.#report;
    if (complete) this.#together = step;
    const { finished } = this.#trainer;
    return {
      ...{ step, losses: new Float32Array(losses), epoch, charactersSeen, gradientNorm },
      ...{ learningRate, updateRatio, finished, ms },
    };
  }

  /** All come to where the leader is. */
  async #sync() {
    const weights = this.#trainer.save();
    const { learningRate, clipNorm, clipValue, dropout, sequenceLength } =
      this.#trainer.report().config;
    const tuning = { learningRate, clipNorm, clipValue, dropout, sequenceLength };
    const answers = new Promise((resolve, reject) => {
      this.#syncing = { left: this.#helpers.length, resolve: () => resolve(null), reject };
    });
    this.#tell({ type: 'sync', weights, tuning });
    await this.#watched(answers);
    this.#syncing = null;
  }

  /**
   * @template T
   * @param {Promise<T>} promise of something that a helper might never do
   */
  async #watched(promise) {
    const usual = Number.isFinite(this.#stepMs) ? this.#stepMs * PATIENCE_FACTOR : 0;
    const timer = setTimeout(() => this.lose('It did not answer.'), PATIENCE_MS + usual);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {MessagePort} port @param {ToLeader} message */
  #hear(port, message) {
    switch (message.type) {
      case 'part':
        return this.#exchange.receive(port, message);
      case 'joined':
        this.#joined += 1;
        return;
      case 'synced':
        if (this.#syncing !== null && --this.#syncing.left === 0) this.#syncing.resolve();
        return;
      case 'lost':
        return this.lose(message.message);
    }
  }

  /** @param {ToMember} message */
  #tell(message) {
    for (const port of this.#helpers) port.postMessage(message);
  }
}

/** Each way is tried for about so long at a time, in turns. */
const TURN_MS = 250;
const TURNS = ['alone', 'together', 'alone', 'together'];
/** A team that is not faster by this much is not worth its heat. */
export const WORTHWHILE = 1.1;

/** Finds out whether a team is faster than one worker, on steps that count like all others. */
export class Trial {
  #turn = 0;
  #characters = 0;
  #ms = 0;
  /** The best turn of each way, in characters a millisecond. @type {Record<string, number>} */
  #best = {};

  get isTogether() {
    return this.isOver || TURNS[this.#turn] === 'together';
  }

  get isOver() {
    return this.#turn === TURNS.length;
  }

  get speedUp() {
    const { alone = 0, together = 0 } = this.#best;
    return together / alone;
  }

  /** @param {number} characters @param {number} ms */
  note(characters, ms) {
    if (this.isOver) return;
    this.#characters += characters;
    this.#ms += ms;
    if (this.#ms < TURN_MS) return;
    const way = TURNS[this.#turn] ?? '';
    this.#best[way] = Math.max(this.#best[way] ?? 0, this.#characters / this.#ms);
    this.#turn += 1;
    this.#characters = 0;
    this.#ms = 0;
  }
}
