/** The browser that is measured in. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../chromium.js';
import { findFirefox } from '../firefox.js';
import { ask } from '../run.js';
import { workerClock } from './cpu-clock.js';

export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Runs one job of ../../bench/worker.js in a page of its own.
 * @param {string} url the benchmark's page
 * @param {import('../../bench/worker.js').Job} job
 * @returns {Promise<{ outcome: import('../../bench/worker.js').Outcome, version: string }>}
 */
export async function measureInChromium(url, job) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    page.on('console', (message) => process.stderr.write(`  ${message.text()}\n`));
    if (job.cpuTime) await page.exposeFunction('workerCpuMs', workerClock());
    await page.goto(url);
    await page.waitForFunction(() => 'measure' in globalThis);
    const outcome = await page.evaluate(
      (job) =>
        /** @type {{ measure: (job: unknown) => Promise<any> }} */ (
          /** @type {unknown} */ (globalThis)
        ).measure(job),
      job,
    );
    return { outcome, version: `Chromium ${browser.version()}` };
  } finally {
    await browser.close();
  }
}

/**
 * As {@link measureInChromium}, in Firefox. It is driven by no protocol: it opens one address, whose page
 * asks the server for its job and hands back what came of it.
 * @param {string} url
 * @param {import('../../bench/worker.js').Job} job
 * @param {import('./serve.js').Errand} errand
 */
export async function measureInFirefox(url, job, errand) {
  const firefox = findFirefox();
  const version = ask(firefox, ['--version'])?.trim() ?? 'Firefox';
  const profile = mkdtempSync(join(tmpdir(), 'babble-firefox-'));
  const done = errand.give(job);
  const args = ['--headless', '--no-remote', '--profile', profile, `${url}?errand`];
  const browser = spawn(firefox, args, { stdio: 'ignore' });
  try {
    const ended = new Promise((_, reject) => {
      browser.on('error', reject);
      browser.on('exit', () => reject(new Error('Firefox ended before it had measured.')));
    });
    const outcome = /** @type {import('../../bench/worker.js').Outcome} */ (
      await Promise.race([done, ended])
    );
    return { outcome, version };
  } finally {
    const gone = new Promise((resolve) => browser.on('close', resolve));
    browser.kill();
    await gone;
    rmSync(profile, { recursive: true, force: true });
  }
}

/** @param {string[]} [flags] */
export const launch = (flags = []) =>
  chromium.launch({ executablePath: findChromium(), args: [...FLAGS, ...flags] });
