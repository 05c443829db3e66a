/** A worker that stops without a word, and one that has reason to be silent. */

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Watchdog } from '../src/page/browser/watchdog.js';
import { afterAwake, NoAnswer, within } from '../src/shared/wait-limit.js';
import { Pace } from '../src/worker/training/pace.js';
import { play, progress, READY, snapshot, TRAINING, typesOf } from './messages.js';

/** A watchdog over a worker that is ready, and what it tells. */
function watch() {
  /** @type {string[]} */
  const reported = [];
  const watchdog = new Watchdog({
    ask: () => reported.push('ask'),
    slow: (doing, seconds) => reported.push(`slow ${doing} ${seconds}`),
    quick: () => reported.push('quick'),
    lost: () => reported.push('lost'),
  });
  watchdog.receive(READY);
  /** So many seconds pass. */
  const wait = (seconds, hidden = false) => {
    for (let second = 0; second < seconds; second++) watchdog.beat(hidden);
  };
  /** What it reported since this was asked last. */
  const since = () => reported.splice(0);
  return { watchdog, wait, since };
}

const ALIVE = { type: 'alive' };

test('a_worker_that_stops_without_a_word_is_lost_within_ten_seconds', () => {
  const { watchdog, wait, since } = watch();
  wait(1);
  watchdog.receive(ALIVE);
  wait(8);
  assert.deepEqual(since(), ['ask', 'ask']);
  wait(1);
  assert.deepEqual(since(), ['lost']);
});

test('a_worker_that_says_anything_is_alive', () => {
  const { watchdog, wait, since } = watch();
  for (let minute = 0; minute < 60; minute++) {
    wait(7);
    watchdog.receive(progress(1, minute, [1]));
  }
  assert.ok(since().every((reported) => reported === 'ask'));
});

test('a_tab_that_is_hidden_or_asleep_is_no_fault', () => {
  const { wait, since } = watch();
  wait(7);
  wait(3600, true);
  wait(7);
  assert.ok(!since().includes('lost'));
  wait(1);
  assert.deepEqual(since(), ['lost'], 'seen again, it is watched again');
});

test('a_worker_that_is_busy_with_a_huge_text_is_called_slow_and_not_lost', () => {
  const { watchdog, wait, since } = watch();
  watchdog.receive({ type: 'doing', doing: 'read' });
  wait(7);
  assert.deepEqual(since(), []);
  wait(3600);
  assert.deepEqual(since(), ['slow read 8'], 'once');
  watchdog.receive(ALIVE);
  assert.deepEqual(since(), [], 'it still reads');
  watchdog.receive({ type: 'doing', doing: null });
  assert.deepEqual(since(), ['quick']);
  wait(9);
  assert.deepEqual(since(), ['ask', 'lost']);
});

test('a_network_that_does_not_load_is_called_slow', () => {
  const slow = mock.fn();
  const quick = mock.fn();
  const watchdog = new Watchdog({ ask: assert.fail, slow, quick, lost: assert.fail });
  for (let second = 0; second < 100; second++) watchdog.beat(false);
  assert.deepEqual(
    slow.mock.calls.map(({ arguments: args }) => args),
    [['loading', 8]],
  );
  watchdog.receive(READY);
  assert.equal(quick.mock.callCount(), 1);
});

test('steps_that_took_long_may_take_as_long_again_and_a_first_one_is_left_to_the_person', () => {
  const { watchdog, wait, since } = watch();
  watchdog.receive({ type: 'pace', heavy: true, longestMs: 0 });
  wait(100);
  assert.deepEqual(since(), ['ask', 'slow step 8']);
  watchdog.receive({ type: 'pace', heavy: false, longestMs: 12_000 });
  assert.deepEqual(since(), ['quick']);
  wait(48);
  assert.deepEqual(since(), ['ask']);
  wait(1);
  assert.deepEqual(since(), ['lost']);
});

test('a_step_that_is_longer_than_one_that_took_ten_seconds_is_said_with_its_true_time', () => {
  const { watchdog, wait, since } = watch();
  watchdog.receive({ type: 'pace', heavy: true, longestMs: 10_000 });
  wait(41);
  assert.deepEqual(since(), ['ask', 'slow step 40']);
});

test('a_step_that_was_interrupted_by_a_sleep_makes_nobody_wait_for_ever', () => {
  const { watchdog, wait, since } = watch();
  watchdog.receive({ type: 'pace', heavy: false, longestMs: 8 * 3600_000 });
  wait(241);
  assert.deepEqual(since(), ['ask', 'lost']);
});

test('what_a_worker_says_of_its_pace_is_news_each_time', () => {
  /** @type {any[]} */
  const reported = [];
  const pace = new Pace(({ heavy, longestMs }) => reported.push([heavy, longestMs]));
  pace.expect(1e6);
  pace.note(1e6, 30);
  assert.deepEqual(reported, [], 'a small network needs no word');
  pace.expect(5e9);
  pace.note(5e9, 1500);
  pace.expect(5e9);
  assert.deepEqual(reported.splice(0), [
    [true, 0],
    [true, 1500],
    [false, 1500],
  ]);
  for (const ms of [900, 1600, 2900]) pace.note(5e9, ms);
  assert.deepEqual(reported, []);
  // Sequences were made longer.
  pace.expect(5e10);
  pace.renew();
  assert.deepEqual(reported, [
    [true, 1500],
    [false, 0],
  ]);
});

test('a_wait_is_over_in_time_but_a_sleep_costs_it_no_more_than_a_tick', () => {
  /** @type {() => void} */
  let tick = assert.fail;
  let ms = 0;
  const every = mock.method(globalThis, 'setInterval', (act, each) => {
    tick = act;
    ms = each;
  });
  const act = mock.fn();
  afterAwake(8000, act);
  assert.equal(ms, 1000);
  // However long it was between two of them: a timer that was due many times while all stood still fires once.
  for (let second = 0; second < 7; second++) tick();
  assert.equal(act.mock.callCount(), 0);
  tick();
  assert.equal(act.mock.callCount(), 1);
  every.mock.restore();
});

test('an_answer_in_time_counts_and_one_that_is_late_is_passed_on', async () => {
  assert.equal(await within(Promise.resolve(7), 10), 7);
  await assert.rejects(within(Promise.reject(new TypeError()), 10), TypeError);
  /** @type {(value: number) => void} */
  let answer = () => {};
  const late = mock.fn();
  const question = new Promise((resolve) => {
    answer = resolve;
  });
  await assert.rejects(within(question, 10, late), NoAnswer);
  answer(7);
  await question;
  assert.deepEqual(late.mock.calls[0].arguments, [7]);
});

test('a_worker_that_takes_long_can_be_stopped_and_its_run_goes_on', () => {
  const before = play([
    ...TRAINING,
    snapshot(1, 50),
    { type: 'slow', doing: 'read', seconds: 8 },
  ]).state;
  const notice = before.notices.worker;
  assert.match(
    notice?.text ?? '',
    /^After 8 seconds the network is still reading a text\. Wait, or stop it/,
  );
  assert.equal(play([{ type: 'quick' }], before).state.notices.worker, null);
  const [action] = notice?.actions ?? [];
  const stopped = play([action?.intent], before);
  assert.deepEqual(stopped.sent, [{ type: 'stopWorker' }]);
  const fault = { type: 'fault', message: '', stopped: true };
  const { state, sent } = play([fault], stopped.state);
  assert.deepEqual(typesOf(sent), ['replaceWorker', 'restore']);
  assert.match(state.alert?.text ?? '', /^The network was stopped\. Training went on from step 50/);
  assert.equal(state.notices.worker, null);
});

test('a_network_that_is_not_loaded_can_be_tried_again_at_once', () => {
  const slow = play([{ type: 'slow', doing: 'loading', seconds: 8 }]).state;
  assert.equal(slow.notices.worker?.actions[0]?.label, 'Try again');
  const { state, sent } = play([{ type: 'fault', message: '', stopped: true }], slow);
  assert.deepEqual(typesOf(sent), ['replaceWorker']);
  assert.equal(state.engine, 'loading');
  assert.equal(state.alert, null);
});
