// @ts-check
/** What stands behind the lines of the chart: the ladder, the marks and the earlier runs. */

import { placeLabels } from '../chart/labels.js';
import { fewDigits } from '../chart/units.js';

/**
 * @typedef {import('uplot')} UPlot
 * @typedef {import('../chart/scene.js').Scene} Scene
 * @typedef {ReturnType<typeof readColours>} Colours
 */

const FONT_PX = 12;

/** Narrower than this the names are short ones. */
const WIDE_PX = 560;

/** Right of the lines, where nothing is named there. */
const NO_GUTTER_PX = 16;

/** From the end of a line to its name. */
const NAME_PX = 10;

/** Between two names, from middle to middle. */
const LABEL_PX = 15;

/** As far may a name stand from its line. */
const REACH_PX = 22;

/** Two marks nearer than this have no room for a name between them. */
const TAG_PX = 84;

/** @type {Record<import('../curve.js').Knob, string>} */
const TAGS = {
  learningRate: 'rate',
  clipNorm: 'clip',
  clipValue: 'clip',
  dropout: 'dropout',
  sequenceLength: 'length',
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

/** Right of the lines: room for their names. @param {Scene} scene @param {number} width in CSS pixels */
export function gutterOf(scene, width) {
  const ends = scene.ghosts.filter((ghost) => reachesEnd(ghost, scene));
  const names = [...shown(scene), ...ends].map((item) => nameOf(item, scene, width));
  if (names.length === 0 || ruler === null) return NO_GUTTER_PX;
  ruler.font = `${FONT_PX}px system-ui, sans-serif`;
  const measured = ruler;
  return NAME_PX + 2 + Math.max(...names.map((name) => measured.measureText(name).width));
}

/**
 * What stands beside a line.
 * @param {Scene['references'][number] | import('../chart/scene.js').Ghost} item
 * @param {Scene} scene @param {number} width of the chart in CSS pixels
 */
function nameOf(item, scene, width) {
  const isWide = width >= WIDE_PX;
  if ('number' in item) {
    const value = fewDigits(scene.value(lastWithin(item, scene.span) ?? 0));
    return isWide ? `run ${item.number}: ${value}` : `${item.number}: ${value}`;
  }
  const name = isWide ? item.name : item.short;
  return `${item.best && isWide ? 'best: ' : ''}${name} ${fewDigits(scene.value(item.y))}`;
}

/** Which names matter most where there is no room for all. @param {Scene['references'][number]} reference */
function priority({ kind, order, best }) {
  if (best) return 10;
  if (kind === 'uniform') return 9;
  if (kind === 'gzip') return 5;
  return 8 - order;
}

const GHOST_PRIORITY = 7;

/**
 * Those that are drawn: of the n-grams the first three and the best. @param {Scene} scene
 */
const shown = ({ references, range }) =>
  references.filter(
    ({ kind, order, best, y }) =>
      (kind !== 'ngram' || order <= 3 || best) && y >= range[0] && y <= range[1],
  );

/**
 * Dashed lines to measure the curve by, and beside them their names; the earlier runs have theirs
 * there, too.
 * @param {UPlot} plot @param {Scene} scene @param {Colours} colours
 */
export function drawReferences(plot, scene, colours) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const lines = shown(scene).map((reference) => ({
    y: plot.valToPos(reference.y, 'y', true),
    priority: priority(reference),
    item: {
      text: nameOf(reference, scene, plot.width),
      colour: reference.best ? colours.ink : colours.soft,
    },
  }));
  const ghosts = scene.ghosts.flatMap((ghost) => {
    const y = lastWithin(ghost, scene.span);
    if (y === null || !reachesEnd(ghost, scene) || y < scene.range[0] || y > scene.range[1])
      return [];
    const item = { text: nameOf(ghost, scene, plot.width), colour: colours.soft };
    return [{ y: plot.valToPos(y, 'y', true), priority: GHOST_PRIORITY, item }];
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
    [...lines, ...ghosts],
    bbox.top + 4 * ratio,
    bbox.top + bbox.height - 4 * ratio,
    LABEL_PX * ratio,
    REACH_PX * ratio,
  );
  for (const { y, line: from, item } of placed) {
    // A hairline from the end of the line to its name, which may have had to make room.
    line(ctx, right + 2 * ratio, from, right + 7 * ratio, y);
    ctx.fillStyle = item.colour;
    ctx.fillText(item.text, right + NAME_PX * ratio, y);
  }
  ctx.restore();
}

/** Where knobs were turned. @param {UPlot} plot @param {Scene} scene @param {Colours} colours */
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
    const colour = mark.knob === 'explosion' ? colours.heldOut : colours.soft;
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.globalAlpha = 0.55;
    ctx.setLineDash([ratio, 3 * ratio]);
    line(ctx, x, bbox.top, x, bottom);
    ctx.globalAlpha = 1;
    flag(ctx, x, bottom, ratio);
    const text = `${TAGS[mark.knob]} ${Number(mark.to.toPrecision(3))}`;
    const width = ctx.measureText(text).width;
    if (x < free || x + width > bbox.left + bbox.width) continue;
    ctx.fillText(text, x + 4 * ratio, bottom - 5 * ratio);
    free = x + Math.max(width + 12 * ratio, TAG_PX * 0.5 * ratio);
  }
  ctx.restore();
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

/** The earlier runs, faint. @param {UPlot} plot @param {Scene} scene @param {Colours} colours */
export function drawGhosts(plot, scene, colours) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = colours.edge;
  ctx.fillStyle = colours.soft;
  ctx.font = `${FONT_PX * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'bottom';
  ctx.lineWidth = 1.25 * ratio;
  ctx.lineJoin = 'round';
  for (const ghost of scene.ghosts) {
    ctx.beginPath();
    ghost.x.forEach((value, i) => {
      ctx.lineTo(plot.valToPos(value, 'x', true), plot.valToPos(ghost.y[i], 'y', true));
    });
    ctx.stroke();
    const x = ghost.x.at(-1);
    const y = ghost.y.at(-1);
    if (x === undefined || y === undefined || reachesEnd(ghost, scene)) continue;
    // One that ends before is named where it ends.
    const [left, top] = [plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true)];
    ctx.fillText(String(ghost.number), left + 3 * ratio, top - 2 * ratio);
  }
  ctx.restore();
}

/** A line that comes so near to the right edge is named beyond it. */
const END_PART = 0.03;

/** @param {import('../chart/scene.js').Ghost} ghost @param {Scene} scene */
const reachesEnd = ({ x }, { span: [from, to] }) => Number(x.at(-1)) >= to - (to - from) * END_PART;

/** Where a ghost leaves what is shown. @param {import('../chart/scene.js').Ghost} ghost
 * @param {import('../chart/zoom.js').Span} span */
function lastWithin({ x, y }, [from, to]) {
  const last = x.filter((value) => value <= to).length - 1;
  return last === -1 || x[last] < from ? null : y[last];
}

/** @param {CanvasRenderingContext2D} ctx @param {number} x0 @param {number} y0 @param {number} x1
 * @param {number} y1 */
function line(ctx, x0, y0, x1, y1) {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}
