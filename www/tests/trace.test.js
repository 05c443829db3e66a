/** What a visitor is promised is what a run writes. */

import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FIRST_PRESET, presetFields, presetOf } from '../src/page/settings/presets.js';
import { TRACE } from '../src/page/start/trace.js';
import { www } from '../tools/paths.js';
import { trace } from '../tools/trace.js';

test('the first two moments of the trace are those of a run made now', async () => {
  // Only two: they take 20,000 letters, a second; the last one takes a whole run.
  assert.deepEqual(await trace(2), TRACE.slice(0, 2));
});

test('the last moment of the trace is the end of the run that a visitor would start', () => {
  const own = { seed: '1', shards: '1', fused: 'false' };
  const fields = presetFields(presetOf(FIRST_PRESET), 228_884, own, () => null);
  const [batch, steps, least] = [fields.batchSize, fields.sequenceLength, fields.runCharacters].map(
    Number,
  );
  const last = TRACE.at(-1)?.letters ?? 0;
  assert.ok(last >= least && last < least + batch * steps, 'it ends with a whole step');
});

test('the trace is small, each moment is later and better than the one before, and fits a line', () => {
  assert.ok(statSync(join(www, 'src', 'page', 'start', 'trace.json')).size < 600);
  assert.equal(TRACE.length, 4);
  TRACE.forEach(({ letters, loss, text }, i) => {
    assert.ok(Number.isInteger(letters) && letters > (TRACE[i - 1]?.letters ?? 0));
    assert.ok(loss > 1 && loss < (TRACE[i - 1]?.loss ?? Math.log(256)), `${loss}`);
    const { length } = [...text];
    assert.ok(length >= 45 && length <= 60, text);
  });
});
