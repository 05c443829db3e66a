/**
 * A small client of W3C WebDriver (https://www.w3.org/TR/webdriver2/) for WebKitGTK, which
 * Playwright cannot drive. The driver starts on a screen of its own.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { findWebKit } from '../../../tools/webkit.js';

const START_MS = 30_000;
/** The key under which the protocol hands out elements. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** @typedef {{ [ELEMENT]: string }} Element */

/** Starts WebKitGTK. @param {string} home where it keeps what it must and puts downloads */
export async function startWebKit(home) {
  const { driver, browser, xvfb } = findWebKit();
  const port = await freePort();
  const child = spawn(xvfb, ['--auto-servernum', driver, `--port=${port}`], {
    // WebKit gives a page the language "C" otherwise, which is none.
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, LANG: 'en_US.UTF-8' },
    stdio: ['ignore', 'inherit', 'ignore'], // GTK complains of a locale that need not exist
    detached: true, // a group of its own, so that all of it can be ended
  });
  const address = `http://127.0.0.1:${port}`;
  const end = async () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    const ended = once(child, 'exit');
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  try {
    await untilReady(address, child);
    const capabilities = {
      alwaysMatch: { 'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] } },
    };
    const session = await request('POST', `${address}/session`, { capabilities });
    return new Driver(`${address}/session/${session.sessionId}`, session.capabilities, end);
  } catch (error) {
    await end();
    throw error;
  }
}

/** @param {string} address @param {import('node:child_process').ChildProcess} child */
async function untilReady(address, child) {
  const limit = AbortSignal.timeout(START_MS);
  while (!limit.aborted) {
    if (child.exitCode !== null) throw new Error(`WebKitWebDriver ended with ${child.exitCode}.`);
    const ready = await request('GET', `${address}/status`).catch(() => null);
    if (ready?.ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`WebKitWebDriver was not ready within ${START_MS / 1000} s.`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}

/** @param {string} method @param {string} url @param {unknown} [body] */
async function request(method, url, body) {
  const response = await fetch(url, {
    method,
    ...(method === 'POST' && {
      body: JSON.stringify(body ?? {}),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const { value } = /** @type {any} */ (await response.json());
  if (!response.ok) throw new WebDriverError(value?.error, value?.message);
  return value;
}

/** What the browser refused, with the protocol's own word for it. */
export class WebDriverError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** A browser with one page. */
export class Driver {
  /** @param {string} session @param {any} capabilities @param {() => Promise<void>} end */
  constructor(session, capabilities, end) {
    this.session = session;
    this.version = `${capabilities.browserName} ${capabilities.browserVersion}`;
    this.end = end;
  }

  /** @param {string} path @param {unknown} body */
  post(path, body) {
    return request('POST', `${this.session}/${path}`, body);
  }

  /** @param {string} path */
  get(path) {
    return request('GET', `${this.session}/${path}`);
  }

  /** @param {string} url */
  open(url) {
    return this.post('url', { url });
  }

  /** @param {number} width @param {number} height */
  resize(width, height) {
    return this.post('window/rect', { width, height });
  }

  /**
   * Runs a function in the page and gives back what it promises.
   * @template {unknown[]} A @template R
   * @param {(...args: A) => R} script @param {A} args @returns {Promise<Awaited<R>>}
   */
  run(script, ...args) {
    return this.post('execute/sync', { script: `return (${script})(...arguments)`, args });
  }

  /** @param {string} selector @returns {Promise<Element[]>} */
  all(selector) {
    return this.post('elements', { using: 'css selector', value: selector });
  }

  /** By what the browser tells a screen reader. @param {Element} element */
  async named(element) {
    const path = `element/${element[ELEMENT]}`;
    return {
      role: await this.get(`${path}/computedrole`),
      name: await this.get(`${path}/computedlabel`),
    };
  }

  /** Clicks where it is once it has come to rest. @param {Element} element */
  async click(element) {
    await this.run(comeToRest, /** @type {any} */ (element));
    return this.post(`element/${element[ELEMENT]}/click`, {});
  }

  /** Presses in the middle of an element, and drags it sideways. @param {Element} element @param {number} pixels */
  async drag(element, pixels) {
    await this.run(comeToRest, /** @type {any} */ (element));
    const move = (/** @type {unknown} */ origin, /** @type {number} */ x) => {
      return { type: 'pointerMove', duration: 50, origin, x, y: 0 };
    };
    const actions = [
      move(element, 0),
      { type: 'pointerDown', button: 0 },
      move('pointer', Math.round(pixels / 2)),
      move('pointer', Math.round(pixels / 2)),
      { type: 'pointerUp', button: 0 },
    ];
    return this.post('actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] });
  }

  /** @param {Element} element @param {string} text */
  type(element, text) {
    return this.post(`element/${element[ELEMENT]}/value`, { text });
  }

  /** @param {Element} element */
  clear(element) {
    return this.post(`element/${element[ELEMENT]}/clear`, {});
  }

  async close() {
    await request('DELETE', this.session).finally(() => this.end());
  }
}

/**
 * Inside the page: brings an element to the middle, where no message that sticks to an edge covers it, and waits
 * until it stands where it stood a frame ago, for a page may be scrolling.
 * @param {globalThis.Element} element @returns {Promise<void>}
 */
function comeToRest(element) {
  element.scrollIntoView({ block: 'center' });
  return new Promise((resolve) => {
    let last = Number.NaN;
    const look = () => {
      const { top } = element.getBoundingClientRect();
      if (top === last) return resolve();
      last = top;
      requestAnimationFrame(look);
    };
    look();
  });
}
