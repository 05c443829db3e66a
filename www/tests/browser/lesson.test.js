/** The lesson, walked by keyboard and on a phone; sentences that do what they say; links that show what they name. */

import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { CONTROLS, NAMES, readAsked } from '../../src/page/lesson/shown.js';
import { linksOfSheets } from '../class-links.js';
import { sums } from '../sums.js';
import { once } from './once.js';
import { boxOf, open } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

/** @param {Visitor} visitor */
const partsOf = ({ page }) => ({
  heading: page.locator('#lesson-heading'),
  ask: page.locator('#lesson .lesson-text p').first(),
  found: page.locator('#lesson .found'),
  choice: page.locator('#lesson select'),
});

once(
  'by keyboard alone: seven steps, each done by its act; a reload goes on where it was',
  async () => {
    const visitor = await (await session.visit()).arrive('lesson=1');
    const { page } = visitor;
    const { heading, ask, found, choice } = partsOf(visitor);
    /** @param {RegExp} pattern */
    const done = async (pattern) => {
      await visitor.says(found, pattern);
      await visitor.button('Next').press('Enter');
      await page.waitForFunction(() => document.activeElement?.id === 'lesson-heading');
    };
    await visitor.says(heading, /^1 of 7/);
    await page.getByText(/^Ready/).waitFor();
    await visitor.button('Train').press('Enter');
    await done(/^At step/);

    await visitor.says(visitor.generated, /\S[\s\S]{20}/);
    await visitor.generated.press('ArrowLeft');
    // Soon a letter comes that was unlikely.
    for (let i = 0; i < 80 && (await found.textContent()) === ''; i += 1) {
      await page.keyboard.press('ArrowLeft');
    }
    await page.keyboard.press('Escape');
    await done(/^“.*” had/);

    const temperature = visitor.field('Temperature');
    await temperature.press('Home');
    await visitor.says(ask, /^Read a line .* Then set it to 1.5/);
    await temperature.press('End');
    await done(/^Read a line of this too/);

    await page.getByRole('radio', { name: 'Certainty' }).press('ArrowRight');
    await choice.waitFor();
    await choice.selectOption('space');
    await visitor.says(ask, /^No: space comes to/);
    // What is hardest may change with each look, so panel and answer are of one frame.
    const hardest = await choice.evaluate((select) => {
      const names = [...document.querySelectorAll('.bars dt')].map(
        ({ textContent }) => textContent,
      );
      const means = [...document.querySelectorAll('.bars dd')].map(
        ({ textContent }) => textContent,
      );
      const top = means.indexOf(means.reduce((a, b) => (Number(b) > Number(a) ? b : a)));
      /** @type {HTMLSelectElement} */ (select).value = names[top] ?? '';
      select.dispatchEvent(new Event('change'));
      return names[top];
    });
    await done(new RegExp(`^Yes: ${hardest}, `));

    const step = await page.locator('#figure-step data').getAttribute('value');
    await choice.selectOption('half of it');
    await visitor.says(ask, /^Run 2 of 2, rate 0\.015/);
    await visitor.says(found, / guessed: \d\.\d+ at 0\.03, \d\.\d+ at 0\.015/);
    /** Whether the chart shows a part; the button for all of it is left out of the lesson. @param {boolean} isPart */
    const showsPart = (isPart) =>
      page.waitForFunction((isPart) => {
        const reset = document.querySelector('#zoom-reset');
        return reset instanceof HTMLElement && reset.hidden === !isPart;
      }, isPart);
    await showsPart(true);
    await done(/ends? (lower|alike), /);
    await showsPart(false);
    // The run is there again, further than it was.
    await visitor.button('Pause').waitFor();
    assert.ok(
      Number(await page.locator('#figure-step data').getAttribute('value')) >= Number(step),
      'no step is lost',
    );
    assert.equal(await page.locator('#earlier-list li').count(), 2);

    await page.getByRole('radio', { name: 'Surprise' }).press('ArrowLeft');
    await page.getByRole('radio', { name: 'Certainty' }).press('ArrowLeft');
    const slider = page.getByRole('slider', { name: 'Step' });
    await slider.press('Home');
    for (let i = 0; i < 20 && (await found.textContent()) === ''; i += 1) {
      await slider.press('ArrowRight');
    }
    await done(/^This is what it wrote at step [\d,]+,/);

    await visitor.says(heading, /^7 of 7/);
    await page.reload();
    await visitor.says(heading, /^7 of 7/);
    await page.getByText(/^Ready/).waitFor();
    await visitor.says(ask, /^Choose “my own text”/);
    await visitor.paste(sums(300));
    await visitor.says(ask, /^Press Train/);
    await visitor.button('Train').press('Enter');
    await done(/^It learns .*: [\d,]+ characters/);
    await visitor.says(found, /^You have seen all of it/);
    await visitor.button('Leave').press('Enter');
    await page.waitForFunction(() => !location.hash.includes('lesson'));
    assert.equal(await page.locator('#lesson').isVisible(), false);
    await visitor.until('Step', '>', 0);
    assert.deepEqual(visitor.errors, []);
  },
);

once('on a phone the lesson stays on top, with writing, loss and Pause in sight', async () => {
  const viewport = { width: 390, height: 844 };
  const visitor = await (await session.visit({ viewport, colorScheme: 'dark' })).arrive();
  const { page } = visitor;
  const { found } = partsOf(visitor);
  await page.getByRole('link', { name: 'Take a lesson of five minutes' }).click();
  await page.getByText(/^Ready/).waitFor();
  await visitor.button('Train').click();
  await visitor.says(found, /^At step/);
  await visitor.says(visitor.generated, /\S[\s\S]{20}/);
  for (const locator of [
    page.locator('#lesson'),
    visitor.generated,
    page.locator('#figure-held-out'),
    visitor.button('Pause'),
  ]) {
    const box = await boxOf(locator);
    assert.ok(box.y >= 0 && box.y + box.height <= viewport.height, `${locator}: ${box.y}`);
  }
  assert.ok(
    (await boxOf(page.locator('#figure-held-out'))).y < (await boxOf(page.locator('.bar'))).y,
  );
  assert.ok((await visitor.overflow()) <= 0);
  assert.deepEqual(await visitor.violations(), []);
  await page.evaluate(() => scrollTo({ top: 300, behavior: 'instant' }));
  assert.equal((await boxOf(page.locator('#lesson'))).y, 0);
  const next = await boxOf(visitor.button('Next'));
  await visitor.button('Next').click();
  // Under the pointer there is nothing now: each button has a place of its own.
  const skip = await boxOf(visitor.button('Skip'));
  const back = await boxOf(visitor.button('Back'));
  assert.ok(back.x + back.width <= skip.x && skip.x + skip.width <= next.x);
  await visitor.button('Leave').click();
  await page.locator('#try').getByText('Go on with the lesson: step 2').click();
  await visitor.says(page.locator('#lesson-heading'), /^2 of 7/);
  assert.deepEqual(visitor.errors, []);
});

once(
  'at 200 % zoom Train is in sight of the first step, and the card covers nothing that is written',
  async () => {
    const viewport = { width: 640, height: 360 };
    const visitor = await (await session.visit({ viewport })).arrive('lesson=1');
    const { heading, found } = partsOf(visitor);
    await visitor.says(heading, /^1 of 7/);
    await visitor.page.getByText(/^Ready/).waitFor();
    const train = await boxOf(visitor.button('Train'));
    const card = await boxOf(visitor.page.locator('#lesson'));
    assert.ok(train.y >= card.y + card.height, `Train at ${train.y} px`);
    assert.ok(train.y + train.height <= viewport.height, `Train at ${train.y} px`);
    await visitor.button('Train').click();
    await visitor.says(found, /^At step/);
    await visitor.generated.evaluate((element) => element.scrollIntoView({ block: 'start' }));
    const below = await boxOf(visitor.page.locator('#lesson'));
    assert.ok(below.y + below.height <= (await boxOf(visitor.generated)).y);
    assert.deepEqual(visitor.errors, []);
  },
);

once('a link shows the controls that it names; so does each of the class sheets', async () => {
  const visitor = await (await session.visit()).arrive('show=text,reset,temperature,magic');
  const { page } = visitor;
  await visitor.says(visitor.alert, /does not have: .*magic.* show choices, text, .*lesson=1/);
  /** Which controls are there to be seen or reached. */
  const seen = () =>
    page.evaluate(
      (controls) =>
        Object.entries(controls).flatMap(([name, selector]) => {
          const all = [...document.querySelectorAll(selector)];
          if (all.length === 0) return [`${name} is not on the page`];
          return all.some((element) => element.checkVisibility()) ? [name] : [];
        }),
      CONTROLS,
    );
  await visitor.paste(sums(400));
  await visitor.button('Train').click();
  await visitor.says(visitor.generated, /\S[\s\S]{20}/);
  assert.deepEqual(await seen(), ['text', 'reset', 'temperature']);
  assert.equal(await page.locator('#lenses').isVisible(), false);
  await visitor.press('Reset');
  await visitor.button('Show all controls').click();
  await page.waitForFunction(() => !location.hash.includes('show'));
  await visitor.button('Train').click();
  await visitor.until('Step', '>', 0);
  await page.locator('#try').waitFor();
  const all = await seen();
  for (const name of NAMES) {
    // The sentence is before Train; sums are no list.
    if (!['choices', 'lenses', 'lines'].includes(name))
      assert.ok(all.includes(name), `${name}: ${all}`);
  }
  await visitor.press('Reset');
  for (const { fragment, pairs } of linksOfSheets()) {
    await visitor.arrive(fragment);
    const { shown, lesson } = readAsked(pairs);
    // The page has the link at once, and shows what it asks for in a later frame.
    await page.waitForFunction(
      ([lesson, settings]) => {
        const isSeen = (/** @type {string} */ id) => document.getElementById(id)?.checkVisibility();
        return isSeen('lesson') === lesson && isSeen('all-settings') === settings;
      },
      [lesson, shown === null || shown.includes('settings')],
    );
    await page.getByText(/^Ready/).waitFor();
    assert.equal(await visitor.alert.textContent(), '', fragment);
  }
  assert.deepEqual(visitor.errors, []);
});

once('a sentence under the figures explodes the loss, and brings the run back', async () => {
  const visitor = await (await session.visit()).arrive();
  await visitor.set('Hidden size', '32');
  await visitor.set('Schedule', 'constant');
  await visitor.train(sums(1000));
  await visitor.until('Step', '>', 200);
  const rate = await visitor.number('Rate');
  await visitor.button('Set the rate to 900 and see what happens').click();
  const { page } = visitor;
  await page
    .getByRole('region', { name: 'Trouble' })
    .getByText(/a learning rate of 900/)
    .waitFor();
  await visitor.until('Rate', '>', rate);
  await visitor.button(`Undo: rate ${rate}, weights of before`).click();
  await visitor.until('Rate', '=', rate);
  await visitor.button('Forget the gates: train an RNN instead').click();
  await visitor.says(page.locator('#chip-network'), /RNN 32/);
  await visitor.button('Undo: back to GRU 32').click();
  await visitor.says(page.locator('#chip-network'), /GRU 32/);
  await visitor.button('Pause').waitFor();
  assert.deepEqual(visitor.errors, []);
});
