/** Fingers: only Chromium lets a test put down two of them. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sums } from '../../sums.js';
import { boxOf, open, within } from '../visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

test('fingers read the chart, drag its handle, and spread to zoom', async () => {
  const viewport = { width: 360, height: 740 };
  const visitor = await (await session.visit({ hasTouch: true, viewport })).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(1000));
  await visitor.until('Step', '>', 100);
  await visitor.pauseWithChart();
  const chart = visitor.page.locator('#chart');
  // The run bar lies over the end of the window.
  await chart.evaluate((element) =>
    element.scrollIntoView({ block: 'center', behavior: 'instant' }),
  );
  const box = await boxOf(chart);
  const y = box.y + box.height / 2;
  await visitor.page.touchscreen.tap(box.x + 150, y);
  await visitor.page
    .locator('#reading')
    .getByText(/^training/)
    .waitFor();
  for (const x of [60, 150, 200, box.width - 5]) {
    await visitor.page.touchscreen.tap(box.x + x, y);
    const inside = await boxOf(visitor.page.locator('#reading'));
    assert.ok(inside.x >= 0 && inside.x + inside.width <= viewport.width, `at ${x}`);
    assert.ok((await visitor.overflow()) <= 0, 'the page is no wider than its window');
  }
  const devtools = await visitor.page.context().newCDPSession(visitor.page);
  const touch = (/** @type {string} */ type, /** @type {number[]} */ ...xs) =>
    touchAt(type, y, ...xs);
  const touchAt = (
    /** @type {string} */ type,
    /** @type {number} */ y,
    /** @type {number[]} */ ...xs
  ) =>
    devtools.send('Input.dispatchTouchEvent', {
      type: /** @type {'touchStart'} */ (type),
      touchPoints: xs.map((x, id) => ({ x: box.x + x, y, id })),
    });

  const grip = await boxOf(visitor.page.locator('.handle-grip'));
  const held = [grip.x + grip.width / 2 - box.x, grip.y + grip.height / 2];
  await touchAt('touchStart', held[1], held[0]);
  for (const part of [0.6, 0.3, 0]) await touchAt('touchMove', held[1], held[0] * part);
  await touchAt('touchEnd', held[1]);
  await visitor.page.getByRole('heading', { name: 'What it wrote at step 0' }).waitFor();
  assert.equal(await visitor.button('Reset zoom').isVisible(), false, 'no stretch was chosen');
  // A line above it may be shorter now; scrolling makes up for that by whole pixels, of which the rest is less than one.
  const after = await boxOf(chart);
  assert.ok(Math.abs(after.y - box.y) <= 1, 'the chart stays under the finger');
  await touch('touchStart', 120, 180);
  await touch('touchMove', 100, 200);
  await touch('touchMove', 80, 220);
  await touch('touchEnd');
  await visitor.button('Reset zoom').waitFor();
  assert.ok((await visitor.overflow()) <= 0);
});

test('Train brings what is written into a small window', async () => {
  const viewport = { width: 360, height: 740 };
  const visitor = await (await session.visit({ hasTouch: true, viewport })).arrive();
  await visitor.train(sums(1000));
  const seen = visitor.generated.evaluate(
    (sheet) =>
      new Promise((resolve) => {
        const look = ([{ intersectionRatio }]) => intersectionRatio > 0.5 && resolve(true);
        new IntersectionObserver(look, { threshold: [0.5, 0.75, 1] }).observe(sheet);
      }),
  );
  assert.ok(await within(seen, 'half of the sheet is in the window'));
  assert.ok(await visitor.button('Pause').isVisible());
});
