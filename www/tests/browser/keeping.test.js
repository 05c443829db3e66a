/** What a person made here is there again: after a reload, a closed tab, a torn write. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sums } from '../sums.js';
import { open, Visitor } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

/** Another tab of the same browser. @param {Visitor} visitor */
async function anotherTab(visitor) {
  const page = await visitor.page.context().newPage();
  return new Visitor(page, session.server.url, session.folder).arrive();
}

/** Waits until the run on top of the list is saved at this step or later; the step that it is saved at.
 * @param {Visitor} visitor @param {number} step */
async function untilSaved(visitor, step) {
  const saved = await visitor.page.waitForFunction((step) => {
    const data = document.querySelector('#kept-list data');
    const saved = Number(data?.getAttribute('value') ?? -1);
    return saved >= step ? { saved } : null;
  }, step);
  return /** @type {{ saved: number }} */ (await saved.jsonValue()).saved;
}

/** The panel, opened. @param {Visitor} visitor */
async function shelf(visitor) {
  const panel = visitor.page.locator('#kept-panel');
  await visitor.page.getByText('Saved runs', { exact: true }).click();
  return {
    rows: panel.getByRole('listitem'),
    /** @param {string} name */
    row: (name) => panel.getByRole('listitem').filter({ hasText: name }),
  };
}

/** The rows of the curve's CSV that belong to the run at hand, without the head.
 * @param {Visitor} visitor */
async function curveOf(visitor) {
  const [download] = await Promise.all([
    visitor.page.waitForEvent('download'),
    visitor.button('Save the curve as CSV').click(),
  ]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString().trim().split(/\r?\n/).slice(1);
}

test('a closed tab costs at most what was trained since the last save; all comes back', async () => {
  const visitor = await (await session.visit()).arrive();
  const text = sums(400);
  await visitor.set('Hidden size', '48');
  await visitor.set('Learning rate', '0.004');
  await visitor.train(text);
  await visitor.field('Prompt').fill('12+');
  await visitor.field('Prompt').press('Enter');
  await visitor.field('Temperature').fill('0.4');
  const early = await visitor.until('Step', '>', 20);
  await untilSaved(visitor, early);
  const next = await anotherTab(visitor);
  await visitor.page.close();

  await next.page.reload();
  await next.button('Go on').click();
  await next.button('Pause').waitFor();
  const shown = await next.number('Step');
  assert.ok(shown >= early, `${shown} is not ${early} or later`);
  assert.equal(await next.text.inputValue(), text);
  assert.equal(await next.field('Hidden size').inputValue(), '48');
  assert.equal(await next.field('Learning rate').inputValue(), '0.004');
  assert.equal(await next.field('Prompt').inputValue(), '12+');
  assert.equal(await next.field('Temperature').inputValue(), '0.4');
  await next.says(next.generated, /^12\+[\s\S]{5}/);
  await next.until('Step', '>', early + 5);
  assert.deepEqual([...visitor.errors, ...next.errors], []);
});

test('after a reload the run is the same byte for byte, and so is its curve', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(400));
  await visitor.until('Step', '>', 30);
  await visitor.pause();
  const step = await visitor.number('Step');
  await visitor.untilMeasuredAt(step);
  await untilSaved(visitor, step);
  const { bytes } = await visitor.download();
  const curve = await curveOf(visitor);
  // What was measured after the pause is written after it.
  const measured = await visitor.number('Held-out loss');
  await visitor.page
    .locator('#kept-list')
    .getByText(`held-out loss ${measured.toFixed(3)}`)
    .waitFor({ state: 'attached' });

  await visitor.page.reload();
  const { row } = await shelf(visitor);
  await row('+').getByRole('button', { name: /^Open/ }).click();
  await visitor.button('Resume').waitFor();
  assert.equal(await visitor.number('Step'), step);
  assert.equal(await visitor.number('Held-out loss'), measured);
  assert.deepEqual((await visitor.download()).bytes, bytes);
  assert.deepEqual(await curveOf(visitor), curve);
  await visitor.button('Resume').click();
  await visitor.until('Step', '>', step);
});

test('a torn write costs one state and no more', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(400));
  await visitor.until('Step', '>', 10);
  await visitor.pause();
  const good = await untilSaved(visitor, 10);
  await visitor.button('Resume').click();
  await visitor.until('Step', '>', good + 10);
  await visitor.pause();
  const torn = await untilSaved(visitor, good + 10);
  const damaged = await visitor.page.evaluate(tearNewest);
  assert.equal(damaged, torn);

  await visitor.page.reload();
  await visitor.button('Go on').click();
  await visitor.button('Pause').waitFor();
  await visitor.pause();
  const step = await visitor.number('Step');
  assert.ok(step >= good, `${step} is not ${good} or later`);
  // The damaged state is the one that is written over, and the run is whole again.
  await untilSaved(visitor, step);
  await visitor.page.reload();
  await visitor.button('Go on').click();
  await visitor.until('Step', '>', step);
  assert.deepEqual(visitor.errors, []);
});

/** In the page: cuts the end off the newest state of the newest run; its step. */
async function tearNewest() {
  /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
  const result = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const [{ name }] = await indexedDB.databases();
  const db = await result(indexedDB.open(/** @type {string} */ (name)));
  const store = db.transaction('states', 'readwrite').objectStore('states');
  const keys = await result(store.getAllKeys());
  const states = await result(store.getAll());
  const newest = states.reduce(
    (best, state, i) => (state.sequence > states[best].sequence ? i : best),
    0,
  );
  const state = states[newest];
  await result(store.put({ ...state, weights: state.weights.slice(0, -64) }, keys[newest]));
  db.close();
  return state.step;
}

test('a text that was never trained on is there after a reload, in the very moment or later', async () => {
  const visitor = await (await session.visit()).arrive();
  const typed = 'This took me an hour to type. ';
  await visitor.text.fill(typed);
  await visitor.page.reload();
  await visitor.page.waitForFunction(() => document.querySelector('textarea')?.value !== '');
  assert.equal(await visitor.text.inputValue(), typed);
  // And from the store, in a new tab after this one is closed.
  const long = sums(40_000);
  await visitor.choose('Open a text file', 'large.txt', long);
  await visitor.page.getByText(/shows the first/).waitFor();
  const next = await anotherTab(visitor);
  assert.notEqual(await next.text.inputValue(), typed, 'a text belongs to its tab');
  await next.page.close();
  await visitor.page.reload();
  await visitor.page.getByText(/large\.txt: [\d,]+ characters/).waitFor();
  assert.equal(await visitor.text.inputValue(), long.slice(0, 100_000));
});

test('runs are named, copied, opened, deleted and brought back', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(400));
  await visitor.until('Step', '>', 10);
  await visitor.pause();
  const step = await visitor.number('Step');
  await untilSaved(visitor, step);
  const { rows, row } = await shelf(visitor);
  const { page } = visitor;
  await rows
    .first()
    .getByRole('button', { name: /^Rename/ })
    .press('Enter');
  await page.getByRole('textbox', { name: /^Name of/ }).fill('  My </script> sums ');
  await page.keyboard.press('Enter');
  const mine = row('My </script> sums');
  await mine.getByText('open here').waitFor();
  await mine.getByRole('button', { name: 'Duplicate My </script> sums' }).click();
  const copy = row('My </script> sums 2');
  await copy.waitFor();
  assert.equal(await rows.count(), 2);

  await copy.getByRole('button', { name: /^Open/ }).click();
  await copy.getByText('open here').waitFor();
  assert.equal(await visitor.number('Step'), step);
  const first = rows.filter({ hasNotText: 'sums 2' });
  await first.getByRole('button', { name: /^Delete/ }).click();
  await page.getByText('“My </script> sums” is deleted.').waitFor();
  assert.equal(await rows.count(), 1);
  await visitor.button('Undo').first().click();
  await first.waitFor();
  // What came back is whole.
  await first.getByRole('button', { name: /^Open/ }).click();
  await first.getByText('open here').waitFor();
  assert.equal(await visitor.number('Step'), step);
  await visitor.button('Resume').click();
  await visitor.until('Step', '>', step);
  assert.deepEqual(visitor.errors, []);
});

test('two tabs never write to one run: the second is told, and may take a copy', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(400));
  await visitor.until('Step', '>', 10);
  await visitor.pause();
  await untilSaved(visitor, 10);
  const other = await anotherTab(visitor);
  const { rows } = await shelf(other);
  await rows.getByText('open in another tab').waitFor();
  assert.equal(await other.button('Go on').count(), 0, 'what is open elsewhere is not offered');
  await rows.getByRole('button', { name: /^Open/ }).click();
  await other.page.getByText(/is open in another tab\./).waitFor();
  await other.button('Open a copy').click();
  await other.button('Resume').click();
  const step = await other.number('Step');
  await other.until('Step', '>', step + 10);
  await other.pause();
  await untilSaved(other, step + 10);
  // The first tab goes on with its own.
  await visitor.button('Resume').click();
  const own = await visitor.number('Step');
  await visitor.until('Step', '>', own + 10);
  await visitor.pause();
  await untilSaved(visitor, own + 10);
  const steps = await visitor.page
    .locator('#kept-list data')
    .evaluateAll((all) => all.map((data) => Number(data.getAttribute('value'))));
  assert.equal(steps.length, 2);
  assert.deepEqual([...visitor.errors, ...other.errors], []);
});

test('a browser that keeps nothing gets a sentence, and training goes on', async () => {
  const visitor = await session.visit();
  await visitor.page.context().route(/worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const without = 'Object.defineProperty(globalThis, "indexedDB", { value: undefined });';
    return route.fulfill({ response, body: `${without}\n${await response.text()}` });
  });
  await visitor.arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(400));
  await visitor.page
    .getByText(/This browser keeps nothing for this page/)
    .first()
    .waitFor();
  const step = await visitor.number('Step');
  await visitor.until('Step', '>', step + 10);
  assert.deepEqual(visitor.errors, []);
});

test('weights of a saved run load by drop', async () => {
  const visitor = await (await session.visit()).arrive();
  const { page } = visitor;
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(400));
  await visitor.until('Step', '>', 10);
  await visitor.pause();
  const step = await visitor.number('Step');
  await untilSaved(visitor, step);
  await page.reload();
  const { rows } = await shelf(visitor);
  await rows.getByRole('button', { name: /^Open/ }).click();
  await visitor.button('Resume').waitFor();
  const { bytes } = await visitor.download();
  await visitor.button('Reset').click();
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], 'mine.safetensors'));
    for (const type of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(
        new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
      );
    }
  }, bytes.toString('base64'));
  await page
    .getByText(/mine\.safetensors: /)
    .first()
    .waitFor();
  assert.equal(await visitor.number('Step'), step);
});
