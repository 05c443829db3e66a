/** A run as the worker keeps it, with the shipped wasm and a clock of the test's own. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, mock, test } from 'node:test';
import * as core from '../../pkg/babble.js';
import { LossHistory } from '../src/shared/loss-history.js';
import { Run } from '../src/worker/training/run.js';
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

/** Saves nothing. */
const NOWHERE = /** @type {any} */ ({ save: () => {} });

/**
 * A run under way and the events that it posts.
 * @param {Trainer} [trainer] @param {boolean} [isAcknowledged] whether somebody hears them
 */
function begin(trainer = new Trainer(CONFIG, TEXT), isAcknowledged = true) {
  /** @type {any[]} */
  const events = [];
  const run = new Run(1, core, { trainer }, SILENT, (event) => {
    events.push(event);
    if (event.type === 'progress' && isAcknowledged) run.acknowledge();
  });
  run.announce('sums', NOWHERE);
  run.train();
  const of = (/** @type {string} */ type) => events.filter((event) => event.type === type);
  return { run, of, events };
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

test('nor is what is saved when the page is hidden, or when the run pauses', () => {
  const { run, of } = begin();
  for (let slice = 0; slice < 100; slice++) run.slice();
  run.tune({ learningRate: 1000 });
  run.slice();
  const kept = of('snapshot').length;
  run.autosaveNow();
  run.pause();
  assert.equal(of('progress').at(-1).step, 101, 'there is a newer step to be saved');
  assert.equal(of('snapshot').length, kept);

  const healthy = begin();
  healthy.run.slice();
  healthy.run.autosaveNow();
  assert.equal(healthy.of('snapshot').at(-1).step, 1, 'of good weights it is');
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

test('a run that cannot write as asked leaves nothing behind', () => {
  const trainer = new Trainer(CONFIG, TEXT);
  const free = mock.method(trainer, 'free');
  const sampling = { ...SILENT, temperature: 99 };
  assert.throws(() => new Run(1, core, { trainer }, sampling, () => {}), { field: 'temperature' });
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
  restored.announce('sums', NOWHERE);
  restored.train();
  restored.slice();
  assert.equal(events[0].trainedMs, later);
  assert.ok(events.find(({ type }) => type === 'progress').trainedMs > later);
});

/** The machine sleeps for so long, or the process is stopped. */
const NIGHT_MS = 8 * 3600_000;

/**
 * A run that has trained for a minute when the night falls in the middle of a call; then for another.
 * @param {'run' | 'evaluate' | 'save'} method
 */
function sleepDuring(method) {
  const trainer = new Trainer(CONFIG, TEXT);
  const began = clock;
  const { run, of } = begin(trainer);
  const count = () => ({ save: of('snapshot').length, evaluate: of('heldOut').length, run: 0 });
  const trainFor = (/** @type {number} */ ms) => {
    const end = clock + ms;
    while (clock < end) run.slice();
  };
  trainFor(60_000);
  const evening = count();
  const { charactersPerSecond: before } = of('progress').at(-1);
  const real = trainer[method].bind(trainer);
  const slept = mock.method(trainer, method, (...args) => {
    slept.mock.restore();
    clock += NIGHT_MS;
    return real(...args);
  });
  while (clock - began < NIGHT_MS) run.slice();
  run.slice();
  const speed = of('progress').at(-1).charactersPerSecond / before;
  const morning = count();
  trainFor(60_000);
  const awakeMs = clock - began - NIGHT_MS;
  return {
    speed,
    awakeMs,
    trainedMs: run.trainedMs,
    made: count()[method] - morning[method],
    evening,
  };
}

test('a night in which the machine slept is no training time, wherever it fell asleep', () => {
  for (const method of /** @type {const} */ (['run', 'evaluate', 'save'])) {
    const { trainedMs, awakeMs, speed } = sleepDuring(method);
    // All of it is training time, but for the moments before the first slice and after the last.
    assert.ok(trainedMs <= awakeMs && trainedMs > awakeMs - 1000, `${trainedMs} of ${awakeMs}`);
    assert.ok(speed > 0.5 && speed < 2, `the speed changed by ${speed} after ${method}`);
  }
});

test('after a night asleep a run is saved and measured as often as before', () => {
  for (const method of /** @type {const} */ (['evaluate', 'save'])) {
    const { made, evening } = sleepDuring(method);
    assert.ok(made >= evening[method] / 2, `${method}: ${made}, and ${evening[method]} before`);
  }
});

test('a run stops at its end when asked to, rests measured, and trains on when resumed', () => {
  const runCharacters = CONFIG.batchSize * CONFIG.sequenceLength * 10;
  const trainer = new Trainer({ ...CONFIG, runCharacters, stopAtEnd: true }, TEXT);
  const { run, of, events } = begin(trainer);
  while (run.isTraining) run.slice();
  const types = events.map(({ type }) => type);
  assert.deepEqual(types.slice(-4), ['heldOut', 'finished', 'snapshot', 'paused']);
  assert.equal(of('heldOut').at(-1).heldOut.step, 10, 'its last weights, and all of it');
  const [{ why, step, charactersSeen }] = of('finished');
  assert.deepEqual([why, step, charactersSeen], ['end', 10, runCharacters]);
  assert.equal(of('paused')[0].step, 10);
  assert.equal(of('snapshot').at(-1).step, 10);
  assert.equal(run.work, 'nothing');
  assert.equal(new Weights(run.save().bytes).report(undefined).heldOut?.step, 10);
  run.train();
  assert.equal(of('tuned')[0].config.stopAtEnd, false);
  for (let slice = 0; slice < 5; slice++) run.slice();
  assert.equal(of('progress').at(-1).step, 15);
  assert.equal(of('finished').length, 1);
});

test('a run without a stop trains past its end', () => {
  const { run, of } = begin(new Trainer({ ...CONFIG, runCharacters: 1, stopAtEnd: false }, TEXT));
  for (let slice = 0; slice < 5; slice++) run.slice();
  assert.equal(of('progress').at(-1).step, 5);
});

test('patience ends a run that makes no progress, with the best weights and not a step more', () => {
  // At the end of its schedule the learning rate is nothing, and so is the progress.
  const runCharacters = CONFIG.batchSize * CONFIG.sequenceLength * 200;
  const still = { rateFloor: 0, runCharacters, stopAtEnd: false, warmupCharacters: 0 };
  assert.equal(CONFIG.schedule, 'cosine');
  const { run, of } = begin(new Trainer({ ...CONFIG, ...still, patience: 3 }, TEXT));
  for (let slice = 0; run.isTraining && slice < 10_000; slice++) run.slice();
  const [{ why, best, step }] = of('finished');
  assert.equal(why, 'patience');
  assert.ok(step > 200);
  const measured = of('heldOut').map(({ heldOut }) => heldOut.loss);
  assert.ok(measured.includes(best.loss));
  assert.deepEqual(measured.slice(-4), Array(4).fill(best.loss), 'no better three times');
  assert.equal(new Weights(run.save().bytes).report(undefined).heldOut?.loss, best.loss);
  assert.equal(of('progress').at(-1).step, step, 'no step after the measurement that decided');
  run.train();
  run.slice();
  assert.equal(of('finished').length, 1, 'patience begins anew');
});

/**
 * A run that soon knows its little text by heart, to the end that patience sets.
 * @param {number} lookMs what a look at the clock takes @param {number} piece slices until a pause
 */
function overfit(lookMs, piece) {
  mock.method(performance, 'now', () => (clock += lookMs));
  const text = sums(40);
  const config = { ...CONFIG, learningRate: 0.02, patience: 1 };
  let { run, of } = begin(new Trainer(config, text));
  for (let slice = 1; slice < 20_000 && of('finished').length === 0; slice++) {
    run.slice();
    if (slice % piece !== 0) continue;
    run.pause();
    while (run.work !== 'nothing') run.slice();
    if (of('finished').length > 0) break;
    const { bytes } = run.save();
    run.free();
    ({ run, of } = begin(new Weights(bytes).resume(text, null)));
  }
  const [{ why, step, best }] = of('finished');
  const { bytes } = run.save();
  run.free();
  return { why, step, best, bytes };
}

test('patience comes to the same weights at any speed and over any pauses', () => {
  const one = overfit(30, Number.POSITIVE_INFINITY);
  assert.equal(one.why, 'patience');
  assert.ok(one.best.step < one.step);
  assert.deepEqual(overfit(9, 177), one);
});

test('the first held-out losses are estimates, soon there, and no part of what is saved', () => {
  mock.method(performance, 'now', () => (clock += 1));
  const { run, of } = begin(new Trainer(CONFIG, sums(6000)));
  const told = () => of('heldOut').map(({ heldOut }) => heldOut);
  while (told().length < 4) run.slice();
  const { epoch } = of('progress').at(-1);
  assert.equal(epoch, 0, 'the text is long enough');
  assert.ok(told()[0].step <= 25, 'after the first slice or so');
  assert.equal(told()[0].estimate, 1000);
  assert.ok(told().every(({ estimate }, i) => i === 0 || estimate >= told()[i - 1].estimate));
  assert.equal(new Weights(run.save().bytes).report(undefined).heldOut, null);
  run.pause();
  while (run.work !== 'nothing') run.slice();
  assert.deepEqual(Object.keys(told().at(-1)).sort(), ['loss', 'step'], 'now all of it');
  assert.equal(told().at(-1).step, of('paused')[0].step);
});

test('a new schedule begins where the run is, is saved at once, and survives an explosion', () => {
  const runCharacters = CONFIG.batchSize * CONFIG.sequenceLength * 10;
  const ended = { ...CONFIG, schedule: 'cosine', rateFloor: 0.02, warmupCharacters: 0 };
  const { run, of } = begin(new Trainer({ ...ended, runCharacters, stopAtEnd: true }, TEXT));
  while (run.isTraining) run.slice();
  assert.ok(Math.abs(of('progress').at(-1).learningRate - 0.0002) < 1e-12);
  run.reschedule();
  const [{ config, scheduleStart, learningRate }] = of('rescheduled');
  assert.deepEqual([scheduleStart, config.runCharacters], [runCharacters, 2 * runCharacters]);
  assert.equal(learningRate, 0.01);
  const saved = new Weights(new Uint8Array(of('snapshot').at(-1).weights)).resume(TEXT, null);
  assert.equal(saved.report().scheduleStart, runCharacters);
  run.slice();
  assert.ok(of('progress').at(-1).learningRate > 0.009);
  run.tune({ learningRate: 1000 });
  while (of('diverged').length === 0) run.slice();
  assert.equal(of('diverged')[0].config.runCharacters, 2 * runCharacters);
  while (run.isTraining) run.slice();
  assert.deepEqual(
    of('finished').map(({ charactersSeen }) => charactersSeen),
    [runCharacters, 2 * runCharacters],
  );
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
  run.acknowledge();
  run.slice();
  other.run.slice();
  const { step, losses, curve } = /** @type {any} */ (of('progress').at(-1));
  assert.equal(of('progress').length, 41);
  assert.equal(step, slices + 1);
  assert.equal(losses.length, 1);
  // What the page that listened has gathered for itself.
  const gathered = new LossHistory();
  gathered.beginAt({ step: 0, charactersSeen: 0, seconds: 0 });
  for (const event of other.of('progress')) {
    const { charactersSeen, trainedMs } = event;
    gathered.add({ step: event.step, charactersSeen, seconds: trainedMs / 1000 }, event.losses);
  }
  assert.deepEqual(curve.training.step, gathered.training.step);
  assert.deepEqual(curve.training.loss, gathered.training.loss);
  run.acknowledge();
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

test('samples are kept further and further apart, and a run of as many steps writes the same', () => {
  const { run, of } = begin();
  while (of('sampled').length < 12) run.slice();
  const samples = of('sampled').map(({ sample }) => sample);
  assert.deepEqual([samples[0].step, samples[1].step], [0, 1]);
  samples.slice(2).forEach(({ step }, i) => {
    assert.ok(step > 1.26 * samples[i + 1].step, `step ${step}`);
  });
  const { step, text } = samples[9];
  const again = new Trainer(CONFIG, TEXT);
  while (again.step < step) again.run(0);
  const sampler = new core.Sampler(1);
  sampler.setTemperature(0.8);
  again.prompt(sampler, '');
  assert.equal(again.write(sampler, 300), text);
  assert.equal([...text].length, 300);
  run.free();
  again.free();
});
