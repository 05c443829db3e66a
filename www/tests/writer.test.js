/** The generated in the worker: how much it writes when, and when it begins anew. */

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Writer } from '../src/worker/training/writer.js';

/** A sampler that counts what is done to it, and is never done by more than one. */
class Sampler {
  /** @type {Sampler[]} */
  static made = [];
  isFree = false;

  /** @param {number} seed */
  constructor(seed) {
    this.seed = seed;
    Sampler.made.push(this);
  }

  setTemperature(/** @type {number} */ temperature) {
    if (temperature > 2) throw new RangeError('too warm');
  }

  setTopK() {}
  setTopP() {}

  free() {
    assert.equal(this.isFree, false, 'freed once');
    this.isFree = true;
  }
}
const core = /** @type {any} */ ({ Sampler });

/** A model that says what it was asked for. Its vocabulary lacks "?". */
const model = /** @type {any} */ ({
  prompts: [],
  prompt(/** @type {Sampler} */ { isFree, seed }, /** @type {string} */ prompt) {
    assert.equal(isFree, false);
    model.prompts.push([seed, prompt]);
    return prompt.includes('?') ? ['?'] : [];
  },
  writeInDetail: (/** @type {Sampler} */ { isFree }, /** @type {number} */ characters) => {
    assert.equal(isFree, false);
    return { text: 'x'.repeat(characters) };
  },
});

const VOICE = {
  on: true,
  charactersPerSecond: 40,
  temperature: 0.8,
  topK: 0,
  topP: 1,
  seed: 1,
  prompt: '',
};

let clock = 0;
beforeEach(() => {
  mock.restoreAll();
  mock.method(performance, 'now', () => clock);
  Sampler.made = [];
  model.prompts = [];
});

/** What is written so long after the last time. @param {Writer} writer @param {number} ms */
function writes(writer, ms) {
  clock += ms;
  return /** @type {any} */ (writer.write(model));
}

test('it writes at its speed, and fractions of a letter are not lost', () => {
  const writer = new Writer(core, VOICE);
  let written = 0;
  for (let i = 0; i < 100; i++) written += writes(writer, 10)?.piece.text.length ?? 0;
  assert.equal(written, 40, 'a second at 40 a second, in pieces of 0.4');
});

test('after something that took long it catches up half a second, not all that was missed', () => {
  const writer = new Writer(core, VOICE);
  assert.equal(writes(writer, 400).piece.text.length, 16);
  assert.equal(writes(writer, 60_000).piece.text.length, 20);
  assert.equal(writes(writer, 500).piece.text.length, 20, 'nor is the rest owed later');
});

test('a pause owes nothing', () => {
  const writer = new Writer(core, VOICE);
  writes(writer, 90);
  writer.silence();
  assert.equal(writer.on, false);
  assert.equal(writes(writer, 60_000), null);
  writer.setSampling(VOICE);
  assert.equal(writes(writer, 20), null, 'not yet a letter');
  assert.equal(writes(writer, 25).piece.text.length, 1);
});

test('another prompt or seed begins a passage at once, and nothing else does', () => {
  const writer = new Writer(core, { ...VOICE, prompt: 'To be?' });
  const first = writes(writer, 0);
  assert.deepEqual(
    { ...first, piece: first.piece.text },
    { piece: '', restarted: true, prompt: 'To be', skipped: ['?'], mixes: false },
    'before a letter is due',
  );
  const next = writes(writer, 100);
  assert.deepEqual([next.restarted, next.prompt], [false, ''], 'it is read once');
  writer.setSampling({ ...VOICE, prompt: 'To be?', temperature: 1, charactersPerSecond: 100 });
  assert.equal(writes(writer, 100).restarted, false);

  writer.setSampling({ ...VOICE, prompt: 'Or not' });
  const other = writes(writer, 0);
  assert.deepEqual([other.restarted, other.prompt], [true, 'Or not']);
  writer.setSampling({ ...VOICE, prompt: 'Or not', seed: 2 });
  assert.equal(writes(writer, 0).restarted, true);
  writer.renew();
  assert.equal(writes(writer, 0).restarted, true, 'as for another vocabulary');
  assert.deepEqual(model.prompts, [
    [1, 'To be?'],
    [1, 'Or not'],
    [2, 'Or not'],
    [2, 'Or not'],
  ]);
  writer.free();
  assert.ok(Sampler.made.every(({ isFree }) => isFree));
});

test('a passage ends where letter statistics begin to write, and where they cease', () => {
  const writer = new Writer(core, VOICE);
  const mixed = { ...model, measure() {} };
  assert.equal(writes(writer, 100).mixes, false);
  for (const [writing, mixes] of /** @type {const} */ ([
    [mixed, true],
    [model, false],
  ])) {
    clock += 100;
    const first = writer.write(writing);
    assert.deepEqual([first?.restarted, first?.mixes], [true, mixes]);
    clock += 100;
    assert.equal(writer.write(writing)?.restarted, false);
  }
  writer.free();
});

test('what it may not be leaves it as it was, and no sampler behind', () => {
  const writer = new Writer(core, { ...VOICE, prompt: 'To be' });
  writes(writer, 0);
  assert.throws(() => writer.setSampling({ ...VOICE, temperature: 9, seed: 5 }), /too warm/);
  assert.equal(writes(writer, 100).restarted, false);
  assert.throws(() => new Writer(core, { ...VOICE, temperature: 9 }), /too warm/);
  writer.free();
  assert.ok(Sampler.made.every(({ isFree }) => isFree));
});
