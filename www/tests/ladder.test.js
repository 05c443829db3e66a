/** The ladder as the page asks for it, and what it says of a loss. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packedBytes } from '../src/ladder/gzip.js';
import { measureLadder, ORDERS } from '../src/ladder/measure.js';
import { referencesOf, SEEING, STAGES, stageOf, standing } from '../src/ladder/standing.js';
import { ladderOf } from '../src/state/ladder.js';
import { heldOut, LONG_TEXT, play, progress, report, started, TRAINING } from './happenings.js';
import { sums } from './sums.js';

const NOTHING = async () => {};

test('the ladder of a text has all its rungs, and says how far it is', async () => {
  const parts = [];
  const text = sums(300);
  const ladder = await measureLadder(
    `\ufeff${text.replaceAll('\n', '\r\n')}`,
    (told) => parts.push(told.part),
    NOTHING,
  );
  const orders = ladder.rungs.flatMap((rung) => (rung.kind === 'ngram' ? rung.order : []));
  assert.deepEqual(orders, [1, 2, 3, 4, 5, 6, 7, 8].slice(0, ORDERS));
  assert.equal(ladder.characters, text.length, 'line ends are counted as the core counts them');
  assert.equal(ladder.counted + ladder.measured, text.length);
  assert.ok(parts.every((part, i) => i === 0 || part >= parts[i - 1]));
  assert.equal(parts.at(-1), 1);
  const [letters, pairs] = ladder.rungs;
  assert.ok(letters.loss < Math.log(ladder.symbols) && pairs.loss < letters.loss);

  const all = await packedBytes(text);
  const before = await packedBytes(text, Math.floor(text.length * 0.9));
  const gzip = ladder.rungs.find(({ kind }) => kind === 'gzip');
  assert.equal(gzip?.loss, ((all - before) * 8 * Math.LN2) / ladder.measured);
});

test('a text longer than memory allows is counted near its held-out part', async () => {
  // Of which only the end can tell that b follows a.
  const text = 'ba'.repeat(1_700_000) + 'ab'.repeat(1_700_000);
  const ladder = await measureLadder(text, () => {}, NOTHING);
  assert.equal(ladder.characters, 6_800_000);
  assert.equal(ladder.counted, 3_000_000);
  assert.equal(ladder.measured, 680_000);
  assert.ok(ladder.rungs[1].loss < 1e-5);
});

const LADDER = {
  part: 1,
  characters: 700,
  symbols: 18,
  counted: 630,
  measured: 70,
  rungs: [
    { kind: 'ngram', order: 1, loss: 2.5 },
    { kind: 'ngram', order: 2, loss: 2 },
    { kind: 'ngram', order: 3, loss: 1.6 },
    { kind: 'ngram', order: 4, loss: 1.5 },
    { kind: 'ngram', order: 5, loss: 1.55 },
    { kind: 'gzip', loss: 1.8 },
  ],
};

test('a loss stands between the rung that it has passed and the next one', () => {
  const references = referencesOf(report(), LADDER);
  assert.deepEqual(
    references.map(({ name }) => name),
    [
      'blind guessing',
      'letter frequencies',
      '2-letter statistics',
      'gzip',
      '3-letter statistics',
      '5-letter statistics',
      '4-letter statistics',
    ],
  );
  assert.deepEqual(
    references.filter(({ best }) => best).map(({ order }) => order),
    [4],
  );
  for (const [loss, sentence] of /** @type {const} */ ([
    [3, 'not yet better than blind guessing'],
    [2.6, 'better than blind guessing, not yet than letter frequencies'],
    [1.9, 'better than 2-letter statistics, not yet than gzip'],
    // Five letters are no rung when four do better.
    [1.58, 'better than 3-letter statistics, not yet than 4-letter statistics'],
    [1.4, 'better than all letter statistics'],
  ])) {
    assert.equal(standing(loss, references), sentence);
  }
});

test('before the ladder is measured, blind guessing and letter frequencies stand in', () => {
  const references = referencesOf(report(), null);
  assert.deepEqual(
    references.map(({ name, loss }) => [name, loss]),
    [
      ['blind guessing', 2.89],
      ['letter frequencies', 2.6],
    ],
  );
  assert.equal(standing(2, references), 'better than letter frequencies');
  assert.equal(standing(2, []), '');
});

test('each stage has its loss, with the ladder and without', () => {
  for (const ladder of [LADDER, null]) {
    const references = referencesOf(report(), ladder);
    const stages = [2.85, 2.58, 2.2, 1.8, 1.55, 0.9].map((loss) => stageOf(loss, references));
    assert.deepEqual(stages, STAGES);
  }
});

/** The effects of some kind. */
const of = (sent, type) => sent.filter((effect) => effect.type === type);

const later = (runId, trainedMs) => ({ ...progress(runId, 50, [2.8]), trainedMs });

test('the ladder is measured once, after the training had its first seconds alone', () => {
  const first = play([...TRAINING, later(1, 500)]);
  assert.deepEqual(of(first.sent, 'measureLadder'), []);
  const second = play([later(1, 4000), later(1, 5000)], first.state);
  const [asked, ...more] = of(second.sent, 'measureLadder');
  assert.equal(asked.source.content, LONG_TEXT);
  assert.deepEqual(more, []);
  const { requestId } = asked;
  const part = { ...LADDER, part: 0.4, rungs: LADDER.rungs.slice(0, 2) };
  const partly = play([{ type: 'ladder', requestId, ladder: part }], second.state);
  assert.equal(ladderOf(partly.state), part);
  const done = play([{ type: 'ladder', requestId, ladder: LADDER }], partly.state);
  assert.equal(done.state.ladder.phase, 'done');

  // The same text again has the same ladder.
  const again = play([{ type: 'reset' }, { type: 'train' }], done.state);
  const { id } = /** @type {import('../src/state.js').Run} */ (again.state.run);
  const { state, sent } = play([started(id), later(id, 9000)], again.state);
  assert.deepEqual(of(sent, 'measureLadder'), []);
  assert.equal(ladderOf(state), LADDER);
});

test('a pause leaves time to measure the ladder', () => {
  const { sent } = play([...TRAINING, { type: 'pause' }, { type: 'paused', runId: 1, step: 3 }]);
  assert.equal(of(sent, 'measureLadder').length, 1);
});

test('a measurement that nobody waits for is stopped, and its answer is late', () => {
  const measuring = play([...TRAINING, later(1, 4000)]);
  const [{ requestId }] = of(measuring.sent, 'measureLadder');
  const reset = play([{ type: 'reset' }], measuring.state);
  assert.equal(of(reset.sent, 'stopLadder').length, 1);
  const late = play([{ type: 'ladder', requestId, ladder: LADDER }], reset.state);
  assert.equal(late.state.ladder.told, null);
  const other = play(
    [{ type: 'edit', value: `${LONG_TEXT} And more.` }, { type: 'train' }],
    late.state,
  );
  const { id } = /** @type {import('../src/state.js').Run} */ (other.state.run);
  const { sent } = play([started(id), later(id, 4000)], other.state);
  assert.notEqual(of(sent, 'measureLadder')[0].requestId, requestId);
});

test('the measurement can be stopped and begun again', () => {
  const { state } = play([...TRAINING, later(1, 4000)]);
  const stopped = play([{ type: 'stopLadder' }, later(1, 5000)], state);
  assert.deepEqual(of(stopped.sent, 'stopLadder').length, 1);
  assert.equal(stopped.state.ladder.phase, 'stopped');
  const again = play([{ type: 'measureLadder' }], stopped.state);
  assert.equal(of(again.sent, 'measureLadder').length, 1);
  const { requestId } = of(again.sent, 'measureLadder')[0];
  const failed = play([{ type: 'ladderFailed', requestId, message: 'x' }], again.state);
  assert.equal(failed.state.ladder.phase, 'failed');
});

test('a text that was changed for the weights has no ladder of its own', () => {
  const begun = { ...started(1), run: report({ skippedCharacters: 3 }) };
  const { sent, state } = play([...TRAINING.slice(0, 3), begun, later(1, 4000)]);
  assert.deepEqual(of(sent, 'measureLadder'), []);
  assert.equal(ladderOf(state), null);
});

test('the stages are told as they come, each once, and never back', () => {
  const { state } = play([...TRAINING, progress(1, 1, [2.88])]);
  assert.equal(state.run?.stage, 'random');
  assert.doesNotMatch(state.announcement, /Random/);
  const fits = play([progress(1, 40, new Array(39).fill(2.2))], state).state;
  assert.equal(fits.run?.stage, 'pairs');
  assert.equal(fits.announcement, `Step 40: ${SEEING.pairs}`);
  const worse = play([progress(1, 90, new Array(50).fill(2.9))], fits).state;
  assert.equal(worse.run?.stage, 'pairs');
  assert.equal(worse.announcement, fits.announcement);
});

test('after the first pass over the text only the held-out loss tells the stage', () => {
  const second = { ...progress(1, 40, new Array(40).fill(0.5)), epoch: 1 };
  const { state } = play([...TRAINING, heldOut(1, 0, 2.88), second]);
  assert.equal(state.run?.stage, 'random');
  assert.equal(play([heldOut(1, 40, 1.8)], state).state.run?.stage, 'syllables');
});
