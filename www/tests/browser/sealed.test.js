/** Nothing leaves the origin, and the page works under the policy that sees to it. */

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

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; worker-src 'self'; img-src 'self' blob: data:; manifest-src 'self'; base-uri 'none'; form-action 'none'";

/** Everything that a browser context asks the network for, and what the policy forbade.
 * @param {import('./visit.js').Visitor} visitor */
async function watch(visitor) {
  const context = visitor.page.context();
  /** @type {string[]} */
  const requests = [];
  /** @type {string[]} */
  const violations = [];
  context.on('request', (request) => requests.push(request.url()));
  context.on('console', (message) => {
    if (/Content.Security.Policy|violates/i.test(message.text())) violations.push(message.text());
  });
  await context.exposeBinding('tellViolation', (_source, what) => violations.push(what));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const { effectiveDirective, blockedURI } = event;
      /** @type {any} */ (globalThis).tellViolation(`${effectiveDirective} ${blockedURI}`);
    });
  });
  const elsewhere = () =>
    requests.filter((url) => !/^(blob|data):/.test(url) && !url.startsWith(session.server.url));
  return { requests, violations, elsewhere };
}

test('a whole visit breaks no rule of the policy and asks nobody else for anything', async () => {
  const visitor = await session.visit({ serviceWorkers: 'allow' });
  const { requests, violations, elsewhere } = await watch(visitor);
  await visitor.arrive();
  const policy = visitor.page.locator('meta[http-equiv="Content-Security-Policy"]');
  assert.equal(await policy.getAttribute('content'), POLICY);
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(300));
  await visitor.until('Held-out loss', '<', 4);
  // The chart is drawn, in either colours.
  await visitor.page.locator('#plot canvas').waitFor();
  await visitor.page.emulateMedia({ colorScheme: 'dark' });
  await visitor.pause();
  const { bytes } = await visitor.download();
  for (const sample of ['Sums', 'Names', "This page's own source"]) {
    await visitor.button(sample).click();
    await visitor.page.getByText(`${sample}: `).first().waitFor();
  }
  await visitor.choose('Load weights', 'weights.safetensors', bytes);
  await visitor.button('Undo').waitFor();
  await visitor.page.evaluate(() => navigator.serviceWorker.ready);
  assert.deepEqual(violations, []);
  assert.deepEqual(visitor.errors, []);
  assert.deepEqual(elsewhere(), []);
  assert.ok(
    requests.some((url) => url.endsWith('.wasm')),
    "the worker's requests are counted",
  );
});

test('what the policy forbids is noticed by these tests', async () => {
  const visitor = await session.visit();
  const { violations } = await watch(visitor);
  await visitor.arrive();
  await visitor.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "owned"';
    document.body.append(script);
  });
  await visitor.page.evaluate(() => fetch('http://127.0.0.1:9/').catch(() => {}));
  await visitor.page.waitForFunction(() => document.title !== '');
  assert.notEqual(await visitor.page.title(), 'owned');
  assert.match(violations.join('\n'), /script-src/);
  assert.match(violations.join('\n'), /connect-src/);
});
