/** The baselines as the page asks for it, and what it says of a loss. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareToBaselines,
  referencesOf,
  STAGES,
  stageOf,
} from '../src/page/baselines/compare.js';
import { baselinesOf } from '../src/page/baselines/state.js';
import { seeing, sentenceOf, stageAfter } from '../src/page/generated/stage.js';
import { meaningOf } from '../src/page/run/figures.js';
import { kindOf } from '../src/page/text/kind.js';
import { names } from '../src/page/text/list-text.js';
import { seeded } from '../src/page/text/samples.js';
import { packedBytes } from '../src/worker/baselines/gzip.js';
import { measureBaselines, ORDERS } from '../src/worker/baselines/measure.js';
import { LONG_TEXT, play, progress, report, started, TRAINING } from './messages.js';
import { sums } from './sums.js';

const NOTHING = async () => {};

test('the baselines of a text are measured one after another, and say how far they are', async () => {
  const parts = [];
  const text = sums(300);
  const baselines = await measureBaselines(
    `\ufeff${text.replaceAll('\n', '\r\n')}`,
    (result) => parts.push(result.part),
    NOTHING,
  );
  const orders = baselines.known.flatMap((baseline) =>
    baseline.kind === 'ngram' ? baseline.order : [],
  );
  assert.deepEqual(orders, [1, 2, 3, 4, 5, 6, 7, 8].slice(0, ORDERS));
  assert.equal(baselines.characters, text.length, 'line ends are counted as the core counts them');
  assert.equal(baselines.counted + baselines.measured, text.length);
  assert.ok(parts.every((part, i) => i === 0 || part >= parts[i - 1]));
  assert.equal(parts.at(-1), 1);
  const [letters, pairs] = baselines.known;
  assert.ok(letters.loss < Math.log(baselines.symbols) && pairs.loss < letters.loss);

  const all = await packedBytes(text);
  const before = await packedBytes(text, Math.floor(text.length * 0.9));
  const gzip = baselines.known.find(({ kind }) => kind === 'gzip');
  assert.equal(gzip?.loss, ((all - before) * 8 * Math.LN2) / baselines.measured);
});

test('a text longer than memory allows is counted near its held-out part', async () => {
  // Of which only the end can tell that b follows a.
  const text = 'ba'.repeat(1_700_000) + 'ab'.repeat(1_700_000);
  const baselines = await measureBaselines(text, () => {}, NOTHING);
  assert.equal(baselines.characters, 6_800_000);
  assert.equal(baselines.counted, 3_000_000);
  assert.equal(baselines.measured, 680_000);
  assert.ok(baselines.known[1].loss < 1e-5);
});

const BASELINES = {
  part: 1,
  characters: 700,
  symbols: 18,
  counted: 630,
  measured: 70,
  known: [
    { kind: 'ngram', order: 1, loss: 2.5 },
    { kind: 'ngram', order: 2, loss: 2 },
    { kind: 'ngram', order: 3, loss: 1.6 },
    { kind: 'ngram', order: 4, loss: 1.5 },
    { kind: 'ngram', order: 5, loss: 1.55 },
    { kind: 'gzip', loss: 1.8 },
  ],
};

test('a loss stands between the baseline that it has passed and the next one', () => {
  const references = referencesOf(report(), BASELINES);
  assert.deepEqual(
    references.map(({ name }) => name),
    [
      'blind guessing',
      'letter frequencies',
      'guessing from the last letter',
      'gzip',
      'guessing from the last 2 letters',
      'guessing from the last 4 letters',
      'guessing from the last 3 letters',
    ],
  );
  assert.deepEqual(
    references.filter(({ best }) => best).map(({ order }) => order),
    [4],
  );
  for (const [loss, sentence] of /** @type {const} */ ([
    [3, 'Not yet better than blind guessing'],
    [2.885, 'Not yet better than blind guessing'],
    [2.6, 'Beats blind guessing. Next: letter frequencies'],
    [2.2, 'Beats letter frequencies. Next: guessing from the last letter'],
    [1.9, 'Beats guessing from the last letter. Next: gzip'],
    [1.55, 'Beats guessing from the last 2 letters. Next: the last 3'],
    [1.4, 'Beats all letter statistics'],
  ])) {
    assert.equal(compareToBaselines(loss, references), sentence);
  }
});

test('where next to nothing is left of a loss, half of it counts', () => {
  const known = [1.5, 0.0098, 0.0098].map((loss, i) => ({ kind: 'ngram', order: i + 1, loss }));
  const references = referencesOf(report(), { ...BASELINES, known });
  assert.equal(compareToBaselines(0.0004, references), 'Beats all letter statistics');
  assert.equal(
    compareToBaselines(0.006, references),
    'Beats letter frequencies. Next: guessing from the last letter',
  );
});

test('a baseline is named only where it beats every shorter one, also before all are known', () => {
  const known = [2.95, 2, 2.1, 1.9, 1.95, 2.2].map((loss, i) => {
    return { kind: 'ngram', order: i + 1, loss };
  });
  for (const baselines of [
    { ...BASELINES, part: 0.8, known },
    { ...BASELINES, known: [...known, { kind: 'gzip', loss: 3.1 }] },
  ]) {
    const references = referencesOf(report(), baselines);
    const telling = references.filter(({ informative }) => informative).map(({ order }) => order);
    assert.deepEqual(telling, [0, 2, 4], 'letter frequencies and gzip are worse than blind here');
    assert.equal(
      compareToBaselines(1.96, references),
      'Beats guessing from the last letter. Next: the last 3 letters',
    );
    assert.equal(compareToBaselines(3, references), 'Not yet better than blind guessing');
  }
});

test('before the baselines is measured, blind guessing and letter frequencies stand in', () => {
  const references = referencesOf(report(), null);
  assert.deepEqual(
    references.map(({ name, loss }) => [name, loss]),
    [
      ['blind guessing', 2.89],
      ['letter frequencies', 2.6],
    ],
  );
  assert.equal(compareToBaselines(2, references), 'Beats letter frequencies');
  assert.equal(compareToBaselines(2, []), '');
});

test('each stage has its loss, with the baselines and without', () => {
  // Where three letters do worse than two, two tell where syllables end.
  const worse = BASELINES.known.map((baseline) =>
    baseline.order === 3 ? { ...baseline, loss: 2.4 } : baseline,
  );
  const late = referencesOf(report(), { ...BASELINES, known: worse });
  assert.deepEqual(
    [2.2, 1.8].map((loss) => stageOf(loss, late)),
    ['pairs', 'words'],
  );
  for (const baselines of [BASELINES, null]) {
    const references = referencesOf(report(), baselines);
    const stages = [2.89, 2.58, 2.2, 1.8, 1.55, 0.9].map((loss) => stageOf(loss, references));
    assert.deepEqual(stages, STAGES);
  }
});

test('what stands beside the loss and beside the writing judges blind guessing alike', () => {
  const references = referencesOf(report(), null);
  const [{ loss: blind }] = references;
  const symbols = Math.round(Math.exp(blind));
  for (const [loss, beats, means] of /** @type {const} */ ([
    [Math.log(symbols) + 0.02, false, /^worse than guessing blindly among all 18 letters$/],
    [Math.log(symbols) - 0.005, false, /^like guessing blindly among all 18 letters$/],
    [Math.log(symbols) - 0.02, true, /^like choosing among 17\.6 equally likely letters; 18 at/],
    [2.2, true, /^like choosing among 9\.0 equally likely letters; 18 at the start$/],
  ])) {
    assert.equal(!compareToBaselines(loss, references).startsWith('Not yet'), beats);
    assert.equal(stageOf(loss, references) !== 'random', beats, String(loss));
    assert.match(meaningOf(loss, symbols), means);
  }
  assert.match(meaningOf(Math.log(2) - 0.01, 2), /^like choosing among 1\.98 .*; 2 at the start/);
});

/** The effects of some kind. */
const of = (sent, type) => sent.filter((effect) => effect.type === type);

const later = (runId, trainedMs) => ({ ...progress(runId, 50, [2.8]), trainedMs });

test('the baselines is measured once, after the training had its first seconds alone', () => {
  const first = play([...TRAINING, later(1, 500)]);
  assert.deepEqual(of(first.sent, 'measureBaselines'), []);
  const second = play([later(1, 4000), later(1, 5000)], first.state);
  const [asked, ...more] = of(second.sent, 'measureBaselines');
  assert.equal(asked.source.content, LONG_TEXT);
  assert.deepEqual(more, []);
  const { requestId } = asked;
  const part = { ...BASELINES, part: 0.4, known: BASELINES.known.slice(0, 2) };
  const partly = play([{ type: 'baselines', requestId, baselines: part }], second.state);
  assert.equal(baselinesOf(partly.state), part);
  const done = play([{ type: 'baselines', requestId, baselines: BASELINES }], partly.state);
  assert.equal(done.state.baselines.phase, 'done');

  // The same text again has the same baselines.
  const again = play([{ type: 'reset' }, { type: 'train' }], done.state);
  const { id } = /** @type {import('../src/page/state.js').Run} */ (again.state.run);
  const { state, sent } = play([started(id), later(id, 9000)], again.state);
  assert.deepEqual(of(sent, 'measureBaselines'), []);
  assert.equal(baselinesOf(state), BASELINES);
});

test('a pause leaves time to measure the baselines', () => {
  const { sent } = play([...TRAINING, { type: 'pause' }, { type: 'paused', runId: 1, step: 3 }]);
  assert.equal(of(sent, 'measureBaselines').length, 1);
});

test('a measurement that nobody waits for is stopped, and its answer is late', () => {
  const measuring = play([...TRAINING, later(1, 4000)]);
  const [{ requestId }] = of(measuring.sent, 'measureBaselines');
  const reset = play([{ type: 'reset' }], measuring.state);
  assert.equal(of(reset.sent, 'stopBaselines').length, 1);
  const late = play([{ type: 'baselines', requestId, baselines: BASELINES }], reset.state);
  assert.equal(late.state.baselines.result, null);
  const other = play(
    [{ type: 'edit', value: `${LONG_TEXT} And more.` }, { type: 'train' }],
    late.state,
  );
  const { id } = /** @type {import('../src/page/state.js').Run} */ (other.state.run);
  const { sent } = play([started(id), later(id, 4000)], other.state);
  assert.notEqual(of(sent, 'measureBaselines')[0].requestId, requestId);
});

test('the measurement can be stopped and begun again', () => {
  const { state } = play([...TRAINING, later(1, 4000)]);
  const stopped = play([{ type: 'stopBaselines' }, later(1, 5000)], state);
  assert.deepEqual(of(stopped.sent, 'stopBaselines').length, 1);
  assert.equal(stopped.state.baselines.phase, 'stopped');
  const again = play([{ type: 'measureBaselines' }], stopped.state);
  assert.equal(of(again.sent, 'measureBaselines').length, 1);
  const { requestId } = of(again.sent, 'measureBaselines')[0];
  const failed = play([{ type: 'baselinesFailed', requestId, message: 'x' }], again.state);
  assert.equal(failed.state.baselines.phase, 'failed');
});

test('a text that was changed for the weights has no baselines of its own', () => {
  const begun = { ...started(1), run: report({ skippedCharacters: 3 }) };
  const { sent, state } = play([...TRAINING.slice(0, 3), begun, later(1, 4000)]);
  assert.deepEqual(of(sent, 'measureBaselines'), []);
  assert.equal(baselinesOf(state), null);
});

/** The stage after a training loss, and a held-out loss. */
const stageOfLosses = (come, loss, heldOut = null, baselines = null, epoch = 1) =>
  stageAfter(come, { report: report(), step: 9, epoch, loss, heldOut }, baselines);

test('a stage is taken back when the loss has left it, not when it wavers', () => {
  assert.equal(stageAfter(null, null, null), null);
  assert.equal(stageOfLosses(null, 2.885), 'random');
  assert.equal(stageOfLosses('random', 2.2), 'pairs');
  // 2.6 * 0.97 is where pairs begin.
  assert.equal(stageOfLosses('pairs', 2.6), 'pairs');
  assert.equal(stageOfLosses('pairs', 5), 'random');
  // The weights that an explosion took have no loss any more.
  assert.equal(stageOfLosses('pairs', null), null);
});

test('the training loss tells what is written, whatever the held-out loss is after the first pass', () => {
  const bad = { step: 9, loss: 7.7 };
  assert.equal(stageOfLosses(null, 0.5, bad, BASELINES), 'phrases');
  assert.equal(stageOfLosses(null, null, { step: 0, loss: 1.8 }), 'syllables', 'loaded weights');
  // As after explosions: nothing can be known by heart yet, so the averaged weights are no good.
  assert.equal(stageOfLosses('pairs', 0.5, bad, BASELINES, 0), 'random');
  const stale = { step: 0, loss: 7.7 };
  const later = { report: report(), step: 90, epoch: 0, loss: 0.5, heldOut: stale };
  assert.equal(stageAfter(null, later, BASELINES), 'phrases', 'that was another network');
});

test('what stands on the page is judged: the heat of the dice, what is known by heart, no old sample', () => {
  const { state } = play([...TRAINING, { ...progress(1, 40, [0.01]), epoch: 3 }]);
  const bad = { step: 40, loss: 7.7 };
  assert.match(sentenceOf(state, 'phrases', bad), /^It recites the text/);
  const better = play([{ ...progress(1, 41, Array(400).fill(0.6)), epoch: 3 }], state).state;
  assert.match(sentenceOf(better, 'phrases', bad), /^It knows its own text far better/);
  assert.equal(sentenceOf(state, 'phrases', { step: 40, loss: 0.02 }), seeing('prose', 'phrases'));
  assert.equal(sentenceOf(state, 'phrases', null), seeing('prose', 'phrases'));
  const hot = play([{ type: 'setSampling', change: { temperature: 1.5 } }], state).state;
  assert.match(sentenceOf(hot, 'words', bad), /^At temperature 1\.5 it takes wild guesses/);
  const time = { type: 'openLens', lens: 'time' };
  assert.notEqual(sentenceOf(play([time], state).state, 'phrases', bad), '');
  assert.equal(
    sentenceOf(play([time], hot).state, 'phrases', null),
    seeing('prose', 'phrases'),
    'samples are drawn at a temperature of their own',
  );
  const old = play([time, { type: 'setLens', change: { step: 10 } }], state).state;
  assert.equal(sentenceOf(old, 'phrases', bad), '');
  const unseen = play([{ type: 'openLens', lens: 'surprise' }], state).state;
  assert.equal(sentenceOf(unseen, 'phrases', bad), '');
});

test('what is seen is said by the kind of text, and only prose has words and grammar', () => {
  const list = ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Kurt Gödel', 'Emmy Noether'];
  const verse = 'To be, or not to be, that is the question:\nWhether tis nobler in the mind\n';
  for (const [text, kind] of /** @type {const} */ ([
    [LONG_TEXT, 'prose'],
    [verse.repeat(9), 'prose'],
    ['The cat sat on the mat and the dog\nran to the man who was in the van\n'.repeat(9), 'prose'],
    [sums(50), 'numbers'],
    ['3.14159, 2.71828\n1.41421, 1.61803\n'.repeat(9), 'numbers'],
    [list.join('\n'), 'lines'],
    [names(seeded(2), 200), 'lines'],
    ['#ff8800 orange\r\n#00ffaa mint\r\n'.repeat(9), 'lines'],
    ['for (let i = 0; i < n; i++) {\n  sum += list[i];\n}\n'.repeat(9), 'code'],
    ['def mean(xs):\n    return sum(xs) / len(xs)\n\n'.repeat(9), 'code'],
    ['吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。'.repeat(9), 'other'],
  ])) {
    assert.equal(kindOf(text), kind, text.slice(0, 40));
  }
  for (const kind of /** @type {const} */ (['lines', 'numbers', 'other'])) {
    for (const stage of STAGES) assert.doesNotMatch(seeing(kind, stage), /word|gramm|syllab/i);
  }
});
