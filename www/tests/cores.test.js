/** When several workers train a run, and when one does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coresNote, parallelOf } from '../src/page/run/parallel-state.js';
import { CONFIG, LONG_TEXT, play, READY, report, started } from './messages.js';

/** A run of so many parameters in eight shards, on eight cores. */
function running(/** @type {number} */ parameters) {
  const config = { ...CONFIG, shards: 8 };
  return play([
    READY,
    { type: 'countCores', count: 8 },
    { type: 'edit', value: LONG_TEXT },
    { type: 'useAllCores', on: true },
    { type: 'train' },
    { ...started(1), run: report({ parameters, config }) },
  ]).state;
}

test('a network whose gradients fill more than 256 MiB is trained by one worker, and that is said', () => {
  // Every worker holds the gradients of all eight shards, four bytes each.
  const most = 2 ** 28 / 8 / 4;
  const large = running(most);
  assert.equal(parallelOf(large)?.workers, 8);
  assert.doesNotMatch(coresNote(large), /too large/);
  const larger = running(most + 1);
  assert.equal(parallelOf(larger), null);
  assert.match(coresNote(larger), /too large to be held by several workers; one trains/);
});

test('workers are gathered when a run can have them, and go when it ends or nobody wants them', () => {
  const config = { ...CONFIG, shards: 8 };
  const begun = play([
    READY,
    { type: 'countCores', count: 4 },
    { type: 'edit', value: LONG_TEXT },
    { type: 'useAllCores', on: true },
    { type: 'train' },
    { ...started(1), run: report({ config }) },
  ]);
  const { text } = /** @type {import('../src/page/state.js').Run} */ (begun.state.run);
  assert.deepEqual(begun.sent.at(-1), {
    ...{ type: 'startWorkers', runId: 1, workers: 4, text },
    worthwhile: 1.1,
  });
  for (const end of [{ type: 'reset' }, { type: 'useAllCores', on: false }]) {
    const { sent } = play([end], begun.state);
    assert.deepEqual(sent.at(-1), { type: 'stopWorkers', runId: 1 });
  }
});

test('several cores are used by themselves, but must bring more than where somebody asked for them', () => {
  const begun = (/** @type {any[]} */ ...events) =>
    play([
      READY,
      { type: 'edit', value: LONG_TEXT },
      { type: 'setField', field: 'batchSize', value: '10' },
      ...events,
      { type: 'train' },
      { ...started(1), run: report({ config: { ...CONFIG, shards: 2 } }) },
    ]);
  const byThemselves = begun({ type: 'countCores', count: 4 });
  assert.equal(byThemselves.state.fields.shards, '4');
  assert.equal(parallelOf(byThemselves.state)?.worthwhile, 1.3);
  const slow = { type: 'parallel', runId: 1, workers: 2, speedUp: 1.2, why: 'slow' };
  const tried = play([slow], byThemselves.state).state;
  assert.equal(parallelOf(tried), null);
  assert.match(
    coresNote(tried),
    /^2 workers are 1\.2 times as fast as one here\. That is not worth/,
  );
  const asked = play([{ type: 'useAllCores', on: true }], tried);
  assert.equal(parallelOf(asked.state)?.worthwhile, 1.1);
  // A small batch is not cut into pieces that take longer than sharing them saves.
  const small = { type: 'setField', field: 'batchSize', value: '2' };
  assert.equal(begun({ type: 'countCores', count: 4 }, small).state.fields.shards, '1');
  const one = begun({ type: 'countCores', count: 1 });
  assert.equal(one.state.fields.shards, '1');
  assert.equal(parallelOf(one.state), null);
});

test('all cores cut a step so that no worker has more streams than it must, and into one again', () => {
  const chosen = (/** @type {string} */ batchSize, /** @type {number} */ count) =>
    play([
      { type: 'countCores', count },
      { type: 'setField', field: 'batchSize', value: batchSize },
      { type: 'useAllCores', on: true },
    ]).state;
  for (const [batch, count, shards] of /** @type {[string, number, string][]} */ ([
    ['10', 2, '2'],
    ['10', 4, '4'],
    // Pairs are cut in two: four quick ones of eight cores have three at most.
    ['10', 8, '10'],
    ['10', 16, '10'],
    ['8', 8, '8'],
    ['16', 8, '16'],
    ['32', 16, '16'],
    ['64', 8, '8'],
    ['64', 2, '2'],
    ['512', 99, '16'],
    ['1', 4, '2'],
    ['', 4, '2'],
  ])) {
    assert.equal(chosen(batch, count).fields.shards, shards, `${batch} streams, ${count} cores`);
  }
  const back = play([{ type: 'useAllCores', on: false }], chosen('16', 8)).state;
  assert.equal(back.fields.shards, '1');
});
