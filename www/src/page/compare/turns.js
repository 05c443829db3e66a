/** Whose turn it is, where there are more networks than cores, or where all are to come equally far. Pure. */

/**
 * @typedef {object} Share
 * @property {number} spent what it has had so far: characters, or milliseconds
 * @property {number} turn what it may have more than the one that has had least
 * @property {boolean} runs
 * @property {boolean} isOver it wants no more
 */

/** Who stood still begins again when it is ahead by no more than this part of a turn, so that turns are not too short. */
const NEAR = 0.5;

/**
 * Which of them run now, so that none gets ahead of another by more than its turn.
 * @param {Share[]} shares @param {number} slots how many may run at once @returns {boolean[]}
 */
export function turnsOf(shares, slots) {
  const least = Math.min(...shares.filter(({ isOver }) => !isOver).map(({ spent }) => spent));
  /** @param {Share} share @param {number} part of a turn */
  const isWithin = ({ spent, turn, isOver }, part) => !isOver && spent - least <= turn * part;
  const next = shares.map((share) => share.runs && isWithin(share, 1));
  let free = slots - next.filter(Boolean).length;
  const waiting = shares.map((share, i) => ({ share, i })).filter(({ i }) => !next[i]);
  waiting.sort((one, other) => one.share.spent - other.share.spent);
  for (const { share, i } of waiting) {
    if (free <= 0 || !isWithin(share, NEAR)) continue;
    next[i] = true;
    free -= 1;
  }
  return next;
}
