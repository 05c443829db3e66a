/** What the system asks for that only Chromium lets a test ask: forced colours, less motion. */

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
