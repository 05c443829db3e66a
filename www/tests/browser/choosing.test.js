/** What to learn and how: texts in their encodings, what is in them, presets, links. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { FIRST_VALUES } from '../../src/fields.js';
import { sums } from '../sums.js';
import { metadataOf, open } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

/** @param {import('./visit.js').Visitor} visitor @param {string} beginning */
const boxBegins = (visitor, beginning) =>
  visitor.page.waitForFunction(
    (beginning) => document.querySelector('textarea')?.value.startsWith(beginning),
    beginning,
  );

test('a file in an old encoding is read anew in the one that is chosen', async () => {
  const visitor = await (await session.visit()).arrive();
  const encoding = visitor.field('Encoding');
  assert.equal(await encoding.isVisible(), false, 'a typed text has none');
  // "привет " in windows-1251.
  const bytes = Buffer.from([0xef, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x20]);
  const file = Buffer.concat(Array.from({ length: 40 }, () => bytes));
  await visitor.choose('Open a text file', 'привет.txt', file);
  await boxBegins(visitor, 'ïðèâåò');
  assert.equal(await encoding.inputValue(), 'windows-1252');
  await encoding.selectOption('windows-1251');
  await boxBegins(visitor, 'привет');
  await visitor.page.getByText('read as windows-1251').first().waitFor();
  await encoding.selectOption('utf-8');
  await visitor.page.getByText(/240 characters could not be read/).waitFor();
  await visitor.text.fill('mine');
  await encoding.waitFor({ state: 'hidden' });
});

test('UTF-16 without a mark looks binary, and can be read all the same', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.choose('Open a text file', 'bare.txt', Buffer.from('naïve '.repeat(50), 'utf16le'));
  await visitor.says(visitor.alert, /binary/);
  await visitor.button('Read it as UTF-16').click();
  await boxBegins(visitor, 'naïve naïve');
  assert.equal(await visitor.field('Encoding').inputValue(), 'utf-16le');
});

test('a long file keeps its chosen encoding when it is learned', async () => {
  const visitor = await (await session.visit()).arrive();
  const line = Buffer.from([0xef, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x20, 0x31, 0x0a]);
  const file = Buffer.concat(Array.from({ length: 40_000 }, () => line));
  await visitor.choose('Open a text file', 'long.txt', file);
  await boxBegins(visitor, 'ïðèâåò 1\n');
  await visitor.field('Encoding').selectOption('windows-1251');
  await boxBegins(visitor, 'привет 1\n');
  await visitor.set('Hidden size', '8');
  await visitor.button('Train').click();
  await visitor.until('Step', '>', 0);
  await visitor.page.getByText(/^Being learned: all but/).waitFor();
  await visitor.says(visitor.generated, /[приве]/);
});

test('what is in a text is told at once: how much, which symbols, what is rare', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.paste(`${sums(300).trimEnd()}\t`);
  await visitor.page.getByText(/of which the last \d+ are held out to test it/).waitFor();
  const disclosure = visitor.page.getByText('14 symbols, 1 of them rare');
  await disclosure.focus();
  await visitor.page.keyboard.press('Enter');
  const frequent = visitor.page.getByRole('list', { name: 'Most frequent' });
  await frequent.getByText('newline').waitFor();
  const rare = visitor.page.getByRole('list', { name: 'Rare' });
  assert.deepEqual(await rare.getByRole('listitem').allInnerTexts(), ['tab\n1']);
  await visitor.page.getByText(/1 symbol \(tab\) comes fewer than 10 times/).waitFor();
  assert.deepEqual(await visitor.violations(), []);
  // It follows what is typed.
  await visitor.text.press('End');
  await visitor.text.pressSequentially('xyz');
  await visitor.page.getByText('17 symbols, 4 of them rare').waitFor();
});

/** The configuration in the downloaded file of the run that is paused. @param {import('./visit.js').Visitor} visitor */
const configOf = async (visitor) => JSON.parse(metadataOf((await visitor.download()).bytes).config);

test('presets and every setting: chosen by keyboard, shown where they matter, sent as they stand', async () => {
  const visitor = await (await session.visit()).arrive();
  const { page } = visitor;
  await visitor.paste(sums(400));
  const preset = visitor.field('Preset');
  await preset.focus();
  await page.keyboard.press('c'); // for char-rnn
  await page.getByText(/Karpathy's char-rnn learns by default/).waitFor();
  assert.deepEqual(
    await Promise.all(
      ['Cell', 'Layers', 'Batch size', 'Optimizer', 'Gradient clip'].map((label) =>
        visitor.field(label).inputValue(),
      ),
    ),
    ['lstm', '2', '50', 'rmsprop', '0'],
  );
  assert.equal(await visitor.field('Value clip').isVisible(), false);
  await page.getByText('More settings').focus();
  await page.keyboard.press('Enter');
  assert.equal(await visitor.field('Value clip').inputValue(), '5');
  assert.equal(await visitor.field('Dropout').isVisible(), true);
  assert.equal(await visitor.field('Momentum').isVisible(), false);
  assert.equal(await visitor.field('Shards').isVisible(), true);
  await visitor.set('Cell', 'gru');
  await preset.and(page.locator('select:has(option[value=hand]:checked)')).waitFor();
  assert.equal(await visitor.field('Forget-gate bias').isVisible(), false);
  await visitor.set('Optimizer', 'sgd');
  await visitor.set('Momentum', '0.9');
  await visitor.set('Learning rate', '0.1');
  await visitor.set('Schedule', 'cosine');
  await visitor.set('Length of the run', '3000000');
  await visitor.set('Hidden size', '16');
  await visitor.set('Dropout', '0.25');
  await visitor.field('Stop at the end').check();
  await visitor.button('Train').click();
  await visitor.until('Step', '>', 0);
  assert.equal(await preset.isDisabled(), true);
  assert.equal(await visitor.field('Momentum').isDisabled(), true);
  assert.equal(await visitor.field('Dropout').isDisabled(), false);
  await visitor.set('Dropout', '0.5');
  await visitor.set('Value clip', '1');
  const step = await visitor.number('Step');
  await visitor.until('Step', '>', step + 5);
  await visitor.pause();
  const { layers, cell, momentum, schedule, runCharacters, stopAtEnd, dropout, clipValue } =
    await configOf(visitor);
  assert.deepEqual(
    { layers, cell, momentum, schedule, runCharacters, stopAtEnd, dropout, clipValue },
    {
      layers: 2,
      cell: 'gru',
      momentum: 0.9,
      schedule: 'cosine',
      runCharacters: 3e6,
      stopAtEnd: true,
      dropout: 0.5,
      clipValue: 1,
    },
  );
});

test('size and speed of the model stand there before it trains', async () => {
  const visitor = await (await session.visit()).arrive();
  const { page } = visitor;
  await visitor.paste(sums(400));
  await visitor.set('Cell', 'rnn');
  const told = page.getByText(
    /^19,981 parameters, \d+ kB\. About [\d,]+ characters a second on this machine/,
  );
  await told.waitFor();
  // 13 symbols: 128 x (13 + 128 + 2) for the cell, 13 x (128 + 1) for the readout.
  assert.match((await told.textContent()) ?? '', /^19,981 parameters, 80 kB/);
  assert.match(
    (await told.textContent()) ?? '',
    /so the run of [\d.]+[KM]? takes about \d+ (s|min|h)/,
  );
  await visitor.set('Hidden size', '1024');
  await visitor.set('Layers', '8');
  await visitor.set('Batch size', '512');
  await visitor.set('Sequence length', '1024');
  await page
    .getByText(/would take [\d,.]+ \w+ of memory|memory/)
    .first()
    .waitFor();
  await visitor.set('Layers', '0');
  await page
    .getByText(/Layers is 0/)
    .first()
    .waitFor();
});

test('a link sets everything as it was when the run began', async () => {
  const visitor = await session.visit();
  const { page } = visitor;
  // What is copied, without asking for the real clipboard, which not every browser lets a test have.
  await page.addInitScript(() => {
    const writeText = async (/** @type {string} */ text) => {
      document.documentElement.dataset.copied = text;
    };
    Object.defineProperty(navigator, 'clipboard', { value: { writeText } });
  });
  await visitor.arrive();
  const beginning = page.url();
  await visitor.button('Names').click();
  await visitor.set('Cell', 'lstm');
  await visitor.set('Hidden size', '24');
  await visitor.set('Seed', '7');
  await page.waitForFunction(() => /seed=7.*&text=[0-9a-f]{16}&sample=names$/.test(location.hash));
  await visitor.button('Train').click();
  await visitor.until('Step', '>', 20);
  const rate = await visitor.field('Learning rate').inputValue();
  await visitor.set('Learning rate', '0.01');
  await page.getByText(/what is changed while it trains is not in it/).waitFor();
  await visitor.button('Copy link').click();
  await page.getByText('The link was copied.').waitFor();
  const url = (await page.locator('html').getAttribute('data-copied')) ?? '';
  assert.ok(url.startsWith(`${beginning}#cell=lstm&hiddenSize=24&`), url);
  assert.match(url, /&seed=7&text=[0-9a-f]{16}&sample=names$/);
  assert.equal(page.url(), url, 'the address holds it, too');

  const other = await session.visit();
  other.url = url;
  await other.arrive();
  await other.page.getByText('This is the text that the link was made with.').waitFor();
  const values = await Promise.all(
    ['Cell', 'Hidden size', 'Seed', 'Learning rate'].map((label) =>
      other.field(label).inputValue(),
    ),
  );
  assert.deepEqual(values, ['lstm', '24', '7', rate]);
  await other.text.press('End');
  await other.text.press('x');
  await other.page
    .getByText('This is the text that the link was made with.')
    .waitFor({ state: 'hidden' });
  assert.deepEqual([...visitor.errors, ...other.errors], []);
});

test('a run from a link comes to the same weights, bit for bit', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.paste(sums(300));
  await visitor.set('Cell', 'lstm');
  await visitor.set('Hidden size', '24');
  await visitor.set('Batch size', '4');
  await visitor.page.getByText('More settings').click();
  await visitor.set('Schedule', 'cosine');
  await visitor.set('Length of the run', '20000');
  await visitor.field('Stop at the end').check();
  const train = async (/** @type {import('./visit.js').Visitor} */ visitor) => {
    await visitor.button('Train').click();
    await visitor.page.getByText(/The run has its length, 20,\d+ characters/).waitFor();
    await visitor.untilMeasuredAt(await visitor.number('Step'));
    return (await visitor.download()).bytes;
  };
  const bytes = await train(visitor);
  // The address follows what is chosen when that has settled.
  await visitor.page.waitForFunction(() =>
    /&stopAtEnd=true(&fused=true)?&text=/.test(location.hash),
  );
  const other = await session.visit();
  other.url = visitor.page.url();
  await other.arrive();
  await other.paste(sums(300));
  await other.page.getByText('This is the text that the link was made with.').waitFor();
  assert.deepEqual(await train(other), bytes);
  await other.button('Resume').click();
  await other.until('Step', '>', Number(metadataOf(bytes).step));
});

test('a link to a text that it does not hold knows it when it comes', async () => {
  const visitor = await session.visit();
  visitor.url += '#seed=9&text=0123456789abcdef';
  await visitor.arrive();
  await visitor.page.getByText(/repeats a run on a text that is not in it/).waitFor();
  assert.equal(await visitor.text.inputValue(), '');
  await visitor.paste(sums(100));
  await visitor.page.getByText(/not the text that the link was made with/).waitFor();
  assert.equal(await visitor.field('Seed').inputValue(), '9');
});

test('a hostile address gets a sentence and changes nothing', async () => {
  const visitor = await session.visit();
  visitor.url += '#hiddenSize=64&sample=<img src=x onerror=alert(1)>';
  await visitor.arrive();
  await visitor.says(visitor.alert, /The settings in this page's address were not used/);
  assert.equal(await visitor.field('Hidden size').inputValue(), FIRST_VALUES.hiddenSize);
  assert.equal(await visitor.alert.locator('img').count(), 0);
  await boxBegins(visitor, 'CHAPTER 1. Loomings.');
  assert.deepEqual(visitor.errors, []);
});

test('another link in the same tab is taken, unless a run stands in its way', async () => {
  const visitor = await (await session.visit()).arrive();
  const { page } = visitor;
  const entries = await page.evaluate(() => history.length);
  await page.evaluate(() => location.replace('#hiddenSize=33&sample=sums'));
  await page.waitForFunction(() => document.querySelector('#hiddenSize')?.value === '33');
  await page.waitForFunction(() =>
    /^\d+\+\d+=/.test(document.querySelector('textarea')?.value ?? ''),
  );
  await visitor.button('Train').click();
  await visitor.until('Step', '>', 0);
  await page.evaluate(() => location.replace('#hiddenSize=44'));
  await visitor.says(visitor.alert, /Reset, then open the link again/);
  assert.equal(await visitor.field('Hidden size').inputValue(), '33');
  assert.equal(await page.evaluate(() => history.length), entries, 'the history is as it was');
});

for (const options of [
  { colorScheme: /** @type {const} */ ('light'), viewport: { width: 1280, height: 800 } },
  { colorScheme: /** @type {const} */ ('dark'), viewport: { width: 360, height: 740 } },
]) {
  test(`axe finds nothing in the open settings, ${options.viewport.width} px wide`, async () => {
    const visitor = await session.visit(options);
    visitor.url += '#cell=lstm&layers=2&optimizer=sgd&schedule=step&text=0123456789abcdef';
    await visitor.arrive();
    await visitor.paste(`${sums(100)}\t`);
    await visitor.page.getByText('More settings').click();
    await visitor.page.getByText('14 symbols, 1 of them rare').click();
    await visitor.page.getByText(/not the text that the link was made with/).waitFor();
    assert.deepEqual(await visitor.violations(), []);
    const overflow = await visitor.page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    assert.ok(overflow <= 0);
  });
}
