/** The shipped package itself: what crosses the boundary. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as core from '../../pkg/babble.js';
import { LIMITS, SETTINGS } from '../../pkg/settings.js';
import { generate } from '../bench/text.js';
import { configOf, WORKLOADS } from '../bench/workloads.js';
import { root } from '../tools/paths.js';
import { assertGradients, assertTanh } from './oracle.js';
import { sums } from './sums.js';

const { defaults, Sampler, summarize, Trainer, Weights } = core;

await core.default({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

const TEXT = sums(200);
const CONFIG = {
  ...defaults(),
  hiddenSize: 24,
  batchSize: 4,
  sequenceLength: 16,
  learningRate: 0.01,
};

/** What the types forbid. @param {unknown} value @returns {any} */
const any = (value) => value;

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

test('the shipped tanh ends at 1, and its gradient at 0', () => {
  assertTanh(core);
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

test('a setting that is left out is as by default, whatever else is given', () => {
  const { config } = new Trainer(
    { hiddenSize: 24, learningRate: undefined },
    TEXT.repeat(20),
  ).report();
  assert.deepEqual(config, { ...defaults(), hiddenSize: 24 });
  assert.equal(summarize({}, 65).parameters, summarize(defaults(), 65).parameters);
});

test('the benchmark trains the networks that it names, whatever the defaults are', () => {
  const text = generate(60_000);
  for (const workload of WORKLOADS) {
    const { name: _, target: __, ...asked } = workload;
    const trainer = new Trainer(configOf(workload), text);
    const { cell, hiddenSize, layers, batchSize, sequenceLength } = trainer.report().config;
    const trained = { cell, hidden: hiddenSize, layers, batch: batchSize, steps: sequenceLength };
    assert.deepEqual(trained, asked);
    trainer.free();
  }
});

test('what is no setting is refused by its name, with the one that was meant', () => {
  const trainer = new Trainer(CONFIG, TEXT);
  for (const [act, field, says] of /** @type {[() => unknown, string, RegExp][]} */ ([
    [() => new Trainer(any({ hidenSize: 8 }), TEXT), 'hidenSize', /Did you mean hiddenSize\?$/],
    [() => summarize(any({ hidden: 8 }), 65), 'hidden', /Did you mean hiddenSize\?$/],
    [() => summarize(any({ learning_rate: 8 }), 65), 'learning_rate', /mean learningRate\?$/],
    [() => summarize(any({ zzz: 8 }), 65), 'zzz', /there are cell, layers, .*seed\.$/],
    [() => trainer.tune(any({ learninRate: 1 })), 'learninRate', /mean learningRate\?$/],
    [() => trainer.tune(any({ hiddenSize: 8 })), 'hiddenSize', /cannot change in the middle/],
    [
      () => summarize(any({ hiddenSize: '8' }), 65),
      'hiddenSize',
      /^The setting hiddenSize cannot be read/,
    ],
    [() => summarize(any({ cell: null }), 65), 'cell', /^The setting cell cannot be read/],
  ])) {
    assert.throws(act, (/** @type {any} */ error) => {
      assert.deepEqual([error.name, error.field], ['InvalidConfig', field]);
      assert.match(error.message, says);
      return true;
    });
  }
  assert.throws(() => trainer.tune(any(3)), { name: 'InvalidConfig' });
});

test('an explosion carries its numbers', () => {
  const trainer = new Trainer({ ...CONFIG, learningRate: 1000 }, TEXT);
  assert.throws(
    () => losses(trainer, 1000),
    (/** @type {any} */ error) =>
      error.name === 'Diverged' && error.step > 0 && error.learningRate === 1000,
  );
});

test('the table has every setting with its default, which keeps its bounds', () => {
  assert.deepEqual(
    Object.fromEntries(SETTINGS.map((setting) => [setting.key, setting.default])),
    defaults(),
  );
  for (const { key, default: value, min, max, choices } of SETTINGS) {
    if (choices) assert.ok(choices.includes(String(value)), key);
    if (min === undefined || max === undefined) continue;
    assert.ok(Number(value) >= min && Number(value) <= max, key);
    assert.deepEqual(LIMITS[/** @type {keyof typeof LIMITS} */ (key)], { min, max });
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

test('lone surrogates, which JavaScript strings may hold, are read as the replacement character', () => {
  const [lone, replaced] = ['\ud800', '\ufffd'].map(
    (symbol) => new Trainer(CONFIG, `${symbol}${TEXT}${symbol}`),
  );
  assert.deepEqual(losses(lone, 3), losses(replaced, 3));
  assert.equal(lone.report().textHash, replaced.report().textHash);
  assert.equal(lone.report().symbols, new Trainer(CONFIG, TEXT).report().symbols + 1);
});

test('a run that is too large is refused by its true size, beyond what 32 bits count', () => {
  const sizes = [512, 1024].map((sequenceLength) => {
    const config = { ...CONFIG, hiddenSize: 1024, batchSize: 512, layers: 8, sequenceLength };
    try {
      new Trainer(config, TEXT.repeat(500));
    } catch (error) {
      assert.ok(error instanceof Error && error.name === 'TooMuchMemory');
      return Number(/would need (\d+) MB/.exec(error.message)?.[1]);
    }
    return 0;
  });
  // Nearly all of it is in proportion to the length of the sequences.
  const [half = 0, whole = 0] = sizes;
  assert.ok(half > 4294.967296 && whole > 1.9 * half && whole < 2 * half, `${sizes} MB`);
});

test('the ONNX file of a run is that of its saved weights', () => {
  const trainer = new Trainer(CONFIG, TEXT);
  trainer.run(0);
  const onnx = trainer.onnx();
  // A ModelProto begins with its version of the format; tests/native/onnx.rs reads the rest.
  assert.deepEqual([...onnx.subarray(0, 2)], [8, 8]);
  assert.deepEqual(new Weights(trainer.saveWeights()).onnx(), onnx);
});

test('the notices of the crates travel with the package', () => {
  const read = (/** @type {string} */ name) => readFileSync(join(root, 'pkg', name), 'utf8');
  assert.ok(JSON.parse(read('package.json')).files.includes('THIRD-PARTY.txt'));
  const notices = read('THIRD-PARTY.txt');
  const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8');
  const [, always = '', web = ''] =
    manifest.match(
      /\[dependencies\]\n([\s\S]*?)\n\[[\s\S]*wasm32"\)'\.dependencies\]\n([\s\S]*?)\n\[/,
    ) ?? [];
  const crates = [...`${always}\n${web}`.matchAll(/^([\w-]+) = /gm)].map(([, name]) => name);
  assert.ok(crates.includes('nalgebra') && crates.includes('wasm-bindgen'), String(crates));
  for (const name of crates) assert.match(notices, new RegExp(`^${name} [\\d.]+ \\(`, 'm'), name);
});
