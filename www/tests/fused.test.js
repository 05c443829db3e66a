/** The package's second module, whose products are fused. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import * as plain from '../../pkg/babble.js';
import * as fused from '../../pkg/babble_fused.js';
import { canFuse } from '../src/shared/wasm-features.js';
import { root } from '../tools/paths.js';
import { assertGradients, assertTanh, tensorsOf } from './oracle.js';
import { sums } from './sums.js';

const bytesOf = (/** @type {string} */ name) => readFileSync(join(root, 'pkg', `${name}_bg.wasm`));
const TEXT = sums(200);

// Node 20 knows the instruction, and has to be told to.
if (!canFuse()) setFlagsFromString('--experimental-wasm-relaxed-simd');

/** `f32x4.relaxed_madd` */
const MULTIPLY_ADD = Buffer.of(0xfd, 0x85, 0x02);

test('one module multiplies and adds at once, and both have the same exports', () => {
  const [plain, fused] = ['babble', 'babble_fused'].map((name) => {
    const bytes = bytesOf(name);
    const exports = WebAssembly.Module.exports(new WebAssembly.Module(bytes));
    let sums = 0;
    for (let at = bytes.indexOf(MULTIPLY_ADD); at !== -1; sums += 1) {
      at = bytes.indexOf(MULTIPLY_ADD, at + MULTIPLY_ADD.length);
    }
    return { exports: exports.map(({ kind, name }) => `${kind} ${name}`).sort(), sums };
  });
  assert.deepEqual(fused.exports, plain.exports);
  assert.equal(plain.sums, 0);
  assert.ok(fused.sums > 100, `${fused.sums} sums`);
});

test('its script is that of the other module', () => {
  const script = (/** @type {string} */ name) => readFileSync(join(root, 'pkg', name), 'utf8');
  const own = script('babble_fused.js').replace('babble_fused_bg.wasm', 'babble_bg.wasm');
  assert.equal(own, script('babble.js'));
});

test('its gradients are those of double precision, within the rounding of single', async () => {
  await fused.default({ module_or_path: bytesOf('babble_fused') });
  assertGradients(fused, TEXT);
});

test('its tanh ends at 1, and its gradient at 0', async () => {
  await fused.default({ module_or_path: bytesOf('babble_fused') });
  assertTanh(fused);
});

test('a run of either module is read by the other', async () => {
  await plain.default({ module_or_path: bytesOf('babble') });
  await fused.default({ module_or_path: bytesOf('babble_fused') });
  const config = {
    ...plain.defaults(),
    hiddenSize: 24,
    batchSize: 4,
    sequenceLength: 16,
    fused: true,
  };
  const trainer = new fused.Trainer(config, TEXT);
  while (trainer.step < 20) trainer.run(0);
  const resumed = [plain, fused].map(({ Weights }) =>
    new Weights(trainer.save()).resume(TEXT, null),
  );
  for (const one of resumed) {
    assert.equal(one.report().origin, 'exact');
    assert.equal(one.report().config.fused, true);
    one.run(0);
  }
  trainer.run(0);
  assert.deepEqual(resumed[1]?.save(), trainer.save(), 'bit for bit by the same module');
  const [other, own] = resumed.map((one) => tensorsOf(one.save())['rnn.weight_hh_l0'].values);
  // One step of Adam from equal weights moves each by at most the rate or so.
  const most = Math.max(...own.map((weight, i) => Math.abs(weight - other[i])));
  assert.ok(most < config.learningRate, `${most}`);
});
