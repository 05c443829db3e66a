/**
 * The network's code, of which the package holds two modules: one rounds after each operation and so comes to
 * the same bits everywhere, the other fuses multiplications with additions. A worker fetches the one that it
 * needs, and the other only for a run that was made with it. Objects of one mean nothing to the other, so a
 * run has all of its objects from one of them.
 */
import * as script from '../../../../pkg/babble.js';
import { canFuse } from '../../shared/wasm-features.js';

/** @typedef {typeof script} Core */
/** @typedef {'plain' | 'fused'} Kind */

const MODULES = {
  plain: new URL('../../../../pkg/babble_bg.wasm', import.meta.url),
  fused: new URL('../../../../pkg/babble_fused_bg.wasm', import.meta.url),
};

/**
 * The modules of one worker. A script of the package drives one module, and the same script fits both: the
 * first module has the script that lies in the worker's own file, the second has a copy that is fetched with it.
 */
export class Cores {
  #preferred;
  /** @type {Map<Kind, Promise<Core>>} */
  #loaded = new Map();
  /** Whether the worker's own script has a module. */
  #taken = false;

  /** @param {Kind} preferred that the next run probably needs */
  constructor(preferred) {
    this.#preferred = preferred;
  }

  /** A module for everything that either can do: the one that is here, or the preferred one. */
  any() {
    const [first] = this.#loaded.values();
    return first ?? this.for({ fused: this.#preferred === 'fused' });
  }

  /**
   * The module that a run is computed with.
   * @param {{ fused: boolean }} config as the run has it; without effect where the browser cannot
   * @returns {Promise<Core>}
   */
  async for({ fused }) {
    if (!fused || !canFuse()) return this.#load('plain');
    try {
      return await this.#load('fused');
    } catch {
      // Where it cannot be fetched, training a little slower is better than not at all.
      return this.#load('plain');
    }
  }

  /**
   * The weights in a file, of the module that its run is computed with. Throws what `new Weights` throws.
   * @param {Uint8Array} file
   */
  async weightsOf(file) {
    const here = await this.any();
    const weights = new here.Weights(file);
    const core = await this.for(weights.report(undefined).config);
    if (core === here) return { core, weights };
    weights.free();
    return { core, weights: new core.Weights(file) };
  }

  /** @param {Kind} kind */
  #load(kind) {
    const loaded = this.#loaded.get(kind) ?? this.#fetch(kind);
    this.#loaded.set(kind, loaded);
    // It may be there the next time.
    loaded.catch(() => this.#loaded.delete(kind));
    return loaded;
  }

  /** @param {Kind} kind @returns {Promise<Core>} */
  async #fetch(kind) {
    const own = !this.#taken;
    this.#taken = true;
    try {
      const core = own ? script : (await import('../later.js')).secondCore;
      await core.default({ module_or_path: MODULES[kind] });
      return core;
    } catch (error) {
      if (own) this.#taken = false;
      throw error;
    }
  }
}
