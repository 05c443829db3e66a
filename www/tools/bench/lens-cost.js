/// <reference lib="dom" />
/**
 * What an open lens costs the training: characters a second with each lens against Certainty, in turns, on the
 * page as it opens: the first preset and Moby-Dick. By the processor time of the worker where the system tells it
 * (Linux), so that what else the machine does counts for little. Beside it, which share of the time training waited
 * for looks, by the worker's own clock.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { workerClock } from './cpu-clock.js';
import { heard, openBuiltPage, pressTrain } from './page.js';
import { median, quantile } from './statistics.js';

/** Those that look again and again. Time and Lines look when they are asked to. */
const LENSES = ['Surprise', 'A neuron', 'Memory', 'Copied', 'Time'];
const CLOSED = 'Certainty';
const WARM_UP_MS = 8000;
/** What opening a lens takes by itself: its module is fetched, an index made. */
const SETTLE_MS = 1500;

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ characters: number, ms: number, cpuMs: number, looks: number, waitedMs: number }} Stretch */

/** @param {{ pairs: number, windowMs: number, cpuTime: boolean }} options */
export async function lensCost({ pairs, windowMs, cpuTime }) {
  const session = await openBuiltPage();
  try {
    const page = await session.visit();
    await page.getByText('Moby-Dick: ').first().waitFor();
    await pressTrain(page);
    await page.waitForFunction(() => /** @type {any} */ (globalThis).heard.progress !== null);
    await sleep(WARM_UP_MS);
    const clock = cpuTime ? workerClock() : () => performance.now();
    /** @param {string} lens @returns {Promise<Stretch>} */
    const measured = async (lens) => {
      await page.getByRole('radio', { name: lens, exact: true }).check({ force: true });
      await sleep(SETTLE_MS);
      return stretch(page, windowMs, clock);
    };
    const lenses = [];
    for (const lens of LENSES) {
      const rates = [];
      for (let pair = 0; pair < pairs; pair += 1) {
        // Whichever is first in one pair is second in the next, against drift.
        const order = pair % 2 === 0 ? [CLOSED, lens] : [lens, CLOSED];
        /** @type {Record<string, Stretch>} */
        const of = {};
        for (const which of order) of[which] = await measured(which);
        rates.push({ closed: of[CLOSED], open: of[lens] });
      }
      lenses.push({ lens, ...costs(rates), pairs: rates });
      process.stderr.write(`${row(lenses[lenses.length - 1])}\n`);
    }
    return { browser: session.version, cpuTime, lenses };
  } finally {
    await session.close();
  }
}

/** @param {{ closed: Stretch, open: Stretch }[]} pairs */
function costs(pairs) {
  const cost = (/** @type {'cpuMs' | 'ms'} */ by) => {
    const rate = (/** @type {Stretch} */ stretch) => stretch.characters / stretch[by];
    const all = pairs.map(({ closed, open }) => 1 - rate(open) / rate(closed));
    return [0.5, 0.25, 0.75].map((share) => quantile(all, share));
  };
  const all = (/** @type {(stretch: Stretch) => number} */ of) => pairs.map(({ open }) => of(open));
  return {
    /** Median and quartiles. */
    cost: cost('cpuMs'),
    byTheWall: cost('ms'),
    waited: median(all(({ waitedMs, ms }) => waitedMs / ms)),
    looksASecond: median(all(({ looks, ms }) => (1000 * looks) / ms)),
    lookMs: median(all(({ waitedMs, looks }) => (looks === 0 ? 0 : waitedMs / looks))),
    /** Looks while no lens was open: there must be none. */
    whileClosed: pairs.reduce((sum, { closed }) => sum + closed.looks, 0),
  };
}

/** @param {Awaited<ReturnType<typeof lensCost>>} content */
export const lensTable = ({ lenses }) =>
  [
    '| lens | cost (quartiles) | by the wall clock | training waited | looks a second | one look | looks while closed |',
    '|---|---|---|---|---|---|---|',
    ...lenses.map(row),
  ].join('\n');

/** @param {{ lens: string } & ReturnType<typeof costs>} measured */
function row({ lens, cost, byTheWall, waited, looksASecond, lookMs, whileClosed }) {
  const spread = ([middle, low, high] = byTheWall) =>
    `${percent(middle)} (${percent(low)} to ${percent(high)})`;
  const figures = [
    percent(waited),
    looksASecond.toFixed(2),
    `${lookMs.toFixed(1)} ms`,
    whileClosed,
  ];
  return `| ${[lens, spread(cost), spread(byTheWall), ...figures].join(' | ')} |`;
}

/** @param {Page} page @param {number} ms @param {() => number} clock @returns {Promise<Stretch>} */
async function stretch(page, ms, clock) {
  const before = await heard(page);
  const [beganAt, began] = [performance.now(), clock()];
  await sleep(ms);
  const after = await heard(page);
  const busy = (clock() - began) / (performance.now() - beganAt);
  if (!before.progress || !after.progress) throw new Error('The page does not train.');
  const measuredMs = after.progress.at - before.progress.at;
  return {
    characters: after.progress.characters - before.progress.characters,
    ms: measuredMs,
    // The worker tells its count now and then: the processor's time is that of the time between.
    cpuMs: busy * measuredMs,
    looks: after.looks.length - before.looks.length,
    waitedMs: after.looks.slice(before.looks.length).reduce((sum, tookMs) => sum + tookMs, 0),
  };
}

/** @param {number} share */
const percent = (share) => `${(share * 100).toFixed(1)} %`;
