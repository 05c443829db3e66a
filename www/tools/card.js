/// <reference lib="dom" />
/** The card that a link to the page is shown with: what a run of the page wrote, its curve, and what its loss means. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { www } from './paths.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ text: string, background: string }} Stretch letters that share a tint */
/** @typedef {[letters: number, loss: number]} Point */
/** @typedef {{ writing: Stretch[], training: Point[], heldOut: Point[], choices: string, atFirst: string,
 *              letters: string }} Run */

/** So much writing fills its place, and more. */
const LETTERS = 400;

const LINES = 5;

const CURVE = { width: 420, height: 132 };

/** The training loss jumps from step to step: so many are shown as their mean. */
const SMOOTHED = 25;

/** What a run that is paused shows. @param {Page} page @returns {Promise<Run>} */
export async function readRun(page) {
  const writing = await page.locator('#generated').evaluate((region) => {
    const walker = document.createTreeWalker(region, NodeFilter.SHOW_TEXT);
    const stretches = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const around = /** @type {HTMLElement} */ (node.parentElement);
      const background = around.tagName === 'SPAN' ? getComputedStyle(around).backgroundColor : '';
      stretches.push({ text: String(node.nodeValue), background });
    }
    return stretches;
  });
  const [, choices = '', atFirst = ''] =
    (await page.locator('#meaning').innerText()).match(
      /among ([\d.,]+) .*?([\d.,]+) at the start/,
    ) ?? [];
  const letters = (await page.locator('#figure-step-note').innerText())
    .replace(/ read$/, '')
    .replace(/M$/, ' million');
  const curve = await readCurve(page);
  return { writing: cut(writing), ...curve, choices, atFirst, letters };
}

/** @param {Page} page */
async function readCurve(page) {
  await page.getByRole('button', { name: 'Chart options', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save the curve as CSV', exact: true }).click(),
  ]);
  await page.keyboard.press('Escape');
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
  const [head, ...rows] = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\r\n')
    // The name of the run is quoted, for it may hold commas.
    .map((row) => row.replace(/^"(?:[^"]|"")*"/, '').split(','));
  /** @param {string} name @returns {Point[]} */
  const points = (name) =>
    rows
      .filter((row) => row[head.indexOf(name)] !== '')
      .map((row) => [Number(row[head.indexOf('characters')]), Number(row[head.indexOf(name)])]);
  return { training: means(points('training_loss_nats')), heldOut: points('held_out_loss_nats') };
}

/** The first point, and the mean of each few after it. @param {Point[]} points @returns {Point[]} */
function means(points) {
  const [first, ...others] = points;
  const groups = Array.from({ length: Math.floor(others.length / SMOOTHED) }, (_, i) =>
    others.slice(i * SMOOTHED, (i + 1) * SMOOTHED),
  );
  const mean = (/** @type {Point[]} */ group, /** @type {0 | 1} */ at) =>
    group.reduce((sum, point) => sum + point[at], 0) / group.length;
  return [first, ...groups.map((group) => /** @type {Point} */ ([mean(group, 0), mean(group, 1)]))];
}

/** Begins with the last sentence that leaves enough, and ends with a word. @param {Stretch[]} writing */
function cut(writing) {
  const letters = writing.flatMap(({ text, background }) =>
    [...text.replaceAll('\n', ' ')].map((text) => ({ text, background })),
  );
  const all = letters.map(({ text }) => text).join('');
  const starts = [...all.matchAll(/(?<=[.!?] )[A-Z]/g)].map(({ index }) => index);
  const start = starts.filter((index) => all.length - index > LETTERS).at(-1) ?? 0;
  const end = all.lastIndexOf(' ', start + LETTERS);
  /** @type {Stretch[]} */
  const stretches = [];
  for (const { text, background } of letters.slice(start, end)) {
    const last = stretches.at(-1);
    if (last?.background === background) last.text += text;
    else stretches.push({ text, background });
  }
  return stretches;
}

const STYLE = `
  body { margin: 0; width: 1200px; height: 630px; box-sizing: border-box; padding: 52px 64px 54px; display: flex;
    flex-direction: column; background: var(--paper); color: var(--ink); font-family: var(--sans); }
  header { display: flex; align-items: center; gap: 16px; }
  header img { width: 52px; }
  h1 { margin: 0; font: 46px var(--serif); }
  header p { margin: 8px 0 0 auto; font-size: 25px; color: var(--soft); }
  .writing { margin: 30px 0 0; font: 37px / 1.46 var(--serif); height: ${1.46 * LINES}em; overflow-y: clip; }
  footer { margin-top: auto; display: flex; align-items: center; gap: 48px; font-size: 27px; line-height: 1.45; }
  footer p { margin: 0; }
  footer b { color: var(--red); font-weight: 600; font-size: 1.5em; }
  footer small { font-size: 23px; color: var(--soft); }
  path { fill: none; stroke-width: 3; stroke-linejoin: round; stroke-linecap: round; }
  .training { stroke: var(--blue); }
  .held-out { stroke: var(--red); }
`;

/** @param {Page} page whose document becomes the card @param {Run} run */
export async function drawCard(page, run) {
  const most = Math.max(...[...run.training, ...run.heldOut].map(([, loss]) => loss));
  const least = Math.min(...run.training.map(([, loss]) => loss));
  const last = Math.max(...run.training.map(([letters]) => letters));
  /** @param {Point[]} points */
  const path = (points) =>
    points
      .map(([letters, loss], i) => {
        const x = 3 + (letters / last) * (CURVE.width - 6);
        const y = 3 + ((most - loss) / (most - least)) * (CURVE.height - 6);
        return `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
      })
      .join('');
  const theme = readFileSync(join(www, 'src', 'page', 'theme.css'), 'utf8');
  const mark = readFileSync(join(www, 'public', 'mark.svg')).toString('base64');
  await page.goto('about:blank');
  await page.setContent(`<!doctype html><html lang="en"><style>${theme}${STYLE}</style>
    <header><img src="data:image/svg+xml;base64,${mark}"><h1>Babble</h1>
      <p>a small network, after ${run.letters} letters of Moby-Dick</p></header>
    <p class="writing"></p>
    <footer><svg width="${CURVE.width}" height="${CURVE.height}">
        <path class="training" d="${path(run.training)}"/><path class="held-out" d="${path(run.heldOut)}"/></svg>
      <p>From ${run.atFirst} equally likely letters down to <b>${run.choices}</b><br>
        <small>Learned in a browser tab. Teach it your own text.</small></p></footer>`);
  await page.locator('.writing').evaluate((place, writing) => {
    for (const { text, background } of writing) {
      const span = document.createElement('span');
      span.textContent = text;
      span.style.background = background;
      place.append(span);
    }
  }, run.writing);
  await page.locator('img').evaluate((image) => /** @type {HTMLImageElement} */ (image).decode());
}
