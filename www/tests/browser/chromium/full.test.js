/** A store without room, which only DevTools can make. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sums } from '../../sums.js';
import { open } from '../visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

/** Waits until the run on top of the list is saved at this step or later; the step that it is saved at.
 * @param {import('../visit.js').Visitor} visitor @param {number} step */
async function untilSaved(visitor, step) {
  const saved = await visitor.page.waitForFunction((step) => {
    const data = document.querySelector('#saved-list data');
    const saved = Number(data?.getAttribute('value') ?? -1);
    return saved >= step ? { saved } : null;
  }, step);
  return /** @type {{ saved: number }} */ (await saved.jsonValue()).saved;
}

test('a store that is full gets a sentence, training goes on, and so does saving when there is room', async () => {
  const visitor = await (await session.visit()).arrive();
  const devtools = await visitor.page.context().newCDPSession(visitor.page);
  const { origin } = session.server;
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100 });
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(400));
  await visitor.page
    .getByText(/The room that the browser gives to this page is full/)
    .first()
    .waitFor();
  const step = await visitor.number('Step');
  await visitor.until('Step', '>', step + 10);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await untilSaved(visitor, step);
  await visitor.page
    .getByText(/The room that the browser gives to this page is full/)
    .first()
    .waitFor({ state: 'hidden' });
  assert.deepEqual(visitor.errors, []);
});
