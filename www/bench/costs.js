/** What a step costs by its pieces, for whoever drives the page: from it the tools compute what more cores would give. */

import { generate } from './text.js';
import { configOf } from './workloads.js';

/** @typedef {import('./workloads.js').Workload} Workload */
/**
 * @typedef {object} Costs all in milliseconds, the least of several turns
 * @property {string} workload
 * @property {Record<number, number>} compute the gradients of a shard, by its number of streams
 * @property {Record<number, number>} finish the sum of so many shards, clipping and the optimiser
 * @property {number} copy one shard's gradients into a message, or out of one
 * @property {number} bytes of a shard's gradients
 *
 * @typedef {{ workloads: Workload[], mostShards: number, folder: string, turnMs: number, turns: number }} CostJob
 *   `mostShards`: as many as a configuration allows
 */

const TEXT_CHARACTERS = 400_000;

/** @param {CostJob} job @returns {Promise<Costs[]>} */
async function measureCosts({ workloads, mostShards, folder, turnMs, turns }) {
  const { default: init, Trainer } = await import(
    new URL(`${folder}babble_fused.js`, import.meta.url).href
  );
  await init();
  const text = generate(TEXT_CHARACTERS);
  return workloads.map((workload) => {
    console.log(workload.name);
    /** @param {object} other @returns {import('../../pkg/babble.js').Trainer} */
    const begin = (other) =>
      new Trainer({ ...configOf(workload), averaging: 0.998, ...other }, text);
    /** @param {() => number} once measures it once */
    const least = (once) => {
      let best = Number.POSITIVE_INFINITY;
      for (let turn = 0; turn < turns; turn += 1) {
        const end = performance.now() + turnMs;
        while (performance.now() < end) best = Math.min(best, once());
      }
      return best;
    };

    /** @type {Record<number, number>} */
    const compute = {};
    for (const streams of streamCounts(workload.batch, mostShards)) {
      const trainer = begin({ batchSize: streams, shards: 1 });
      compute[streams] = least(() => {
        const ms = timed(() => trainer.computePart(0));
        trainer.abandonParts();
        return ms;
      });
      trainer.free();
    }

    /** @type {Record<number, number>} */
    const finish = {};
    const report = new Float64Array(7);
    let [copy, bytes] = [0, 0];
    for (let shards = 1; shards <= Math.min(workload.batch, mostShards); shards += 1) {
      // What the sum costs does not depend on the length of the sequences.
      const trainer = begin({ sequenceLength: 2, shards });
      finish[shards] = least(() => {
        for (let shard = 0; shard < shards; shard += 1) trainer.computePart(shard);
        return timed(() => trainer.finishStep(report));
      });
      bytes = 4 * trainer.partLength(0);
      const values = new Float32Array(bytes / 4);
      copy = least(() => {
        const ms = timed(() => trainer.takePart(0, 1, values, 0));
        trainer.abandonParts();
        return ms;
      });
      trainer.free();
    }
    return { workload: workload.name, compute, finish, copy, bytes };
  });
}

/** @param {() => unknown} act */
function timed(act) {
  const began = performance.now();
  act();
  return performance.now() - began;
}

/** The sizes that shards of this batch may have. @param {number} batch @param {number} mostShards */
function streamCounts(batch, mostShards) {
  const most = Math.min(batch, mostShards);
  const sizes = Array.from({ length: most }, (_, i) => i + 1).flatMap((shards) => [
    Math.floor(batch / shards),
    Math.ceil(batch / shards),
  ]);
  return [...new Set(sizes)].sort((a, b) => a - b);
}

Object.assign(globalThis, { measureCosts });
