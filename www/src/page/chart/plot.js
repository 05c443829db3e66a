/** uPlot with this page's style. */

import './language.js';
import UPlot from 'uplot';
import { drawEarlier, drawMarks, drawReferences, gutterOf, readColours } from './plot-draw.js';
import { ticksOf } from './scene.js';
import { AXES } from './units.js';

/** @import { Scene } from './scene.js' */

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

/** Above the lines, for what the handle says. */
const TOP_PX = 20;

/** From the middle of the handle to that of a number beside it that it does not touch. */
const GRIP_PX = 30;

/** The least distance of two ticks, in pixels. */
const TICK_PX = { across: 90, up: 34 };

/**
 * @param {HTMLElement} place @param {Scene} first
 * @param {() => void} drawn called whenever it has been drawn, also in another size
 * @returns {Plot}
 */
export function makePlot(place, first, drawn) {
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
    drawEarlier(plot, scene, colours);
  }

  /** Whether the handle at its usual place would cover a part of a number. @param {import('uplot')} plot @param {number} tick */
  const isUnderGrip = (plot, tick) =>
    Math.abs(plot.valToPos(tick, 'x') - plot.valToPos(scene.columns.x.at(-1) ?? 0, 'x')) < GRIP_PX;

  /** The rows of held-out losses that are not estimates. */
  function measuredRows() {
    const { heldOut, estimates } = scene.columns;
    return heldOut.flatMap((y, row) => (y !== null && estimates[row] === null ? row : []));
  }

  const size = () => ({ width: place.clientWidth, height: place.clientHeight });
  const plot = new UPlot(
    {
      ...size(),
      padding: [TOP_PX, () => gutterOf(scene, place.clientWidth), 0, 0],
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
          values: (plot) =>
            ticks.across.map((tick) => (isUnderGrip(plot, tick) ? '' : AXES[scene.by].tick(tick))),
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
          points: { show: true, size: 5, width: 0, fill: colours.heldOut, filter: measuredRows },
        },
        // An estimate is an open circle on that line.
        {
          stroke: colours.heldOut,
          width: 0,
          points: { show: true, size: 5, width: 1, fill: colours.paper },
        },
        {
          stroke: colours.heldOut,
          width: 1.5,
          dash: [5, 3],
          spanGaps: true,
          points: { show: true, size: 4, width: 0, fill: colours.heldOut },
        },
      ],
      hooks: { drawAxes: [drawBehind], draw: [drawn] },
    },
    [[], [], [], [], [], []],
    place,
  );

  function redraw() {
    const { width, height } = size();
    const across = Math.max(1, (width - gutterOf(scene, width) - 40) / TICK_PX.across);
    ticks = ticksOf(scene, { across, up: Math.max(1, (height - TOP_PX - 28) / TICK_PX.up) });
    const { x, raw, smoothed, heldOut, estimates, together } = scene.columns;
    plot.setData([x, raw, smoothed, heldOut, estimates, together]);
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
