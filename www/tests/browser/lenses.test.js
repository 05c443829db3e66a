/** What the network knows, looked at through each lens. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sums } from '../sums.js';
import { once } from './once.js';
import { boxOf, open } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

/** @param {Visitor} visitor @param {string} name */
const choose = (visitor, name) => visitor.page.getByText(name, { exact: true }).click();

/** @param {Visitor} visitor */
const margin = (visitor) => visitor.page.getByRole('region', { name: 'What the lens finds' });

/** @param {Visitor} visitor @param {string} name */
const pane = (visitor, name) => visitor.page.getByRole('region', { name, exact: true });

/** Prose has words, and so has what a small network writes after a while. */
const PROSE = Array.from(
  { length: 300 },
  (_, i) =>
    `The ${['whale', 'sailor', 'old ship'][i % 3]} came (said ${i}) and went home again, ${i % 7} times.\n`,
).join('');

once('each lens shows what it is about, names its text, and is no trouble for axe', async () => {
  // So long that it trains to the end of the test.
  const visitor = await (await session.visit()).arrive('hiddenSize=32&runCharacters=100000000');
  await visitor.train(PROSE);

  await choose(visitor, 'Surprise');
  await visitor.says(margin(visitor), /first letter of a word.*Nats per letter, by place/s);
  const page = pane(visitor, 'A page it has never read');
  const reads = visitor.page.getByRole('heading', { name: 'What it reads', exact: true });
  await reads.waitFor();
  const unseen = [...PROSE].slice(Math.floor([...PROSE].length * 0.9), undefined).join('');
  assert.equal(await page.textContent(), unseen.slice(0, 1000));
  assert.deepEqual(await visitor.violations(), []);
  await visitor.field('what changed').check();
  await visitor.says(margin(visitor), /later letters[−+]?\d.*Since step \d.*All in all: [−+]?\d/s);
  await visitor.page
    .getByText('Blue letters surprise it less than they did then; red ones, more.')
    .waitFor();
  assert.equal(await page.textContent(), unseen.slice(0, 1000));
  assert.deepEqual(await visitor.violations(), []);

  await choose(visitor, 'A neuron');
  await visitor.says(margin(visitor), /of 32.*What units follow.*place in the word/s);
  await visitor.type('Unit', '7');
  await visitor.page.getByText(/^Blue: unit 7 is higher than usual/).waitFor();
  // What is found of a selection comes into sight, however far the margin was scrolled.
  await margin(visitor).evaluate((margin) => margin.scrollTo(0, margin.scrollHeight));
  await page.evaluate((text) => getSelection()?.setBaseAndExtent(text, 0, text, 2));
  const ofSelection = visitor.page.getByRole('list', { name: 'Units of the selection' });
  await visitor.says(ofSelection, /unit \d+AUC 0\.\d/);
  const [whole, part] = [await boxOf(margin(visitor)), await boxOf(ofSelection)];
  assert.ok(part.y >= whole.y && part.y + part.height <= whole.y + whole.height);
  await page.evaluate(() => getSelection()?.removeAllRanges());
  assert.deepEqual(await visitor.violations(), []);

  await choose(visitor, 'Memory');
  await visitor.says(margin(visitor), /Half of what bears on this guess lies in the last/);
  await page.press('ArrowRight');
  assert.deepEqual([unseen[200], unseen[201]], [' ', 'a'], 'the next letter is another one');
  await visitor.says(visitor.page.locator('#lens-note'), /at the marked a\./);
  assert.equal(await page.locator('.asked').textContent(), 'a');
  assert.deepEqual(await visitor.violations(), []);

  await visitor.until('Step', '>', 60);
  await choose(visitor, 'Copied');
  await visitor.says(margin(visitor), /Copied in what it wrote/);
  await visitor.page.getByRole('heading', { name: 'What it writes', exact: true }).waitFor();
  assert.deepEqual(await visitor.violations(), []);

  await choose(visitor, 'Time');
  const step = visitor.page.getByRole('slider', { name: 'Step', exact: true });
  await visitor.says(visitor.page.locator('#lens-heading'), /^What it writes now, at step [1-9]/);
  await visitor.says(margin(visitor), /The training loss is about \d/);
  await step.press('Home');
  const earliest = pane(visitor, 'What it wrote at step 0');
  await visitor.says(margin(visitor), /It had read nothing\./);
  assert.equal([...((await earliest.textContent()) ?? '')].length, 300);
  await step.press('ArrowRight');
  await visitor.says(margin(visitor), /The training loss was about \d/);
  assert.deepEqual(await visitor.violations(), []);

  await choose(visitor, 'Certainty');
  await visitor.generated.waitFor();
  await visitor.pause();
  // At rest nothing changes, and nothing is said to have.
  await choose(visitor, 'Surprise');
  await visitor.says(margin(visitor), /nothing has changed, as the run is paused\.$/);
  await visitor.page.getByText('Nothing is coloured, for nothing has changed.').waitFor();
  assert.equal(await margin(visitor).locator('dt:visible').count(), 0);
  assert.deepEqual(visitor.errors, []);
});

once('on a phone places of surprise and the marked letter of Memory are in sight', async () => {
  const viewport = { width: 390, height: 844 };
  const visitor = await (await session.visit({ viewport })).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(PROSE);
  /** @param {string} inner @param {string} outer */
  const isWithin = (inner, outer) =>
    visitor.page.waitForFunction(
      ([inner, outer]) => {
        const [one, other] = [inner, outer].map((selector) =>
          document.querySelector(selector)?.getBoundingClientRect(),
        );
        return one && other && one.top >= other.top && one.bottom <= other.bottom + 1;
      },
      [inner, outer],
    );
  await choose(visitor, 'Surprise');
  await visitor.says(margin(visitor), /by place/);
  await isWithin('.bars dt:nth-of-type(5)', '#lens-margin');
  await choose(visitor, 'Memory');
  await isWithin('.asked', '#lens-text');
  assert.deepEqual(visitor.errors, []);
});

once('a text of one’s own is read as it is typed, and stays text', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(`${sums(300)}<b>&</b>\n`.repeat(3));
  await choose(visitor, 'Surprise');
  await visitor.field('Text').selectOption('your own');
  await visitor.page.getByText('Write something above, and the network reads it.').waitFor();
  await visitor.field('Your own text').fill('1+1=2 <b>&</b>');
  await visitor.says(pane(visitor, 'What you wrote'), /^1\+1=2\s?<b>&<\/b>$/);
  assert.equal(await pane(visitor, 'What you wrote').locator('b').count(), 0);
  // At rest it is read by the weights as they are.
  await visitor.pause();
  await visitor.field('Your own text').fill('1+2=3');
  await visitor.says(pane(visitor, 'What you wrote'), /^1\+2=3$/);
  await visitor.field('Your own text').fill('1+Ü=3');
  await visitor.says(pane(visitor, 'What you wrote'), /^1\+=3$/);
  await visitor.page.getByText('Skipped 1 symbol that the text does not have: ⁨Ü⁩').waitFor();
});

once('a list is gone on with: whole lines, what is new of them, and more at a press', async () => {
  const visitor = await (await session.visit()).arrive();
  const names = ['Anna', 'Bela', 'Clara', 'Dora #4c9085', 'Emil', 'Frida', 'Gustav', 'Hanna'];
  await visitor.set('Hidden size', '32');
  assert.equal(await visitor.page.getByText('Lines', { exact: true }).isVisible(), false);
  await visitor.train(`${names.join('\n')}\n`.repeat(40));
  await visitor.until('Training loss', '<', 0.4);
  await choose(visitor, 'Lines');
  await visitor.says(margin(visitor), /[1-9]\d* in the text/);
  const list = pane(visitor, 'A list of its own').getByRole('listitem');
  const before = await list.count();
  assert.ok(before > 0);
  const swatch = list.filter({ hasText: /^Dora #4c9085/ }).locator('.swatch');
  assert.equal(await swatch.count(), 1);
  assert.equal(
    await swatch.evaluate((at) => getComputedStyle(at).backgroundColor),
    'rgb(76, 144, 133)',
  );
  assert.equal(await list.filter({ hasText: /^Anna/ }).locator('.swatch').count(), 0);

  const [asking, filter] = [
    await boxOf(margin(visitor)),
    await boxOf(visitor.field('only starred ones')),
  ];
  assert.ok(filter.y + filter.height <= asking.y + asking.height, 'filters are in sight');
  const { width, height } = visitor.page.viewportSize() ?? { width: 1280, height: 720 };
  await visitor.page.setViewportSize({ width: 390, height: 844 });
  const [listed, room] = [
    await boxOf(pane(visitor, 'A list of its own')),
    await boxOf(margin(visitor)),
  ];
  assert.ok(
    listed.height > room.height,
    'on a phone the list has more room than what is asked of it',
  );
  await visitor.page.setViewportSize({ width, height });

  const firstStar = list.first().getByRole('button');
  await firstStar.focus();
  await firstStar.press('ArrowDown');
  await visitor.page.keyboard.press('ArrowDown');
  await visitor.page.keyboard.press('Enter');
  const starred = list.locator('[aria-pressed=true]');
  await starred.waitFor();
  const third = (await list.nth(2).locator('bdi').textContent()) ?? '';
  assert.equal(await starred.getAttribute('aria-label'), `Star ${third}`, 'it stays where it is');
  await visitor.button('100 more').click();
  await visitor.says(pane(visitor, 'A list of its own'), new RegExp(`^${third}`));
  // What has come begins at the top, wherever the list was.
  await visitor.says(
    margin(visitor),
    /\d+ lines? more\.|It wrote nothing that is not on the list\./,
  );
  const [at, newest] = [
    await boxOf(pane(visitor, 'A list of its own')),
    await boxOf(visitor.page.locator('.items').last()),
  ];
  assert.ok(newest.y >= at.y - 1 && newest.y < at.y + at.height, `${newest.y}, ${at.y}`);
  await visitor.field('only starred ones').check();
  const [download] = await Promise.all([
    visitor.page.waitForEvent('download'),
    visitor.button('Save as CSV').click(),
  ]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const table = new RegExp(`^line,kind,near\r\n${third},[^\r]*\r\n$`);
  assert.match(`${Buffer.concat(chunks)}`, table);
  await visitor.field('only starred ones').uncheck();
  assert.deepEqual(await visitor.violations(), []);
  await visitor.button(`Star ${third}`).click();

  await visitor.field('Only lines like').fill('*a');
  // It may write an Emila as well.
  await visitor.page.waitForFunction(() => {
    const lines = [...document.querySelectorAll('#lens-text bdi')].map((line) => line.textContent);
    return lines.includes('Anna') && lines.every((line) => line?.endsWith('a'));
  });
  await visitor.field('Only lines like').fill('zzz');
  await visitor.says(pane(visitor, 'A list of its own'), /^No line is like “zzz”\.$/);
  for (const taking of ['Copy the list', 'Save as CSV'])
    assert.equal(await visitor.button(taking).getAttribute('aria-disabled'), 'true');
  await visitor.field('Only lines like').fill('');
  assert.equal(await visitor.button('Copy the list').getAttribute('aria-disabled'), null);
  // Not typed: after a download Firefox's window is no longer in front, and a field tells of no change.
  await visitor.set('Begin with', 'Cl');
  // The list before may begin with Clara as well.
  await visitor.page.waitForFunction(() => {
    const lines = [...document.querySelectorAll('#lens-text bdi')].map((line) => line.textContent);
    return lines.length > 0 && lines.every((line) => line?.startsWith('Cl'));
  });
  await visitor.set('Begin with', 'Clß');
  await visitor.page.getByText('Skipped 1 symbol that the text does not have: ⁨ß⁩').waitFor();
  await visitor.field('only new ones').check();
  await visitor.says(pane(visitor, 'A list of its own'), /^(?![\s\S]*in the text)/);
  assert.deepEqual(visitor.errors, []);
});

once('quotes of a text from right to left keep their marks and lengths outside of it', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train('في البيت نور وفي القلب سلام. '.repeat(100));
  await visitor.until('Training loss', '<', 0.5);
  await choose(visitor, 'Copied');
  const copy = margin(visitor).locator('.copies li').first();
  await visitor.says(copy, /\p{sc=Arabic}.* \d+ letters$/su);
  // Its marks and its length are of the sentence around it, from left to right.
  const quoted = copy.locator('q > bdi');
  assert.equal(await quoted.textContent(), await copy.locator('q').textContent());
});

test('lenses are chosen by keyboard, and nothing below them moves', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(PROSE);
  // From the lenses down to the loss: sentences above and below may grow by a line.
  const height = () =>
    visitor.page.evaluate(() => {
      const topOf = (/** @type {string} */ id) =>
        document.querySelector(id)?.getBoundingClientRect().top ?? Number.NaN;
      return Math.round(topOf('#loss-heading') - topOf('#lenses'));
    });
  const certainty = visitor.page.getByRole('radio', { name: 'Certainty' });
  const choices = () =>
    visitor.page
      .locator('#lenses label:visible')
      .evaluateAll((all) => all.map((label) => label.getBoundingClientRect().x));
  const slider = () => boxOf(visitor.page.locator('#temperature'));
  const [places, before] = [await choices(), await slider()];
  await visitor.button('Stop writing').click();
  await visitor.button('Keep writing').waitFor();
  assert.deepEqual(await slider(), before, 'either name of the button takes as much room');
  await visitor.button('Keep writing').click();
  await certainty.focus();
  await certainty.press('ArrowRight');
  await visitor.says(margin(visitor), /by place/);
  const first = await height();
  for (const said of [/What units follow/, /Half of what bears/]) {
    await visitor.page.keyboard.press('ArrowRight');
    await visitor.says(margin(visitor), said);
    assert.equal(await height(), first, `${said}`);
    assert.deepEqual(await choices(), places, `${said}`);
    const edge = await margin(visitor).evaluate((margin) => {
      const { backgroundAttachment, backgroundImage } = getComputedStyle(margin);
      return margin.scrollHeight > margin.clientHeight && [backgroundAttachment, backgroundImage];
    });
    assert.match(String(edge), /scroll.*gradient/, 'it goes on below, and its edge shows that');
  }
});

test('the handle of the chart, dragged back, shows what it wrote there, and comes back to now', async () => {
  const visitor = await (await session.visit()).arrive();
  // So large that the run is young when it is paused: the handle tells of itself for a thousand steps.
  await visitor.set('Hidden size', '256');
  await visitor.train(PROSE);
  await visitor.until('Step', '>', 30);
  await visitor.pauseWithChart();
  const grip = visitor.page.getByTitle('Drag back to see what it wrote');
  const said = visitor.page.locator('#handle span');
  await visitor.says(said, /^now: drag back/);
  const [words, lines] = [await boxOf(said), await boxOf(visitor.page.locator('#plot .u-over'))];
  assert.ok(words.y + words.height <= lines.y, 'it lies over no line and no number of an axis');
  const chart = await boxOf(visitor.page.locator('#chart'));
  const box = await boxOf(grip);
  assert.deepEqual([box.width, box.height], [44, 44], 'room for a finger');
  const [x, y] = [box.x + 22, box.y + 22];

  await visitor.page.mouse.move(x, y);
  await visitor.page.mouse.down();
  await visitor.page.mouse.move(chart.x, y, { steps: 3 });
  await visitor.says(said, /^step 0$/);
  await visitor.page.mouse.up();
  const earliest = await pane(visitor, 'What it wrote at step 0').textContent();
  const step = visitor.page.getByRole('slider', { name: 'Step', exact: true });
  assert.equal(await step.inputValue(), '0', 'the slider of the lens stands there too');
  assert.equal([...(earliest ?? '')].length, 300);
  assert.equal(await visitor.button('Reset zoom').isVisible(), false, 'no stretch was chosen');
  assert.deepEqual(await visitor.violations(), []);

  const held = await boxOf(grip);
  assert.ok(held.x < box.x);
  await visitor.page.mouse.move(held.x + 22, y);
  await visitor.page.mouse.down();
  await visitor.page.mouse.move(x, y, { steps: 3 });
  await visitor.page.mouse.up();
  await visitor.says(said, /^now$/);
  assert.equal(await step.inputValue(), await step.getAttribute('max'));
  assert.notEqual(await visitor.page.locator('#lens-text').textContent(), earliest);
  assert.deepEqual(visitor.errors, []);
});
