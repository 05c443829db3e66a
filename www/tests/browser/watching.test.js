/** The chart and what it tells: looked at from every side, read, taken away. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { MANY, sums } from '../sums.js';
import { once } from './once.js';
import { boxOf, open } from './visit.js';
import { ENDLESS } from './waiting.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

/** What the chart says in words. @param {Visitor} visitor */
const words = (visitor) => visitor.page.locator('#plot-text');

/** Waits until what has happened is drawn: in the frame that follows. @param {Visitor} visitor */
const drawn = (visitor) =>
  visitor.page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  });

/** A small network that learns sums. */
async function training() {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.set('Learning rate', '0.01');
  await visitor.train(sums(MANY));
  return visitor;
}

/** Reads what a button saves. @param {Visitor} visitor @param {string} button */
async function save(visitor, button) {
  const [download] = await Promise.all([
    visitor.page.waitForEvent('download'),
    visitor.press(button),
  ]);
  const path = join(session.folder, download.suggestedFilename());
  await download.saveAs(path);
  return { path, bytes: readFileSync(path) };
}

once('the baselines of the text are measured, and the loss is compared to them', async () => {
  const visitor = await training();
  await visitor.says(
    words(visitor),
    /guessing from the last \d letters at [\d.]+, the best of its kind/,
  );
  await visitor.says(words(visitor), /gzip at [\d.]+/);
  await visitor.until('Held-out loss', '<', 2);
  const loss = visitor.page.getByRole('region', { name: 'Loss' });
  // So short a text is soon learned by heart, and then that is said.
  const compared = /^Beats .*(letters?|gzip|all letter statistics)/;
  const worse = /^Getting worse on unseen text since step [\d,]+ \(best [\d.]+\): /;
  await loss.getByText(compared).or(loss.getByText(worse)).waitFor();
  assert.equal(await visitor.button('Measure').isVisible(), false);
  assert.deepEqual(visitor.errors, []);
});

once('network and letter statistics are measured and write together when asked to', async () => {
  const visitor = await training();
  const { page } = visitor;
  const key = page.locator('.legend').getByText('network + letter statistics');
  assert.equal(await key.isVisible(), false);
  await visitor.check('network + letter statistics');
  const sheet = page.locator('#chart-sheet');
  await visitor.says(
    sheet,
    /together \d\.\d+ nats, the network alone \d\.\d+, letter statistics alone/,
  );
  await visitor.says(words(visitor), /The line of network \+ letter statistics is at \d/);
  await key.waitFor();

  const label = page.getByText('Network + letter statistics write.');
  assert.equal(await label.isVisible(), false);
  await visitor.check('Write with letter statistics');
  await label.waitFor();
  await visitor.says(
    page.locator('#writing-sheet'),
    /those of the network and the letter statistics/,
  );
  await visitor.says(visitor.generated, /\S{3}/);
  assert.deepEqual(await visitor.violations(), []);

  await visitor.reach('network + letter statistics');
  await visitor.field('network + letter statistics').uncheck();
  for (const gone of [label, key]) await gone.waitFor({ state: 'hidden' });
  // At rest, too: then all of the held-out part is measured once more.
  await visitor.pauseWithChart();
  await visitor.check('network + letter statistics');
  await visitor.says(sheet, /together \d/);
  assert.deepEqual(visitor.errors, []);
});

once('measuring a long text shows how far it is, and can be stopped and begun again', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '16');
  await visitor.set('Length of the run', ENDLESS);
  const text = sums(700_000);
  await visitor.choose('Open a text file', 'long.txt', text);
  await visitor.page.getByText(/long\.txt: [\d,]+ characters/).waitFor();
  await visitor.button('Train').click();
  await visitor.page.getByRole('progressbar', { name: 'Measuring letter statistics' }).waitFor();
  await visitor.button('Stop').click();
  await visitor.page.getByText('Letter statistics are not measured').waitFor();
  assert.doesNotMatch((await words(visitor).textContent()) ?? '', /best of its kind/);
  const step = await visitor.number('Step');
  await visitor.until('Step', '>', step);
  await visitor.button('Measure').click();
  await visitor.page.getByRole('progressbar', { name: 'Measuring letter statistics' }).waitFor();
});

once('the chart is looked at by time, in bits, on a log scale, and smoothed', async () => {
  const visitor = await training();
  await visitor.until('Step', '>', 50);
  await visitor.pause();
  const steps = (await visitor.number('Step')).toLocaleString('en');
  await visitor.says(words(visitor), new RegExp(`^${steps} steps\\.`));
  const nats = /The training line is at ([\d.]+) nats per letter/;
  const said = Number((await words(visitor).textContent())?.match(nats)?.[1]);
  await visitor.set('Unit of the loss', 'bits');
  await visitor.says(words(visitor), /bits per letter/);
  const inBits = (await words(visitor).textContent())?.match(/at ([\d.]+) bits per letter/);
  // Each is rounded to three decimals.
  assert.ok(Math.abs(Number(inBits?.[1]) - said / Math.LN2) < 0.0015);

  const picture = () => visitor.page.locator('#plot canvas').screenshot();
  await visitor.closeSheet();
  await drawn(visitor);
  let last = await picture();
  const changes = async (/** @type {() => Promise<unknown>} */ act, /** @type {string} */ what) => {
    await act();
    // The sheet of options may lie over the chart.
    await visitor.closeSheet();
    await drawn(visitor);
    const next = await picture();
    assert.ok(!next.equals(last), `${what} changes the chart`);
    last = next;
  };
  await changes(() => visitor.set('Horizontal axis', 'seconds'), 'the axis');
  await changes(() => visitor.check('log scale'), 'the scale');
  const smoothing = visitor.page.getByRole('slider', { name: /smoothing/, includeHidden: true });
  await changes(async () => {
    await visitor.reach(smoothing);
    await smoothing.fill('0');
  }, 'smoothing');
  assert.equal(await smoothing.getAttribute('aria-valuetext'), 'off');
});

test('a stretch is chosen by mouse, wheel, keyboard and double click', async () => {
  const visitor = await training();
  await visitor.until('Step', '>', 300);
  await visitor.pauseWithChart();
  const reader = visitor.page.getByRole('slider', { name: 'Read the curve' });
  const chart = visitor.page.locator('#chart');
  const box = await boxOf(chart);
  const at = (/** @type {number} */ part) => box.x + 60 + (box.width - 240) * part;
  const middle = box.y + box.height / 2;
  /** The step that a place is at, by its reading. */
  const stepAt = async (/** @type {number} */ part) => {
    await visitor.page.mouse.move(at(part), middle);
    await drawn(visitor);
    const text = await visitor.page.locator('#reading span').first().textContent();
    return Number(text?.replace(/\D/g, ''));
  };
  const [from, to] = [await stepAt(0.3), await stepAt(0.6)];
  assert.ok(from < to);
  const reset = visitor.button('Reset zoom');
  assert.equal(await reset.isVisible(), false);

  await visitor.page.mouse.move(at(0.3), middle);
  await visitor.page.mouse.down();
  await visitor.page.mouse.move(at(0.6), middle, { steps: 4 });
  await visitor.page.mouse.up();
  await reset.waitFor();
  const middleStep = await stepAt(0.5);
  assert.ok(middleStep > from && middleStep < to, `${middleStep} lies in ${from} to ${to}`);

  // What is zoomed is dragged along.
  await visitor.page.mouse.down();
  await visitor.page.mouse.move(at(0.8), middle, { steps: 4 });
  await visitor.page.mouse.up();
  assert.ok((await stepAt(0.5)) < middleStep);
  await visitor.doubleClick(at(0.5), middle);
  await reset.waitFor({ state: 'hidden' });

  // After the click the wheel is the chart's.
  await visitor.page.mouse.wheel(0, -300);
  await reset.waitFor();
  await reset.press('Enter');
  await reset.waitFor({ state: 'hidden' });

  await visitor.button('Zoom in').press('Enter');
  await visitor.button('Show earlier').press('Enter');
  await visitor.button('Show later').press('Enter');
  await visitor.button('Zoom out').press('Enter');
  await reset.waitFor({ state: 'hidden' });

  await reader.press('Home');
  await reader.press('ArrowRight');
  const heard = await reader.getAttribute('aria-valuetext');
  assert.match(heard ?? '', /^step [\d,]+, training [\d.]+, held out (about )?[\d.]+/);
});

once('what was turned, and an explosion, are marked', async () => {
  const visitor = await training();
  await visitor.set('Learning rate', '0.001');
  await visitor.says(words(visitor), /learning rate 0\.01 → 0\.001 at step \d+/);
  await visitor.field('Temperature').fill('0.5');
  await visitor.says(words(visitor), /temperature 0\.8 → 0\.5 at step \d+/);
  await visitor.set('Learning rate', '1000');
  await visitor.says(words(visitor), /explosion, learning rate [\d.]+ → [\d.]+ at step \d+/);
});

once('a run that was reset stays on the chart until it comes back or is cleared', async () => {
  const visitor = await training();
  await visitor.until('Step', '>', 20);
  await visitor.press('Reset');
  await visitor.set('Hidden size', '16');
  await visitor.press('Train');
  await visitor.until('Step', '>', 20);
  const earlier = visitor.page.getByRole('list', { name: 'Earlier runs' });
  await earlier.getByText(/^1: Your text of [\d,]+ letters, GRU 32, rate 0\.01/).waitFor();
  await visitor.says(words(visitor), /Earlier run 1: Your text of [\d,]+ letters, GRU 32/);
  // A second press where Reset was does not dismiss Undo.
  const reset = await visitor.button('Reset').boundingBox();
  assert.ok(reset);
  const [x, y] = [reset.x + reset.width / 2, reset.y + reset.height / 2];
  await visitor.page.mouse.click(x, y);
  await visitor.button('Undo').waitFor();
  await visitor.page.mouse.click(x, y);
  await visitor.press('Undo');
  await visitor.button('Pause').waitFor();
  await earlier.waitFor();
  // The chart is drawn up to a second later than the run bar.
  await visitor.says(earlier, /^(?![\s\S]*GRU 16)/);
  await visitor.button('Clear earlier runs').click();
  await earlier.waitFor({ state: 'hidden' });
  assert.doesNotMatch((await words(visitor).textContent()) ?? '', /Earlier run/);
});

test('the curve is taken away as a table and as a picture', async () => {
  const visitor = await training();
  await visitor.until('Step', '>', 30);
  await visitor.pause();
  const step = await visitor.number('Step');
  const { bytes } = await save(visitor, 'Save the curve as CSV');
  const [head, ...rows] = bytes.toString('utf8').trim().split('\r\n');
  assert.match(head, /^run,step,characters,training_seconds,training_loss_nats,held_out_loss_nats/);
  const losses = rows
    .map((row) => row.match(/,(\d+),[\d.]+,[\d.e-]+,([\d.]+),,,,,,$/))
    .filter(Boolean);
  assert.equal(losses.length, step, 'a row for each of the first steps');
  assert.equal(Number(losses.at(-1)?.[1]), step);

  const png = await save(visitor, 'Save the chart as PNG');
  assert.equal(png.bytes.subarray(1, 4).toString('latin1'), 'PNG');
  const box = await boxOf(visitor.page.locator('#plot canvas'));
  assert.ok(png.bytes.readUInt32BE(16) > box.width);
  assert.ok(png.bytes.readUInt32BE(20) > box.height);
  assert.deepEqual(visitor.errors, []);
});

once('a line says what there is to see, and goes on with the learning', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '64');
  const guide = visitor.page.locator('#guide');
  assert.equal(await guide.isVisible(), false);
  await visitor.train('the cat sat on the mat and the dog ran to the man. '.repeat(60));
  await visitor.says(guide, /^(Words|Grammar)/);
  const status = visitor.page.getByRole('status').filter({ hasText: /Step [\d,]+: / });
  await status.first().waitFor();
});

once('the numbers of a run are shown while it trains', async () => {
  const visitor = await training();
  await visitor.until('Gradient norm', '>', 0);
  await visitor.until('Update ratio', '>', 0);
  await visitor.until('Rate', '>', 0);
  await visitor.until('Epoch', '>', 1);
  await visitor.until('Time left', '>', 0);
  await visitor.page.getByRole('progressbar', { name: 'The run' }).waitFor();
  // All three at one moment: the time left falls and rises with the speed.
  const { left, speed, done } = await visitor.page.evaluate(() => {
    const of = (/** @type {string} */ selector) =>
      Number(/** @type {HTMLDataElement} */ (document.querySelector(selector)).value);
    return {
      left: of('#figure-time data'),
      speed: of('#figure-speed data'),
      done: of('#run-progress'),
    };
  });
  const expected = (Number(ENDLESS) * (1 - done)) / speed;
  // No more than the rounding of a share of so long a run.
  assert.ok(Math.abs(left / expected - 1) < 1e-9, `${left} s left, not ${expected}`);
  await visitor.set('Gradient clip', '0.001');
  await visitor.closeSheet();
  await visitor.says(visitor.page.locator('#figure-gradient'), /^[\d.e-]+, clipped$/);
});

once('trouble brings one card that moves nothing, and whose buttons help', async () => {
  const visitor = await training();
  const health = visitor.page.getByRole('status', { name: 'Health', exact: true });
  await visitor.says(health, /^steady$/);
  const places = () =>
    visitor.page.evaluate(() =>
      ['#generated', '#chart', '#figures', '#primary'].map((selector) => {
        const { x, y, width, height } =
          document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
        return [x, y, width, height].map(Math.round);
      }),
    );
  await visitor.set('Gradient clip', '5');
  await visitor.set('Learning rate', '900');
  const card = visitor.page.getByRole('region', { name: 'Trouble', exact: true });
  await visitor.says(card, /Training exploded.* under a learning rate of [\d.]+\. Back at step/s);
  await visitor.says(health, /^trouble$/);
  await visitor.says(card, /Usual for Adam: 0\.03/);
  await visitor.page.keyboard.press('Escape');
  const withCard = await places();
  const cut = await card.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
  assert.equal(cut, 0, 'all of the card is to be seen');
  assert.deepEqual(await visitor.violations(), []);
  await visitor.button('Use 0.03').click();
  await visitor.says(card, /Learning rate 0\.03[.,]/);
  await visitor.button('Clip at 1').click();
  await visitor.button('Clip at 1').waitFor({ state: 'hidden' });
  assert.equal(await visitor.value('Learning rate'), '0.03');
  assert.equal(await visitor.value('Gradient clip'), '1');
  await visitor.page.keyboard.press('Escape');
  const before = visitor.button('Chart options');
  await before.focus();
  await card.getByRole('button', { name: 'Dismiss' }).press('Enter');
  await card.waitFor({ state: 'hidden' });
  assert.ok(
    await before.evaluate((button) => button === document.activeElement),
    'the keyboard is back where it was',
  );
  assert.deepEqual(await places(), withCard);
  // What was announced with the card goes with it, a frame later.
  await visitor.alert.filter({ hasText: /./ }).waitFor({ state: 'hidden' });
  assert.deepEqual(visitor.errors, []);
});
