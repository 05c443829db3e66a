/** Generated text: what is seen, heard and copied of it, and how it is asked to write. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { sums } from '../sums.js';
import { engine } from './engines.js';
import { once } from './once.js';
import { boxOf, open, within } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

/** @typedef {import('./visit.js').Visitor} Visitor */

/** A small network that learns fast; a link sets it at once, while a person's keys take a second. */
const SETTINGS = 'hiddenSize=32&learningRate=0.01';

/** A visitor whose network is at work. @param {string} text @param {object} [options] of the browser's context */
async function whileTraining(text, options) {
  const visitor = await (await session.visit(options)).arrive(SETTINGS);
  await visitor.train(text);
  return visitor;
}

/**
 * Lets the passage grow to so many characters, faster than the page offers: what is tested here is the same
 * at any pace. From then on it is a reader's pace again, so that however late the next look at the sheet
 * is, it is not so full by then that it has to be cut. Nothing else is touched: not the focus, nor what
 * is selected.
 * @param {Visitor} visitor @param {number} characters
 */
async function untilWritten(visitor, characters) {
  const written = visitor.field('Writing speed').evaluate((element, characters) => {
    const slider = /** @type {HTMLInputElement} */ (element);
    const sheet = /** @type {Element} */ (document.querySelector('#generated'));
    const { max, value } = slider;
    const setPace = (/** @type {string} */ pace, most = pace) => {
      slider.max = most;
      slider.value = pace;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    };
    return new Promise((resolve) => {
      const look = () => {
        if ((sheet.textContent ?? '').length < characters) return;
        observer.disconnect();
        setPace(value, max);
        resolve(null);
      };
      const observer = new MutationObserver(look);
      observer.observe(sheet, { childList: true, characterData: true, subtree: true });
      setPace('4000');
      look();
    });
  }, characters);
  await within(written, `${characters} characters on the sheet`);
}

/**
 * A visitor whose network has learnt some of a text, has written at least so much and then stopped,
 * training and all.
 * @param {string} text @param {object} [options] of the browser's context @param {number} [least]
 */
async function afterWriting(text, options, least = 300) {
  const visitor = await whileTraining(text, options);
  await visitor.until('Training loss', '<', 1);
  await untilWritten(visitor, least);
  await visitor.pause();
  return visitor;
}

const makePassageOfSums = () => afterWriting(sums(400));

/** A passage of sums, in a page that neither trains nor writes, with nothing pointed at. */
const passageOfSums = () => session.share(makePassageOfSums);

/** @param {Visitor} visitor */
const entries = (visitor) =>
  visitor.page.getByRole('list', { name: 'What else it might have been' }).getByRole('listitem');

/** The character that is marked as written in the readout. @param {Visitor} visitor */
const taken = async (visitor) =>
  (
    await entries(visitor)
      .locator('.taken bdi, bdi')
      .evaluateAll((symbols) =>
        symbols.filter((symbol) => symbol.closest('.taken')).map((symbol) => symbol.textContent),
      )
  )[0];

/** @param {string} character as the readout shows it */
const shown = (character) =>
  character === '\n' ? 'newline' : character === ' ' ? 'space' : character;

/** Waits until the passage is another one than before an act. @param {Visitor} visitor @param {() => Promise<void>} act */
async function writesAnew({ page, generated }, act) {
  const old = ((await generated.textContent()) ?? '').slice(0, 100);
  await act();
  await page.waitForFunction((old) => {
    const text = document.querySelector('#generated')?.textContent ?? '';
    return text !== '' && !text.startsWith(old) && !old.startsWith(text);
  }, old);
}

test('every character is tinted, and the region holds nothing but what was written', async () => {
  const visitor = await passageOfSums();
  const { stray, lines, tinted } = await visitor.generated.evaluate((sheet) => {
    const elements = [...sheet.querySelectorAll('*')];
    return {
      stray: elements
        .filter(
          ({ tagName, className }) =>
            !/^(DIV|SPAN tint-[1-5])$/.test(`${tagName} ${className}`.trim()),
        )
        .map(({ outerHTML }) => outerHTML),
      lines: [...sheet.children].map(({ textContent }) => textContent),
      tinted: new Set(elements.map((element) => getComputedStyle(element).backgroundColor)).size,
    };
  });
  assert.deepEqual(stray, []);
  // A line to a block, so that a new letter costs one line.
  assert.ok(
    lines.slice(0, -1).every((line) => /^[^\n]*\n$/.test(line ?? '')),
    lines.join('|'),
  );
  assert.ok(tinted >= 4, 'a network half way is of several minds');
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  once(`letters stand out from every tint, ${colorScheme}`, async () => {
    const visitor = await (await session.visit({ colorScheme })).arrive();
    const ratios = await visitor.page.evaluate(() => {
      const context = /** @type {CanvasRenderingContext2D} */ (
        new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
      );
      /** @param {string[]} layers */
      const luminance = (...layers) => {
        for (const layer of layers) {
          context.fillStyle = layer;
          context.fillRect(0, 0, 1, 1);
        }
        const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((byte) => {
          const share = byte / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const paper = getComputedStyle(document.documentElement).backgroundColor;
      const ink = luminance(getComputedStyle(document.body).color);
      return [...document.querySelectorAll('#tint-key i')].map((swatch) => {
        const ground = luminance(paper, getComputedStyle(swatch).backgroundColor);
        return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
      });
    });
    assert.equal(ratios.length, 6);
    assert.ok(Math.min(...ratios) >= 4.5, `${ratios}`);
    assert.ok(
      ratios.every((ratio, i) => i === 0 || ratio < ratios[i - 1]),
      `each level deeper than the last: ${ratios}`,
    );
  });
}

test('where colours are forced there is no tint', async () => {
  const visitor = await afterWriting(sums(400), { forcedColors: 'active' });
  const grounds = await visitor.generated.evaluate((sheet) =>
    [...sheet.querySelectorAll('span')].map((span) => getComputedStyle(span).backgroundColor),
  );
  assert.ok(grounds.length > 10);
  assert.deepEqual(
    grounds.filter((ground) => !/^rgba\(.*, 0\)$/.test(ground)),
    [],
  );
  assert.equal(await visitor.page.getByText('unsure').isVisible(), false);
});

test('arrow keys go from character to character, line to line, and show the alternatives', async () => {
  const visitor = await passageOfSums();
  const { page, generated } = visitor;
  const text = (await generated.textContent()) ?? '';
  await generated.focus();
  const at = async (/** @type {string} */ key) => {
    await page.keyboard.press(key);
    return taken(visitor);
  };
  const last = text.length - 1;
  assert.equal(await at('ArrowLeft'), shown(text[last]), 'it begins at the newest');
  assert.equal(await at('ArrowLeft'), shown(text[last - 1]));
  assert.equal(await at('ArrowRight'), shown(text[last]));
  assert.equal(await at('ArrowRight'), shown(text[last]), 'beyond the end there is nothing');

  const lineStart = text.lastIndexOf('\n', last - 1) + 1;
  await page.keyboard.press('Control+End');
  assert.equal(await at('Home'), shown(text[lineStart]));
  const [ring, cut] = [
    await boxOf(page.locator('#inspected-mark')),
    await boxOf(page.locator('.output')),
  ];
  assert.ok(ring.x - 2 >= cut.x, 'the ring, 2 pixels wide, is whole at the left edge too');
  const above = text.lastIndexOf('\n', lineStart - 2) + 1;
  assert.equal(await at('ArrowUp'), shown(text[above]), 'the character above');
  assert.equal(await at('End'), 'newline');
  assert.equal((await at('ArrowDown')) !== undefined, true);
  assert.equal(await at('Control+Home'), shown(text[0]));

  // What is shown is said, once the key rests; a probability for each, the likeliest first.
  const said = page.getByRole('status').filter({ hasText: /%\. Instead: / });
  await said.waitFor();
  const shares = await entries(visitor).locator('span').allInnerTexts();
  const values = shares.filter(Boolean).map((share) => Number(share.replace(/[<>%]/g, '')));
  assert.ok(values.length >= 5);
  assert.deepEqual(
    values.slice(0, 5),
    values.slice(0, 5).toSorted((a, b) => b - a),
  );
  const cutOff = await entries(visitor).evaluateAll((entries) => {
    const rooms = ['.strip', '.generated-reach'].map((room) => entries[0].closest(room));
    const bottoms = rooms.map((room) => room?.getBoundingClientRect().bottom ?? 0);
    return entries
      .filter((entry) => entry.getBoundingClientRect().bottom > Math.min(...bottoms))
      .map(({ textContent }) => textContent);
  });
  assert.deepEqual(cutOff, [], 'there is room for each of them');

  await page.keyboard.press('Escape');
  await entries(visitor).first().waitFor({ state: 'hidden' });
  assert.equal(await page.getByRole('status').filter({ hasText: 'Instead' }).count(), 0);
  assert.equal(
    await generated.evaluate((sheet) => sheet === document.activeElement),
    true,
    'Escape leaves the character, not the sheet',
  );
});

once('the output is one tab stop', async () => {
  const visitor = await passageOfSums();
  await visitor.page.getByRole('radio', { name: 'Certainty' }).focus();
  await visitor.page.keyboard.press('Tab');
  assert.equal(await visitor.generated.evaluate((sheet) => sheet === document.activeElement), true);
  await visitor.page.keyboard.press('ArrowUp');
  await visitor.page.keyboard.press('Tab');
  assert.equal(
    await visitor.field('Prompt').evaluate((prompt) => prompt === document.activeElement),
    true,
  );
});

/** A point in the middle of a character that is in sight. @param {Visitor} visitor @param {number} fromEnd */
const pointOf = (visitor, fromEnd) =>
  visitor.generated.evaluate((sheet, fromEnd) => {
    const walker = document.createTreeWalker(sheet, NodeFilter.SHOW_TEXT);
    /** @type {{ node: Text, at: number }[]} */
    const places = [];
    while (walker.nextNode()) {
      const node = /** @type {Text} */ (walker.currentNode);
      for (let at = 0; at < node.length; at += 1) {
        if (node.data[at] !== '\n') places.push({ node, at });
      }
    }
    const { node, at } = places[places.length - fromEnd];
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    return { x: (left + right) / 2, y: (top + bottom) / 2, symbol: node.data[at] };
  }, fromEnd);

test('the pointer shows what it points at, silently, and leaves it when it goes', async () => {
  const visitor = await passageOfSums();
  const { page } = visitor;
  for (const fromEnd of [3, 8]) {
    const { x, y, symbol } = await pointOf(visitor, fromEnd);
    await page.mouse.move(x, y);
    await entries(visitor).first().waitFor();
    assert.equal(await taken(visitor), symbol);
  }
  assert.equal(await page.getByRole('status').filter({ hasText: 'Instead' }).count(), 0);
  await page.mouse.move(2, 2);
  await entries(visitor).first().waitFor({ state: 'hidden' });
});

/** Over BiDi a tap reaches Firefox, and no event comes of it. */
const noFingers = engine === 'firefox' && 'the driver of Firefox puts down no finger';

test('a finger taps a character, and taps it again to leave', { skip: noFingers }, async () => {
  const visitor = await afterWriting(sums(400), {
    hasTouch: true,
    isMobile: true,
    viewport: { width: 360, height: 740 },
  });
  const { page, generated } = visitor;
  await generated.scrollIntoViewIfNeeded();
  const { x, y, symbol } = await pointOf(visitor, 4);
  await page.touchscreen.tap(x, y);
  await entries(visitor).first().waitFor();
  assert.equal(await taken(visitor), symbol);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth,
  );
  assert.ok(overflow <= 0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations, []);
  await page.touchscreen.tap(x, y);
  await entries(visitor).first().waitFor({ state: 'hidden' });
});

test('what is looked at stays where it is while more is written below it', async () => {
  const visitor = await whileTraining(sums(400));
  const { page, generated } = visitor;
  await untilWritten(visitor, 1_500);
  await generated.focus();
  await page.keyboard.press('ArrowUp');
  await entries(visitor).first().waitFor();
  const mark = page.locator('#inspected-mark');
  const before = await boxOf(mark);
  const symbol = await taken(visitor);
  // So much that the sheet, were it free, would have cut its beginning and scrolled on.
  await untilWritten(visitor, 6_000);
  assert.deepEqual(await boxOf(mark), before);
  assert.equal(await taken(visitor), symbol);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => {
    const sheet = document.querySelector('#generated');
    return (
      sheet !== null &&
      (sheet.textContent ?? '').length <= 5_000 &&
      sheet.scrollHeight - sheet.scrollTop - sheet.clientHeight < 32
    );
  });
  assert.deepEqual(visitor.errors, []);
});

test('nothing moves under a selection', async () => {
  const visitor = await whileTraining(sums(400));
  const { page, generated } = visitor;
  await untilWritten(visitor, 1_500);
  const before = await generated.evaluate((sheet) => {
    getSelection()?.selectAllChildren(
      /** @type {Element} */ (sheet.lastElementChild?.previousElementSibling),
    );
    return { selected: String(getSelection()), scrolled: sheet.scrollTop };
  });
  await untilWritten(visitor, 6_000);
  assert.deepEqual(
    await generated.evaluate((sheet) => ({
      selected: String(getSelection()),
      scrolled: sheet.scrollTop,
    })),
    before,
  );
  await page.evaluate(() => getSelection()?.removeAllRanges());
  await page.waitForFunction(
    () => (document.querySelector('#generated')?.textContent ?? '').length <= 5_000,
  );
});

once('a prompt may have several lines, pasted or typed, and Enter says it at once', async () => {
  const visitor = await whileTraining(sums(400));
  const prompt = visitor.page.getByRole('textbox', { name: 'Prompt', exact: true });
  const low = (await boxOf(prompt)).height;
  await prompt.fill('1+1=2\n2+2=4\n');
  await visitor.says(visitor.generated, /^1\+1=2\n2\+2=4\n[\s\S]{5}/);
  assert.ok((await boxOf(prompt)).height > low, 'it grows with its lines');
  await prompt.fill('3');
  await prompt.press('Shift+Enter');
  await prompt.pressSequentially('4');
  await prompt.press('Enter');
  assert.equal(await prompt.inputValue(), '3\n4');
  await visitor.says(visitor.generated, /^3\n4[\s\S]{5}/);
  // One that would fill the sheet stands there by its end, and that is said.
  await prompt.fill(`${'1+2=3'.repeat(1300)}4+4=8`);
  await visitor.says(visitor.generated, /^…[\s\S]{995}4\+4=8[\s\S]{5}/);
  await visitor.page.getByText('read all 6,505 characters of the prompt').waitFor();
});

once('the same seed and weights write the same words; another seed others', async () => {
  const visitor = await passageOfSums();
  const passage = async (/** @type {string} */ seed) => {
    await writesAnew(visitor, () => visitor.set('Voice seed', seed));
    await untilWritten(visitor, 200);
    return ((await visitor.generated.textContent()) ?? '').slice(0, 200);
  };
  await visitor.button('Keep writing').click();
  const first = await passage('5');
  const other = await passage('6');
  assert.notEqual(other, first);
  assert.equal(await passage('5'), first);
  await visitor.button('Stop writing').click();
});

once('temperature 0 and top-k 1 say that they take the likeliest, and do', async () => {
  const visitor = await passageOfSums();
  const { page } = visitor;
  await visitor.set('Top-k', '1');
  await page.getByText('Top-k 1 always takes the likeliest').waitFor();
  await visitor.set('Top-k', '');
  await visitor.field('Temperature').fill('0');
  await page.getByText('0, always the likeliest').waitFor();
  // A change of the seed begins a passage of which all is written at temperature 0.
  await visitor.button('Keep writing').click();
  await writesAnew(visitor, () => visitor.set('Voice seed', '9'));
  await untilWritten(visitor, 40);
  await visitor.button('Stop writing').click();
  await visitor.generated.focus();
  await page.keyboard.press('Control+End');
  for (let i = 0; i < 20; i += 1) {
    await page.keyboard.press('ArrowLeft');
    assert.match((await entries(visitor).first().getAttribute('class')) ?? '', /taken/);
  }
  await page.keyboard.press('Escape');
});

once('a number that may not be is refused beside its field, and writing goes on', async () => {
  const visitor = await passageOfSums();
  await visitor.set('Top-k', '-1');
  await visitor.page.getByText(/Top-k is a whole number from 0 to 65,536/).waitFor();
  assert.equal(await visitor.field('Top-k').getAttribute('aria-invalid'), 'true');
  await visitor.set('Top-k', '2');
  await visitor.page.getByText(/Top-k is a whole number/).waitFor({ state: 'hidden' });
  assert.equal(await visitor.alert.innerText(), '');
});

test('the whole passage is copied, prompt and all, and that is said', async () => {
  const visitor = await afterWriting(sums(400), {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const { page, generated } = visitor;
  const text = (await generated.textContent()) ?? '';
  await visitor.button('Copy').click();
  await page
    .getByRole('status')
    .filter({ hasText: /^Copied [\d,]+ characters\.$/ })
    .waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
});

test('without the clipboard it is copied in the way of old, or selected to be copied by hand', async () => {
  const visitor = await passageOfSums();
  const { page, generated } = visitor;
  // As in a page that is not served securely.
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  const status = page.getByRole('status');
  await page.evaluate(() => {
    document.execCommand = (command) => {
      const box = document.activeElement;
      Object.assign(window, { command, taken: box instanceof HTMLTextAreaElement && box.value });
      return true;
    };
  });
  await visitor.button('Copy').click();
  await status.filter({ hasText: /^Copied/ }).waitFor();
  const text = await generated.textContent();
  assert.deepEqual(
    await page.evaluate(() => ['command', 'taken'].map((key) => Reflect.get(window, key))),
    ['copy', text],
  );
  await page.evaluate(() => {
    document.execCommand = () => false;
  });
  await visitor.button('Copy').click();
  await status.filter({ hasText: 'The passage is selected' }).waitFor();
  const selected = await page.evaluate(() => String(getSelection()));
  assert.equal(selected.trimEnd(), text?.trimEnd(), 'lines end once each');
});

test('a text from right to left is walked as it is read, and its marks keep their letters', async () => {
  const words = 'שָׁלוֹם עוֹלָם טוֹב מְאֹד בֹּקֶר אוֹר'.split(' ');
  const text = Array.from({ length: 300 }, (_, i) => words[(i * 7 + (i >> 3)) % 6]).join(' ');
  const visitor = await afterWriting(text);
  const { page, generated } = visitor;
  assert.equal(await generated.evaluate((sheet) => getComputedStyle(sheet).direction), 'rtl');
  const starts = await generated.evaluate((sheet) =>
    [...sheet.querySelectorAll('span')].map((span) => span.textContent?.[0] ?? ''),
  );
  assert.deepEqual(
    starts.filter((symbol, i) => i > 0 && /\p{M}/u.test(symbol)),
    [],
    'no mark begins a span, away from its letter',
  );
  await generated.focus();
  await page.keyboard.press('ArrowRight');
  const written = [...((await generated.textContent()) ?? '')];
  let at = written.length - 1;
  while (!/\p{M}/u.test(written[at])) {
    await page.keyboard.press('ArrowRight');
    at -= 1;
  }
  assert.equal(await taken(visitor), `\u25cc${written[at]}`, 'a mark on a dotted circle');
  await page.keyboard.press('ArrowLeft');
  const next = written[Math.min(at + 1, written.length - 1)];
  assert.ok([next, `\u25cc${next}`, shown(next)].includes((await taken(visitor)) ?? ''));
});

once('with reduced motion text comes in a second’s worth at a time', async () => {
  const visitor = await whileTraining(sums(400), { reducedMotion: 'reduce' });
  const changes = await visitor.generated.evaluate(
    (sheet) =>
      new Promise((resolve) => {
        /** @type {number[]} */
        const times = [];
        const observer = new MutationObserver(() => {
          times.push(performance.now());
          if (times.length < 4) return;
          observer.disconnect();
          resolve(times.slice(1).map((time, i) => time - times[i]));
        });
        observer.observe(sheet, { childList: true, characterData: true, subtree: true });
      }),
  );
  assert.ok(
    changes.every((/** @type {number} */ pause) => pause > 900),
    `${changes}`,
  );
});
