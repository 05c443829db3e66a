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

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };

for (const options of [
  { colorScheme: /** @type {const} */ ('light'), viewport: WIDE },
  { colorScheme: /** @type {const} */ ('dark'), viewport: NARROW },
]) {
  test(`axe finds nothing, ${options.colorScheme}, ${options.viewport.width} px wide`, async () => {
    const visitor = await (await session.visit(options)).arrive();
    const check = async (/** @type {string} */ state) => {
      assert.deepEqual(await visitor.violations(), [], state);
      assert.ok((await visitor.overflow()) <= 0, `${state}: no wider than the window`);
    };
    await check('first visit');
    await visitor.text.fill('too short');
    await visitor.button('Train').click();
    await visitor.says(visitor.alert, /at least 100/);
    await check('after an error');
    await visitor.set('Hidden size', '32');
    await visitor.train(sums(200));
    await check('training');
    await visitor.openAll();
    await check('training, with everything open');
    await visitor.pause();
    await check('paused');
    await visitor.button('PyTorch code').click();
    await visitor.button('Close').waitFor();
    await check('a dialog');
    await visitor.button('Close').click();
    await visitor.button('Reset').click();
    await visitor.button('Undo').waitFor();
    await check('after a reset');
  });
}

test('in forced colours all that matters is there to see, and axe finds nothing', async () => {
  const visitor = await (await session.visit({ forcedColors: 'active' })).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(200));
  await visitor.says(visitor.generated, /\S[\s\S]{20}/);
  assert.ok(await visitor.page.evaluate(() => matchMedia('(forced-colors: active)').matches));
  // What is a button must look like one where backgrounds are taken away.
  const border = await visitor
    .button('Pause')
    .evaluate((button) => getComputedStyle(button).borderTopStyle);
  assert.notEqual(border, 'none');
  assert.deepEqual(await visitor.violations(), []);
});

test('whoever wants less motion gets none', async () => {
  const visitor = await (await session.visit({ reducedMotion: 'reduce' })).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(200));
  await visitor.says(visitor.generated, /\S[\s\S]{20}/);
  const moving = await visitor.page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1)
      .map(({ effect }) => /** @type {KeyframeEffect} */ (effect).target?.outerHTML),
  );
  assert.deepEqual(moving, []);
});
