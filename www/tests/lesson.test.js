/** The lesson: each step sees its act and nothing less. The run that makes room comes back. Links hide what they do not name. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LossHistories } from '../src/page/chart/loss-histories.js';
import { LENSES } from '../src/page/lenses/table.js';
import { farewell } from '../src/page/lesson/card.js';
import { createHold } from '../src/page/lesson/hold.js';
import { createPair, lengthOf } from '../src/page/lesson/pair.js';
import { FIRST_PROGRESS, read } from '../src/page/lesson/progress.js';
import { CONTROLS, hidingStyle, NAMES, readAsked } from '../src/page/lesson/shown.js';
import { COLD, FULL, HALF, HOT, NOTHING_SEEN, STEPS } from '../src/page/lesson/steps.js';
import { EXPLOSIVE, triesOf } from '../src/page/lesson/tries.js';
import { FIELDS } from '../src/page/settings/fields.js';
import { decodeLink } from '../src/page/settings/link.js';
import { initialState } from '../src/page/state.js';
import { SAMPLES } from '../src/page/text/samples.js';
import { update } from '../src/page/update.js';
import { root } from '../tools/paths.js';
import { linksOfSheets, SHEETS } from './class-links.js';
import {
  CONFIG,
  heldOut,
  LONG_TEXT,
  play,
  progress,
  report,
  snapshot,
  started,
  TRAINING,
} from './messages.js';

const training = (/** @type {any[]} */ ...more) => play([...TRAINING, ...more]).state;

/** What a step makes of a state. @param {number} step from 1 */
function look(step, state, seen = {}, samples = []) {
  const sight = { state, samples, seen: { ...NOTHING_SEEN, ...seen } };
  const { ask, choice, found } = STEPS[step - 1];
  const done = found(sight);
  return { ask: done === null ? ask(sight) : '', choice: choice?.(sight) ?? null, found: done };
}

/** A letter that was written with this probability, beside a likelier one. */
const letter = (symbol, probability) => ({
  symbol,
  probability,
  at: 0,
  piece: {
    text: symbol,
    probabilities: Float32Array.of(probability),
    alternatives: 't',
    alternativeProbabilities: Float32Array.of(0.4),
  },
});

test('there_are_seven_steps_and_none_is_done_before_anything_was', () => {
  assert.equal(STEPS.length, 7);
  for (let step = 1; step <= 7; step += 1) {
    const { ask, found } = look(step, initialState());
    assert.equal(found, null, STEPS[step - 1].title);
    assert.notEqual(ask, '');
  }
});

test('letter_frequencies_are_passed_when_the_unseen_text_says_so', () => {
  assert.match(look(1, initialState()).ask, /^Press Train/);
  // The training loss alone does not count: the report names 2.6 for counting letters.
  assert.equal(look(1, training(progress(1, 5, [2]), heldOut(1, 5, 2.6))).found, null);
  assert.match(look(1, training(heldOut(1, 5, 2.6))).ask, /is 2\.600.*below 2\.600/);
  assert.match(look(1, training(heldOut(1, 9, 2.5))).found ?? '', /step 9 .* 2\.500.*2\.600/);
});

test('only_an_untinted_letter_is_unsure', () => {
  const state = training();
  assert.equal(look(2, state, { character: letter('e', 0.1) }).found, null);
  assert.match(look(2, state, { character: letter('e', 0.87) }).ask, /^That one had 87%/);
  assert.match(
    look(2, state, { character: letter(' ', 0.04) }).found ?? '',
    /“space” had 4%, “t” 40%/,
  );
  assert.match(look(2, { ...state, lens: { ...state.lens, open: 'time' } }).ask, /Open Certainty/);
});

test('both_temperatures_have_to_be_read', () => {
  const state = training();
  assert.match(look(3, state).ask, new RegExp(`Set Temperature to ${COLD}`));
  assert.match(look(3, state, { cold: 120 }).ask, new RegExp(`Read .* Then set it to ${HOT}`));
  assert.equal(look(3, state, { cold: 200, hot: 119 }).found, null);
  assert.equal(look(3, state, { cold: 119, hot: 200 }).found, null);
  assert.match(look(3, state, { cold: 120, hot: 120 }).found ?? '', /not the weights or the loss/);
  const paused = play([{ type: 'pause' }, { type: 'paused', runId: 1, step: 3 }], state).state;
  assert.match(look(3, paused).ask, /Keep writing/);
});

test('the_hardest_place_is_the_one_that_the_open_page_says', () => {
  const state = training();
  assert.equal(look(4, state).choice, null);
  // a, then b c, space, d, full stop: the full stop costs 9, first letters 3, later ones 1, the space 0.5.
  const reading = {
    what: 'reading',
    text: 'abc d.',
    surprise: Float32Array.of(1, 1, 0.5, 3, 9),
  };
  const seen = { look: /** @type {any} */ (reading), step: 3 };
  const open = { ...state, lens: { ...state.lens, open: 'surprise', seen } };
  const { choice, ask } = look(4, open);
  const all = ['first letter of a word', 'later letters', 'punctuation and signs', 'space'];
  assert.deepEqual(choice?.options, all, 'every row of the panel can be chosen');
  assert.doesNotMatch(ask, /\d/, 'it does not give itself away');
  assert.match(look(4, open, { answer: 'later letters' }).ask, /^No: later letters .* 1\.000/);
  for (const answer of all.filter((name) => name !== 'punctuation and signs')) {
    assert.equal(look(4, open, { answer }).found, null, answer);
  }
  assert.match(
    look(4, open, { answer: 'punctuation and signs' }).found ?? '',
    /^Yes: .* 9\.000 .* Next: first letter of a word, 3\.000/,
  );
  const close = { ...reading, surprise: Float32Array.of(1, 1, 0.5, 2.837, 2.847) };
  const tied = { ...open, lens: { ...open.lens, seen: { ...seen, look: close } } };
  assert.match(
    look(4, tied, { answer: 'first letter of a word' }).found ?? '',
    /^Too close to call: first letter of a word comes to 2\.837 nats, punctuation and signs to 2\.847\./,
  );
  assert.match(look(4, tied, { answer: 'space' }).ask, /^No: /);
  const numbers = { ...reading, text: '1+2=3\n' };
  const other = { ...open, lens: { ...open.lens, seen: { ...seen, look: numbers } } };
  assert.deepEqual(look(4, other).choice?.options, ['digit', 'line end', 'punctuation and signs']);
});

test('a_guess_comes_before_the_two_runs_and_is_judged_by_them', () => {
  const state = training();
  assert.deepEqual(look(5, state).choice?.options, [FULL, HALF]);
  assert.match(look(5, state).ask, /Your run waits meanwhile\.$/);
  const over = { type: 'finished', runId: 1, why: 'end', charactersSeen: 9, best: null };
  assert.match(look(5, training(over)).ask, /Your run stays as it is\.$/);
  const pair = { rates: [0.004, 0.002], losses: [2.1, 2.3], part: 0 };
  const running = { answer: HALF, pair: { ...pair, losses: [2.1], part: 0.34 } };
  assert.match(look(5, state, running).ask, /Run 2 of 2, rate 0\.002: 34%\. The first .* 2\.100/);
  assert.equal(look(5, state, running).choice, null);
  assert.equal(look(5, state, running).found, null);
  /** @param {string} answer @param {number[]} losses */
  const found = (answer, losses = [2.1, 2.3]) =>
    look(5, state, { answer, pair: { ...pair, losses } }).found ?? '';
  assert.match(found(HALF), /^The full rate ends lower, not as you guessed: 2\.100 at 0\.004, 2/);
  assert.match(found(FULL), /^The full rate ends lower, as you guessed: /);
  assert.match(found(HALF, [2.3, 2.1]), /^Half of it ends lower, as you guessed: /);
  assert.match(found(HALF, [2.1, 2.1]), /^Both end alike, as you guessed: /);
});

test('going_back_is_to_any_sample_before_step_100', () => {
  const samples = [0, 51, 96, 120].map((step) => ({ step }));
  const state = training();
  const at = (step) => ({ ...state, lens: { ...state.lens, open: 'time', step } });
  for (const early of [[], samples.slice(0, 3)]) {
    assert.match(look(6, state, {}, early).ask, /Train until step 100/);
    assert.equal(look(6, at(51), {}, early).found, null);
  }
  assert.match(look(6, state, {}, samples).ask, /back to before step 100/);
  for (const step of [null, 120]) assert.equal(look(6, at(step), {}, samples).found, null);
  for (const step of [0, 51, 96]) {
    assert.match(look(6, at(step), {}, samples).found ?? '', new RegExp(`step ${step},`));
  }
});

test('a_sample_is_not_a_text_of_ones_own', () => {
  assert.match(look(7, training()).found ?? '', /^It learns your text: 700 characters/);
  const state = training();
  const sample = { ...state.run, text: { ...state.run.text, sample: 'moby-dick' } };
  assert.equal(look(7, { ...state, run: sample }).found, null);
  assert.match(look(7, { ...state, run: sample }).ask, /Press Reset/);
  assert.match(look(7, initialState()).ask, /my own text/);
  assert.match(look(7, play([{ type: 'edit', value: LONG_TEXT }]).state).ask, /Press Train/);
});

test('what_was_stored_is_taken_up_and_nonsense_begins_anew', () => {
  const kept = { at: 3, found: ['a', null, 'c', null, null, null, null] };
  assert.deepEqual(read(JSON.parse(JSON.stringify(kept))), kept);
  for (const bad of [
    null,
    7,
    { at: 8, found: kept.found },
    { ...kept, found: ['a'] },
    { at: 1, found: 3 },
  ]) {
    assert.deepEqual(read(bad), FIRST_PROGRESS);
  }
  assert.match(farewell(kept.found), /Steps 2, 4, 5, 6, 7 /);
  assert.match(farewell(kept.found.map(() => 'x')), /^You have seen all/);
});

/** A page without its document: state, curves and what was asked of the worker. */
function createPage() {
  const histories = new LossHistories();
  const here = {
    histories,
    state: initialState(),
    /** @type {any[]} */
    sent: [],
    emit(event) {
      const before = here.state;
      const [after, effects] = update(before, event);
      here.state = after;
      histories.observe(before, event, after);
      here.sent.push(...effects);
    },
    play(/** @type {any[]} */ ...events) {
      for (const event of events) here.emit(event);
    },
    /** The worker stops and tells of its weights. */
    pausesAt(step) {
      const { id } = here.state.run;
      here.play(snapshot(id, step), { type: 'paused', runId: id, step });
    },
    /** The newest run begins and reaches its end. */
    endsWith(loss) {
      const { id, config } = here.state.run;
      const { runCharacters: charactersSeen } = config;
      here.play(
        { ...started(id), run: report({ config }) },
        { ...progress(id, 20, [2]), charactersSeen },
        heldOut(id, 20, loss),
        { type: 'finished', runId: id, why: 'end', charactersSeen, best: null },
      );
    },
  };
  here.play(...TRAINING, progress(1, 7, [3, 2.9]));
  return here;
}

test('two_short_runs_differ_in_the_rate_alone_and_the_run_comes_back_as_it_was', () => {
  const here = createPage();
  const { current } = here.histories;
  const before = here.state.run;
  const hold = createHold(here.emit, here.histories);
  const pair = createPair(here.emit, hold);
  const follow = () => {
    hold.follow(here.state);
    return pair.follow(here.state);
  };
  pair.begin(here.state);
  follow();
  here.pausesAt(9);
  follow();
  const starts = () => here.sent.filter(({ type }) => type === 'start').slice(1);
  assert.equal(starts().length, 1, 'the first of the two begins once the weights are at hand');
  here.endsWith(2.1);
  follow();
  here.endsWith(2.3);
  const done = follow();
  assert.deepEqual(done, { rates: [0.005, 0.0025], losses: [2.1, 2.3], part: 0 });
  const [one, other] = starts().map(({ config }) => config);
  assert.deepEqual({ ...one, learningRate: 0.0025 }, other);
  assert.equal(one.stopAtEnd, true);
  assert.equal(one.runCharacters, lengthOf(1000));
  assert.deepEqual(starts()[0].text, starts()[1].text);

  const restore = here.sent.findLast(({ type }) => type === 'restore');
  assert.equal(restore.training, true);
  assert.equal(here.histories.current, current, 'its curve is there again');
  assert.equal(here.histories.earlier.length, 2, 'beside those of the two');
  assert.equal(here.state.fields.learningRate, '0.005');
  assert.equal(here.state.fields.stopAtEnd, 'false');
  const { id } = here.state.run;
  here.play({ ...started(id), run: report({ step: 9 }) });
  assert.equal(here.state.run.phase, 'training');
  assert.equal(here.state.run.step, 9);
  assert.equal(here.state.run.savedKey, before.savedKey);
  assert.equal(follow(), null);
});

test('whoever_resets_one_of_the_two_gets_the_run_back', () => {
  const here = createPage();
  const hold = createHold(here.emit, here.histories);
  const pair = createPair(here.emit, hold);
  const follow = () => {
    hold.follow(here.state);
    return pair.follow(here.state);
  };
  pair.begin(here.state);
  here.pausesAt(9);
  follow();
  here.endsWith(2.1);
  here.play({ type: 'reset' });
  assert.equal(follow(), null);
  assert.equal(here.state.run.phase, 'restoring');
  assert.equal(here.state.run.snapshot.step, 9);
  assert.equal(hold.isEmpty, true);
});

test('a_run_that_is_reset_while_it_is_being_kept_is_let_go', () => {
  const here = createPage();
  const hold = createHold(here.emit, here.histories);
  hold.keep(here.state, () => assert.fail('nothing follows'));
  here.play({ type: 'reset' });
  hold.follow(here.state);
  assert.equal(hold.isEmpty, true);
  hold.bringBack();
  assert.equal(here.state.run, null);
});

test('each_sentence_does_what_it_says_and_is_undone', () => {
  const here = createPage();
  const hold = createHold(here.emit, here.histories);
  const [explode, forget, freeze] = triesOf(here.emit, hold);
  assert.match(explode.offer(here.state, here.state.run), /900/);
  assert.equal(forget.offer(here.state, here.state.run), '', 'an RNN has no gates');

  let undo = explode.act(here.state, here.state.run);
  here.pausesAt(8);
  hold.follow(here.state);
  assert.deepEqual(here.sent.at(-1), {
    type: 'tune',
    runId: 1,
    tuning: { learningRate: EXPLOSIVE },
  });
  undo.back();
  assert.equal(here.state.run.snapshot.step, 8);
  assert.equal(here.state.run.config.learningRate, CONFIG.learningRate);
  assert.equal(here.histories.earlier.length, 0, 'it is the same run');

  const { id } = here.state.run;
  here.play({ ...started(id), run: report({ config: { ...CONFIG, cell: 'gru' }, step: 8 }) });
  assert.match(forget.offer(here.state, here.state.run), /RNN/);
  undo = forget.act(here.state, here.state.run);
  here.pausesAt(9);
  hold.follow(here.state);
  const start = here.sent.findLast(({ type }) => type === 'start');
  assert.deepEqual([start.config.cell, start.config.seed], ['rnn', CONFIG.seed]);
  assert.match(undo.undo, /GRU/);
  undo.back();
  assert.equal(here.state.run.config.cell, 'gru');

  const { temperature } = here.state.generated;
  undo = freeze.act(here.state, here.state.run);
  assert.equal(here.state.generated.temperature, 0);
  assert.equal(freeze.offer(here.state, here.state.run), '');
  undo.back();
  assert.equal(here.state.generated.temperature, temperature);
});

test('a_link_shows_what_it_names_says_what_it_does_not_know_and_no_slip_hides_everything', () => {
  assert.deepEqual(readAsked([]), { lesson: false, shown: null, unknown: [] });
  assert.equal(hidingStyle(null, false), '');
  assert.deepEqual(readAsked(['lesson=1', 'show=text,lenses']), {
    lesson: true,
    shown: ['text', 'surprise', 'neuron', 'memory', 'copied', 'time', 'lines'],
    unknown: [],
  });
  const { shown, unknown } = readAsked(['show=text%2Creset,magic,constructor', 'lesson=2']);
  assert.deepEqual(shown, ['text', 'reset']);
  assert.deepEqual(unknown, ['magic', 'constructor', 'lesson=2']);
  assert.equal(readAsked(['show=magic']).shown, null);
  assert.deepEqual(readAsked(['show=']).shown, []);

  const style = hidingStyle(['text', 'time'], false);
  for (const [name, selector] of Object.entries(CONTROLS)) {
    assert.equal(style.includes(selector), !['text', 'time'].includes(name), name);
  }
  assert.doesNotMatch(style, /#lenses[, ]*\{/);
  assert.match(hidingStyle([], false), /, #lenses \{ display: none !important; \}$/);
  assert.equal(hidingStyle(readAsked([`show=${NAMES.join()}`]).shown, true), '');
});

test('the_lenses_of_the_table_are_those_of_the_page_in_its_order', () => {
  const page = readFileSync(join(root, 'www', 'index.html'), 'utf8');
  const [, choices = ''] = page.match(/id="lenses"([\s\S]*?)<\/fieldset>/) ?? [];
  const values = [...choices.matchAll(/value="(\w+)"/g)].map(([, value]) => value);
  assert.deepEqual(values, Object.keys(LENSES));
});

test('each_link_of_the_class_sheets_is_known_to_the_page_and_each_name_is_described', () => {
  const links = linksOfSheets();
  assert.ok(links.length >= 4, `${links.length} links`);
  for (const { name, pairs, link } of links) {
    const { lesson, shown, unknown } = readAsked(pairs);
    assert.deepEqual(unknown, [], name);
    assert.ok(lesson || shown !== null, `${name}: it asks something of the page`);
    if (link === '') continue;
    const decoded = decodeLink(
      link,
      SAMPLES.map(({ id }) => id),
    );
    assert.ok(decoded !== null && !('problem' in decoded), `${name}: ${link}`);
    assert.deepEqual(decoded.unknown, [], name);
  }
  const [about] = SHEETS.filter(({ name }) => name.endsWith('README.md'));
  for (const name of NAMES) assert.ok(about.text.includes(`\`${name}\``), `${name} is described`);
});

test('what_the_class_sheets_print_in_bold_stands_on_the_page', () => {
  const sources = ['www/index.html', 'www/src/page/inside/view.js', 'www/src/page/inside/check.js'];
  const page = sources.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
  const here = createPage();
  const tries = triesOf(here.emit, createHold(here.emit, here.histories));
  const words = [
    page,
    ...Object.values(FIELDS).map(({ label }) => label),
    ...tries.map(({ offer }) => offer(here.state, here.state.run)),
    readFileSync(join(root, 'www/src/page/lesson/card.js'), 'utf8'),
    readFileSync(join(root, 'www/src/page/lesson/guided.js'), 'utf8'),
    readFileSync(join(root, 'www/src/page/lenses/time.js'), 'utf8'),
    'Undo',
  ].join('\n');
  for (const { name, text } of SHEETS) {
    for (const [, bold] of text.matchAll(/\*\*([^*]+)\*\*/g)) {
      // Headings of a paragraph end with a full stop, or say what to bring.
      if (/\.$|^You need$|^bold$/.test(bold)) continue;
      assert.ok(words.includes(bold), `${name}: ${bold}`);
    }
  }
});
