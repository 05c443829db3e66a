/** The browser that is measured in. */

import { chromium } from 'playwright-core';
import { findChromium } from '../chromium.js';

const FLAGS = [
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

/** @param {string[]} [flags] */
export const launch = (flags = []) =>
  chromium.launch({ executablePath: findChromium(), args: [...FLAGS, ...flags] });
