/** How a run fares, and what the page says when it goes wrong. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_HEALTH, healthAfter, levelOf } from '../src/page/run/health.js';
import { rateFor, ratesOf, signsOf, storyOf } from '../src/page/run/trouble-card.js';
import { initialState } from '../src/page/state.js';
import { CONFIG, progress, reduce, TRAINING } from './messages.js';

/** Plays messages; the state they lead to, with the health beside it. */
function play(messages, from = { state: initialState(), health: FIRST_HEALTH }) {
  let { state, health } = from;
  for (const event of messages) {
    const before = state;
    state = reduce(before, event);
    health = healthAfter(health, before, event, state);
  }
  return { state, health, level: levelOf(state.run, health), run: state.run, alert: state.alert };
}

/** Reports of one step each, from `from` on, 25 ms apart. */
const reports = (from, count, loss, change = {}) =>
  Array.from({ length: count }, (_, i) => {
    const step = from + i;
    return { ...progress(1, step, [loss]), trainedMs: step * 25, ...change };
  });

const diverged = (change = {}) => ({
  type: 'diverged',
  runId: 1,
  step: 401,
  loss: 90,
  learningRate: 900,
  restoredStep: 300,
  config: { ...CONFIG, optimizer: 'sgd', learningRate: 450 },
  times: 1,
  stopped: false,
  ...change,
});

/** 400 steps that went well, below blind guessing (2.89). */
const well = play([...TRAINING, ...reports(1, 400, 2)]);

const after = (messages, from = well) => play(messages, from);

test('a run that learns is steady, and nothing is known before its first step', () => {
  assert.equal(play(TRAINING).level, null);
  assert.equal(play([...TRAINING, ...reports(1, 1, 2.9)]).level, 'steady');
  assert.equal(well.level, 'steady');
  assert.equal(well.health.trouble, null);
});

test('a gradient norm far above its usual is a wobble, which passes', () => {
  const usual = after(reports(401, 1, 2, { gradientNorm: 9 }));
  assert.equal(usual.level, 'steady', 'nine times its usual has been seen in healthy runs');
  const high = after(reports(401, 1, 2, { gradientNorm: 11 }));
  assert.equal(high.level, 'wobbling');
  assert.equal(high.health.trouble, null, 'no card comes of it');
  assert.equal(after(reports(402, 100, 2), high).level, 'wobbling', 'shown for a while');
  assert.equal(after(reports(402, 140, 2), high).level, 'steady');
  const paused = after([{ type: 'paused', runId: 1, step: 401 }], high);
  assert.equal(paused.level, 'steady', 'a run at rest does not wobble for ever');
  const known = play([...TRAINING, ...reports(1, 400, 0.001, { gradientNorm: 1e-4 })]);
  const noise = after(reports(401, 1, 0.001, { gradientNorm: 0.01 }), known);
  assert.equal(noise.level, 'steady', 'where nothing is left to learn, gradients are noise');
  const first = play([
    ...TRAINING,
    ...reports(1, 5, 2.8),
    ...reports(6, 1, 2.8, { gradientNorm: 50 }),
  ]);
  assert.equal(first.level, 'steady', 'at first nothing is usual');
});

test('a training loss that rises for long is a wobble, one bad step is none', () => {
  assert.equal(after(reports(401, 1, 2.8)).level, 'steady');
  assert.equal(after(reports(401, 20, 2.6)).level, 'wobbling');
  const known = play([...TRAINING, ...reports(1, 400, 0.02), ...reports(401, 20, 0.03)]);
  assert.equal(known.level, 'steady', 'half as much again of next to nothing is noise');
});

test('a loss above blind guessing that was below it is trouble, with a card that stays', () => {
  const bad = after([...reports(401, 10, 2.2, { gradientNorm: 40 }), ...reports(411, 40, 3.5)]);
  assert.equal(bad.level, 'trouble');
  const trouble = bad.health.trouble;
  assert.equal(trouble?.kind, 'blind');
  assert.match(
    signsOf(trouble),
    /^The gradient norm rose first, at step 401\. Gradient norms before: /,
  );
  assert.match(storyOf(bad.run, bad.health, trouble), /Since step 4\d\d it is above/);
  const more = after(reports(451, 100, 3.5), bad);
  assert.equal(more.health.trouble, trouble, 'the card tells of the first moment');

  const calm = after(reports(551, 1000, 2), more);
  assert.equal(calm.level, 'steady');
  assert.equal(calm.health.trouble, trouble, 'it stays for somebody to read');
  const over = after(reports(1551, 400, 2), calm);
  assert.equal(over.health.trouble, null);
  const never = play([...TRAINING, ...reports(1, 100, 2.95)]);
  assert.equal(never.level, 'steady', 'fresh weights may be above it');
});

test('steps that move the weights too far or nowhere are trouble, but not while the rate warms up', () => {
  const far = after(reports(401, 60, 2, { updateRatio: 0.5 }));
  assert.equal(far.health.trouble?.kind, 'update');
  assert.match(
    storyOf(far.run, far.health, far.health.trouble),
    /moves the weights by 49\.9% of their size/,
  );
  const still = after(reports(401, 200, 2, { updateRatio: 1e-8 }));
  assert.equal(still.health.trouble?.kind, 'still');
  assert.equal(
    rateFor(still.state, still.health.trouble),
    0.005,
    'the usual one of Adam at one rate for all weights',
  );
  const warm = { updateRatio: 1e-8, learningRate: 1e-6 };
  const start = play([...TRAINING, ...reports(1, 200, 2, warm)]);
  assert.equal(start.level, 'steady');
});

test('a dozen explosions are one card and one announcement', () => {
  const state = reduce(well.state, { type: 'setField', field: 'optimizer', value: 'sgd' });
  const first = after([diverged()], { ...well, state });
  assert.equal(first.level, 'trouble');
  assert.match(
    first.alert?.text ?? '',
    /rose to 90\.000 nats at step 401 .* half the learning rate/,
  );
  assert.equal(first.alert?.aloud, true, 'the card says it to who can see it');
  const twelve = after(
    Array.from({ length: 11 }, (_, i) => diverged({ step: 350, times: i + 2 })),
    first,
  );
  assert.equal(twelve.alert, first.alert);
  const { run } = twelve;
  assert.match(
    storyOf(run, twelve.health, twelve.health.trouble),
    /^The loss rose to 90\.000 nats at step 401 under a learning rate of 900\. Back at step 300, with the rate halved 12 times\.$/,
  );
  assert.equal(
    signsOf(twelve.health.trouble),
    'Gradient norms before: 1, 1, 1, 1.',
    'that a loss exploded says that it rose',
  );
  const stopped = after([diverged({ times: 30, stopped: true })], twelve);
  assert.match(stopped.alert?.text ?? '', /30 times in a row, so training stopped/);
  assert.match(storyOf(stopped.run, stopped.health, stopped.health.trouble), /Training stopped\.$/);
});

test('the card says what the schedule makes of the rate, where that is another one', () => {
  const config = { ...CONFIG, learningRate: 1.77 };
  assert.equal(
    ratesOf({ config, learningRate: 0.0358 }, 'Adam', 0.005),
    'Learning rate 1.77, by the schedule 0.0358 now. Usual for Adam: 0.005.',
  );
  for (const learningRate of [1.77, null]) {
    assert.equal(
      ratesOf({ config, learningRate }, 'Adam', 0.005),
      'Learning rate 1.77. Usual for Adam: 0.005.',
    );
  }
});

test('the card offers the usual rate, or a tenth of what exploded where that is no more than usual', () => {
  const { trouble } = after([diverged()]).health;
  const sgd = reduce(well.state, { type: 'setField', field: 'optimizer', value: 'sgd' });
  assert.equal(rateFor(sgd, { ...trouble, rate: 900 }), 1);
  assert.equal(rateFor(sgd, { ...trouble, rate: 1 }), 0.1);
  assert.equal(rateFor(sgd, { ...trouble, rate: 0.3 }), 0.03);
});

test('a rate that is set while it explodes stays in its field until the worker has it', () => {
  const set = [
    { type: 'setField', field: 'learningRate', value: '1' },
    { type: 'commitField', field: 'learningRate' },
  ];
  const between = after([diverged(), ...set, diverged({ times: 2 })]);
  assert.equal(between.state.fields.learningRate, '1');
  const config = { ...CONFIG, learningRate: 1 };
  const settled = after([{ type: 'tuned', runId: 1, config, learningRate: 1 }], between);
  assert.deepEqual([settled.state.fields.learningRate, settled.state.tuning], ['1', {}]);
});

test('another run begins without the trouble of the last', () => {
  const bad = after([diverged()]);
  const next = after([{ type: 'reset' }, { type: 'train' }], bad);
  assert.equal(next.health.trouble, null);
});
