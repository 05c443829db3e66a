/**
 * How low the held-out loss is after so many seconds in the tab, from the click on Train on, with the
 * page open and generated text streaming, for several seeds one after another.
 */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveText, heard, openBuiltPage, pressTrain, set } from './page.js';
import { median } from './statistics.js';
import { markdown } from './throughput.js';

/** @typedef {{ seconds: number, loss: number, step: number }} Moment */

/** The moments that are told, as far as a run lasts. */
const MOMENTS_S = [15, 30, 60, 180, 300, 600];

/**
 * @param {{ file: string, seeds: number[], seconds: number, settings: string[][] }} options
 *   settings are `[label, value]` of the page's fields, set in this order
 */
export async function timeToLoss({ file, seeds, seconds, settings }) {
  const text = readFileSync(file, 'utf8');
  const session = await openBuiltPage();
  /** @type {{ seed: number, characters: number, curve: Moment[] }[]} */
  const runs = [];
  try {
    for (const seed of seeds) {
      process.stderr.write(`seed ${seed}: ${seconds} s\n`);
      // One core: what the others add is measured by --workers.
      const page = await session.visit({}, 1);
      await giveText(page, { name: basename(file), text });
      for (const [label = '', value = ''] of settings) await set(page, label, value);
      await set(page, 'Seed', String(seed));
      // A preset that names a time gives the run as many characters as it takes here.
      await page
        .getByText(/characters a second on this machine/)
        .first()
        .waitFor();
      const began = await pressTrain(page);
      await sleep(seconds * 1000);
      const { heldOut, progress } = await heard(page);
      // An estimate is of a part of the held-out text, which may be an easy one.
      const measured = heldOut.filter(({ estimate }) => estimate === undefined);
      const curve = measured.map(({ at, loss, step }) => ({
        seconds: (at - began) / 1000,
        loss,
        step,
      }));
      runs.push({ seed, characters: progress?.characters ?? 0, curve });
      await page.context().close();
    }
  } finally {
    await session.close();
  }
  const moments = MOMENTS_S.filter((moment) => moment <= seconds).map((moment) => {
    const losses = runs.map(({ curve }) => lossAt(curve, moment));
    return { seconds: moment, losses, median: median(losses) };
  });
  return { browser: session.version, file: basename(file), settings, seconds, moments, runs };
}

/**
 * The newest held-out loss at that moment.
 * @param {{ seconds: number, loss: number }[]} curve
 * @param {number} moment
 */
const lossAt = (curve, moment) =>
  curve.filter(({ seconds }) => seconds <= moment).at(-1)?.loss ?? Number.NaN;

/** @param {Awaited<ReturnType<typeof timeToLoss>>} result */
export function lossTable({ moments, runs }) {
  return markdown([
    ['after', 'median', ...runs.map(({ seed }) => `seed ${seed}`)],
    ...moments.map(({ seconds, losses, median }) => [
      `${seconds} s`,
      ...[median, ...losses].map((loss) => loss.toFixed(3)),
    ]),
  ]);
}
