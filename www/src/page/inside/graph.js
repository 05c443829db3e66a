/** The network unrolled: a column for each time step, and a row for each kind of number. It is a table, so it reads as one. */

import { nameOf } from '../../shared/symbols.js';
import { h, makeButton, setAttribute, setText, svg } from '../dom.js';
import { drawArrows } from './arrows.js';
import { differs, figure, tiny } from './formulas.js';
import { put, rove } from './grid.js';
import { symbol } from './names.js';
import { GATES } from './network.js';
import { GATE_EQUATIONS, GATE_WORDS, isShown, rowWords, spoken } from './words.js';

/** @import { Place } from './formulas.js' */
/** @import { Names } from './names.js' */
/** @import { Network } from './network.js' */
/** @import { Step } from './words.js' */

const DIGITS = 2;

/** A letter that can be seen. @param {string} letter */
export const visible = (letter) => (nameOf(letter) === null ? letter : '␣');

/** Tint by size, from 0 to 5. @param {number} value of at most 1 */
const strength = (value) => Math.min(5, Math.ceil(Math.abs(value) * 5));

/**
 * A row of the graph: its label, the numbers at a time step, and those of the way back under them.
 * @typedef {{ id: string, label: string, equation?: string, at: (t: number) => Place[], back?: (t: number) => Place[], gate?: { layer: number, block: number } }} Row
 *   `equation`: under the label; `gate`: it is in the drawer of that layer's gates
 */

/** From above to below. @param {Network} network @param {Names} names @returns {Row[]} */
export function rowsOf(network, names) {
  const { cell, layers, hidden, trace } = network;
  const letters = names === 'letters';
  const units = Array.from({ length: hidden }, (_, i) => i);
  const outputs = trace.forward[0].y.map((_, i) => i);
  /** @type {Row[]} */
  const rows = [
    { id: 'loss', label: rowWords(network, 'loss', letters), at: (t) => [{ kind: 'loss', t }] },
    {
      id: 'p',
      label: rowWords(network, 'p', letters),
      at: (t) => outputs.map((i) => ({ kind: 'p', t, i })),
    },
    {
      id: 'y',
      label: rowWords(network, 'y', letters),
      at: (t) => outputs.map((i) => ({ kind: 'y', t, i })),
      back: (t) => outputs.map((i) => ({ kind: 'dY', t, i })),
    },
  ];
  for (let layer = layers - 1; layer >= 0; layer--) {
    const mark = layers > 1 ? `, layer ${layer + 1}` : '';
    rows.push({
      id: `h${layer}`,
      label: rowWords(network, 'h', letters) + mark,
      at: (t) => units.map((i) => ({ kind: 'h', t, layer, i })),
      back: (t) => units.map((i) => ({ kind: 'dH', t, layer, i })),
    });
    if (cell === 'lstm') {
      rows.push({
        id: `c${layer}`,
        label: rowWords(network, 'c', letters) + mark,
        at: (t) => units.map((i) => ({ kind: 'c', t, layer, i })),
        back: (t) => units.map((i) => ({ kind: 'dC', t, layer, i })),
      });
    }
    GATES[cell].forEach(({ letter }, block) => {
      const equation = letters ? GATE_EQUATIONS[cell][block] : undefined;
      const isGate = cell !== 'rnn';
      const sum = equation ?? `${symbol('a', names)}, before tanh`;
      const label = isGate ? `${letter}: ${GATE_WORDS[cell][block]}` : sum;
      rows.push({
        id: `gate${layer}${block}`,
        label: label + mark,
        equation: isGate ? equation : undefined,
        at: (t) => units.map((i) => ({ kind: 'gate', t, layer, block, i })),
        back: (t) => units.map((i) => ({ kind: 'dGate', t, layer, block, i })),
        gate: isGate ? { layer, block } : undefined,
      });
    });
  }
  return rows;
}

/** @param {HTMLElement} frame @param {(place: Place) => void} choose */
export function createGraph(frame, choose) {
  /** @type {{ button: HTMLButtonElement, place: Place, value: number }[]} */
  let numbers = [];
  /** @type {Network | null} */
  let shown = null;
  /** @type {Names} */
  let named = 'letters';
  /** @type {Step | null} */
  let at = null;
  /** Whether the gates are out of their drawer. */
  let isOpen = false;
  const table = h('table', { className: 'unrolled' });
  const arrows = svg('svg', { 'aria-hidden': 'true' });
  frame.append(arrows, table);
  // Where more of it is than is in sight: the style says so at that edge.
  const lookForMore = () => {
    const { scrollLeft, clientWidth, scrollWidth } = frame;
    frame.classList.toggle('more-before', scrollLeft > 1);
    frame.classList.toggle('more-after', scrollLeft + clientWidth < scrollWidth - 1);
  };
  frame.addEventListener('scroll', lookForMore, { passive: true });
  const redraw = () => {
    if (shown !== null && at !== null) drawArrows(arrows, table, shown, at, named);
    lookForMore();
    // A number that gets the focus comes out from behind the labels.
    const labels = table.rows[0]?.cells[0].offsetWidth ?? 0;
    frame.style.setProperty('scroll-padding-inline-start', `${labels}px`);
  };
  const size = new ResizeObserver(redraw);
  size.observe(table);
  size.observe(frame);

  /** Brings what a step computes into sight: its column beside the labels, or all of them from the first. @param {Step} step @param {Step | null} before */
  function follow(step, before) {
    if (step.column !== null) {
      const [label, ...columns] = table.rows[0].cells;
      const { offsetLeft, offsetWidth } = columns[step.column];
      const room = frame.clientWidth - label.offsetWidth;
      frame.scrollLeft = offsetLeft - label.offsetWidth + (offsetWidth - room) / 2;
    } else if (before === null || before.column !== null || step.forward < before.forward) {
      frame.scrollLeft = 0;
    }
  }

  /** Writes a number; `right`: what it would be without a mistake. @param {HTMLButtonElement} button @param {Place} place @param {number} value @param {number} right */
  function write(button, place, value, right) {
    if (shown === null) return;
    const digits = place.kind === 'loss' ? 3 : DIGITS;
    const isTiny = value !== 0 && Math.abs(value) < 0.5 * 10 ** -digits;
    setText(button, isTiny ? tiny(value, 0) : figure(value, digits));
    const isWrong = differs(value, right);
    button.classList.toggle('wrong', isWrong);
    const label = `${spoken(shown, place)}: ${figure(value, 4)}`;
    const rightly = isWrong ? `, rightly ${figure(right, 4)}` : '';
    setAttribute(button, 'aria-label', label + rightly);
  }

  /** @param {Network} network @param {Place} place @param {number} value @param {number} row @param {number} x */
  function number(network, place, value, row, x) {
    const button = h('button', { type: 'button', className: `number ${place.kind}` });
    write(button, place, value, value);
    if (place.kind === 'h' || place.kind === 'c') {
      button.classList.add(`${value < 0 ? 'minus' : 'plus'}-${strength(value)}`);
    }
    const isProbability = place.kind === 'p' && network.trace.numbers === null;
    if (isProbability) button.classList.add(`plus-${strength(value)}`);
    button.addEventListener('click', () => choose(place));
    button.addEventListener('focus', () => choose(place));
    numbers.push({ button, place, value });
    return put(button, row, x);
  }

  /** The drawer of a layer's gates: its handle, and what is in it while it is closed. @param {Network} network @param {number} layer */
  function drawerOf({ cell, layers, trace }, layer) {
    const mark = layers > 1 ? ` of layer ${layer + 1}` : '';
    const handle = makeButton('', () => {
      isOpen = !isOpen;
      slide();
      redraw();
    });
    handle.dataset.gates = `Gates${mark}`;
    const names = GATES[cell].map(({ letter }) => letter).join(' ');
    const cells = trace.forward.map(() => h('td', {}, h('div', { className: 'folded' }, names)));
    const at = { 'data-row': `drawer${layer}` };
    return h('tr', at, h('th', { scope: 'row' }, handle), ...cells);
  }

  /** Opens or closes the drawers. */
  function slide() {
    for (const row of table.querySelectorAll('tr.gate')) {
      /** @type {HTMLElement} */ (row).hidden = !isOpen;
    }
    for (const handle of table.querySelectorAll('button[data-gates]')) {
      const { gates } = /** @type {HTMLElement} */ (handle).dataset;
      setText(handle, `${gates} ${isOpen ? '▾' : '▸'}`);
      setAttribute(handle, 'aria-expanded', String(isOpen));
    }
  }

  return {
    /** Builds it anew. @param {Network} network @param {Names} names @param {(place: Place) => number} numberAt */
    build(network, names, numberAt) {
      shown = network;
      named = names;
      numbers = [];
      const { forward, inputs, targets, letters, numbers: given } = network.trace;
      const times = forward.map((_, t) => t);
      // Of other time steps none has been looked at.
      if (table.rows[0]?.cells.length !== times.length + 1) at = null;
      const head = times.map((t) => h('th', { scope: 'col' }, `t = ${t + 1}`));
      const corner = h('td', { className: 'corner' });
      const rows = rowsOf(network, names).flatMap(
        ({ id, label, equation, at, back, gate }, row) => {
          const cells = times.map((t) => {
            const line = (/** @type {Place[]} */ places, /** @type {number} */ y) =>
              places.map((place, i) => number(network, place, numberAt(place), y, t * 10 + i));
            const vector = h('div', { className: 'vector' }, ...line(at(t), row * 2));
            if (id === 'p' && given !== null) {
              const wanted = given.targets[t].map((value) => figure(value, DIGITS));
              vector.append(...wanted.map((text) => h('span', { className: 'target' }, text)));
            } else if (id === 'p') {
              const under = letters.map((letter, i) =>
                h('span', { className: targets[t] === i ? 'target' : '' }, visible(letter)),
              );
              vector.append(...under);
              vector.children[targets[t]].classList.add('target');
            }
            if (back !== undefined) vector.append(...line(back(t), row * 2 + 1));
            vector.style.setProperty('--wide', String(at(t).length));
            if (id === 'loss' && given === null)
              vector.append(h('q', {}, visible(letters[targets[t]])));
            return h('td', {}, vector);
          });
          const head = h('th', { scope: 'row' }, label);
          if (equation !== undefined) head.append(h('small', {}, equation));
          const className = gate === undefined ? '' : 'gate';
          const tr = h('tr', { className, 'data-row': id }, head, ...cells);
          return gate?.block === 0 ? [drawerOf(network, gate.layer), tr] : [tr];
        },
      );
      const read = times.map((t) => {
        if (given === null) {
          return h('td', {}, h('div', { className: 'letter' }, visible(letters[inputs[t]])));
        }
        const x = given.inputs[t].map((value) => h('b', {}, figure(value, DIGITS)));
        const vector = h('div', { className: 'vector' }, ...x);
        vector.style.setProperty('--wide', String(x.length));
        return h('td', {}, vector);
      });
      const label = given === null ? 'letter in' : names === 'letters' ? 'x' : 'input';
      const last = h('tr', { 'data-row': 'x' }, h('th', { scope: 'row' }, label), ...read);
      const caption = 'Every number of one step of learning. Columns are time steps.';
      table.replaceChildren(
        h('caption', { className: 'for-readers' }, caption),
        h('thead', {}, h('tr', {}, corner, ...head)),
        h('tbody', {}, ...rows, last),
      );
      slide();
    },
    /** Shows what has been computed by this step. @param {Step} step @param {Place | null} chosen @param {(place: Place) => number | null} wrongAt what a mistake makes of a number */
    show(step, chosen, wrongAt) {
      const before = at;
      at = step;
      const key = JSON.stringify(chosen);
      for (const { button, place, value } of numbers) {
        button.disabled = !isShown(place, step);
        write(button, place, wrongAt(place) ?? value, value);
        setAttribute(button, 'aria-pressed', JSON.stringify(place) === key ? 'true' : null);
      }
      if (step.label !== before?.label) follow(step, before);
      rove(table);
      redraw();
    },
    table,
  };
}
