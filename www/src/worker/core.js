// @ts-check
/**
 * The network's code, of which the package holds two modules: one rounds after each operation and so comes to
 * the same bits everywhere, the other fuses multiplications with additions. Objects of one mean nothing to the
 * other, so a run has all of its objects from one of them.
 */
import * as plain from '../../../pkg/babble.js';
import { canFuse } from '../simd.js';

/** @typedef {typeof plain} Core */

/** The module that every worker has, for all that no run depends on. @returns {Promise<Core>} */
export async function plainCore() {
  await plain.default();
  return plain;
}

/**
 * The module that a run is computed with.
 * @param {{ fused: boolean }} config as the run has it; without effect where the browser cannot
 * @returns {Promise<Core>}
 */
export async function coreOf({ fused }) {
  if (!fused || !canFuse()) return plainCore();
  try {
    const core = await import('../../../pkg/babble_fused.js');
    await core.default();
    return core;
  } catch {
    // Where it cannot be fetched, training a little slower is better than not at all.
    return plainCore();
  }
}

/**
 * The weights in a file, of the module that its run is computed with. Throws what `new Weights` throws.
 * @param {Uint8Array} file
 */
export async function weightsOf(file) {
  const plainly = new (await plainCore()).Weights(file);
  const core = await coreOf(plainly.report(undefined).config);
  if (core === plain) return { core, weights: plainly };
  plainly.free();
  return { core, weights: new core.Weights(file) };
}
