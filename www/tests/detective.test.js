/** A unit that does a job is found, and none is found where there is none. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auc, correlation, detect, unitsOfStretch } from '../src/page/lenses/detective.js';
import { featuresOf } from '../src/page/lenses/features.js';

const UNITS = 24;

const TEXT = Array.from({ length: 70 }, (_, i) => {
  const words = ['Some', 'whales', 'never', `came ${i}`, 'to the surface', 'alone'];
  const said = i % 3 === 0 ? '“So be it, then, my good old friend,” he said. ' : '';
  return `${said}${words.slice(i % 4).join(' ')}; and (as you know) ${words.slice(0, 3).join(' ')}.\n`;
}).join('');
const SYMBOLS = [...TEXT];

/** Numbers that are the same in every run. @param {number} seed */
function* numbers(seed) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32 - 0.5;
  }
}

/** Units that know nothing, but drift as slowly as those of a network do. */
function noise() {
  const random = numbers(7);
  const activations = new Float32Array(SYMBOLS.length * UNITS);
  for (let unit = 0; unit < UNITS; unit += 1) {
    for (let i = 0, held = 0; i < SYMBOLS.length; i += 1) {
      held = 0.8 * held + random.next().value;
      activations[i * UNITS + unit] = held;
    }
  }
  return activations;
}

/** @param {Float32Array} activations @param {number} unit @param {(i: number) => number} value */
function plant(activations, unit, value) {
  for (let i = 0; i < SYMBOLS.length; i += 1) activations[i * UNITS + unit] += value(i);
}

const findingOf = (/** @type {Float32Array} */ activations, /** @type {string} */ name) => {
  const finding = detect(SYMBOLS, activations).find((finding) => finding.name === name);
  assert.ok(finding);
  return finding;
};

test('a planted counter and a planted switch are found, each by its unit', () => {
  const activations = noise();
  const features = featuresOf(SYMBOLS);
  const valuesOf = (/** @type {string} */ name) =>
    /** @type {import('../src/page/lenses/features.js').Feature} */ (
      features.find((f) => f.name === name)
    ).values;
  const word = valuesOf('place in the word');
  const quotes = valuesOf('inside quotation marks');
  plant(activations, 5, (i) => word[i]);
  // One that falls where it is on.
  plant(activations, 17, (i) => -4 * quotes[i]);
  const counter = findingOf(activations, 'place in the word');
  assert.equal(counter.unit, 5);
  assert.ok(counter.score > 0.9 && counter.chance < 0.6, JSON.stringify(counter));
  const switched = findingOf(activations, 'inside quotation marks');
  assert.equal(switched.unit, 17);
  assert.ok(switched.score > 0.9, JSON.stringify(switched));
});

test('units that know nothing follow nothing', () => {
  for (const { name, unit, why } of detect(SYMBOLS, noise())) {
    assert.equal(unit, null, name);
    assert.match(why, /^(too rare here|none follows it yet)$/);
  }
});

test('what hardly ever happens is too rare to follow', () => {
  assert.equal(findingOf(noise(), 'indentation').why, 'too rare here');
});

test('a network without a text has no units to show', () => {
  assert.ok(detect([], new Float32Array(0)).every(({ unit }) => unit === null));
});

test('features tell words, quotations, brackets, lines and indentation apart', () => {
  const symbols = [..."“It's, (x)” 2\n  Ab"];
  const rows = featuresOf(symbols).map(({ name, values }) => [name, [...values]]);
  const of = Object.fromEntries(rows);
  assert.deepEqual(of['place in the word'], [0, 1, 2, 3, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
  assert.deepEqual(of['inside quotation marks'].slice(0, 12), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  assert.deepEqual(of['inside brackets'].slice(6, 11), [0, 1, 1, 0, 0]);
  assert.deepEqual(of['place in the line'].slice(11), [12, 13, 0, 1, 2, 3, 4]);
  assert.deepEqual(of.indentation.slice(12), [0, 0, 1, 2, 2, 2]);
  assert.deepEqual(of['a capital letter'].slice(14), [0, 0, 1, 0]);
  assert.deepEqual(of['a digit'].slice(11, 14), [0, 1, 0]);
});

test('the measures agree with what is known of them', () => {
  assert.equal(auc(Float32Array.of(1, 2, 3, 4), Float32Array.of(0, 0, 1, 1)), 1);
  assert.equal(auc(Float32Array.of(4, 3, 2, 1), Float32Array.of(0, 0, 1, 1)), 1);
  assert.equal(auc(Float32Array.of(1, 1, 1, 1), Float32Array.of(0, 1, 0, 1)), 0.5);
  assert.equal(auc(Float32Array.of(1, 3, 2, 4), Float32Array.of(0, 0, 1, 1)), 0.75);
  assert.ok(Math.abs(correlation(Float32Array.of(1, 2, 3), Float32Array.of(6, 4, 2)) - 1) < 1e-6);
  assert.equal(correlation(Float32Array.of(1, 2, 3), Float32Array.of(5, 5, 5)), 0);
});

test('the units of a stretch are those that are on in it and off elsewhere', () => {
  const activations = noise();
  plant(activations, 9, (i) => (i >= 100 && i < 160 ? 5 : 0));
  const [best] = unitsOfStretch(SYMBOLS.length, activations, 100, 160, 3);
  assert.equal(best.unit, 9);
  assert.ok(best.score > 0.95);
});
