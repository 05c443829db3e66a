/** What the lanes have come to: lines for the charts, rows for the tables, and who is ahead. Pure. */

import { linearTicks, timeTicks } from '../chart/ticks.js';
import { AXES, clock } from '../chart/units.js';
import { compact, loss, whole } from '../format.js';

/** @import { LossHistory } from '../../shared/loss-history.js' */
/** @import { By } from './choices.js' */
/** @import { Axes, Point } from './plot.js' */

/** @typedef {Pick<import('./lane.js').Lane, 'name' | 'history' | 'lags' | 'heldOut' | 'over'>} Measured */

/** The axis of the gradients reaches down to this power of ten. */
const LEAST_POWER = -8;

/** So far back it goes. */
const LAGS = 100;

/** The axis of the losses begins at a multiple of this. */
const DOWN_TO = 0.5;

/** So far back the table tells of. */
const TOLD_LAGS = [1, 2, 5, 10, 20, 50, 100];

/** Rows of the table of losses, about. */
const ROWS = 6;

/** The measured held-out losses. @param {LossHistory} history @param {By} by @returns {Point[]} */
export function heldOutPoints({ heldOut }, by) {
  return Array.from(heldOut.loss, (y, i) => ({ x: heldOut[by][i], y }));
}

/** How high a line is at a place between two of its points; null where it has none. @param {Point[]} points @param {number} at */
export function heightAt(points, at) {
  const right = points.findIndex(({ x }) => x >= at);
  if (right === -1 || (right === 0 && points[0].x > at)) return null;
  if (points[right].x === at) return points[right].y;
  const [from, to] = [points[right - 1], points[right]];
  return from.y + ((to.y - from.y) * (at - from.x)) / (to.x - from.x);
}

/** @param {number[]} values @param {number} least @returns {[number, number]} */
function span(values, least) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return high - low < least ? [low - least / 2, low + least / 2] : [low, high];
}

/** The losses on one axis. @param {Measured[]} lanes @param {By} by @param {(history: LossHistory) => number} farthest @returns {{ lines: { name: string, points: Point[] }[], axes: Axes } | null} */
export function lossPlot(lanes, by, farthest) {
  const lines = lanes.map(({ name, history }) => ({ name, points: heldOutPoints(history, by) }));
  const all = lines.flatMap(({ points }) => points.map(({ y }) => y));
  if (all.length === 0) return null;
  const most = Math.max(...lanes.map(({ history }) => farthest(history)));
  const up = span(all, 0.1);
  // Down to a tick.
  up[0] = Math.floor(up[0] / DOWN_TO) * DOWN_TO;
  return { lines, axes: lossAxes(by, most, up) };
}

/** @param {By} by @param {number} most @param {[number, number]} up @returns {Axes} */
function lossAxes(by, most, up) {
  const ticks = by === 'seconds' ? timeTicks : linearTicks;
  return {
    across: [0, most],
    up,
    ticksAcross: (count) => ticks(0, most, count),
    ticksUp: (count) => linearTicks(...up, count),
    nameAcross: AXES[by].tick,
    nameUp: (y) => String(Number(y.toFixed(3))),
  };
}

/**
 * The axes of what will be drawn, before there is anything. Nobody knows how long the networks will take.
 * @param {By} by @param {number} characters that each reads @param {number} symbols of the text
 */
export function axesToCome(by, characters, symbols) {
  const losses = lossAxes('charactersSeen', characters, [0, Math.ceil(Math.log(symbols))]);
  if (by === 'seconds') losses.ticksAcross = () => [];
  return { losses, lags: lagAxes(LAGS, LEAST_POWER, 0) };
}

/** Each lag's influence against the nearest letter's. @param {Float64Array} lags */
const shares = (lags) => Array.from(lags, (value) => value / (lags[0] || Number.MIN_VALUE));

/** How far back each gradient reaches, by powers of ten. @param {Measured[]} lanes @returns {{ lines: { name: string, points: Point[] }[], axes: Axes } | null} */
export function lagPlot(lanes) {
  const lines = lanes.map(({ name, lags }) => {
    const all = lags === null ? [] : shares(lags);
    // A power below the axis ends the line.
    const end = all.findIndex((share) => !(share > 10 ** LEAST_POWER));
    const seen = end === -1 ? all : all.slice(0, end);
    return { name, points: seen.map((share, i) => ({ x: i + 1, y: Math.log10(share) })) };
  });
  const reach = Math.max(...lanes.map(({ lags }) => lags?.length ?? 0));
  if (reach < 2) return null;
  const powers = lines.flatMap(({ points }) => points.map(({ y }) => y));
  const least = Math.floor(Math.min(-1, ...powers));
  return { lines, axes: lagAxes(reach, least, Math.max(0, ...powers)) };
}

/** @param {number} reach @param {number} least @param {number} most powers of ten @returns {Axes} */
const lagAxes = (reach, least, most) => ({
  across: [1, reach],
  up: [least, most],
  ticksAcross: (count) => [1, ...linearTicks(2, reach, count)],
  ticksUp: (count) => linearTicks(least, 0, Math.min(count, -least)).filter(Number.isInteger),
  nameAcross: (x) => (x === 1 ? '1 back' : whole(x)),
  nameUp: (y) => (y === 0 ? '1' : `10${superscript(y)}`),
});

/** @param {number} power */
const superscript = (power) =>
  [...String(power)].map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])).join('');

/** @typedef {{ head: string[], rows: string[][] }} Table */

/** @param {Measured[]} lanes @param {By} by @returns {Table} */
export function lossTable(lanes, by) {
  const lines = lanes.map(({ history }) => heldOutPoints(history, by));
  const most = Math.max(0, ...lines.flatMap((points) => points.map(({ x }) => x)));
  const places = most === 0 ? [] : (by === 'seconds' ? timeTicks : linearTicks)(0, most, ROWS);
  /** @param {number | null} y */
  const cell = (y) => (y === null ? '–' : loss(y));
  const rows = places
    .map((at) => ({ at, losses: lines.map((points) => heightAt(points, at)) }))
    .filter(({ losses }) => losses.some((loss) => loss !== null))
    .map(({ at, losses }) => [AXES[by].tick(at), ...losses.map(cell)]);
  const newest = lines.map((points) => cell(points.at(-1)?.y ?? null));
  const what = by === 'seconds' ? 'Time' : 'Letters read';
  return { head: [what, ...lanes.map(({ name }) => name)], rows: [...rows, ['newest', ...newest]] };
}

/** @param {Measured[]} lanes @returns {Table} */
export function lagTable(lanes) {
  const rows = TOLD_LAGS.map((lag) => [
    String(lag),
    ...lanes.map(({ lags }) => {
      const share = lags === null ? undefined : shares(lags)[lag - 1];
      return share === undefined ? '–' : share.toPrecision(2);
    }),
  ]);
  return { head: ['Letters back', ...lanes.map(({ name }) => name)], rows };
}

/** Who is ahead, or has won, in a sentence. @param {Measured[]} lanes @param {By} axis @param {boolean} isOver */
export function verdict(lanes, axis, isOver) {
  const left = lanes.filter(({ over }) => over !== 'explosion' && over !== 'failed');
  const lines = left.map(({ name, history }) => ({ name, points: heldOutPoints(history, axis) }));
  if (lines.length < 2) return '';
  // As far as all of them have come.
  const at = Math.min(...lines.map(({ points }) => points.at(-1)?.x ?? 0));
  const losses = lines.flatMap(({ name, points }) => {
    const height = isOver ? points.at(-1)?.y : heightAt(points, at);
    return height == null ? [] : [{ name, height }];
  });
  if (losses.length < lines.length) return '';
  losses.sort((one, other) => one.height - other.height);
  const [best, next] = losses;
  const by = `${loss(best.height)}, ${loss(next.height - best.height)} below the ${losses.length > 2 ? 'next' : 'other'}`;
  return isOver
    ? `${best.name} has the lowest loss on unseen text: ${by}.`
    : `${best.name} is ahead after ${axis === 'seconds' ? clock(at) : `${compact(at)} letters`}: ${by}.`;
}
