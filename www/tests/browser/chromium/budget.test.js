/** What a first visit fetches before the first step of its first run. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { www } from '../../../tools/paths.js';
import { open } from '../visit.js';

/** In bytes, gzipped. */
const BUDGET = 320_000;

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
after(() => session.close());

/** As a host sends it: gzipped, unless that makes it longer. @param {string} file */
function sent(file) {
  const bytes = readFileSync(join(www, 'dist', file));
  return Math.min(bytes.length, gzipSync(bytes).length);
}

test('all that is fetched before the first step is within its budget, the rest comes later', async () => {
  const visitor = await session.visit({ serviceWorkers: 'allow' });
  const { server } = session;
  /** What the page and its worker ask for: what the service worker keeps is not among it. @type {string[]} */
  const asked = [];
  /** @type {(step: number) => void} */
  let draws = () => {};
  const stepDrawn = new Promise((resolve) => {
    draws = resolve;
  });
  visitor.page.on('request', (request) => {
    const path = decodeURIComponent(request.url().split('#')[0]);
    asked.push(path.slice(decodeURIComponent(server.url).length) || 'index.html');
    // There is something to draw from the first step on.
    if (/assets\/later-/.test(path)) visitor.number('Step').then(draws);
  });
  await visitor.arrive();
  await visitor.page.getByText('Moby-Dick: ').first().waitFor();
  await visitor.page.evaluate(() => navigator.serviceWorker.ready);
  const early = server.asked.slice(0, server.asked.indexOf('sw.js'));
  await visitor.press('Train');
  assert.ok(Number(await stepDrawn) > 0, 'the chart is fetched once there is a step to draw');
  const first = asked.slice(
    0,
    asked.findIndex((file) => /assets\/later-/.test(file)),
  );

  const files = [...new Set([...early, ...first])];
  const costs = files.map((file) => ({ file, bytes: sent(file) }));
  costs.sort((a, b) => b.bytes - a.bytes);
  const sum = costs.reduce((total, { bytes }) => total + bytes, 0);
  const list = costs.map(({ file, bytes }) => `${bytes} ${file}`).join('\n');
  const modules = files.filter((file) => file.endsWith('.wasm'));
  assert.equal(modules.length, 1, `one module: ${modules}`);
  assert.ok(sum <= BUDGET, `${sum} bytes are fetched before the first step:\n${list}`);
  assert.deepEqual(
    first.filter((file) => /wasm$|moby/.test(file) && !early.includes(file)),
    [],
    'the service worker waits for them',
  );
  assert.deepEqual(visitor.errors, []);
});
