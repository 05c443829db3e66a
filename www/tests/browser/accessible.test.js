/** What axe-core can tell of how the page reads to those who do not see it, in its main states. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sums } from '../sums.js';
import { open } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

for (const options of [
  { colorScheme: /** @type {const} */ ('light'), viewport: { width: 1280, height: 800 } },
  { colorScheme: /** @type {const} */ ('dark'), viewport: { width: 360, height: 740 } },
]) {
  test(`axe finds nothing, ${options.colorScheme}, ${options.viewport.width} px wide`, async () => {
    const visitor = await (await session.visit(options)).arrive();
    const check = async (/** @type {string} */ state) => {
      assert.deepEqual(await visitor.violations(), [], state);
    };
    await visitor.text.fill('too short');
    await check('first visit');
    await visitor.button('Train').click();
    await visitor.says(visitor.alert, /at least 100/);
    await check('after an error');
    await visitor.set('Hidden size', '32');
    await visitor.train(sums(200));
    await check('training');
    await visitor.pause();
    await check('paused');
    await visitor.button('Reset').click();
    await visitor.button('Undo').waitFor();
    await check('after a reset');
  });
}

test('no state is wider than the window at 360 px', async () => {
  const visitor = await (await session.visit({ viewport: { width: 360, height: 740 } })).arrive();
  const overflow = () =>
    visitor.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok((await overflow()) <= 0);
  await visitor.train(sums(200));
  assert.ok((await overflow()) <= 0);
});
