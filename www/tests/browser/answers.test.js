/** The page answers while it trains, and a pause is a pause. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sums } from '../sums.js';
import { once } from './once.js';
import { boxOf, metadataOf, open, within } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

test('the page answers while it trains, shows a pause at once, and then reports no step', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.train(sums(400));
  const begun = await visitor.number('Step');
  // Sixty frames drawn, by the page's own account.
  const frames = visitor.page.evaluate(async () => {
    for (let frame = 0; frame < 60; frame++) await new Promise(requestAnimationFrame);
  });
  await within(frames, '60 frames while it trains');
  await visitor.field('Prompt').pressSequentially('1+1=');
  assert.equal(await visitor.field('Prompt').inputValue(), '1+1=');
  await visitor.until('Step', '>', begun);

  const shown = await visitor.button('Pause').evaluate(async (button) => {
    /** @type {HTMLButtonElement} */ (button).click();
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return document.body.innerText;
  });
  // By then the worker may have answered already.
  assert.match(shown, /^(Pausing…|Resume)$/m);

  await visitor.button('Resume').waitFor();
  const step = await visitor.number('Step');
  // The worker answers this after everything that it may have had to say before.
  const { bytes } = await visitor.download();
  assert.equal(Number(metadataOf(bytes).step), step, 'the file is of the step that is shown');
  await visitor.untilMeasuredAt(step);
  assert.equal(await visitor.number('Step'), step);
  await visitor.press('Resume');
  await visitor.until('Step', '>', step);
  assert.deepEqual(visitor.errors, []);
});

once('exactly one of Train, Pause and Resume is there at any time', async () => {
  const visitor = await (await session.visit()).arrive();
  const primary = visitor.page.getByRole('button', { name: /^(Train|Pause|Resume)$/ });
  const only = async (/** @type {string} */ name) => {
    await visitor.button(name).waitFor();
    assert.deepEqual(await primary.allTextContents(), [name]);
    assert.ok(await primary.isEnabled());
  };
  await visitor.paste(sums(400));
  await only('Train');
  await visitor.press('Train');
  await only('Pause');
  await visitor.until('Step', '>', 0);
  await visitor.press('Pause');
  await only('Resume');
  await visitor.press('Reset');
  await only('Train');
});

once('a press on Pause in the moment a run ends does not begin it again', async () => {
  // So long that Pause stands there before it ends.
  const visitor = await (await session.visit()).arrive(
    'hiddenSize=16&runCharacters=1000000&stopAtEnd=true',
  );
  await visitor.paste(sums(400));
  const pressed = visitor.page.locator('#primary').evaluate(
    (button) =>
      new Promise((resolve) => {
        const observer = new MutationObserver(async () => {
          if (button.textContent !== 'Resume') return;
          observer.disconnect();
          /** @type {HTMLButtonElement} */ (button).click();
          await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          resolve(button.textContent);
        });
        observer.observe(button, { childList: true, characterData: true, subtree: true });
      }),
  );
  await visitor.press('Train');
  assert.equal(await within(pressed, 'the end of the run'), 'Resume');
  await visitor.says(visitor.page.locator('#status'), /^Finished: /);
});

once('a sheet that is opened before the page has its script is filled once it comes', async () => {
  const visitor = await session.visit();
  const { page } = visitor;
  /** @type {(value?: unknown) => void} */
  let come = () => {};
  const wanted = new Promise((resolve) => {
    come = resolve;
  });
  await page.route(/assets\/index-[^/]*\.js$/, async (route) => {
    await wanted;
    await route.continue();
  });
  await page.goto(visitor.url, { waitUntil: 'commit' });
  await visitor.button('All settings').click();
  await page.locator('#settings-sheet:popover-open').waitFor();
  come();
  await visitor.field('Hidden size').waitFor();
  assert.deepEqual(visitor.errors, []);
});

test('a press on Train or on the button of a sheet counts although the page moves under it, and not on Train when it is dragged away', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.paste(sums(400));
  const train = visitor.button('Train');
  const press = async (button = train) => {
    await button.scrollIntoViewIfNeeded();
    const box = await boxOf(button);
    await visitor.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await visitor.page.mouse.down();
    return box;
  };
  const box = await press();
  await visitor.page.mouse.move(box.x + box.width + 40, box.y);
  await visitor.page.mouse.up();
  assert.ok(await train.isVisible(), 'dragged away');
  /** @param {import('playwright-core').Locator} button */
  const move = (button) =>
    button.evaluate((button) => button.parentElement?.style.setProperty('margin-top', '200px'));
  const settings = visitor.button('All settings');
  await press(settings);
  await move(settings);
  await visitor.page.mouse.up();
  await visitor.page.locator('#settings-sheet').waitFor({ timeout: 5_000 });
  await visitor.closeSheet();
  await press();
  await move(train);
  await visitor.page.mouse.up();
  await visitor.button('Pause').waitFor();
});

once('a text of 20 MB trains, and the box shows how it begins', async () => {
  const visitor = await (await session.visit()).arrive();
  const line = sums(2000);
  const text = line.repeat(Math.ceil(20e6 / line.length));
  await visitor.choose('Open a text file', 'large.txt', text);
  await visitor.page.waitForFunction(
    () => /** @type {HTMLTextAreaElement} */ (document.querySelector('textarea')).readOnly,
  );
  const shown = await visitor.text.inputValue();
  assert.equal(shown, text.slice(0, 100_000));
  await visitor.page
    .getByText(/100,000/)
    .first()
    .waitFor();
  await visitor.press('Train');
  await visitor.until('Step', '>', 3);
  await visitor.pause();
  const learned = await visitor.page
    .getByText(/^Training on the first 90%/)
    .first()
    .textContent();
  assert.ok(learned);
});

test('nothing leaves the origin, and pasted markup stays text', async () => {
  const visitor = await session.visit();
  /** @type {string[]} */
  const requests = [];
  visitor.page.context().on('request', (request) => requests.push(request.url()));
  await visitor.arrive();
  const markup =
    '<img src=x onerror="document.title=`owned`"><script>document.title="owned"</script>\n';
  await visitor.set('Hidden size', '32');
  await visitor.set('Learning rate', '0.01');
  await visitor.train(markup.repeat(60));
  await visitor.field('Prompt').fill(markup.trim());
  await visitor.says(visitor.generated, /<img src=x[\s\S]{60}/);
  await visitor.until('Held-out loss', '<', 1);
  assert.equal(await visitor.generated.locator('img, script').count(), 0);
  assert.notEqual(await visitor.page.title(), 'owned');
  await visitor.download();
  const elsewhere = requests.filter(
    (url) => !/^(blob|data):/.test(url) && !url.startsWith(session.server.origin),
  );
  assert.deepEqual(elsewhere, []);
  assert.ok(
    requests.some((url) => url.endsWith('.wasm')),
    "the worker's requests are counted",
  );
});
