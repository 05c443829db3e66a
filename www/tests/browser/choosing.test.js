/** What to learn and how: texts in their encodings, what is in them, presets, links. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { sums } from '../sums.js';
import { open } from './visit.js';

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
  await visitor.text.fill(`${sums(300).trimEnd()}\t`);
  await visitor.page.getByText(/of which the last \d+ are held out to test it/).waitFor();
  const disclosure = visitor.page.getByText('14 symbols, 1 of them rare');
  await disclosure.focus();
  await visitor.page.keyboard.press('Enter');
  const frequent = visitor.page.getByRole('list', { name: 'Most frequent' });
  await frequent.getByText('newline').waitFor();
  const rare = visitor.page.getByRole('list', { name: 'Rare' });
  assert.deepEqual(await rare.getByRole('listitem').allInnerTexts(), ['tab\n1']);
  await visitor.page.getByText(/1 symbol \(tab\) comes fewer than 10 times/).waitFor();
  const { violations } = await new AxeBuilder({ page: visitor.page }).analyze();
  assert.deepEqual(violations, []);
  // It follows what is typed.
  await visitor.text.press('End');
  await visitor.text.pressSequentially('xyz');
  await visitor.page.getByText('17 symbols, 4 of them rare').waitFor();
});
