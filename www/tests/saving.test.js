/** How runs are saved and taken out again, with an IndexedDB in memory and locks of the test's own. */

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import 'fake-indexeddb/auto';
import { draftFrom } from '../src/page/browser/drafts.js';
import { promiseOf } from '../src/page/browser/persist.js';
import { LossHistory } from '../src/shared/loss-history.js';
import { Autosave } from '../src/worker/storage/autosave.js';
import { Locks } from '../src/worker/storage/locks.js';
import { SavedRuns } from '../src/worker/storage/saved-runs.js';
import { filled, historyOf } from '../src/worker/storage/usable.js';
import { LONG_TEXT, report } from './messages.js';

/** How long a store may be silent here. */
const ANSWER_MS = 40;

const VOICE = { on: true, charactersPerSecond: 40, temperature: 0.8, prompt: '' };

beforeEach(() => {
  mock.restoreAll();
  globalThis.indexedDB = new IDBFactory();
  // Node's would keep the process alive.
  globalThis.BroadcastChannel = undefined;
});

/** A savedRuns, and what it and its autosaves tell. @param {any} [locks] */
function tab(locks = null) {
  /** @type {any[]} */
  const events = [];
  let heard = () => {};
  const post = (event) => {
    events.push(event);
    heard();
  };
  const savedRuns = new SavedRuns('/', post, ANSWER_MS, locks);
  /** The next event that satisfies this, as soon as it is told; those before it are passed over. */
  const next = async (type, matches = () => true) => {
    for (;;) {
      const at = events.findIndex((event) => event.type === type && matches(event));
      if (at !== -1) return events.splice(0, at + 1).at(-1);
      await new Promise((resolve) => {
        heard = () => resolve(undefined);
      });
    }
  };
  return {
    savedRuns,
    events,
    next,
    attend: (tab = 't') => savedRuns.execute({ type: 'registerTab', tab, again: false }),
    autosave: (change = {}) =>
      new Autosave({ runId: 1, text: LONG_TEXT, textName: 'Kettle', ...change }, savedRuns, post),
  };
}

/** A state of the run at this step. */
const at = (step) => ({
  report: report({ step, textHash: 'ab' }),
  weights: Uint8Array.of(step, 1, 2, 3),
  curve: new LossHistory().toPlain(),
  voice: VOICE,
  step,
  trainedMs: step * 10,
});

/** Saves one state and waits until that is told. */
async function save({ next }, autosave, step) {
  autosave.save(at(step), true);
  return (await next('autosaved', ({ run }) => run.step === step)).run;
}

/** Does this with a store of the database, as no code of the page would. */
async function meddle(store, act) {
  const result = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const db = await result(indexedDB.open('babble /'));
  await act(db.transaction(store, 'readwrite').objectStore(store), result);
  db.close();
}

const STORES = ['runs', 'states', 'texts'];

test('a_run_is_whole_again_after_the_sites_data_were_cleared_while_it_trained', async () => {
  const here = tab();
  const autosave = here.autosave();
  await save(here, autosave, 1);
  here.savedRuns.execute({ type: 'rename', key: autosave.key, name: 'Mine' });
  await here.next('savedRuns');
  await save(here, autosave, 2);
  for (const store of STORES) await meddle(store, (all, result) => result(all.clear()));
  await save(here, autosave, 3);
  await save(here, autosave, 4);
  const taken = await tab().savedRuns.take(autosave.key, false);
  assert.equal(taken.state.step, 4);
  assert.equal(new TextDecoder().decode(taken.text), LONG_TEXT);
  assert.equal(taken.summary.name, 'Mine');
});

test('a_store_that_was_deleted_is_made_anew_and_the_list_is_told_again', async () => {
  const here = tab();
  const autosave = here.autosave();
  await save(here, autosave, 1);
  await here.next('savedRuns');
  await new Promise((resolve) => {
    indexedDB.deleteDatabase('babble /').onsuccess = resolve;
  });
  assert.deepEqual((await here.next('savedRuns')).runs, []);
  await save(here, autosave, 2);
  const taken = await tab().savedRuns.take(autosave.key, false);
  assert.equal(taken.text.length, LONG_TEXT.length);
});

test('a_run_whose_text_is_gone_is_taken_without_it', async () => {
  const here = tab();
  const autosave = here.autosave();
  await save(here, autosave, 1);
  await meddle('texts', (all, result) => result(all.clear()));
  const taken = await tab().savedRuns.take(autosave.key, false);
  assert.equal(taken.text, null);
  assert.deepEqual(taken.state.weights, at(1).weights);
});

test('what_is_damaged_in_a_record_costs_neither_the_run_nor_the_list', async () => {
  const here = tab();
  const autosave = here.autosave();
  await save(here, autosave, 1);
  await save(here, autosave, 2);
  const other = here.autosave();
  await save(here, other, 1);
  const DAMAGED = {
    ...{
      name: { a: 1 },
      named: 3,
      textName: null,
      sample: 7,
      characters: 'many',
      step: Number.NaN,
    },
    ...{ parameters: -1, heldOut: { loss: 'low' }, bytes: undefined, beganAt: 'May', left: 0 },
    ...{ savedAt: Number.POSITIVE_INFINITY, order: null, sequence: 'x', writer: undefined },
    config: null,
    asked: 9,
  };
  /** @type {any} */
  let whole;
  await meddle('runs', async (all, result) => {
    whole = await result(all.get(autosave.key));
  });
  for (const [field, value] of Object.entries(DAMAGED)) {
    await meddle('runs', (all, result) => result(all.put({ ...whole, [field]: value })));
    const later = tab();
    later.attend();
    const { runs } = await later.next('savedRuns');
    assert.equal(runs.length, 2, field);
    const { name, savedAt, step, bytes } = runs.find(({ key }) => key === autosave.key);
    assert.equal(typeof name, 'string');
    assert.notEqual(name, '');
    for (const number of [savedAt, step, bytes]) assert.ok(Number.isFinite(number), field);
    const taken = await later.savedRuns.take(autosave.key, false);
    assert.deepEqual(taken.state.weights, at(2).weights, field);
  }
  assert.equal((await save(here, autosave, 3)).name, 'Kettle');
});

test('a_curve_that_is_damaged_anywhere_is_known_and_a_whole_one_is_none_of_these', () => {
  const curve = new LossHistory();
  curve.add({ step: 2, charactersSeen: 20, seconds: 1 }, [3, 2]);
  curve.mark('learningRate', 1, 2);
  curve.addHeldOut({ step: 2, loss: 2.5 });
  const plain = curve.toPlain();
  assert.ok(historyOf(plain));
  assert.ok(historyOf(new LossHistory().toPlain()));
  const { training } = plain;
  const [{ setting, ...mark }] = plain.marks;
  const older = { ...plain, marks: [{ ...mark, knob: setting }] };
  assert.equal(historyOf(older)?.marks[0].setting, 'learningRate', 'as older records call it');
  for (const damaged of [
    ...[undefined, null, 7, {}],
    ...Object.keys(plain)
      .filter((part) => part !== 'samples')
      .map((part) => ({ ...plain, [part]: null })),
    ...[0, -1, 1.5, Number.NaN].map((stride) => ({ ...plain, stride })),
    { ...plain, training: { ...training, loss: training.loss.slice(1) } },
    { ...plain, training: { ...training, loss: Float64Array.of(1, Number.NaN) } },
    { ...plain, training: { ...training, step: [1, 2] } },
    { ...plain, marks: [null] },
    { ...plain, marks: [{ ...plain.marks[0], to: 'x' }] },
    { ...plain, place: { step: 1 } },
  ]) {
    assert.ok(!historyOf(damaged));
  }
  const sample = { step: 3, text: 'and so on' };
  const damagedSamples = {
    ...plain,
    samples: [sample, null, { step: 'x', text: 'y' }, { step: 4 }],
  };
  assert.deepEqual(
    historyOf(damagedSamples)?.samples,
    [sample],
    'a sample is no reason to lose the rest',
  );
  assert.deepEqual(historyOf({ ...plain, samples: undefined })?.samples, []);
});

test('what_is_damaged_in_settings_or_a_voice_is_taken_from_whole_ones', () => {
  const saved = { temperature: Number.NaN, prompt: 7, on: false, more: 1 };
  assert.deepEqual(filled(saved, VOICE), { ...VOICE, on: false });
  assert.deepEqual(filled(null, VOICE), VOICE);
});

test('a_text_that_was_left_behind_damaged_is_no_text', () => {
  const source = { name: 'Your text', content: 'mine' };
  assert.deepEqual(draftFrom(JSON.stringify({ source, edited: true }))?.source, source);
  for (const left of ['{', 'null', '7', '{}', '{"source":{"name":"a","content":1}}']) {
    assert.equal(draftFrom(left), null, left);
  }
});

test('a_draft_that_is_damaged_is_passed_over', async () => {
  const here = tab();
  here.attend();
  await here.next('savedRuns');
  await meddle('drafts', (all, result) => result(all.put({ tab: 't', content: undefined })));
  const later = tab();
  later.attend();
  assert.equal((await later.next('tabRegistered')).draft, null);
});

/** Leaves a text in the box of this tab, which is told of nothing; the list that follows is. */
async function leave({ savedRuns, next }, content) {
  savedRuns.execute({ type: 'draft', draft: { source: { name: 'x', content }, edited: true } });
  savedRuns.execute({ type: 'leave', key: 'none' });
  await next('savedRuns');
}

test('a_clock_that_is_put_back_hides_neither_the_newest_run_nor_the_newest_text', async () => {
  let now = 1e12;
  mock.method(Date, 'now', () => now);
  const here = tab();
  const old = here.autosave();
  await save(here, old, 1);
  await old.close(true);
  here.attend('a');
  await here.next('tabRegistered');
  await here.next('savedRuns');
  await leave(here, 'old');
  await meddle('drafts', async (all, result) => {
    await result(all.put({ ...(await result(all.get('a'))), tab: 'z', savedAt: now - 5 }));
  });

  now -= 1e9;
  const interrupted = here.autosave();
  await save(here, interrupted, 1);
  here.savedRuns.execute({ type: 'duplicate', key: interrupted.key });
  await here.next('savedRuns', ({ runs }) => runs.length === 3);
  const later = tab();
  later.attend('b');
  await later.next('tabRegistered');
  const { runs } = await later.next('savedRuns');
  assert.deepEqual([runs[0].key, runs[0].left], [interrupted.key, false]);
  assert.equal(runs[2].key, old.key);
  await leave(later, 'new');
  const last = tab();
  last.attend('c');
  assert.equal((await last.next('tabRegistered')).draft.source.content, 'new');
});

/** Whoever opens the database waits until it is let go, or for ever. */
async function holdBack() {
  // What is held back is the last word; before it, an upgrade would have to be.
  await tab().savedRuns.store();
  const real = indexedDB.open.bind(indexedDB);
  /** @type {(() => void)[]} */
  const waiting = [];
  const held = mock.method(indexedDB, 'open', (...args) => {
    const request = real(...args);
    const dispatch = request.dispatchEvent.bind(request);
    request.dispatchEvent = (event) => waiting.push(() => dispatch(event));
    return request;
  });
  return {
    /** Nobody else waits. */
    end: () => held.mock.restore(),
    /** Those that wait are answered. */
    letGo() {
      held.mock.restore();
      for (const answer of waiting.splice(0)) answer();
    },
  };
}

test('a_store_that_never_answers_is_told_and_asked_anew', async () => {
  const database = await holdBack();
  const here = tab();
  here.attend();
  const told = await here.next('notSaved');
  assert.deepEqual(told, { type: 'notSaved', reason: 'silent' });
  await assert.rejects(here.savedRuns.take('a', false), {
    name: 'Refused',
    message: /does not answer.*still saved/,
  });
  database.end();
  here.attend();
  assert.equal((await here.next('tabRegistered')).tab, 't');
  assert.deepEqual((await here.next('savedRuns')).runs, []);
});

test('a_run_is_saved_as_soon_as_a_silent_store_answers_and_only_its_newest_state', async () => {
  const database = await holdBack();
  const here = tab();
  const autosave = here.autosave();
  autosave.save(at(1), false);
  assert.deepEqual(await here.next('notSaved'), { type: 'notSaved', runId: 1, reason: 'silent' });
  autosave.save(at(2), false);
  autosave.save(at(3), false);
  database.letGo();
  await here.next('autosaved', ({ run }) => run.step === 3);
  assert.equal((await tab().savedRuns.take(autosave.key, false)).state.step, 3);
});

test('a_state_that_was_overtaken_while_the_store_was_silent_is_not_written_any_more', async () => {
  const database = await holdBack();
  const here = tab();
  const autosave = here.autosave();
  autosave.save(at(1), false);
  // So long that the store is opened anew.
  await new Promise((resolve) => setTimeout(resolve, ANSWER_MS * 9));
  database.end();
  autosave.save(at(2), false);
  await here.next('autosaved', ({ run }) => run.step === 2);
  database.letGo();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await tab().savedRuns.take(autosave.key, false)).state.step, 2);
});

test('a_run_that_is_put_away_lets_go_of_its_lock_though_the_store_is_silent', async () => {
  const locks = manager();
  const here = tab(locks);
  const autosave = here.autosave();
  await save(here, autosave, 1);
  assert.equal((await locks.query()).held.length, 1);
  await here.next('savedRuns');
  await holdBack();
  here.savedRuns.forget();
  autosave.save(at(2), true);
  await here.next('notSaved');
  const givenUp = mock.method(here.savedRuns, 'forget');
  await autosave.close(true);
  assert.equal(givenUp.mock.callCount(), 0, 'it was not waited for until the state was given up');
  assert.equal(here.savedRuns.own.size, 0);
  assert.deepEqual((await locks.query()).held, []);
});

/** Web Locks, as far as they are used. */
function manager() {
  const held = new Map();
  return {
    async request(name, { signal }, act) {
      while (held.has(name)) {
        await Promise.race([
          held.get(name),
          new Promise((_, reject) => {
            signal.onabort = () => reject(signal.reason);
          }),
        ]);
      }
      const over = Promise.resolve(act({ name })).finally(() => held.delete(name));
      held.set(name, over);
      return over;
    },
    query: async () => ({ held: [...held.keys()].map((name) => ({ name })) }),
  };
}

test('a_lock_that_another_has_is_not_free_until_that_one_lets_go', async () => {
  const none = mock.fn();
  const locks = new Locks(manager(), none);
  const release = await locks.hold('a', 20);
  assert.equal(await locks.hold('a', 20), null);
  assert.deepEqual([...(await locks.held())], ['a']);
  await release?.();
  assert.notEqual(await locks.hold('a', 20), null);
  assert.equal(none.mock.callCount(), 0);
});

test('locks_that_are_refused_or_silent_are_told_once_and_count_as_free', async () => {
  const refusing = () => Promise.reject(new DOMException('No.', 'SecurityError'));
  const silent = () => new Promise(() => {});
  for (const answer of [refusing, silent]) {
    const none = mock.fn();
    const locks = new Locks({ request: answer, query: answer }, none);
    assert.notEqual(await locks.hold('a', 20), null);
    assert.notEqual(await locks.hold('a', 20), null);
    assert.deepEqual([...(await locks.held())], []);
    assert.equal(none.mock.callCount(), 1);
  }
});

test('a_run_is_saved_and_opened_where_locks_are_refused', async () => {
  const refusing = () => Promise.reject(new DOMException('No.', 'SecurityError'));
  const here = tab({ request: refusing, query: refusing });
  const autosave = here.autosave();
  await save(here, autosave, 1);
  assert.deepEqual(
    here.events.filter(({ type }) => type === 'notSaved'),
    [],
  );
  const there = tab({ request: refusing, query: refusing });
  const taken = await there.savedRuns.take(autosave.key, false);
  assert.equal(taken.busy, false);
  await there.next('unguarded');
});

test('the_browser_is_asked_for_its_promise_unless_it_has_given_it', async () => {
  const asked = mock.fn(async () => false);
  assert.equal(await promiseOf({ persisted: async () => true, persist: asked }), 'granted');
  assert.equal(asked.mock.callCount(), 0);
  assert.equal(await promiseOf({ persisted: async () => false, persist: asked }), 'refused');
  assert.equal(await promiseOf(undefined), 'unable');
  const failing = async () => {
    throw new TypeError();
  };
  assert.equal(await promiseOf({ persisted: failing, persist: failing }), 'unable');
});
