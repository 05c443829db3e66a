/**
 * When the held-out loss of a run is measured. While the run trains, measurements take turns with it; before
 * one that counts for patience it waits, so that no clock decides which weights are the best. At rest the
 * present weights are measured, whole and at once.
 */

import { Stopwatch } from './stopwatch.js';

/** @typedef {import('../../../../pkg/babble.js').Trainer} Trainer */

/** A fresh run is measured first at about these steps, while most of the held-out part is still left out. */
const FIRST_STEPS = [2, 10, 25, 50, 100, 200];
/** What a turn takes of the time while the run trains: large networks read 100,000 characters in some five seconds. */
const TURN_MS = 16;
/** What it takes while the run waits or rests. */
const WHOLE_TURN_MS = 25;
/** A new measurement begins this long after the last one began, */
const PAUSE_MS = 2000;
/** or this many times as long as the last one took, so that it never costs more than a tenth. */
const PAUSE_FACTOR = 10;

export class Measuring {
  #trainer;
  /** When the last measurement began. */
  #began = performance.now();
  /** What it took. */
  #tookMs = 0;
  #turns = new Stopwatch();
  /** The step that it began at. */
  #step;

  /** @param {Trainer} trainer */
  constructor(trainer) {
    this.#trainer = trainer;
    this.#step = trainer.step;
  }

  /** Whether training has to wait until a measurement is complete. */
  get isDue() {
    return this.#trainer.isMeasurementDue;
  }

  /** Whether the newest whole measurement is of the present weights, and no other is under way. */
  get isDone() {
    return this.#trainer.isMeasured && !this.#trainer.isEvaluating;
  }

  /** The run went back to an earlier step. */
  goBack() {
    this.#step = this.#trainer.step;
  }

  /**
   * A turn. What was measured, when that is complete.
   * @param {boolean} isTraining whether a slice of training follows
   * @returns {import('../../shared/protocol.js').HeldOut | null}
   */
  turn(isTraining) {
    const trainer = this.#trainer;
    if (isTraining && !this.isDue) {
      if (!trainer.isEvaluating) {
        if (!this.#isTime()) return null;
        this.#begin();
        trainer.beginEstimate();
      }
      return this.#goOn(TURN_MS);
    }
    if (this.isDone && !this.isDue) return null;
    if (!trainer.isEvaluating) this.#begin();
    trainer.beginEvaluation();
    return this.#goOn(WHOLE_TURN_MS);
  }

  #isTime() {
    const { step } = this.#trainer;
    if (step === this.#step) return false;
    const first = FIRST_STEPS.find((at) => at > this.#step);
    if (first !== undefined && step >= first) return true;
    const pause = Math.max(PAUSE_MS, this.#tookMs * PAUSE_FACTOR);
    return performance.now() - this.#began >= pause;
  }

  #begin() {
    this.#began = performance.now();
    this.#tookMs = 0;
    this.#step = this.#trainer.step;
  }

  /** @param {number} budgetMs */
  #goOn(budgetMs) {
    const began = performance.now();
    const heldOut = this.#trainer.evaluate(budgetMs);
    this.#tookMs += this.#turns.worked(performance.now() - began);
    return heldOut;
  }
}
