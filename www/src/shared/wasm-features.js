/** The network is computed with WebAssembly SIMD; without it there is nothing to start. */

/** The smallest module that uses it: a function that splats an integer and counts its bits. */
const PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
);

/** The smallest one that multiplies and adds at once, `f32x4.relaxed_madd`, which not every engine knows. */
const FUSED_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0],
  ...[10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 133, 2, 11],
);

/** @param {Uint8Array<ArrayBuffer>} probe */
const knows = (probe) => typeof WebAssembly === 'object' && WebAssembly.validate(probe);

export const hasSimd = () => knows(PROBE);

/** Whether multiplications can be fused with the additions behind them. */
export const canFuse = () => knows(FUSED_PROBE);
