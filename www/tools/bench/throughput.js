/** Characters a second and the share of the register peak, workload by workload. */

import { join } from 'node:path';
import { describe, flopsPerCharacter } from '../../bench/workloads.js';
import { root, www } from '../paths.js';
import { measureInChromium, measureInFirefox } from './browser.js';
import { wasm } from './machine.js';
import { preparePeers } from './peers.js';
import { serve } from './serve.js';
import { quantile, summary } from './statistics.js';

/** @typedef {import('../../bench/workloads.js').Workload} Workload */
/** @typedef {import('../../bench/worker.js').Outcome} Outcome */
/** @typedef {import('../../bench/worker.js').Sample} Sample */

const WARM_UP_MS = 1000;
/** What a thing reaches at its best is what it exceeds in a twentieth of the turns. */
const BEST = 0.95;

/**
 * Measures the workloads on pkg/, on other builds of it and on peers.
 * @param {{ workloads: Workload[], turns: number, sliceMs: number, builds: string[][],
 *           peers: boolean, growth: boolean, firefox: boolean, cpuTime: boolean }} options
 */
export async function measure(options) {
  const { workloads, turns, sliceMs, builds, peers, growth, firefox, cpuTime } = options;
  const others = peers ? await preparePeers() : { folders: {}, engines: [] };
  const all = [['babble', join(root, 'pkg')], ...builds];
  const server = await serve({
    '/': join(www, 'bench'),
    ...Object.fromEntries(all.map(([name, folder]) => [`/builds/${name}/`, folder])),
    ...others.folders,
  });
  const module = './engines/babble.js';
  const fused = { module, folder: '/builds/babble/', script: 'babble_fused.js' };
  const engines = [
    ...all.map(([name = '']) => ({ name, module, folder: `/builds/${name}/` })),
    // How cost grows is drawn for one of them.
    ...(growth ? [] : [{ ...fused, name: 'babble, fused' }]),
    ...others.engines,
  ];
  try {
    const entries = workloads.flatMap((workload) =>
      engines.map((engine) => ({ engine, workload })),
    );
    const job = { entries, turns, sliceMs, warmUpMs: WARM_UP_MS, cpuTime };
    const run = firefox ? measureInFirefox : measureInChromium;
    const { outcome, version } = await run(server.url, job, server.errand);
    const modules = Object.fromEntries(all.map(([name, folder]) => [name, wasm(folder)]));
    return {
      browser: version,
      builds: modules,
      turns,
      sliceMs,
      clock: cpuTime ? 'processor time of the worker' : 'wall',
      results: results(outcome, workloads),
      ...outcome,
    };
  } finally {
    server.close();
  }
}

/**
 * What the samples say of each engine on each workload. The share is the median of the turns' shares,
 * each with the peak measured around that very turn; at its best it is the best speed's share of the best peak.
 * @param {Outcome} outcome
 * @param {Workload[]} workloads
 */
function results({ samples }, workloads) {
  const engines = [...new Set(samples.map(({ engine }) => engine))];
  const bestPeak = quantile(
    samples.map(({ peak }) => peak),
    BEST,
  );
  return workloads.flatMap((workload) =>
    engines.flatMap((engine) => {
      const own = samples.filter((s) => s.engine === engine && s.workload === workload.name);
      if (own.length === 0) return [];
      const flops = flopsPerCharacter(workload);
      const best = quantile(
        own.map((s) => s.charactersPerSecond),
        BEST,
      );
      return {
        ...workload,
        engine,
        flopsPerCharacter: flops,
        turns: own.length,
        charactersPerSecond: summary(own.map((s) => s.charactersPerSecond)),
        peak: summary(own.map((s) => s.peak)),
        share: summary(own.map((s) => (s.charactersPerSecond * flops) / s.peak)),
        best: {
          charactersPerSecond: best,
          peak: bestPeak,
          share: (best * flops) / bestPeak,
        },
      };
    }),
  );
}

/** @param {ReturnType<typeof results>} rows */
export function table(rows) {
  const several = new Set(rows.map(({ engine }) => engine)).size > 1;
  const lines = rows.map((row) => {
    const speed = row.charactersPerSecond;
    const { median, quartiles } = row.share;
    return [
      row.name,
      describe(row),
      ...(several ? [row.engine] : []),
      `${thousands(speed.median)} (${thousands(speed.min)} to ${thousands(speed.max)})`,
      ((speed.median * row.flopsPerCharacter) / 1e9).toFixed(1),
      (row.peak.median / 1e9).toFixed(1),
      `${percent(median)} (${quartiles.map(percent).join(' to ')})`,
      `${thousands(row.best.charactersPerSecond)}: ${percent(row.best.share)}`,
      row.target === undefined ? '' : percent(row.target),
    ];
  });
  const head = [
    '',
    'workload',
    ...(several ? ['engine'] : []),
    'characters/s: median (range)',
    'GFLOP/s',
    'peak',
    'share of peak (quartiles)',
    'at its best',
    'asked for',
  ];
  return markdown([head, ...lines]);
}

/** @param {string[][]} rows the first is the head */
export function markdown([head = [], ...rows]) {
  const widths = head.map((title, i) =>
    Math.max(3, ...[title, ...rows.map((row) => row[i] ?? '')].map((cell) => cell.length)),
  );
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** @param {number} value */
const thousands = (value) => `${(value / 1000).toFixed(value < 10_000 ? 2 : 1)} k`;
/** @param {number} share */
export const percent = (share) => `${(share * 100).toFixed(1)} %`;
