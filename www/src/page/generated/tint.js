/**
 * How strongly a character is tinted: the surer the network was, the more. There are few levels, so that neighbours
 * share one. The lowest has no tint.
 */

/** Each of these probabilities begins another level. */
const STEPS = [0.1, 0.3, 0.5, 0.7, 0.9];

export const LEVELS = STEPS.length + 1;

/** @param {number} probability @returns {number} 0 to LEVELS - 1 */
export function levelOf(probability) {
  let level = 0;
  while (level < STEPS.length && probability >= STEPS[level]) level += 1;
  return level;
}
