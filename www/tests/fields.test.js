import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import init, { defaults, summarize } from '../../pkg/babble.js';
import { LIMITS } from '../../pkg/settings.js';
import {
  FIELD_NAMES,
  FIELDS,
  FIRST_VALUES,
  fieldText,
  matters,
  notANumber,
  readConfig,
  readNumber,
  USUAL_RATES,
  usual,
} from '../src/page/settings/fields.js';
import { fieldsOf } from '../src/page/settings/state.js';
import { GROUPS, usualValues } from '../src/page/settings/words.js';
import { root } from '../tools/paths.js';

await init({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

test('the_fields_show_at_first_what_the_package_has', () => {
  assert.deepEqual(FIRST_VALUES, fieldsOf(defaults()));
});

test('the_table_has_every_setting_of_the_package_with_its_bounds_and_names', () => {
  assert.deepEqual(FIELD_NAMES, Object.keys(defaults()));
  const refusal = (change) => {
    try {
      summarize({ ...defaults(), ...change }, 65);
    } catch (error) {
      return error;
    }
    return null;
  };
  for (const field of FIELD_NAMES) {
    const { label, kind, choices, min, max } = FIELDS[field];
    if (kind === 'choice') {
      for (const choice of Object.keys(choices)) assert.equal(refusal({ [field]: choice }), null);
      assert.equal(refusal({ [field]: 'magic' })?.name, 'InvalidConfig', field);
    } else if (kind !== 'switch') {
      assert.deepEqual({ min, max }, LIMITS[field], field);
      const { message, field: named } = refusal({ [field]: min - 1 });
      assert.equal(named, field);
      assert.ok(message.startsWith(`${label} is`), `${message} speaks of ${label}`);
      assert.equal(refusal({ [field]: min + 0.25 })?.field, kind === 'whole' ? field : undefined);
    }
  }
});

/** The rows of the sheet of all settings. */
const rows = GROUPS.flatMap(({ rows }) => Object.entries(rows));

test('every_setting_has_one_row_in_the_sheet_with_a_short_sentence', () => {
  assert.deepEqual(rows.map(([field]) => field).sort(), [...FIELD_NAMES].sort());
  for (const [field, { sentence }] of rows) {
    assert.match(sentence, /^[A-Z][^;]*\.$/, field);
    assert.ok(sentence.length < 90, `${field}: ${sentence.length} characters`);
  }
});

test('every_number_has_usual_values_which_its_field_takes', () => {
  for (const [field, words] of rows) {
    const { kind, min, max } = FIELDS[field];
    const isNumber = kind === 'number' || kind === 'whole';
    for (const optimizer of Object.keys(USUAL_RATES)) {
      const values = usualValues(words, { ...FIRST_VALUES, optimizer });
      assert.equal(values.length > 0, isNumber, field);
      for (const value of values) {
        assert.ok(value >= min && value <= max, `${field}: ${value}`);
        assert.equal(readNumber(fieldText(value), kind), value, `${field}: ${value}`);
      }
      if (field === 'learningRate') assert.ok(values.includes(USUAL_RATES[optimizer]), optimizer);
    }
  }
});

test('adam_is_usually_slower_where_all_weights_learn_at_its_rate_or_units_are_relus', () => {
  for (const optimizer of ['adam', 'adamw']) {
    const rates = ['0.25', '1'].map((share) =>
      usual({ ...FIRST_VALUES, optimizer, recurrentRate: share }),
    );
    assert.deepEqual(
      rates.map(({ rate }) => rate),
      [0.03, 0.005],
    );
    const relu = usual({ ...FIRST_VALUES, optimizer, cell: 'relu' });
    assert.deepEqual(relu, { name: `${rates[0].name} with ReLU`, rate: 0.005 });
  }
  assert.equal(usual({ ...FIRST_VALUES, optimizer: 'sgd', recurrentRate: '1' }).rate, 1);
});

test('what_is_typed_reads_as_what_it_shows', () => {
  const { config, problems } = readConfig(fieldsOf(defaults()));
  assert.deepEqual(problems, {});
  assert.deepEqual(fieldsOf(config), fieldsOf(defaults()));
  assert.equal(readConfig({ ...FIRST_VALUES, stopAtEnd: 'true' }).config.stopAtEnd, true);
});

test('a_decimal_comma_is_one_and_what_may_be_two_numbers_is_none', () => {
  for (const [typed, value] of /** @type {const} */ ([
    ['0,002', 0.002],
    [' ,5 ', 0.5],
    ['12,5', 12.5],
    ['1,5e-3', 0.0015],
    ['1,0000', 1],
    ['0.002', 0.002],
    ['2e-3', 0.002],
    ['1.000', 1],
    ['1,000,000', 1e6],
    ['1,000.5', 1000.5],
    ['1.000,5', 1000.5],
    ['-3', -3],
    ['1,000', Number.NaN],
    ['12,500', Number.NaN],
    ['1,00,0', Number.NaN],
    ['0x10', Number.NaN],
    ['Infinity', Number.NaN],
    ['1 or 2', Number.NaN],
    ['', Number.NaN],
  ])) {
    assert.equal(readNumber(typed), value, typed);
  }
  assert.deepEqual(
    ['1,000', '12,000,000', '2,5', '64'].map((typed) => readNumber(typed, 'whole')),
    [1000, 12e6, 2.5, 64],
    'a whole number has no decimals to be mistaken for',
  );
  const { config } = readConfig({ ...FIRST_VALUES, learningRate: '0,002', runCharacters: '1,000' });
  assert.deepEqual([config.learningRate, config.runCharacters], [0.002, 1000]);
  assert.equal(
    readConfig({ ...FIRST_VALUES, learningRate: '1,000' }).problems.learningRate,
    'Learning rate: “1,000” may be 1000 or 1. Write the one without a comma.',
  );
  assert.equal(notANumber('clipNorm', 'off'), 'Gradient clip needs a number, not “off”.');
});

test('a_setting_without_effect_is_not_sent', () => {
  const typed = { ...FIRST_VALUES, optimizer: 'sgd', momentum: '0.9', layers: '2', dropout: '0.5' };
  const { config } = readConfig(typed);
  assert.deepEqual([config.momentum, config.dropout], [0.9, 0.5]);
  const changed = readConfig({ ...typed, optimizer: 'adam', layers: '1' });
  assert.deepEqual([changed.config.momentum, changed.config.dropout], [0, 0]);
  const left = readConfig({ ...FIRST_VALUES, momentum: '' });
  assert.deepEqual(left.problems, {}, 'nor complained of');
  assert.equal(matters('forgetBias', { ...FIRST_VALUES, cell: 'lstm' }), true);
  assert.equal(matters('forgetBias', FIRST_VALUES), false);
});

test('the_default_learning_rate_is_the_usual_one_of_its_optimizer', () => {
  const { optimizer, learningRate } = defaults();
  assert.equal(fieldText(learningRate), fieldText(USUAL_RATES[optimizer]));
  assert.deepEqual(Object.keys(USUAL_RATES), Object.keys(FIELDS.optimizer.choices));
});
