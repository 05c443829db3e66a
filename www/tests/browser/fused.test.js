/** Which arithmetic a run is computed with, in the built page. */

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { sums } from '../sums.js';
import { once } from './once.js';
import { metadataOf, open } from './visit.js';

const session = await open();
afterEach(() => session.leave());
after(() => session.close());

const TEXT = sums(1000);

/**
 * A visitor of whom is known which modules the page fetched.
 * @param {string} [link] @param {(visitor: Awaited<ReturnType<typeof session.visit>>) => Promise<void>} [before]
 */
async function arrive(link, before) {
  const visitor = await session.visit();
  await before?.(visitor);
  /** @type {string[]} */
  const modules = [];
  visitor.page.on('request', (request) => {
    const name = /(\w+)_bg[^/]*\.wasm$/.exec(request.url())?.[1];
    if (name !== undefined) modules.push(name);
  });
  await visitor.arrive(link);
  await visitor.openAll();
  return { visitor, modules };
}

/** Trains for a while. Returns the saved file. @param {Awaited<ReturnType<typeof session.visit>>} visitor */
async function trained(visitor) {
  await visitor.train(TEXT);
  await visitor.pause();
  return visitor.download();
}

/** @param {Buffer} file */
const configOf = (file) => JSON.parse(metadataOf(file).config);

test('a fresh run is fused where the browser can, and goes on as it was from its file', async () => {
  const { visitor, modules } = await arrive();
  // Both engines of these tests can.
  await visitor.reach('Fused arithmetic');
  assert.ok(await visitor.field('Fused arithmetic').isChecked());
  const file = await trained(visitor);
  assert.equal(configOf(file.bytes).fused, true);
  assert.deepEqual(modules, ['babble_fused'], 'no other module is fetched');

  const other = await arrive();
  await other.visitor.choose('Load weights', 'fused.safetensors', file.bytes);
  await other.visitor.button('Resume').waitFor();
  await other.visitor.paste(TEXT);
  await other.visitor.press('Resume');
  const step = await other.visitor.number('Step');
  await other.visitor.until('Step', '>', step);
  await other.visitor.pause();
  assert.equal(configOf((await other.visitor.download()).bytes).fused, true);
  assert.deepEqual(other.modules, ['babble_fused']);
  assert.deepEqual([...visitor.errors, ...other.visitor.errors], []);
});

once('where the fused module cannot be fetched, the plain one trains', async () => {
  let refused = 0;
  const { visitor } = await arrive('', ({ page }) =>
    page.route(/babble_fused/, (route) => {
      refused += 1;
      return route.abort();
    }),
  );
  const file = await trained(visitor);
  assert.equal(configOf(file.bytes).fused, true);
  assert.ok(refused > 0);
  assert.deepEqual(visitor.errors, []);
});

once('a link that does not ask for it rounds after each operation, as everywhere', async () => {
  const { visitor, modules } = await arrive('hiddenSize=24&batchSize=4');
  await visitor.reach('Fused arithmetic');
  assert.ok(!(await visitor.field('Fused arithmetic').isChecked()));
  const file = await trained(visitor);
  assert.equal(configOf(file.bytes).fused, false);
  assert.deepEqual(modules, ['babble']);

  await visitor.press('Reset');
  await visitor.check('Fused arithmetic');
  await visitor.page.waitForFunction(() => /[#&]fused=true/.test(location.hash));
  const fused = await trained(visitor);
  assert.equal(configOf(fused.bytes).fused, true);
  assert.deepEqual(
    modules,
    ['babble', 'babble_fused'],
    'the other one is fetched when a run needs it',
  );
  assert.deepEqual(visitor.errors, []);
});
