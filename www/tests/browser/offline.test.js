/** The page without a network, installed, and in its next version. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { www } from '../../tools/paths.js';
import { sums } from '../sums.js';
import { once } from './once.js';
import { open } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(async () => {
  session.server.changed.clear();
  await session.leave();
});
after(() => session.close());

/** A visitor whose page has a service worker in charge. */
async function keptVisitor() {
  const visitor = await (await session.visit({ serviceWorkers: 'allow' })).arrive();
  await visitor.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller !== null) return;
    await new Promise((resolve) => {
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
    });
  });
  return visitor;
}

test('after one visit the page works without a network', async () => {
  const visitor = await keptVisitor();
  session.server.down = true;
  try {
    await visitor.page.reload();
    await visitor.set('Hidden size', '32');
    await visitor.press('First names');
    await visitor.page.getByText('First names: ').first().waitFor();
    await visitor.train(sums(300));
    await visitor.page.locator('#plot canvas').waitFor();
    await visitor.pause();
    assert.deepEqual(visitor.errors, []);
  } finally {
    session.server.down = false;
  }
});

once('what is kept is this build, under its own folder, and nothing else', async () => {
  const visitor = await keptVisitor();
  const kept = await visitor.page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => url);
  });
  const script = readFileSync(join(www, 'dist', 'sw.js'), 'utf8');
  const { files } = JSON.parse(script.slice('self.BUILD = '.length, script.indexOf(';\n')));
  assert.deepEqual(
    kept.sort(),
    files.map((/** @type {string} */ file) => new URL(file, session.server.url).href).sort(),
  );
  assert.ok(files.includes('index.html'));
  assert.ok(!files.includes('sw.js'));
});

test('a new version is offered, never in the middle of a run', async () => {
  const visitor = await keptVisitor();
  const { page } = visitor;
  const text = sums(300);
  await visitor.set('Hidden size', '32');
  await visitor.train(text);
  const index = readFileSync(join(www, 'dist', 'index.html'), 'utf8');
  const script = readFileSync(join(www, 'dist', 'sw.js'), 'utf8');
  // The page changes its title by itself, and at once.
  const marked = index.replace('<title>', '<meta name="newer"><title>');
  session.server.changed.set('index.html', marked);
  session.server.changed.set('sw.js', script.replace(/"version":"\w+"/, '"version":"newer"'));
  const offer = visitor.button('Reload into it');
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
    const waits = () => registration.waiting !== null;
    while (!waits()) await new Promise(requestAnimationFrame);
  });
  const step = await visitor.number('Step');
  await visitor.until('Step', '>', step + 20);
  assert.equal(await offer.count(), 0, 'not while it trains');
  await visitor.pause();
  await offer.click();
  await page.waitForFunction(() => document.querySelector('meta[name="newer"]') !== null);
  // Text and run are still there.
  await visitor.press('Go on');
  await visitor.until('Step', '>', step);
  assert.equal(await visitor.value('Training text'), text);
});
