/** The n-grams of the baselines, against the equations written out plainly. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discountsOf, measureNgrams } from '../src/worker/baselines/ngrams.js';
import { split } from '../src/worker/baselines/split.js';
import { normalize } from '../src/worker/text/summary.js';
import { plainKneserNey } from './kneser-ney.js';
import { sums } from './sums.js';

/** Losses and probabilities of all orders. */
function measure({ training, heldOut, symbols }, orders) {
  const told = [];
  const measured = measureNgrams(training, heldOut, symbols, orders, (order, loss, probabilities) =>
    told.push({ order, loss, probabilities: [...probabilities] }),
  );
  for (const _ of measured);
  return told;
}

const TEXT = split(sums(40));

test('every probability is that of the equations', () => {
  const orders = 5;
  const plain = plainKneserNey(TEXT.training, TEXT.symbols, orders);
  const heldOut = TEXT.heldOut.slice(0, 30);
  for (const { order, probabilities, loss } of measure({ ...TEXT, heldOut }, orders)) {
    let nats = 0;
    for (let i = 1; i < heldOut.length; i++) {
      const expected = plain(order, [...heldOut.slice(0, i)], heldOut[i]);
      // A handful of operations in double precision.
      assert.ok(Math.abs(probabilities[i] - expected) < 1e-12, `order ${order} at ${i}`);
      nats -= Math.log(expected);
    }
    assert.ok(Math.abs(loss - nats / (heldOut.length - 1)) < 1e-12);
  }
});

test('the probabilities of all symbols sum to one, in seen and unseen contexts', () => {
  const symbols = TEXT.symbols + 2;
  const contexts = [
    [...TEXT.heldOut.slice(0, 9)],
    [...TEXT.training.slice(20, 29)],
    // A symbol that only the held-out part has.
    [...TEXT.training.slice(20, 27), symbols - 1, TEXT.training[4]],
    [0, 0, 0, 0, 0, 0, 0, 0, symbols - 2],
    [TEXT.training[0]],
  ];
  for (const context of contexts) {
    const sum = new Array(8).fill(0);
    for (let w = 0; w < symbols; w++) {
      const heldOut = Uint32Array.from([...context, w]);
      for (const { order, probabilities } of measure({ ...TEXT, symbols, heldOut }, 8)) {
        assert.ok(probabilities.at(-1) > 0);
        sum[order - 1] += probabilities.at(-1);
      }
    }
    for (const total of sum) assert.ok(Math.abs(total - 1) < 1e-12, `${context}: ${sum}`);
  }
});

test('discounts are the estimates of Chen and Goodman, or a half where there is nothing to go by', () => {
  const counts = [1, 1, 1, 1, 2, 2, 3, 4, 9];
  const y = 4 / (4 + 2 * 2);
  const expected = [1 - (2 * y * 2) / 4, 2 - (3 * y * 1) / 2, 3 - (4 * y * 1) / 1];
  assert.deepEqual(discountsOf(Uint32Array.from(counts), counts.length), expected);
  assert.deepEqual(discountsOf(Uint32Array.from([7, 8, 9]), 3), [0.5, 0.5, 0.5]);
  // Three times is as rare as nothing: no estimate for it, so the one discount of all.
  const few = discountsOf(Uint32Array.from([1, 1, 2, 2, 2]), 5);
  assert.ok(few.every((discount, i) => discount > 0 && discount <= i + 1));
});

test('a text is split as the core splits it', () => {
  const normalized = normalize('\ufeffa\r\nb\rc\n');
  assert.equal(normalized, 'a\nb\nc\n');
  const text = '😀é'.repeat(55);
  const { characters, symbols, training, heldOut, boundary } = split(text);
  assert.deepEqual(
    [characters, symbols, training.length, heldOut.length, boundary],
    [110, 2, 99, 11, 149],
  );
  assert.equal(text.slice(boundary), [...text].slice(99).join(''));
  // Half a pair is the replacement character, once it reaches the core.
  assert.equal(split('a\ud800\ufffd').symbols, 2);
});

test('a text with nothing but surprises in its held-out part costs a finite amount', () => {
  const told = measure(split(`${'ab'.repeat(90)}cdefghijklmnopqrstuv`), 8);
  assert.equal(told.length, 8);
  for (const { loss } of told) assert.ok(Number.isFinite(loss) && loss > 0);
});
