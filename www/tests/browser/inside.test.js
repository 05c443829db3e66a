/** Look inside, as a student walks it: each number by its formula, a gradient checked, a mistake caught, the loss lowered. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sums } from '../sums.js';
import { once } from './once.js';
import { boxOf, open } from './visit.js';

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
  // So long that it trains to the end of the test.
  const visitor = await (await session.visit()).arrive('hiddenSize=16&runCharacters=100000000');
  await visitor.train(sums(400));
  const step = await visitor.until('Step', '>', 0);
  const { page } = visitor;
  const says = page.locator('.formula');
  await visitor.button('Look inside').press('Enter');
  await visitor.says(says, /^One letter is read/);

  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
  await visitor.says(says, /^The loss is small/);
  await page.keyboard.press('ArrowRight');
  await visitor.says(says, /At the last time step dh comes from above alone/);
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

  // A mistake shows: in the graph, in the table of weights, and at the weight that catches it.
  const mistake = visitor.button('weight_hh, not weight_hhᵀ');
  /** How far below the checks' beginning the button is. */
  const place = async () => (await boxOf(mistake)).y - (await boxOf(page.locator('.check'))).y;
  const before = await place();
  await mistake.press('Enter');
  await page.getByText(/^Caught by \w+\[\d.*\d apart/).waitFor();
  assert.equal(await mistake.getAttribute('aria-pressed'), 'true');
  assert.equal(await place(), before, 'nothing moves under the pointer');
  await visitor.says(page.locator('.nudged'), /With the mistake.*They differ by[1-9]\.\de−[12]$/);
  await visitor.says(page.locator('.formula'), /With the mistake: /);
  await page.locator('.weights .wrong[aria-pressed]').waitFor();
  const wrong = page.getByRole('button', { name: /^gradient of the state, .*, rightly / });
  assert.equal(await wrong.count(), 9, 'at all time steps but the last');
  await mistake.press('Enter');
  await visitor.says(page.locator('.nudged'), /Back-propagated.*They differ by\d\.\de−1\d$/);
  assert.equal(await page.locator('.wrong').count(), 0);
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

once('another word and cell; what does not fit is said, and nothing is lost', async () => {
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
  assert.equal(await visitor.button('Check this run').getAttribute('aria-disabled'), 'true');
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

once(
  'all of “hello” is in sight beside the checks or above them, with what a step says to press',
  async () => {
    for (const [width, height] of [
      [1024, 768],
      [1280, 720],
    ]) {
      const visitor = await lookInside({ viewport: { width, height } });
      const { page } = visitor;
      const last = await boxOf(page.getByRole('columnheader', { name: 't = 4' }));
      assert.ok(last.x + last.width <= width, `t = 4 at ${width} px`);
      const hidden = await page.locator('.frame').evaluate((e) => e.scrollWidth - e.clientWidth);
      assert.equal(hidden, 0, `of the graph at ${width} px`);
      await visitor.button('9 update').click();
      const update = await boxOf(visitor.button('Update'));
      assert.ok(update.y + update.height <= height, `Update at ${update.y} of ${height} px`);
    }
  },
);

once(
  'where the graph is wider than its frame, its labels stay and the step at work is in sight',
  async () => {
    const visitor = await lookInside({ viewport: { width: 640, height: 720 } });
    const { page } = visitor;
    const frame = page.locator('.frame');
    await visitor.field('Word').fill('banana');
    await visitor.field('Word').press('Enter');
    await page.getByRole('heading', { name: /“banana”/ }).waitFor();
    const label = page.getByRole('rowheader', { name: 'h = tanh a' });
    /** Where the numbers of the state at a time step are, beside the labels. @param {number} t */
    const isInSight = async (t) => {
      const [edge, around] = [await boxOf(label), await boxOf(frame)];
      assert.ok(Math.abs(edge.x - around.x) <= 1, `the label is at ${edge.x} px`);
      const of = page.getByRole('button', { name: new RegExp(`^state, time ${t}, unit [13]: `) });
      for (const number of await of.all()) {
        const { x, width } = await boxOf(number);
        if (x < edge.x + edge.width || x + width > around.x + around.width) return false;
      }
      return true;
    };
    assert.match((await frame.getAttribute('class')) ?? '', /more-after/);
    await visitor.button('7 blame: t = 5').click();
    assert.ok(await isInSight(5), 'the last time step');
    assert.doesNotMatch((await frame.getAttribute('class')) ?? '', /more-after/);
    await visitor.button('t = 3').click();
    assert.ok(await isInSight(3), 'the third');
    await visitor.button('3 squash').click();
    assert.ok(await isInSight(1), 'forwards it begins with the first');
    // No letter over numbers, by whatever name.
    for (const names of ['letters', 'pytorch']) {
      await visitor.field('Names').selectOption(names);
      const over = await frame.evaluate((element) => {
        const numbers = [...element.querySelectorAll('.number:not(:disabled)')];
        const boxes = numbers.map((number) => number.getBoundingClientRect());
        const weights = [...element.querySelectorAll('svg text')];
        return weights.filter((weight) => {
          const { left, right, top, bottom } = weight.getBoundingClientRect();
          // A line of text is higher than its letters.
          const middle = (top + bottom) / 2;
          return boxes.some(
            (box) =>
              box.left < right && left < box.right && box.top < middle && middle < box.bottom,
          );
        }).length;
      });
      assert.equal(over, 0, names);
    }
    assert.deepEqual(visitor.errors, []);
  },
);

once('a mistake stays in another network, and an update says that it takes it out', async () => {
  const visitor = await lookInside();
  const { page } = visitor;
  const says = page.locator('.broken');
  await visitor.button('forget Wᵀ').click();
  await visitor.says(says, /^Caught by /);
  await visitor.button('9 update').click();
  await visitor.field('Word').fill('banana');
  await visitor.field('Word').press('Enter');
  await page.getByRole('heading', { name: /“banana”/ }).waitFor();
  assert.equal(await visitor.button('forget Wᵀ').getAttribute('aria-pressed'), 'true');
  assert.equal(await visitor.button('9 update').getAttribute('aria-current'), 'step');
  await visitor.field('Names').selectOption('pytorch');
  assert.equal(await visitor.button('forget weight_hhᵀ').getAttribute('aria-pressed'), 'true');
  await visitor.button('Update').click();
  await visitor.says(says, /^The update took the mistake out: it follows the right gradient\.$/);
  assert.equal(await page.locator('.wrong').count(), 0);
  assert.equal(await page.locator('.mistakes [aria-pressed=true]').count(), 0);
});

for (const options of [
  { colorScheme: /** @type {const} */ ('dark'), viewport: { width: 1280, height: 720 } },
  {
    colorScheme: /** @type {const} */ ('light'),
    viewport: { width: 390, height: 844 },
    forcedColors: /** @type {const} */ ('active'),
  },
]) {
  once(`axe finds nothing, ${options.colorScheme}, ${options.viewport.width} px`, async () => {
    const visitor = await lookInside(options);
    if (options.colorScheme === 'dark') {
      await visitor.field('Cell').selectOption('lstm');
      await visitor.button('Gates ▸').click();
    } else {
      await visitor.field('Reads').selectOption('numbers');
      await visitor.button('7 blame: t = 3').click();
      const blame = await boxOf(
        visitor.page.getByRole('button', { name: /^gradient of the state, time 3, unit 3: / }),
      );
      assert.ok(blame.x >= 0 && blame.x + blame.width <= 390, 'the column at work is in sight');
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
