import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { colourLines, nameLines, names } from '../src/page/text/list-text.js';
import { FIRST_SAMPLE, LISTED, SAMPLES, seeded, sums } from '../src/page/text/samples.js';
import { www } from '../tools/paths.js';

/** @param {...string} path of a package */
const file = (...path) => readFileSync(join(www, 'node_modules', ...path), 'utf8');

/** As `lists.js` makes them. */
const colours = () =>
  colourLines(file('color-name-list', 'dist', 'colornames.bestof.csv'), seeded(3));
const firstNames = () =>
  nameLines(
    ['female', 'male'].map((whose) =>
      file('@stdlib', `datasets-${whose}-first-names-en`, 'data', 'names.txt'),
    ),
    seeded(4),
  );

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
  for (const line of names(seeded(2), 500).trimEnd().split('\n'))
    assert.match(line, /^[A-Z][a-z]+ [A-Z][a-z]+$/);
});

test('samples_have_their_own_names_and_the_first_is_among_them', () => {
  assert.equal(new Set(SAMPLES.map(({ name }) => name)).size, SAMPLES.length);
  assert.ok(SAMPLES.includes(FIRST_SAMPLE));
});

test('generated_samples_are_long_enough_to_learn_from', () => {
  assert.ok(sums().length > 50_000);
});

test('a_list_is_the_text_that_links_to_it_name_and_one_of_whole_lines_in_no_order', () => {
  /** The first digits of each text's SHA-256, as a link has them. @type {[string, string, RegExp][]} */
  const lists = [
    [colours(), 'fbcb0fde3d256eac', /^[A-Z][A-Za-z' -]* #[0-9a-f]{6}$/],
    [firstNames(), 'aa72faeb37705b58', /^[A-Z][A-Za-z-]+$/],
    [names(seeded(2)), '8c7fd32c5f21d3d6', /^[A-Z][a-z]+ [A-Z][a-z]+$/],
  ];
  for (const [text, hash, line] of lists) {
    const lines = text.trimEnd().split('\n');
    assert.deepEqual(
      lines.filter((item) => !line.test(item)),
      [],
    );
    assert.equal(createHash('sha256').update(text).digest('hex').slice(0, 16), hash, lines[0]);
    const heldOut = lines.slice(-lines.length / 10);
    const letters = new Set(heldOut.map((item) => item[0]));
    assert.ok(letters.size > 15, `the unseen part begins with ${[...letters].join('')}`);
  }
});

test('a_sample_for_old_links_alone_is_not_among_those_to_choose_from', () => {
  assert.ok(SAMPLES.some(({ id }) => id === 'names'));
  assert.deepEqual(
    LISTED.map(({ id }) => id),
    ['moby-dick', 'colours', 'first-names', 'sums', 'source'],
  );
});
