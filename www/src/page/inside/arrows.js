/** The arrows behind the unrolled graph: upwards, on in time, and the blame on its way back. */

import { svg } from '../dom.js';

/** @import { Network } from './network.js' */
/** @import { Names } from './names.js' */
/** @import { Step } from './words.js' */

/** A path, or two for an arrow with its point. @param {string} d @param {string} kind */
const path = (d, kind) => svg('path', { d, class: kind });

/** The letter of a weight over its arrow, in the middle. @param {string} letter @param {number} x @param {number} y @param {string} kind */
const label = (letter, x, y, kind) => svg('text', { x, y, class: kind }, letter);

/** Where a cell's numbers are, within the table: all cells of a row. @param {HTMLTableElement} table @param {string} row */
function boxes(table, row) {
  const origin = table.getBoundingClientRect();
  const found = table.querySelectorAll(`[data-row="${row}"] td > div`);
  return [...found].map((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return {
      left: left - origin.left,
      right: right - origin.left,
      middle: (left + right) / 2 - origin.left,
      top: top - origin.top,
      bottom: bottom - origin.top,
    };
  });
}

/**
 * From one time step to the next, or back.
 * @param {number} right of the earlier numbers @param {number} top of them @param {number} left of the later ones
 * @param {number} end their top @param {boolean} isBack
 */
function inTime(right, top, left, end, isBack) {
  const [x1, x2] = [right + 2, left - 3];
  const [y1, y2] = [top + 16, end + 16];
  const bend = (x2 - x1) / 2;
  const kind = isBack ? 'back' : 'on';
  return [
    path(`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, kind),
    isBack
      ? path(`M${x1 + 7} ${y1 - 5}L${x1 - 2} ${y1}L${x1 + 7} ${y1 + 5}Z`, 'back-point')
      : path(`M${x2 - 6} ${y2 - 5}L${x2 + 2} ${y2}L${x2 - 6} ${y2 + 5}Z`, 'on-point'),
  ];
}

/**
 * @param {SVGSVGElement} drawing @param {HTMLTableElement} table
 * @param {Network} network @param {Step} step @param {Names} names
 */
export function drawArrows(drawing, table, network, step, names) {
  drawing.setAttribute('width', String(table.offsetWidth));
  drawing.setAttribute('height', String(table.offsetHeight));
  /** @type {SVGElement[]} */
  const parts = [];
  const rows = [...table.querySelectorAll('tbody tr:not([hidden])')].map((row) =>
    boxes(table, /** @type {HTMLElement} */ (row).dataset.row ?? ''),
  );
  rows.slice(1).forEach((row, i) => {
    row.forEach((box, t) => {
      const end = rows[i][t].bottom + 3;
      if (box.top - end < 6) return;
      const { middle } = box;
      parts.push(
        path(`M${middle} ${box.top - 2}V${end + 3}`, 'up'),
        path(`M${middle - 4} ${end + 5}L${middle} ${end}L${middle + 4} ${end + 5}Z`, 'point'),
      );
    });
  });
  /** Whether the blame has gone this way, from the next time step to this one. @param {number} t */
  const goesBack = (t) => step.blame !== null && t >= step.blame;
  for (let layer = 0; layer < network.layers; layer++) {
    const states = boxes(table, `h${layer}`);
    const sums = boxes(table, network.cell === 'rnn' ? `gate${layer}0` : `drawer${layer}`);
    states.slice(0, -1).forEach((from, t) => {
      const to = sums[t + 1];
      const isBack = goesBack(t);
      parts.push(...inTime(from.right, from.top, to.left, to.top, isBack));
      // As PyTorch's own formulas have it: `weight_hh` would lie over the numbers.
      const weight = names === 'pytorch' ? 'W_hh' : 'W';
      const letter = isBack ? `${weight}ᵀ` : weight;
      // Over the row, where it has room however narrow the gap is.
      const x = (from.right + states[t + 1].left) / 2;
      parts.push(label(letter, x, from.top - 7, isBack ? 'back' : 'on'));
    });
    // What goes on past all weights, times a gate: an LSTM's memory, a GRU's state.
    const past = { rnn: null, gru: { row: 'h', gate: 'z' }, lstm: { row: 'c', gate: 'f' } }[
      network.cell
    ];
    const kept = past === null ? [] : boxes(table, past.row + layer);
    kept.slice(0, -1).forEach(({ right, top }, t) => {
      const to = kept[t + 1];
      const isBack = goesBack(t);
      parts.push(...inTime(right, top, to.left, to.top, isBack));
      // At the end that W's arrow, which begins in the same row, has left.
      parts.push(label(past?.gate ?? '', to.left - 8, to.top + 10, isBack ? 'back' : 'on'));
    });
    if (step.column !== null) {
      const { left, right, top, bottom } = states[step.column];
      parts.push(path(`M${left - 4} ${top - 4}H${right + 4}V${bottom + 4}H${left - 4}Z`, 'back'));
    }
  }
  drawing.replaceChildren(...parts);
}
