/** Places names beside lines: none over another, each as near to its line as possible. Pure. */

/**
 * @template T
 * @typedef {{ y: number, priority: number, item: T }} Wanted where a name would stand best, in pixels
 */

/**
 * @template T
 * @typedef {{ y: number, line: number, item: T }} Placed where it stands, and where its line is
 */

/**
 * Places as many names as fit, the more important ones first.
 * @template T
 * @param {Wanted<T>[]} wanted
 * @param {number} top @param {number} bottom between which their middles must lie
 * @param {number} height of a name
 * @param {number} reach how far from its line a name may stand
 * @returns {Placed<T>[]} from top to bottom
 */
export function placeLabels(wanted, top, bottom, height, reach) {
  const sorted = [...wanted].sort((one, other) => other.priority - one.priority);
  /** @type {Wanted<T>[]} */
  let chosen = [];
  for (const candidate of sorted) {
    const next = [...chosen, candidate];
    if (spread(next, top, bottom, height, reach) !== null) chosen = next;
  }
  return spread(chosen, top, bottom, height, reach) ?? [];
}

/**
 * Moves names apart. Null when one would be too far from its line.
 * @template T
 * @param {Wanted<T>[]} wanted @param {number} top @param {number} bottom @param {number} height
 * @param {number} reach
 * @returns {Placed<T>[] | null}
 */
function spread(wanted, top, bottom, height, reach) {
  const sorted = [...wanted].sort((one, other) => one.y - other.y);
  // Names that touch form a block. Its middle is the middle of their lines.
  /** @type {{ first: number, count: number, sum: number }[]} */
  const blocks = [];
  /** @param {{ count: number, sum: number }} block where its first name stands */
  const start = ({ count, sum }) => {
    const free = sum / count - ((count - 1) * height) / 2;
    return Math.max(top, Math.min(free, bottom - (count - 1) * height));
  };
  sorted.forEach(({ y }, i) => {
    let block = { first: i, count: 1, sum: y };
    for (;;) {
      const before = blocks.at(-1);
      if (before === undefined || start(before) + before.count * height <= start(block)) break;
      blocks.pop();
      block = {
        first: before.first,
        count: before.count + block.count,
        sum: before.sum + block.sum,
      };
    }
    blocks.push(block);
  });
  /** @type {Placed<T>[]} */
  const placed = blocks.flatMap((block) =>
    Array.from({ length: block.count }, (_, i) => {
      const { y, item } = sorted[block.first + i];
      return { y: start(block) + i * height, line: y, item };
    }),
  );
  const fits = placed.every(
    ({ y, line }) => Math.abs(y - line) <= reach && y >= top && y <= bottom,
  );
  return fits ? placed : null;
}
