/** Medians and their spread. */

/**
 * The value below which this share of `values` lies, between neighbours by a straight line.
 * @param {number[]} values
 * @param {number} share
 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (at - below);
}

/** @param {number[]} values */
export const median = (values) => quantile(values, 0.5);

/** Median, quartiles and extremes. @param {number[]} values */
export const summary = (values) => ({
  median: median(values),
  quartiles: [quantile(values, 0.25), quantile(values, 0.75)],
  min: Math.min(...values),
  max: Math.max(...values),
});
