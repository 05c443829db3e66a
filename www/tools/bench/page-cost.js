/// <reference lib="dom" />
/**
 * What the page costs the training: characters a second while it is hidden behind another tab, against
 * visible with every view drawing, in turns; and how long it is from the click on Train to the first
 * loss. What memory it takes, `npm run soak` tells.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { generate } from '../../bench/text.js';
import { makeHideable } from '../hideable.js';
import { giveText, heard, openBuiltPage, pressTrain } from './page.js';
import { median } from './statistics.js';

const MEGABYTE = 1_000_000;
/** Presses of Train that are timed. */
const STARTS = 5;
const WARM_UP_MS = 8000;
/** What a change of visibility needs to settle. */
const SETTLE_MS = 1000;

/** @typedef {import('playwright-core').Page} Page */

/** @param {{ pairs: number, windowMs: number }} options */
export async function pageCost({ pairs, windowMs }) {
  const session = await openBuiltPage();
  const text = { name: 'generated.txt', text: generate(MEGABYTE) };
  try {
    const starts = [];
    for (let start = 0; start < STARTS; start += 1) {
      const page = await session.visit();
      await giveText(page, text);
      const began = await pressTrain(page);
      starts.push((await firstLossAt(page)) - began);
      await page.context().close();
    }

    const page = await session.visit();
    await page.addInitScript(makeHideable);
    await page.reload();
    await giveText(page, text);
    await pressTrain(page);
    await firstLossAt(page);
    await sleep(WARM_UP_MS);
    const rates = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      // Whoever is first in one pair is second in the next, against drift.
      const order = pair % 2 === 0 ? ['hidden', 'visible'] : ['visible', 'hidden'];
      /** @type {Record<string, number>} */
      const rate = {};
      for (const state of order) {
        await page.evaluate((state) => /** @type {any} */ (globalThis).turn(state), state);
        await sleep(SETTLE_MS);
        rate[state] = await charactersPerSecond(page, windowMs);
      }
      const { hidden = Number.NaN, visible = Number.NaN } = rate;
      rates.push({ hidden, visible, cost: 1 - visible / hidden });
      process.stderr.write(`pair ${pair + 1} of ${pairs}: ${percent(1 - visible / hidden)}\n`);
    }
    const costs = rates.map(({ cost }) => cost).sort((a, b) => a - b);
    const skip = outside(pairs);
    return {
      browser: session.version,
      pairs: rates,
      cost: { median: median(costs), interval: [costs[skip], costs[pairs - 1 - skip]] },
      firstLossMs: { median: median(starts), all: starts },
    };
  } finally {
    await session.close();
  }
}

/**
 * How many of `n` sorted differences lie outside an interval for their median that holds with at least
 * 95 %, on either side: the sign test's.
 * @param {number} n
 */
function outside(n) {
  let [skip, tail, term] = [0, 0, 0.5 ** n];
  while (tail + term <= 0.025) {
    tail += term;
    skip += 1;
    term *= (n - skip + 1) / skip;
  }
  return Math.max(0, skip - 1);
}

/** When the first loss stood in the page, by its clock. @param {Page} page */
const firstLossAt = (page) =>
  page
    .getByRole('status', { name: 'Training loss', exact: true })
    .locator('data')
    .evaluate(
      (data) =>
        new Promise((resolve) => {
          const look = () => {
            if (!data.getAttribute('value')) return;
            observer.disconnect();
            resolve(performance.now());
          };
          const observer = new MutationObserver(look);
          observer.observe(data, { attributes: true });
          look();
        }),
    )
    .then(Number);

/** @param {Page} page @param {number} ms */
async function charactersPerSecond(page, ms) {
  const before = (await heard(page)).progress;
  await sleep(ms);
  const after = (await heard(page)).progress;
  if (!before || !after) throw new Error('The page does not train.');
  return ((after.characters - before.characters) / (after.at - before.at)) * 1000;
}

/** @param {number} share */
const percent = (share) => `${(share * 100).toFixed(1)} %`;
