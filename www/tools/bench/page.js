/** The built page as its visitor uses it, for what is measured of it: served from any host, one context for each run. */

import { join } from 'node:path';
import { www } from '../paths.js';
import { buildIfChanged } from '../vite.js';
import { launch } from './browser.js';
import { serve } from './serve.js';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {{ progress: { at: number, characters: number } | null,
 *             heldOut: { at: number, loss: number, step: number, estimate?: number }[], looks: number[] }} Heard
 */

/** Builds and serves the page, and opens a browser. */
export async function openBuiltPage() {
  await buildIfChanged();
  const server = await serve({ '/': join(www, 'dist') }, { isolate: false });
  const browser = await launch();
  return {
    version: `Chromium ${browser.version()}`,
    /** A new visitor, whose machine may be said to have so many cores. @param {import('playwright-core').BrowserContextOptions} [options] @param {number} [cores] */
    async visit(options, cores) {
      const context = await browser.newContext({ serviceWorkers: 'block', ...options });
      await context.addInitScript((value) => {
        if (value) Object.defineProperty(navigator, 'hardwareConcurrency', { value });
      }, cores);
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      await page.addInitScript(listen);
      await page.goto(server.url);
      return page;
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/**
 * In the page, before its own scripts: notes when the worker tells what. `progress` holds the newest
 * count of characters and when it came, `heldOut` every held-out loss, `looks` how long each look of a lens took.
 */
function listen() {
  /** @type {Heard} */
  const heard = { progress: null, heldOut: [], looks: [] };
  Object.assign(globalThis, { heard });
  globalThis.Worker = class extends Worker {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      this.addEventListener('message', ({ data }) => {
        const at = performance.now();
        if (data?.type === 'progress') heard.progress = { at, characters: data.charactersSeen };
        if (data?.type === 'looked') heard.looks.push(data.look.tookMs);
        if (data?.type === 'heldOut') heard.heldOut.push({ at, ...data.heldOut });
      });
    }
  };
}

/** @param {Page} page @param {{ name: string, text: string }} text */
export async function giveText(page, { name, text }) {
  const buffer = Buffer.from(text);
  await page
    .getByLabel('Open a text file', { exact: true })
    .setInputFiles({ name, mimeType: 'text/plain', buffer });
  // The training box says how long it is once it is read.
  await page
    .getByText(/characters/)
    .first()
    .waitFor();
}

/** Sets what stands in the sheet of all settings, which is made when it is first opened. @param {Page} page @param {string} label @param {string} value */
export async function set(page, label, value) {
  const sheet = page.locator('#settings-sheet');
  if (await sheet.isHidden()) await page.getByRole('button', { name: 'All settings' }).click();
  const field = sheet.getByLabel(label, { exact: true });
  if ((await field.evaluate((element) => element.tagName)) === 'SELECT') {
    await field.selectOption(value);
  } else {
    await field.fill(value);
    await field.press('Tab');
  }
  await sheet.evaluate((element) => /** @type {HTMLElement} */ (element).hidePopover());
}

/** Presses Train. @param {Page} page @returns {Promise<number>} when, by the page's clock */
export async function pressTrain(page) {
  const button = page.getByRole('button', { name: 'Train', exact: true });
  await button.evaluate((element) => {
    element.addEventListener(
      'click',
      () => {
        Object.assign(globalThis, { pressedAt: performance.now() });
      },
      { capture: true, once: true },
    );
  });
  await button.click();
  return page.evaluate(() => /** @type {any} */ (globalThis).pressedAt);
}

/** What the worker has told so far. @param {Page} page */
export const heard = (page) =>
  page.evaluate(() => /** @type {Heard} */ (/** @type {any} */ (globalThis).heard));
