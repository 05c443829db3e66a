/** A visitor with WebKitGTK, who finds things by the role and the name that WebKit itself computes. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { serve } from '../serve.js';
import { PATIENCE_MS, untilNumber, violationsByAxe, within } from '../waiting.js';
import { startWebKit, WebDriverError } from './driver.js';

/** Which elements may have a role; each is asked which it has. */
const CANDIDATES = {
  alert: '[role=alert]',
  button: 'button, input[type=file]',
  complementary: 'aside',
  radio: 'input[type=radio]',
  region: 'section, [role=region]',
  slider: 'input[type=range]',
  status: 'output, [role=status]',
  textbox: 'textarea, input:not([type]), input[type=text], input[type=number]',
};

/** @typedef {keyof typeof CANDIDATES} Role */
/** @typedef {import('./driver.js').Element} Found */

/** Opens WebKitGTK and a server for the tests of one file. */
export async function open() {
  const server = await serve();
  const folder = mkdtempSync(join(tmpdir(), 'babble-'));
  const driver = await startWebKit(folder);
  await driver.post('timeouts', { script: PATIENCE_MS });
  return {
    driver,
    folder,
    /** Opens the page anew, and waits until it has read the text that is in the box. */
    async visit() {
      await driver.open(server.url);
      const status = driver.run(untilReady);
      await within(status, 'Ready');
      return new Visitor(driver, folder);
    },
    async close() {
      await driver.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export class Visitor {
  /** @param {import('./driver.js').Driver} driver @param {string} folder where downloads go */
  constructor(driver, folder) {
    this.driver = driver;
    this.folder = folder;
  }

  /**
   * Waits for an element, by looking again whenever the document has changed.
   * @param {Role} role @param {string | RegExp} [name] whole, or a pattern of it
   * @returns {Promise<Found>}
   */
  find(role, name) {
    const search = async () => {
      for (let changes = -1; ; ) {
        changes = await this.driver.run(changesAfter, changes);
        const found = await this.#lookFor(role, name);
        if (found) return found;
      }
    };
    return within(search(), `${role} ${name}`);
  }

  /** @param {Role} role @param {string | RegExp} [name] */
  async #lookFor(role, name) {
    for (const element of await this.driver.all(CANDIDATES[role])) {
      // An element that is hidden has neither, which WebKit calls an unknown error.
      const computed = await this.driver.named(element).catch(ifRefused(null));
      if (computed?.role !== role) continue;
      if (name === undefined || computed.name === name) return element;
      if (name instanceof RegExp && name.test(computed.name)) return element;
    }
    return null;
  }

  /** @param {string} name */
  async press(name) {
    await this.driver.click(await this.find('button', name));
  }

  /** Looks through a lens until its margin says this. @param {string} lens @param {RegExp} pattern */
  async lookThrough(lens, pattern) {
    await this.driver.click(await this.find('radio', lens));
    await this.says('region', 'What the lens finds', pattern);
  }

  /**
   * Types a number as a person does, in a field of the page or in the sheet of all settings.
   * @param {string} label @param {string} value
   */
  async set(label, value) {
    if ((await this.#lookFor('textbox', label)) === null) await this.press('All settings');
    const field = await this.find('textbox', label);
    await this.driver.clear(field);
    await this.driver.type(field, `${value}\t`);
  }

  /** Puts a text in place of what the box holds, in one piece, as pasting does. @param {string} text */
  async paste(text) {
    const box = await this.find('textbox', 'Training text');
    await this.driver.click(box);
    await this.driver.run(
      (box, text) => {
        /** @type {HTMLTextAreaElement} */ (box).select();
        document.execCommand('insertText', false, text);
      },
      /** @type {any} */ (box),
      text,
    );
  }

  /** @param {string} label @param {'<' | '>' | '='} relation @param {number} bound */
  async until(label, relation, bound) {
    const data = await this.#data(label);
    const watched = this.driver.run(untilNumber, data, { relation, bound });
    return within(watched, `${label} ${relation} ${bound}`);
  }

  /** @param {string} label */
  async number(label) {
    const value = await this.driver.run(
      (data) => data.getAttribute('value'),
      await this.#data(label),
    );
    return value ? Number(value) : Number.NaN;
  }

  /** @param {string} label @returns {Promise<any>} */
  async #data(label) {
    const output = /** @type {any} */ (await this.find('status', label));
    return this.driver.run((output) => output.querySelector('data'), output);
  }

  /**
   * Waits until an element's text satisfies a pattern.
   * @param {Role} role @param {string | undefined} name @param {RegExp} pattern
   */
  async says(role, name, pattern) {
    const element = /** @type {any} */ (await this.find(role, name));
    const { source, flags } = pattern;
    await within(this.driver.run(untilText, element, source, flags), `${name ?? role}: ${pattern}`);
  }

  /** @param {string} label the beginning of it @param {string} path of a file */
  async choose(label, path) {
    // WebKit's name of such a field goes on with that of the button in it.
    await this.driver.type(await this.find('button', new RegExp(`^${label}`)), path);
  }

  /** Waits until the run that is open here is saved at this step or later, whatever else is in the list. @param {number} step */
  async untilSaved(step) {
    const search = async () => {
      for (let changes = -1, saved = -1; saved < step; ) {
        changes = await this.driver.run(changesAfter, changes);
        saved = await this.driver.run(() => {
          const rows = [...document.querySelectorAll('#saved-list li')];
          const open = rows.find((row) =>
            /here/.test(row.querySelector('.saved-place')?.textContent ?? ''),
          );
          return Number(open?.querySelector('data')?.getAttribute('value') ?? -1);
        });
      }
    };
    await within(search(), `the open run saved at step ${step}`);
  }

  /** Presses Download weights. @returns {Promise<Buffer>} */
  async download() {
    const before = new Set(readdirSync(this.folder));
    /** @type {Promise<Buffer>} */
    const arrived = new Promise((resolve) => {
      // A press that fails shall not leave the test waiting for files.
      const watcher = watch(this.folder, { persistent: false }, () => {
        for (const name of readdirSync(this.folder)) {
          if (before.has(name) || !name.endsWith('.safetensors')) continue;
          const bytes = readFileSync(join(this.folder, name));
          // WebKit may show a file under its name before there is anything in it.
          if (!isWhole(bytes)) continue;
          watcher.close();
          resolve(bytes);
          return;
        }
      });
    });
    await this.press('Export');
    await this.press('Download weights');
    return within(arrived, 'the weights');
  }

  /** @returns {Promise<string[]>} */
  async violations() {
    await this.driver.post('execute/sync', { script: axe.source, args: [] });
    return this.driver.run(violationsByAxe);
  }
}

/** Whether a safetensors file has all the bytes that its header speaks of. @param {Buffer} bytes */
function isWhole(bytes) {
  if (bytes.length < 8) return false;
  const begin = 8 + Number(bytes.readBigUInt64LE(0));
  if (bytes.length < begin) return false;
  const { __metadata__: _, ...tensors } = JSON.parse(bytes.toString('utf8', 8, begin));
  const ends = Object.values(tensors).map(({ data_offsets: [, end] }) => end);
  return bytes.length === begin + Math.max(0, ...ends);
}

/**
 * Inside the page: how often the document has changed since this was first asked, as soon as that
 * is more than it was.
 * @param {number} before @returns {Promise<number>}
 */
function changesAfter(before) {
  const counter = /** @type {any} */ (window);
  if (counter.changes === undefined) {
    counter.changes = 0;
    const count = () => {
      counter.changes += 1;
      counter.onChange?.();
    };
    const all = { attributes: true, characterData: true, childList: true, subtree: true };
    new MutationObserver(count).observe(document, all);
  }
  return new Promise((resolve) => {
    counter.onChange = () => {
      if (counter.changes > before) resolve(counter.changes);
    };
    counter.onChange();
  });
}

/** Inside the page. @returns {Promise<void>} */
function untilReady() {
  return new Promise((resolve) => {
    const look = () => {
      const [status, note] = ['#status', '#text-note'].map(
        (selector) => document.querySelector(selector)?.textContent ?? '',
      );
      // Where the text is too short the status says so.
      if (!/^(Ready|The text)/.test(status) || !/: [\d,]+ characters/.test(note)) return;
      observer.disconnect();
      resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { characterData: true, childList: true, subtree: true });
    look();
  });
}

/** Inside the page. @param {Element} element @param {string} source @param {string} flags */
function untilText(element, source, flags) {
  const pattern = new RegExp(source, flags);
  return new Promise((resolve) => {
    const look = () => {
      if (!pattern.test(element.textContent ?? '')) return;
      observer.disconnect();
      resolve(null);
    };
    const observer = new MutationObserver(look);
    observer.observe(element, { characterData: true, childList: true, subtree: true });
    look();
  });
}

/** @template T @param {T} instead */
function ifRefused(instead) {
  return (/** @type {unknown} */ error) => {
    if (error instanceof WebDriverError) return instead;
    throw error;
  };
}
