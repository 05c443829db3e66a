/** What the chart shows, as far as it can be tested without drawing it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvOf } from '../src/page/chart/csv.js';
import { nearestStop, standOf, stopsOf } from '../src/page/chart/handle.js';
import { placeLabels } from '../src/page/chart/labels.js';
import { LossHistories, MOST_EARLIER } from '../src/page/chart/loss-histories.js';
import { lineAt, readAt, sceneOf, ticksOf } from '../src/page/chart/scene.js';
import { countTicks, linearTicks, logTicks, timeTicks } from '../src/page/chart/ticks.js';
import { clock, digits } from '../src/page/chart/units.js';
import { describeChart } from '../src/page/chart/words.js';
import { pan, spanOf, zoomAt, zoomOf } from '../src/page/chart/zoom.js';
import { compact } from '../src/page/format.js';
import { initialState } from '../src/page/state.js';
import { LossHistory } from '../src/shared/loss-history.js';
import {
  CONFIG,
  heldOut,
  play,
  progress,
  READY,
  reduce,
  report,
  snapshot,
  TRAINING,
} from './messages.js';

/** Plays messages with the histories beside the state. */
function watch(messages, state = initialState(), histories = new LossHistories()) {
  for (const event of messages) {
    const before = state;
    state = reduce(before, event);
    histories.observe(before, event, state);
  }
  return { state, histories };
}

/** What the chart says in words. */
const wordsOf = (state, histories) => describeChart(state, histories, sceneOf(state, histories));

/** A hundred steps with two measurements. */
const RUN = [
  ...TRAINING,
  heldOut(1, 0, 2.89),
  progress(
    1,
    100,
    Array.from({ length: 100 }, (_, i) => 2.8 - i / 100),
  ),
  heldOut(1, 80, 2),
];

test('axes are ruled at round values within what is shown', () => {
  assert.deepEqual(linearTicks(0, 100, 5), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(linearTicks(1.13, 1.52, 4), [1.2, 1.3, 1.4, 1.5]);
  assert.deepEqual(linearTicks(1.76, 2.93, 5), [2, 2.25, 2.5, 2.75]);
  assert.deepEqual(countTicks(3, 9, 20), [3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(countTicks(0, 100, 5), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(timeTicks(0, 100, 5), [0, 30, 60, 90]);
  assert.deepEqual(timeTicks(0, 20_000, 5), [0, 7200, 14_400]);
  assert.deepEqual(logTicks(1.4, 70, 6), [2, 5, 10, 20, 50]);
  assert.deepEqual(logTicks(1.5, 1.9, 4), [1.5, 1.6, 1.7, 1.8, 1.9]);
});

test('numbers are as short as their place wants them', () => {
  assert.deepEqual([950, 12_000, 1_254_000].map(compact), ['950', '12K', '1.25M']);
  assert.deepEqual([3.7, 65, 3605].map(clock), ['3.7 s', '1:05', '1:00:05']);
  assert.deepEqual([1.8316, 12.4, 105.2].map(digits), ['1.832', '12.40', '105']);
});

test('names stand apart, in the order of their lines, and the less important ones give way', () => {
  const wanted = [
    { y: 100, priority: 3, item: 'a' },
    { y: 104, priority: 2, item: 'b' },
    { y: 300, priority: 1, item: 'c' },
  ];
  const placed = placeLabels(wanted, 0, 400, 16, 20);
  assert.deepEqual(
    placed.map(({ y, line, item }) => [y, line, item]),
    [
      [94, 100, 'a'],
      [110, 104, 'b'],
      [300, 300, 'c'],
    ],
  );
  const crowd = Array.from({ length: 20 }, (_, i) => ({ y: 100 + i, priority: -i, item: i }));
  const few = placeLabels(crowd, 0, 400, 16, 20);
  assert.ok(few.length >= 3 && few.length < 6);
  assert.ok(
    few.some(({ item }) => item === 0),
    'the most important one is there',
  );
  few.slice(1).forEach(({ y, line }, i) => {
    assert.ok(y - few[i].y >= 16 - 1e-9 && Math.abs(y - line) <= 20);
  });
  const atTheEdge = placeLabels([{ y: -3, priority: 1, item: 'x' }], 4, 400, 16, 20);
  assert.equal(atTheEdge[0].y, 4);
});

test('zooming keeps the place under the pointer, and all is all again', () => {
  const all = /** @type {const} */ ([0, 1000]);
  const span = zoomAt([0, 1000], all, 0.5, 400);
  assert.deepEqual(span, [200, 700]);
  assert.deepEqual(zoomOf(span, all), { from: 200, to: 700 });
  assert.deepEqual(pan(span, all, 900), [500, 1000]);
  assert.equal(zoomOf(zoomAt(span, all, 100, 300), all), null);
  assert.ok(zoomAt([500, 501], all, 0.001, 500)[1] > 500, 'never to nothing');
});

test('a stretch that reaches the end of a run grows with it, and another stays', () => {
  const end = zoomOf([600, 1000], [0, 1000]);
  assert.deepEqual(end, { from: 600, to: null });
  assert.deepEqual(spanOf(end, [0, 2000]), [600, 2000]);
  assert.deepEqual(spanOf({ from: 200, to: 700 }, [0, 2000]), [200, 700]);
  assert.deepEqual(spanOf({ from: 800, to: null }, [0, 500]), [0, 500], 'the run went back');
});

test('the chart goes by steps, characters or time, in nats, bits or perplexity', () => {
  const { state, histories } = watch(RUN);
  const set = (change) => sceneOf(reduce(state, { type: 'setChart', change }), histories);
  assert.deepEqual(set({}).all, [0, 100]);
  assert.deepEqual(set({ by: 'charactersSeen' }).all, [0, 100_000]);
  assert.deepEqual(set({ by: 'seconds' }).all, [0, 5]);
  for (const [unit, expected] of /** @type {const} */ ([
    ['nats', 2],
    ['bits', 2 / Math.LN2],
    ['perplexity', Math.exp(2)],
  ])) {
    for (const logarithmic of [false, true]) {
      const scene = set({ unit, logarithmic });
      const { heldOut } = readAt(scene, 80);
      assert.ok(Math.abs(scene.value(heldOut.y) - expected) < 1e-12);
      assert.equal(heldOut.x, 80);
      const { up } = ticksOf(scene, { across: 5, up: 5 });
      assert.ok(up.length >= 3 && up.length <= 9, `${unit}: ${up.map(({ tick }) => tick)}`);
      for (const { y } of up) assert.ok(y >= scene.range[0] - 1e-9 && y <= scene.range[1] + 1e-9);
    }
  }
});

test('all lines lie within what is shown, and a zoomed chart fits what is left', () => {
  const { state, histories } = watch(RUN);
  const whole = sceneOf(state, histories);
  assert.ok(whole.range[0] < 1.81 && whole.range[1] > 2.89);
  const zoom = { from: 80, to: null };
  const part = sceneOf(reduce(state, { type: 'setChart', change: { zoom } }), histories);
  assert.ok(part.range[1] < 2.3, 'blind guessing is far above');
});

test('a stretch of steps is forgotten when the axis goes by something else', () => {
  const zoomed = reduce(initialState(), {
    type: 'setChart',
    change: { zoom: { from: 1, to: 2 }, unit: 'bits' },
  });
  assert.deepEqual(zoomed.chart.zoom, { from: 1, to: 2 });
  const turned = reduce(zoomed, { type: 'setChart', change: { by: 'seconds' } });
  assert.equal(turned.chart.zoom, null);
});

test('another run is looked at from its beginning, and one that came back as it was', () => {
  const zoom = { from: 50, to: null };
  const zoomed = watch([...RUN, snapshot(1, 90), { type: 'setChart', change: { zoom } }]);
  const fault = reduce(zoomed.state, { type: 'fault', message: '' });
  assert.equal(fault.run?.phase, 'restoring');
  assert.equal(fault.chart.zoom, zoom);
  assert.equal(reduce(zoomed.state, { type: 'reset' }).chart.zoom, null);
});

test('a reading holds the nearest points and the marks at its place', () => {
  const { state, histories } = watch(RUN);
  histories.current.mark('dropout', 0, 0.2);
  const scene = sceneOf(reduce(state, { type: 'setChart', change: { lookBack: 1 } }), histories);
  const { training, heldOut, marks } = readAt(scene, 50.2);
  assert.ok(Math.abs(Number(training) - 2.31) < 1e-6);
  assert.equal(heldOut?.x, 80);
  assert.deepEqual(marks, []);
  assert.equal(readAt(scene, 99.8).marks[0].setting, 'dropout');
});

test('a run that was reset stays as an earlier one until it comes back or is cleared', () => {
  const reset = watch([...RUN, snapshot(1, 90), { type: 'reset' }]);
  assert.equal(reset.histories.current.isEmpty, true);
  assert.deepEqual(
    reset.histories.earlier.map(({ number, name }) => [number, name]),
    [[1, 'Your text of 700 letters, RNN 256, rate 0.005']],
    'by its length too: other texts without a name are on the chart as well',
  );
  const scene = sceneOf(reset.state, reset.histories);
  assert.equal(scene.earlier[0].training.y.length, 100);
  assert.match(
    wordsOf(reset.state, reset.histories),
    /Earlier run 1: .*, training 1\.868, held out 2\.000\./,
  );
  const undone = watch([{ type: 'undo' }], reset.state, reset.histories);
  assert.deepEqual(undone.histories.earlier, []);

  const again = watch([...RUN, { type: 'reset' }]);
  watch([{ type: 'clearEarlier' }], again.state, again.histories);
  assert.deepEqual(again.histories.earlier, []);
});

test('an earlier run keeps both of its lines, each by its own points, with its first and last', () => {
  const measured = Array.from({ length: 10 }, (_, i) => heldOut(1, i * 10, 3 - i / 10));
  const messages = [...RUN.slice(0, -1), ...measured];
  const present = watch(messages);
  const { columns } = sceneOf(present.state, present.histories);
  const { state, histories } = watch([...messages, { type: 'reset' }]);
  const [{ training, heldOut: line }] = sceneOf(state, histories).earlier;
  assert.deepEqual(line.x, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  assert.deepEqual(
    training.y,
    columns.smoothed.filter((y) => y !== null),
    'the line that it had',
  );
  assert.match(wordsOf(state, histories), /Earlier run 1: .*, training 1\.868, held out 2\.100\./);

  // However long it was, the few measurements are not lost among the many steps.
  const long = Array.from({ length: 2000 }, (_, i) => progress(1, i + 1, [2]));
  const twice = [heldOut(1, 0, 2.89), heldOut(1, 999, 2)];
  const thinned = watch([...TRAINING, ...long, ...twice, { type: 'reset' }]);
  const [run] = sceneOf(thinned.state, thinned.histories).earlier;
  assert.deepEqual(run.heldOut.x, [0, 999]);
  assert.deepEqual([run.training.x[0], run.training.x.at(-1)], [1, 2000]);
  assert.ok(run.training.y.length < 300);
});

test('an earlier run is read where its line is drawn, not at a measured neighbour', () => {
  const { state, histories } = watch([...RUN, { type: 'reset' }]);
  const scene = sceneOf(state, histories);
  const [{ heldOut: line }] = scene.earlier;
  assert.deepEqual(
    [line.x, line.y],
    [
      [0, 80],
      [2.89, 2],
    ],
  );
  assert.equal(readAt(scene, 40).earlier[0].heldOut, lineAt(line, 40));
  assert.ok(Math.abs(Number(lineAt(line, 40)) - 2.445) < 1e-12, 'half way between both');
  assert.deepEqual([lineAt(line, 0), lineAt(line, 80), lineAt(line, 81)], [2.89, 2, null]);
});

test('what is drawn to measure by is what may be named, and what is named is marked', () => {
  const baselines = {
    part: 1,
    known: [2.5, 2, 1.6, 1.5, 1.55].map((loss, i) => ({ kind: 'ngram', order: i + 1, loss })),
  };
  const { state, histories } = watch(RUN);
  const source = state.run?.text;
  const measured = {
    ...state,
    baselines: { phase: 'done', requestId: 1, source, result: baselines },
  };
  const { references } = sceneOf(measured, histories);
  assert.deepEqual(
    references.map(({ order, named }) => [order, named]),
    [
      [0, false],
      [1, true],
      [2, true],
      [3, false],
      [4, false],
    ],
    'five letters are no better than four',
  );
  assert.match(
    wordsOf(measured, histories),
    /at 2\.000\. Beats letter frequencies\. Next: guessing from the last letter\./,
  );
});

test('only so many earlier runs are kept, and their numbers go on', () => {
  let { state, histories } = watch([]);
  for (let i = 1; i <= MOST_EARLIER + 2; i++) {
    ({ state, histories } = watch(
      [
        ...(i === 1 ? [READY, TRAINING[1]] : []),
        { type: 'train' },
        { type: 'started', runId: state.lastId + 1, run: report(), textName: 'x', trainedMs: 0 },
      ],
      state,
      histories,
    ));
    const { id } = /** @type {import('../src/page/state.js').Run} */ (state.run);
    ({ state, histories } = watch(
      [progress(id, 3, [3, 2, 1]), { type: 'reset' }],
      state,
      histories,
    ));
  }
  const numbers = histories.earlier.map(({ number }) => number);
  assert.deepEqual(numbers, [3, 4, 5, 6, 7]);
});

test('the table holds every point and mark of every run, and survives any name', () => {
  const history = new LossHistory();
  history.add({ step: 2, charactersSeen: 20, seconds: 0.5 }, [3, 2.5]);
  history.addHeldOut({ step: 1, loss: 2.75 });
  history.mark('learningRate', 0.003, 0.001);
  const lines = csvOf([{ name: 'a "b", c', history }]).split('\r\n');
  assert.deepEqual(lines, [
    'run,step,characters,training_seconds,training_loss_nats,held_out_loss_nats,held_out_estimated_over_characters,held_out_loss_with_letter_statistics_nats,changed,from,to',
    '"a ""b"", c",1,10,0.25,3,,,,,,',
    '"a ""b"", c",1,10,0.25,,2.75,,,,,',
    '"a ""b"", c",2,20,0.5,2.5,,,,,,',
    '"a ""b"", c",2,20,0.5,,,,,learningRate,0.003,0.001',
    '',
  ]);
});

test('the line with letter statistics is there while it is wanted, and never in the network’s place', () => {
  const together = { loss: 1.5, network: 2, statistics: 1.8, predictions: 70, places: [] };
  const measured = { ...heldOut(1, 90, 2), heldOut: { step: 90, loss: 2, together } };
  const { state, histories } = watch([...RUN, measured]);
  const off = sceneOf(state, histories);
  assert.ok(off.columns.together.every((y) => y === null));
  assert.doesNotMatch(wordsOf(state, histories), /statistics at|1\.500/);
  const asked = reduce(state, { type: 'setSampling', change: { statistics: 'measured' } });
  const on = sceneOf(asked, histories);
  assert.deepEqual(
    on.columns.together.filter((y) => y !== null),
    [1.5],
  );
  const { heldOut: line, together: both } = readAt(on, 90);
  assert.deepEqual([line?.y, both], [2, 1.5]);
  assert.ok(on.range[0] < 1.5);
  assert.match(wordsOf(asked, histories), /network \+ letter statistics is at 1\.500/);
  assert.match(csvOf([{ name: 'a', history: histories.current }]), /a,90,[^\r]*,,2,,1\.5,,,/);
});

test('no cell of the table is a formula', () => {
  const history = new LossHistory();
  history.add({ step: 1, charactersSeen: 20, seconds: 0.5 }, [3]);
  for (const name of ['=HYPERLINK("x")', '+1', '-1', '@x', '\t=1', '\r=1', '\n=1']) {
    const table = csvOf([{ name, history }]);
    const [, cell = ''] = table.match(/held_out.*\r\n("?[\s\S]*?),1,20,/) ?? [];
    assert.match(cell, /^"?'/, JSON.stringify(table));
  }
  assert.match(csvOf([{ name: 'a=b', history }]), /\r\na=b,1,20,/);
});

test('the words say what the chart shows', () => {
  const { state, histories } = watch([
    ...RUN,
    { type: 'tuned', runId: 1, config: { ...CONFIG, learningRate: 0.001 } },
  ]);
  const words = wordsOf(state, histories);
  assert.match(words, /^100 steps\. The training line is at [\d.]+ nats per letter\./);
  assert.match(words, /held-out line is at 2\.000\. Beats letter frequencies\./);
  assert.match(words, /blind guessing at 2\.890; letter frequencies at 2\.600/);
  assert.match(words, /learning rate 0\.005 → 0\.001 at step 100/);
  const bits = reduce(state, { type: 'setChart', change: { unit: 'bits' } });
  assert.match(wordsOf(bits, histories), /held-out line is at 2\.885/);
  assert.match(wordsOf(initialState(), new LossHistories()), /Nothing has been learned yet/);
});

test('what is taken from the chart is given to the person', () => {
  const content = new Blob(['x']);
  const { sent } = play([{ type: 'saveFile', fileName: 'a.csv', content }]);
  assert.deepEqual(sent, [{ type: 'saveFile', fileName: 'a.csv', content }]);
});

test('the handle stands at a sample or at the newest step, along every axis', () => {
  const sampled = (step) => ({ type: 'sampled', runId: 1, sample: { step, text: `${step}` } });
  const { state, histories } = watch([...TRAINING, sampled(0)]);
  const still = sceneOf(state, histories);
  assert.deepEqual(stopsOf(still, histories.current), [], 'nothing is drawn to put it on');
  const losses = Array.from({ length: 100 }, () => 2.5);
  const grown = watch([progress(1, 100, losses), sampled(50), sampled(100)], state, histories);
  const stopsBy = (by) => {
    const scene = sceneOf({ ...grown.state, chart: { ...grown.state.chart, by } }, histories);
    return { stops: stopsOf(scene, histories.current), span: scene.span };
  };
  const { stops, span } = stopsBy('step');
  assert.deepEqual(stops, [
    { x: 0, step: 0 },
    { x: 50, step: 50 },
    { x: 100, step: 100 },
    { x: 100, step: null },
  ]);
  // Each step reads a hundred characters and takes 10 ms.
  assert.deepEqual(stopsBy('charactersSeen').stops[1], { x: 5000, step: 50 });
  assert.deepEqual(stopsBy('seconds').stops[1], { x: 0.5, step: 50 });

  assert.equal(nearestStop(stops, -10, span)?.step, 0);
  assert.equal(nearestStop(stops, 26, span)?.step, 50);
  assert.equal(nearestStop(stops, 99, span)?.step, null, 'at the right end it is now');
  assert.equal(nearestStop(stops, 0, [40, 60])?.step, 50, 'what is out of sight is not dragged to');
  assert.equal(nearestStop(stops, 0, [60, 90]), undefined);

  const now = { x: 100, step: null };
  assert.deepEqual(standOf(stops, { open: 'time', step: 50 }), stops[1]);
  assert.deepEqual(standOf(stops, { open: 'time', step: null }), now);
  assert.deepEqual(standOf(stops, { open: 'memory', step: 50 }), now, 'it is the step of one lens');
  assert.equal(standOf([], { open: 'time', step: null }), undefined);
});
