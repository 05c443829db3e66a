/** The computation of what more cores give, on costs that can be added up by hand. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepMs, unevenShares } from '../tools/bench/cores.js';

const costs = {
  workload: 'by hand',
  compute: { 2: 2, 3: 3.5, 5: 5 },
  finish: { 1: 0.5, 2: 0.75, 4: 1 },
  copy: 0.25,
  bytes: 4,
};
const of = { costs, batch: 10, messageMs: 0.125 };

test('a step that is shared takes as long as its slowest worker, its messages and the sum', () => {
  // Five streams each; a copy for the other one, and one of the other's.
  const even = { ...of, shares: [[0], [1]], speeds: [1, 1] };
  assert.equal(stepMs(even), 5 + 0.25 + 0.125 + 0.25 + 0.75);
  // The second one takes twice as long for all that it does.
  assert.equal(stepMs({ ...even, speeds: [1, 0.5] }), 2 * (5 + 0.25) + 0.125 + 2 * (0.25 + 0.75));
  // Four shards have 2, 3, 2 and 3 streams. One worker sends nothing, and sums all.
  assert.equal(stepMs({ ...of, shares: [[0, 1, 2, 3]], speeds: [1] }), 2 + 3.5 + 2 + 3.5 + 1);
  // In shared memory nothing is copied, and each sums its half between two barriers.
  assert.equal(stepMs({ ...even, sharedMemory: true }), 5 + 0.02 + 0.375);
});

test('uneven shares give each shard to the worker who is done with it first', () => {
  assert.deepEqual(unevenShares(6, [1, 0.5]), [
    [0, 1, 3, 4],
    [2, 5],
  ]);
  assert.deepEqual(unevenShares(2, [1, 0.1, 1]), [[0], [1]], 'the slow one has nothing to do');
});
