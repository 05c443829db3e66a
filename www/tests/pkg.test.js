/** The shipped package itself: what crosses the boundary. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as core from '../../pkg/babble.js';
import { root } from '../tools/paths.js';
import { assertGradients } from './oracle.js';
import { sums } from './sums.js';

const { defaults, limits, Sampler, Trainer, Weights } = core;

await core.default({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

const TEXT = sums(200);
const CONFIG = {
  ...defaults(),
  hiddenSize: 24,
  batchSize: 4,
  sequenceLength: 16,
  learningRate: 0.01,
};

/** The losses of at least this many steps. @param {Trainer} trainer @param {number} steps */
function losses(trainer, steps) {
  /** @type {number[]} */
  const all = [];
  // A budget of nothing is one step a call.
  while (all.length < steps) all.push(...trainer.run(0).losses);
  return all;
}

test('the same seed gives the same losses, and a resumed run the uninterrupted ones', () => {
  const [one, other] = [new Trainer(CONFIG, TEXT), new Trainer(CONFIG, TEXT)];
  assert.deepEqual(losses(one, 40), losses(other, 40));
  const resumed = new Weights(one.save()).resume(TEXT, null);
  assert.equal(resumed.report().origin, 'exact');
  assert.deepEqual(losses(resumed, 60), losses(one, 60));
  assert.deepEqual(resumed.save(), one.save());
});

test('the shipped gradients are those of double precision, within the rounding of single', () => {
  assertGradients(core, TEXT);
});

test('a slice reports each of its losses in single precision', () => {
  const trainer = new Trainer(CONFIG, TEXT);
  const slice = trainer.run(0);
  assert.ok(slice.losses instanceof Float32Array);
  assert.deepEqual([slice.step, slice.losses.length], [1, 1]);
  assert.ok(trainer.isHealthy());
  assert.equal(slice.charactersSeen, CONFIG.batchSize * CONFIG.sequenceLength);
});

test('what the core refuses is an Error with a stable name, a sentence and its field', () => {
  const refused = (/** @type {() => unknown} */ act, /** @type {object} */ expected) =>
    assert.throws(act, (/** @type {any} */ error) => {
      assert.ok(error instanceof Error);
      for (const [key, value] of Object.entries(expected))
        assert.deepEqual(/** @type {any} */ (error)[key], value);
      assert.match(error.message, /^[A-Z].*\.$/s, 'a sentence');
      return true;
    });
  refused(() => new Trainer({ ...CONFIG, hiddenSize: 0 }, TEXT), {
    name: 'InvalidConfig',
    field: 'hiddenSize',
  });
  refused(() => new Trainer({ ...CONFIG, seed: Number.NaN }, TEXT), {
    name: 'InvalidConfig',
    field: 'seed',
  });
  refused(() => new Trainer({ ...CONFIG, optimizer: /** @type {any} */ ('magic') }, TEXT), {
    name: 'InvalidConfig',
  });
  refused(() => new Trainer(/** @type {any} */ (null), TEXT), { name: 'InvalidConfig' });
  refused(() => new Trainer(CONFIG, 'short'), { name: 'TextTooShort' });
  refused(() => new Trainer(CONFIG, 'x'.repeat(200)), { name: 'OneSymbol' });
  refused(() => new Weights(new Uint8Array(10)), { name: 'BadWeights' });
  refused(() => new Sampler(1).setTemperature(99), { name: 'InvalidConfig', field: 'temperature' });
  const trainer = new Trainer(CONFIG, TEXT);
  refused(() => trainer.tune({ learningRate: -1 }), {
    name: 'InvalidConfig',
    field: 'learningRate',
  });
  refused(() => new Weights(trainer.save()).resume(`${TEXT}😀`, null), {
    name: 'UnknownSymbols',
    symbols: ['😀'],
    occurrences: 1,
  });
});

test('an explosion carries its numbers', () => {
  const trainer = new Trainer({ ...CONFIG, learningRate: 1000 }, TEXT);
  assert.throws(
    () => losses(trainer, 1000),
    (/** @type {any} */ error) =>
      error.name === 'Diverged' && error.step > 0 && error.learningRate === 1000,
  );
});

test('the defaults keep the limits', () => {
  const bounds = limits();
  for (const key of /** @type {const} */ ([
    'hiddenSize',
    'batchSize',
    'sequenceLength',
    'learningRate',
    'clipNorm',
    'seed',
  ])) {
    const value = defaults()[key];
    assert.ok(value >= bounds[key].min && value <= bounds[key].max, key);
  }
});

test('loaded weights write without any text', () => {
  const trainer = new Trainer(CONFIG, TEXT);
  losses(trainer, 100);
  const weights = new Weights(trainer.save());
  assert.equal(weights.report(undefined).match, 'none');
  const [one, other] = [new Sampler(1), new Sampler(1)];
  assert.deepEqual(weights.prompt(one, '1é+'), ['é']);
  trainer.prompt(other, '1+');
  assert.equal(weights.write(one, 100), trainer.write(other, 100));
});

test('lone surrogates, which JavaScript strings may hold, do no harm', () => {
  const trainer = new Trainer(CONFIG, `${TEXT}\ud800`);
  losses(trainer, 3);
});

test('the ONNX file of a run is that of its saved weights', () => {
  const trainer = new Trainer(CONFIG, TEXT);
  trainer.run(0);
  const onnx = trainer.onnx();
  // A ModelProto begins with its version of the format; tests/onnx.rs reads the rest.
  assert.deepEqual([...onnx.subarray(0, 2)], [8, 8]);
  assert.deepEqual(new Weights(trainer.saveWeights()).onnx(), onnx);
});
