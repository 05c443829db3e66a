/** Round values for the ticks of an axis. */

/** Round steps: their multiples read well. */
const ROUND = [1, 2, 2.5, 5, 10];

/** The same of a time, in seconds. */
const ROUND_TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Mantissas of a logarithmic axis, from few to many. */
const MANTISSAS = [
  [1],
  [1, 3],
  [1, 2, 5],
  [1, 1.5, 2, 3, 5, 7],
  [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9],
];

/** The smallest round step that is at least this. @param {number} least */
export function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  // Ten times 0.3 is 3.0000000000000004, which must not need the next step.
  return (ROUND.find((part) => part * power >= least * (1 - 1e-9)) ?? 10) * power;
}

/** @param {number} least in seconds */
function roundTime(least) {
  if (least <= 1) return roundStep(least);
  return ROUND_TIMES.find((time) => time >= least) ?? roundStep(least / 3600) * 3600;
}

/**
 * All multiples of a step from `low` to `high`.
 * @param {number} low @param {number} high @param {number} step
 */
function multiples(low, high, step) {
  const ticks = [];
  const slack = step * 1e-9;
  for (let i = Math.ceil((low - slack) / step); i * step <= high + slack; i++) {
    // 3 * 0.1 is 0.30000000000000004.
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks;
}

/** @param {number} low @param {number} high @param {number} most so many steps at most */
export const linearTicks = (low, high, most) =>
  multiples(low, high, roundStep((high - low) / Math.max(1, most)));

/** Whole ticks, for counts. @param {number} low @param {number} high @param {number} most */
export function countTicks(low, high, most) {
  const step = roundStep(Math.max(1, (high - low) / Math.max(1, most)));
  return multiples(low, high, Math.ceil(step));
}

/** @param {number} low @param {number} high @param {number} most */
export const timeTicks = (low, high, most) =>
  multiples(low, high, roundTime((high - low) / Math.max(1, most)));

/** @param {number} low above 0 @param {number} high @param {number} most */
export function logTicks(low, high, most) {
  let ticks = /** @type {number[]} */ ([]);
  for (const mantissas of MANTISSAS) {
    const next = [];
    for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
      for (const mantissa of mantissas) {
        const tick = Number((mantissa * power).toPrecision(12));
        if (tick >= low && tick <= high) next.push(tick);
      }
    }
    if (next.length > most + 1) break;
    ticks = next;
  }
  // Within less than an octave a logarithmic axis is nearly a linear one.
  return ticks.length < 3 ? linearTicks(low, high, most) : ticks;
}
