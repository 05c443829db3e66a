import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FIELD_NAMES,
  FIELDS,
  FIRST_VALUES,
  fieldText,
  matters,
  readConfig,
  UNNAMED_VALUES,
} from '../src/page/settings/fields.js';
import { decodeLink, encodeLink, HASH_DIGITS } from '../src/page/settings/link.js';
import { linkOf, linkStatus } from '../src/page/settings/link-state.js';
import { FIRST_SAMPLE, SAMPLES, seeded } from '../src/page/text/samples.js';
import { CONFIG, play, READY, report, TRAINING, textReport, typesOf } from './messages.js';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const samples = SAMPLES.map(({ id }) => id);
const FIRST = { ...CONFIG, ...readConfig(FIRST_VALUES).config };
const UNNAMED = { ...CONFIG, ...readConfig(UNNAMED_VALUES).config };

/** Any settings within their bounds. @param {(bound: number) => number} below */
function anyFields(below) {
  const fields = { ...FIRST_VALUES };
  for (const field of FIELD_NAMES) {
    if (below(3) > 0) continue;
    const { kind, choices, min = 0, max = 0 } = FIELDS[field];
    const names = Object.keys(choices ?? {});
    const share = below(1001) / 1000;
    // Small values are likelier than large ones, as with people.
    const value = min + (max - min) * share ** (1 + below(8));
    if (kind === 'choice') fields[field] = names[below(names.length)];
    else if (kind === 'switch') fields[field] = String(below(2) === 1);
    else fields[field] = fieldText(kind === 'whole' ? Math.round(value) : value);
  }
  return fields;
}

test('a_link_says_what_it_was_made_of', () => {
  const below = seeded(11);
  for (let round = 0; round < 2000; round++) {
    const fields = anyFields(below);
    const { config, problems } = readConfig(fields);
    assert.deepEqual(problems, {});
    const hash = below(2) === 0 ? null : HASH;
    const sample = below(2) === 0 ? null : samples[below(samples.length)];
    const link = decodeLink(`#${encodeLink(config, hash, sample)}`, samples);
    if (link === null) {
      assert.deepEqual([config, hash, sample], [UNNAMED, null, null]);
      continue;
    }
    assert.ok(!('problem' in link), JSON.stringify(link));
    assert.deepEqual(readConfig({ ...UNNAMED_VALUES, ...link.settings }).config, config);
    assert.equal(link.hash, hash === null ? null : HASH.slice(0, HASH_DIGITS));
    assert.equal(link.sample, sample);
    for (const field of Object.keys(link.settings)) {
      assert.ok(matters(field, fields), `${field} has an effect`);
      assert.notEqual(link.settings[field], UNNAMED_VALUES[field], 'only what differs');
    }
  }
});

test('a_link_can_be_read_by_people', () => {
  const config = {
    ...UNNAMED,
    cell: 'lstm',
    hiddenSize: 256,
    learningRate: 0.002,
    stopAtEnd: true,
  };
  assert.equal(
    encodeLink(config, HASH, 'moby-dick'),
    'cell=lstm&hiddenSize=256&learningRate=0.002&stopAtEnd=true&text=9f86d081884c7d65&sample=moby-dick',
  );
  assert.equal(encodeLink(UNNAMED, null, null), '');
});

/** Settings that a new run has otherwise than a link that does not name them, in the order of links. */
const CHANGED = [
  'batchSize',
  'passageLength',
  'stateReset',
  'averaging',
  'learningRate',
  'recurrentRate',
  'runCharacters',
  'stopAtEnd',
];

test('a_link_means_what_it_meant_before_the_defaults_changed', () => {
  const { state } = play([READY, { type: 'openLink', fragment: '#hiddenSize=256' }]);
  const { hiddenSize, ...then } = state.fields;
  assert.equal(hiddenSize, '256');
  assert.deepEqual(Object.fromEntries(CHANGED.map((field) => [field, then[field]])), {
    batchSize: '16',
    passageLength: '0',
    stateReset: '0',
    averaging: '0',
    learningRate: '0.005',
    recurrentRate: '1',
    runCharacters: '12000000',
    stopAtEnd: 'false',
  });
  // A new run has the new ones, and its link says so.
  const link = encodeLink(FIRST, null, null);
  const now = Object.fromEntries(CHANGED.map((field) => [field, FIRST_VALUES[field]]));
  assert.equal(link, new URLSearchParams(now).toString());
  assert.deepEqual(decodeLink(link, samples).settings, now);
});

test('a_hostile_fragment_gets_a_sentence_and_is_used_for_nothing', () => {
  for (const fragment of [
    'top',
    'hiddenSize',
    'hiddenSize=',
    'hiddenSize=12=3',
    'hiddenSize=0',
    'hiddenSize=1025',
    'hiddenSize=12.5',
    'hiddenSize=0x40',
    'hiddenSize=%20 64',
    'hiddenSize=NaN',
    'learningRate=Infinity',
    'learningRate=-1',
    'learningRate=1e999',
    'hiddenSize=64&hiddenSize=64',
    'cell=constructor',
    'cell=LSTM',
    'stopAtEnd=1',
    '__proto__=1',
    'constructor=1',
    'toString=1',
    'seed=4294967296',
    'text=zz86d081884c7d65',
    'text=9f86',
    `text=${HASH}`,
    'sample=../../etc/passwd',
    'sample=__proto__',
    'cell=%E0%A4%A',
    '<img src=x onerror=alert(1)>',
    'seed=1&',
    '&seed=1',
    'seed=0.5&evil=1',
    `seed=7&${'a'.repeat(1500)}=1`,
    `hiddenSize=64&${'x=1&'.repeat(400)}seed=7`,
    'a'.repeat(1e6),
    ':~:text=abc',
  ]) {
    const before = play([READY]).state;
    const { state, sent, asked } = play([{ type: 'openLink', fragment: `#${fragment}` }], before);
    assert.match(
      state.alert?.text ?? '',
      /^The settings in this page's address were not used: .*\.$/s,
    );
    assert.ok((state.alert?.text.length ?? 0) < 200, 'a sentence, not the attack');
    assert.doesNotMatch(state.alert?.text ?? '', /[\u202a-\u202e]/);
    assert.deepEqual({ ...state, alert: null }, before);
    assert.deepEqual([...sent, ...asked], []);
  }
});

test('what_a_link_names_that_is_not_known_is_named_and_the_rest_is_used', () => {
  for (const [fragment, named] of /** @type {const} */ ([
    ['seed=7&\u202eevil=1', /no setting “\u2068\ufffdevil\u2069”\. The rest is used\./],
    ['magic=1&seed=7', /no setting “\u2068magic\u2069”/],
    ['seed=7&sample=beowulf', /no sample “\u2068beowulf\u2069”/],
    ['seed=7&constructor=1&toString=1&a=1&b=2', /constructor.*toString.*, nor 1 more\./],
  ])) {
    const { state } = play([READY, { type: 'openLink', fragment }]);
    assert.equal(state.fields.seed, '7', fragment);
    assert.match(state.alert?.text ?? '', named);
    assert.doesNotMatch(state.alert?.text ?? '', /[\u202a-\u202e]/);
  }
  const { state } = play([READY, { type: 'openLink', fragment: 'seed=7' }]);
  assert.equal(state.alert, null);
});

test('a_link_is_as_long_as_any_of_ours_and_no_longer', () => {
  // Every setting at its longest, text and sample with them.
  const longest = FIELD_NAMES.map((field) => {
    const { choices } = FIELDS[field];
    const words = choices === undefined ? ['9999999999999.9', 'false'] : Object.keys(choices);
    return `${field}=${words.sort((a, b) => b.length - a.length)[0]}`;
  });
  const ours = [...longest, `text=${HASH.slice(0, HASH_DIGITS)}`, 'sample=moby-dick'].join('&');
  assert.ok(ours.length < 1500, `${ours.length} characters`);
  const padded = (/** @type {number} */ length) => {
    const link = 'hiddenSize=64&magic=';
    return decodeLink(link + 'x'.repeat(length - link.length), samples);
  };
  assert.deepEqual(padded(1500)?.settings, { hiddenSize: '64' });
  assert.match(padded(1501)?.problem ?? '', /too long/);
});

test('random_fragments_never_throw_and_never_half_apply', () => {
  const below = seeded(3);
  const pieces = [
    ...FIELD_NAMES,
    'text',
    'sample',
    '=',
    '&',
    '%',
    '1',
    '0.5',
    'lstm',
    'true',
    'é',
    '-',
    'e',
    '\0',
  ];
  for (let round = 0; round < 5000; round++) {
    const length = below(9);
    const fragment = Array.from({ length }, () => pieces[below(pieces.length)]).join('');
    const link = decodeLink(fragment, samples);
    if (link === null) assert.equal(fragment, '');
    else if (!('problem' in link)) {
      assert.deepEqual(readConfig({ ...FIRST_VALUES, ...link.settings }).problems, {}, fragment);
    }
  }
});

/** A text in the box whose hash is known. */
function withText(state, hash, content = 'some text or other') {
  const typed = play([{ type: 'edit', value: content }], state);
  const { requestId } = typed.asked.findLast(({ type }) => type === 'summarize');
  return play([{ type: 'summarized', requestId, summary: textReport({ hash }) }], typed.state);
}

const addressesIn = (asked) =>
  asked.filter(({ type }) => type === 'showAddress').map(({ fragment }) => fragment);

test('an_untouched_page_leaves_its_address_alone', () => {
  const { asked, state } = play([
    READY,
    { type: 'chooseSample', sample: FIRST_SAMPLE.id, name: FIRST_SAMPLE.name, unasked: true },
    { type: 'sampleReady', requestId: 1, content: 'Call me Ishmael.' },
  ]);
  const { requestId } = asked.find(({ type }) => type === 'summarize');
  const summary = textReport({ hash: HASH, characters: 228_000 });
  const answered = play([{ type: 'summarized', requestId, summary }], state);
  assert.deepEqual(addressesIn([...asked, ...answered.asked]), []);
  assert.equal(
    linkOf(answered.state),
    'batchSize=10&passageLength=512&stateReset=0.1&averaging=0.998&learningRate=0.03&recurrentRate=0.25&runCharacters=1500000&stopAtEnd=true&text=9f86d081884c7d65&sample=moby-dick',
    'but a copy tells all, what the length of the text chose too',
  );
});

test('the_address_follows_the_settings_and_the_text', () => {
  const { state, asked } = withText(play([READY]).state, HASH);
  const known = addressesIn(asked).at(-1);
  assert.match(known, /text=9f86d081884c7d65$/);
  const changed = play([{ type: 'setField', field: 'seed', value: '7' }], state);
  assert.deepEqual(addressesIn(changed.asked), [known.replace('text=', 'seed=7&text=')]);
  const wrong = play([{ type: 'setField', field: 'seed', value: '' }], changed.state);
  assert.deepEqual(addressesIn(wrong.asked), [], 'no number, no link');
  const copied = play([{ type: 'copyLink' }], wrong.state);
  assert.match(copied.state.alert?.text ?? '', /Seed needs a number/);
  assert.deepEqual(copied.sent, []);
});

test('what_is_changed_while_it_trains_is_not_in_the_link', () => {
  const training = play(TRAINING).state;
  const link = linkOf(training);
  const tuned = play(
    [
      { type: 'setField', field: 'learningRate', value: '0.01' },
      { type: 'commitField', field: 'learningRate' },
      { type: 'tuned', runId: 1, config: { ...training.run.config, learningRate: 0.01 } },
    ],
    training,
  );
  assert.equal(tuned.state.run?.config.learningRate, 0.01);
  assert.equal(linkOf(tuned.state), link);
  assert.deepEqual(addressesIn(tuned.asked), []);
  const [copy] = play([{ type: 'copyLink' }], tuned.state).sent;
  assert.deepEqual(copy, { type: 'copyLink', fragment: link });
});

test('a_run_that_the_text_shrank_is_asked_for_as_it_was_asked', () => {
  const shrunk = report({ config: { ...CONFIG, batchSize: 1 }, textHash: HASH });
  const { state } = play([
    ...TRAINING.slice(0, -1),
    { type: 'started', runId: 1, run: shrunk, textName: 'Your text', trainedMs: 0 },
  ]);
  assert.match(linkOf(state) ?? '', /batchSize=2&.*text=9f86d081884c7d65/);
});

test('a_link_sets_everything_and_fetches_its_sample', () => {
  const fragment = '#cell=gru&layers=2&text=9f86d081884c7d65&sample=sums';
  const opened = play([{ type: 'openLink', fragment }, READY]);
  assert.deepEqual(typesOf(opened.sent), ['fetchSample']);
  assert.equal(opened.sent[0].sample, 'sums');
  assert.deepEqual(
    [opened.state.fields.cell, opened.state.fields.layers, opened.state.fields.hiddenSize],
    ['gru', '2', FIRST_VALUES.hiddenSize],
  );
  const unasked = { type: 'chooseSample', sample: 'moby-dick', name: 'Moby-Dick', unasked: true };
  assert.deepEqual(play([unasked], opened.state).sent, [], 'no other sample comes');
  const arrived = play([{ type: 'sampleReady', requestId: 1, content: '1+1=2' }], opened.state);
  const { requestId } = arrived.asked.find(({ type }) => type === 'summarize');
  const same = play(
    [{ type: 'summarized', requestId, summary: textReport({ hash: HASH }) }],
    arrived.state,
  );
  assert.equal(linkStatus(same.state), 'same');
  const other = textReport({ hash: HASH.replace('9', '8') });
  const differs = play([{ type: 'summarized', requestId, summary: other }], arrived.state);
  assert.equal(linkStatus(differs.state), 'different');
});

test('a_link_to_a_private_text_waits_for_it', () => {
  const opened = play([READY, { type: 'openLink', fragment: '#seed=7&text=9f86d081884c7d65' }]);
  assert.equal(linkStatus(opened.state), 'missing');
  const unasked = { type: 'chooseSample', sample: 'moby-dick', name: 'Moby-Dick', unasked: true };
  assert.deepEqual(play([unasked], opened.state).sent, []);
  assert.deepEqual(addressesIn(opened.asked), [], 'the address keeps the hash until then');
  const wrong = withText(opened.state, 'ab'.repeat(32)).state;
  assert.equal(linkStatus(wrong), 'different');
  const right = withText(wrong, HASH, 'the very text').state;
  assert.equal(linkStatus(right), 'same');
  assert.equal(right.fields.seed, '7');
  const later = withText(right, 'ab'.repeat(32), 'something else').state;
  assert.equal(linkStatus(later), null, 'the link has done its work');
});

test('the_settings_of_a_link_stay_whatever_text_comes', () => {
  const opened = play([READY, { type: 'openLink', fragment: '#text=9f86d081884c7d65' }]).state;
  const { fields } = withText(opened, 'ab'.repeat(32), 'short').state;
  assert.deepEqual(fields, UNNAMED_VALUES, 'no preset shortens them');
});

test('a_link_that_is_opened_over_a_run_leaves_it', () => {
  const training = play(TRAINING).state;
  const { state, sent } = play([{ type: 'openLink', fragment: '#seed=9' }], training);
  assert.match(state.alert?.text ?? '', /Reset, then open the link again/);
  assert.equal(state.fields, training.fields);
  assert.deepEqual(sent, []);
});

test('the_page_says_whether_a_link_was_copied', () => {
  const copied = play([{ type: 'linkCopied', fragment: 'seed=7', succeeded: true }]).state;
  assert.deepEqual([copied.copied, copied.announcement], ['seed=7', 'The link was copied.']);
  const refused = play([{ type: 'linkCopied', fragment: 'seed=7', succeeded: false }]).state;
  assert.match(refused.alert?.text ?? '', /address bar/);
});
