/** Draws one line for each network, named at its end, over one pair of axes. */

import { placeLabels } from '../chart/labels.js';
import { svg } from '../dom.js';

/**
 * @typedef {{ x: number, y: number }} Point
 *
 * @typedef {object} Axes
 * @property {[low: number, high: number]} across
 * @property {[low: number, high: number]} up
 * @property {(most: number) => number[]} ticksAcross at most about so many
 * @property {(most: number) => number[]} ticksUp
 * @property {(x: number) => string} nameAcross
 * @property {(y: number) => string} nameUp
 */

/** Around the lines, in CSS pixels. */
const [LEFT, TOP, BOTTOM, GAP] = [44, 8, 24, 8];

/** The least distance of two ticks. */
const TICK_PX = { across: 80, up: 36 };

/** Between two names, and how far one may be from its line. */
const [LABEL_PX, REACH_PX] = [16, 40];

/** How wide a name is, for each of its letters. */
const LETTER_PX = 7;

/** An empty drawing. What it shows stands in a table too. @param {string} label */
export function makePlot(label) {
  const plot = svg('svg', { role: 'img', 'aria-label': label });

  /** @param {{ name: string, points: Point[] }[]} lines @param {Axes} axes */
  function draw(lines, { across, up, ticksAcross, ticksUp, nameAcross, nameUp }) {
    const { width, height } = plot.getBoundingClientRect();
    const longest = Math.max(...lines.map(({ name }) => name.length));
    const right = width - GAP - Math.min(longest * LETTER_PX, width / 3);
    const bottom = height - BOTTOM;
    if (right <= LEFT || bottom <= TOP) return;
    /** @param {[number, number]} from @param {number} low @param {number} high */
    const scale =
      ([from, to], low, high) =>
      (/** @type {number} */ value) =>
        low + ((value - from) / (to - from)) * (high - low);
    const x = scale(across, LEFT, right);
    const y = scale(up, bottom, TOP);
    const rows = ticksUp((bottom - TOP) / TICK_PX.up).flatMap((tick) => [
      svg('line', { class: 'grid', x1: LEFT, x2: right, y1: y(tick), y2: y(tick) }),
      svg('text', { x: LEFT - 6, y: y(tick) + 4, 'text-anchor': 'end' }, nameUp(tick)),
    ]);
    const columns = ticksAcross((right - LEFT) / TICK_PX.across).map((tick) =>
      svg('text', { x: x(tick), y: height - 6, 'text-anchor': 'middle' }, nameAcross(tick)),
    );
    const drawn = lines.map(({ points }, lane) => {
      const d = points.map((point) => `${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`);
      return svg('path', {
        class: `lane-${lane + 1}`,
        d: d.length === 0 ? '' : `M${d.join('L')}`,
      });
    });
    const ends = lines.flatMap(({ name, points }, lane) => {
      const end = points.at(-1);
      return end === undefined ? [] : [{ y: y(end.y), priority: 1, item: { name, lane, end } }];
    });
    const names = placeLabels(ends, TOP + 4, bottom, LABEL_PX, REACH_PX).map(({ y, item }) => {
      const at = { class: `lane-${item.lane + 1}`, x: x(item.end.x) + 6, y: y + 4 };
      const name = svg('text', at, item.name);
      if (item.name.length * LETTER_PX > width - at.x)
        name.setAttribute('textLength', String(width - at.x));
      return name;
    });
    plot.replaceChildren(...rows, ...columns, ...drawn, ...names);
  }

  return { element: plot, draw };
}
