/**
 * `npm run bench`: how fast the shipped wasm trains in Chromium, in one worker, plain and fused, beside the
 * register peak of the engine (which is not fused). Options:
 *
 *   --only W1,W3           these workloads
 *   --turns N              turns; medians are taken over them (61, or 7 longer ones where --slice is 400)
 *   --slice MS             how long one workload runs in a turn, a step at least (40, so that some turns fall
 *                          into quiet moments of a shared machine; 400 with --peers, --growth or --cpu-time)
 *   --build NAME=FOLDER    another build of pkg/ in the same turns; may be repeated
 *   --cpu-time             by the worker's processor time instead of the wall clock (Linux, Chromium):
 *                          for a machine that has much else to do
 *   --peers                TensorFlow.js and candle too (benches/peers), in the same turns
 *   --growth               instead of the workloads: one of H, B, T and L varied at a time, and drawn
 *                          in docs/growth.svg
 *   --firefox              in Firefox instead of Chromium
 *
 *   --time-to-loss FILE    instead: held-out loss against seconds since the click on Train, in the page
 *   --seeds 1,2,3,4,5      for these seeds, one after another
 *   --seconds N            each for so long (180)
 *   --set LABEL=VALUE      with this setting of the page; may be repeated, and they are set in order
 *
 *   --curves NAME=FILE     instead: draws docs/time-to-loss.svg from what --time-to-loss wrote; may be
 *                          repeated
 *
 *   --page-cost            instead: what the open page costs the training, and its start
 *   --pairs N              pairs of a hidden and a visible stretch (11)
 *
 *   --lens-cost            instead: what each open lens costs the training, in as many pairs; with --cpu-time
 *                          by the worker's processor time
 *
 *   --workers              instead: two workers that share every step, against one and against two
 *                          runs side by side
 *
 *   --cores                instead: what a step's pieces cost on one core, what 2, 4, 8, 16 and 4 + 4 unequal
 *                          cores make of it by computation, and two workers, one of them slowed, as a check
 *
 *   --json FILE            where the numbers go (target/bench/WHAT.json)
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { growth, WORKLOADS } from '../bench/workloads.js';
import { coresTable, measureCores } from './bench/cores.js';
import { lensCost, lensTable } from './bench/lens-cost.js';
import { lossSvg } from './bench/loss-plot.js';
import { machine, revision, wasm } from './bench/machine.js';
import { pageCost } from './bench/page-cost.js';
import { growthSvg } from './bench/plot.js';
import { measureTeams, teamTable } from './bench/teams.js';
import { measure, table } from './bench/throughput.js';
import { lossTable, timeToLoss } from './bench/time-to-loss.js';
import { ensureNodeModules } from './node-modules.js';
import { root } from './paths.js';
import { command, Problem } from './run.js';

const WINDOW_MS = 5000;
/** What there is to beat on tiny-shakespeare: see docs/baselines.md. @type {[string, number][]} */
const MARKS = [
  ["nanoGPT's CPU recipe, after 3 min", 1.88],
  ['best n-gram (order 7)', 1.517],
];

await command(async (args) => {
  const options = read(args);
  if (options.curves.length > 0) {
    const file = join(root, 'docs', 'time-to-loss.svg');
    writeFileSync(file, lossSvg(options.curves, MARKS));
    console.log(file);
    return;
  }
  await ensureNodeModules();
  const before = machine();
  const { name, content, told } = await chosen(options);
  const file = options.json ?? join(root, 'target', 'bench', `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  const all = {
    measured: name,
    date: new Date().toISOString(),
    revision: revision(),
    machine: { ...before, loadAfter: machine().load },
    wasm: wasm(),
    ...content,
  };
  writeFileSync(file, `${JSON.stringify(all, null, 1)}\n`);
  const load = [before.load, machine().load].map((load) => load?.toFixed(1)).join(' to ');
  console.log(`\n${before.processor}, ${content.browser}, load ${load}\n\n${told}\n\n${file}`);
});

/**
 * @param {ReturnType<typeof read>} options
 * @returns {Promise<{ name: string, content: { browser: string }, told: string }>}
 */
async function chosen(options) {
  if (options.timeToLoss) {
    const content = await timeToLoss({ ...options, file: options.timeToLoss });
    return { name: 'time-to-loss', content, told: lossTable(content) };
  }
  if (options.workers) {
    const content = await measureTeams(options);
    return { name: 'workers', content, told: teamTable(content) };
  }
  if (options.cores) {
    const content = await measureCores(options);
    return { name: 'cores', content, told: coresTable(content) };
  }
  if (options.pageCost) {
    const content = await pageCost({ pairs: options.pairs, windowMs: WINDOW_MS });
    const { pairs: _, browser: __, ...told } = content;
    return { name: 'page-cost', content, told: JSON.stringify(told, null, 1) };
  }
  if (options.lensCost) {
    const { pairs, cpuTime } = options;
    const content = await lensCost({ pairs, windowMs: WINDOW_MS, cpuTime });
    return { name: 'lens-cost', content, told: lensTable(content) };
  }
  const content = await measure(options);
  const failed = content.failures.map(
    ({ engine, workload, error }) => `${engine} did not run ${workload}: ${error}`,
  );
  if (options.growth) {
    const caption = `LSTM 128, B 32, T 50 but for what varies. Characters a second, ${content.browser}`;
    writeFileSync(join(root, 'docs', 'growth.svg'), growthSvg(content.results, caption));
  }
  return {
    name: [
      'throughput',
      ...['growth', 'peers', 'firefox'].filter((w) => Reflect.get(options, w)),
    ].join('-'),
    content,
    told: [table(content.results), ...failed].join('\n'),
  };
}

/** @param {string[]} args */
function read(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      turns: { type: 'string' },
      slice: { type: 'string' },
      build: { type: 'string', multiple: true, default: [] },
      'cpu-time': { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
      firefox: { type: 'boolean', default: false },
      'time-to-loss': { type: 'string' },
      curves: { type: 'string', multiple: true, default: [] },
      seeds: { type: 'string', default: '1,2,3,4,5' },
      seconds: { type: 'string', default: '180' },
      set: { type: 'string', multiple: true, default: [] },
      workers: { type: 'boolean', default: false },
      cores: { type: 'boolean', default: false },
      'page-cost': { type: 'boolean', default: false },
      'lens-cost': { type: 'boolean', default: false },
      pairs: { type: 'string', default: '11' },
      json: { type: 'string' },
    },
  });
  const all = values.growth ? growth() : WORKLOADS;
  const only = values.only?.split(',');
  const unknown = only?.find((name) => !all.some((workload) => workload.name === name));
  if (unknown !== undefined) throw new Problem(`There is no workload "${unknown}".`);
  const long =
    values.peers || values.growth || values.workers || values.cores || values['cpu-time'];
  return {
    workloads: all.filter(({ name }) => only?.includes(name) ?? true),
    turns: whole('turns', values.turns ?? (long ? '7' : '61')),
    sliceMs: whole('slice', values.slice ?? (long ? '400' : '40')),
    builds: values.build.map((build) => named('build', build)).map(([n, f]) => [n, resolve(f)]),
    cpuTime: values['cpu-time'],
    peers: values.peers,
    growth: values.growth,
    firefox: values.firefox,
    curves: values.curves.map((curve) => named('curves', curve)),
    timeToLoss: values['time-to-loss'] && resolve(values['time-to-loss']),
    seeds: values.seeds.split(',').map((seed) => whole('seeds', seed)),
    seconds: whole('seconds', values.seconds),
    settings: values.set.map((setting) => named('set', setting)),
    workers: values.workers,
    cores: values.cores,
    pageCost: values['page-cost'],
    lensCost: values['lens-cost'],
    pairs: whole('pairs', values.pairs),
    json: values.json && resolve(values.json),
  };
}

/** @param {string} name @param {string} value */
function whole(name, value) {
  if (!/^[1-9]\d*$/.test(value)) throw new Problem(`--${name} is "${value}", not a whole number.`);
  return Number(value);
}

/** @param {string} option @param {string} value @returns {[string, string]} */
function named(option, value) {
  const at = value.indexOf('=');
  if (at < 1) throw new Problem(`--${option} is "${value}", and wants NAME=VALUE.`);
  return [value.slice(0, at), value.slice(at + 1)];
}
