/** A tab that nobody looks at: it trains on, shows everything on return, and lets the screen sleep. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { makeHideable } from '../../tools/hideable.js';
import { sums } from '../sums.js';
import { once } from './once.js';
import { open } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

/** Counts wake locks, and gives none. */
function countWakeLocks() {
  const locks = { asked: 0, held: 0 };
  Object.assign(globalThis, { locks });
  Object.defineProperty(Object.getPrototypeOf(navigator), 'wakeLock', {
    configurable: true,
    value: {
      async request() {
        locks.asked += 1;
        locks.held += 1;
        const sentinel = new EventTarget();
        return Object.assign(sentinel, {
          async release() {
            locks.held -= 1;
            sentinel.dispatchEvent(new Event('release'));
          },
        });
      },
    },
  });
}

test('the screen stays on while a run trains, and no longer', async () => {
  const visitor = await session.visit();
  await visitor.page.addInitScript(countWakeLocks);
  await visitor.arrive();
  const held = (/** @type {number} */ count) =>
    visitor.page.waitForFunction(
      (count) => /** @type {any} */ (globalThis).locks.held === count,
      count,
    );
  await visitor.set('Hidden size', '32');
  await held(0);
  await visitor.train(sums(300));
  await held(1);
  await visitor.pause();
  await held(0);
  await visitor.button('Resume').click();
  await held(1);
  assert.equal(await visitor.page.evaluate(() => /** @type {any} */ (globalThis).locks.asked), 2);
});

once('a page that was long busy shows a whole chart and the newest numbers on return', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(300));
  const before = await visitor.number('Step');
  // What a frozen tab does: for five seconds no message is taken in.
  await visitor.page.evaluate(() => {
    const until = performance.now() + 5000;
    while (performance.now() < until);
  });
  await visitor.until('Step', '>', before + 100);
  await visitor.pause();
  const step = await visitor.number('Step');
  await isWhole(visitor, step);
  assert.deepEqual(visitor.errors, []);
});

test('a hidden tab trains on, is saved at once, and shows a whole chart when it is seen again', async () => {
  const visitor = await session.visit();
  const { page } = visitor;
  await page.addInitScript(makeHideable);
  await visitor.arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(300));
  await page.evaluate(() => /** @type {any} */ (globalThis).turn('hidden'));
  const shown = await visitor.number('Step');
  // Told by the store, for nothing is drawn: twice more than at the moment of hiding.
  const saved = await page.evaluate(savedSteps, 3);
  assert.ok(
    saved.every((step) => step >= shown),
    `${saved} are of ${shown} or later`,
  );
  assert.equal(await visitor.number('Step'), shown, 'no frame was drawn');
  await page.evaluate(() => /** @type {any} */ (globalThis).turn('visible'));
  await visitor.until('Step', '>', Number(saved.at(-1)) - 1);
  await visitor.pause();
  await isWhole(visitor, await visitor.number('Step'));
  assert.deepEqual(visitor.errors, []);
});

/** In the page: the steps of the next states that are saved. @param {number} count */
async function savedSteps(count) {
  /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
  const result = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const [{ name }] = await indexedDB.databases();
  const db = await result(indexedDB.open(/** @type {string} */ (name)));
  const steps = [];
  let last = -1;
  while (steps.length < count) {
    const [run] = await result(db.transaction('runs').objectStore('runs').getAll());
    // The first state may not be saved yet.
    if (run === undefined || run.sequence === last) continue;
    if (last !== -1) steps.push(run.step);
    last = run.sequence;
  }
  db.close();
  return steps;
}

/** The curve reaches evenly from the first step to this one.
 * @param {import('./visit.js').Visitor} visitor @param {number} step */
async function isWhole(visitor, step) {
  const [download] = await Promise.all([
    visitor.page.waitForEvent('download'),
    visitor.press('Save the curve as CSV'),
  ]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const [, ...rows] = Buffer.concat(chunks).toString().trim().split(/\r?\n/);
  const training = rows
    // Without the run's name, which may hold commas.
    .map((row) => row.replace(/^("([^"]|"")*"|[^,]*),/, '').split(','))
    .filter(([, , , loss]) => loss !== '')
    .map(([step]) => Number(step));
  const gaps = training.slice(1).map((step, i) => step - Number(training[i]));
  const widest = Math.max(...gaps);
  const first = /** @type {number} */ (gaps[0]);
  // Each point stands for as many steps as any other; the last for what there is.
  assert.ok(widest <= first, `${widest} steps are missing between points ${first} steps apart`);
  const last = Number(training.at(-1));
  assert.ok(step - last <= first, `the last point is of step ${last}, not near ${step}`);
}
