/** Everything that the chart shows, in its own coordinates, from what the page knows. Pure. */

import { neighboursOf, referencesOf } from '../baselines/compare.js';
import { baselinesOf } from '../baselines/state.js';
import { heldOutOf } from '../run/held-out.js';
import { columnsOf } from './columns.js';
import { countTicks, linearTicks, logTicks, roundStep, timeTicks } from './ticks.js';
import { UNITS } from './units.js';
import { spanOf } from './zoom.js';

/** @import { Mark } from '../../shared/loss-history.js' */
/** @import { Reference } from '../baselines/compare.js' */
/** @import { State } from '../state.js' */
/** @import { Columns } from './columns.js' */
/** @import { LossHistories } from './loss-histories.js' */
/** @import { By } from './units.js' */
/** @import { Span } from './zoom.js' */

/**
 * A line of straight pieces from point to point.
 * @typedef {{ x: ArrayLike<number>, y: number[] }} Line
 *
 * An earlier run, with the same two lines as the present one.
 * @typedef {object} EarlierRun
 * @property {number} number by which it is named on the chart
 * @property {string} name
 * @property {Line} training smoothed
 * @property {Line} heldOut
 */

/**
 * @typedef {object} Scene
 * @property {By} by
 * @property {Columns} columns `y` of which is what `toY` makes of nats
 * @property {Span} all the whole run
 * @property {Span} span what is shown of it
 * @property {Span} range of y
 * @property {(nats: number) => number} toY
 * @property {(y: number) => number} value in the chosen unit
 * @property {boolean} logarithmic
 * @property {(Reference & { y: number, named: boolean })[]} references
 *   the informative ones; `named`: the sentence beside the loss names it now
 * @property {(Mark & { x: number })[]} marks
 * @property {EarlierRun[]} earlier
 */

/** The first moments are not stretched over the whole width. @type {Record<By, number>} */
const LEAST = { step: 100, charactersSeen: 100_000, seconds: 5 };

/** The least that the axis of losses spans, in nats. */
const LEAST_NATS = 0.3;

/** The free space above the highest line and below the lowest, as a part of the height. */
const ROOM = 0.04;

/** How many points of an earlier run's line are drawn. */
const EARLIER_POINTS = 256;

/** @param {State} state @param {LossHistories} histories @returns {Scene} */
export function sceneOf(state, histories) {
  const { by, unit, logarithmic, lookBack, zoom } = state.chart;
  const { of } = UNITS[unit];
  /** @param {number} nats */
  const toY = (nats) => (logarithmic ? Math.log(of(nats)) : of(nats));
  const value = logarithmic ? Math.exp : (/** @type {number} */ y) => y;
  const history = histories.current;
  const columns = columnsOf(history, by, lookBack, toY);
  if (state.generated.statistics === 'off') columns.together.fill(null);
  const earlier = histories.earlier.map(({ number, name, history }) => ({
    number,
    name,
    ...earlierLines(columnsOf(history, by, lookBack, toY)),
  }));
  const all = spanOfAll(columns.x, earlier, by);
  const span = spanOf(zoom, all);
  const references = referencesFor(state).map((reference) => ({
    ...reference,
    y: toY(reference.loss),
  }));
  const range = rangeOf(columns, earlier, zoom === null ? references : [], span, toY);
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
    marks: history.marks.map((mark) => ({ ...mark, x: mark[by] })),
    earlier,
  };
}

/** What the run is compared to, and which of these the sentence beside the loss names. @param {State} state */
function referencesFor({ run, ...state }) {
  const references = referencesOf(run?.report ?? null, baselinesOf({ ...state, run }));
  const { beaten, next } = neighboursOf(heldOutOf(run)?.loss ?? Number.NaN, references);
  return references
    .filter(({ informative }) => informative)
    .map((reference) => ({ ...reference, named: reference === beaten || reference === next }));
}

/** @param {Columns} columns of an earlier run */
const earlierLines = ({ x, smoothed, heldOut }) => ({
  training: thinned(x, smoothed),
  heldOut: thinned(x, heldOut),
});

/**
 * A line's own points, at most so many of them, evenly spaced, with the first and the last.
 * @param {Float64Array} x @param {(number | null)[]} y @returns {Line}
 */
function thinned(x, y) {
  const own = y.flatMap((value, row) => (value === null ? [] : row));
  const count = Math.min(own.length, EARLIER_POINTS);
  const rows = Array.from({ length: count }, (_, i) =>
    count === 1 ? own[0] : own[Math.round((i * (own.length - 1)) / (count - 1))],
  );
  return { x: rows.map((row) => x[row]), y: rows.map((row) => Number(y[row])) };
}

/** Where a run's lines end. @param {EarlierRun} run */
export const endOf = ({ training, heldOut }) => Math.max(endOfLine(training), endOfLine(heldOut));

/** @param {Line} line */
const endOfLine = ({ x }) => (x.length === 0 ? 0 : x[x.length - 1]);

/**
 * From the beginning of the run, or from where loaded weights went on, to its end. Without a run: of the earlier
 * ones.
 * @param {Float64Array} x @param {EarlierRun[]} earlier @param {By} by @returns {Span}
 */
function spanOfAll(x, earlier, by) {
  const least = LEAST[by];
  if (x.length === 0) {
    return [0, Math.max(least, ...earlier.map(endOf))];
  }
  // The first slice of a run ends a little after its beginning.
  // One that goes on has room before its first point.
  const from = x[0] <= least / 50 ? 0 : x[0] - least / 50;
  return [from, Math.max(x[x.length - 1], from + least)];
}

/**
 * The range of the vertical axis: the lines within the span, and what they are compared to.
 * @param {Columns} columns @param {EarlierRun[]} earlier
 * @param {{ y: number, kind: string, best: boolean }[]} references @param {Span} span
 * @param {(nats: number) => number} toY
 * @returns {Span}
 */
function rangeOf({ x, raw, smoothed, heldOut, together }, earlier, references, [from, to], toY) {
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
    see(together[i]);
    // One bad step must not flatten all others.
    if (raw[i] !== null && Number(raw[i]) < low) see(raw[i]);
  }
  for (const line of earlier.flatMap(({ training, heldOut }) => [training, heldOut])) {
    line.y.forEach((y, i) => {
      if (line.x[i] >= from && line.x[i] <= to) see(y);
    });
    see(lineAt(line, from));
    see(lineAt(line, to));
  }
  for (const { y, kind, best } of references) if (kind === 'uniform' || best) see(y);
  if (low > high) return [toY(1), toY(4)];
  const least = Math.abs(toY(2 + LEAST_NATS) - toY(2));
  const room = Math.max((high - low) * ROOM, (least - (high - low)) / 2);
  const step = roundStep((high - low + 2 * room) / 20);
  // The lower edge moves in steps, so that the chart does not creep with each new point.
  const floor = Math.floor((low - room) / step) * step;
  // No loss is below zero.
  return [Math.max(floor, toY(0)), high + room];
}

/**
 * The ticks of both axes, at most about this many.
 * @param {Scene} scene @param {{ across: number, up: number }} most
 */
export function ticksOf({ by, span, range, value, logarithmic }, most) {
  const across = (by === 'seconds' ? timeTicks : countTicks)(...span, most.across);
  const ticks = logarithmic ? logTicks : linearTicks;
  const up = ticks(value(range[0]), value(range[1]), most.up);
  return { across, up: up.map((tick) => ({ tick, y: logarithmic ? Math.log(tick) : tick })) };
}

/**
 * The values of all lines at one place, or nearest to it.
 * @typedef {object} Reading
 * @property {number} x
 * @property {number | null} training smoothed
 * @property {{ x: number, y: number, isEstimate: boolean } | null} heldOut its nearest point, for they are few
 * @property {number | null} together likewise
 * @property {{ number: number, training: number | null, heldOut: number | null }[]} earlier
 * @property {Scene['marks']} marks that stand near
 */

/** A mark within this part of the span is near. */
const NEAR = 0.012;

/** @param {Scene} scene @param {number} x @returns {Reading} */
export function readAt({ columns, earlier, marks, span }, x) {
  const training = nearest(columns.x, columns.smoothed, x);
  const measured = nearest(columns.x, columns.heldOut, x);
  const estimated = nearest(columns.x, columns.estimates, x);
  const heldOut = measured && { ...measured, isEstimate: measured.x === estimated?.x };
  const together = nearest(columns.x, columns.together, x);
  const near = (span[1] - span[0]) * NEAR;
  return {
    x,
    training: training?.y ?? null,
    heldOut,
    together: together?.y ?? null,
    earlier: earlier.flatMap(({ number, ...lines }) => {
      const [training, heldOut] = [lineAt(lines.training, x), lineAt(lines.heldOut, x)];
      return training === null && heldOut === null ? [] : { number, training, heldOut };
    }),
    marks: marks.filter((mark) => Math.abs(mark.x - x) <= near),
  };
}

/**
 * The height of a line at a place, on the straight piece between two points. Null where there is no line.
 * @param {Line} line @param {number} at
 */
export function lineAt({ x, y }, at) {
  const right = countBelow(x, at);
  if (right === x.length || at < x[0]) return null;
  if (right === 0 || x[right] === at) return y[right];
  const part = (at - x[right - 1]) / (x[right] - x[right - 1]);
  return y[right - 1] + (y[right] - y[right - 1]) * part;
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
