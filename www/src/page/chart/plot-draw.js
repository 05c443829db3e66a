/** Draws what is behind the lines of the chart: the baselines, the marks and the earlier runs. */

import { placeLabels } from './labels.js';
import { endOf, lineAt } from './scene.js';
import { fewDigits } from './units.js';

/** @import { MarkedSetting } from '../../shared/loss-history.js' */
/** @import { EarlierRun, Line, Scene } from './scene.js' */
/** @import { Span } from './zoom.js' */

/**
 * @typedef {import('uplot')} UPlot
 * @typedef {ReturnType<typeof readColours>} Colours
 */

const FONT_PX = 12;

/** A chart narrower than this has short names. */
const WIDE_PX = 560;

/** The space to the right of the lines without names, where no button stands beside the axis. */
const NO_GUTTER_PX = 16;

/** What the button needs there that zooms a wide axis. */
const ZOOM_GUTTER_PX = 92;

/** What the buttons need there while a part of a wide axis is shown. */
const ZOOMED_GUTTER_PX = 140;

/** From the end of a line to its name. */
const NAME_PX = 10;

/** Between two names, from middle to middle. */
const LABEL_PX = 15;

/** How far a name may be from its line. */
const REACH_PX = 22;

/** Two marks nearer than this have no room for two names. */
const MARK_PX = 84;

/** Short names of changes, for there is little room on the axis. @type {Partial<Record<MarkedSetting, string>>} */
const SHORT_NAMES = {
  learningRate: 'rate',
  clipNorm: 'clip',
  clipValue: 'clip',
  stateReset: 'reset',
  sequenceLength: 'length',
  runCharacters: 'schedule',
  temperature: 'temp.',
  explosion: 'exploded',
};

/** The page's colours as they are now. @param {HTMLElement} place */
export function readColours(place) {
  const style = getComputedStyle(place);
  /** @param {string} name */
  const colour = (name) => style.getPropertyValue(name).trim();
  return {
    training: colour('--training'),
    heldOut: colour('--held-out'),
    ink: colour('--ink'),
    soft: colour('--soft'),
    line: colour('--line'),
    edge: colour('--edge'),
    paper: colour('--paper'),
  };
}

const ruler = document.createElement('canvas').getContext('2d');

/** The space to the right of the lines for their names. @param {Scene} scene @param {number} width in CSS pixels */
export function gutterOf(scene, width) {
  const ends = scene.earlier.filter((run) => reachesEnd(run, scene));
  const names = [...shown(scene), ...ends].map((item) => labelOf(item, scene, width));
  const { all, span } = scene;
  const isZoomed = span[0] > all[0] || span[1] < all[1];
  const besideAxis = isZoomed ? ZOOMED_GUTTER_PX : ZOOM_GUTTER_PX;
  const least = width >= WIDE_PX ? besideAxis : NO_GUTTER_PX;
  if (names.length === 0 || ruler === null) return least;
  ruler.font = `${FONT_PX}px system-ui, sans-serif`;
  const measured = ruler;
  const widest = Math.max(...names.map((name) => measured.measureText(name).width));
  return Math.max(least, NAME_PX + 2 + widest);
}

/**
 * The name beside a line.
 * @param {Scene['references'][number] | EarlierRun} item
 * @param {Scene} scene @param {number} width of the chart in CSS pixels
 */
function labelOf(item, scene, width) {
  const isWide = width >= WIDE_PX;
  if ('number' in item) {
    const value = fewDigits(scene.value(leaves(item, scene.span)?.y ?? 0));
    return isWide ? `run ${item.number}: ${value}` : `${item.number}: ${value}`;
  }
  const name = isWide ? item.label : item.short;
  return `${name}${item.best && isWide ? ', best' : ''}: ${fewDigits(scene.value(item.y))}`;
}

/** Which names matter most where there is no room for all. @param {Scene['references'][number]} reference */
function priority({ kind, order, best, named }) {
  if (named) return 11;
  if (best) return 10;
  if (kind === 'uniform') return 9;
  if (kind === 'gzip') return 5;
  return 8 - order;
}

const EARLIER_PRIORITY = 7;

/** The references that lie within what is shown. @param {Scene} scene */
const shown = ({ references, range }) =>
  references.filter(({ y }) => y >= range[0] && y <= range[1]);

/**
 * Dashed lines to compare the loss to, with their names beside them and those of the earlier runs.
 * @param {UPlot} plot @param {Scene} scene @param {Colours} colours
 */
export function drawReferences(plot, scene, colours) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const lines = shown(scene).map((reference) => ({
    y: plot.valToPos(reference.y, 'y', true),
    priority: priority(reference),
    item: {
      text: labelOf(reference, scene, plot.width),
      colour: reference.best ? colours.ink : colours.soft,
    },
  }));
  const earlier = scene.earlier.flatMap((run) => {
    const y = leaves(run, scene.span)?.y ?? Number.NaN;
    if (!reachesEnd(run, scene) || !(y >= scene.range[0] && y <= scene.range[1])) return [];
    const item = { text: labelOf(run, scene, plot.width), colour: colours.soft };
    return [{ y: plot.valToPos(y, 'y', true), priority: EARLIER_PRIORITY, item }];
  });
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 4 * ratio]);
  for (const { y, item } of lines) {
    ctx.strokeStyle = item.colour === colours.ink ? colours.ink : colours.edge;
    line(ctx, bbox.left, Math.round(y), right, Math.round(y));
  }
  ctx.setLineDash([]);
  ctx.strokeStyle = colours.edge;
  ctx.font = `${FONT_PX * ratio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  const placed = placeLabels(
    [...lines, ...earlier],
    bbox.top + 4 * ratio,
    bbox.top + bbox.height - 4 * ratio,
    LABEL_PX * ratio,
    REACH_PX * ratio,
  );
  for (const { y, line: from, item } of placed) {
    // A hairline from the end of the line to its name, which may have moved.
    line(ctx, right + 2 * ratio, from, right + 7 * ratio, y);
    ctx.fillStyle = item.colour;
    ctx.fillText(item.text, right + NAME_PX * ratio, y);
  }
  ctx.restore();
}

/** The marks where settings were changed. @param {UPlot} plot @param {Scene} scene @param {Colours} colours */
export function drawMarks(plot, scene, colours) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const [from, to] = scene.span;
  const bottom = bbox.top + bbox.height;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  ctx.lineWidth = ratio;
  let free = bbox.left;
  for (const mark of scene.marks) {
    if (mark.x < from || mark.x > to) continue;
    const x = Math.round(plot.valToPos(mark.x, 'x', true));
    const colour = mark.setting === 'explosion' ? colours.heldOut : colours.soft;
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.globalAlpha = 0.55;
    ctx.setLineDash([ratio, 3 * ratio]);
    line(ctx, x, bbox.top, x, bottom);
    ctx.globalAlpha = 1;
    flag(ctx, x, bottom, ratio);
    const text = nameOf(mark, scene.marks);
    const width = ctx.measureText(text).width;
    if (x < free || x + width > bbox.left + bbox.width) continue;
    ctx.fillText(text, x + 4 * ratio, bottom - 5 * ratio);
    free = x + Math.max(width + 12 * ratio, MARK_PX * 0.5 * ratio);
  }
  ctx.restore();
}

/** The setting and its new value; of explosions at one place how many there were. @param {Scene['marks'][number]} mark
 * @param {Scene['marks']} marks */
function nameOf(mark, marks) {
  const { setting, to, x } = mark;
  const name = SHORT_NAMES[setting] ?? setting;
  if (setting !== 'explosion') return `${name} ${Number(to.toPrecision(3))}`;
  const times = marks.filter((other) => other.setting === setting && other.x === x).length;
  return times === 1 ? name : `${name} ${times} times`;
}

/** A small triangle that stands on the axis. @param {CanvasRenderingContext2D} ctx
 * @param {number} x @param {number} y @param {number} ratio */
function flag(ctx, x, y, ratio) {
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.moveTo(x, y - 6 * ratio);
  ctx.lineTo(x + 3.5 * ratio, y);
  ctx.lineTo(x - 3.5 * ratio, y);
  ctx.fill();
}

/** The earlier runs, faint, in the colours of their lines. @param {UPlot} plot @param {Scene} scene
 * @param {Colours} colours */
export function drawEarlier(plot, scene, colours) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colours.soft;
  ctx.font = `${FONT_PX * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'bottom';
  ctx.lineWidth = 1.25 * ratio;
  ctx.lineJoin = 'round';
  /** @param {Line} line @param {string} colour */
  const draw = ({ x, y }, colour) => {
    ctx.strokeStyle = colour;
    ctx.beginPath();
    y.forEach((value, i) => {
      ctx.lineTo(plot.valToPos(x[i], 'x', true), plot.valToPos(value, 'y', true));
    });
    ctx.stroke();
  };
  for (const run of scene.earlier) {
    ctx.globalAlpha = EARLIER_ALPHA;
    draw(run.training, colours.training);
    draw(run.heldOut, colours.heldOut);
    ctx.globalAlpha = 1;
    const end = leaves(run, scene.span);
    if (end === null || reachesEnd(run, scene)) continue;
    // A line that ends before is named at its end.
    const [left, top] = [plot.valToPos(end.x, 'x', true), plot.valToPos(end.y, 'y', true)];
    ctx.fillText(String(run.number), left + 3 * ratio, top - 2 * ratio);
  }
  ctx.restore();
}

/** How faint an earlier run is. */
const EARLIER_ALPHA = 0.45;

/** A line that comes this near to the right edge is named beyond it. */
const END_PART = 0.03;

/** @param {EarlierRun} run @param {Scene} scene */
const reachesEnd = (run, { span: [from, to] }) => endOf(run) >= to - (to - from) * END_PART;

/**
 * Where a run leaves what is shown: its held-out line, by which runs are compared, or its training
 * line where that goes on alone.
 * @param {EarlierRun} run @param {Span} span
 */
function leaves({ training, heldOut }, [from, to]) {
  /** @param {Line} line */
  const last = (line) => {
    const x =
      line.x.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(line.x[line.x.length - 1], to);
    const y = x < from ? null : lineAt(line, x);
    return y === null ? null : { x, y };
  };
  return last(heldOut) ?? last(training);
}

/** @param {CanvasRenderingContext2D} ctx @param {number} x0 @param {number} y0 @param {number} x1
 * @param {number} y1 */
function line(ctx, x0, y0, x1, y1) {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}
