/// <reference lib="webworker" />
/** One of two workers that train each for itself or together, as they are asked. */

import { Leader } from '../src/worker/parallel/leader.js';
import { ParallelWorker } from '../src/worker/parallel/worker.js';
import { generate } from './text.js';
import { configOf } from './workloads.js';

/**
 * @typedef {{ type: 'begin', place: number, port: MessagePort, module: string,
 *             workload: import('./workloads.js').Workload, slow: number }
 *   | { type: 'train', way: 'plain' | 'sharded' | 'together', ms: number }} Wish
 *   `plain`: steps that are not cut; `sharded`: cut, and computed by this worker alone
 * @typedef {{ charactersPerSecond: number, steps: number }} Did
 */

const TEXT_CHARACTERS = 400_000;
const SHARDS = 2;

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** @type {Record<string, import('../../pkg/babble.js').Trainer>} */
const trainers = {};
/** @type {Leader | null} */
let leader = null;

scope.onmessage = ({ data }) =>
  obey(data).then(
    (did) => scope.postMessage(did ?? {}),
    (error) => scope.postMessage({ error: String(error?.stack ?? error) }),
  );

/** @param {Wish} wish @returns {Promise<Did | void>} */
async function obey(wish) {
  if (wish.type === 'begin') return begin(wish);
  const { way, ms } = wish;
  const trainer = trainers[way === 'plain' ? 'plain' : 'sharded'];
  if (trainer === undefined) throw new Error('It has not begun.');
  // What brings all to one place is no part of a step.
  if (way === 'together') await leader?.train(1);
  const before = trainer.report().charactersSeen;
  const { step } = trainer;
  const began = performance.now();
  if (way === 'together') while (performance.now() - began < ms) await leader?.train(25);
  else trainer.run(ms);
  const seconds = (performance.now() - began) / 1000;
  const characters = trainer.report().charactersSeen - before;
  return { charactersPerSecond: characters / seconds, steps: trainer.step - step };
}

/** @param {Extract<Wish, { type: 'begin' }>} wish */
async function begin({ place, port, module, workload, slow }) {
  const { default: init, Trainer, Weights } = await import(new URL(module, import.meta.url).href);
  await init();
  const text = generate(TEXT_CHARACTERS);
  const config = configOf(workload);
  trainers.plain = new Trainer(config, text);
  if (place === 1) {
    new ParallelWorker(
      1,
      [port, null],
      (weights) => slowed(new Weights(weights).resume(text, null), slow),
      close,
    );
    return;
  }
  const sharded = new Trainer({ ...config, shards: SHARDS }, text);
  trainers.sharded = sharded;
  leader = new Leader(sharded, [null, port]);
  while (!leader.isReady) {
    if (leader.lost !== null) throw new Error(leader.lost);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * The same trainer, whose every piece of work takes so many times as long, as on a slower core.
 * @param {import('../../pkg/babble.js').Trainer} trainer @param {number} factor
 */
function slowed(trainer, factor) {
  if (factor === 1) return trainer;
  return new Proxy(trainer, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (/** @type {unknown[]} */ ...args) => {
        const began = performance.now();
        const result = value.apply(target, args);
        const end = performance.now() + (factor - 1) * (performance.now() - began);
        while (performance.now() < end);
        return result;
      };
    },
  });
}
