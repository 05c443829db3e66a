/** The chart: training and held-out loss, and what to measure them by. */

import { find, setText } from '../dom.js';
import { createHandle } from './handle.js';
import { makePlot } from './plot.js';
import { createChartReading } from './reading.js';
import { sceneOf } from './scene.js';
import { createTogether } from './together.js';
import { createChartTools } from './tools.js';
import { isEmpty } from './view.js';
import { describeChart } from './words.js';

/** @import { Emit, State, View } from '../state.js' */
/** @import { LossHistories } from './loss-histories.js' */
/** @import { Plot } from './plot.js' */
/** @import { Scene } from './scene.js' */

const CANNOT = 'The chart cannot be drawn in this browser.';

/** The chart is drawn at most ten times a second, */
const REDRAW_MS = 100;

/** and less often where drawing takes long: after this many times as long as it took, a second at most. */
const REDRAW_FACTOR = 30;
const SLOWEST_MS = 1000;

/**
 * @param {HTMLElement} element @param {Emit} emit @param {LossHistories} histories
 * @returns {View}
 */
export function createDrawnChart(element, emit, histories) {
  const place = find(element, '#plot', HTMLElement);
  const hint = find(element, '#plot-hint', HTMLElement);
  const words = find(element, '#plot-text', HTMLElement);
  /** @type {Plot | null} */
  let plot = null;
  /** @type {{ state: State, histories: LossHistories } | null} */
  let newest = null;
  /** @type {Scene | null} */
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
  const handle = createHandle(find(element, '#chart', HTMLElement), emit, {
    scene: () => scene,
    plot: () => plot,
    history: () => histories.current,
    touched: reading.leave,
  });
  const tools = createChartTools(element, emit, {
    scene: () => scene,
    canvas: () => plot?.canvas() ?? null,
    place,
    newest: () => newest,
    anchor: reading.anchor,
  });

  const together = createTogether(element, emit);

  /** What is drawn depends on these. The first is the person's. @param {State} state @param {LossHistories} histories */
  const sources = ({ chart, run, baselines, generated }, { current, earlier }) => [
    chart,
    current,
    current.version,
    earlier,
    run?.report,
    run?.heldOut,
    baselines,
    generated.statistics,
  ];

  function draw() {
    timer = 0;
    if (newest === null) return;
    const { state, histories } = newest;
    drawn = sources(state, histories);
    drawnAt = performance.now();
    scene = sceneOf(state, histories);
    setText(words, describeChart(state, histories, scene));
    tools.render(state, histories, scene);
    together.render(state);
    const empty = isEmpty(histories);
    hint.hidden = !empty;
    place.classList.toggle('empty', empty);
    if (plot === null) return;
    plot.draw(scene);
    const tookMs = performance.now() - drawnAt;
    pause = Math.min(SLOWEST_MS, Math.max(REDRAW_MS, tookMs * REDRAW_FACTOR));
  }

  /** What stands over the lines goes where they went. */
  function follow() {
    reading.follow();
    handle.follow();
  }

  function remake() {
    if (newest === null) return;
    const { state, histories } = newest;
    plot?.destroy();
    plot = makePlot(place, sceneOf(state, histories), follow);
    draw();
  }

  function tryRemake() {
    try {
      remake();
    } catch {
      setText(hint, CANNOT);
    }
  }

  const remakeOn = ['(prefers-color-scheme: dark)', '(forced-colors: active)'];
  for (const query of remakeOn) matchMedia(query).addEventListener('change', tryRemake);

  return {
    render(state) {
      const first = newest === null;
      newest = { state, histories };
      if (first) tryRemake();
      handle.render(state);
      tools.compare(state, histories);
      const now = sources(state, histories);
      if (timer !== 0 || now.every((source, i) => source === drawn[i])) return;
      const wait = pause - (performance.now() - drawnAt);
      // A change by the person is shown at once.
      const [drawnChart] = drawn;
      if (wait <= 0 || state.chart !== drawnChart) draw();
      else timer = window.setTimeout(draw, wait);
    },
  };
}
