// @ts-check
/** The falling curve: training and held-out loss, and what to measure them by. */

import { sceneOf } from '../chart/scene.js';
import { find, setText } from '../dom.js';
import { createChartReading } from './chart-reading.js';
import { createChartTools } from './chart-tools.js';
import { describeChart } from './chart-words.js';
import { makePlot } from './plot.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../curves.js').Curves} Curves
 */

/** Ten times a second is as often as an eye needs a curve, */
const REDRAW_MS = 100;

/** and less often where drawing it takes long: so many times as long as it took, but for a second at most. */
const REDRAW_FACTOR = 30;
const SLOWEST_MS = 1000;

/** @param {HTMLElement} element @param {(intent: import('../state.js').Intent) => void} emit */
export function createChart(element, emit) {
  const place = find(element, '#plot', HTMLElement);
  const hint = find(element, '#plot-hint', HTMLElement);
  const words = find(element, '#plot-text', HTMLElement);
  /** @type {import('./plot.js').Plot | null} */
  let plot = null;
  /** @type {{ state: State, curves: Curves } | null} */
  let newest = null;
  /** @type {import('../chart/scene.js').Scene | null} */
  let scene = null;
  /** What the drawn scene was made of. @type {unknown[]} */
  let drawn = [];
  let timer = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let pause = REDRAW_MS;

  const reading = createChartReading(element, {
    scene: () => scene,
    plot: () => plot,
    zoom: (zoom) => emit({ type: 'setChart', change: { zoom } }),
  });
  const tools = createChartTools(element, emit, {
    scene: () => scene,
    canvas: () => plot?.canvas() ?? null,
    place,
    newest: () => newest,
    anchor: reading.anchor,
  });

  /** @param {State} state @param {Curves} curves */
  const sources = ({ chart, run, ladder }, { current, earlier }) => [
    current,
    current.version,
    earlier,
    chart,
    run?.report,
    ladder,
  ];

  function draw() {
    timer = 0;
    if (newest === null) return;
    const { state, curves } = newest;
    drawn = sources(state, curves);
    drawnAt = performance.now();
    setText(words, describeChart(state, curves));
    tools.render(state, curves);
    scene = sceneOf(state, curves);
    const empty = curves.current.isEmpty && curves.earlier.length === 0;
    hint.hidden = !empty;
    place.classList.toggle('empty', empty);
    if (plot === null) return;
    plot.draw(scene);
    reading.follow();
    const tookMs = performance.now() - drawnAt;
    pause = Math.min(SLOWEST_MS, Math.max(REDRAW_MS, tookMs * REDRAW_FACTOR));
  }

  async function remake() {
    if (newest === null) return;
    const { state, curves } = newest;
    const made = await makePlot(place, sceneOf(state, curves));
    plot?.destroy();
    plot = made;
    draw();
  }

  function tryRemake() {
    remake().catch(() => setText(hint, 'The chart cannot be drawn in this browser.'));
  }

  const remakeOn = ['(prefers-color-scheme: dark)', '(forced-colors: active)'];
  for (const query of remakeOn) matchMedia(query).addEventListener('change', tryRemake);

  return {
    /** @param {State} state @param {Curves} curves */
    render(state, curves) {
      const first = newest === null;
      newest = { state, curves };
      if (first) tryRemake();
      const now = sources(state, curves);
      if (timer !== 0 || now.every((source, i) => source === drawn[i])) return;
      const wait = pause - (performance.now() - drawnAt);
      // What a hand has changed is shown at once.
      if (wait <= 0 || state.chart !== drawn[3]) draw();
      else timer = window.setTimeout(draw, wait);
    },
  };
}
