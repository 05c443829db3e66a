import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import init, { defaults, limits, summarize } from '../../pkg/babble.js';
import {
  FIELD_NAMES,
  FIELDS,
  FIRST_VALUES,
  fieldText,
  matters,
  readConfig,
  USUAL_RATES,
} from '../src/fields.js';
import { fieldsOf } from '../src/state/settings.js';
import { root, www } from '../tools/paths.js';

await init({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });
const html = readFileSync(join(www, 'index.html'), 'utf8');

/** A field as the page reads before any script has run; nothing for one that a script makes. */
function written(field) {
  const [tag] = html.match(new RegExp(`<(?:input|select)[^>]*id="${field}"[^>]*>`)) ?? [];
  if (tag === undefined) return undefined;
  const attributes = [...tag.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, k, v]) => [k, v]);
  const [label] = html.match(new RegExp(`(?<=<label for="${field}">)[^<]*`)) ?? [];
  const [inside] = html.match(new RegExp(`(?<=id="${field}">)[^]*?(?=</select>)`)) ?? [''];
  const options = [...inside.matchAll(/value="([^"]*)"[^>]*>([^<]*)</g)].map(([, k, v]) => [k, v]);
  const [, chosen] = inside.match(/value="([^"]*)"[^>]* selected/) ?? [undefined, options[0]?.[0]];
  return { label, options, chosen, ...Object.fromEntries(attributes) };
}

test('the_fields_show_from_the_first_paint_what_the_package_will_tell', () => {
  assert.deepEqual(FIRST_VALUES, fieldsOf(defaults()));
  const shown = FIELD_NAMES.filter((field) => written(field) !== undefined);
  assert.ok(shown.length >= 7, 'the essential ones are there from the first paint');
  for (const field of shown) {
    const { label, choices } = FIELDS[field];
    const { label: said, options, chosen, value, min, max } = written(field);
    assert.equal(said, label);
    if (choices !== undefined) {
      assert.deepEqual(options, Object.entries(choices), field);
      assert.equal(chosen, FIRST_VALUES[field], field);
      continue;
    }
    assert.equal(value, FIRST_VALUES[field], field);
    assert.equal(Number(min), limits()[field].min, field);
    assert.equal(Number(max), limits()[field].max, field);
  }
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
      assert.deepEqual({ min, max }, { ...limits()[field] }, field);
      const { message, field: named } = refusal({ [field]: min - 1 });
      assert.equal(named, field);
      assert.ok(message.startsWith(`${label} is`), `${message} speaks of ${label}`);
      assert.equal(refusal({ [field]: min + 0.25 })?.field, kind === 'whole' ? field : undefined);
    }
  }
});

test('what_is_typed_reads_as_what_it_shows', () => {
  const { config, problems } = readConfig(fieldsOf(defaults()));
  assert.deepEqual(problems, {});
  assert.deepEqual(fieldsOf(config), fieldsOf(defaults()));
  assert.equal(readConfig({ ...FIRST_VALUES, stopAtEnd: 'true' }).config.stopAtEnd, true);
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
