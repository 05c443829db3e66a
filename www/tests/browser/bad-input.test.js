/** Bad input gets a sentence and loses nothing. */

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

once('a text that is empty, short or of one character is refused, and stays', async () => {
  const visitor = await (await session.visit()).arrive();
  for (const { text, sentence } of [
    { text: '', sentence: /at least 100|paste/i },
    { text: 'Call me Ishmael.', sentence: /16 characters.*at least 100/ },
    { text: 'a'.repeat(500), sentence: /repeats one character/ },
  ]) {
    await visitor.paste(text);
    await visitor.press('Train');
    await visitor.says(visitor.alert, sentence);
    assert.equal(await visitor.text.inputValue(), text);
  }
  // And the way out works.
  await visitor.train(sums(100));
  const left = (await visitor.alert.textContent())?.trim();
  assert.equal(left, '', 'the sentence goes when it is no longer true');
});

once('a text pasted while the first sample is on its way stands alone', async () => {
  const visitor = await session.visit();
  // The sample is held back until the paste has begun, and let go before it has ended.
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => {
    release = () => resolve(null);
  });
  await visitor.page.route(/moby-dick[^/]*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  // It is asked for once the page knows that it keeps no text of this tab, and not when one is being written.
  const asked = visitor.page.waitForRequest(/moby-dick[^/]*\.js$/);
  await visitor.arrive();
  await asked;
  await visitor.text.focus();
  const arrived = visitor.page.waitForResponse(/moby-dick[^/]*\.js$/);
  release();
  await (await arrived).finished();
  await visitor.page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(await visitor.text.inputValue(), '');
  await visitor.page.keyboard.insertText('mine');
  assert.equal(await visitor.text.inputValue(), 'mine');
});

once('a picture is refused by name, and the text stays', async () => {
  const visitor = await (await session.visit()).arrive();
  const text = sums(100);
  await visitor.paste(text);
  await visitor.choose(
    'Open a text file',
    'photo.jpg',
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0, 1, 2]),
  );
  await visitor.says(visitor.alert, /This is a picture \(JPG\), not a plain text/);
  assert.equal(await visitor.text.inputValue(), text);
});

test('files in other encodings are read', async () => {
  const visitor = await (await session.visit()).arrive();
  const latin = Buffer.from(`caf\u00e9 `.repeat(40), 'latin1');
  await visitor.choose('Open a text file', 'latin.txt', latin);
  await visitor.page.waitForFunction(() =>
    document.querySelector('textarea')?.value.startsWith('café'),
  );
  const utf16 = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    Buffer.from('你好 '.repeat(60), 'utf16le'),
  ]);
  await visitor.choose('Open a text file', 'utf16.txt', utf16);
  await visitor.page.waitForFunction(() =>
    document.querySelector('textarea')?.value.startsWith('你好'),
  );
});

once('wrong weights are refused in a sentence while training goes on', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(300));
  const { bytes } = await visitor.download();
  for (const [name, content, sentence] of /** @type {const} */ ([
    ['half.safetensors', bytes.subarray(0, bytes.length / 2), /cut short/],
    ['empty.safetensors', Buffer.alloc(0), /too short/],
    ['picture.png', Buffer.from('\x89PNG\r\n\x1a\n and so on and so forth'), /safetensors/],
  ])) {
    await visitor.choose('Load weights', name, content);
    await visitor.says(visitor.alert, sentence);
    const step = await visitor.number('Step');
    await visitor.until('Step', '>', step);
  }
  assert.deepEqual(visitor.errors, []);
});

once('a setting that may not be is refused beside its field; put right, it trains', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.paste(sums(100));
  for (const [label, value, right, sentence] of /** @type {const} */ ([
    ['Hidden size', '0', '8', /Hidden size is 0, but must lie between 1 and 1024/],
    ['Hidden size', '100000', '8', /Hidden size is 100000, but must lie between 1 and 1024/],
    ['Hidden size', '', '8', /Hidden size needs a number/],
    ['Batch size', '2.5', '8', /Batch size must be a whole number/],
    ['Seed', '-1', '8', /Seed is -1/],
    ['Learning rate', '0', '0.01', /Learning rate is 0/],
  ])) {
    await visitor.type(label, value);
    await visitor.press('Train');
    await visitor.page.getByText(sentence).first().waitFor();
    const invalid = visitor.page.locator('[aria-invalid="true"]');
    await visitor.reach(label);
    await visitor.field(label).and(invalid).waitFor();
    await visitor.set(label, right);
    await invalid.waitFor({ state: 'hidden' });
  }
  await visitor.press('Train');
  await visitor.until('Step', '>', 0);
});

once(
  'a size that may not be is refused at its field as soon as it is chosen, in sight on a phone',
  async () => {
    const height = 844;
    const visitor = await (await session.visit({ viewport: { width: 390, height } })).arrive();
    await visitor.type('Hidden size', '2048');
    const field = visitor.field('Hidden size');
    const said = visitor.page.locator('#hiddenSize-problem');
    await said.getByText(/Hidden size is 2048, but must lie between 1 and 1024/).waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    assert.match((await field.getAttribute('aria-describedby')) ?? '', /hiddenSize-problem/);
    const box = await boxOf(said);
    assert.ok(box.y >= 0 && box.y + box.height <= height, `at ${box.y} px`);
    await visitor.type('Hidden size', '64');
    await said.waitFor({ state: 'hidden' });
  },
);

once('a chip opens the settings at its part, whatever was looked at before', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '8');
  await visitor.train(sums(300));
  const { page } = visitor;
  for (const [chip, part] of [
    ['network', 'settings-network'],
    ['time', 'settings-length'],
    ['network', 'settings-network'],
  ]) {
    await page.locator(`#chip-${chip}`).click();
    // Below the head of the sheet, which stays.
    await page.waitForFunction((id) => {
      const head = document.querySelector('#settings-sheet .sheet-head')?.getBoundingClientRect();
      const group = document.getElementById(id)?.getBoundingClientRect();
      return head && group && group.top >= head.bottom - 1 && group.top < head.bottom + 60;
    }, part);
    await page.keyboard.press('Escape');
  }
  // What is fixed looks so, and its usual values too.
  await page.locator('#chip-network').click();
  const grounds = await page.evaluate(() =>
    ['#hiddenSize', '#hiddenSize + .usual', '#learningRate + .usual'].map((selector) => {
      const element = document.querySelector(selector);
      return element && getComputedStyle(element).backgroundColor;
    }),
  );
  assert.equal(grounds[1], grounds[0]);
  assert.notEqual(grounds[2], grounds[0]);
});

once('a live setting that is refused leaves the one in force', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(300));
  await visitor.set('Learning rate', '-3');
  await visitor.page
    .getByText(/Learning rate is -3/)
    .first()
    .waitFor();
  const step = await visitor.number('Step');
  await visitor.until('Step', '>', step);
  await visitor.pause();
  await visitor.button('Resume').waitFor();
});

test('a browser without wasm SIMD reads which ones work', async () => {
  const visitor = await session.visit();
  await visitor.page.addInitScript(() => {
    WebAssembly.validate = () => false;
  });
  await visitor.arrive();
  await visitor.page
    .getByText(/Chrome 96.*Firefox 114.*Safari 16\.4/)
    .first()
    .waitFor();
  await visitor.paste(sums(100));
  assert.equal(await visitor.text.inputValue(), sums(100));
});
