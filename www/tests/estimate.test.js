import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, mock, test } from 'node:test';
import init, { defaults, summarize, Trainer } from '../../pkg/babble.js';
import { duration } from '../src/page/format.js';
import { estimateOf, problemOf } from '../src/page/settings/estimate-state.js';
import { FIRST_VALUES, readConfig } from '../src/page/settings/fields.js';
import { PLAIN } from '../src/shared/encodings.js';
import { Probe, textOf } from '../src/worker/training/probe.js';
import { root } from '../tools/paths.js';
import {
  file,
  LONG_TEXT,
  play,
  progress,
  READY,
  report,
  started,
  TRAINING,
  textReport,
} from './messages.js';

await init({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

const MODEL = {
  tensors: [],
  layers: [],
  parameters: 1234,
  bytes: 4936,
  multiplyAddsPerCharacter: 1,
  workingBytes: 1,
};
const probes = (asked) => asked.filter(({ type }) => type === 'probe');

/** A text in the box of which all is known. */
function ready(messages = [READY]) {
  const typed = play([...messages, { type: 'edit', value: LONG_TEXT }]);
  const { requestId } = typed.asked.find(({ type }) => type === 'summarize');
  return play([{ type: 'summarized', requestId, summary: textReport() }], typed.state);
}

test('a_model_is_tried_out_once_its_text_is_known', () => {
  const { state, asked } = ready();
  const [probe] = probes(asked);
  assert.equal(probe.symbols, 18);
  assert.equal(String(probe.config.hiddenSize), FIRST_VALUES.hiddenSize);
  const { requestId } = probe;
  const sized = play([{ type: 'sized', requestId, model: MODEL }], state).state;
  assert.deepEqual(estimateOf(sized), {
    model: MODEL,
    charactersPerSecond: null,
    trial: null,
    problem: null,
    field: null,
  });
  const done = play([{ type: 'probed', requestId, charactersPerSecond: 5000 }], sized);
  assert.equal(estimateOf(done.state)?.charactersPerSecond, 5000);
  assert.deepEqual(probes(done.asked), [], 'once');
});

test('what_is_tried_out_and_addressed_are_the_fields_that_the_preset_has_filled', () => {
  const opening = play([READY, { type: 'openTexts', files: [file('short.txt')] }]);
  const { requestId } = opening.sent[0];
  const known = { reading: PLAIN, columns: [], joined: null, content: null, bytes: 860 };
  const summary = textReport();
  const text = { type: 'text', requestId, name: 'short.txt', ...known, summary };
  const { state, asked } = play([{ ...text, preview: LONG_TEXT, whole: true }], opening.state);
  assert.notEqual(state.fields.batchSize, FIRST_VALUES.batchSize, 'the text is short');
  const [probe] = probes(asked);
  assert.deepEqual(probe.config, readConfig(state.fields).config);
  const [shown] = asked.filter(({ type }) => type === 'showAddress');
  assert.match(shown.fragment, new RegExp(`batchSize=${probe.config.batchSize}&`));
});

test('a_preset_takes_its_length_from_the_trial_and_by_hand_it_stays', () => {
  const typed = play([READY, { type: 'edit', value: LONG_TEXT }]);
  const survey = typed.asked.find(({ type }) => type === 'summarize');
  const summary = textReport({ characters: 1e6 });
  const known = play([{ type: 'summarized', requestId: survey.requestId, summary }], typed.state);
  const [first] = probes(known.asked);
  const chosen = play(
    [
      { type: 'choosePreset', preset: 'best' },
      { type: 'probed', requestId: first.requestId, charactersPerSecond: 90_000 },
    ],
    known.state,
  );
  assert.equal(
    chosen.state.fields.runCharacters,
    '4200000',
    'the speed of another model tells nothing',
  );
  const [{ requestId }] = probes(chosen.asked);
  const tried = { type: 'probed', requestId, charactersPerSecond: 20_000 };
  const best = play([tried], chosen.state).state;
  assert.equal(best.fields.runCharacters, '5400000');
  assert.equal(best.preset, 'best');
  const change = { type: 'setField', field: 'runCharacters', value: '12345' };
  const byHand = play([change, tried], chosen.state).state;
  assert.equal(byHand.fields.runCharacters, '12345');
  assert.equal(byHand.preset, 'hand');
});

test('one_trial_at_a_time_and_none_for_what_changes_no_speed', () => {
  const { state, asked } = ready();
  const [{ requestId }] = probes(asked);
  const typed = play(
    [
      { type: 'setField', field: 'hiddenSize', value: '1' },
      { type: 'setField', field: 'hiddenSize', value: '12' },
    ],
    state,
  );
  assert.deepEqual(probes(typed.asked), []);
  const next = play([{ type: 'probed', requestId, charactersPerSecond: 5000 }], typed.state);
  assert.deepEqual(
    probes(next.asked).map(({ config }) => config.hiddenSize),
    [12],
  );
  const second = { type: 'probed', requestId: probes(next.asked)[0].requestId };
  const settled = play([{ ...second, charactersPerSecond: 9000 }], next.state).state;
  const indifferent = play(
    [
      { type: 'setField', field: 'learningRate', value: '0.5' },
      { type: 'setField', field: 'seed', value: '5' },
      { type: 'setField', field: 'hiddenSize', value: FIRST_VALUES.hiddenSize },
    ],
    settled,
  );
  assert.deepEqual(probes(indifferent.asked), []);
  assert.equal(estimateOf(indifferent.state)?.charactersPerSecond, 5000, 'it is remembered');
});

test('nothing_is_tried_while_there_is_a_run_and_a_broken_off_trial_is_made_up_for', () => {
  const { state, asked } = ready();
  const [{ requestId }] = probes(asked);
  const training = play(
    [
      { type: 'train' },
      { type: 'probed', requestId, charactersPerSecond: null },
      ...TRAINING.slice(-1),
    ],
    state,
  );
  assert.deepEqual(probes(training.asked), []);
  const reset = play([{ type: 'reset' }], training.state);
  assert.equal(probes(reset.asked).length, 1);
});

test('what_a_run_measured_is_remembered_for_the_next', () => {
  const { state, asked } = ready();
  const [{ requestId }] = probes(asked);
  const { runId } = play([{ type: 'train' }], state).sent.find(({ type }) => type === 'start');
  const trained = play(
    [
      { type: 'sized', requestId, model: MODEL },
      { type: 'probed', requestId, charactersPerSecond: 5000 },
      { type: 'train' },
      { ...started(runId), run: report({ config: probes(asked)[0].config }) },
      { ...progress(runId, 9, [3]), charactersPerSecond: 7000 },
      { type: 'reset' },
    ],
    state,
  );
  assert.deepEqual(estimateOf(trained.state), {
    model: MODEL,
    charactersPerSecond: 7000,
    trial: 5000,
    problem: null,
    field: null,
  });
  assert.deepEqual(probes(trained.asked), []);
});

test('a_model_that_cannot_be_made_says_why_and_one_that_broke_its_worker_is_not_tried_again', () => {
  const { state, asked } = ready();
  const [{ requestId }] = probes(asked);
  const failed = {
    type: 'failed',
    requestId,
    name: 'TooLarge',
    message: 'Too large.',
    fatal: false,
  };
  const refused = play([failed], state);
  assert.equal(estimateOf(refused.state)?.problem, 'Too large.');
  assert.equal(refused.state.alert, null, 'nobody asked for it to be made');
  assert.deepEqual(probes(refused.asked), []);
  const broken = play([{ type: 'fault', message: '' }, READY], state);
  assert.deepEqual(probes(broken.asked), []);
  assert.match(estimateOf(broken.state)?.problem ?? '', /could not be tried/);
});

test('what_cannot_be_is_said_at_the_setting_that_it_is_about', () => {
  const { state, asked } = ready();
  const [{ requestId }] = probes(asked);
  const failed = { type: 'failed', requestId, name: 'InvalidConfig', message: 'No.', fatal: false };
  const tried = play([{ type: 'probed', requestId, charactersPerSecond: 5 }], state).state;
  const typed = play([{ type: 'setField', field: 'seed', value: '-1' }], tried);
  const [asksAgain] = probes(typed.asked);
  const refusal = { ...failed, requestId: asksAgain.requestId, field: 'seed' };
  const named = play([refusal], typed.state).state;
  assert.equal(problemOf(named, 'seed'), 'No.');
  assert.equal(problemOf(named, 'hiddenSize'), undefined);
  const mended = play([{ type: 'setField', field: 'seed', value: '7' }], named).state;
  assert.equal(problemOf(mended, 'seed'), undefined);
  // Memory is about the setting that is largest beside what a new run has.
  for (const field of /** @type {const} */ (['hiddenSize', 'batchSize', 'sequenceLength'])) {
    const next = play([{ type: 'setField', field, value: '99999' }, failed], state);
    const [wanted] = probes(next.asked);
    const full = { ...failed, requestId: wanted.requestId, name: 'TooMuchMemory' };
    assert.equal(problemOf(play([full], next.state).state, field), 'No.', field);
  }
});

let clock = 0;
beforeEach(() => {
  mock.restoreAll();
});

test('a_trial_takes_a_moment_and_reports_the_best_of_its_slices', () => {
  mock.method(performance, 'now', () => clock);
  const speeds = [100, 300, 200];
  let slices = 0;
  let charactersSeen = 0;
  let freed = false;
  class Fake {
    run(budgetMs) {
      const speed = speeds[slices++ % speeds.length];
      clock += budgetMs;
      charactersSeen += (speed * budgetMs) / 1000;
      return { charactersSeen };
    }
    free() {
      freed = true;
    }
  }
  const probe = new Probe(1, defaults(), 65, 1000, Fake);
  let result = null;
  while (result === null) result = probe.slice();
  assert.ok(Math.abs(result - 300) < 1e-6);
  assert.ok(slices >= 3 && slices <= 20, `${slices} slices`);
  probe.free();
  assert.ok(freed);
});

test('a_busy_machine_is_given_more_time_but_not_without_end', () => {
  mock.method(performance, 'now', () => clock);
  const trial = (/** @type {number} */ sliceMs) => {
    let slices = 0;
    class Slow {
      run() {
        clock += sliceMs;
        slices += 1;
        return { charactersSeen: slices };
      }
      free() {}
    }
    const probe = new Probe(1, defaults(), 65, 1000, Slow);
    while (probe.slice() === null);
    return slices;
  };
  assert.deepEqual([15, 100, 400, 5000].map(trial), [10, 5, 2, 1]);
});

test('a_trial_runs_on_the_shipped_core_whatever_the_settings', () => {
  for (const change of [
    {},
    { cell: 'lstm', layers: 2, dropout: 0.5, optimizer: 'rmsprop' },
    { batchSize: 1, sequenceLength: 1 },
    { optimizer: 'sgd', learningRate: 1000 },
    { hiddenSize: 700, cell: 'gru', batchSize: 64, sequenceLength: 256 },
  ]) {
    const config = { ...defaults(), ...change };
    const { multiplyAddsPerCharacter } = summarize(config, 300);
    let asked = null;
    class Watched extends Trainer {
      constructor(config, text) {
        super(config, text);
        asked = this.report();
      }
    }
    const probe = new Probe(1, config, 300, multiplyAddsPerCharacter, Watched);
    assert.ok((probe.slice() ?? 1) > 0);
    assert.deepEqual(asked.shrunk, [], 'its text suffices');
    assert.equal(asked.symbols, 300);
    probe.free();
  }
});

test('a_trial_has_an_end_of_its_own', () => {
  let made = null;
  class Fake {
    constructor(config) {
      made = config;
    }
    run() {
      return { charactersSeen: 1 };
    }
    free() {}
  }
  const config = { ...defaults(), runCharacters: 100, stopAtEnd: true, patience: 1 };
  new Probe(1, config, 65, 1, Fake).slice();
  const { stopAtEnd, patience, schedule } = made;
  assert.deepEqual(
    { stopAtEnd, patience, schedule },
    { stopAtEnd: false, patience: 0, schedule: 'constant' },
  );
});

test('a_trial_of_a_heavy_model_takes_short_steps', () => {
  const config = { ...defaults(), batchSize: 512, sequenceLength: 1024 };
  let made = null;
  class Fake {
    constructor(config, text) {
      made = { config, characters: text.length };
    }
    run() {
      return { charactersSeen: 1 };
    }
    free() {}
  }
  new Probe(1, config, 65, 1e6, Fake).slice();
  assert.equal(made.config.sequenceLength, 1);
  assert.ok(made.characters < 3000);
});

test('a_text_for_a_trial_has_its_symbols', () => {
  for (const symbols of [2, 65, 5000, 65_536]) {
    const text = textOf(symbols, 1000);
    assert.equal(new Set(text).size, symbols);
    assert.ok(text.isWellFormed?.() ?? true);
  }
});

test('a_duration_reads_as_people_say_it', () => {
  const said = [
    0.2,
    1.4,
    8.4,
    59.4,
    100,
    102,
    3599,
    7800,
    40_000,
    1e6,
    Number.POSITIVE_INFINITY,
  ].map(duration);
  assert.deepEqual(said, [
    'a second',
    'a second',
    '8 s',
    '59 s',
    '1 min 40 s',
    '1 min 40 s',
    '60 min',
    '2 h 10 min',
    '11 h',
    '12 days',
    'for ever',
  ]);
});
