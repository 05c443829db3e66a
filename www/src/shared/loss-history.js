/**
 * The curve of one run: its training losses, its held-out losses and the marks of what was changed
 * on the way, each with its place: step, characters seen and seconds of training. Everything is of a
 * fixed size. When a table is full, neighbours merge into their mean and each point then stands for
 * twice as many steps, so that the whole run is there evenly however long it goes on.
 *
 * Pure, so that the worker can keep one as well as the page; `toPlain` is all of it in typed arrays,
 * which a message or a database can hold: as `curve`, the name in messages and saved runs. What is drawn of it is columns.js's matter.
 */

import { LIVE } from '../../../pkg/settings.js';

export const TRAINING_POINTS = 4096;
export const HELD_OUT_POINTS = 1024;
export const MARKS = 128;

/** Changes of one setting within so many seconds are one change: a slider is moved through many values. */
const ONE_CHANGE_S = 2;

const COLUMNS = /** @type {const} */ (['step', 'charactersSeen', 'seconds', 'loss']);

/**
 * `estimate`: over how many predictions a held-out loss was estimated, 0 of one over all. `together`: the loss with
 * letter statistics, 0 where that was not measured.
 */
const HELD_OUT_COLUMNS = /** @type {const} */ ([...COLUMNS, 'estimate', 'together']);

/**
 * Where a run is. `seconds` are those that it has trained, without its pauses.
 * @typedef {{ step: number, charactersSeen: number, seconds: number }} Place
 *
 * @typedef {Place & { loss: number }} Point loss in nats per character
 *
 * What a person turned while the run went on, and from where it did so to what. An `explosion`
 * turned the learning rate by itself.
 * @typedef {keyof import('./protocol.js').Tuning | 'runCharacters' | 'temperature' | 'explosion'} MarkedSetting
 * @typedef {Place & { setting: MarkedSetting, from: number, to: number }} Mark
 *
 * @typedef {Record<typeof COLUMNS[number], Float64Array>} Table columns of equal length
 * @typedef {Record<typeof HELD_OUT_COLUMNS[number], Float64Array>} HeldOutTable
 *
 * What the network wrote at a step, always from the same beginning with the same random numbers.
 * @typedef {{ step: number, text: string }} Sample
 *
 * @typedef {object} PlainLossHistory
 * @property {Table} training
 * @property {Table & Partial<HeldOutTable>} heldOut one that was saved before there were estimates has none
 * @property {Mark[]} marks
 * @property {number} stride how many steps a training point stands for
 * @property {Point & { count: number }} gathered sums over the steps of the point to come
 * @property {Place} place
 * @property {Sample[]} [samples] one that was saved before there were any has none
 */

/** So many of the last points are what the loss is lately. */
const LATELY = 20;

/** From one sample to the next the step grows by this factor: about 40 samples in 10,000 steps. */
const SAMPLE_GROWTH = 1.26;

/**
 * A table of points that grows up to its capacity.
 * @template {typeof HELD_OUT_COLUMNS[number]} Name
 */
class Rows {
  length = 0;

  /** @param {number} capacity @param {readonly Name[]} names of its columns */
  constructor(capacity, names) {
    this.capacity = capacity;
    this.names = names;
    this.columns = this.#each(() => new Float64Array(capacity));
  }

  get isFull() {
    return this.length === this.capacity;
  }

  /** @param {Record<Name, number>} point @param {number} [count] how many points `point` is the sum of */
  push(point, count = 1) {
    for (const name of this.names) this.columns[name][this.length] = point[name] / count;
    this.length += 1;
  }

  /** Merges neighbours into their mean; the last of an odd number stays as it is. */
  halve() {
    const half = Math.floor(this.length / 2);
    for (const name of this.names) {
      const column = this.columns[name];
      for (let i = 0; i < half; i++) {
        const [one, other] = [column[2 * i], column[2 * i + 1]];
        // What an estimate went into is one. A loss that one of them lacks is the other's.
        const either = name === 'estimate' || (name === 'together' && one * other === 0);
        column[i] = either ? Math.max(one, other) : (one + other) / 2;
      }
      if (this.length % 2 === 1) column[half] = column[this.length - 1];
    }
    this.length = Math.ceil(this.length / 2);
  }

  /** @param {number} step */
  keepUpTo(step) {
    const { step: steps } = /** @type {{ step: Float64Array }} */ (this.columns);
    while (this.length > 0 && steps[this.length - 1] > step) this.length -= 1;
  }

  /** The columns as far as they are filled, not copied. */
  view() {
    return this.#each((name) => this.columns[name].subarray(0, this.length));
  }

  copy() {
    return this.#each((name) => this.columns[name].slice(0, this.length));
  }

  /** The columns that are missing are all 0. @param {Partial<Record<Name, Float64Array>> & { step: Float64Array }} table */
  fill(table) {
    for (const name of this.names) {
      const column = /** @type {Partial<Record<Name, Float64Array>>} */ (table)[name];
      if (column) this.columns[name].set(column);
    }
    this.length = table.step.length;
  }

  /** @param {(name: Name) => Float64Array} make */
  #each(make) {
    return /** @type {Record<Name, Float64Array>} */ (
      Object.fromEntries(this.names.map((name) => [name, make(name)]))
    );
  }
}

const NOTHING = { count: 0, step: 0, charactersSeen: 0, seconds: 0, loss: 0 };

export class LossHistory {
  #training;
  #heldOut;
  /** @type {Mark[]} */
  #marks = [];
  /** @type {Sample[]} */
  #samples = [];
  #stride = 1;
  #gathered = { ...NOTHING };
  /** @type {Place} */
  #place = { step: 0, charactersSeen: 0, seconds: 0 };
  /** Changes whenever the curve does. */
  version = 0;

  constructor(trainingPoints = TRAINING_POINTS, heldOutPoints = HELD_OUT_POINTS) {
    this.#training = new Rows(trainingPoints, COLUMNS);
    this.#heldOut = new Rows(heldOutPoints, HELD_OUT_COLUMNS);
  }

  /** Where the run is: the place of the newest step. @returns {Readonly<Place>} */
  get place() {
    return this.#place;
  }

  get isEmpty() {
    return this.#training.length + this.#gathered.count + this.#heldOut.length === 0;
  }

  /** The points so far, not copied; without the one that is still being gathered. */
  get training() {
    return this.#training.view();
  }

  /** The mean of the last losses, null where there is none. */
  get lately() {
    const last = this.#training.view().loss.slice(-LATELY);
    return last.length === 0 ? null : last.reduce((sum, loss) => sum + loss, 0) / last.length;
  }

  /** How many steps each of them stands for. */
  get stride() {
    return this.#stride;
  }

  /** The point that is still being gathered. @returns {Point | null} */
  get newest() {
    const { count, step, charactersSeen, seconds, loss } = this.#gathered;
    if (count === 0) return null;
    return {
      step: step / count,
      charactersSeen: charactersSeen / count,
      seconds: seconds / count,
      loss: loss / count,
    };
  }

  get heldOut() {
    return this.#heldOut.view();
  }

  /** @returns {readonly Mark[]} */
  get marks() {
    return this.#marks;
  }

  /** The run begins, or goes on, from here. @param {Place} place */
  beginAt({ step, charactersSeen, seconds }) {
    this.#place = { step, charactersSeen, seconds };
  }

  /**
   * The losses of the steps up to and including `to.step`, evenly spread between the place before
   * and this one.
   * @param {Place} to @param {ArrayLike<number>} losses
   */
  add(to, losses) {
    this.version += 1;
    const { length } = losses;
    // The run went on from weights of an earlier step.
    if (to.step - length < this.#place.step) this.dropAfter(to.step - length);
    const from = this.#place;
    for (let i = 0; i < length; i++) {
      const part = (i + 1) / length;
      this.#addOne({
        step: to.step - length + 1 + i,
        charactersSeen: from.charactersSeen + (to.charactersSeen - from.charactersSeen) * part,
        seconds: from.seconds + (to.seconds - from.seconds) * part,
        loss: losses[i],
      });
    }
    this.beginAt(to);
  }

  /** @param {Point} point */
  #addOne(point) {
    if (!Number.isFinite(point.loss)) return;
    const gathered = this.#gathered;
    for (const name of COLUMNS) gathered[name] += point[name];
    gathered.count += 1;
    if (gathered.count < this.#stride) return;
    if (this.#training.isFull) {
      this.#training.halve();
      this.#stride *= 2;
      // The point gathered so far is now half of one.
      return;
    }
    this.#training.push(gathered, gathered.count);
    this.#gathered = { ...NOTHING };
  }

  /**
   * A loss measured at a step that the run is past or at.
   * @param {import('./protocol.js').HeldOut} heldOut
   */
  addHeldOut({ step, loss, estimate = 0, together }) {
    if (!Number.isFinite(loss)) return;
    this.version += 1;
    this.#heldOut.keepUpTo(step - 1);
    if (this.#heldOut.isFull) this.#heldOut.halve();
    this.#heldOut.push({ ...this.placeOf(step), loss, estimate, together: together?.loss ?? 0 });
  }

  /** Where a step was taken, between the points that are known. @param {number} step @returns {Place} */
  placeOf(step) {
    const { columns, length } = this.#training;
    let after = length;
    while (after > 0 && columns.step[after - 1] >= step) after -= 1;
    const later = after < length ? place(columns, after) : this.#place;
    if (after === 0) return { ...later, step };
    const earlier = place(columns, after - 1);
    const part = Math.min(1, (step - earlier.step) / Math.max(later.step - earlier.step, 1));
    /** @param {'charactersSeen' | 'seconds'} name */
    const between = (name) => earlier[name] + (later[name] - earlier[name]) * part;
    return { step, charactersSeen: between('charactersSeen'), seconds: between('seconds') };
  }

  /** A setting was turned, just now. @param {MarkedSetting} setting @param {number} from @param {number} to */
  mark(setting, from, to) {
    if (from === to) return;
    this.version += 1;
    const last = this.#marks.filter((mark) => mark.setting === setting).at(-1);
    const goesOn =
      setting !== 'explosion' &&
      last !== undefined &&
      this.#place.seconds - last.seconds <= ONE_CHANGE_S;
    const mark = { ...this.#place, setting, from: goesOn ? last.from : from, to };
    if (goesOn) this.#marks = this.#marks.filter((other) => other !== last);
    // Turned back at once: nothing was changed.
    if (mark.from === mark.to) return;
    this.#marks = [...this.#marks, mark];
    if (this.#marks.length > MARKS) this.#marks = withoutNearest(this.#marks);
  }

  /** The newest last. @returns {readonly Sample[]} */
  get samples() {
    return this.#samples;
  }

  /** Whether it is time for another sample: they are about as far apart as they are from the beginning. @param {number} step */
  isSampleDue(step) {
    const last = this.#samples.at(-1);
    return last === undefined || step > last.step * SAMPLE_GROWTH;
  }

  /** @param {Sample} sample */
  addSample(sample) {
    this.#samples = [...this.#samples.filter(({ step }) => step < sample.step), sample];
  }

  /** Forgets what came after `step`: the run went back there. @param {number} step */
  dropAfter(step) {
    this.version += 1;
    this.#training.keepUpTo(step);
    this.#heldOut.keepUpTo(step);
    this.#gathered = { ...NOTHING };
    this.#marks = this.#marks.filter((mark) => mark.step <= step);
    this.#samples = this.#samples.filter((sample) => sample.step <= step);
    this.#place = this.placeOf(step);
  }

  /**
   * The loss exploded: the run is back at an earlier step, with another learning rate. The time is
   * spent all the same, and what else was turned since stays as it was turned.
   * @param {number} step @param {number} from @param {number} to the learning rate
   */
  explode(step, from, to) {
    const { seconds } = this.#place;
    const marks = this.#marks;
    this.dropAfter(step);
    const place = this.#place;
    this.#marks = marks.map((mark) => (mark.step <= step ? mark : { ...mark, ...place }));
    this.#place = { ...place, seconds };
    this.mark('explosion', from, to);
  }

  /** @returns {PlainLossHistory} */
  toPlain() {
    return {
      training: this.#training.copy(),
      heldOut: this.#heldOut.copy(),
      marks: [...this.#marks],
      stride: this.#stride,
      gathered: { ...this.#gathered },
      place: { ...this.#place },
      samples: [...this.#samples],
    };
  }

  /** @param {PlainLossHistory} plain */
  static fromPlain(plain, trainingPoints = TRAINING_POINTS, heldOutPoints = HELD_OUT_POINTS) {
    const { training, heldOut, marks, stride, gathered, place, samples = [] } = plain;
    const curve = new LossHistory(
      Math.max(trainingPoints, training.step.length),
      Math.max(heldOutPoints, heldOut.step.length),
    );
    curve.#training.fill(training);
    curve.#heldOut.fill(heldOut);
    curve.#marks = [...marks];
    curve.#stride = stride;
    curve.#gathered = { ...gathered };
    curve.#place = { ...place };
    curve.#samples = [...samples];
    return curve;
  }
}

/** @param {Table} columns @param {number} row @returns {Place} */
const place = ({ step, charactersSeen, seconds }, row) => ({
  step: step[row],
  charactersSeen: charactersSeen[row],
  seconds: seconds[row],
});

/**
 * One mark fewer: the two nearest of one setting become one change, from the first's value to the
 * second's. @param {Mark[]} marks
 */
function withoutNearest(marks) {
  let [first, second, least] = [0, 1, Number.POSITIVE_INFINITY];
  marks.forEach((mark, i) => {
    const j = marks.findIndex((other, at) => at > i && other.setting === mark.setting);
    if (j === -1 || marks[j].step - mark.step >= least) return;
    [first, second, least] = [i, j, marks[j].step - mark.step];
  });
  const merged = { ...marks[second], from: marks[first].from };
  return marks.flatMap((mark, i) => {
    if (i === first) return [];
    return i === second ? [merged] : [mark];
  });
}

/** What of a Config changes while a run goes on; its length, when a new schedule begins. */
const TUNED = /** @type {const} */ ([...LIVE, 'runCharacters']);

/**
 * Marks what a person turned, on the page's curve and on the worker's.
 * @param {LossHistory} curve
 * @param {import('./protocol.js').Config} before @param {import('./protocol.js').Config} after
 */
export function markTuned(curve, before, after) {
  for (const setting of TUNED) {
    curve.mark(setting, before[setting], after[setting]);
  }
}
