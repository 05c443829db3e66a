/** Smooths a noisy loss, for the number and for the line. */

/** How far the number looks back: ten steps, which weighs about the last twenty. */
const NUMBER_STEPS = 10;

/** The smoothed loss looks back over no more than this part of a run: at first the loss falls faster
 * than it is noisy. */
const LOOK_BACK_PART = 1 / 16;

/**
 * An exponential moving average, some steps on. It starts on the first value and looks back further as it goes on.
 * @param {number | null} average @param {number} value the mean of these steps
 * @param {number} before steps that the average holds already
 * @param {number} lookBack the most steps that it looks back over
 * @param {number} [steps] how many steps on
 */
export function smooth(average, value, before, lookBack, steps = 1) {
  if (average === null) return value;
  const reach = Math.max(1, Math.min(lookBack, 1 + before * LOOK_BACK_PART));
  return value + (average - value) * (1 - 1 / reach) ** steps;
}

/**
 * The number beside the chart, some losses on.
 * @param {{ loss: number | null, smoothedSteps: number }} before
 * @param {Iterable<number>} losses of one step each
 */
export function withLosses({ loss, smoothedSteps }, losses) {
  for (const value of losses) {
    loss = smooth(loss, value, smoothedSteps, NUMBER_STEPS);
    smoothedSteps += 1;
  }
  return { loss, smoothedSteps };
}
