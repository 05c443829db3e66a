/// <reference lib="dom" />
/**
 * `npm run pictures`: makes the README's screenshots and the card that a link to the page is shown with, all from runs of
 * the built page. They are committed. Their type is that of this machine; install P052 and Inter, or the like, for a
 * type as most people have it.
 */

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBuiltPage } from './bench/page.js';
import { drawCard, readRun } from './card.js';
import { npm } from './node-modules.js';
import { root } from './paths.js';
import { command, Problem, run, say } from './run.js';

/** Most of the first preset's run on the first sample, which ends with 1.5 million characters, or 2,344 steps: the loss has fallen, and there is more to come. */
const STEP = 2000;

/** In bytes. */
const MOST = 250_000;

/** Makes a picture of 256 colours, a third in bytes. Too heavy to install for that alone. Apache-2.0 within, MIT. */
const PACKER = 'sharp-cli@5.2.0';

/** So much is written after the last step, so that nothing in sight is of an earlier one. */
const WRITTEN = 1200;

/** Until what follows an action is drawn. */
const SETTLED_MS = 1500;

const DESKTOP = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2 };
const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

/** @typedef {import('playwright-core').Page} Page */

/** Trains what the page offers first, and pauses. @param {Page} page */
async function runTo(page) {
  await page.getByText(/^Ready/).waitFor();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  // In the page, which presses at once: the driver would be some steps late.
  await page.evaluate(pauseAt, STEP);
  await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
  await page.waitForFunction(isMeasured);
  await page.waitForTimeout(SETTLED_MS);
}

/** Whether the held-out loss shown is that of the last step. */
function isMeasured() {
  const step = Number(document.querySelector('#figure-step data')?.getAttribute('value'));
  const note = document.querySelector('#figure-held-out-note')?.textContent ?? '';
  return note.startsWith(`at step ${step.toLocaleString('en')},`);
}

/** @param {number} step */
async function pauseAt(step) {
  const figure = /** @type {HTMLElement} */ (document.querySelector('#figure-step data'));
  const button = /** @type {HTMLElement} */ (document.querySelector('#primary'));
  await new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (Number(figure.getAttribute('value')) < step) return;
      observer.disconnect();
      resolve(button.click());
    });
    observer.observe(figure, { attributes: true });
  });
}

/** Lets the network write what nothing that it wrote before can be seen beside, and stops it. @param {Page} page */
async function write(page) {
  await page.getByLabel('Writing speed', { exact: true }).evaluate((field) => {
    /** @type {HTMLInputElement} */ (field).value = '400';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  const before = (await page.locator('#generated').textContent())?.slice(-40) ?? '';
  await page.getByRole('button', { name: 'Keep writing', exact: true }).click();
  await page.waitForFunction(
    ({ before, letters }) => {
      const text = document.querySelector('#generated')?.textContent ?? '';
      return text.slice(text.indexOf(before)).length > letters;
    },
    { before, letters: WRITTEN },
  );
  await page.getByRole('button', { name: 'Stop writing', exact: true }).click();
}

/**
 * Points at a letter of which the network was not sure: the first of a word, in a line in the middle.
 * @param {Page} page
 */
async function point(page) {
  const { x, y } = await page.locator('#generated').evaluate((region) => {
    const { top, bottom, left, width } = region.getBoundingClientRect();
    const aim = { x: left + width / 2, y: (top + bottom) / 2 };
    const walker = document.createTreeWalker(region, NodeFilter.SHOW_TEXT);
    const best = { x: 0, y: 0, distance: Number.POSITIVE_INFINITY };
    let before = '';
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const { data } = /** @type {Text} */ (node);
      for (let at = 0; at < data.length; at += 1) {
        const isFirst = before === ' ' && /[a-z]/.test(data[at]);
        before = data[at];
        if (!isFirst) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getBoundingClientRect();
        const place = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
        const distance = Math.hypot(place.x - aim.x, place.y - aim.y);
        if (distance < best.distance) Object.assign(best, place, { distance });
      }
    }
    return best;
  });
  await page.mouse.move(x, y);
  await page.locator('#alternatives li').first().waitFor();
}

/** Makes them small, and puts them into docs/. @param {Map<string, Buffer>} pictures */
async function keep(pictures) {
  const folder = mkdtempSync(join(tmpdir(), 'babble-pictures-'));
  const docs = join(root, 'docs');
  try {
    const paths = [...pictures.keys()].map((name) => join(folder, name));
    for (const [name, picture] of pictures) writeFileSync(join(folder, name), picture);
    const pack = ['sharp', '--format', 'png', '--palette', '--quality', '100', '--dither', '0'];
    const args = ['exec', '--yes', `--package=${PACKER}`, '--', ...pack];
    await run(process.execPath, [npm(), ...args, '--input', ...paths, '--output', docs]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const name of pictures.keys()) {
    const { size } = statSync(join(docs, name));
    say(`docs/${name}: ${size} bytes`);
    if (size > MOST) throw new Problem(`That is more than ${MOST}.`);
  }
}

await command(async () => {
  const session = await openBuiltPage();
  /** @type {Map<string, Buffer>} */
  const pictures = new Map();
  try {
    const page = await session.visit({ ...DESKTOP, colorScheme: 'light' });
    await runTo(page);
    await write(page);
    const shown = await readRun(page);
    await point(page);
    for (const [name, colorScheme] of /** @type {const} */ ([
      ['screenshot-dark.png', 'dark'],
      ['screenshot.png', 'light'],
    ])) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(SETTLED_MS);
      pictures.set(name, await page.screenshot());
    }
    await page.getByText('A neuron', { exact: true }).click();
    await page.locator('#lens-margin button').first().click();
    await page.mouse.move(0, 0);
    await page.waitForTimeout(SETTLED_MS);
    pictures.set('screenshot-lens.png', await page.screenshot());

    await page.context().close();
    const drawn = await session.visit({ viewport: { width: 1200, height: 630 } });
    await drawCard(drawn, shown);
    pictures.set('card.png', await drawn.screenshot());
    await drawn.context().close();

    const phone = await session.visit({ ...PHONE, colorScheme: 'light' });
    await runTo(phone);
    await write(phone);
    await phone.waitForTimeout(SETTLED_MS);
    pictures.set('screenshot-phone.png', await phone.screenshot());
  } finally {
    await session.close();
  }
  await keep(pictures);
});
