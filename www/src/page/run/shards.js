// @ts-check
/** Into how many shards a step is cut, so that several workers can share it. */

/** A configuration allows this many shards. More workers do not help. */
const MOST = 16;
/** From two on, each stream of a shard costs the same; one alone costs a tenth more. */
const LEAST_STREAMS = 2;

/**
 * The worker with the most streams decides how long a step takes. So each gets as few as it can, in the fewest shards that
 * give them that: every other shard would only cost sums. For eight cores a batch of ten is cut into five pairs.
 * @param {{ count: number, asked: boolean }} cores how many there are, and whether somebody asked for several workers
 * @param {number} batch
 */
export function shardsFor({ count, asked }, batch) {
  const least = asked ? 1 : LEAST_STREAMS;
  const streams = Math.max(Math.ceil(batch / Math.min(count, MOST)), least);
  return Math.max(Math.ceil(batch / streams) || 1, asked ? 2 : 1);
}
