/**
 * Which of a run's two slots is written next, and which one can be trusted. States alternate between
 * the slots, so that while one is being written the other is whole. Pure.
 */

/**
 * What stands beside the bytes of a state, so that a torn or damaged one is known when it is read.
 * @typedef {object} Seal
 * @property {number} sequence 1 for the first state of a run, and one more for each after it
 * @property {number} length in bytes
 * @property {number} checksum
 */

/** The slot of a state. @param {number} sequence @returns {0 | 1} */
export const slotOf = (sequence) => (sequence % 2 === 0 ? 0 : 1);

/**
 * A checksum of 32 bits that any flipped bit changes: each word goes through an invertible step.
 * Words rather than bytes, for it is taken of megabytes every few seconds.
 * @param {Uint8Array} bytes
 */
export function checksum(bytes) {
  const words = bytes.length >>> 2;
  // A view of words needs an address that four divides.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const view = new Uint32Array(aligned.buffer, aligned.byteOffset, words);
  let sum = bytes.length | 0;
  for (let i = 0; i < words; i++) sum = mix(sum, view[i]);
  for (let i = words * 4; i < bytes.length; i++) sum = mix(sum, bytes[i]);
  return sum >>> 0;
}

/** @param {number} sum @param {number} word */
function mix(sum, word) {
  const mixed = Math.imul(sum ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** @param {Uint8Array} bytes @param {number} sequence @returns {Seal} */
export const seal = (bytes, sequence) => ({
  sequence,
  length: bytes.length,
  checksum: checksum(bytes),
});

/**
 * Is this what was written?
 * @param {unknown} state
 * @returns {state is Seal & { weights: Uint8Array }}
 */
export function isWhole(state) {
  if (typeof state !== 'object' || state === null) return false;
  const {
    weights,
    length,
    checksum: sum,
    sequence,
  } = /** @type {Record<string, unknown>} */ (state);
  return (
    weights instanceof Uint8Array &&
    Number.isSafeInteger(sequence) &&
    weights.length === length &&
    checksum(weights) === sum
  );
}
