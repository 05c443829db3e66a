// @ts-check
/** uPlot, dressed for this page. It comes after the first paint, for nothing is drawn before. */

import { ticksOf } from '../chart/scene.js';
import { AXES } from '../chart/units.js';
import { drawGhosts, drawMarks, drawReferences, gutterOf, readColours } from './plot-draw.js';

/** @typedef {import('../chart/scene.js').Scene} Scene */

/**
 * @typedef {object} Plot
 * @property {(scene: Scene) => void} draw
 * @property {() => { left: number, top: number, width: number, height: number }} box of the lines,
 *   in CSS pixels within the place
 * @property {(y: number) => number} top of a value of the scene, within the place
 * @property {() => HTMLCanvasElement} canvas
 * @property {() => void} destroy
 */

const FONT = '12px system-ui, sans-serif';

/** Room for a tick's own words, in pixels. */
const TICK_PX = { across: 90, up: 34 };

/**
 * uPlot asks Intl for `navigator.language` when it is imported, and some systems say "C", which Intl
 * refuses. Only then, the page's own language stands in.
 */
function ensureLanguage() {
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }
}

async function importPlot() {
  ensureLanguage();
  await import('uplot/dist/uPlot.min.css');
  return (await import('uplot')).default;
}

/** @param {HTMLElement} place @param {Scene} first @returns {Promise<Plot>} */
export async function makePlot(place, first) {
  const UPlot = await importPlot();
  const colours = readColours(place);
  let scene = first;
  let ticks = ticksOf(scene, { across: 5, up: 5 });

  const axis = {
    stroke: colours.soft,
    font: FONT,
    ticks: { show: false },
    grid: { stroke: colours.line, width: 1 },
    filter: (/** @type {import('uplot')} */ _plot, /** @type {number[]} */ splits) => splits,
  };

  /** @param {import('uplot')} plot */
  function drawBehind(plot) {
    drawReferences(plot, scene, colours);
    drawMarks(plot, scene, colours);
    drawGhosts(plot, scene, colours);
  }

  const size = () => ({ width: place.clientWidth, height: place.clientHeight });
  const plot = new UPlot(
    {
      ...size(),
      padding: [8, () => gutterOf(scene, place.clientWidth), 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, range: () => scene.span },
        y: { range: () => scene.range },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 28,
          gap: 4,
          splits: () => ticks.across,
          values: () => ticks.across.map(AXES[scene.by].tick),
        },
        {
          ...axis,
          size: 40,
          gap: 6,
          splits: () => ticks.up.map(({ y }) => y),
          values: () => ticks.up.map(({ tick }) => String(tick)),
        },
      ],
      series: [
        {},
        {
          stroke: colours.training,
          alpha: 0.35,
          width: 1,
          spanGaps: true,
          points: { show: false },
        },
        { stroke: colours.training, width: 2, spanGaps: true, points: { show: false } },
        {
          stroke: colours.heldOut,
          width: 1.5,
          spanGaps: true,
          points: { show: true, size: 5, width: 0, fill: colours.heldOut },
        },
      ],
      hooks: { drawAxes: [drawBehind] },
    },
    [[], [], [], []],
    place,
  );

  function redraw() {
    const { width, height } = size();
    const across = Math.max(1, (width - gutterOf(scene, width) - 40) / TICK_PX.across);
    ticks = ticksOf(scene, { across, up: Math.max(1, (height - 36) / TICK_PX.up) });
    const { x, raw, smoothed, heldOut } = scene.columns;
    plot.setData([x, raw, smoothed, heldOut]);
  }

  const observer = new ResizeObserver(() => {
    plot.setSize(size());
    redraw();
  });
  observer.observe(place);

  return {
    draw(next) {
      scene = next;
      redraw();
    },
    box() {
      const { left, top, width, height } = plot.over.getBoundingClientRect();
      const outer = place.getBoundingClientRect();
      return { left: left - outer.left, top: top - outer.top, width, height };
    },
    top: (y) => plot.valToPos(y, 'y'),
    canvas: () => plot.ctx.canvas,
    destroy() {
      observer.disconnect();
      plot.destroy();
    },
  };
}
