/**
 * `npm run bench`: how fast the shipped wasm trains in Chromium, in one worker, beside the register
 * peak of the engine. Options:
 *
 *   --only W1,W3           these workloads
 *   --turns N              turns (7); medians are taken over them
 *   --slice MS             how long one workload runs in a turn (400)
 *   --build NAME=FOLDER    another build of pkg/ in the same turns; may be repeated
 *   --json FILE            where the numbers go (target/bench/chromium.json)
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { WORKLOADS } from '../bench/workloads.js';
import { measureInChromium } from './bench/browser.js';
import { machine, revision, wasm } from './bench/machine.js';
import { serve } from './bench/serve.js';
import { results, table } from './bench/throughput.js';
import { ensureNodeModules } from './node-modules.js';
import { root, www } from './paths.js';
import { command, Problem } from './run.js';

await command(async (args) => {
  const options = read(args);
  await ensureNodeModules();
  const builds = [['babble', join(root, 'pkg')], ...options.builds];
  const server = await serve({
    '/': join(www, 'bench'),
    ...Object.fromEntries(builds.map(([name, folder]) => [`/builds/${name}/`, folder])),
  });
  try {
    const before = machine();
    const entries = options.workloads.flatMap((workload) =>
      builds.map(([name = '']) => ({
        engine: { name, module: './engines/babble.js', folder: `/builds/${name}/` },
        workload,
      })),
    );
    const { turns, sliceMs } = options;
    const job = { entries, turns, sliceMs, warmUpMs: 1000 };
    const { outcome, version } = await measureInChromium(server.url, job);
    const rows = results(outcome, options.workloads);
    write(options.json, {
      measured: 'throughput',
      date: new Date().toISOString(),
      revision: revision(),
      machine: { ...before, loadAfter: machine().load },
      browser: version,
      wasm: Object.fromEntries(builds.map(([name, folder]) => [name, wasm(folder)])),
      turns,
      sliceMs,
      results: rows,
      ...outcome,
    });
    console.log(`\n${before.processor}, ${version}, load ${before.load?.toFixed(2)}\n`);
    console.log(table(rows));
    for (const { engine, workload, error } of outcome.failures) {
      console.log(`${engine} did not run ${workload}: ${error}`);
    }
    console.log(`\nAll samples: ${options.json}`);
  } finally {
    server.close();
  }
});

/** @param {string[]} args */
function read(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      turns: { type: 'string', default: '7' },
      slice: { type: 'string', default: '400' },
      build: { type: 'string', multiple: true, default: [] },
      json: { type: 'string', default: join(root, 'target', 'bench', 'chromium.json') },
    },
  });
  const only = values.only?.split(',');
  const unknown = only?.find((name) => !WORKLOADS.some((workload) => workload.name === name));
  if (unknown !== undefined) throw new Problem(`There is no workload "${unknown}".`);
  return {
    workloads: WORKLOADS.filter(({ name }) => only?.includes(name) ?? true),
    turns: whole('turns', values.turns),
    sliceMs: whole('slice', values.slice),
    builds: values.build.map((build) => {
      const [name = '', folder = ''] = build.split('=');
      return [name, resolve(folder)];
    }),
    json: resolve(values.json),
  };
}

/** @param {string} name @param {string} value */
function whole(name, value) {
  if (!/^[1-9]\d*$/.test(value)) throw new Problem(`--${name} is "${value}", not a whole number.`);
  return Number(value);
}

/** @param {string} path @param {unknown} content */
function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(content, null, 1)}\n`);
}
