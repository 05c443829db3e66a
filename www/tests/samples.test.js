import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_SAMPLE, names, SAMPLES, seeded, sums } from '../src/samples.js';

test('the_generator_is_the_same_on_every_visit_and_stays_in_its_bounds', () => {
  const one = seeded(7);
  const two = seeded(7);
  const values = Array.from({ length: 1000 }, () => one(10));
  assert.deepEqual(
    values,
    Array.from({ length: 1000 }, () => two(10)),
  );
  assert.deepEqual([...new Set(values)].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('sums_are_true', () => {
  const lines = sums(500).trimEnd().split('\n');
  assert.equal(lines.length, 500);
  for (const line of lines) {
    const [, a, b, c] = /^(\d+)\+(\d+)=(\d+)$/.exec(line) ?? [];
    assert.equal(Number(a) + Number(b), Number(c), line);
  }
});

test('names_are_two_capitalised_words_a_line', () => {
  for (const line of names(500).trimEnd().split('\n'))
    assert.match(line, /^[A-Z][a-z]+ [A-Z][a-z]+$/);
});

test('samples_have_their_own_names_and_the_first_is_among_them', () => {
  assert.equal(new Set(SAMPLES.map(({ name }) => name)).size, SAMPLES.length);
  assert.ok(SAMPLES.includes(FIRST_SAMPLE));
});

test('generated_samples_are_long_enough_to_learn_from', () => {
  assert.ok(sums().length > 50_000);
  assert.ok(names().length > 50_000);
});
