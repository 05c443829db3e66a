/**
 * The generated characters in the document: a block for each line, so that a new letter lays out one line alone, and in
 * it a span for each run of equal tint. The element's text is exactly what was written. Characters are counted from
 * the beginning of the sample.
 */

import { h } from '../dom.js';
import { clings } from './glyphs.js';
import { levelOf } from './tint.js';

/** @import { Character } from './sample.js' */

/** @typedef {{ from: number, node: Text }} Stretch characters that share a text node */

/** The length of the symbol at a place in a string. @param {string} text @param {number} at */
const widthAt = (text, at) => (/** @type {number} */ (text.codePointAt(at)) > 0xffff ? 2 : 1);

export class TextDom {
  #region;
  /** @type {HTMLElement | null} */
  #line = null;
  /** @type {HTMLElement | null} */
  #heading = null;
  /** The level of the last stretch, -1 when a new one must begin. */
  #level = -1;
  #before = '';
  /** @type {Stretch[]} */
  #stretches = [];
  /** @type {Character[]} */
  #characters = [];

  /** The index of the first character that is still there, and that after the last. */
  first = 0;
  end = 0;

  /** @param {HTMLElement} region */
  constructor(region) {
    this.#region = region;
  }

  /** The length of the heading, if it is still there. */
  get headingLength() {
    return this.#heading?.textContent?.length ?? 0;
  }

  /** A new sample. @param {string} heading */
  turn(heading) {
    this.#region.replaceChildren();
    this.#line = this.#heading = null;
    this.#level = -1;
    this.#before = '';
    this.#stretches = [];
    this.#characters = [];
    this.first = this.end = 0;
    if (heading === '') return;
    this.#heading = h('b', {}, heading);
    this.#openLine().append(this.#heading);
  }

  /** @param {Character[]} characters */
  write(characters) {
    for (const character of characters) {
      const { symbol } = character;
      const level = clings(symbol, this.#before) ? this.#level : levelOf(character.probability);
      if (this.#level >= 0 && level === this.#level) this.#last.node.appendData(symbol);
      else this.#begin(symbol, level);
      this.#before = symbol;
      this.#characters.push(character);
      this.end += 1;
      if (symbol === '\n') {
        this.#line = null;
        this.#level = -1;
      }
    }
  }

  /** Forgets the heading and all characters before this one. @param {number} index */
  cut(index) {
    this.#heading?.remove();
    this.#heading = null;
    let gone = 0;
    for (; gone < this.#stretches.length - 1; gone += 1) {
      if (this.#stretches[gone + 1].from > index) break;
      removeFrom(this.#region, this.#stretches[gone].node);
    }
    this.#stretches.splice(0, gone);
    const [stretch] = this.#stretches;
    if (stretch !== undefined && stretch.from < index) {
      stretch.node.deleteData(0, offsetOf(stretch, index));
      stretch.from = index;
    }
    this.#characters.splice(0, index - this.first);
    this.first = index;
  }

  /** @param {number} index */
  characterAt(index) {
    return this.#characters[index - this.first];
  }

  /** Where a character stands. @param {number} index @returns {Range} */
  rangeOf(index) {
    const stretch = this.#stretches[this.#stretchOf(index)];
    const at = offsetOf(stretch, index);
    const range = document.createRange();
    range.setStart(stretch.node, at);
    range.setEnd(stretch.node, at + widthAt(stretch.node.data, at));
    return range;
  }

  /**
   * The character that begins at a place in the document, or the last one before it; null where none
   * was written.
   * @param {Node} node @param {number} offset
   */
  indexAt(node, offset) {
    const stretch = this.#stretches.find((stretch) => stretch.node === node);
    if (stretch === undefined) return null;
    const { data } = stretch.node;
    let index = stretch.from;
    for (let at = 0; at < data.length; index += 1) {
      at += widthAt(data, at);
      if (at > offset) return index;
    }
    return index - 1;
  }

  get #last() {
    return this.#stretches[this.#stretches.length - 1];
  }

  #openLine() {
    this.#line ??= this.#region.appendChild(h('div'));
    return this.#line;
  }

  /** @param {string} symbol @param {number} level */
  #begin(symbol, level) {
    const node = document.createTextNode(symbol);
    this.#openLine().append(level === 0 ? node : h('span', { className: `tint-${level}` }, node));
    this.#stretches.push({ from: this.end, node });
    this.#level = level;
  }

  /** @param {number} index */
  #stretchOf(index) {
    let low = 0;
    let high = this.#stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#stretches[middle].from <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** @param {Stretch} stretch @param {number} index */
function offsetOf({ from, node }, index) {
  let at = 0;
  for (let i = from; i < index; i += 1) at += widthAt(node.data, at);
  return at;
}

/** Removes a node, and the elements that hold nothing else. @param {HTMLElement} region @param {ChildNode} node */
function removeFrom(region, node) {
  /** @type {ChildNode} */
  let outermost = node;
  for (let around = node.parentElement; around !== null; around = around.parentElement) {
    if (around === region || around.childNodes.length > 1) break;
    outermost = around;
  }
  outermost.remove();
}
