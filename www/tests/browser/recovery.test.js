/** What goes wrong inside is told, and the run goes on. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { MANY, sums } from '../sums.js';
import { engine } from './engines.js';
import { once } from './once.js';
import { open } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

once('a rate that explodes gets a sentence, and the last good weights come back', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(MANY));
  await visitor.until('Held-out loss', '<', 3);
  await visitor.set('Learning rate', '1000');
  // The rate falls fast from 1,000; which of its halves the sentence is about is a matter of moments.
  const card = visitor.page.getByRole('region', { name: 'Trouble', exact: true });
  await visitor.says(card, /learning rate of [\d.]+\. Back at step [\d,]+, with the rate halved/);
  // Halved until it learns: the field shows what is in force, and the loss comes back to earth.
  await visitor.page.waitForFunction(() => {
    const field = /** @type {HTMLInputElement | null} */ (document.querySelector('#learningRate'));
    return field !== null && Number(field.value) < 1000;
  });
  await visitor.set('Learning rate', '0.003');
  await visitor.until('Training loss', '<', 2.4);
  assert.deepEqual(visitor.errors, []);
});

/** How a worker breaks: its wasm traps, really; it never comes back from a call; it is gone. */
/** @typedef {'trap' | 'loop' | 'close'} Break */

/**
 * Makes the first worker break after some calls of the export behind `Trainer.run`.
 * @param {import('./visit.js').Visitor} visitor
 * @param {number} workers how many workers shall break
 * @param {Break} [how]
 */
async function breakWorkers(visitor, workers, how = 'trap') {
  let made = 0;
  await visitor.page.context().route(/worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const script = await response.text();
    if (!script.includes('instantiate')) return route.fulfill({ response });
    made += 1;
    const body = made > workers ? script : `(${breakLater.toString()})('${how}');\n${script}`;
    return route.fulfill({ response, body });
  });
}

/** Runs in the worker, before its own script. @param {Break} how */
function breakLater(how) {
  // (module (func (export "trap") unreachable))
  const bytes = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 116, 114, 97, 112, 0, 0,
    10, 5, 1, 3, 0, 0, 11,
  ];
  const trap = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports.trap;
  let left = 40;
  const wrap = (/** @type {WebAssembly.Instance} */ instance) => ({
    exports: new Proxy(
      { ...instance.exports },
      {
        get(exports, name) {
          const value = Reflect.get(exports, name);
          if (name !== 'trainer_run') return value;
          return (/** @type {unknown[]} */ ...args) => {
            if (left-- > 0) return value(...args);
            if (how === 'close') self.close();
            while (how === 'loop');
            return how === 'trap' ? /** @type {() => void} */ (trap)() : value(...args);
          };
        },
      },
    ),
  });
  const { instantiate, instantiateStreaming } = WebAssembly;
  const replaced = async (/** @type {any} */ result) => {
    const made = await result;
    return made instanceof WebAssembly.Instance
      ? wrap(made)
      : { module: made.module, instance: wrap(made.instance) };
  };
  WebAssembly.instantiate = /** @type {any} */ (
    (/** @type {any[]} */ ...args) => replaced(/** @type {any} */ (instantiate)(...args))
  );
  WebAssembly.instantiateStreaming = /** @type {any} */ (
    (/** @type {any[]} */ ...args) => replaced(/** @type {any} */ (instantiateStreaming)(...args))
  );
}

test('after a trap in the wasm the page says so and training goes on', async () => {
  const visitor = await session.visit();
  await breakWorkers(visitor, 1);
  await visitor.arrive();
  await visitor.set('Hidden size', '32');
  await visitor.train(sums(400));
  await visitor.page
    .getByText(/stopped unexpectedly/i)
    .first()
    .waitFor();
  await visitor.button('Pause').waitFor();
  const step = await visitor.number('Step');
  await visitor.until('Step', '>', step + 10);
  assert.deepEqual(visitor.errors, []);
});

for (const how of /** @type {const} */ (['loop', 'close'])) {
  test(`a worker that stops without a word (${how}) is replaced and training goes on`, async () => {
    const visitor = await session.visit();
    await breakWorkers(visitor, 1, how);
    // The page's beat is a second; here it is faster.
    await visitor.page.addInitScript(() => {
      const { setInterval } = window;
      Object.assign(window, {
        setInterval: (/** @type {() => void} */ act, /** @type {number} */ ms) =>
          setInterval(act, ms === 1000 ? 250 : ms),
      });
    });
    await visitor.arrive();
    await visitor.set('Hidden size', '32');
    await visitor.train(sums(400));
    await visitor.says(visitor.alert, /does not answer any more\. Training went on from step \d+/);
    const step = await visitor.number('Step');
    await visitor.until('Step', '>', step + 10);
    assert.deepEqual(visitor.errors, []);
  });
}

once('a worker that breaks again and again is given up, and the text stays', async () => {
  const visitor = await session.visit();
  await breakWorkers(visitor, 100);
  await visitor.arrive();
  await visitor.set('Hidden size', '32');
  const text = sums(400);
  await visitor.paste(text);
  await visitor.button('Train').click();
  await visitor.says(visitor.alert, /This happened 3 times, so training was stopped/);
  await visitor.button('Resume').waitFor();
  assert.equal(await visitor.value('Training text'), text);
});

once('a wasm that cannot be fetched gets a sentence, and can be tried again', async () => {
  const visitor = await session.visit();
  const isWasm = /\.wasm$/;
  await visitor.page.context().route(isWasm, (route) => route.abort());
  await visitor.arrive();
  await visitor.button('Try again').waitFor();
  await visitor.page.context().unroute(isWasm);
  await visitor.button('Try again').click();
  await visitor.train(sums(400));
});

// Firefox asks no second time for a module that it once failed to fetch.
test('what comes with the first step is asked for again, and meanwhile the page says so', {
  skip: engine !== 'chromium',
}, async () => {
  const visitor = await (await session.visit()).arrive();
  const { page } = visitor;
  let asked = 0;
  const isLater = /\/later-[^/]*\.js$/;
  await page.route(isLater, (route) => {
    asked += 1;
    return route.abort();
  });
  // The sheet of settings comes later too.
  await visitor.paste(sums(400));
  await visitor.press('Train');
  await visitor.until('Step', '>', 0);
  await visitor.says(page.locator('#plot-hint'), /could not be fetched. It is tried again/);
  await page.locator('#chip-network').click();
  await visitor.says(page.locator('#settings-sheet'), /could not be fetched/);
  await visitor.until('Step', '>', 200);
  assert.ok(asked < 30, `asked ${asked} times within some seconds`);
  await page.unroute(isLater);
  await page.getByRole('heading', { name: 'All settings' }).waitFor();
  await visitor.closeSheet();
  await page.locator('#plot canvas').waitFor();
  await visitor.reach(page.locator('#download-list'));
  await visitor.button('ONNX model').waitFor();
});

once('weights meet another text: what they lack is listed, skipped or added', async () => {
  for (const [choice, told] of /** @type {const} */ ([
    [/Skip/, /This run leaves out [\d,]+ characters that the vocabulary lacks/],
    [/Add/, /The vocabulary grew by 2 symbols/],
  ])) {
    const visitor = await (await session.visit()).arrive();
    await visitor.set('Hidden size', '32');
    await visitor.train(sums(300));
    await visitor.pause();
    const { bytes } = await visitor.download();
    await visitor.press('Reset');
    await visitor.paste(sums(300).replaceAll('+', '😀é'));
    await visitor.choose('Load weights', 'weights.safetensors', bytes);
    await visitor.button('Resume').click();
    await visitor.page.getByText(/😀/).filter({ hasText: /é/ }).first().waitFor();
    await visitor.page.getByRole('button', { name: choice }).click();
    await visitor.page.getByText(told).first().waitFor();
    await visitor.until('Step', '>', 0);
    assert.deepEqual(visitor.errors, []);
  }
});
