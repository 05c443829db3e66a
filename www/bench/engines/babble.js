/** Babble, as it ships or as another build of it: one run on one workload. */
import { configOf } from '../workloads.js';

/**
 * What the worker measures; peers have the same shape.
 * @typedef {{ train(ms: number): { characters: number, ms: number } |
 *                               Promise<{ characters: number, ms: number }> }} Trainee
 * @typedef {{ folder: string, script?: string, workload: import('../workloads.js').Workload,
 *             text: string }} Task
 */

/** @type {Map<string, Promise<typeof import('../../../pkg/babble.js')>>} */
const packages = new Map();

/** @param {string} address where a script of the package is served, beside its wasm */
function load(address) {
  let loading = packages.get(address);
  if (!loading) {
    loading = import(new URL(address, import.meta.url).href).then(async (babble) => {
      await babble.default();
      return babble;
    });
    packages.set(address, loading);
  }
  return loading;
}

/**
 * @param {Task} task
 * @returns {Promise<Trainee>}
 */
export async function begin({ folder, script = 'babble.js', workload, text }) {
  const { Trainer } = await load(folder + script);
  const trainer = new Trainer(/** @type {any} */ (configOf(workload)), text);
  let seen = 0;
  return {
    train(ms) {
      const began = performance.now();
      const { charactersSeen } = trainer.run(ms);
      const characters = charactersSeen - seen;
      seen = charactersSeen;
      return { characters, ms: performance.now() - began };
    },
  };
}
