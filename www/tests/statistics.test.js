/** Letter statistics with the network: against the equations written out plainly, and predicting before they learn. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as core from '../../pkg/babble.js';
import { describeTogether } from '../src/page/chart/together.js';
import { measureNgrams } from '../src/worker/baselines/ngrams.js';
import { split } from '../src/worker/baselines/split.js';
import { LetterStatistics, ORDER } from '../src/worker/statistics/letters.js';
import { KINDS, Mixed } from '../src/worker/statistics/mixed.js';
import { Mixture } from '../src/worker/statistics/mixture.js';
import { root } from '../tools/paths.js';
import { plainKneserNey } from './kneser-ney.js';
import { sums } from './sums.js';

await core.default({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

/** Numbers from 0 to 1 that are the same everywhere. */
function* random(seed = 1) {
  for (;;) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    yield seed / 2 ** 31;
  }
}

/** @param {Generator<number>} draws @param {number} length @param {number} symbols */
const drawn = (draws, length, symbols) =>
  Uint32Array.from({ length }, () =>
    Math.floor(/** @type {number} */ (draws.next().value) * symbols),
  );

/** @param {Uint32Array} training @param {number} symbols */
function counted(training, symbols) {
  const letters = new LetterStatistics(symbols);
  for (const _ of letters.count(training));
  return letters;
}

/** @param {LetterStatistics} letters @param {Iterable<number>} ids */
function readerOf(letters, ids) {
  const reader = letters.begin();
  for (const id of ids) letters.read(reader, id);
  return reader;
}

test('in every context the statistics give what the equations give, and all symbols sum to one', () => {
  const text = split(sums(40));
  const draws = random();
  for (const [training, symbols] of /** @type {const} */ ([
    [text.training, text.symbols + 2],
    [drawn(draws, 300, 3), 4],
    [drawn(draws, 40, 20), 21],
    [drawn(draws, 3, 2), 2],
  ])) {
    const letters = counted(training, symbols);
    const plain = plainKneserNey(training, symbols, ORDER);
    const contexts = [
      [],
      [training[0]],
      // A symbol that was never seen, at the end and within.
      [symbols - 1],
      [training[1], symbols - 1, training[0], training[1]],
      ...Array.from({ length: 12 }, () => [...drawn(draws, 9, symbols)]),
      ...[3, 9, 20].map((at) => [...training.slice(Math.max(0, at - 9), at)]),
    ];
    for (const context of contexts) {
      const reader = readerOf(letters, context);
      const distribution = new Float64Array(symbols);
      letters.distribution(reader, distribution);
      let sum = 0;
      distribution.forEach((p, symbol) => {
        sum += p;
        // A handful of operations in double precision.
        assert.ok(Math.abs(p - plain(ORDER, context, symbol)) < 1e-12, `${context}: ${symbol}`);
        assert.ok(Math.abs(p - letters.probability(reader, symbol)) < 1e-12);
        assert.ok(p > 0);
      });
      assert.ok(Math.abs(sum - 1) < 1e-12, `${context}: ${sum}`);
    }
  }
});

test('the statistics reach the loss of the baseline of their order', () => {
  const { training, heldOut, symbols } = split(sums(300));
  const letters = counted(training, symbols);
  let nats = 0;
  const reader = letters.begin();
  for (let i = 1; i < heldOut.length; i++) {
    letters.read(reader, heldOut[i - 1]);
    nats -= Math.log(letters.probability(reader, heldOut[i]));
  }
  const losses = /** @type {number[]} */ ([]);
  const orders = measureNgrams(training, heldOut, symbols, ORDER, (_, loss) => losses.push(loss));
  for (const _ of orders);
  assert.ok(Math.abs(nats / (heldOut.length - 1) - losses[ORDER - 1]) < 1e-12);
});

/** What two predictors gave symbols that came, and of what kind each place was. @param {number} length */
function outcomes(length, seed = 3) {
  const draws = random(seed);
  const next = () => /** @type {number} */ (draws.next().value);
  return Array.from({ length }, () => ({
    kind: next() < 0.3 ? 1 : 0,
    // Now and then one of them is far off.
    first: next() < 0.05 ? 1e-30 : next(),
    second: next() < 0.05 ? 1e-30 : next() + 1e-9,
  }));
}

/** What a mixture gave each of them. @param {ReturnType<typeof outcomes>} all */
function given(all) {
  const mixture = new Mixture(2);
  return all.map(({ kind, first, second }) => mixture.update(kind, first, second));
}

const FIXED = Array.from({ length: 17 }, (_, i) => i / 16);

test('a mixture is the mean over its fixed weights, and within ln 17 of the best of each kind', () => {
  const all = outcomes(400);
  const mixed = given(all);
  for (const kind of [0, 1]) {
    const own = all.flatMap((outcome, i) => (outcome.kind === kind ? { ...outcome, i } : []));
    const costs = FIXED.map(() => 0);
    let cost = 0;
    for (const { first, second, i } of own) {
      cost -= Math.log(mixed[i]);
      FIXED.forEach((w, at) => {
        costs[at] -= Math.log(w * first + (1 - w) * second);
      });
      // All of it so far, at once, in logarithms.
      const least = Math.min(...costs);
      const mean = costs.reduce((sum, c) => sum + Math.exp(least - c), 0) / FIXED.length;
      assert.ok(Math.abs(cost - (least - Math.log(mean))) < 1e-9, `kind ${kind} at ${i}`);
      assert.ok(cost <= least + Math.log(17) + 1e-9);
    }
  }
});

test('it predicts before it learns: what comes later changes nothing before, and it sums to one', () => {
  const all = outcomes(200);
  const shuffled = [...all.slice(0, 100), ...outcomes(100, 9)];
  assert.deepEqual(given(shuffled).slice(0, 100), given(all).slice(0, 100));
  assert.notDeepEqual(given(shuffled), given(all));
  const mixture = new Mixture(2);
  for (const { kind, first, second } of all) {
    const weight = mixture.weight(kind);
    assert.ok(weight >= 0 && weight <= 1);
    // The probability of what came is that of one distribution, fixed before it came.
    const predicted = weight * first + (1 - weight) * second;
    const came = mixture.update(kind, first, second);
    assert.ok(Math.abs(came - predicted) < 1e-12 * predicted, `${came} is not ${predicted}`);
  }
});

test('one that is sure and wrong after ages of being right leaves a finite loss', () => {
  const mixture = new Mixture(1);
  for (let i = 0; i < 5000; i++) mixture.update(0, 0.9, 1e-6);
  assert.ok(mixture.weight(0) > 0.99);
  const mixed = mixture.update(0, 0, 1e-6);
  assert.ok(mixed > 0 && Number.isFinite(Math.log(mixed)));
  assert.ok(Number.isFinite(mixture.weight(0)));
});

/** A trained network of few symbols, so that its alternatives are all of them. */
function trained() {
  const draws = random(5);
  const text = Array.from({ length: 3000 }, () => {
    const at = Math.floor(/** @type {number} */ (draws.next().value) * 4);
    return ['ab ', 'ba ', 'aab ', 'b\n'][at];
  }).join('');
  const trainer = new core.Trainer({ hiddenSize: 16, batchSize: 4, sequenceLength: 16 }, text);
  while (trainer.step < 100) trainer.run(0);
  return { trainer, text };
}

/** @param {core.Trainer} trainer */
function measured(trainer) {
  const mixed = new Mixed(trainer);
  while (!mixed.advance());
  trainer.beginEvaluation();
  const heldOut = trainer.evaluate(Number.POSITIVE_INFINITY);
  return { mixed, heldOut, surprise: trainer.heldOutSurprise() };
}

test('the network and the statistics of its text are mixed on the held-out part that is measured', () => {
  const { trainer, text } = trained();
  const { mixed, heldOut, surprise } = measured(trainer);
  const all = [...text];
  const boundary = Math.floor((9 * all.length) / 10);
  assert.equal(surprise.length, all.length - boundary - 1);
  const mean = surprise.reduce((sum, nats) => sum + nats, 0) / surprise.length;
  assert.ok(Math.abs(mean - heldOut.loss) < 1e-5, 'in single precision they are those of the loss');

  const symbols = [...new Set(all)].sort();
  const ids = all.map((symbol) => symbols.indexOf(symbol));
  const [training, unseen] = [ids.slice(0, boundary), ids.slice(boundary)];
  const plain = plainKneserNey(training, symbols.length, ORDER);
  const mixture = new Mixture(KINDS);
  let [together, statistics, surer] = [0, 0, 0];
  for (let i = 1; i < unseen.length; i++) {
    // Of the kinds of the last two symbols: new line, letter, space.
    const [before, last] = [i - 2, i - 1].map((at) => (at < 0 ? 0 : [0, 4, 2, 2][unseen[at]]));
    // Single precision holds it in the page.
    const second = Math.fround(plain(ORDER, unseen.slice(Math.max(0, i - ORDER), i), unseen[i]));
    together -= Math.log(mixture.update(6 * before + last, Math.exp(-surprise[i - 1]), second));
    statistics -= Math.log(second);
    if (-Math.log(second) < surprise[i - 1] - 1) surer += 1;
  }
  const count = unseen.length - 1;
  const result = mixed.measure(surprise);
  assert.ok(Math.abs(result.loss - together / count) < 1e-9);
  assert.ok(Math.abs(result.statistics - statistics / count) < 1e-9);
  assert.ok(Math.abs(result.network - mean) < 1e-6);
  assert.equal(result.better.statistics, surer / count);
  assert.equal(result.predictions, count);
  assert.equal(
    result.places.reduce((sum, place) => sum + place.count, 0),
    count,
  );
  // An estimate is of the beginning.
  assert.equal(mixed.measure(surprise.slice(0, 50)).predictions, 50);
  trainer.free();
});

test('both write from their mixture, which sums to one, and training does not notice', () => {
  const { trainer } = trained();
  const other = trained().trainer;
  measured(other);
  const { mixed } = measured(trainer);
  const samplers = [new core.Sampler(3), new core.Sampler(3)];
  assert.deepEqual(mixed.prompt(samplers[0], 'ab?'), ['?']);
  trainer.prompt(samplers[1], 'ab?');
  const piece = mixed.writeInDetail(samplers[0], 40);
  const alone = trainer.writeInDetail(samplers[1], 1);
  assert.equal([...piece.text].length, 40);
  assert.equal(piece.probabilities.length, 40);
  const symbols = [...piece.alternatives].slice(0, 4);
  for (let i = 0; i < 40; i++) {
    const four = piece.alternativeProbabilities.slice(4 * i, 4 * i + 4);
    // Four roundings to single precision, of the shares and of the sum.
    assert.ok(Math.abs(four.reduce((sum, p) => sum + p, 0) - 1) < 1e-6, `at ${i}: ${four}`);
  }
  // Before anything was learned both weigh the same: (p + q) / 2 after "ab".
  const letters = counted(
    Uint32Array.from([...trainer.trainingText(1e6)], (symbol) => '\n ab'.indexOf(symbol)),
    4,
  );
  const q = new Float64Array(4);
  letters.distribution(readerOf(letters, [2, 3]), q);
  const weights = symbols.flatMap((symbol, at) => {
    const p = alone.alternativeProbabilities[[...alone.alternatives].indexOf(symbol)];
    const second = q['\n ab'.indexOf(symbol)];
    // Where both agree, no weight can be told.
    if (Math.abs(p - second) < 1e-3) return [];
    return (piece.alternativeProbabilities[at] - second) / (p - second);
  });
  assert.ok(weights.length > 1);
  // A rounding of 1e-7 against a thousandth.
  for (const w of weights) assert.ok(Math.abs(w - 0.5) < 1e-3, `${weights}`);
  // Written in pieces it is the same.
  const again = new core.Sampler(3);
  mixed.prompt(again, 'ab?');
  const pieces = [1, 0, 7, 32].map((count) => mixed.writeInDetail(again, count).text).join('');
  assert.equal(pieces, piece.text);
  // What a measurement has learned is what they write by: the statistics know this text.
  mixed.measure(trainer.heldOutSurprise());
  mixed.prompt(again, 'ab?');
  const { alternatives, alternativeProbabilities } = mixed.writeInDetail(again, 1);
  [...alternatives].forEach((symbol, at) => {
    assert.ok(Math.abs(alternativeProbabilities[at] - q['\n ab'.indexOf(symbol)]) < 0.01);
  });
  for (const run of [trainer, other]) run.run(0);
  assert.deepEqual(trainer.saveWeights(), other.saveWeights());
});

test('what is said of the two names where each knows more, and no network’s loss for both', () => {
  const place = (
    /** @type {string} */ name,
    /** @type {number} */ network,
    /** @type {number} */ statistics,
  ) => ({
    name,
    count: 100,
    network,
    statistics,
  });
  const said = describeTogether({
    loss: 1.4,
    network: 1.6,
    statistics: 1.5,
    predictions: 300,
    better: { network: 0.12, statistics: 0.08 },
    places: [place('space', 0.4, 0.7), place('later letters', 0.9, 0.8), place('digit', 2, 2)],
  });
  assert.match(
    said,
    /together 1\.400 nats, the network alone 1\.600, letter statistics alone 1\.500/,
  );
  assert.match(
    said,
    /network expected 12% of them better \(most of all at space: 0\.400 against 0\.700\)/,
  );
  assert.match(said, /the statistics 8% \(most of all at later letters: 0\.800 against 0\.900\)/);
});
