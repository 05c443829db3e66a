import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import init, { summarize, Trainer } from '../../pkg/babble.js';
import { FIELDS, FIRST_VALUES, readConfig } from '../src/page/settings/fields.js';
import {
  BY_HAND,
  FIRST_PRESET,
  PRESETS,
  presetFields,
  presetOf,
  recognize,
  shortening,
} from '../src/page/settings/presets.js';
import { root } from '../tools/paths.js';
import { LONG_TEXT, play, READY, TRAINING, textReport, weightsReport } from './messages.js';

await init({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

const unknown = () => null;
const SPEEDS = [unknown, () => 1, () => 1e5, () => 1e9];
const OWN = { seed: '1', shards: '1' };
const SIZES = [null, 100, 9_999, 10_000, 49_999, 120_000, 1e6, 1e8];

test('presets_after_other_programs_reset_no_state_for_those_reset_none', () => {
  const resets = PRESETS.map((preset) => [
    preset.id,
    presetFields(preset, null, OWN, unknown).stateReset,
  ]);
  const { stateReset } = FIRST_VALUES;
  assert.deepEqual(Object.fromEntries(resets), {
    quick: stateReset,
    minute: stateReset,
    best: stateReset,
    long: stateReset,
    'min-char-rnn': '0',
    'char-rnn': '0',
  });
});

test('every_preset_is_one_that_the_core_accepts_for_any_text', () => {
  for (const preset of PRESETS) {
    for (const [size, speed] of SIZES.flatMap((size) => SPEEDS.map((speed) => [size, speed]))) {
      const fields = presetFields(preset, size, { seed: '7', shards: '2' }, speed);
      const { config, problems } = readConfig(fields);
      assert.deepEqual(problems, {});
      assert.ok(summarize(config, 65).parameters > 0, preset.id);
      assert.equal(config.seed, 7, "the seed is nobody's");
      assert.equal(config.shards, 2, 'nor are the workers');
    }
    new Trainer(readConfig(presetFields(preset, 3600, OWN, unknown)).config, LONG_TEXT).free();
  }
});

test('a_preset_is_recognized_by_its_values_and_each_is_another', () => {
  for (const { id } of PRESETS) {
    for (const [size, speed] of SIZES.flatMap((size) => SPEEDS.map((speed) => [size, speed]))) {
      const fields = presetFields(presetOf(id), size, OWN, speed);
      assert.equal(recognize(fields, size, speed), id);
      assert.equal(
        recognize({ ...fields, hiddenSize: '99' }, size, speed),
        BY_HAND.id,
        'one value makes the difference',
      );
    }
  }
  assert.equal(presetOf(FIRST_PRESET)?.id, recognize(FIRST_VALUES, null, unknown));
});

test('a_preset_names_settings_that_there_are_and_the_shortest_texts_first', () => {
  for (const { config, short = [] } of PRESETS) {
    for (const change of [config, ...short.map(({ config }) => config)]) {
      for (const field of Object.keys(change)) assert.ok(field in FIELDS, field);
    }
    const bounds = short.map(({ below }) => below);
    assert.deepEqual(
      bounds,
      [...bounds].sort((a, b) => a - b),
    );
  }
});

test('a_run_that_is_meant_to_last_has_its_length_from_the_speed_of_this_machine', () => {
  const lengthOf = (id, size, speed) =>
    Number(presetFields(presetOf(id), size, OWN, () => speed).runCharacters);
  assert.equal(lengthOf('best', 1e6, null), 4.2e6, 'until the speed is known');
  assert.equal(lengthOf('best', 1e6, 20_000), 5_400_000, 'nine tenths of 300 s');
  assert.equal(lengthOf('long', 1e6, 20_000), 11e6, 'two digits of it');
  assert.equal(lengthOf('long', 1e6, 1e6), 15e6, 'no text is read more often');
  assert.equal(lengthOf('best', 1e6, 1), 1_100_000, 'a disturbed trial ruins no run');
  for (const speed of [null, 1, 1e6]) {
    assert.equal(lengthOf('best', 120_000, speed), 8e5, 'what comes later is memory');
  }
  const charRnn = presetOf('char-rnn');
  const wanted = presetFields(charRnn, 1e6, OWN, unknown);
  assert.deepEqual(
    presetFields(charRnn, 1e6, OWN, () => 9),
    wanted,
  );
});

const known = (characters) => {
  // A text of that length, by the worker's word.
  const asked = play([READY, { type: 'edit', value: `text of ${characters}` }]);
  const { requestId } = asked.asked.find(({ type }) => type === 'summarize');
  return play([{ type: 'summarized', requestId, summary: textReport({ characters }) }], asked.state)
    .state;
};

test('the_fields_follow_the_preset_and_the_preset_the_length_of_the_text', () => {
  const best = play([{ type: 'choosePreset', preset: 'best' }], known(1e6)).state;
  assert.equal(best.fields.cell, 'gru');
  assert.equal(best.preset, 'best');
  const short = play([{ type: 'choosePreset', preset: 'best' }], known(20_000)).state;
  const { batchSize } = shortening(presetOf('best'), 20_000);
  assert.equal(short.fields.batchSize, String(batchSize));
  assert.equal(short.preset, 'best');
});

test('a_setting_by_hand_leaves_the_preset_and_back_is_back', () => {
  const { fields } = known(1e6);
  const changed = play([{ type: 'setField', field: 'hiddenSize', value: '33' }], known(1e6)).state;
  assert.equal(changed.preset, BY_HAND.id);
  const other = play([{ type: 'edit', value: 'another text' }], changed).state;
  assert.equal(other.fields.hiddenSize, '33', 'what was chosen by hand follows no text');
  const back = play(
    [{ type: 'setField', field: 'hiddenSize', value: fields.hiddenSize }],
    changed,
  ).state;
  assert.equal(back.preset, FIRST_PRESET);
  const seeded = play([{ type: 'setField', field: 'seed', value: '5' }], known(1e6)).state;
  assert.equal(seeded.preset, FIRST_PRESET, 'a seed is part of none');
});

test('by_hand_changes_nothing_and_follows_nothing', () => {
  const before = known(1e6);
  const { state } = play([{ type: 'choosePreset', preset: BY_HAND.id }], before);
  assert.deepEqual(state.fields, before.fields);
  const short = play([{ type: 'edit', value: 'abc' }], state).state;
  assert.equal(short.preset, BY_HAND.id);
  assert.deepEqual(short.fields, before.fields);
});

test('a_run_and_loaded_weights_keep_their_settings', () => {
  const running = play(TRAINING).state;
  const chosen = play([{ type: 'choosePreset', preset: 'best' }], running).state;
  assert.equal(chosen, running);
  const edited = play([{ type: 'edit', value: 'short' }], running).state;
  assert.equal(edited.fields, running.fields);
  const loading = play([READY, { type: 'openWeights', file: new File(['x'], 'a.safetensors') }]);
  const { runId } = loading.state.loading;
  const { state } = play([{ type: 'loaded', runId, weights: weightsReport() }], loading.state);
  assert.deepEqual([state.fields.hiddenSize, state.preset], ['512', BY_HAND.id]);
});
