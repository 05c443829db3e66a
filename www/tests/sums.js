/** A text for tests. */

/**
 * So many lines that a small network learns them and does not know them by heart: of 400, its held-out loss rises
 * above its first within some seconds, and who waits for it to fall below a bound may come too late.
 */
export const MANY = 4000;

/**
 * Sums such as "12+7=19", one a line: a text with something to learn in it, from a small generator of
 * its own so that it is the same everywhere.
 * @param {number} lines
 */
export function sums(lines) {
  let seed = 7;
  const below = (/** @type {number} */ bound) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * bound);
  };
  return Array.from({ length: lines }, () => {
    const [a, b] = [below(40), below(40)];
    return `${a}+${b}=${a + b}\n`;
  }).join('');
}
