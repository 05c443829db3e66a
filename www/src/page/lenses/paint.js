/** Paints a text: a span for each run of equal paint, so that the text stays text. */

import { h } from '../dom.js';

/** How many of these steps a value has reached. @param {number[]} steps @param {number} value */
export const levelOf = (steps, value) => steps.filter((step) => value >= step).length;

/**
 * @param {HTMLElement} place @param {string[]} symbols
 * @param {(i: number) => string} classOf the paint of a symbol, '' for none
 */
export function paintText(place, symbols, classOf) {
  const children = [];
  for (let from = 0; from < symbols.length; ) {
    const paint = classOf(from);
    let to = from + 1;
    while (to < symbols.length && classOf(to) === paint) to += 1;
    const text = symbols.slice(from, to).join('');
    children.push(paint === '' ? text : h('span', { className: paint }, text));
    from = to;
  }
  place.replaceChildren(...children);
}

/**
 * Which symbol of a painted text lies at a place in the document.
 * @param {HTMLElement} place @param {Node} node @param {number} offset in code units
 * @returns {number | null}
 */
export function symbolAt(place, node, offset) {
  if (!place.contains(node)) return null;
  const range = document.createRange();
  range.selectNodeContents(place);
  range.setEnd(node, offset);
  return [...range.toString()].length;
}

/**
 * The stretch of a painted text that is selected, in symbols; null where none is.
 * @param {HTMLElement} place @returns {[from: number, to: number] | null}
 */
export function selectedIn(place) {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return null;
  const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
  const from = symbolAt(place, startContainer, startOffset);
  const to = symbolAt(place, endContainer, endOffset);
  return from === null || to === null || from >= to ? null : [from, to];
}
