/**
 * Trains for minutes on end and prints, every half minute at least, what memory the page and its worker hold.
 * `--minutes N` says for how long.
 */

import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findChromium } from '../../../tools/chromium.js';
import { sums } from '../../sums.js';
import { CHROMIUM_FLAGS } from '../engines.js';
import { serve } from '../serve.js';
import { Visitor, within } from '../visit.js';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const MINUTES = Number(values.minutes);
assert.ok(MINUTES > 0, `--minutes is "${values.minutes}", not a number above 0`);
const EVERY_MS = Math.min(30_000, (MINUTES * 60_000) / 4);
/** Until then caches fill, and what is kept of the curve grows to its full length. */
const SETTLED = Math.min(2, MINUTES / 5);
/** How much more than then may be held at the end, garbage collected, in bytes. */
const ALLOWANCE = 1_500_000;
/** How long the browser may take for anything that is asked of it. */
const ANSWER_MS = 60_000;

const server = await serve();
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: CHROMIUM_FLAGS,
  // Playwright would close the browser and leave us waiting for it.
  handleSIGTERM: false,
  handleSIGHUP: false,
});
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) {
  process.once(signal, async () => {
    await browser.close();
    process.exit(128 + constants.signals[signal]);
  });
}
try {
  const page = await browser.newPage();
  page.on('crash', () => {
    console.error("The page's process crashed.");
    process.exitCode = 1;
    browser.close().finally(() => process.exit());
  });
  await page.route(/worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const body = `(${rememberMemories.toString()})();\n${await response.text()}`;
    await route.fulfill({ response, body });
  });
  const visitor = new Visitor(page, server.url, '');
  const devTools = await page.context().newCDPSession(page);
  await visitor.arrive();
  await visitor.button('Train').waitFor();
  const worker = await attachToWorker(await browser.newBrowserCDPSession());
  await visitor.train(sums(5000));
  console.log('minutes        step   page heap   worker heap   wasm memory   in bytes');
  const began = performance.now();
  /** @type {{ minutes: number, page: number, worker: number, wasm: number }[]} */
  const samples = [];
  while (minutesSince(began) < MINUTES) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    const step = await visitor.number('Step');
    const sample = {
      minutes: minutesSince(began),
      page: await heapOf((method) => devTools.send(method)),
      worker: await heapOf(worker),
      wasm: await wasmMemory(worker),
    };
    samples.push(sample);
    const columns = [sample.minutes.toFixed(1), step, sample.page, sample.worker, sample.wasm];
    const widths = [7, 12, 12, 14, 14];
    console.log(columns.map((text, i) => String(text).padStart(widths[i] ?? 0)).join(''));
  }
  const settled = samples.find(({ minutes }) => minutes >= SETTLED);
  const last = samples.at(-1);
  assert.ok(settled && last);
  for (const part of /** @type {const} */ (['page', 'worker'])) {
    const grown = last[part] - settled[part];
    assert.ok(grown < ALLOWANCE, `the ${part}'s heap grew by ${grown} bytes`);
  }
  assert.ok(last.wasm > 0, 'the memory of the wasm was found');
  assert.equal(last.wasm, settled.wasm, 'the memory of the wasm is set when a run starts');
  assert.deepEqual(visitor.errors, []);
  console.log('It stays level.');
} finally {
  await browser.close();
  server.close();
}

/** @param {number} began */
function minutesSince(began) {
  return (performance.now() - began) / 60_000;
}

/** @typedef {(method: string, params?: object) => Promise<any>} Send */

/** What is in use after a collection, in bytes. @param {Send} send */
async function heapOf(send) {
  await send('HeapProfiler.collectGarbage');
  return (await send('Runtime.getHeapUsage')).usedSize;
}

/**
 * In the worker, before its own script: keeps hold of the memory of every module. To ask DevTools for them
 * (Runtime.queryObjects) crashes Chromium when the worker is about to start.
 */
function rememberMemories() {
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  Object.assign(globalThis, { memories });
  for (const name of /** @type {const} */ (['instantiate', 'instantiateStreaming'])) {
    const original = /** @type {(...args: any[]) => Promise<any>} */ (WebAssembly[name]);
    Object.assign(WebAssembly, {
      async [name](/** @type {any[]} */ ...args) {
        const made = await original(...args);
        memories.push((made.instance ?? made).exports.memory);
        return made;
      },
    });
  }
}

/** How large all memories of wasm in the worker are, in bytes. @param {Send} send */
async function wasmMemory(send) {
  const { result } = await send('Runtime.evaluate', {
    expression: 'memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0)',
    returnByValue: true,
  });
  return result.value;
}

/**
 * A way to speak to the page's worker. Playwright keeps workers to itself, so this goes by messages
 * through a session with the browser.
 * @param {import('playwright-core').CDPSession} devTools
 * @returns {Promise<Send>}
 */
async function attachToWorker(devTools) {
  const { targetInfos } = await devTools.send('Target.getTargets', { filter: [{}] });
  const [worker, ...others] = targetInfos.filter(({ type }) => type === 'worker');
  assert.ok(worker && others.length === 0, 'the page has one worker before it trains');
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  devTools.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result, error } = JSON.parse(message);
    if (error) waiting.get(id)?.reject(new Error(error.message));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  const { targetId } = worker;
  const { sessionId } = await devTools.send('Target.attachToTarget', { targetId, flatten: false });
  let calls = 0;
  return async (method, params = {}) => {
    calls += 1;
    const id = calls;
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    const message = JSON.stringify({ id, method, params });
    await devTools.send('Target.sendMessageToTarget', { sessionId, message });
    return within(answer, `an answer to ${method}`, ANSWER_MS);
  };
}
