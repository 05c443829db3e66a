/** Bad input gets a sentence and loses nothing. */

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

for (const { what, text, sentence } of [
  { what: 'an empty text', text: '', sentence: /at least 100|paste/i },
  { what: 'a short text', text: 'Call me Ishmael.', sentence: /16 characters.*at least 100/ },
  { what: 'one repeated character', text: 'a'.repeat(500), sentence: /repeats one character/ },
]) {
  test(`${what} is refused in a sentence, and the text stays`, async () => {
    const visitor = await (await session.visit()).arrive();
    await visitor.paste(text);
    await visitor.button('Train').click();
    await visitor.says(visitor.alert, sentence);
    assert.equal(await visitor.text.inputValue(), text);
    // And the way out works.
    await visitor.train(sums(100));
    assert.equal(
      (await visitor.alert.textContent())?.trim(),
      '',
      'the sentence goes when it is no longer true',
    );
  });
}

test('a text pasted while the first sample is on its way stands alone', async () => {
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
  await visitor.arrive();
  await visitor.text.focus();
  const arrived = visitor.page.waitForResponse(/moby-dick[^/]*\.js$/);
  release();
  await (await arrived).finished();
  await visitor.page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(await visitor.text.inputValue(), '');
  await visitor.page.keyboard.insertText('mine');
  assert.equal(await visitor.text.inputValue(), 'mine');
});

test('a binary file is refused in a sentence, and the text stays', async () => {
  const visitor = await (await session.visit()).arrive();
  const text = sums(100);
  await visitor.paste(text);
  await visitor.choose(
    'Open a text file',
    'photo.jpg',
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0, 1, 2]),
  );
  await visitor.says(visitor.alert, /binary/);
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

test('wrong weights are refused in a sentence while training goes on', async () => {
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

for (const [label, value, sentence] of /** @type {const} */ ([
  ['Hidden size', '0', /Hidden size is 0, but must lie between 1 and 1024/],
  ['Hidden size', '100000', /Hidden size is 100000, but must lie between 1 and 1024/],
  ['Hidden size', '', /Hidden size needs a number/],
  ['Batch size', '2.5', /Batch size must be a whole number/],
  ['Seed', '-1', /Seed is -1/],
  ['Learning rate', '0', /Learning rate is 0/],
])) {
  test(`${label} ${value || '(empty)'} is refused beside its field`, async () => {
    const visitor = await (await session.visit()).arrive();
    await visitor.paste(sums(100));
    await visitor.set(label, value);
    await visitor.button('Train').click();
    await visitor.page.getByText(sentence).first().waitFor();
    await visitor.field(label).and(visitor.page.locator('[aria-invalid="true"]')).waitFor();
    await visitor.set(label, label === 'Learning rate' ? '0.01' : '8');
    await visitor.button('Train').click();
    await visitor.until('Step', '>', 0);
  });
}

test('a live setting that is refused leaves the one in force', async () => {
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

test('a browser without wasm SIMD is told which ones work', async () => {
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
