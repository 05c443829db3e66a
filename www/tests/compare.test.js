/** A comparison is fair, its lanes are what they would be alone, and each goes its own way. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import * as core from '../../pkg/babble.js';
import {
  COMPARABLE,
  decode,
  differenceOf,
  encode,
  MOST,
  networksOf,
  sharedBy,
  suggest,
} from '../src/page/compare/choices.js';
import { Comparison } from '../src/page/compare/comparison.js';
import { heightAt, lagTable, lossTable, verdict } from '../src/page/compare/figures.js';
import { takeOver } from '../src/page/compare/keep.js';
import { turnsOf } from '../src/page/compare/turns.js';
import { FIRST_VALUES, readConfig } from '../src/page/settings/fields.js';
import { LossHistory } from '../src/shared/loss-history.js';
import { look } from '../src/worker/lenses/look.js';
import { Run } from '../src/worker/training/run.js';
import { root } from '../tools/paths.js';
import { play, report, TRAINING, typesOf } from './messages.js';
import { sums } from './sums.js';

await core.default({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

const TEXT = sums(200);
const SETTINGS = {
  ...FIRST_VALUES,
  hiddenSize: '16',
  batchSize: '4',
  sequenceLength: '16',
  runCharacters: '20000',
};
const CELLS = { field: /** @type {const} */ ('cell'), values: ['rnn', 'gru', 'lstm'] };
const SILENT = {
  on: false,
  charactersPerSecond: 40,
  temperature: 0.8,
  topK: 0,
  topP: 1,
  seed: 1,
  prompt: '',
  statistics: 'off',
};

test('lanes that take turns come to the weights and held-out losses of the same runs alone, bit for bit', () => {
  let clock = 0;
  mock.method(performance, 'now', () => (clock += 30));
  const networks = networksOf({ ...CELLS, by: 'charactersSeen' }, SETTINGS);
  const lanes = networks.map(({ config }) => {
    /** @type {any[]} */
    const events = [];
    const run = new Run(1, core, { trainer: new core.Trainer(config, TEXT) }, SILENT, (event) => {
      events.push(event);
      if (event.type === 'progress') run.acknowledge();
    });
    run.announce('sums', { save() {}, close() {} });
    run.train();
    run.hold(true);
    return { config, run, events };
  });
  const isOver = (/** @type {any[]} */ events) => events.some(({ type }) => type === 'finished');
  for (let turn = 0; !lanes.every(({ events }) => isOver(events)); turn += 1) {
    const { run, events } = lanes[turn % lanes.length];
    if (isOver(events)) continue;
    run.hold(false);
    for (let slice = 0; slice <= turn % 5; slice += 1) run.slice();
    run.hold(true);
    const before = events.length;
    assert.equal(run.work, 'nothing');
    run.slice();
    assert.equal(events.length, before, 'who stands still does nothing');
    // A person may pause, too.
    if (turn % 7 === 0) {
      run.hold(false);
      run.pause();
      run.slice();
      run.train();
    }
  }
  for (const { config, run, events } of lanes) {
    const alone = new core.Trainer(config, TEXT);
    const measured = events.filter(({ type }) => type === 'heldOut').map(({ heldOut }) => heldOut);
    const whole = measured.filter(({ estimate }) => estimate === undefined);
    assert.ok(whole.length > 1, `${whole.length} whole measurements`);
    for (const { step, loss } of whole) {
      while (alone.step < step) alone.run(0);
      alone.beginEvaluation();
      const heldOut = alone.evaluate(1e9);
      assert.deepEqual([heldOut?.step, heldOut?.loss], [step, loss]);
    }
    while (alone.finished === null) alone.run(0);
    assert.deepEqual(weightsOf(run.save().bytes), weightsOf(alone.save()));
  }
  mock.restoreAll();
});

/** The tensors of a file. @param {Uint8Array} file */
function weightsOf(file) {
  const view = new DataView(file.buffer, file.byteOffset);
  const length = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, length)));
  return Object.entries(header)
    .filter(([name]) => name !== '__metadata__' && !name.startsWith('resume.'))
    .map(
      ([
        name,
        {
          data_offsets: [from, to],
        },
      ]) => [name, file.slice(length + from, length + to)],
    );
}

test('none gets ahead by more than a turn, however fast it is and however many cores there are', () => {
  const speeds = [100, 30, 7];
  for (const slots of [1, 2, 3]) {
    const shares = speeds.map((speed) => ({
      spent: 0,
      turn: speed * 5,
      runs: false,
      isOver: false,
    }));
    for (let tick = 0; tick < 3000; tick += 1) {
      turnsOf(shares, slots).forEach((runs, i) => {
        shares[i].runs = runs;
      });
      assert.ok(shares.filter(({ runs }) => runs).length <= slots);
      assert.ok(
        shares.some(({ runs }) => runs),
        'somebody always runs',
      );
      for (const [i, share] of shares.entries()) if (share.runs) share.spent += speeds[i];
      const least = Math.min(...shares.map(({ spent }) => spent));
      for (const [i, { spent, turn }] of shares.entries()) {
        assert.ok(spent - least <= turn + speeds[i], `${spent} of ${least}, with ${slots}`);
      }
    }
    assert.ok(shares.every(({ spent }) => spent > 2000));
  }
});

test('who is over leaves its place to the others', () => {
  const share = { spent: 0, turn: 10, runs: true, isOver: false };
  const over = { ...share, isOver: true };
  assert.deepEqual(turnsOf([over, { ...share, spent: 900, runs: false }], 1), [false, true]);
  assert.deepEqual(turnsOf([over, over], 2), [false, false]);
});

test('what is suggested can be compared, and a link brings it back', () => {
  assert.deepEqual(suggest('learningRate', FIRST_VALUES), ['0.015', '0.03', '0.06']);
  assert.deepEqual(suggest('hiddenSize', { ...FIRST_VALUES, hiddenSize: '100' }), [
    '50',
    '100',
    '200',
  ]);
  assert.deepEqual(suggest('dropout', FIRST_VALUES), ['0', '0.1', '0.25']);
  const fields = { ...FIRST_VALUES, layers: '2', schedule: 'step', optimizer: 'sgd' };
  for (const field of COMPARABLE) {
    for (const common of [FIRST_VALUES, fields]) {
      const values = suggest(field, common);
      assert.ok(values.length >= 2 && values.length <= MOST, `${field}: ${values}`);
      const choice = { field, values, by: /** @type {const} */ ('seconds') };
      for (const { problem } of networksOf(choice, common)) assert.equal(problem, '');
      const link = encode(choice);
      const back = decode(link, common);
      if (back !== null) assert.deepEqual(back, choice, link);
    }
  }
  for (const hostile of [
    '',
    'seconds,learningRate,0.1',
    'seconds,learningRate,1,2,3,4',
    'seconds,learningRate,0.1,1e99',
    'charactersSeen,cell,rnn,<b>',
    'charactersSeen,seed,1,-1',
    'charactersSeen,momentum,0,0.9',
    'ever,cell,rnn,gru',
    'seconds,__proto__,1,2',
    'seconds,shards,1,2',
  ]) {
    assert.equal(decode(hostile, FIRST_VALUES), null, hostile);
  }
});

test('networks differ in one setting, and an optimizer brings its usual rate', () => {
  const [half, whole] = networksOf(
    { field: 'learningRate', values: ['0,0025', '0.005'], by: 'charactersSeen' },
    FIRST_VALUES,
  );
  assert.deepEqual({ ...half.config, learningRate: 0.005 }, whole.config);
  assert.equal(half.name, 'Learning rate 0.0025');
  const optimizers = { field: /** @type {const} */ ('optimizer'), values: ['adam', 'sgd'] };
  const rates = (/** @type {typeof FIRST_VALUES} */ fields) =>
    networksOf({ ...optimizers, by: 'charactersSeen' }, fields).map(
      ({ config }) => config.learningRate,
    );
  assert.deepEqual(rates(FIRST_VALUES), [0.03, 1]);
  assert.deepEqual(rates({ ...FIRST_VALUES, learningRate: '0.1' }), [0.1, 0.1]);
  const problems = (/** @type {string[]} */ values) =>
    networksOf({ field: 'hiddenSize', values, by: 'seconds' }, FIRST_VALUES).map(
      ({ problem }) => problem,
    );
  assert.match(problems(['64', 'many'])[1], /needs a number/);
  assert.match(problems(['64', '5000'])[1], /between 1 and 1024/);
  assert.match(problems(['64', '64'])[1], /there already/);
});

test('what networks share is said truly of each setting', () => {
  const says = (/** @type {import('../src/page/settings/fields.js').Field} */ field) => {
    const choice = {
      field,
      values: suggest(field, FIRST_VALUES),
      by: /** @type {const} */ ('seconds'),
    };
    return `${sharedBy(field)}. ${differenceOf(field, networksOf(choice, FIRST_VALUES))}`;
  };
  assert.equal(says('cell'), 'in the same order, from the same seed. Only the cell differs.');
  assert.match(says('seed'), /^in the same order, each from its own seed\./);
  assert.match(says('optimizer'), /Only the optimizer and its usual learning rate differ\.$/);
  assert.match(says('learningRate'), /Only the learning rate differs\.$/);
  for (const field of COMPARABLE) {
    const [one, other] = suggest(field, SETTINGS);
    const shares = sharedBy(field).startsWith('in the same order');
    assert.equal(
      shares,
      !['batchSize', 'passageLength'].includes(field),
      `${field}: ${one}, ${other}`,
    );
  }
});

/** A comparison of three cells whose workers are played here. */
function played(
  by = /** @type {import('../src/page/compare/choices.js').By} */ ('charactersSeen'),
  cores = 1,
) {
  /** @type {{ sent: any[], hear(event: object): void, gone: boolean }[]} */
  const workers = [];
  const makePort = () => {
    /** @type {any} */
    const listeners = {};
    const worker = {
      sent: /** @type {any[]} */ ([]),
      gone: false,
      hear: (/** @type {object} */ event) => listeners.message({ data: { runId: 1, ...event } }),
    };
    workers.push(worker);
    return /** @type {any} */ ({
      postMessage: (/** @type {any} */ command) => worker.sent.push(command),
      terminate: () => {
        worker.gone = true;
      },
      addEventListener: (/** @type {string} */ type, /** @type {any} */ hear) => {
        listeners[type] = hear;
      },
    });
  };
  const choice = { ...CELLS, by };
  const text = { name: 'sums', content: TEXT };
  const sampling = { ...SILENT, on: true };
  const setup = {
    choice,
    wanted: networksOf(choice, SETTINGS),
    text,
    symbols: 13,
    sampling,
    cores,
  };
  const comparison = new Comparison(setup, makePort, () => {});
  return { comparison, workers, types: () => workers.map(({ sent }) => typesOf(sent).join(' ')) };
}

const progress = (/** @type {number} */ step) => ({
  type: 'progress',
  step,
  losses: Float32Array.of(2),
  charactersSeen: step * 64,
  trainedMs: step * 10,
  charactersPerSecond: 6400,
});

test('a lane whose worker says nothing is given up, and the others get their turns', async () => {
  const { comparison, workers, types } = played('seconds');
  const [silent, ...others] = workers;
  for (const worker of workers) worker.hear({ type: 'ready', runId: undefined });
  const alive = { type: 'alive', runId: undefined };
  for (let second = 0; second < 9; second++) {
    assert.equal(comparison.lanes[0].over, null);
    comparison.beat(false);
    for (const other of others) other.hear(alive);
  }
  assert.equal(comparison.lanes[0].over, 'failed');
  assert.match(comparison.lanes[0].said, /does not answer/);
  assert.ok(silent.gone);
  for (const other of others) {
    await new Promise(setImmediate);
    other.hear({ type: 'probed', requestId: 1, charactersPerSecond: 1000 });
  }
  await new Promise(setImmediate);
  assert.match(types()[1], /probe .*start/);
});

test('weights that are not handed over are given up, and can be asked for again', async () => {
  mock.timers.enable({ apis: ['setInterval'] });
  const { comparison, workers } = played('charactersSeen', 4);
  const [lane, other] = comparison.lanes;
  let saving = lane.save();
  assert.ok(lane.isSaving);
  for (let second = 0; second < 20; second += 1) mock.timers.tick(1000);
  assert.equal(await saving, null);
  assert.equal(lane.isSaving, false);
  saving = lane.save();
  const { requestId } = workers[0].sent.at(-1);
  workers[0].hear({ type: 'saved', requestId, step: 3 });
  assert.equal((await saving)?.step, 3);
  saving = other.save();
  workers[1].hear({ type: 'failed', message: 'It has stopped.', name: 'Error', fatal: true });
  assert.equal(await saving, null, 'a worker that fails keeps nobody waiting');
  mock.timers.reset();
});

test('on one core one trains at a time; each is paused and goes on as a run does', () => {
  const { comparison, workers, types } = played();
  assert.ok(comparison.takesTurns);
  assert.deepEqual(types(), ['start', '', '']);
  assert.equal(workers[0].sent[0].unsaved, true);
  workers[0].hear(progress(40));
  assert.deepEqual(types(), ['start acknowledge', '', ''], 'its turn is half a second');
  workers[0].hear(progress(51));
  assert.deepEqual(types(), ['start acknowledge acknowledge hold', 'start', '']);
  assert.equal(workers[0].sent.at(-1).held, true);
  for (const worker of workers) worker.sent.length = 0;
  comparison.pause();
  assert.deepEqual(types(), ['hold pause sampling', 'hold pause sampling', 'sampling']);
  assert.equal(workers[0].sent[0].held, false, 'it is measured');
  for (const worker of workers) worker.sent.length = 0;
  workers[1].hear(progress(70));
  assert.deepEqual(types(), ['', 'acknowledge', ''], 'nobody trains while all are paused');
  comparison.goOn();
  assert.deepEqual(types(), ['sampling', 'acknowledge sampling', 'sampling start']);
});

test('an explosion or a fault of one is said in its lane, and the others go on to the end', () => {
  const { comparison, workers, types } = played('charactersSeen', 4);
  assert.deepEqual(types(), ['start', 'start', 'start']);
  const [one, other, third] = comparison.lanes;
  workers[0].hear(progress(10));
  workers[0].hear({
    type: 'diverged',
    step: 12,
    loss: Number.POSITIVE_INFINITY,
    learningRate: 900,
    restoredStep: 5,
    config: { ...one.config, learningRate: 450 },
  });
  assert.equal(one.over, 'explosion');
  assert.match(one.said, /step 12 under the learning rate 900, with a loss of infinite/);
  assert.deepEqual(
    workers[0].sent.slice(-2).map(({ type }) => type),
    ['hold', 'pause'],
  );
  workers[0].hear(progress(20));
  assert.equal(one.step, 10, 'what it would go on with is another network');
  workers[1].hear({ type: 'failed', message: 'It is too large.', name: 'Error', fatal: false });
  assert.deepEqual([other.over, other.said, workers[1].gone], ['failed', 'It is too large.', true]);
  workers[2].hear(progress(30));
  workers[2].hear({ type: 'heldOut', heldOut: { step: 30, loss: 1.5 } });
  workers[2].hear({ type: 'finished', why: 'end', best: null });
  assert.deepEqual([third.over, comparison.isOver], ['end', true]);
  assert.deepEqual(verdict(comparison.lanes, 'charactersSeen', true), '');
});

test('by seconds each has its own length, and the first at its end ends it for all', async () => {
  const { comparison, workers, types } = played('seconds', 4);
  for (const [i, speed] of [1000, 500, null].entries()) {
    assert.equal(types()[i], 'probe');
    workers[i].hear({ type: 'probed', charactersPerSecond: speed });
    await new Promise(setImmediate);
  }
  const lengths = workers.map(({ sent }) => sent.at(-1).config.runCharacters);
  assert.deepEqual(lengths, [20_000, 10_000, 20_000]);
  workers[0].hear(progress(50));
  workers[0].hear({ type: 'finished', why: 'end', best: null });
  workers[1].hear(progress(49));
  assert.equal(comparison.lanes[1].over, null);
  workers[1].hear(progress(51));
  assert.equal(comparison.lanes[1].over, 'time');
  assert.equal(typesOf(workers[1].sent).at(-1), 'pause');
});

test('a lane becomes the run of the page, with its losses; the run before it can come back', () => {
  const { config } = readConfig(SETTINGS);
  const history = new LossHistory();
  history.add(
    { step: 8, charactersSeen: 512, seconds: 1 },
    Float32Array.of(3, 3, 2, 2, 2, 2, 2, 9),
  );
  const lane = { config, history, step: 8, heldOut: { step: 6, loss: 2 }, over: null };
  const text = { name: 'sums', content: TEXT };
  const saved = {
    type: 'saved',
    runId: 1,
    requestId: 3,
    step: 7,
    weights: new ArrayBuffer(4),
    trainedMs: 900,
  };
  const intent = takeOver(/** @type {any} */ (lane), text, TEXT, /** @type {any} */ (saved));
  assert.equal(intent.curve.training.step.at(-1), 7, 'what came after these weights is forgotten');
  const { state, sent } = play([...TRAINING, intent]);
  assert.deepEqual(typesOf(sent).slice(-3), ['save', 'drop', 'restore']);
  const command = sent.at(-1);
  assert.deepEqual([command.weights, command.training, command.kept], [saved.weights, false, null]);
  assert.equal(command.runId, state.run?.id);
  assert.equal(state.run?.phase, 'restoring');
  assert.equal(state.fields.hiddenSize, '16');
  assert.equal(state.discarded?.run.id, 1);
  const ready = {
    type: 'started',
    runId: state.run?.id,
    run: report({ config, step: 7 }),
    textName: 'sums',
    trainedMs: 900,
  };
  assert.equal(play([ready], state).state.run?.phase, 'paused');
});

/** @param {string} name @param {[number, number][]} losses by characters */
function measured(name, losses) {
  const history = new LossHistory();
  for (const [at, loss] of losses) {
    history.add({ step: at, charactersSeen: at, seconds: at / 10 }, [loss]);
    history.addHeldOut({ step: at, loss });
  }
  return { name, history, lags: null, heldOut: null, over: null };
}

test('who is ahead is judged where all have come to, and the tables say what is drawn', () => {
  const slow = measured('slow', [
    [100, 3],
    [200, 2.5],
  ]);
  const fast = measured('fast', [
    [100, 2.8],
    [300, 1.8],
  ]);
  assert.equal(
    verdict([slow, fast], 'charactersSeen', false),
    'fast is ahead after 200 letters: 2.300, 0.200 below the other.',
  );
  assert.equal(
    verdict([slow, fast], 'charactersSeen', true),
    'fast has the lowest loss on unseen text: 1.800, 0.700 below the other.',
  );
  assert.equal(verdict([slow, measured('new', [])], 'charactersSeen', false), '');
  const points = [
    { x: 1, y: 10 },
    { x: 3, y: 20 },
  ];
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((at) => heightAt(points, at)),
    [null, 10, 15, 20, null],
  );
  const { head, rows } = lossTable([slow, fast], 'charactersSeen');
  assert.deepEqual(head, ['Letters read', 'slow', 'fast']);
  assert.deepEqual(rows.at(-1), ['newest', '2.500', '1.800']);
  assert.deepEqual(
    rows.find(([at]) => at === '200'),
    ['200', '2.500', '2.300'],
  );
  const lags = { ...fast, lags: Float64Array.of(4, 2, 1, 1, 0.4) };
  assert.deepEqual(lagTable([lags]).rows.slice(0, 3), [
    ['1', '1.0'],
    ['2', '0.50'],
    ['5', '0.10'],
  ]);
});

test('the gradient by lag is the mean of what each place is influenced by', () => {
  const trainer = new core.Trainer(readConfig(SETTINGS).config, TEXT);
  while (trainer.step < 20) trainer.run(0);
  const seen = look({ what: 'lags', characters: 109 }, trainer, core);
  assert.ok(seen.what === 'lags' && seen.places === 9 && seen.influence.length === 100);
  const page = [...trainer.heldOutText(109)];
  const sum = new Float64Array(100);
  for (let from = 0; from < 9; from += 1) {
    const one = trainer.influence(page.slice(from, from + 101).join('')).reverse();
    for (const [back, value] of one.entries()) sum[back] += value;
  }
  seen.influence.forEach((value, back) => {
    assert.ok(Math.abs(value - sum[back] / 9) <= 1e-12 * sum[back], `${back + 1} back`); // the order of nine sums
  });
  const short = look({ what: 'lags', characters: 1 }, trainer, core);
  assert.ok(short.what === 'lags' && short.influence.length === 0 && short.places === 0);
  trainer.free();
});
