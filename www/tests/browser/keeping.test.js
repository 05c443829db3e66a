/** What a person made here is there again: after a reload, a closed tab, a crash. */

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

/** Waits until the run on top of the list is saved at this step or later.
 * @param {Visitor} visitor @param {number} step */
const untilSaved = async (visitor, step) => {
  await visitor.page.waitForFunction(
    (step) =>
      Number(document.querySelector('#kept-list data')?.getAttribute('value') ?? -1) >= step,
    step,
  );
};

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
  const page = visitor.page;
  const next = await anotherTab(visitor);
  await page.close();

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
