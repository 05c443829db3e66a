/** Several workers for one run, in the built page. */

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { sums } from '../sums.js';
import { once } from './once.js';
import { open } from './visit.js';

const session = await open();
afterEach(() => session.leave());
after(() => session.close());

const TEXT = sums(1000);

/** A visitor whose machine has three cores, and whose workers can be got hold of. */
async function arrive() {
  const visitor = await session.visit({}, 3);
  await visitor.page.addInitScript(() => {
    const made = /** @type {[string, Worker][]} */ ([]);
    Object.assign(globalThis, {
      made,
      Worker: class extends Worker {
        /** @param {string | URL} url @param {WorkerOptions} options */
        constructor(url, options) {
          super(url, options);
          made.push([options.name, this]);
        }
      },
    });
  });
  await visitor.arrive();
  // What a preset chooses for the first sample, whether that is there by now or not.
  await visitor.set('Batch size', '8');
  await visitor.set('Learning rate', '0.004');
  await visitor.set('Hidden size', '48');
  // Or the learning rate would depend on the length of the run, in which the two differ.
  await visitor.set('Schedule', 'constant');
  return visitor;
}

/** Switches the other cores off. @param {import('./visit.js').Visitor} visitor */
async function withOneCore(visitor) {
  await visitor.reach('Use all cores');
  await visitor.field('Use all cores').uncheck();
}

/** The other worker that the page made last. */
const HELPER = `made.findLast(([name]) => name === 'parallel')[1]`;

/** A safetensors file: its description, its tensors' places and their bytes. @param {Buffer} bytes */
function parse(bytes) {
  const length = Number(bytes.readBigUInt64LE(0));
  const { __metadata__: told, ...tensors } = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  return { told, tensors, data: bytes.subarray(8 + length) };
}

test('three workers and one come to the same file, bit for bit', async () => {
  const visitor = await arrive();
  // Nobody has to ask for it.
  await visitor.reach('Use all cores');
  await visitor.page.getByText('Every step is cut into 3 shards, for 3 workers.').waitFor();
  await visitor.train(TEXT);
  await visitor.reach('Use all cores');
  // By then all have taken steps together, whatever came of the trial.
  await visitor.page.getByText(/^[23] workers .* times as fast as one/).waitFor();
  await visitor.pause();
  const step = await visitor.number('Step');
  await visitor.untilMeasuredAt(step);
  const shared = parse((await visitor.download()).bytes);
  assert.equal(JSON.parse(shared.told.config).shards, 3);

  const [at] = shared.tensors['resume.characters'].data_offsets;
  const other = await arrive();
  await withOneCore(other);
  await other.set('Shards', '3');
  await other.set('Length of the run', String(shared.data.readBigInt64LE(at)));
  await other.check('Stop at the end');
  await other.text.fill(TEXT);
  await other.press('Train');
  await other.button('Resume').waitFor();
  assert.equal(await other.number('Step'), step);
  await other.untilMeasuredAt(step);
  const alone = parse((await other.download()).bytes);
  assert.ok(alone.data.equals(shared.data), 'weights, optimizer, states, position');
  assert.deepEqual(alone.tensors, shared.tensors);
  for (const { told } of [shared, alone]) delete told.config; // the length of the run
  assert.deepEqual(alone.told, shared.told);
  assert.deepEqual([...visitor.errors, ...other.errors], []);
});

test('a worker that dies gets a sentence, and the run goes on', async () => {
  const visitor = await arrive();
  await visitor.text.fill(TEXT);
  await visitor.press('Train');
  await visitor.page.waitForFunction(() =>
    /** @type {any} */ (globalThis).made.some(([name]) => name === 'parallel'),
  );
  // As a worker that runs out of memory: it is gone, and its end is an event.
  await visitor.page.evaluate(
    `${HELPER}.terminate(); ${HELPER}.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }))`,
  );
  await visitor.reach('Use all cores');
  await visitor.page
    .getByText('A helping worker stopped (out of memory). One trains on; nothing was lost.')
    .waitFor();
  const step = await visitor.number('Step');
  await visitor.until('Step', '>', step + 10);
  assert.equal(await visitor.alert.filter({ hasText: /./ }).count(), 0);
});

once('a run whose steps are whole says why one worker trains', async () => {
  const visitor = await arrive();
  await withOneCore(visitor);
  await visitor.train(TEXT);
  await visitor.check('Use all cores');
  await visitor.page.getByText(/not cut into shards, so one worker trains/).waitFor();
  const step = await visitor.number('Step');
  await visitor.until('Step', '>', step);
});
