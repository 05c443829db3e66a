/** Look inside, as a student walks it: each number by its formula, a gradient checked, a mistake caught, the loss lowered. */

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

/** @param {import('playwright-core').BrowserContextOptions} [options] */
async function lookInside(options) {
  const visitor = await (await session.visit(options)).arrive();
  await visitor.button('Look inside').click();
  await visitor.page.getByRole('heading', { name: /^One step of learning “hello”/ }).waitFor();
  return visitor;
}

test('by keyboard alone: step, choose a number, check a gradient, break it, learn; training goes on meanwhile', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '16');
  await visitor.train(sums(400));
  const step = await visitor.until('Step', '>', 0);
  const { page } = visitor;
  const says = page.locator('.formula');
  await visitor.button('Look inside').press('Enter');
  await visitor.says(says, /^The loss is small/);

  await page.keyboard.press('ArrowRight');
  await visitor.says(says, /At the last time step it comes from above alone/);
  assert.equal(await visitor.button('7 blame: t = 4').getAttribute('aria-current'), 'step');
  const blame = page.getByRole('button', { name: /^gradient of the state, time 4, unit 1: / });
  await blame.focus();
  await visitor.says(says, /dh₄\[1\] = V₁₁·do₄\[h\] \+ V₂₁·do₄\[e\]/);
  await page.keyboard.press('ArrowUp');
  await visitor.says(says, /h₄\[1\] = tanh\(a₄\[1\]\)/);
  await visitor.field('Names').selectOption('pytorch');
  await visitor.says(says, /h₄\[1\] = tanh\(z₄\[1\]\)/);

  await page.getByRole('button', { name: /^weight_hh_l0\[1, 2\]: / }).press('Enter');
  await visitor.says(says, /dweight_hh_l0\[1, 2\] = z|dweight_hh_l0\[1, 2\] = dz₁/);
  await visitor.says(page.locator('.nudged'), /They differ by\d\.\de−1\d$/);
  await visitor.says(page.locator('.parts'), /^The sum over time: t = 1: .*t = 4: .*sum: /);
  await visitor.button('Check all 43').press('Enter');
  await page.getByText('All 43 agree.').waitFor();
  await visitor.button('W, not Wᵀ').press('Enter');
  await page.getByText(/^Caught by \w+\[\d.*\d apart/).waitFor();
  await visitor.button('Ten updates').press('Enter');
  const losses = (await page.locator('.losses li').allTextContents()).map(Number);
  assert.equal(losses.length, 11);
  assert.ok(losses[10] < losses[0], String(losses));

  await visitor.button('Check this run').press('Enter');
  const found = page.locator('.run-says');
  await visitor.says(
    found,
    /^All 6 tensors agree, to .* 48 of [\d,]+ weights nudged in [\d.]+ s\.$/,
  );
  assert.equal(await page.locator('.tensors tbody tr[data-agrees=true]').count(), 6);

  await visitor.button('Watch').press('Enter');
  await visitor.until('Step', '>', step);
  await visitor.pause();
  const paused = await visitor.number('Step');
  await visitor.button('Look inside').press('Enter');
  await visitor.button('Check this run').press('Enter');
  await visitor.says(
    found,
    new RegExp(`^All 6 tensors agree.* At step ${paused.toLocaleString('en')},`),
  );
  assert.deepEqual(visitor.errors, []);
});

test('another word and cell; what does not fit is said, and nothing is lost', async () => {
  const visitor = await lookInside();
  const { page } = visitor;
  await visitor.field('Word').fill('banana');
  await visitor.field('Word').press('Enter');
  await page.getByRole('heading', { name: /“banana”/ }).waitFor();
  await visitor.field('Cell').selectOption('lstm');
  const gate = page.getByRole('button', { name: /^gradient of the forget gate, time 4, unit 3: / });
  await visitor.button('t = 4').click();
  await gate.waitFor({ state: 'hidden' });
  await visitor.button('Gates ▸').click();
  await gate.click();
  await visitor.says(
    page.locator('.formula'),
    /df₄\[3\] = dc₄\[3\]·c₃\[3\]·f₄\[3\]·\(1 − f₄\[3\]\)/,
  );
  await visitor.button('forget dc·f').click();
  await page.getByText(/^Caught by .*nothing came back through the memory/).waitFor();
  await visitor.button('Check this run').click();
  await page.getByText('Nothing trains yet. Press Train in Watch first.').waitFor();
  await visitor.field('Word').fill('aaa');
  await visitor.field('Word').press('Enter');
  await page.getByText(/two different letters/).waitFor();
  await visitor.field('Reads').selectOption('numbers');
  await page.getByRole('heading', { name: /these numbers/ }).waitFor();
  await page.getByRole('button', { name: /^error of output 1, time 3: / }).click();
  await visitor.says(page.locator('.formula'), /e₃\[1\] = o₃\[1\] − y₃\[1\]/);
  await visitor.field('should become').fill('1; 2');
  await visitor.field('should become').press('Enter');
  await page.getByText(/3 steps of numbers in, and 2 of targets/).waitFor();
  await visitor.field('Reads').selectOption('word');
  await page.getByRole('heading', { name: /“banana”/ }).waitFor();
  assert.deepEqual(visitor.errors, []);
});

for (const options of [
  { colorScheme: /** @type {const} */ ('dark'), viewport: { width: 1280, height: 720 } },
  {
    colorScheme: /** @type {const} */ ('light'),
    viewport: { width: 390, height: 844 },
    forcedColors: /** @type {const} */ ('active'),
  },
]) {
  test(`axe finds nothing, ${options.colorScheme}, ${options.viewport.width} px wide`, async () => {
    const visitor = await lookInside(options);
    if (options.colorScheme === 'dark') {
      await visitor.field('Cell').selectOption('lstm');
      await visitor.button('Gates ▸').click();
    } else {
      await visitor.field('Reads').selectOption('numbers');
    }
    await visitor.button('8 sum over time').click();
    await visitor.says(
      visitor.page.locator('.formula'),
      /^The same weights are used at every time/,
    );
    assert.deepEqual(await visitor.violations(), []);
    assert.ok((await visitor.overflow()) <= 0, 'the graph scrolls inside itself');
  });
}
