/** What to learn and how: texts in their encodings, what is in them, presets, links. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { FIRST_VALUES } from '../../src/page/settings/fields.js';
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

/** @param {import('./visit.js').Visitor} visitor @param {string} beginning */
const boxBegins = (visitor, beginning) =>
  visitor.page.waitForFunction(
    (beginning) => document.querySelector('textarea')?.value.startsWith(beginning),
    beginning,
  );

once('the encoding of an old file is guessed, and another can be chosen', async () => {
  const visitor = await (await session.visit()).arrive();
  const encoding = visitor.field('Encoding');
  assert.equal(await encoding.isVisible(), false, 'a typed text has none');
  // "привет " in windows-1251.
  const bytes = Buffer.from([0xef, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x20]);
  const file = Buffer.concat(Array.from({ length: 40 }, () => bytes));
  await visitor.choose('Open a text file', 'привет.txt', file);
  await boxBegins(visitor, 'привет');
  assert.equal(await encoding.inputValue(), 'windows-1251');
  await visitor.page.getByText('read as windows-1251 (a guess)').waitFor();
  await encoding.selectOption('windows-1252');
  await boxBegins(visitor, 'ïðèâåò');
  await encoding.selectOption('utf-8');
  await visitor.page.getByText(/40 places of this UTF-8 file cannot be read/).waitFor();
  await visitor.text.fill('mine');
  await encoding.waitFor({ state: 'hidden' });
});

once('a long file keeps its chosen encoding when it is learned', async () => {
  const visitor = await (await session.visit()).arrive();
  const line = Buffer.from([0xef, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x20, 0x31, 0x0a]);
  const file = Buffer.concat(Array.from({ length: 40_000 }, () => line));
  await visitor.choose('Open a text file', 'long.txt', file);
  await boxBegins(visitor, 'привет 1\n');
  await visitor.field('Encoding').selectOption('koi8-r');
  await boxBegins(visitor, 'ОПХБЕР 1\n');
  await visitor.set('Hidden size', '8');
  await visitor.press('Train');
  await visitor.until('Step', '>', 0);
  await visitor.reach('Training text');
  await visitor.page.getByText(/^Training on the first 90%/).waitFor();
  await visitor.says(visitor.generated, /[ОПХБЕР]/);
});

/**
 * Drops or pastes a text, or files, on an element.
 * @param {import('./visit.js').Visitor} visitor @param {'drop' | 'paste'} act @param {string} selector
 * @param {{ text?: string, files?: Record<string, string> }} given
 */
const give = (visitor, act, selector, given) =>
  visitor.page.evaluate(
    ({ act, selector, text, files }) => {
      const data = new DataTransfer();
      if (text !== undefined) data.setData('text/plain', text);
      for (const [name, content] of Object.entries(files ?? {})) {
        data.items.add(new File([content], name));
      }
      const about = { bubbles: true, cancelable: true };
      const event =
        act === 'drop'
          ? new DragEvent('drop', { ...about, dataTransfer: data })
          : // Firefox leaves out what a script wants to be pasted.
            Object.defineProperty(new ClipboardEvent('paste', about), 'clipboardData', {
              value: data,
            });
      document.querySelector(selector)?.dispatchEvent(event);
    },
    { act, selector, ...given },
  );

test('several files, pasted files and dropped texts are taken, and changed at a click', async () => {
  const visitor = await (await session.visit()).arrive();
  await give(visitor, 'drop', 'body', {
    files: { 'b 10.txt': 'the end', 'b 9.txt': 'The beginning', 'a.rtf': '{\\rtf1 no}' },
  });
  await boxBegins(visitor, 'The beginning\nthe end');
  await visitor.page.getByText('2 files as one text: b 9.txt, b 10.txt. Left out: a.rtf').waitFor();
  await visitor.press('Make it lower case');
  await boxBegins(visitor, 'the beginning');
  await visitor.press('Put it back');
  await boxBegins(visitor, 'The beginning');
  await give(visitor, 'paste', '#text', { files: { 'letter.rtf': '{\\rtf1 no}' } });
  await visitor.says(visitor.alert, /This is a rich-text document \(RTF\), not a plain text/);
  await give(visitor, 'drop', 'h1', { text: 'dropped beside the box' });
  await boxBegins(visitor, 'dropped beside the box');
  assert.deepEqual(visitor.errors, []);
});

once('what is in a text is shown at once: how much, which symbols, what is rare', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.paste(`${sums(300).trimEnd()}\t`);
  await visitor.page.getByText(/The last \d+ are kept as a test/).waitFor();
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

/** What these fields hold. @param {import('./visit.js').Visitor} visitor @param {string[]} labels */
async function valuesOf(visitor, labels) {
  const values = [];
  for (const label of labels) values.push(await visitor.value(label));
  return values;
}

once('the box takes in all of a long sample once somebody comes to it', async () => {
  const visitor = await (await session.visit()).arrive();
  const note = visitor.page.locator('#text-note');
  await visitor.says(note, /^Moby-Dick: [\d,]+ characters/);
  const [, characters] = (await note.textContent())?.match(/: ([\d,]+)/) ?? [];
  const beginning = await visitor.text.inputValue();
  assert.ok(beginning.length <= 10_000 && beginning.startsWith('CHAPTER 1.'));
  await visitor.text.press('ControlOrMeta+Home');
  await visitor.page.keyboard.type('X');
  const edited = await visitor.text.inputValue();
  assert.ok(edited.startsWith(`X${beginning}`));
  assert.equal(edited.length, Number(characters.replaceAll(',', '')) + 1);
  assert.deepEqual(visitor.errors, []);
});

once('presets and all settings: chosen by keyboard, shown where they matter, sent', async () => {
  const visitor = await (await session.visit()).arrive();
  const { page } = visitor;
  await visitor.paste(sums(400));
  const preset = visitor.field('Preset');
  await visitor.button('All settings').focus();
  await page.keyboard.press('Enter');
  await preset.waitFor();
  for (const name of ['Close', 'Preset']) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    assert.equal(await focused.and(visitor.button(name).or(visitor.field(name))).count(), 1, name);
  }
  await page.keyboard.press('c'); // for char-rnn
  await page.getByText(/Karpathy's char-rnn learns by default/).waitFor();
  assert.deepEqual(
    await valuesOf(visitor, ['Cell', 'Layers', 'Batch size', 'Optimizer', 'Gradient clip']),
    ['lstm', '2', '50', 'rmsprop', '0'],
  );
  assert.equal(await visitor.field('Value clip').inputValue(), '5');
  assert.equal(await visitor.field('Dropout').isVisible(), true);
  assert.equal(await visitor.field('Momentum').isVisible(), false);
  assert.equal(await visitor.field('Shards').isVisible(), true);
  await visitor.set('Cell', 'gru');
  await preset.and(page.locator('select:has(option[value=hand]:checked)')).waitFor();
  assert.equal(await visitor.field('Forget-gate bias').isVisible(), false);
  await visitor.set('Optimizer', 'sgd');
  await visitor.set('Momentum', '0.9');
  await visitor.set('Usual values of the learning rate', '0.1');
  assert.equal(await visitor.value('Learning rate'), '0.1');
  await visitor.set('Schedule', 'cosine');
  // So long that it does not end by itself: a press on Pause would then be one on Resume.
  await visitor.set('Length of the run', '300000000');
  await visitor.set('Hidden size', '16');
  await visitor.set('Dropout', '0.25');
  await visitor.check('Stop at the end');
  await visitor.press('Train');
  await visitor.until('Step', '>', 0);
  // The chip of the time shows the length of the run.
  await page.locator('#chip-time').click();
  const top = await visitor.field('Length of the run').evaluate((field) => {
    const sheet = /** @type {HTMLElement} */ (field.closest('.sheet'));
    return field.getBoundingClientRect().top - sheet.getBoundingClientRect().top;
  });
  assert.ok(top < 200, `${top} px below the top of the sheet`);
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
      runCharacters: 3e8,
      stopAtEnd: true,
      dropout: 0.5,
      clipValue: 1,
    },
  );
});

/** What a choice in the sentence shows. @param {import('playwright-core').Locator} select */
const shown = (select) =>
  select.evaluate((element) => /** @type {HTMLSelectElement} */ (element).selectedOptions[0].text);

once('the sentence before Train: chosen by keyboard, and true of settings and a link', async () => {
  const visitor = await (await session.visit()).arrive();
  const { page } = visitor;
  await visitor.paste(sums(400));
  const network = visitor.field('Network');
  const text = visitor.field('Text to learn from');
  const time = visitor.field('Training time');
  await network.focus();
  await page.keyboard.press('l');
  assert.equal(await shown(network), 'large network');
  assert.equal(await shown(text), 'my text');
  // 13 symbols: 3 x 192 x (13 + 192 + 2) and 3 x 192 x (192 + 192 + 2) for the layers, 13 x (192 + 1) for the readout.
  const told = page.getByText(/^344,077 parameters.* Up to [\d,]+ characters a second/);
  await told.waitFor();
  await time.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  assert.equal(await shown(time), 'about 3 minutes');
  assert.equal(await visitor.value('Layers'), '2');
  assert.equal(await visitor.value('Hidden size'), '192');
  const speed = /Up to ([\d,]+)/.exec((await told.textContent()) ?? '')?.[1] ?? '';
  const expected = 180 * 0.9 * Number(speed.replaceAll(',', ''));
  const share = Number(await visitor.value('Length of the run')) / expected;
  // Both are rounded to two digits, each by a twentieth at most.
  assert.ok(Math.abs(share - 1) < 0.11, `${share} of the length`);

  await page.evaluate(() => location.replace('#hiddenSize=33&sample=sums'));
  await boxBegins(visitor, '62+0=62');
  assert.equal(await shown(network), 'network of your own');
  assert.equal(await shown(text), 'sums');
  await page.keyboard.press('Escape');
  await text.focus();
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.activeElement?.id === 'text');
  assert.equal(await visitor.text.inputValue(), '');
  assert.equal(await shown(text), 'my own text');
  assert.deepEqual(visitor.errors, []);
});

once('size and speed of the model stand there before it trains', async () => {
  const visitor = await (await session.visit()).arrive();
  const { page } = visitor;
  await visitor.paste(sums(400));
  await visitor.set('Cell', 'rnn');
  const told = page.getByText(
    /^19,981 parameters, \d+ kB\. Up to [\d,]+ characters a second on this machine/,
  );
  await told.waitFor();
  // 13 symbols: 128 x (13 + 128 + 2) for the cell, 13 x (128 + 1) for the readout.
  assert.match((await told.textContent()) ?? '', /^19,981 parameters, 80 kB/);
  assert.match(
    (await told.textContent()) ?? '',
    /: the run of [\d.]+[KM]? takes about (a second|\d+ (s|min|h).*), longer beside other work/,
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

once('a link sets everything as it was when the run began', async () => {
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
  await visitor.press('Paint colours');
  await visitor.set('Cell', 'lstm');
  await visitor.set('Hidden size', '24');
  await visitor.set('Seed', '7');
  await page.waitForFunction(() =>
    /seed=7.*&text=[0-9a-f]{16}&sample=colours$/.test(location.hash),
  );
  await visitor.press('Train');
  await visitor.until('Step', '>', 20);
  const rate = await visitor.value('Learning rate');
  await visitor.set('Learning rate', '0.01');
  await visitor.reach(page.locator('#share-sheet'));
  await page.getByText(/^The link repeats this run from step 0 on paint colours\.$/).waitFor();
  await visitor.press('Copy link');
  await page.getByText(/^Copied\. The link repeats this run/).waitFor();
  const url = (await page.locator('html').getAttribute('data-copied')) ?? '';
  assert.ok(url.startsWith(`${beginning}#cell=lstm&hiddenSize=24&`), url);
  assert.match(url, /&seed=7&text=[0-9a-f]{16}&sample=colours$/);
  assert.equal(page.url(), url, 'the address holds it, too');

  const other = await session.visit();
  other.url = url;
  await other.arrive();
  await other.page.getByText('This is the text that the link was made with.').waitFor();
  const values = await valuesOf(other, ['Cell', 'Hidden size', 'Seed', 'Learning rate']);
  assert.deepEqual(values, ['lstm', '24', '7', rate]);
  await other.text.press('End');
  await other.text.press('x');
  await other.page
    .getByText('This is the text that the link was made with.')
    .waitFor({ state: 'hidden' });
  assert.deepEqual([...visitor.errors, ...other.errors], []);
});

once('a run from a link comes to the same weights, bit for bit', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.paste(sums(300));
  await visitor.set('Cell', 'lstm');
  await visitor.set('Hidden size', '24');
  await visitor.set('Batch size', '4');
  await visitor.set('Schedule', 'cosine');
  await visitor.set('Length of the run', '20000');
  await visitor.check('Stop at the end');
  const train = async (/** @type {import('./visit.js').Visitor} */ visitor) => {
    await visitor.press('Train');
    await visitor.says(visitor.page.locator('#status'), /^Finished: 20,\d+ letters read/);
    await visitor.untilMeasuredAt(await visitor.number('Step'));
    return (await visitor.download()).bytes;
  };
  const bytes = await train(visitor);
  // The way on is offered in the run bar, where it covers nothing and moves nothing.
  await visitor.page
    .locator('.bar')
    .getByRole('button', { name: 'Train on with a new schedule' })
    .waitFor();
  assert.equal(await visitor.page.locator('.message').count(), 0);
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
  await other.press('Resume');
  await other.until('Step', '>', Number(metadataOf(bytes).step));
});

once('a link to a text that it does not hold knows it when it comes', async () => {
  const visitor = await session.visit();
  visitor.url += '#seed=9&text=0123456789abcdef';
  await visitor.arrive();
  await visitor.page.getByText(/repeats a run on a text that is not in it/).waitFor();
  assert.equal(await visitor.text.inputValue(), '');
  await visitor.paste(sums(100));
  await visitor.page.getByText(/^Different text from the one this link was made with/).waitFor();
  assert.equal(await visitor.value('Seed'), '9');
});

once('a hostile address gets a sentence and changes nothing', async () => {
  const visitor = await session.visit();
  visitor.url += '#hiddenSize=64&sample=<img src=x onerror=alert(1)>';
  await visitor.arrive();
  await visitor.says(visitor.alert, /The settings in this page's address were not used/);
  assert.equal(await visitor.value('Hidden size'), FIRST_VALUES.hiddenSize);
  assert.equal(await visitor.alert.locator('img').count(), 0);
  await boxBegins(visitor, 'CHAPTER 1. Loomings.');
  assert.deepEqual(visitor.errors, []);
});

once('another link in the same tab is taken, unless a run stands in its way', async () => {
  const visitor = await (await session.visit()).arrive();
  const { page } = visitor;
  const entries = await page.evaluate(() => history.length);
  await page.evaluate(() => location.replace('#hiddenSize=33&sample=sums'));
  await page.waitForFunction(() =>
    /^\d+\+\d+=/.test(document.querySelector('textarea')?.value ?? ''),
  );
  assert.equal(await visitor.value('Hidden size'), '33');
  await visitor.press('Train');
  await visitor.until('Step', '>', 0);
  await page.evaluate(() => location.replace('#hiddenSize=44'));
  await visitor.says(visitor.alert, /Reset, then open the link again/);
  assert.equal(await visitor.value('Hidden size'), '33');
  assert.equal(await page.evaluate(() => history.length), entries, 'the history is as it was');
});

for (const options of [
  { colorScheme: /** @type {const} */ ('light'), viewport: { width: 1280, height: 800 } },
  { colorScheme: /** @type {const} */ ('dark'), viewport: { width: 360, height: 740 } },
]) {
  once(`axe finds nothing in the open settings, ${options.viewport.width} px wide`, async () => {
    const visitor = await session.visit(options);
    visitor.url += '#cell=lstm&layers=2&optimizer=sgd&schedule=step&text=0123456789abcdef';
    await visitor.arrive();
    await visitor.paste(`${sums(100)}\t`);
    await visitor.page.getByText('14 symbols, 1 of them rare').click();
    await visitor.page.getByText(/^Different text from the one this link was made with/).waitFor();
    await visitor.reach('Decay every');
    assert.deepEqual(await visitor.violations(), []);
    const said = await visitor.page
      .locator('#settings-sheet fieldset')
      .evaluateAll((groups) =>
        groups.map(
          (group) =>
            [...group.querySelectorAll('.when')].filter((line) => line.checkVisibility()).length,
        ),
      );
    assert.deepEqual(said, [2, 2, 1, 2], 'what may change when is said once for what it holds for');
    await visitor.page.keyboard.press('Escape');
    await visitor.field('Decay every').waitFor({ state: 'hidden' });
    const overflow = await visitor.page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    assert.ok(overflow <= 0);
  });
}
