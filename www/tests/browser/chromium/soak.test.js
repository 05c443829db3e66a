/** `npm run soak` says what it measures, and ends when it is told to. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { www } from '../../../tools/paths.js';
import { within } from '../visit.js';

test('a soak measures page, worker and wasm, and SIGTERM ends it', async () => {
  const script = join(www, 'tests', 'browser', 'chromium', 'soak.js');
  const soak = spawn(process.execPath, [script, '--minutes', '0.2'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(soak, 'exit');
  try {
    const lines = createInterface({ input: soak.stdout })[Symbol.asyncIterator]();
    const next = async () => (await within(lines.next(), 'a line of the soak')).value;
    assert.match(await next(), /^minutes +step +page heap +worker heap +wasm memory/);
    const [minutes, ...figures] = (await next()).trim().split(/ +/).map(Number);
    assert.ok(minutes > 0);
    assert.equal(figures.length, 4);
    assert.ok(
      figures.every((figure) => figure > 0),
      `${figures}`,
    );
    soak.kill('SIGTERM');
    const [code] = await within(ended, 'the end of the soak');
    assert.equal(code, 143);
  } finally {
    soak.kill('SIGKILL');
  }
});
