/** Into how many shards a step is cut, so that several workers can share it. */

import { LIMITS } from '../../../../pkg/settings.js';

/** More workers do not help. */
const MOST = LIMITS.shards.max;
/** A batch of so many streams or fewer is cut into pairs at most: messages cost more than sharing a pair saves. */
const SMALL_BATCH = 4;

/**
 * The worker with the most streams decides how long a step takes, so each gets as few as it can, in as few shards as give
 * them that: every other one would only cost sums. A pair is cut in two, which costs next to nothing. So any team has even
 * shares, also where half of the cores are slow, or no cores of their own.
 * @param {{ count: number, asked: boolean }} cores how many there are, and whether somebody asked for several workers
 * @param {number} batch
 */
export function shardsFor({ count, asked }, batch) {
  const isSmall = !asked && batch <= SMALL_BATCH;
  const fewest = Math.ceil(batch / Math.min(count, MOST));
  const streams = isSmall ? Math.max(fewest, 2) : fewest === 2 ? Math.ceil(batch / MOST) : fewest;
  return Math.max(Math.ceil(batch / streams) || 1, asked ? 2 : 1);
}
