/** What is taken away works elsewhere: the page that writes, ONNX, the code for PyTorch. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { findPython } from '../../tools/python.js';
import { MANY, sums } from '../sums.js';
import { once } from './once.js';
import { metadataOf, open } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

/** Symbols that a script element, an attribute or a sloppy encoder would trip over. */
const TEXT = sums(MANY).replaceAll('=', '</script><!--"\'&😀');

/** @param {import('./visit.js').Visitor} visitor @param {string} button */
async function take(visitor, button) {
  const [download] = await Promise.all([
    visitor.page.waitForEvent('download'),
    visitor.press(button),
  ]);
  const path = join(session.folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

test('the page that writes does so from a file, alone, with the network that was trained', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(TEXT);
  await visitor.until('Held-out loss', '<', 2);
  await visitor.pause();
  const name = 'My </script><b>voice</b>';
  await visitor.reach(visitor.page.locator('#saved-sheet'));
  await visitor.page.getByRole('button', { name: /^Rename/ }).click();
  await visitor.page.getByRole('textbox', { name: /^Name of/ }).fill(name);
  await visitor.page.keyboard.press('Enter');
  await visitor.button(`Open ${name}`).waitFor();
  const path = await take(visitor, 'Page that writes');
  assert.match(path, /\.html$/);

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const options = { colorScheme, viewport: { width: 360, height: 740 } };
    const { page, errors } = await session.visit(options);
    /** @type {string[]} */
    const requests = [];
    /** @type {string[]} */
    const complaints = [];
    page.context().on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(pathToFileURL(path).href);
    const sheet = page.getByRole('region', { name: 'Generated text', exact: true });
    await sheet.filter({ hasText: /\d\+\d/ }).waitFor();
    assert.equal(await page.title(), `Learned from ${name}`);
    await page.getByRole('heading', { name }).waitFor();
    assert.match((await page.locator('details pre').textContent()) ?? '', /^nalgebra [\d.]+ \(/m);
    // It writes on from the prompt, without what it never saw.
    await page.getByLabel('Prompt').fill('1é+1');
    await page.getByLabel('Prompt').press('Enter');
    await sheet.filter({ hasText: /^1\+1/ }).waitFor();
    await page.getByText('Skipped, for it never saw them: é').waitFor();
    await page.getByLabel('Temperature').fill('0');
    const toggle = page.getByRole('button', { name: 'Pause' });
    await toggle.click();
    const still = await sheet.textContent();
    await page.getByRole('button', { name: 'Write', exact: true }).click();
    await page.waitForFunction(
      (still) => document.querySelector('#generated')?.textContent !== still,
      still,
    );
    await page.getByRole('button', { name: 'Pause' }).click();
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id} at ${nodes[0]?.target}`),
      [],
    );
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `${width} px wide`);
    assert.deepEqual(
      requests.filter((url) => !/^(file|data):/.test(url)),
      [],
    );
    assert.deepEqual([...complaints, ...errors], []);
  }
});

/** A small network that has learnt some sums, paused. */
async function trained() {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '24');
  await visitor.train(sums(400));
  await visitor.until('Step', '>', 100);
  await visitor.pause();
  return visitor;
}

once('at temperature 0 the file writes what the page writes', async () => {
  const visitor = await session.share(trained);
  await visitor.field('Temperature').fill('0');
  await visitor.field('Prompt').fill('12+');
  await visitor.field('Prompt').press('Enter');
  await visitor.press('Keep writing');
  await visitor.says(visitor.generated, /^12\+[\s\S]{40}/);
  await visitor.press('Stop writing');
  const written = (await visitor.generated.textContent()) ?? '';
  const path = await take(visitor, 'Page that writes');
  const { page } = await session.visit();
  await page.goto(pathToFileURL(path).href);
  const sheet = page.getByRole('region', { name: 'Generated text', exact: true });
  await sheet.filter({ hasText: /^12\+[\s\S]{40}/ }).waitFor();
  const again = (await sheet.textContent()) ?? '';
  const length = Math.min(written.length, again.length);
  assert.equal(again.slice(0, length), written.slice(0, length));
});

once('the code names the very file that was saved, and its sizes', async () => {
  const visitor = await session.share(trained);
  await visitor.press('PyTorch code');
  const dialog = visitor.page.getByRole('dialog', { name: 'These weights in PyTorch' });
  await dialog.waitFor();
  const { violations } = await new AxeBuilder({ page: visitor.page }).analyze();
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id} at ${nodes[0]?.target}`),
    [],
  );
  const [weights] = await Promise.all([
    visitor.page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save the weights' }).click(),
  ]);
  const path = join(session.folder, weights.suggestedFilename());
  await weights.saveAs(path);
  await dialog.getByText(weights.suggestedFilename()).first().waitFor();
  const [code] = await Promise.all([
    visitor.page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save the code' }).click(),
  ]);
  const script = join(session.folder, code.suggestedFilename());
  await code.saveAs(script);
  const text = readFileSync(script, 'utf8');
  assert.ok(text.includes(`FILE = "${weights.suggestedFilename()}"`));
  const symbols = JSON.parse(metadataOf(readFileSync(path)).vocab).length;
  assert.ok(text.includes(`(${symbols}, 24)`), text);
  execFileSync(findPython(), [
    '-c',
    'import ast, sys; ast.parse(open(sys.argv[1]).read())',
    script,
  ]);
  await visitor.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

once('an ONNX file is taken away', async () => {
  const visitor = await session.share(trained);
  const path = await take(visitor, 'ONNX model');
  assert.match(path, /\.onnx$/);
  // A protobuf whose first field is the version of its format, as every ONNX file begins.
  assert.equal(readFileSync(path)[0], 0x08);
});
