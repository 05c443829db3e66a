/** What was saved by an earlier version opens and goes on: weights files, links and a browser's database. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import init, { Sampler, Weights } from '../../pkg/babble_node.js';
import { readConfig, UNNAMED_VALUES } from '../src/page/settings/fields.js';
import { decodeLink } from '../src/page/settings/link.js';
import { SAMPLES } from '../src/page/text/samples.js';
import { root } from '../tools/paths.js';

const weightsFolder = join(root, 'tests/compatibility');
/** @param {string} name */
const fixture = (name) =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'compatibility', name), 'utf8'));

before(() => init());

test('an older weights file goes on in the shipped package with the losses of the native build', () => {
  const text = readFileSync(join(weightsFolder, 'text.txt'), 'utf8');
  const values = JSON.parse(readFileSync(join(weightsFolder, 'values.json'), 'utf8'));
  for (const [name, { losses, heldOut, writes }] of Object.entries(values)) {
    const file = readFileSync(join(weightsFolder, `${name}.safetensors`));
    const trainer = new Weights(file).resume(text);
    assert.equal(trainer.report().origin, 'exact', name);
    const next = Array.from({ length: losses.length }, () => trainer.run(0).losses[0]);
    assert.deepEqual(next, losses.map(Number).map(Math.fround), name);
    trainer.beginEvaluation();
    let measured = null;
    while (measured === null) measured = trainer.evaluate(1000);
    assert.equal(Math.fround(measured.loss), Math.fround(Number(heldOut)), name);
    const sampler = new Sampler(1);
    trainer.prompt(sampler, '1');
    assert.equal(trainer.write(sampler, 40), writes, name);
  }
});

test('an older link means what it meant', () => {
  const samples = SAMPLES.map(({ id }) => id);
  for (const { fragment, settings, text, sample, unknown } of fixture('links.json')) {
    const link = decodeLink(`#${fragment}`, samples);
    assert.ok(link !== null && !('problem' in link), fragment);
    const { config } = readConfig({ ...UNNAMED_VALUES, ...link.settings });
    // A setting that came later is as it was before there was such a setting.
    assert.deepEqual({ ...config, ...settings }, config, fragment);
    assert.deepEqual([link.hash, link.sample, link.unknown], [text, sample, unknown], fragment);
  }
});

/** A worker with the database of an earlier version. */
function olderBrowser() {
  const workerData = fixture('database.json');
  const worker = new Worker(new URL('./compatibility/worker.js', import.meta.url), { workerData });
  after(() => worker.terminate());
  /** @type {any[]} */
  const events = [];
  let arrived = () => {};
  let failed = (/** @type {unknown} */ _error) => {};
  worker.on('message', (event) => {
    events.push(event);
    arrived();
  });
  worker.on('error', (error) => failed(error));
  return {
    database: workerData,
    send: (/** @type {object} */ command) => worker.postMessage(command),
    /** The next event that satisfies this; those before it are passed over. @param {string} type */
    async next(type, matches = (/** @type {any} */ _event) => true) {
      for (;;) {
        const at = events.findIndex((event) => event.type === type && matches(event));
        if (at !== -1) return events.splice(0, at + 1).at(-1);
        await /** @type {Promise<void>} */ (
          new Promise((resolve, reject) => {
            [arrived, failed] = [resolve, reject];
          })
        );
      }
    },
  };
}

const OPEN = { type: 'open', copy: false, previewCharacters: 100_000, wholeUpTo: 300_000 };
const SAMPLING = {
  on: true,
  charactersPerSecond: 40,
  temperature: 0.8,
  topK: 0,
  topP: 1,
  seed: 1,
  prompt: '',
};

test('an older database is listed, and each of its runs opens as it was, goes on exactly and is saved again', async () => {
  const { database, send, next } = olderBrowser();
  const records = database.stores.runs.records.map(({ value }) => value);
  send({ type: 'registerTab', tab: 'a new tab', again: false });
  const { draft } = await next('tabRegistered');
  assert.equal(draft.source.name, 'large.txt');
  assert.match(await draft.source.content.text(), /^(One line of many\.\n){17000}$/);
  const { runs } = await next('savedRuns');
  assert.deepEqual(
    runs.map(({ name }) => name),
    ['Größe, naïve – 日本語 😀! Größe,…', 'Sums by hand', 'Sums by hand 2'],
  );
  let runId = 0;
  for (const run of runs) {
    const { key, name } = run;
    const record = records.find((record) => record.key === key);
    for (const field of Object.keys(run)) {
      if (field !== 'busy') assert.deepEqual(run[field], record[field], field);
    }
    runId += 1;
    send({ ...OPEN, runId, key, training: false, sampling: SAMPLING });
    const opened = await next('opened');
    const text = /^Sums/.test(name)
      ? readFileSync(join(weightsFolder, 'text.txt'), 'utf8')
      : 'Größe, naïve – 日本語 😀! '.repeat(40);
    assert.equal(opened.text.source.content, text, name);
    // What came later into the settings is as it was before there was such a setting.
    assert.deepEqual({ ...opened.run.config, ...record.config }, opened.run.config, name);
    assert.deepEqual({ ...opened.run.asked, ...record.asked }, opened.run.asked, name);
    if (/^Sums/.test(name)) {
      assert.deepEqual([opened.sampling.prompt, opened.sampling.temperature], ['12+', 0.4]);
      assert.deepEqual(
        opened.curve.marks.map(({ setting, from, to }) => [setting, from, to]),
        [
          ['temperature', 0.8, 0.4],
          ['learningRate', 0.005, 0.004],
        ],
      );
    }
    const { run: report } = await next('started');
    assert.deepEqual([report.origin, report.step], ['exact', record.step], name);
    assert.equal(opened.curve.training.step.at(-1), record.step, name);
    await next('paused');

    send({ type: 'resume', runId, text: null, unknown: null });
    const expected = database.continuations[key];
    /** @type {number[]} */
    const losses = [];
    while (losses.length < expected.length) losses.push(...(await next('progress')).losses);
    assert.deepEqual(losses.slice(0, expected.length), expected, name);
    send({ type: 'pause', runId });
    const { step } = await next('paused');
    const saved = await next('autosaved', ({ run }) => run.step === step);
    assert.deepEqual([saved.run.key, saved.run.name], [key, name]);

    send({ type: 'drop', runId });
    await next('savedRuns');
    runId += 1;
    send({ ...OPEN, runId, key, training: false, sampling: SAMPLING });
    assert.equal((await next('started')).run.step, step, name);
  }
});
