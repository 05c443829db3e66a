/** The page as a program of its own, which Chromium alone can say of it. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from '../visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

test('the page can be installed', async () => {
  const visitor = await (await session.visit({ serviceWorkers: 'allow' })).arrive();
  await visitor.page.evaluate(() => navigator.serviceWorker.ready);
  const devtools = await visitor.page.context().newCDPSession(visitor.page);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  const errors = installabilityErrors.map(({ errorId }) => errorId);
  // A test's browser profile is a private one, in which nothing is installed.
  assert.deepEqual(
    errors.filter((id) => id !== 'in-incognito'),
    [],
  );
  const { errors: wrong, url } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(wrong, []);
  assert.equal(url, new URL('manifest.webmanifest', session.server.url).href);
});
