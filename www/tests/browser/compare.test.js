/** Compare, as a visitor uses it: networks side by side, each what it would be alone, and one of them kept. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sums } from '../sums.js';
import { once } from './once.js';
import { metadataOf, open } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

/** Small and short: each of its networks reads it in a moment. */
const SETTINGS =
  'hiddenSize=16&batchSize=4&sequenceLength=16&runCharacters=20000&stopAtEnd=true&learningRate=0.01';

const TEXT = sums(400);

/** The tensors of a weights file. @param {Buffer} bytes */
function tensorsOf(bytes) {
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, end).toString('utf8'));
  return Object.keys(header)
    .filter((name) => name !== '__metadata__' && !name.startsWith('resume.'))
    .map((name) => {
      const [from, to] = header[name].data_offsets;
      return [name, bytes.subarray(end + from, end + to).toString('hex')];
    });
}

/** @param {string} settings @param {import('playwright-core').BrowserContextOptions} [options] */
async function compare(settings, options) {
  const visitor = await (await session.visit(options)).arrive(settings);
  const { page } = visitor;
  if (settings.includes('compare=')) await page.getByLabel('They differ in').waitFor();
  await page.getByRole('button', { name: 'Watch' }).click();
  await visitor.paste(TEXT);
  await page.getByText(/^Ready/).waitFor();
  await visitor.button('Compare').click();
  return visitor;
}

/** What a lane says of one of its numbers. @param {import('./visit.js').Visitor} visitor @param {string} lane @param {string} what */
const figure = ({ page }, lane, what) =>
  page
    .locator('.lane', { has: page.getByRole('heading', { name: lane, exact: true }) })
    .locator('dl > div', { hasText: what })
    .locator('dd');

test('a link brings a comparison; a lane that is kept has the weights and the loss of the same run alone', async () => {
  const visitor = await compare(`${SETTINGS}&cell=gru&compare=charactersSeen,cell,rnn,gru`);
  const { page } = visitor;
  assert.equal(await page.getByLabel('Network 1: cell').inputValue(), 'rnn');
  await visitor.button('Train all').press('Enter');
  await visitor.button('Finished').waitFor();
  await visitor.says(
    page.locator('.verdict'),
    /^(GRU|RNN \(tanh\)) has the lowest loss on unseen text: .* below the other\.$/,
  );
  const shown = await figure(visitor, 'GRU', 'Loss on unseen text').textContent();
  await page.getByText('The same numbers in tables').click();
  const newest = page.getByRole('row', { name: /^newest/ });
  assert.ok((await newest.textContent())?.endsWith(shown ?? ''), 'the table says it too');
  await page.getByRole('row', { name: /^10 / }).waitFor();
  // Room is made for another one, and nothing of this one is lost.
  await visitor.button('New comparison').press('Enter');
  await visitor.button('Train all').waitFor();
  await visitor.button('Back to the results').press('Enter');
  await visitor.button('Finished').waitFor();
  assert.equal(await figure(visitor, 'GRU', 'Loss on unseen text').textContent(), shown);
  await visitor.button('Keep this one: GRU').press('Enter');
  await visitor.button('Resume').waitFor();
  const loss = await visitor.until('Held-out loss', '>', 0);
  assert.equal(loss.toFixed(3), shown);
  const kept = await visitor.download();
  await visitor.press('Resume');
  const step = await visitor.number('Step');
  await visitor.until('Step', '>', step);
  assert.deepEqual(visitor.errors, []);

  const alone = await (await session.visit()).arrive(`${SETTINGS}&cell=gru`);
  await alone.paste(TEXT);
  await alone.press('Train');
  await alone.button('Resume').waitFor();
  assert.equal(await alone.number('Held-out loss'), loss);
  const { bytes } = await alone.download();
  assert.deepEqual(tensorsOf(kept.bytes), tensorsOf(bytes));
  assert.deepEqual(JSON.parse(metadataOf(kept.bytes).config), JSON.parse(metadataOf(bytes).config));
});

once('the run pauses for it; a lane explodes; pause, go on, and back to the run', async () => {
  const visitor = await (await session.visit()).arrive(SETTINGS.replace('stopAtEnd=true&', ''));
  const { page } = visitor;
  await visitor.paste(TEXT);
  await visitor.press('Train');
  await visitor.until('Step', '>', 0);
  await page.locator('[popovertarget=settings-sheet]:visible').first().click();
  await visitor.button('Compare networks').click();
  await page.getByLabel('They differ in').selectOption('learningRate');
  await visitor.set('Network 3: learning rate', 'fast');
  await visitor.button('Train all').click();
  await visitor.says(page.locator('#compare').getByRole('alert'), /Learning rate needs a number/);
  await visitor.type('Network 3: learning rate', '900');
  const focused = page.locator(':focus');
  assert.equal(await focused.getAttribute('aria-label'), 'Remove network 3', 'Tab goes on');
  await page.getByLabel('Length', { exact: true }).selectOption('3000000');
  await visitor.button('Train all').click();
  await visitor.says(page.locator('.lane-said').nth(2), /^Exploded at step/);
  await visitor.button('Pause all').click();
  await visitor.says(page.locator('.verdict'), /^Paused\./);
  const read = figure(visitor, 'Learning rate 0.005', 'Step');
  const before = Number((await read.textContent())?.replaceAll(',', ''));
  await visitor.button('Go on').click();
  await read.evaluate(async (element, before) => {
    while (!(Number(element.textContent?.replaceAll(',', '')) > before)) {
      await new Promise((resolve) => {
        new MutationObserver(resolve).observe(element, { childList: true, subtree: true });
      });
    }
  }, before);
  await visitor.button('Watch').click();
  await visitor.button('Resume').click();
  const step = await visitor.number('Step');
  await visitor.until('Step', '>', step);
  await visitor.button('Compare').click();
  await visitor.button('Go on').waitFor();
  await visitor.button('Stop').click();
  await visitor.button('Train all').waitFor();
  await visitor.button('Back to the results').click();
  await visitor.button('Go on').waitFor();
  assert.deepEqual(visitor.errors, []);
});

once('what the plots are of is said whole at 1024 x 768', async () => {
  const viewport = { width: 1024, height: 768 };
  const visitor = await (await session.visit({ viewport })).arrive('compare=cell');
  const { page } = visitor;
  await page.getByRole('heading', { name: 'Compare networks' }).waitFor();
  await visitor.button('Train all').click();
  await page.getByText(/Rough at first\.$/).waitFor();
  const cut = await page
    .locator('.compare section > .note')
    .evaluateAll((notes) => notes.filter((e) => e.scrollWidth > e.clientWidth).length);
  assert.equal(cut, 0);
});

for (const options of [
  { colorScheme: /** @type {const} */ ('dark'), viewport: { width: 1280, height: 720 } },
  {
    colorScheme: /** @type {const} */ ('light'),
    viewport: { width: 390, height: 844 },
    forcedColors: /** @type {const} */ ('active'),
    reducedMotion: /** @type {const} */ ('reduce'),
  },
]) {
  const { width, height } = options.viewport;
  once(
    `axe finds nothing, ${options.colorScheme}, ${width} px, and the curves are in sight`,
    async () => {
      const visitor = await compare(
        `${SETTINGS}&compare=seconds,learningRate,0.005,0.01,0.02`,
        options,
      );
      const { page } = visitor;
      assert.deepEqual(await visitor.violations(), []);
      await visitor.button('Train all').click();
      await visitor.button('Finished').waitFor();
      await page.getByText('The same numbers in tables').click();
      await page.getByRole('row', { name: /^newest/ }).waitFor();
      assert.deepEqual(await visitor.violations(), []);
      assert.ok((await visitor.overflow()) <= 0, 'no wider than the window');
      const box = await page.getByRole('img', { name: /^Loss on unseen text/ }).boundingBox();
      assert.ok(box !== null && box.y + box.height <= height, JSON.stringify(box));
      assert.deepEqual(visitor.errors, []);
    },
  );
}
