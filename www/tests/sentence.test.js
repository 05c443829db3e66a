import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { secondsHere, trialOf } from '../src/page/settings/estimate-state.js';
import { fieldText, readConfig } from '../src/page/settings/fields.js';
import { presetOf } from '../src/page/settings/presets.js';
import { NETWORKS } from '../src/page/start/sentence-state.js';
import { networkOf, spoken, TIMES, textOf, timeOf } from '../src/page/start/words.js';
import { initialState } from '../src/page/state.js';
import { FIRST_SAMPLE, SAMPLES } from '../src/page/text/samples.js';
import { www } from '../tools/paths.js';
import { file, play, READY, TRAINING, textReport } from './messages.js';

/** A text of so many characters, by the worker's word, in front of a machine of that speed or of an unknown one. */
function known(characters, speed = null, state = initialState()) {
  const typed = play([READY, { type: 'edit', value: `text of ${characters}` }], state);
  const { requestId } = typed.asked.find(({ type }) => type === 'summarize');
  const summary = textReport({ characters });
  const counted = play([{ type: 'summarized', requestId, summary }], typed.state).state;
  return speed === null ? counted : tried(counted, speed);
}

/** The machine has tried out every model that it was asked about. */
function tried(state, speed) {
  let answered = state;
  while (answered.probe !== null) {
    const { requestId } = answered.probe;
    answered = play([{ type: 'probed', requestId, charactersPerSecond: speed }], answered).state;
  }
  return answered;
}

const choose = (network) => ({ type: 'chooseNetwork', network });
const take = (seconds) => ({ type: 'chooseTime', seconds });
const set = (field, value) => ({ type: 'setField', field, value });

test('a_time_is_rounded_as_people_speak', () => {
  const said = [
    [0.2, 'a few seconds'],
    [19, 'about 20 seconds'],
    [26, 'about 25 seconds'],
    [44, 'about 45 seconds'],
    [58, 'about a minute'],
    [85, 'about a minute and a half'],
    [110, 'about 2 minutes'],
    [160, 'about 3 minutes'],
    [1400, 'about 25 minutes'],
    [3500, 'about an hour'],
    [5400, 'about an hour and a half'],
    [10_000, 'about 3 hours'],
    [200_000, 'about 2 days'],
  ];
  for (const [seconds, words] of said) assert.equal(spoken(seconds), words);
});

test('a_chosen_time_is_said_as_it_was_chosen_whatever_its_length_was_rounded_to', () => {
  for (const { value, label } of TIMES) {
    // Two digits of a length are up to a twentieth beside it.
    for (const share of [0.953, 1, 1.047]) assert.equal(spoken(Number(value) * share), label);
  }
});

test('every_network_is_recognized_from_its_three_fields_and_any_other_is_ones_own', () => {
  for (const id of Object.keys(NETWORKS)) {
    for (const characters of [800, 20_000, 228_884, 5e6]) {
      const { state } = play([choose(id)], known(characters));
      assert.deepEqual(networkOf(state).value, id, `${characters} characters`);
      assert.deepEqual(readConfig(state.fields).problems, {});
      const other = play([set('hiddenSize', '99')], state).state;
      assert.equal(networkOf(other).label, 'network of your own');
    }
  }
  assert.equal(networkOf(initialState()).value, 'small');
  const slower = play([set('learningRate', '0.001')]).state;
  assert.equal(networkOf(slower).value, 'small', 'the rate is not part of the network');
});

test('a_network_brings_the_settings_of_its_preset_and_follows_the_text_as_that_does', () => {
  const { state } = play([choose('char-rnn')], known(228_884));
  assert.equal(state.preset, 'char-rnn');
  for (const [field, value] of Object.entries(presetOf('char-rnn').config)) {
    assert.equal(state.fields[field], fieldText(value), field);
  }
  const tiny = play([choose('tiny')], known(228_884)).state;
  assert.equal(tiny.preset, 'hand');
  assert.equal(tiny.fields.batchSize, '10');
  const short = known(800, null, tiny);
  assert.equal(short.fields.batchSize, '2');
  assert.equal(networkOf(short).value, 'tiny');
  const byHand = play([set('batchSize', '5')], tiny).state;
  assert.equal(known(800, null, byHand).fields.batchSize, '5', 'what is set by hand stays');
});

test('a_large_network_stays_large_for_a_short_text', () => {
  const { state } = play([choose('large')], known(228_884));
  assert.equal(state.preset, 'best');
  const short = known(20_000, null, state);
  assert.equal(short.fields.layers, '2');
  assert.equal(short.fields.hiddenSize, '192');
  assert.equal(short.fields.batchSize, '4', 'the rest is that of a short text');
  assert.equal(known(228_884, null, short).preset, 'best');
});

test('a_time_sets_the_length_by_the_speed_of_this_machine', () => {
  const before = known(228_884, 10_000);
  assert.equal(before.fields.runCharacters, '1500000');
  assert.equal(timeOf(before).label, 'about 3 minutes', 'nine tenths of the trial');
  const { state } = play([take(60)], before);
  assert.equal(state.fields.runCharacters, '540000');
  assert.deepEqual(timeOf(state), { value: '60', label: 'about a minute' });
  assert.equal(state.preset, 'hand', 'no preset is this long');
  assert.equal(networkOf(state).value, 'small');
});

test('a_time_holds_for_the_next_network_and_the_next_text_once_their_speed_is_known', () => {
  const timed = play([take(180)], known(228_884, 10_000)).state;
  const chosen = play([choose('large')], timed).state;
  assert.deepEqual(
    timeOf(chosen),
    { value: 'present', label: '800,000 letters' },
    'the speed of another network tells nothing',
  );
  const state = tried(chosen, 4000);
  assert.equal(state.fields.runCharacters, '650000');
  assert.equal(timeOf(state).value, '180');
  const short = known(20_000, 3000, state);
  assert.equal(short.fields.runCharacters, '490000');
  assert.equal(short.fields.batchSize, '4', 'the rest follows the text');
  assert.equal(networkOf(short).value, 'large');
});

test('a_time_holds_for_a_network_of_ones_own', () => {
  const own = play([set('hiddenSize', '99')], known(228_884, 10_000)).state;
  const timed = play([take(60)], tried(own, 20_000)).state;
  assert.equal(timed.fields.runCharacters, '1100000');
  const wider = tried(play([set('hiddenSize', '300')], timed).state, 1000);
  assert.equal(wider.fields.runCharacters, '54000');
  assert.equal(wider.fields.hiddenSize, '300');
});

test('a_length_by_hand_a_preset_and_a_link_end_what_was_chosen_in_the_sentence', () => {
  const tiny = play([choose('tiny')], known(228_884)).state;
  const { state } = play([take(60)], tried(tiny, 10_000));
  const acts = [
    [set('runCharacters', '77000'), '77000'],
    [{ type: 'choosePreset', preset: 'min-char-rnn' }, '12000000'],
    [{ type: 'openLink', fragment: '#hiddenSize=64&runCharacters=88000' }, '88000'],
    [
      { type: 'openLink', fragment: `#hiddenSize=65&runCharacters=${state.fields.runCharacters}` },
      state.fields.runCharacters,
    ],
  ];
  for (const [act, length] of acts) {
    const after = play([act], state);
    assert.equal(after.state.fields.runCharacters, length);
    const later = known(300_000, 123, after.state);
    assert.equal(later.fields.runCharacters, length);
  }
});

test('a_seed_is_for_any_network_and_ends_nothing', () => {
  const chosen = play([choose('tiny'), set('seed', '5')], known(228_884)).state;
  assert.equal(known(800, null, chosen).fields.batchSize, '2');
});

test('no_time_is_said_while_the_speed_is_not_known', () => {
  assert.equal(timeOf(initialState()).label, '5 million letters');
  const lengths = [
    ['1300000', '1.3 million letters'],
    ['54321', '54,000 letters'],
    ['1', '1 letter'],
    ['', 'a time of your own'],
    ['0', 'a time of your own'],
  ];
  for (const [length, words] of lengths) {
    assert.equal(timeOf(play([set('runCharacters', length)]).state).label, words);
  }
});

test('a_speed_that_a_run_measured_counts_for_the_time_that_is_said', () => {
  const state = known(200_000, 100_000);
  const length = Number(state.fields.runCharacters);
  const measured = Object.entries(state.estimates).map(([key, estimate]) => [
    key,
    { ...estimate, charactersPerSecond: 20_000 },
  ]);
  const after = { ...state, estimates: Object.fromEntries(measured) };
  assert.equal(secondsHere(after, length), length / 20_000);
  assert.equal(timeOf(after).label, spoken(length / 20_000));
  assert.notEqual(timeOf(after).label, timeOf(state).label);
  assert.equal(trialOf(after), 100_000, 'and Train repeats the same run');
});

test('a_run_keeps_what_it_began_with', () => {
  const { state } = play(TRAINING);
  assert.equal(play([choose('large')], state).state, state);
  assert.equal(play([take(60)], state).state, state);
});

test('the_text_is_called_by_its_name', () => {
  const of = (...messages) => textOf(play(messages).state);
  assert.deepEqual(of(), { value: 'own', label: 'my own text' });
  assert.deepEqual(of({ type: 'edit', value: 'mine' }), { value: 'present', label: 'my text' });
  const name = `${'a long name '.repeat(5)}.txt`;
  assert.equal(of({ type: 'openTexts', files: [file('notes.txt')] }).label, 'notes.txt');
  assert.equal(
    of({ type: 'openTexts', files: [file(name)] }).label,
    'a long name a long name a l…',
  );
  for (const { id, name, like = name, listed } of SAMPLES) {
    const called = { value: listed === false ? 'present' : id, label: like };
    const fetched = play([{ type: 'chooseSample', sample: id, name, unasked: false }]);
    assert.deepEqual(textOf(fetched.state), called, 'already while it is fetched');
    const { requestId } = fetched.sent.find(({ type }) => type === 'fetchSample');
    const ready = { type: 'sampleReady', requestId, content: 'some text' };
    assert.deepEqual(textOf(play([ready], fetched.state).state), called);
  }
});

test('the_sentence_stands_there_from_the_first_paint', () => {
  const html = readFileSync(join(www, 'index.html'), 'utf8').replace(/\s+/g, ' ');
  const start = initialState();
  const { article, label } = networkOf(start);
  assert.ok(html.includes(`<span id="sentence-article">${article}</span>`));
  for (const shown of [label, FIRST_SAMPLE.name, timeOf(start).label]) {
    assert.ok(html.includes(`data-shown="${shown}"`), shown);
    assert.ok(html.includes(`<option>${shown}</option>`), shown);
  }
});
