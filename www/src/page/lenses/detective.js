/**
 * Finds the unit that follows something in a text. It is chosen on the first half of the text and scored on the
 * second, so that what is said of it holds where it was not looked for. Pure.
 */

import { featuresOf } from './features.js';

/**
 * What a unit says of a feature: `r`, Pearson's correlation, or `auc`, how often it is higher where the feature is
 * on than where it is off. Both without sign: a unit may follow by falling.
 * @typedef {object} Finding
 * @property {string} name of the feature
 * @property {number | null} unit that follows it best; null where none does
 * @property {'r' | 'auc'} measure
 * @property {number} score on the second half
 * @property {number} chance what the best unit reaches by chance, on the same half
 * @property {string} why there is none: the feature is too rare here, or no unit is better than chance
 */

/** A feature that is on, or off, at fewer places of a half is too rare to follow. */
const LEAST_PLACES = 15;

/** By how much a unit must beat chance before it is said to follow anything. */
export const MARGIN = 0.1;

/** Chance is what the best unit reaches when the feature is shifted around by these parts of a half. */
const SHIFTS = [0.31, 0.43, 0.57, 0.69];

/**
 * @param {string[]} symbols of a text
 * @param {Float32Array} activations of all units at each symbol, one symbol after another
 * @returns {Finding[]} one for each feature
 */
export function detect(symbols, activations) {
  const units = symbols.length === 0 ? 0 : activations.length / symbols.length;
  const half = symbols.length >> 1;
  const columns = Array.from({ length: units }, (_, unit) =>
    Float32Array.from(symbols, (_, i) => activations[i * units + unit]),
  );
  const first = columns.map((column) => column.subarray(0, half));
  const second = columns.map((column) => column.subarray(half));
  return featuresOf(symbols).map(({ name, binary, values }) => {
    const [seen, unseen] = [values.subarray(0, half), values.subarray(half)];
    const measure = binary ? 'auc' : 'r';
    /** @type {Finding} */
    const none = { name, unit: null, measure, score: 0, chance: 0, why: 'too rare here' };
    if (!isFrequent(seen, binary) || !isFrequent(unseen, binary) || units === 0) return none;
    const score = binary ? auc : correlation;
    const unit = bestOf(first, seen, score);
    const chances = SHIFTS.map((part) => {
      const by = Math.floor(part * half);
      return score(second[bestOf(first, shifted(seen, by), score)], shifted(unseen, by));
    });
    const chance = Math.max(...chances);
    const reached = score(second[unit], unseen);
    if (reached < chance + MARGIN) return { ...none, chance, why: 'none follows it yet' };
    return { ...none, unit, score: reached, chance, why: '' };
  });
}

/**
 * What the best unit reaches by chance, by each measure that a unit was found by: from the feature where it is least to
 * the one where it is most.
 * @param {Finding[]} findings @returns {Partial<Record<Finding['measure'], [least: number, most: number]>>}
 */
export function chancesOf(findings) {
  /** @type {ReturnType<typeof chancesOf>} */
  const chances = {};
  for (const { unit, measure, chance } of findings) {
    if (unit === null) continue;
    const [least, most] = chances[measure] ?? [chance, chance];
    chances[measure] = [Math.min(least, chance), Math.max(most, chance)];
  }
  return chances;
}

/**
 * The units that are on in a stretch of the text and off elsewhere, the clearest first.
 * @param {number} length of the text in symbols
 * @param {Float32Array} activations @param {number} from @param {number} to @param {number} most
 */
export function unitsOfStretch(length, activations, from, to, most) {
  const units = length === 0 ? 0 : activations.length / length;
  const scores = Array.from({ length: units }, (_, unit) => {
    const values = Float32Array.from({ length }, (_, i) => activations[i * units + unit]);
    const inside = Float32Array.from({ length }, (_, i) => Number(i >= from && i < to));
    return { unit, score: auc(values, inside) };
  });
  return scores.sort((a, b) => b.score - a.score).slice(0, most);
}

/**
 * Whether a feature is on and off often enough or, where it is a number, changes often enough.
 * @param {Float32Array} values @param {boolean} binary
 */
function isFrequent(values, binary) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return values.length - most >= LEAST_PLACES && (!binary || most >= LEAST_PLACES);
}

/**
 * @param {Float32Array[]} columns @param {Float32Array} feature
 * @param {(values: Float32Array, feature: Float32Array) => number} score
 */
function bestOf(columns, feature, score) {
  let best = 0;
  let most = -1;
  columns.forEach((column, unit) => {
    const reached = score(column, feature);
    if (reached > most) [best, most] = [unit, reached];
  });
  return best;
}

/** @param {Float32Array} values @param {number} by */
const shifted = (values, by) => values.map((_, i) => values[(i + by) % values.length]);

/** Pearson's correlation, without its sign. @param {Float32Array} a @param {Float32Array} b */
export function correlation(a, b) {
  let [sumA, sumB] = [0, 0];
  for (let i = 0; i < a.length; i += 1) {
    sumA += a[i];
    sumB += b[i];
  }
  const [meanA, meanB] = [sumA / a.length, sumB / b.length];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    const [x, y] = [a[i] - meanA, b[i] - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : Math.abs(ab) / Math.sqrt(aa * bb);
}

/**
 * How often a value where the feature is on is higher than one where it is off, or lower if that is more often: the area
 * under the ROC curve, by ranks (Mann and Whitney 1947). 0.5 says nothing, 1 all.
 * @param {Float32Array} values @param {Float32Array} feature
 */
export function auc(values, feature) {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  let [ranks, on] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to += 1;
    // Equal values share their ranks.
    const rank = (from + 1 + to) / 2;
    for (; from < to; from += 1) {
      if (feature[order[from]] === 0) continue;
      ranks += rank;
      on += 1;
    }
  }
  const off = order.length - on;
  if (on === 0 || off === 0) return 0.5;
  const area = (ranks - (on * (on + 1)) / 2) / (on * off);
  return Math.max(area, 1 - area);
}
