import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import init, { defaults, limits } from '../../pkg/babble.js';
import { FIELD_NAMES, FIRST_VALUES, fieldText, OPTIMIZERS } from '../src/fields.js';
import { fieldsOf } from '../src/state/settings.js';
import { root, www } from '../tools/paths.js';

await init({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });
const html = readFileSync(join(www, 'index.html'), 'utf8');

/** The attributes of the field as the page reads before any script has run. */
function attributes(field) {
  const [tag] = html.match(new RegExp(`<input[^>]*id="${field}"[^>]*>`)) ?? [''];
  return Object.fromEntries([...tag.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, k, v]) => [k, v]));
}

test('the_fields_show_from_the_first_paint_what_the_package_will_tell', () => {
  assert.deepEqual(FIRST_VALUES, fieldsOf(defaults()));
  for (const field of FIELD_NAMES) {
    if (field === 'optimizer') continue;
    const { value, min, max } = attributes(field);
    assert.equal(value, FIRST_VALUES[field], field);
    assert.equal(Number(min), limits()[field].min, field);
    assert.equal(Number(max), limits()[field].max, field);
  }
});

test('the_default_learning_rate_is_the_usual_one_of_its_optimizer', () => {
  const { optimizer, learningRate } = defaults();
  assert.equal(fieldText(learningRate), fieldText(OPTIMIZERS[optimizer].rate));
});
