/** Workers that share the steps of a run, in one thread: the shipped wasm and real message ports. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, mock, test } from 'node:test';
import * as core from '../../pkg/babble.js';
import { assign } from '../src/worker/parallel/all-gather.js';
import { Leader, WorkerLost } from '../src/worker/parallel/leader.js';
import { Trial, teamsOf } from '../src/worker/parallel/trial.js';
import { ParallelWorker } from '../src/worker/parallel/worker.js';
import { Run } from '../src/worker/training/run.js';
import { root } from '../tools/paths.js';
import { sums } from './sums.js';

const { defaults, Trainer, Weights } = core;

await core.default({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

const TEXT = sums(60);
const CONFIG = {
  ...defaults(),
  cell: /** @type {const} */ ('lstm'),
  layers: 2,
  dropout: 0.2,
  passageLength: 24, // two in each stream
  stateReset: 0.2,
  hiddenSize: 12,
  batchSize: 7,
  sequenceLength: 16,
  learningRate: 0.01,
  shards: 3,
};

/** @type {MessagePort[]} */
const open = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/** The ends of wires between every two of so many. @param {number} members */
function wire(members) {
  /** @type {(MessagePort | null)[][]} */
  const ports = Array.from({ length: members }, () => Array(members).fill(null));
  for (let one = 0; one < members; one += 1) {
    for (let other = one + 1; other < members; other += 1) {
      const { port1, port2 } = new MessageChannel();
      open.push(port1, port2);
      ports[one][other] = port1;
      ports[other][one] = port2;
    }
  }
  return ports;
}

/**
 * Helpers at their ends of the wires.
 * @param {(MessagePort | null)[][]} ports @param {string} [text] @param {(rank: number) => void} [leave]
 */
function enlistHelpers([, ...others], text = TEXT, leave = () => {}) {
  const resume = (/** @type {Uint8Array} */ weights) => new Weights(weights).resume(text, null);
  others.forEach((own, at) => {
    new ParallelWorker(at + 1, own, resume, () => leave(at + 1));
  });
}

/** Lets messages be delivered until something is so. @param {() => boolean} done */
async function until(done) {
  while (!done()) await new Promise((resolve) => setImmediate(resolve));
}

/** @param {Trainer} trainer @param {number} members */
async function gather(trainer, members) {
  const ports = wire(members);
  enlistHelpers(ports);
  const team = new Leader(trainer, ports[0]);
  await until(() => team.isReady);
  return team;
}

/** The losses of this many more steps alone. @param {Trainer} trainer @param {number} steps */
const lossesAlone = (trainer, steps) =>
  Array.from({ length: steps }, () => trainer.run(0).losses[0]);

test('shards are dealt in neighbours, as evenly as can be, and each once', () => {
  assert.deepEqual(assign(3, 2), [[0, 1], [2]]);
  assert.deepEqual(assign(4, 2), [
    [0, 1],
    [2, 3],
  ]);
  for (const [shards, members] of [
    [16, 5],
    [7, 7],
    [2, 2],
  ]) {
    const dealt = assign(shards, members);
    assert.deepEqual(
      dealt.flat(),
      Array.from({ length: shards }, (_, shard) => shard),
    );
    assert.ok(dealt.every((own) => own.length >= Math.floor(shards / members)));
  }
});

test('a team of any size comes to the bits of one worker, and its file goes on alone', async () => {
  for (const members of [2, 3]) {
    const alone = new Trainer(CONFIG, TEXT);
    const leader = new Trainer(CONFIG, TEXT);
    const team = await gather(leader, members);
    /** @type {number[]} */
    const losses = [];
    // Many epochs, and slices of many steps, so that some begin within.
    while (losses.length < 40) losses.push(...(await team.train(20)).losses);
    assert.deepEqual(losses, lossesAlone(alone, losses.length));
    assert.deepEqual(leader.save(), alone.save());
    const resumed = new Weights(leader.save()).resume(TEXT, null);
    assert.deepEqual(lossesAlone(resumed, 20), lossesAlone(alone, 20));
    assert.ok(leader.report().epoch > 1);
    team.close();
  }
});

test('what is not a step of the team reaches all: steps alone, tuning, going back', async () => {
  const alone = new Trainer(CONFIG, TEXT);
  const leader = new Trainer(CONFIG, TEXT);
  const team = await gather(leader, 2);
  const same = async () => {
    const { losses } = await team.train(10);
    assert.deepEqual([...losses], lossesAlone(alone, losses.length));
  };
  await same();
  assert.deepEqual(lossesAlone(leader, 3), lossesAlone(alone, 3));
  await same();
  for (const tuning of [
    { dropout: 0.5, stateReset: 0.6 },
    { sequenceLength: 9, learningRate: 0.002 },
  ]) {
    leader.tune(tuning);
    alone.tune(tuning);
    team.changed();
    await same();
  }
  const [kept, copy] = [leader.save(), alone.save()];
  await same();
  leader.restore(kept);
  alone.restore(copy);
  team.changed();
  await same();
  assert.deepEqual(leader.save(), alone.save());
});

test('a run that has its length stops there, whatever the helpers had begun', async () => {
  const runCharacters = 7 * 16 * 10;
  const leader = new Trainer({ ...CONFIG, runCharacters, stopAtEnd: true }, TEXT);
  const team = await gather(leader, 2);
  let slice = await team.train(1);
  while (slice.finished === null) slice = await team.train(1000);
  assert.equal(slice.finished, 'end');
  assert.ok(slice.charactersSeen - runCharacters < 7 * 16);
  leader.goOn();
  const alone = new Weights(leader.save()).resume(TEXT, null);
  const { losses } = await team.train(5);
  assert.deepEqual([...losses], lossesAlone(alone, losses.length));
});

test('a helper that is lost in the middle of a step costs nothing of the run', async () => {
  const ports = wire(2);
  const [[, toHelper], [toLeader]] = ports;
  const seen = { steps: false };
  toLeader.onmessage = ({ data }) => {
    if (data.type === 'steps') seen.steps = true;
    else toLeader.postMessage({ type: data.type === 'join' ? 'joined' : 'synced' });
  };
  // Long enough for the step to lie within an epoch.
  const text = sums(200);
  const leader = new Trainer(CONFIG, text);
  const alone = new Trainer(CONFIG, text);
  assert.deepEqual(lossesAlone(leader, 5), lossesAlone(alone, 5));
  const team = new Leader(leader, [null, toHelper]);
  await until(() => team.isReady);
  const slice = team.train(10);
  await until(() => seen.steps);
  team.lose('It ran out of memory.');
  await assert.rejects(slice, WorkerLost);
  assert.equal(team.isReady, false);
  assert.deepEqual(leader.save(), alone.save());
  assert.deepEqual(lossesAlone(leader, 20), lossesAlone(alone, 20));
});

test('a helper whose text is another one says so', async () => {
  const ports = wire(2);
  enlistHelpers(ports, `${TEXT}1`);
  const team = new Leader(new Trainer(CONFIG, TEXT), ports[0]);
  await until(() => team.lost !== null);
  assert.match(team.lost, /text/);
});

const SILENT = {
  ...{ on: false, charactersPerSecond: 40, temperature: 0.8, prompt: '' },
  ...{ topK: 0, topP: 1, seed: 1 },
};

/** How many times as fast as one worker these must be, or one trains. */
const WORTHWHILE = 1.1;

/** A run that other workers share, and what it posts. @param {number} members */
async function share(members, config = CONFIG) {
  /** @type {any[]} */
  const events = [];
  const run = new Run(1, core, { trainer: new Trainer(config, TEXT) }, SILENT, (event) => {
    events.push(event);
    if (event.type === 'progress') run.acknowledge();
  });
  run.announce('sums', /** @type {any} */ ({ save: () => {} }));
  run.train();
  const ports = wire(members);
  enlistHelpers(ports);
  await run.startParallel(ports[0], WORTHWHILE);
  const of = (/** @type {string} */ type) => events.filter((event) => event.type === type);
  return { run, of };
}

for (const members of [2, 3]) {
  test(`a run takes ${members} workers on trial, says what they bring, and keeps the bits of one`, async () => {
    const { run, of } = await share(members);
    while (of('parallel').length === 0) {
      await run.slice();
      await new Promise((resolve) => setImmediate(resolve));
    }
    // Several in one thread are no faster than one, but the clock may say so where others want the processor.
    const [{ workers, speedUp, why }] = of('parallel');
    assert.ok(speedUp > 0);
    assert.ok(workers >= 2 && workers <= members, `${workers} workers`);
    assert.equal(why, speedUp < WORTHWHILE ? 'slow' : null);
    const losses = of('progress').flatMap((event) => [...event.losses]);
    assert.deepEqual(losses, lossesAlone(new Trainer(CONFIG, TEXT), losses.length));
    run.free();
  });
}

test('a run whose team is lost trains on alone and says why', async () => {
  const { run, of } = await share(2);
  await run.slice();
  run.stopParallel('It was closed.');
  assert.deepEqual([of('parallel')[0].why, of('parallel')[0].message], ['lost', 'It was closed.']);
  const steps = of('progress').length;
  assert.equal(run.slice(), undefined);
  assert.equal(of('progress').length, steps + 1);
  run.free();
});

test('a worker that is lost before the leader begins is reported all the same', async () => {
  const { run, of } = await share(2);
  const started = run.startParallel(wire(2)[0], WORTHWHILE);
  run.stopParallel('It was closed.');
  await started;
  assert.deepEqual([of('parallel')[0].why, of('parallel')[0].message], ['lost', 'It was closed.']);
  run.free();
});

test('a helper that never gets ready is given up in a sentence', async () => {
  mock.timers.enable({ apis: ['setInterval'] });
  const { run, of } = await share(1);
  const [[, silent]] = wire(2);
  await run.startParallel([null, silent], WORTHWHILE);
  mock.timers.tick(60_000);
  mock.timers.reset();
  await run.slice();
  assert.deepEqual(
    [of('parallel')[0].why, of('parallel')[0].message],
    ['lost', 'It did not get ready.'],
  );
  run.free();
});

test('a trial goes in turns and lets the better turn of each team count', () => {
  const trial = new Trial(2);
  const teams = [];
  for (const speed of [100, 150, 80, 190]) {
    teams.push(trial.team);
    trial.note(speed * 300, 300);
  }
  assert.deepEqual(teams, [1, 2, 1, 2]);
  assert.ok(trial.isOver);
  assert.equal(trial.team, 2);
  assert.equal(trial.speedUp, 1.9);
});

test('of many workers a trial tries two, half, all but one and all, and keeps the smallest that is as fast', () => {
  assert.deepEqual([2, 3, 4, 8].map(teamsOf), [[2], [2, 3], [2, 3, 4], [2, 4, 7, 8]]);
  /** What comes of a trial on a machine where a team of so many has such a speed. @param {Record<number, number>} speeds */
  const tried = (speeds) => {
    const trial = new Trial(8);
    while (!trial.isOver) trial.note((speeds[trial.team] ?? 0) * 300, 300);
    return [trial.team, trial.speedUp];
  };
  assert.deepEqual(tried({ 1: 1, 2: 1.9, 4: 3.5, 7: 5, 8: 5.5 }), [8, 5.5]);
  // Four quick cores and four slow ones: all of them wait for the slowest.
  assert.deepEqual(tried({ 1: 1, 2: 1.9, 4: 3.5, 7: 1.4, 8: 1.3 }), [4, 3.5]);
  assert.deepEqual(tried({ 1: 1, 2: 1.9, 4: 3.4, 7: 3.45, 8: 3.5 }), [4, 3.4]);
});

test('a team that grows and shrinks comes to the bits of one worker, and those that are not needed leave', async () => {
  const alone = new Trainer(CONFIG, TEXT);
  const leader = new Trainer(CONFIG, TEXT);
  const ports = wire(3);
  /** @type {number[]} */
  const left = [];
  enlistHelpers(ports, TEXT, (rank) => left.push(rank));
  const team = new Leader(leader, ports[0]);
  await until(() => team.isReady);
  for (const workers of [2, 3, 2]) {
    team.resize(workers);
    assert.equal(team.workers, workers);
    assert.ok(team.isReady, 'those that wait are there still');
    const { losses } = await team.train(20);
    assert.deepEqual([...losses], lossesAlone(alone, losses.length));
  }
  team.dismiss();
  await until(() => left.length > 0);
  const { losses } = await team.train(20);
  assert.deepEqual([...losses], lossesAlone(alone, losses.length));
  assert.deepEqual(leader.save(), alone.save());
  assert.deepEqual(left, [2]);
  team.close();
});
