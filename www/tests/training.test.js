/** A run as the worker keeps it, with the shipped wasm and a clock of the test's own. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, mock, test } from 'node:test';
import * as core from '../../pkg/babble.js';
import { Curve } from '../src/curve.js';
import { Run } from '../src/worker/run.js';
import { root } from '../tools/paths.js';
import { sums } from './sums.js';

const { defaults, Trainer, Weights } = core;

await core.default({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

const TEXT = sums(200);
const CONFIG = {
  ...defaults(),
  hiddenSize: 24,
  batchSize: 4,
  sequenceLength: 16,
  learningRate: 0.01,
};
const SILENT = {
  on: false,
  charactersPerSecond: 40,
  temperature: 0.8,
  topK: 0,
  topP: 1,
  seed: 1,
  prompt: '',
};

/** Every look at the clock takes 30 ms, so that a slice is one step. */
let clock = 0;
beforeEach(() => {
  mock.restoreAll();
  mock.method(performance, 'now', () => (clock += 30));
});

/**
 * A run under way and the events that it posts.
 * @param {Trainer} [trainer] @param {boolean} [isHeard] whether somebody hears them
 */
function begin(trainer = new Trainer(CONFIG, TEXT), isHeard = true) {
  /** @type {any[]} */
  const events = [];
  const run = new Run(1, core, { trainer }, SILENT, (event) => {
    events.push(event);
    if (event.type === 'progress' && isHeard) run.heard();
  });
  run.announce('sums');
  run.train();
  const of = (/** @type {string} */ type) => events.filter((event) => event.type === type);
  return { run, of };
}

/** The loss of a file's weights on its next characters. @param {ArrayBuffer} weights */
function lossOf(weights) {
  return new Weights(new Uint8Array(weights)).resume(TEXT, null).run(0).losses[0];
}

test('a snapshot is never of weights that the newest step ruined', () => {
  const { run, of } = begin();
  for (let slice = 0; slice < 100; slice++) run.slice();
  const kept = of('snapshot').length;
  run.tune({ learningRate: 1000 });
  clock += 60_000;
  run.slice();
  assert.equal(of('snapshot').length, kept, 'a snapshot is due, but not of these');
  while (of('diverged').length === 0) run.slice();
  for (const { weights } of of('snapshot')) assert.ok(lossOf(weights) < 3.5);
});

test('after an explosion all settings but the learning rate are those in force', () => {
  const { run, of } = begin();
  for (let slice = 0; slice < 20; slice++) run.slice();
  run.tune({ learningRate: 1000, clipNorm: 0.5, sequenceLength: 9 });
  while (of('diverged').length === 0) run.slice();
  const [{ config, restoredStep, step }] = of('diverged');
  assert.ok(restoredStep < step);
  assert.deepEqual([config.learningRate, config.clipNorm, config.sequenceLength], [500, 0.5, 9]);
});

test('a large model, whose snapshots take long, has fewer of them', () => {
  const trainer = new Trainer(CONFIG, TEXT);
  const save = trainer.save.bind(trainer);
  mock.method(trainer, 'save', () => {
    clock += 2000;
    return save();
  });
  const { run, of } = begin(trainer);
  const end = clock + 300_000;
  while (clock < end) run.slice();
  const made = of('snapshot').length - 1;
  assert.ok(made >= 5 && made <= 300_000 / 40_000, `${made} snapshots in five minutes`);
});

test('a run that is paused at once is measured all the same, and then at rest', () => {
  const { run, of } = begin();
  run.pause();
  assert.equal(run.work, 'measuring');
  while (run.work !== 'nothing') run.slice();
  assert.equal(of('heldOut')[0].heldOut.step, 0);
  assert.equal(of('progress').length, 0);
});

test('a run that cannot speak as asked leaves nothing behind', () => {
  const trainer = new Trainer(CONFIG, TEXT);
  const free = mock.method(trainer, 'free');
  const voice = { ...SILENT, temperature: 99 };
  assert.throws(() => new Run(1, core, { trainer }, voice, () => {}), { field: 'temperature' });
  assert.equal(free.mock.callCount(), 1);
});

test('the time of training leaves out the pauses and is kept with the run', () => {
  const { run, of } = begin();
  run.slice();
  const [{ trainedMs }] = of('progress');
  assert.ok(trainedMs > 0);
  run.pause();
  clock += 60_000;
  run.train();
  run.slice();
  const later = of('progress')[1].trainedMs;
  assert.ok(later > trainedMs && later < 60_000);
  assert.equal(run.trainedMs, later);
  assert.equal(of('snapshot')[0].trainedMs, 0);

  const trainer = new Weights(run.save().bytes).resume(TEXT, null);
  /** @type {any[]} */
  const events = [];
  const restored = new Run(2, core, { trainer }, SILENT, (event) => events.push(event), later);
  restored.announce('sums');
  restored.train();
  restored.slice();
  assert.equal(events[0].trainedMs, later);
  assert.ok(events.find(({ type }) => type === 'progress').trainedMs > later);
});

test('a run stops at its end when asked to, rests measured, and trains on when resumed', () => {
  const runCharacters = CONFIG.batchSize * CONFIG.sequenceLength * 10;
  const { run, of } = begin(new Trainer({ ...CONFIG, runCharacters, stopAtEnd: true }, TEXT));
  while (run.isTraining) run.slice();
  const [{ why, step, charactersSeen }] = of('finished');
  assert.deepEqual([why, step, charactersSeen], ['end', 10, runCharacters]);
  assert.equal(of('paused')[0].step, 10);
  assert.equal(of('snapshot').at(-1).step, 10);
  while (run.work !== 'nothing') run.slice();
  assert.equal(of('heldOut').at(-1).heldOut.step, 10);
  run.train();
  assert.equal(of('tuned')[0].config.stopAtEnd, false);
  for (let slice = 0; slice < 5; slice++) run.slice();
  assert.equal(of('progress').at(-1).step, 15);
  assert.equal(of('finished').length, 1);
});

test('a run without a stop trains past its end', () => {
  const { run, of } = begin(new Trainer({ ...CONFIG, runCharacters: 1 }, TEXT));
  for (let slice = 0; slice < 5; slice++) run.slice();
  assert.equal(of('progress').at(-1).step, 5);
});

test('patience ends a run that makes no progress, with the best weights and not a step more', () => {
  // At the end of its schedule the learning rate is nothing, and so is the progress.
  const runCharacters = CONFIG.batchSize * CONFIG.sequenceLength * 200;
  const still = { rateFloor: 0, runCharacters, warmupCharacters: 0 };
  assert.equal(CONFIG.schedule, 'cosine');
  const { run, of } = begin(new Trainer({ ...CONFIG, ...still, patience: 3 }, TEXT));
  for (let slice = 0; run.isTraining && slice < 5000; slice++) run.slice();
  const [{ why, best, step }] = of('finished');
  assert.equal(why, 'patience');
  assert.ok(step > 200);
  const measured = of('heldOut').map(({ heldOut }) => heldOut.loss);
  assert.equal(best.loss, Math.min(...measured));
  assert.deepEqual(measured.slice(-4), Array(4).fill(best.loss), 'no better three times');
  assert.equal(new Weights(run.save().bytes).report(undefined).heldOut?.loss, best.loss);
  assert.equal(of('progress').at(-1).step, step, 'no step after the measurement that decided');
  run.train();
  run.slice();
  assert.equal(of('finished').length, 1, 'patience begins anew');
});

test('a page that does not listen is told no more, and all at once when it listens again', () => {
  const { run, of } = begin(new Trainer(CONFIG, TEXT), false);
  const other = begin();
  // Longer than the curve has points of a step each.
  const slices = 5000;
  let snapshots = 0;
  for (let slice = 0; slice < slices; slice++) {
    run.slice();
    other.run.slice();
    if (slice === 40) snapshots = of('snapshot').length;
  }
  assert.equal(of('progress').length, 40);
  assert.equal(of('snapshot').length, snapshots, 'no weights pile up either');
  assert.ok(other.of('snapshot').length > snapshots);
  run.heard();
  run.slice();
  other.run.slice();
  const { step, losses, curve } = /** @type {any} */ (of('progress').at(-1));
  assert.equal(of('progress').length, 41);
  assert.equal(step, slices + 1);
  assert.equal(losses.length, 1);
  // What the page that listened has gathered for itself.
  const gathered = new Curve();
  gathered.beginAt({ step: 0, charactersSeen: 0, seconds: 0 });
  for (const event of other.of('progress')) {
    const { charactersSeen, trainedMs } = event;
    gathered.add({ step: event.step, charactersSeen, seconds: trainedMs / 1000 }, event.losses);
  }
  assert.deepEqual(curve.training.step, gathered.training.step);
  assert.deepEqual(curve.training.loss, gathered.training.loss);
  run.heard();
  run.slice();
  assert.equal(/** @type {any} */ (of('progress').at(-1)).curve, undefined, 'only once');
});

test('what a page missed is told before the pause', () => {
  const { run, of } = begin(new Trainer(CONFIG, TEXT), false);
  for (let slice = 0; slice < 60; slice++) run.slice();
  run.pause();
  const last = /** @type {any} */ (of('progress').at(-1));
  assert.equal(last.step, 60);
  assert.ok(last.curve);
  assert.equal(/** @type {any} */ (of('paused').at(-1)).step, 60);
});
