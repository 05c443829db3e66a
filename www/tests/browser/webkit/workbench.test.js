/** The heart of the page in WebKitGTK: train, pause, sample, save, load, and axe. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import init, { defaults, Trainer } from '../../../../pkg/babble.js';
import { root } from '../../../tools/paths.js';
import { MANY, sums } from '../../sums.js';
import { ENDLESS } from '../waiting.js';
import { open } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
after(() => session.close());

test('paste, train, listen, pause, go on; axe finds nothing on the way', async () => {
  const visitor = await session.visit();
  const check = async (/** @type {string} */ state) =>
    assert.deepEqual(await visitor.violations(), [], state);
  await check('first visit');
  await visitor.paste('too short');
  await visitor.press('Train');
  await visitor.says('alert', undefined, /at least 100/);
  await check('after an error');

  await visitor.set('Hidden size', '32');
  await visitor.set('Learning rate', '0.01');
  await visitor.set('Length of the run', ENDLESS);
  await visitor.paste(sums(MANY));
  await visitor.press('Train');
  await visitor.until('Step', '>', 0);
  await check('training');
  await visitor.says('region', 'Generated text', /\S[\s\S]{20}/);
  await visitor.until('Held-out loss', '<', 2);

  await visitor.press('Pause');
  await visitor.find('button', 'Resume');
  const step = await visitor.number('Step');
  await check('paused');
  assert.equal(await visitor.number('Step'), step, 'a pause is a pause');
  await visitor.press('Resume');
  await visitor.until('Step', '>', step);
  await visitor.press('Pause');
  await visitor.find('button', 'Resume');
});

test('each lens shows its numbers, the handle goes back in time, and Look inside computes', async () => {
  const visitor = await session.visit();
  const { driver } = visitor;
  const names = [
    'Anna Karenina',
    'Clara Peggotty',
    'Dora Spenlow',
    'Emma Woodhouse',
    'Fanny Price',
  ];
  await visitor.set('Hidden size', '32');
  await visitor.set('Length of the run', ENDLESS);
  await visitor.paste(`${names.join('\n')}\n`.repeat(60));
  await visitor.press('Train');
  await visitor.until('Training loss', '<', 1);
  await visitor.lookThrough('Surprise', /first letter of a word\d.*come to \d/s);
  await visitor.lookThrough('A neuron', /of 32.*place in the word/s);
  await visitor.lookThrough('Memory', /lies in the last (letter|\d+ letters), 99/);
  await visitor.lookThrough('Copied', /Copied in what it wrote\d/);
  await visitor.lookThrough('Lines', /[1-9]\d* in the text/);
  const [grip] = await driver.all('.handle-grip');
  const far = await driver.run(() => {
    const leftOf = (/** @type {string} */ selector) =>
      document.querySelector(selector)?.getBoundingClientRect().left ?? 0;
    return leftOf('.handle-grip') - leftOf('#chart');
  });
  await driver.drag(grip, -far);
  await visitor.says('region', 'What it wrote at step 0', /^[\s\S]{300}$/);
  await visitor.press('Pause');
  await visitor.press('Look inside');
  await visitor.press('Check all 43');
  await visitor.says('complementary', 'Checks', /All 43 agree\./);
});

test('weights that were trained elsewhere load, write and learn on', async () => {
  const text = sums(400);
  const { path, step, bytes } = await trainedInNode(text);
  const visitor = await session.visit();
  await visitor.paste(text);
  await visitor.choose('Load weights', path);
  await visitor.find('button', 'Resume');
  assert.equal(await visitor.number('Step'), step);
  await visitor.says('region', 'Generated text', /\S[\s\S]{20}/);
  assert.deepEqual(await visitor.download(), bytes, 'what was loaded is what is saved');
  await visitor.press('Resume');
  await visitor.until('Step', '>', step);
  await visitor.press('Pause');
  await visitor.find('button', 'Resume');
});

test('after a reload the page offers to go on from what was saved, and does', async () => {
  const visitor = await session.visit();
  await visitor.set('Hidden size', '16');
  await visitor.set('Length of the run', ENDLESS);
  await visitor.paste(sums(300));
  await visitor.press('Train');
  const step = await visitor.until('Step', '>', 20);
  await visitor.untilSaved(step);
  const again = await session.visit();
  await again.press('Go on');
  const first = await again.until('Step', '>', 0);
  assert.ok(first >= step, `${first} is not ${step} or later`);
  await again.until('Step', '>', first);
  await again.press('Pause');
  await again.find('button', 'Resume');
});

/** @param {string} text */
async function trainedInNode(text) {
  await init({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });
  const trainer = new Trainer({ ...defaults(), hiddenSize: 24, learningRate: 0.01 }, text);
  let step = 0;
  while (step < 30) step = trainer.run(0).step;
  const path = join(session.folder, 'trained-in-node.safetensors');
  const bytes = Buffer.from(trainer.save());
  writeFileSync(path, bytes);
  return { path, step, bytes };
}
