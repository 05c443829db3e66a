/** The browser killed with SIGKILL, at random moments: what comes back is at most ten seconds old. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { seeded } from '../../../src/page/text/samples.js';
import { findChromium } from '../../../tools/chromium.js';
import { sums } from '../../sums.js';
import { serve } from '../serve.js';
import { Visitor, within } from '../visit.js';

/** Ten with `BABBLE_KILLS=10`; each takes some ten seconds. */
const KILLS = Number(process.env.BABBLE_KILLS ?? 3);
const MOST_LOST_MS = 10_000;
/** Every moment in which a state may be made, written or waited for is within so long. */
const LONGEST_MS = 9000;

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
const profile = mkdtempSync(join(tmpdir(), 'babble-killed-'));
before(async () => {
  server = await serve();
});
after(() => {
  server.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

/** A browser of our own, in a process group of its own, so that all of it can be killed. */
async function start() {
  const process = spawn(
    findChromium(),
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const address = new Promise((resolve) => {
    let said = '';
    process.stderr.on('data', (piece) => {
      said += piece;
      const found = /DevTools listening on (\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
  });
  const browser = await chromium.connectOverCDP(await within(address, 'the browser listens'));
  const gone = new Promise((resolve) => process.once('exit', resolve));
  return {
    context: /** @type {import('playwright-core').BrowserContext} */ (browser.contexts()[0]),
    async kill() {
      globalThis.process.kill(-(/** @type {number} */ (process.pid)), 'SIGKILL');
      const at = performance.now();
      await gone;
      await browser.close().catch(() => {});
      return at;
    },
  };
}

test(`killed at ${KILLS} random moments, it never loses more than ten seconds`, async () => {
  const below = seeded(10);
  const text = sums(400);
  /** When each step was first seen. @type {{ step: number, at: number }[]} */
  let seen = [];
  let killedAt = 0;
  for (let kill = 0; kill <= KILLS; kill++) {
    const browser = await start();
    const page = await browser.context.newPage();
    const visitor = await new Visitor(page, server.url, profile).arrive();
    if (kill === 0) {
      await visitor.set('Hidden size', '64');
      await visitor.text.fill(text);
      await visitor.press('Train');
    } else {
      const goOn = visitor.button('Go on');
      await goOn.waitFor();
      const data = page.locator('#saved-list data').first();
      const saved = Number(await data.getAttribute('value'));
      const lostFrom = seen.find(({ step }) => step > saved)?.at ?? killedAt;
      const lostMs = killedAt - lostFrom;
      console.log(`kill ${kill}: back at step ${saved}, ${(lostMs / 1000).toFixed(1)} s lost`);
      assert.ok(lostMs <= MOST_LOST_MS, `${lostMs} ms lost`);
      assert.equal(await visitor.value('Training text'), text);
      if (kill === KILLS) {
        await browser.kill();
        return;
      }
      await goOn.click();
    }
    await visitor.button('Pause').waitFor();
    await visitor.until('Step', '>', 0);
    seen = [];
    const until = performance.now() + below(LONGEST_MS);
    while (performance.now() < until) {
      seen.push({ step: await visitor.number('Step'), at: performance.now() });
    }
    killedAt = await browser.kill();
  }
});
