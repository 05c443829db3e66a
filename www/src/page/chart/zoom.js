/** The part of a run that the chart shows. Pure. */

/** @typedef {[from: number, to: number]} Span */

/**
 * The part that was chosen. `to` is null where it reaches the end of the run, and grows with it.
 * @typedef {{ from: number, to: number | null }} Zoom
 */

/** The smallest part that can be chosen. */
const NARROWEST = 1 / 400;

/** A place nearer to an end than this part of the width is at the end. */
const AT_END = 1e-3;

/** What of `all` is shown. @param {Zoom | null} zoom @param {Span} all @returns {Span} */
export function spanOf(zoom, all) {
  if (zoom === null) return all;
  const to = zoom.to === null ? all[1] : Math.min(zoom.to, all[1]);
  const from = Math.max(zoom.from, all[0]);
  // A run that went back may end before it.
  return from < to ? [from, to] : all;
}

/** @param {Span} span @param {Span} all @returns {Zoom | null} */
export function zoomOf([from, to], all) {
  const near = (to - from) * AT_END;
  const begins = from <= all[0] + near;
  const ends = to >= all[1] - near;
  if (begins && ends) return null;
  return { from: begins ? all[0] : from, to: ends ? null : to };
}

/**
 * Shows less (`factor` below 1) or more, keeping a place where it is on the screen.
 * @param {Span} span @param {Span} all @param {number} factor @param {number} at
 * @returns {Span}
 */
export function zoomAt([from, to], all, factor, at) {
  const whole = all[1] - all[0];
  const width = Math.min(whole, Math.max((to - from) * factor, whole * NARROWEST));
  const part = (at - from) / (to - from);
  return within([at - part * width, at + (1 - part) * width], all);
}

/** @param {Span} span @param {Span} all @param {number} by @returns {Span} */
export const pan = ([from, to], all, by) => within([from + by, to + by], all);

/** The same stretch, moved so that it lies in `all`. @param {Span} span @param {Span} all @returns {Span} */
function within([from, to], all) {
  const width = Math.min(to - from, all[1] - all[0]);
  const start = Math.max(all[0], Math.min(from, all[1] - width));
  return [start, start + width];
}
