// @ts-check
/**
 * The curve of one run: training losses and held-out losses by step, in typed arrays of a fixed
 * size. When they are full, neighbours merge into their mean and each point then stands for twice
 * as many steps, so that the whole run is drawn evenly however long it goes on.
 */

import { smooth } from './state/progress.js';

/** Together below 10,000, which is the most that the chart is given to draw. */
export const TRAINING_POINTS = 8192;
export const HELD_OUT_POINTS = 1024;

/**
 * Merges neighbours of a column into their mean. @param {Float64Array} column
 * @param {number} length even
 */
function halve(column, length) {
  for (let i = 0; i < length / 2; i++) column[i] = (column[2 * i] + column[2 * i + 1]) / 2;
}

/** How many of a rising column's first `length` values are at most `bound`.
 * @param {Float64Array} column @param {number} length @param {number} bound */
function countUpTo(column, length, bound) {
  let count = length;
  while (count > 0 && column[count - 1] > bound) count--;
  return count;
}

/**
 * What the chart draws: one row a step, `null` where a line has no point of its own.
 * @typedef {object} Columns
 * @property {Float64Array} steps
 * @property {(number | null)[]} raw
 * @property {(number | null)[]} smoothed
 * @property {(number | null)[]} heldOut
 */

export class Curve {
  #steps;
  #raw;
  #smoothed;
  #length = 0;
  /** How many steps a point stands for. */
  #stride = 1;
  /** The point that is being gathered: the sums of its steps so far. */
  #gathered = { count: 0, step: 0, raw: 0, smoothed: 0 };
  /** @type {number | null} */
  #average = null;
  /** How many steps the average holds. */
  #averaged = 0;
  #heldOutSteps;
  #heldOutLosses;
  #heldOutLength = 0;
  /** Changes whenever the curve does. */
  version = 0;

  constructor(trainingPoints = TRAINING_POINTS, heldOutPoints = HELD_OUT_POINTS) {
    this.#steps = new Float64Array(trainingPoints);
    this.#raw = new Float64Array(trainingPoints);
    this.#smoothed = new Float64Array(trainingPoints);
    this.#heldOutSteps = new Float64Array(heldOutPoints);
    this.#heldOutLosses = new Float64Array(heldOutPoints);
  }

  /**
   * The losses of the steps up to and including `step`.
   * @param {number} step @param {ArrayLike<number>} losses
   */
  add(step, losses) {
    this.version += 1;
    for (let i = 0; i < losses.length; i++) this.#addOne(step - losses.length + 1 + i, losses[i]);
  }

  /** @param {number} step @param {number} loss */
  #addOne(step, loss) {
    if (!Number.isFinite(loss)) return;
    this.#average = smooth(this.#average, loss, this.#averaged);
    this.#averaged += 1;
    const gathered = this.#gathered;
    gathered.count += 1;
    gathered.step += step;
    gathered.raw += loss;
    gathered.smoothed += this.#average;
    if (gathered.count < this.#stride) return;
    if (this.#length === this.#steps.length) {
      this.#thin();
      // The point gathered so far is now half of one.
      return;
    }
    this.#settle();
  }

  /** The gathered point takes its place among the others. */
  #settle() {
    const { count, step, raw, smoothed } = this.#gathered;
    this.#steps[this.#length] = step / count;
    this.#raw[this.#length] = raw / count;
    this.#smoothed[this.#length] = smoothed / count;
    this.#length += 1;
    this.#gathered = { count: 0, step: 0, raw: 0, smoothed: 0 };
  }

  #thin() {
    for (const column of [this.#steps, this.#raw, this.#smoothed]) halve(column, this.#length);
    this.#length /= 2;
    this.#stride *= 2;
  }

  /** @param {import('./protocol.js').HeldOut} heldOut */
  addHeldOut({ step, loss }) {
    if (!Number.isFinite(loss)) return;
    this.version += 1;
    this.#heldOutLength = countUpTo(this.#heldOutSteps, this.#heldOutLength, step - 1);
    if (this.#heldOutLength === this.#heldOutSteps.length) {
      halve(this.#heldOutSteps, this.#heldOutLength);
      halve(this.#heldOutLosses, this.#heldOutLength);
      this.#heldOutLength /= 2;
    }
    this.#heldOutSteps[this.#heldOutLength] = step;
    this.#heldOutLosses[this.#heldOutLength] = loss;
    this.#heldOutLength += 1;
  }

  /** Forgets what came after `step`: the run went back there. @param {number} step */
  dropAfter(step) {
    this.version += 1;
    this.#length = countUpTo(this.#steps, this.#length, step);
    this.#gathered = { count: 0, step: 0, raw: 0, smoothed: 0 };
    this.#average = this.#length === 0 ? null : this.#smoothed[this.#length - 1];
    if (this.#length === 0) this.#averaged = 0;
    this.#heldOutLength = countUpTo(this.#heldOutSteps, this.#heldOutLength, step);
  }

  /** How many points the chart will get. */
  get points() {
    return this.#length + (this.#gathered.count > 0 ? 1 : 0) + this.#heldOutLength;
  }

  /** Both lines over one axis, with the point that is still being gathered. @returns {Columns} */
  columns() {
    const { count, step, raw, smoothed } = this.#gathered;
    const total = this.points;
    /** @type {Columns} */
    const columns = {
      steps: new Float64Array(total),
      raw: new Array(total).fill(null),
      smoothed: new Array(total).fill(null),
      heldOut: new Array(total).fill(null),
    };
    const training = total - this.#heldOutLength;
    for (let row = 0, i = 0, j = 0; row < total; row++) {
      const last = i === this.#length;
      const trainingStep = last ? step / count : this.#steps[i];
      if (i < training && !(j < this.#heldOutLength && this.#heldOutSteps[j] < trainingStep)) {
        columns.steps[row] = trainingStep;
        columns.raw[row] = last ? raw / count : this.#raw[i];
        columns.smoothed[row] = last ? smoothed / count : this.#smoothed[i];
        i += 1;
      } else {
        columns.steps[row] = this.#heldOutSteps[j];
        columns.heldOut[row] = this.#heldOutLosses[j];
        j += 1;
      }
    }
    return columns;
  }
}
