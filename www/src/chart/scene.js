// @ts-check
/** Everything that the chart shows, in its own coordinates, from what the page knows. Pure. */

import { referencesOf } from '../ladder/standing.js';
import { ladderOf } from '../state/ladder.js';
import { columnsOf } from './columns.js';
import { countTicks, linearTicks, logTicks, roundStep, timeTicks } from './ticks.js';
import { UNITS } from './units.js';
import { spanOf } from './zoom.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../curves.js').Curves} Curves
 * @typedef {import('./zoom.js').Span} Span
 * @typedef {import('./units.js').By} By
 */

/**
 * An earlier run. @typedef {object} Ghost
 * @property {number} number by which it is named on the chart
 * @property {string} name
 * @property {number[]} x @property {number[]} y
 */

/**
 * @typedef {object} Scene
 * @property {By} by
 * @property {import('./columns.js').Columns} columns `y` of which is what `toY` makes of nats
 * @property {Span} all the whole run
 * @property {Span} span what is shown of it
 * @property {Span} range of y
 * @property {(nats: number) => number} toY
 * @property {(y: number) => number} value in the chosen unit
 * @property {boolean} logarithmic
 * @property {(import('../ladder/standing.js').Reference & { y: number })[]} references
 * @property {(import('../curve.js').Mark & { x: number })[]} marks
 * @property {Ghost[]} ghosts
 */

/** The first moments are not stretched over the whole width. @type {Record<By, number>} */
const LEAST = { step: 100, charactersSeen: 100_000, seconds: 5 };

/** The least that the axis of losses spans, in nats. */
const LEAST_NATS = 0.3;

/** What is left free above the highest line and below the lowest, as a part of what is shown. */
const ROOM = 0.04;

/** Of an earlier run so many points are drawn. */
const GHOST_POINTS = 256;

/** @param {State} state @param {Curves} curves @returns {Scene} */
export function sceneOf(state, curves) {
  const { by, unit, logarithmic, lookBack, zoom } = state.chart;
  const { of } = UNITS[unit];
  /** @param {number} nats */
  const toY = (nats) => (logarithmic ? Math.log(of(nats)) : of(nats));
  const value = logarithmic ? Math.exp : (/** @type {number} */ y) => y;
  const curve = curves.current;
  const columns = columnsOf(curve, by, lookBack, toY);
  const ghosts = curves.earlier.map(({ number, name, curve }) => ({
    number,
    name,
    ...ghostOf(curve, by, lookBack, toY),
  }));
  const all = spanOfAll(columns.x, ghosts, by);
  const span = spanOf(zoom, all);
  const references = referencesOf(state.run?.report ?? null, ladderOf(state)).map((reference) => ({
    ...reference,
    y: toY(reference.loss),
  }));
  const range = rangeOf(columns, ghosts, zoom === null ? references : [], span, toY);
  return {
    by,
    columns,
    all,
    span,
    range,
    toY,
    value,
    logarithmic,
    references,
    marks: curve.marks.map((mark) => ({ ...mark, x: mark[by] })),
    ghosts,
  };
}

/** With fewer held-out losses than this, a line through them would hide how a run went. */
const LEAST_HELD_OUT = 8;

/** Whether an earlier run is drawn by its held-out losses. @param {import('../curve.js').Curve} curve */
export const hasHeldOutLine = ({ heldOut }) => heldOut.step.length >= LEAST_HELD_OUT;

/**
 * The held-out losses of an earlier run, by which runs are compared; of a short one, the training
 * losses.
 * @param {import('../curve.js').Curve} curve @param {By} by @param {number} lookBack
 * @param {(nats: number) => number} toY
 */
function ghostOf(curve, by, lookBack, toY) {
  if (hasHeldOutLine(curve)) {
    const { heldOut } = curve;
    const rows = evenly(heldOut.step.length, GHOST_POINTS);
    return { x: rows.map((i) => heldOut[by][i]), y: rows.map((i) => toY(heldOut.loss[i])) };
  }
  const { x, smoothed } = columnsOf(curve, by, lookBack, toY);
  const known = evenly(x.length, GHOST_POINTS).filter((i) => smoothed[i] !== null);
  return { x: known.map((i) => x[i]), y: known.map((i) => Number(smoothed[i])) };
}

/** At most so many row numbers, evenly spaced, with the first and the last. @param {number} length @param {number} most */
function evenly(length, most) {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (length - 1)) / (count - 1)),
  );
}

/**
 * From the beginning, or from where loaded weights went on, to the end of the run; without a run, of
 * the earlier ones.
 * @param {Float64Array} x @param {Ghost[]} ghosts @param {By} by @returns {Span}
 */
function spanOfAll(x, ghosts, by) {
  const least = LEAST[by];
  if (x.length === 0) {
    return [0, Math.max(least, ...ghosts.map((ghost) => ghost.x.at(-1) ?? 0))];
  }
  // The first slice of a run ends a little after its beginning.
  const from = x[0] <= least / 50 ? 0 : x[0];
  return [from, Math.max(x[x.length - 1], from + least)];
}

/**
 * What must be seen: the lines within the span, and what they are measured by.
 * @param {import('./columns.js').Columns} columns @param {Ghost[]} ghosts
 * @param {{ y: number, kind: string, best: boolean }[]} references @param {Span} span
 * @param {(nats: number) => number} toY
 * @returns {Span}
 */
function rangeOf({ x, raw, smoothed, heldOut }, ghosts, references, [from, to], toY) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  /** @param {number | null} y */
  const see = (y) => {
    if (y === null || !Number.isFinite(y)) return;
    low = Math.min(low, y);
    high = Math.max(high, y);
  };
  for (let i = 0; i < x.length; i++) {
    if (x[i] < from || x[i] > to) continue;
    const settled = smoothed[i] ?? heldOut[i];
    see(settled);
    // A single bad step does not flatten all others.
    if (raw[i] !== null && Number(raw[i]) < low) see(raw[i]);
  }
  for (const ghost of ghosts) {
    ghost.x.forEach((x, i) => {
      if (x >= from && x <= to) see(ghost.y[i]);
    });
  }
  for (const { y, kind, best } of references) if (kind === 'uniform' || best) see(y);
  if (low > high) return [toY(1), toY(4)];
  const least = Math.abs(toY(2 + LEAST_NATS) - toY(2));
  const room = Math.max((high - low) * ROOM, (least - (high - low)) / 2);
  const step = roundStep((high - low + 2 * room) / 20);
  // The lower edge moves in steps, so that the chart does not creep with each new point.
  const floor = Math.floor((low - room) / step) * step;
  // No loss is below nothing.
  return [Math.max(floor, toY(0)), high + room];
}

/**
 * Where the axes are ruled, at most about so many times.
 * @param {Scene} scene @param {{ across: number, up: number }} most
 */
export function ticksOf({ by, span, range, value, logarithmic }, most) {
  const across = (by === 'seconds' ? timeTicks : countTicks)(...span, most.across);
  const ticks = logarithmic ? logTicks : linearTicks;
  const up = ticks(value(range[0]), value(range[1]), most.up);
  return { across, up: up.map((tick) => ({ tick, y: logarithmic ? Math.log(tick) : tick })) };
}

/**
 * What every line says at one place, or nearest to it.
 * @typedef {object} Reading
 * @property {number} x
 * @property {number | null} training smoothed
 * @property {{ x: number, y: number } | null} heldOut its nearest point, for they are few
 * @property {{ number: number, y: number }[]} ghosts
 * @property {Scene['marks']} marks that stand near
 */

/** A mark within this part of the span is near. */
const NEAR = 0.012;

/** @param {Scene} scene @param {number} x @returns {Reading} */
export function readAt({ columns, ghosts, marks, span }, x) {
  const training = nearest(columns.x, columns.smoothed, x);
  const heldOut = nearest(columns.x, columns.heldOut, x);
  const near = (span[1] - span[0]) * NEAR;
  return {
    x,
    training: training?.y ?? null,
    heldOut,
    ghosts: ghosts.flatMap((ghost) => {
      const found = nearest(ghost.x, ghost.y, x);
      return found === null || x > Number(ghost.x.at(-1))
        ? []
        : { number: ghost.number, y: found.y };
    }),
    marks: marks.filter((mark) => Math.abs(mark.x - x) <= near),
  };
}

/**
 * The point of a line that is nearest to a place.
 * @param {ArrayLike<number>} xs rising @param {ArrayLike<number | null>} ys @param {number} x
 */
function nearest(xs, ys, x) {
  let right = countBelow(xs, x);
  let left = right - 1;
  while (left >= 0 && ys[left] === null) left -= 1;
  while (right < xs.length && ys[right] === null) right += 1;
  if (left < 0 && right >= xs.length) return null;
  const isLeft = right >= xs.length || (left >= 0 && x - xs[left] <= xs[right] - x);
  const at = isLeft ? left : right;
  return { x: xs[at], y: Number(ys[at]) };
}

/** How many of rising values lie below a bound. @param {ArrayLike<number>} xs @param {number} bound */
function countBelow(xs, bound) {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
