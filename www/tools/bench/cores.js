/**
 * What more cores than this machine has would give: the costs of a step's pieces are measured on one core, and the
 * time of a shared step is computed from them. Two workers, of which one is slowed on purpose, check the computation.
 */

import { LIMITS } from '../../../pkg/settings.js';
import { describe, WORKLOADS } from '../../bench/workloads.js';
import { shardsFor } from '../../src/page/run/shards.js';
import { PRESETS, presetFields } from '../../src/page/settings/presets.js';
import { assign } from '../../src/worker/parallel/all-gather.js';
import { teamsOf } from '../../src/worker/parallel/trial.js';
import { FOLDER, withBenchPage } from './bench-page.js';
import { median } from './statistics.js';
import { markdown } from './throughput.js';

/** @typedef {import('../../bench/workloads.js').Workload} Workload */
/** @typedef {import('../../bench/costs.js').Costs} Costs */

/** A barrier in shared memory: a guess, in favour of that. */
const BARRIER_MS = 0.01;
/** So small a network that its shared steps take what messages take. @type {Workload} */
const TINY = { name: 'tiny', cell: 'gru', hidden: 8, layers: 1, batch: 2, steps: 2 };
/** How fast a slow core is beside a quick one: that of a phone or a laptop with two kinds. */
const SLOW = 0.45;
/** @type {[string, number[]][]} each core's speed */
const MACHINES = [
  ['2', same(2)],
  ['4', same(4)],
  ['8', same(8)],
  ['16', same(16)],
  ['4 + 4', [...same(4), ...same(4).map(() => SLOW)]],
];
const CHECKED = ['quick', 'minute', 'W3', 'W4', 'W5'];
/** A text that is short to no preset. */
const CHARACTERS = 1_000_000;
/** How many times as long as it must the second worker takes. @type {number[]} */
const SLOWED = [1, 1.5, 2];

/** The networks of the presets that are meant to last. @returns {Workload[]} */
function presetWorkloads() {
  const own = { seed: '1', shards: '1', fused: 'true' };
  return PRESETS.filter(({ seconds }) => seconds !== undefined).map((preset) => {
    const fields = presetFields(preset, CHARACTERS, own, () => null);
    return {
      name: preset.id,
      cell: /** @type {import('../../bench/workloads.js').Cell} */ (fields.cell),
      hidden: Number(fields.hiddenSize),
      layers: Number(fields.layers),
      batch: Number(fields.batchSize),
      steps: Number(fields.sequenceLength),
    };
  });
}

/** @param {number} count */
function same(count) {
  return Array.from({ length: count }, () => 1);
}

/**
 * How long a shared step takes, in milliseconds.
 * @param {object} step
 * @param {Costs} step.costs @param {number} step.batch
 * @param {number} step.messageMs from a worker's end of its shards until all parts have come, whatever their size
 * @param {number[][]} step.shares the shards of each worker
 * @param {number[]} step.speeds of each worker's core
 * @param {boolean} [step.sharedMemory] whether gradients stay where they are, and each worker sums and applies its slice
 */
export function stepMs({ costs, batch, messageMs, shares, speeds, sharedMemory = false }) {
  const shards = shares.flat().length;
  const workers = shares.length;
  const streamsOf = (/** @type {number} */ shard) =>
    Math.floor(((shard + 1) * batch) / shards) - Math.floor((shard * batch) / shards);
  const finish = costs.finish[shards] ?? Number.NaN;
  const computed = shares.map((own, worker) => {
    const ms = own.reduce((sum, shard) => sum + (costs.compute[streamsOf(shard)] ?? Number.NaN), 0);
    const copies = sharedMemory ? 0 : (workers - 1) * own.length * costs.copy;
    return (ms + copies) / (speeds[worker] ?? 1);
  });
  if (workers === 1) return (computed[0] ?? 0) + finish;
  if (sharedMemory) {
    const slowest = Math.min(...speeds.slice(0, workers));
    return Math.max(...computed) + 2 * BARRIER_MS + finish / workers / slowest;
  }
  const finished = shares.map(
    (own, worker) => ((shards - own.length) * costs.copy + finish) / (speeds[worker] ?? 1),
  );
  return Math.max(...computed) + messageMs + Math.max(...finished);
}

/**
 * Gives each shard to the worker who would be done with it first: the shares that unequal cores would like.
 * @param {number} shards @param {number[]} speeds
 */
export function unevenShares(shards, speeds) {
  /** @type {number[][]} */
  const shares = speeds.map(() => []);
  for (let shard = 0; shard < shards; shard += 1) {
    const ends = shares.map((own, worker) => (own.length + 1) / (speeds[worker] ?? 1));
    shares[ends.indexOf(Math.min(...ends))]?.push(shard);
  }
  return shares.filter((own) => own.length > 0);
}

/**
 * The best step that the trial would find on this machine.
 * @param {{ costs: Costs, batch: number, messageMs: number }} of @param {number[]} speeds
 * @param {{ shards: number, uneven?: boolean, sharedMemory?: boolean }} way
 */
function best(of, speeds, { shards, uneven = false, sharedMemory = false }) {
  const teams = [1, ...teamsOf(Math.min(speeds.length, shards))];
  const all = teams.map((team) => {
    const own = speeds.slice(0, team);
    const shares = uneven ? unevenShares(shards, own) : assign(shards, team);
    return { team, ms: stepMs({ ...of, shares, speeds: own, sharedMemory }) };
  });
  return all.reduce((a, b) => (b.ms < a.ms ? b : a));
}

/** @param {{ turns: number, sliceMs: number }} options */
export function measureCores({ turns, sliceMs }) {
  return withBenchPage('teams.html', async (call, browser) => {
    const workloads = [...presetWorkloads(), ...WORKLOADS.slice(2)];
    const mostShards = LIMITS.shards.max;
    /** @type {import('../../bench/costs.js').CostJob} */
    const job = { workloads, mostShards, folder: FOLDER, turnMs: 60, turns: 5 };
    /** @type {Costs[]} */
    const costs = await call('measureCosts', job);
    const jobs = workloads
      .filter(({ name }) => CHECKED.includes(name))
      .flatMap((workload) => SLOWED.map((slow) => ({ workload, slow })));
    jobs.unshift({ workload: TINY, slow: 1 });
    /** @type {{ alone: number[], together: number[] }[]} */
    const checks = await call('measureSlowed', {
      ...{ jobs, turns, sliceMs, warmUpMs: 1000, folder: FOLDER },
    });
    const messageMs = median((checks[0]?.together ?? []).map((rate) => stepOf(TINY) / rate));
    const checked = jobs.slice(1).map(({ workload, slow }, at) => {
      const { alone: one, together } = checks[at + 1] ?? { alone: [], together: [] };
      const measured = median(together.map((rate, turn) => rate / (one[turn] ?? Number.NaN)));
      const of = { costs: costsOf(costs, workload), batch: workload.batch, messageMs };
      const alone = stepMs({ ...of, shares: [[0, 1]], speeds: [1] });
      const shared = stepMs({ ...of, shares: [[0], [1]], speeds: [1, 1 / slow] });
      return { ...workload, slow, measured, computed: alone / shared };
    });
    return { browser, turns, sliceMs, workloads, costs, messageMs, checked };
  });
}

/** The milliseconds' worth of characters of one step, by a rate in characters a second. @param {Workload} workload */
const stepOf = ({ batch, steps }) => 1000 * batch * steps;

/** @param {Costs[]} costs @param {Workload} workload */
const costsOf = (costs, { name }) =>
  /** @type {Costs} */ (costs.find(({ workload }) => workload === name));

/** @param {Awaited<ReturnType<typeof measureCores>>} content */
export function coresTable({ workloads, costs, messageMs, checked }) {
  const times = (/** @type {number} */ value) => value.toFixed(2);
  const rows = workloads.map((workload) => {
    const { batch } = workload;
    const of = { costs: costsOf(costs, workload), batch, messageMs };
    const alone = stepMs({ ...of, shares: [[0]], speeds: [1] });
    const cells = MACHINES.map(([, speeds]) => {
      const shards = shardsFor({ count: speeds.length, asked: false }, batch);
      const messages = best(of, speeds, { shards });
      const memory = best(of, speeds, { shards, sharedMemory: true });
      const uneven = [1, 2, 3]
        .map((finer) => Math.min(LIMITS.shards.max, batch, finer * shards))
        .map((shards) => best(of, speeds, { shards, uneven: true }))
        .reduce((a, b) => (b.ms < a.ms ? b : a));
      const each = [messages, uneven, memory].map(({ ms }) => times(alone / ms));
      return `${each[0]} (${messages.team}), ${each[1]}, ${each[2]}`;
    });
    return [`${workload.name}: ${describe(workload)}`, ...cells];
  });
  const pieces = workloads.map((workload) => {
    const { compute, finish, copy, bytes } = costsOf(costs, workload);
    const list = (/** @type {Record<number, number>} */ of, /** @type {number[]} */ keys) =>
      keys
        .flatMap((key) => (of[key] === undefined ? [] : `${key}: ${of[key].toFixed(2)}`))
        .join(', ');
    return [
      workload.name,
      list(compute, [1, 2, 3, 4, 5, 8, 10, 16, 25, 32, 50]),
      list(finish, [1, 2, 5, 10, 16]),
      `${copy.toFixed(3)} (${Math.round(bytes / 1024)} KiB)`,
    ];
  });
  return [
    `Milliseconds, the least of several turns. All messages of a step: ${messageMs.toFixed(3)} ms.`,
    markdown([
      ['', 'a shard of so many streams', 'the sum of so many shards', "a shard's copy"],
      ...pieces,
    ]),
    'How many times as fast as one worker, by computation: with messages (of how many workers), with uneven shares, with shared memory.',
    markdown([['cores', ...MACHINES.map(([name]) => name)], ...rows]),
    'Two workers against one, the second one slowed on purpose:',
    markdown([
      ['', 'slowed', 'computed', 'measured'],
      ...checked.map((row) => [
        row.name,
        ...[row.slow, row.computed, row.measured].map((value) => times(value)),
      ]),
    ]),
  ].join('\n\n');
}
