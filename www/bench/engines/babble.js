/** Babble, as it ships or as another build of it: one run on one workload. */
import { configOf } from '../workloads.js';

/**
 * What the worker measures; peers have the same shape.
 * @typedef {{ train(ms: number): { characters: number, ms: number } |
 *                               Promise<{ characters: number, ms: number }> }} Trainee
 * @typedef {{ folder: string, workload: import('../workloads.js').Workload, text: string }} Task
 */

/** @type {Map<string, Promise<typeof import('../../../pkg/babble.js')>>} */
const packages = new Map();

/** @param {string} folder where babble.js and its wasm are served */
function load(folder) {
  let loading = packages.get(folder);
  if (!loading) {
    loading = import(new URL(`${folder}babble.js`, import.meta.url).href).then(async (babble) => {
      await babble.default();
      return babble;
    });
    packages.set(folder, loading);
  }
  return loading;
}

/**
 * @param {Task} task
 * @returns {Promise<Trainee>}
 */
export async function begin({ folder, workload, text }) {
  const { Trainer } = await load(folder);
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
