/**
 * `npm run lighthouse`: what Lighthouse says of the built page on a desktop and on an emulated phone, the median of
 * three audits each. It fails when it finds less than docs/performance.md promises.
 *
 * Its 190 MB are fetched when they are asked for: they are no dependency, and the test command goes without.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLAGS } from './bench/browser.js';
import { serve } from './bench/serve.js';
import { median } from './bench/statistics.js';
import { findChromium } from './chromium.js';
import { npm } from './node-modules.js';
import { www } from './paths.js';
import { command, Problem, run, say } from './run.js';
import { buildIfChanged } from './vite.js';

/** Apache-2.0. */
const LIGHTHOUSE = 'lighthouse@13.5.0';

/** Other work on the machine makes single audits slower. */
const AUDITS = 3;

const FORMS = [
  { name: 'desktop', options: ['--preset=desktop'], least: 100 },
  { name: 'phone', options: [], least: 95 },
];

/**
 * @param {string} url @param {string[]} options @param {string} file for the report
 * @returns {Promise<Record<string, number>>} percent by category
 */
async function audit(url, options, file) {
  const flags = `--chrome-flags=--headless=new ${FLAGS.join(' ')}`;
  const own = [url, '--quiet', '--output=json', `--output-path=${file}`, flags, ...options];
  const args = ['exec', '--yes', `--package=${LIGHTHOUSE}`, '--', 'lighthouse', ...own];
  await run(process.execPath, [npm(), ...args], { env: { CHROME_PATH: findChromium() } });
  /** @type {{ categories: Record<string, { score: number }> }} */
  const { categories } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.fromEntries(
    Object.entries(categories).map(([name, { score }]) => [name, Math.round(100 * score)]),
  );
}

await command(async () => {
  await buildIfChanged();
  const server = await serve({ '/': join(www, 'dist') }, { isolate: false, gzip: true });
  const folder = mkdtempSync(join(tmpdir(), 'babble-lighthouse-'));
  const lacking = [];
  try {
    for (const { name, options, least } of FORMS) {
      const scores = [];
      for (let i = 0; i < AUDITS; i += 1) {
        scores.push(await audit(server.url, options, join(folder, 'report.json')));
      }
      for (const category of Object.keys(scores[0])) {
        const found = scores.map((score) => score[category]);
        say(`${name}, ${category}: ${median(found)} (${found.join(', ')})`);
        if (median(found) < least) lacking.push(`${name}, ${category}: less than ${least}`);
      }
    }
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  if (lacking.length > 0) throw new Problem(lacking.join('\n'));
});
