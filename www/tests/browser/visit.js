/** A visitor with a browser: opens the page, finds things by the names that a person hears or reads. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { FIELDS } from '../../src/page/settings/fields.js';
import { engine, launch } from './engines.js';
import { serve } from './serve.js';
import {
  ENDLESS,
  PATIENCE_MS,
  untilNumber,
  untilText,
  violationsByAxe,
  within,
} from './waiting.js';

export { within };

/** What stands in the sheet of all settings, which is made when it is first opened. */
const SETTINGS = ['Preset', 'Use all cores', ...Object.values(FIELDS).map(({ label }) => label)];

/** @type {ReturnType<typeof start> | null} */
let session = null;
let users = 0;

/** Opens a browser and a server for the tests of one file, or of several in one process. */
export async function open() {
  users += 1;
  session ??= start();
  const { close, ...rest } = await session;
  return {
    ...rest,
    /** Closes both once every file is done. */
    async close() {
      users -= 1;
      if (users === 0) await close();
    },
  };
}

async function start() {
  const server = await serve();
  const browser = await launch();
  const folder = mkdtempSync(join(tmpdir(), 'babble-'));
  /** @type {Map<() => Promise<Visitor>, Visitor>} */
  const shared = new Map();
  return {
    server,
    folder,
    /**
     * A visit on a machine of so many cores: with one, whatever the machine has, nothing trains beside the run.
     * @param {import('playwright-core').BrowserContextOptions} [options] @param {number} [cores]
     */
    async visit(options, cores = 1) {
      // What a service worker answers, no test can hold back or change.
      const context = await browser.newContext({ serviceWorkers: 'block', ...options });
      await context.addInitScript((value) => {
        Object.defineProperty(navigator, 'hardwareConcurrency', { value });
      }, cores);
      const page = await context.newPage();
      return new Visitor(page, server.url, folder);
    },
    /**
     * The visitor that `make` makes, the same one for every test that asks for it: for tests that leave a page as
     * they find it, and that does not train.
     * @param {() => Promise<Visitor>} make
     */
    async share(make) {
      const visitor = shared.get(make) ?? (await make());
      shared.set(make, visitor);
      await visitor.page.bringToFront();
      return visitor;
    },
    /** Closes every page that is not shared, so that none trains on behind the next test. */
    leave: () => browser.leave([...shared.values()].map(({ page }) => page.context())),
    async close() {
      await browser.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export class Visitor {
  /**
   * @param {import('playwright-core').Page} page
   * @param {string} url
   * @param {string} folder where downloads go
   */
  constructor(page, url, folder) {
    this.page = page;
    this.url = url;
    this.folder = folder;
    /** What the page let escape. @type {string[]} */
    this.errors = [];
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  /** @param {string} [settings] as a link carries them in its fragment */
  async arrive(settings = '') {
    const url = settings === '' ? this.url : `${this.url}#${settings}`;
    // By then the page's own script has run. Firefox's `load` waits for the first sample too.
    await this.page.goto(url, { waitUntil: 'domcontentloaded' });
    return this;
  }

  /** What axe-core finds against the page as it is now, or against a part of it. @param {string} [part] */
  async violations(part) {
    // Messages stick to the top, and cover what happens to be scrolled under them.
    await this.page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
    if (!(await this.page.evaluate(() => 'axe' in window))) await this.page.evaluate(axe.source);
    return this.page.evaluate(violationsByAxe, part ?? null);
  }

  /** How many pixels the page is wider than its window. */
  overflow() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }

  /** Opens whatever can be opened in place: settings, lists, saved runs. */
  async openAll() {
    await this.page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
  }

  /** @param {string} name */
  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  get text() {
    return this.page.getByRole('textbox', { name: 'Training text', exact: true });
  }

  get generated() {
    return this.page.getByRole('region', { name: 'Generated text', exact: true });
  }

  get alert() {
    return this.page.getByRole('alert');
  }

  /** @param {string} label */
  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }

  /**
   * Opens the sheet that holds an element, by the button that opens it, unless it is open. Where it is in none, closes
   * the sheet that is open, as a click beside it does: it may lie over the element.
   * @param {string | import('playwright-core').Locator} what the label of a field, or an element that may be hidden
   */
  async reach(what) {
    const locator = typeof what === 'string' ? this.field(what) : what;
    const isSetting = typeof what === 'string' && SETTINGS.includes(what);
    if (isSetting && (await locator.count()) === 0) await this.#open('settings-sheet');
    const sheet = await locator.first().evaluate((element) => {
      return element.closest('[popover]')?.id ?? null;
    });
    if (sheet === null) await this.closeSheet();
    else await this.#open(sheet);
  }

  /** Opens each sheet in turn, and does something while it is open. @param {(sheet: string) => Promise<void>} act */
  async throughSheets(act) {
    const sheets = this.page.locator('[popover]');
    for (const id of await sheets.evaluateAll((all) => all.map(({ id }) => id))) {
      await this.#open(id);
      await act(id);
    }
    await this.closeSheet();
  }

  /** Closes the sheet that is open, if one is. */
  closeSheet() {
    return this.page.evaluate(() => {
      /** @type {HTMLElement | null} */ (document.querySelector(':popover-open'))?.hidePopover();
    });
  }

  /** Opens a sheet, unless it is open. @param {string} sheet */
  async #open(sheet) {
    if ((await this.page.locator(`#${sheet}:popover-open`).count()) > 0) return;
    await this.closeSheet();
    await this.page.locator(`[popovertarget=${sheet}]:visible`).first().click();
    await this.page.locator(`#${sheet}`).waitFor();
  }

  /** What a field holds. @param {string} label */
  async value(label) {
    await this.reach(label);
    return this.field(label).inputValue();
  }

  /** Switches something on. @param {string} label */
  async check(label) {
    await this.reach(label);
    await this.field(label).check();
  }

  /** Presses a button, which may be in a sheet. @param {string} name */
  async press(name) {
    const button = this.page.getByRole('button', { name, exact: true, includeHidden: true });
    await this.reach(button);
    await this.button(name).click();
  }

  /**
   * Gives a field a value in one piece, as pasting does, and leaves the field. Key by key, as `type` does it, takes
   * a second in Firefox.
   * @param {string} label @param {string} value
   */
  async set(label, value) {
    await this.reach(label);
    // A field that another choice brings out may come a frame after that choice.
    await this.field(label).and(this.page.locator(':enabled')).waitFor();
    await this.field(label).evaluate((element, value) => {
      const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (element);
      field.focus();
      field.value = value;
      if (field.tagName === 'SELECT' && field.value !== value) throw new Error(`No ${value} here.`);
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
      field.blur();
    }, value);
  }

  /** Types a value as a person does, and leaves the field. @param {string} label @param {string} value */
  async type(label, value) {
    const field = this.field(label);
    await this.reach(label);
    // Not fill(): in Firefox that selects nothing in a field of numbers, and adds to what is there.
    await field.press('ControlOrMeta+a');
    await field.press('Delete');
    await field.pressSequentially(value);
    await field.press('Tab');
  }

  /** The number in an <output>, NaN while it has none. @param {string} label */
  async number(label) {
    const value = await this.figure(label).getAttribute('value');
    return value ? Number(value) : Number.NaN;
  }

  /**
   * Waits until the number in an <output> satisfies a test, by watching the document.
   * @param {string} label
   * @param {'<' | '>' | '='} relation
   * @param {number} bound
   * @returns {Promise<number>} the number that did
   */
  async until(label, relation, bound) {
    const watched = this.figure(label).evaluate(untilNumber, { relation, bound });
    return within(watched, `${label} ${relation} ${bound}`);
  }

  /** What holds the number in an <output>. @param {string} label */
  figure(label) {
    return this.page.getByRole('status', { name: label, exact: true }).locator('data');
  }

  /**
   * Waits until an element's text satisfies a pattern, and can be seen.
   * @param {import('playwright-core').Locator} locator
   * @param {RegExp} pattern
   */
  async says(locator, pattern) {
    // The driver looks twice a second; who watches the document knows at once.
    await within(locator.evaluate(untilText, pattern), `${locator} says ${pattern}`);
    await locator.filter({ hasText: pattern }).first().waitFor();
  }

  /**
   * Puts a text in place of what the box holds, in one piece, as pasting does. Chromium's driver types
   * a text line by line, which takes seconds.
   * @param {string} text
   */
  async paste(text) {
    await this.reach('Training text');
    await this.text.evaluate((box, text) => {
      box.focus();
      /** @type {HTMLTextAreaElement} */ (box).value = text;
      box.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
    }, text);
  }

  /** Clicks twice at a place of the window. @param {number} x @param {number} y */
  async doubleClick(x, y) {
    await this.page.mouse.dblclick(x, y);
    if (engine === 'chromium') return;
    // Over BiDi each click is a message of its own, and Firefox takes no two for a double click.
    await this.page.evaluate(
      ([clientX, clientY]) => {
        const event = new MouseEvent('dblclick', { bubbles: true, clientX, clientY, detail: 2 });
        document.elementFromPoint(clientX, clientY)?.dispatchEvent(event);
      },
      /** @type {const} */ ([x, y]),
    );
  }

  /** Pastes a text and presses Train, for a run that does not end before the test does. @param {string} text */
  async train(text) {
    await this.paste(text);
    await this.set('Length of the run', ENDLESS);
    await this.press('Train');
    await this.until('Step', '>', 0);
  }

  /** Waits until the held-out loss shown is that of this step's weights. @param {number} step */
  async untilMeasuredAt(step) {
    const said = new RegExp(`^at step ${step.toLocaleString('en')}\\b`);
    // A phone has no room for the note.
    const note = this.page.locator('#figure-held-out-note');
    await within(note.evaluate(untilText, said), `a held-out loss ${said}`);
  }

  /** Presses Pause, or finds that the run has come to its length and rests. */
  async pause() {
    const resume = this.button('Resume');
    try {
      await this.button('Pause').or(resume).first().waitFor();
      if (await resume.isHidden()) await this.button('Pause').click({ timeout: PATIENCE_MS / 6 });
    } catch (error) {
      if (await resume.isHidden()) throw error; // otherwise it ended before the press
    }
    await resume.waitFor();
  }

  /** Pauses, and waits until the chart shows the last step and will not be moved by what is said of it. */
  async pauseWithChart() {
    await this.pause();
    const step = await this.number('Step');
    await this.untilMeasuredAt(step);
    await this.says(
      this.page.locator('#plot-text'),
      new RegExp(`^${step.toLocaleString('en')} steps`),
    );
  }

  /** Presses Download weights. @returns {Promise<{ path: string, bytes: Buffer }>} */
  async download() {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.press('Download weights'),
    ]);
    const path = join(this.folder, download.suggestedFilename());
    await download.saveAs(path);
    // Firefox would name the next file of this name differently.
    await download.delete();
    await this.closeSheet();
    return { path, bytes: readFileSync(path) };
  }

  /** @param {string} label @param {string} name @param {Buffer | string} content */
  async choose(label, name, content) {
    const buffer = Buffer.from(content);
    await this.field(label).setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  }
}

/**
 * Where an element lies, in whole pixels: browsers lay out in 64ths of one, and tell of the rest.
 * @param {import('playwright-core').Locator} locator
 */
export async function boxOf(locator) {
  const box = await locator.boundingBox();
  if (box === null) throw new Error(`${locator} has no box: it is not shown`);
  return {
    x: Math.round(box.x),
    y: Math.round(box.y),
    width: Math.round(box.width),
    height: Math.round(box.height),
  };
}

/** The metadata of a safetensors file. @param {Buffer} bytes */
export function metadataOf(bytes) {
  const length = Number(bytes.readBigUInt64LE(0));
  return JSON.parse(bytes.subarray(8, 8 + length).toString('utf8')).__metadata__;
}

/** Nats per character of guessing by a text's own letter frequencies. @param {string} text */
export function unigramEntropy(text) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const symbol of text) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const total = [...text].length;
  return [...counts.values()].reduce((sum, n) => sum - (n / total) * Math.log(n / total), 0);
}
