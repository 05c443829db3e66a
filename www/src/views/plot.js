// @ts-check
/** uPlot, dressed for this page. It comes after the first paint, for nothing is drawn before. */

import { loss, whole } from '../format.js';

/** @typedef {import('../protocol.js').RunReport} RunReport */

/**
 * @typedef {object} Plot
 * @property {(columns: import('../columns.js').Columns, report: RunReport | null) => void} draw
 * @property {() => void} destroy
 */

/** The first steps are not stretched over the whole width. */
const LEAST_STEPS = 100;

/** Two measuring lines nearer than this have no room for a name between them. */
const TIGHT_PX = 40;

/** The least that the axis of losses spans, in nats. */
const LEAST_NATS = 0.5;

const FONT = '12px system-ui, sans-serif';

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

/** The page's colours as they are now. */
function readColours() {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const colour = (name) => style.getPropertyValue(name).trim();
  return {
    training: colour('--blue'),
    heldOut: colour('--red'),
    soft: colour('--soft'),
    line: colour('--line'),
    edge: colour('--edge'),
  };
}

/**
 * A dashed line to measure the curve by, with its name at the right end, where the curve has fallen
 * away from it.
 * @param {import('uplot')} plot @param {number} value @param {string} name
 * @param {ReturnType<typeof readColours>} colours @param {number} lift where its name stands, in lines
 */
function drawReference(plot, value, name, colours, lift) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const y = Math.round(plot.valToPos(value, 'y', true));
  ctx.save();
  ctx.strokeStyle = colours.edge;
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 4 * ratio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.fillStyle = colours.soft;
  ctx.font = FONT.replace('12', String(12 * ratio));
  ctx.textAlign = 'right';
  ctx.textBaseline = lift > 0 ? 'top' : 'bottom';
  ctx.fillText(`${name} ${loss(value)}`, bbox.left + bbox.width, y + lift * 4 * ratio);
  ctx.restore();
}

/** What is left free above the highest line. */
const HEADROOM = 1.1;

/** The steps shown: from the first of all, or from where loaded weights went on.
 * @param {Float64Array} steps @returns {[number, number]} */
function stepRange(steps) {
  if (steps.length === 0) return [0, LEAST_STEPS];
  const from = steps[0] <= 1 ? 0 : steps[0];
  return [from, Math.max(steps[steps.length - 1], from + LEAST_STEPS)];
}

/** The losses shown: from a round value below the lowest to just above blind guessing.
 * @param {import('../columns.js').Columns} columns @param {RunReport | null} report
 * @returns {[number, number]} */
function lossRange({ raw, smoothed, heldOut }, report) {
  let low = Number.POSITIVE_INFINITY;
  let high = report?.uniformLoss ?? 0;
  for (let i = 0; i < smoothed.length; i++) {
    const settled = smoothed[i] ?? heldOut[i];
    if (settled === null) continue;
    low = Math.min(low, settled, raw[i] ?? settled);
    high = Math.max(high, settled);
  }
  if (low === Number.POSITIVE_INFINITY) return [0, Math.max(high * HEADROOM, 1)];
  const floor = Math.max(0, Math.floor(low * 4 - 0.2) / 4);
  return [floor, Math.max(high * HEADROOM, floor + LEAST_NATS)];
}

/** @param {HTMLElement} place @returns {Promise<Plot>} */
export async function makePlot(place) {
  const UPlot = await importPlot();
  const colours = readColours();
  /** @type {RunReport | null} */
  let report = null;
  /** @type {[number, number]} */
  let steps = [0, LEAST_STEPS];
  /** @type {[number, number]} */
  let losses = [0, 1];

  const axis = {
    stroke: colours.soft,
    font: FONT,
    ticks: { show: false },
    grid: { stroke: colours.line, width: 1 },
  };

  /** @param {import('uplot')} plot */
  function drawReferences(plot) {
    if (report === null) return;
    const { uniformLoss, unigramLoss } = report;
    const apart = plot.valToPos(unigramLoss, 'y') - plot.valToPos(uniformLoss, 'y');
    const inside = apart < TIGHT_PX ? -1 : 1;
    drawReference(plot, uniformLoss, 'blind guessing', colours, inside);
    drawReference(plot, unigramLoss, 'letter frequencies', colours, -inside);
  }

  const plot = new UPlot(
    {
      width: place.clientWidth,
      height: place.clientHeight,
      padding: [8, 16, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, range: () => steps },
        y: { range: () => losses },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 28,
          gap: 4,
          values: (_plot, ticks) => ticks.map(whole),
        },
        {
          ...axis,
          size: 40,
          gap: 6,
          values: (_plot, ticks) => ticks.map((tick) => tick.toFixed(1)),
        },
      ],
      series: [
        {},
        { stroke: colours.training, alpha: 0.4, width: 1, spanGaps: true, points: { show: false } },
        { stroke: colours.training, width: 2, spanGaps: true, points: { show: false } },
        {
          stroke: colours.heldOut,
          width: 1.5,
          spanGaps: true,
          points: { show: true, size: 5, width: 0, fill: colours.heldOut },
        },
      ],
      hooks: { draw: [drawReferences] },
    },
    [[], [], [], []],
    place,
  );

  const observer = new ResizeObserver(() => {
    plot.setSize({ width: place.clientWidth, height: place.clientHeight });
  });
  observer.observe(place);

  return {
    draw(columns, newReport) {
      report = newReport;
      steps = stepRange(columns.x);
      losses = lossRange(columns, report);
      plot.setData([columns.x, columns.raw, columns.smoothed, columns.heldOut]);
    },
    destroy() {
      observer.disconnect();
      plot.destroy();
    },
  };
}
