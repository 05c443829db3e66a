/** What axe-core can tell of how the page reads to those who do not see it, in its main states. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
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

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };

for (const options of [
  { colorScheme: /** @type {const} */ ('light'), viewport: WIDE },
  { colorScheme: /** @type {const} */ ('dark'), viewport: NARROW },
]) {
  once(`axe finds nothing, ${options.colorScheme}, ${options.viewport.width} px`, async () => {
    const visitor = await (await session.visit(options)).arrive();
    const check = async (/** @type {string} */ state, /** @type {string | undefined} */ part) => {
      assert.deepEqual(await visitor.violations(part), [], state);
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
    await visitor.throughSheets((sheet) => check(`training, with #${sheet} open`, `#${sheet}`));
    await visitor.pause();
    await check('paused');
    await visitor.press('PyTorch code');
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

test('the keyboard keeps its place when a run begins, ends, or a sheet is used', async () => {
  const visitor = await (await session.visit()).arrive();
  const { page } = visitor;
  /** @param {string} name */
  const isAt = (name) =>
    visitor.button(name).and(page.locator(':focus')).waitFor({ timeout: 5_000 });
  await visitor.paste(sums(300));
  await page.getByText(/^Ready/).waitFor();
  await visitor.button('Train').press('Enter');
  await visitor.until('Step', '>', 0);
  await isAt('Pause');
  await visitor.pause();
  await visitor.says(page.locator('#saved-count'), /1/);

  await page.locator('#saved-open').press('Enter');
  await page
    .getByRole('button', { name: /^Rename / })
    .first()
    .press('Enter');
  await page.getByRole('textbox', { name: /^Name of / }).press('Escape');
  await page
    .getByRole('button', { name: /^Rename / })
    .and(page.locator(':focus'))
    .waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#saved-open:focus').waitFor();

  await visitor.button('Reset').press('Enter');
  await visitor.button('Train').waitFor();
  await isAt('Reset');
  await visitor.button('Undo').press('Enter');
  await isAt('Resume');

  // Last, for Firefox gives the keyboard to its list of downloads.
  const { bytes } = await visitor.download();
  const other = await (await session.visit()).arrive();
  await other.paste(sums(300));
  await other.text.focus();
  // As a dropped file does, this leaves the keyboard in the box, which then goes into its sheet.
  await other.choose('Load weights', 'weights.safetensors', bytes);
  const resume = other.button('Resume').and(other.page.locator(':focus'));
  await resume.waitFor({ timeout: 5_000 });
});
