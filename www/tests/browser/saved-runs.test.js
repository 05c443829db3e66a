/** What a person made here is there again: after a reload, a closed tab, a torn write. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sums } from '../sums.js';
import { once } from './once.js';
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
    const data = document.querySelector('#saved-list data');
    const saved = Number(data?.getAttribute('value') ?? -1);
    return saved >= step ? { saved } : null;
  }, step);
  return /** @type {{ saved: number }} */ (await saved.jsonValue()).saved;
}

/** The sheet of saved runs, opened. @param {Visitor} visitor */
async function savedRuns(visitor) {
  const sheet = visitor.page.getByRole('region', { name: 'Saved runs', includeHidden: true });
  await visitor.reach(sheet);
  return {
    rows: sheet.getByRole('listitem'),
    /** @param {string} name */
    row: (name) => sheet.getByRole('listitem').filter({ hasText: name }),
  };
}

/** The rows of the curve's CSV that belong to the run at hand, without the head.
 * @param {Visitor} visitor */
async function curveOf(visitor) {
  const [download] = await Promise.all([
    visitor.page.waitForEvent('download'),
    visitor.press('Save the curve as CSV'),
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
  await next.press('Go on');
  await next.button('Pause').waitFor();
  const shown = await next.number('Step');
  assert.ok(shown >= early, `${shown} is not ${early} or later`);
  assert.equal(await next.value('Training text'), text);
  assert.equal(await next.value('Hidden size'), '48');
  assert.equal(await next.value('Learning rate'), '0.004');
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
    .locator('#saved-list')
    .getByText(`held-out loss ${measured.toFixed(3)}`)
    .waitFor({ state: 'attached' });

  await visitor.page.reload();
  const { row } = await savedRuns(visitor);
  await row('+').getByRole('button', { name: /^Open/ }).click();
  await visitor.button('Resume').waitFor();
  assert.equal(await visitor.number('Step'), step);
  assert.equal(await visitor.number('Held-out loss'), measured);
  assert.deepEqual((await visitor.download()).bytes, bytes);
  assert.deepEqual(await curveOf(visitor), curve);
  await visitor.press('Resume');
  await visitor.until('Step', '>', step);
});

/**
 * In the page: does something to the store behind the back of its worker.
 * @param {'tear' | 'deface' | 'forgetTexts'} what
 * @returns {Promise<number>} the step of the newest state
 */
async function meddle(what) {
  /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
  const result = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const [{ name }] = await indexedDB.databases();
  const db = await result(indexedDB.open(/** @type {string} */ (name)));
  const transaction = db.transaction(['runs', 'states', 'texts'], 'readwrite');
  const [runs, states, texts] = ['runs', 'states', 'texts'].map((name) =>
    transaction.objectStore(name),
  );
  const keys = await result(states.getAllKeys());
  const all = await result(states.getAll());
  const newest = all.reduce(
    (best, { sequence }, i) => (sequence > all[best].sequence ? i : best),
    0,
  );
  const state = all[newest];
  if (what === 'tear') {
    await result(states.put({ ...state, weights: state.weights.slice(0, -64) }, keys[newest]));
  } else if (what === 'deface') {
    const voice = { temperature: 1e9, prompt: {} };
    for (const [i, key] of keys.entries()) {
      await result(states.put({ ...all[i], voice, curve: { marks: 7 }, trainedMs: 'long' }, key));
    }
    const [run] = await result(runs.getAll());
    const ornaments = {
      name: 7,
      savedAt: Number.NaN,
      beganAt: 'May',
      heldOut: 'low',
      config: null,
    };
    await result(runs.put({ ...run, ...ornaments, asked: { cell: 1 } }));
  } else {
    await result(texts.clear());
  }
  db.close();
  return state.step;
}

test('a torn write costs one state and no more, and cleared site data nothing', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(400));
  await visitor.until('Step', '>', 10);
  await visitor.pause();
  const good = await untilSaved(visitor, 10);
  await visitor.press('Resume');
  await visitor.until('Step', '>', good + 10);
  await visitor.pause();
  const torn = await untilSaved(visitor, good + 10);
  assert.equal(await visitor.page.evaluate(meddle, 'tear'), torn);

  await visitor.page.reload();
  await visitor.press('Go on');
  await visitor.button('Pause').waitFor();
  await visitor.pause();
  const step = await visitor.number('Step');
  assert.ok(step >= good, `${step} is not ${good} or later`);
  // The damaged state is the one that is written over, and the run is whole again.
  await untilSaved(visitor, step);
  await visitor.page.reload();
  await visitor.press('Go on');
  await visitor.until('Step', '>', step);

  await visitor.page.evaluate(async () => {
    const [{ name }] = await indexedDB.databases();
    await new Promise((resolve) => {
      indexedDB.deleteDatabase(/** @type {string} */ (name)).onsuccess = resolve;
    });
  });
  const cleared = await visitor.number('Step');
  await visitor.until('Step', '>', cleared);
  await visitor.pause();
  const whole = await visitor.number('Step');
  await untilSaved(visitor, whole);
  await visitor.page.reload();
  await visitor.press('Go on');
  await visitor.until('Step', '>', whole);
  await visitor.pause();
  await untilSaved(visitor, await visitor.number('Step'));
  assert.deepEqual(visitor.errors, []);
});

once(
  'a record that is damaged costs its ornaments, and a text that is gone not the weights',
  async () => {
    const visitor = await (await session.visit()).arrive();
    const text = sums(400);
    await visitor.set('Hidden size', '32');
    await visitor.train(text);
    await visitor.until('Step', '>', 10);
    await visitor.pause();
    const step = await untilSaved(visitor, await visitor.number('Step'));
    await visitor.page.evaluate(meddle, 'deface');
    await visitor.page.reload();
    await visitor.press('Go on');
    await visitor.until('Step', '>', step);
    assert.equal(await visitor.value('Training text'), text);
    assert.equal(await visitor.value('Hidden size'), '32');
    await visitor.pause();
    const later = await visitor.number('Step');
    await untilSaved(visitor, later);

    await visitor.page.evaluate(meddle, 'forgetTexts');
    await visitor.page.reload();
    const { rows } = await savedRuns(visitor);
    await rows.getByRole('button', { name: /^Open/ }).click();
    await visitor.page
      .getByText(/learned is not saved any more, so its weights alone are open/)
      .waitFor();
    assert.equal(await visitor.number('Step'), later);
    // The text in the box is the one that it learned: it goes on, and is whole again.
    await visitor.press('Resume');
    await visitor.until('Step', '>', later);
    assert.deepEqual(visitor.errors, []);
  },
);

test('a text that was never trained on is there after a reload, in the very moment or later', async () => {
  const visitor = await (await session.visit()).arrive();
  const typed = 'This took me an hour to type. ';
  await visitor.text.fill(typed);
  await visitor.page.reload();
  // Where the reload took long, the text comes from the store, and the sample may have come before it.
  await visitor.page.waitForFunction(
    (typed) => document.querySelector('textarea')?.value === typed,
    typed,
  );
  // And from the store, in a new tab after this one is closed.
  const long = sums(40_000);
  await visitor.choose('Open a text file', 'large.txt', long);
  await visitor.page.getByText(/shows the first/).waitFor();
  const next = await anotherTab(visitor);
  assert.notEqual(await next.text.inputValue(), typed, 'a text belongs to its tab');
  await next.page.close();
  await visitor.page.waitForURL(/text=/);
  await visitor.page.reload();
  await visitor.page.getByText(/large\.txt: [\d,]+ characters/).waitFor();
  assert.equal(
    await visitor.page.locator('#text-link').isVisible(),
    false,
    'nobody followed a link',
  );
  assert.equal(await visitor.text.inputValue(), long.slice(0, 100_000));
});

once('runs are named, copied, opened, deleted and brought back', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(400));
  await visitor.until('Step', '>', 10);
  await visitor.pause();
  const step = await visitor.number('Step');
  await untilSaved(visitor, step);
  const { rows, row } = await savedRuns(visitor);
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
  // It can be pressed while the sheet is open. A press beside the sheet closes it.
  await visitor.button('Undo').first().click();
  await savedRuns(visitor);
  await first.waitFor();
  // What came back is whole.
  await first.getByRole('button', { name: /^Open/ }).click();
  await first.getByText('open here').waitFor();
  assert.equal(await visitor.number('Step'), step);
  await visitor.press('Resume');
  await visitor.until('Step', '>', step);
  assert.deepEqual(visitor.errors, []);
});

test('two tabs never write to one run: the second says so, and may open a copy', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(400));
  await visitor.until('Step', '>', 10);
  await visitor.pause();
  await untilSaved(visitor, 10);
  const other = await anotherTab(visitor);
  const { rows } = await savedRuns(other);
  await rows.getByText('open in another tab').waitFor();
  assert.equal(await other.button('Go on').count(), 0, 'what is open elsewhere is not offered');
  await rows.getByRole('button', { name: /^Open/ }).click();
  await other.page.getByText(/is open in another tab\./).waitFor();
  await other.press('Open a copy');
  await other.press('Resume');
  const step = await other.number('Step');
  await other.until('Step', '>', step + 10);
  await other.pause();
  await untilSaved(other, step + 10);
  // The first tab goes on with its own.
  await visitor.press('Resume');
  const own = await visitor.number('Step');
  await visitor.until('Step', '>', own + 10);
  await visitor.pause();
  await untilSaved(visitor, own + 10);
  const steps = await visitor.page
    .locator('#saved-list data')
    .evaluateAll((all) => all.map((data) => Number(data.getAttribute('value'))));
  assert.equal(steps.length, 2);
  assert.deepEqual([...visitor.errors, ...other.errors], []);
});

/** Runs in the worker, before its own script: a browser without a store. */
function keepNothing() {
  Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
}

/** Runs in the worker, before its own script: a store that never answers, and a wait for it that is shorter. */
function keepSilent() {
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (...args) {
    return Object.assign(open.apply(this, args), { addEventListener: () => {} });
  };
  const { setInterval } = globalThis;
  const faster = (/** @type {() => void} */ act, /** @type {number} */ ms) =>
    setInterval(act, ms / 10);
  Object.assign(globalThis, { setInterval: faster });
}

for (const [what, spoil, sentence] of /** @type {const} */ ([
  ['keeps nothing', keepNothing, /This browser keeps nothing for this page/],
  ['never answers', keepSilent, /storage does not answer, so this run is not being saved/],
])) {
  test(`a browser that ${what} gets a sentence, and training goes on`, async () => {
    const visitor = await session.visit();
    await visitor.page.context().route(/worker[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      return route.fulfill({ response, body: `(${spoil})();\n${await response.text()}` });
    });
    await visitor.arrive();
    await visitor.set('Hidden size', '32');
    await visitor.train(sums(400));
    await visitor.page.getByText(sentence).first().waitFor();
    const step = await visitor.number('Step');
    await visitor.until('Step', '>', step + 10);
    assert.deepEqual(visitor.errors, []);
  });
}

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
  const { rows } = await savedRuns(visitor);
  await rows.getByRole('button', { name: /^Open/ }).click();
  await visitor.button('Resume').waitFor();
  const { bytes } = await visitor.download();
  await visitor.press('Reset');
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
