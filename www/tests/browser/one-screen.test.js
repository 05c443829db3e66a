/** A run is watched on one screen, and what is looked at stays where it is. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sums } from '../sums.js';
import { engine } from './engines.js';
import { once } from './once.js';
import { boxOf, open } from './visit.js';

/** @type {Awaited<ReturnType<typeof open>>} */
let session;
before(async () => {
  session = await open();
});
afterEach(() => session.leave());
after(() => session.close());

/** A fifth of the score that web.dev/cls calls good. */
const MOST_SHIFT = 0.02;

/** Firefox measures no shifts. */
const measuresShifts = engine === 'chromium';

/** In the page: gathers what shifts though nobody pressed anything, but for the writing itself. */
function gatherShifts() {
  /** @type {{ value: number, of: string[] }[]} */
  const shifts = [];
  Object.assign(globalThis, { shifts });
  const observer = new PerformanceObserver((list) => {
    for (const entry of /** @type {any[]} */ (list.getEntries())) {
      if (entry.hadRecentInput) continue;
      const of = entry.sources
        .map((/** @type {{ node: Node | null }} */ { node }) =>
          node instanceof Element ? node : node?.parentElement,
        )
        .filter((/** @type {Element | undefined} */ element) => {
          return element?.isConnected && !element.closest('#generated, #lens-text');
        })
        .map((/** @type {Element} */ element) => element.id || element.outerHTML.slice(0, 80));
      if (of.length > 0) shifts.push({ value: entry.value, of });
    }
  });
  observer.observe({ type: 'layout-shift' });
}

for (const viewport of [
  { width: 1280, height: 720 },
  { width: 390, height: 844 },
]) {
  const { width, height } = viewport;
  test(`the advice on a short text moves nothing, ${width} x ${height}`, async () => {
    const visitor = await (await session.visit({ viewport })).arrive();
    const { page } = visitor;
    await page.getByText(/^Ready/).waitFor();
    await visitor.text.fill(sums(200));
    const below = async () => (await boxOf(page.locator('.more-settings'))).y;
    await visitor.says(page.locator('#text-note'), /kept as a test/);
    // Once the advice stood there, it is taken away as a run takes it.
    const advice = page.locator('#text-advice');
    await visitor.says(advice, /soon learned by heart/);
    const after = await below();
    await advice.evaluate((element) => {
      element.hidden = true;
    });
    assert.equal(after, await below());
  });

  test(`a run is on one screen of ${width} x ${height}, with few controls, and nothing moves by itself`, async () => {
    const visitor = await (await session.visit({ viewport })).arrive();
    const { page, generated } = visitor;
    await page.getByText(/^Ready/).waitFor();
    await visitor.press('Train');
    if (measuresShifts) await page.evaluate(gatherShifts);
    await visitor.until('Held-out loss', '>', 0);
    await visitor.says(generated, /\S[\s\S]{20}/);
    const bar = page.locator('.bar');
    const look = async (/** @type {string} */ when) => {
      // On a phone the run bar lies over the end of the window.
      const end = width < 960 ? (await boxOf(bar)).y : height;
      for (const [what, locator, bottom] of /** @type {const} */ ([
        ['the generated text', generated, end],
        ['the held-out loss', visitor.figure('Held-out loss'), end],
        ['the chart', page.locator('#chart'), end],
        ['Pause', visitor.button('Pause'), height],
      ])) {
        const box = await boxOf(locator);
        assert.ok(
          box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= bottom,
          `${what} ${when}: ${JSON.stringify(box)}`,
        );
      }
      assert.ok((await visitor.overflow()) <= 0, `no wider than the window ${when}`);
      const controls = await page.evaluate(() =>
        [...document.querySelectorAll('button, a, input, select, textarea')]
          .filter((control) => {
            const { width, height } = control.getBoundingClientRect();
            // The keyboard's handle on the chart has neither a look nor a label that is seen.
            if (control.id === 'chart-reader') return false;
            return control.checkVisibility() && width > 0 && height > 0;
          })
          .map(({ id, tagName, textContent }) => id || `${tagName} ${textContent?.trim()}`),
      );
      assert.ok(controls.length <= 25, `${controls.length} controls ${when}: ${controls}`);
    };
    await look('at first');
    if (!measuresShifts) return;
    await visitor.says(page.locator('#plot-text'), /gzip/); // the baselines are measured
    await visitor.says(page.locator('#saved-state'), /^saved$/);
    await visitor.until('Epoch', '>', 1);
    await look('later');
    const shifts = await page.evaluate(() => {
      return /** @type {{ value: number, of: string[] }[]} */ (
        /** @type {any} */ (globalThis).shifts
      );
    });
    const sum = shifts.reduce((sum, { value }) => sum + value, 0);
    assert.ok(sum < MOST_SHIFT, `${sum}: ${JSON.stringify(shifts)}`);
    // The narrowest of common phones: the header keeps to its one line, for the chart needs the room.
    if (width >= 960) return;
    const header = page.locator('.masthead');
    const { height: line } = await boxOf(header);
    await page.setViewportSize({ width: 360, height });
    assert.equal((await boxOf(header)).height, line, 'the header at 360 px');
  });
}

for (const [viewport, layout] of /** @type {const} */ ([
  [{ width: 320, height: 640 }, 'phone'],
  [{ width: 960, height: 540 }, 'desktop'],
])) {
  const { width, height } = viewport;
  test(`a long name of a file widens nothing, and sheets stay inside a window of ${width} x ${height}`, async () => {
    const visitor = await (await session.visit({ viewport })).arrive();
    const { page } = visitor;
    const name = `${'W'.repeat(100)}${'😀'.repeat(30)}`;
    await visitor.choose('Open a text file', `${name}.txt`, sums(300));
    await visitor.says(page.locator('#text-note'), /W{100}/);
    await page.getByText(/^Ready/).waitFor();
    assert.ok((await visitor.overflow()) <= 0, 'before the run'); // less by a scrollbar in Firefox
    await visitor.press('Train');
    await visitor.until('Held-out loss', '>', 0);
    await visitor.press('Reset');
    await visitor.press('Train');
    await visitor.until('Step', '>', 0);
    await page.locator('#earlier-list').getByText(/W{20}/).waitFor();
    const isFixed = await page
      .locator('.bar')
      .evaluate((bar) => getComputedStyle(bar).position === 'fixed');
    assert.equal(isFixed, layout === 'phone');
    assert.ok((await visitor.overflow()) <= 0, 'beside a run');
    if (layout === 'phone') {
      const load = visitor.field('Load weights from a file');
      await visitor.reach(load);
      assert.ok(await load.isVisible(), 'beside a run weights can be loaded');
    }
    await visitor.throughSheets(async (id) => {
      const { left, right, top, bottom, wider } = await page.locator(`#${id}`).evaluate((sheet) => {
        // Whole pixels: browsers lay out in 64ths of one, and Firefox tells of the rest.
        const box = sheet.getBoundingClientRect();
        const [left, right, top, bottom] = [box.left, box.right, box.top, box.bottom].map(
          Math.round,
        );
        return { left, right, top, bottom, wider: sheet.scrollWidth - sheet.clientWidth };
      });
      assert.ok(
        left >= 0 && right <= width && top >= 0 && bottom <= height,
        `${id} is inside: ${[left, right, top, bottom]}`,
      );
      assert.equal(wider, 0, `nothing in ${id} is wider than it`);
    });
  });
}

once(
  'no sentence is cut at 1024 x 768, and a narrow window leaves the temperature its room',
  async () => {
    const visitor = await (
      await session.visit({ viewport: { width: 1024, height: 768 } })
    ).arrive();
    const { page } = visitor;
    await page.getByText(/^Ready/).waitFor();
    // From the first sentence on, in every frame: whole, or not there.
    await page.evaluate(() => {
      const said = /** @type {HTMLElement} */ (document.querySelector('#loss-comparison'));
      const cut = Object.assign(globalThis, { cut: new Set() }).cut;
      const look = () => {
        if (said.scrollHeight > said.clientHeight + 1) cut.add(said.textContent);
        requestAnimationFrame(look);
      };
      look();
    });
    await visitor.button('Train').click();
    await visitor.says(page.locator('#loss-comparison'), /^Beats guessing from the last/);
    assert.deepEqual(await page.evaluate('[...cut]'), []);
    const slider = async () => (await boxOf(visitor.field('Temperature'))).width;
    await page.setViewportSize({ width: 640, height: 900 });
    assert.ok((await slider()) > 200, 'beside empty room');
    await page.setViewportSize({ width: 390, height: 844 });
    assert.ok((await slider()) > 64, 'on a phone');
  },
);

once('the button that zooms stands beside the axis, also where no line has a name', async () => {
  const first = await (await session.visit()).arrive();
  await first.set('Hidden size', '8');
  await first.train(sums(300));
  await first.until('Step', '>', 20);
  await first.pause();
  const { bytes } = await first.download();
  const visitor = await (await session.visit()).arrive();
  await visitor.choose('Load weights', 'weights.safetensors', bytes);
  const zoom = await boxOf(visitor.button('Zoom in'));
  const lines = await boxOf(visitor.page.locator('#plot .u-over'));
  // The name of the axis' last tick may be wider than the tick.
  assert.ok(zoom.x >= lines.x + lines.width + 8, `${zoom.x} px, lines to ${lines.x + lines.width}`);
});

once(
  'the offer to go on with a saved run moves nothing, and covers nothing of the sentence',
  async () => {
    const visitor = await (
      await session.visit({ viewport: { width: 1280, height: 720 } })
    ).arrive();
    const { page } = visitor;
    await visitor.set('Hidden size', '16');
    await visitor.train(sums(3000));
    await visitor.pause();
    await visitor.says(page.locator('#saved-count'), /1/);
    await page.reload();
    await visitor.button('Go on').waitFor();
    await page.getByText(/^Ready/).waitFor();
    const places = async () => {
      const boxes = [];
      for (const size of [
        { width: 390, height: 844 },
        { width: 1280, height: 720 },
      ]) {
        await page.setViewportSize(size);
        boxes.push(await boxOf(visitor.button('Train')));
      }
      return boxes;
    };
    const withOffer = await places();
    const offer = await boxOf(page.locator('.message'));
    const sentence = await boxOf(page.locator('#sentence'));
    assert.ok(offer.y + offer.height <= sentence.y, JSON.stringify({ offer, sentence }));
    await visitor.button('Dismiss').click();
    await page.locator('.message').waitFor({ state: 'detached' });
    assert.deepEqual(await places(), withOffer);
  },
);
