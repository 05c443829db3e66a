/** The pages in examples/, which have the package alone. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../../../tools/paths.js';
import { sums } from '../../sums.js';
import { launch } from '../engines.js';
import { serve } from '../serve.js';

/** @type {import('../serve.js').Served} */
let server;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').Page} */
let page;
before(async () => {
  server = await serve(root);
  browser = /** @type {any} */ (await launch());
  page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(30_000);
});
after(async () => {
  await browser.close();
  server.close();
});

test('the page that trains learns a text and writes like it', async () => {
  await page.goto(`${server.url}examples/train.html`);
  const [text, output] = [page.getByLabel('Text'), page.getByRole('status')];
  await text.fill('Too short.');
  await page.getByRole('button', { name: 'Train' }).click();
  await output.getByText(/at least 100/).waitFor();
  await text.fill(sums(200));
  await page.getByRole('button', { name: 'Train' }).click();
  await output.getByText(/^Step \d+: \d\.\d\d nats per character$/).waitFor();
  await output.getByText(/\d\+\d+=\d+\s/).waitFor();
  assert.equal((await output.textContent())?.length, 500);
});

test('the page that loads weights writes with them, and says what is no such file', async () => {
  await page.goto(`${server.url}examples/write.html`);
  const [file, output] = [page.getByLabel('Weights'), page.getByRole('status')];
  await file.setInputFiles(join(root, 'LICENSE'));
  await output.getByText(/safetensors/).waitFor();
  await file.setInputFiles(join(root, 'tests/compatibility/lstm-adam.safetensors'));
  await output.getByText(/^[\d+=\s]{400}/).waitFor();
  assert.equal((await output.textContent())?.length, 500);
});
