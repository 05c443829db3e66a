/**
 * Selects one character of the output: under the pointer, under a finger, or by the arrow keys from the output's one
 * tab stop. The selected character stays in place, whatever is written below it.
 */

/** @import { Character } from './sample.js' */
/** @import { TextDom } from './text-dom.js' */

/** The width of the mark around an invisible character. */
const LEAST_PX = 5;
/** A pointer this far behind the end of a line is on it. */
const LINE_END_PX = 10;
/** The selected character keeps this distance from the output's upper and lower edge. */
const EDGE_PX = 14;

/**
 * @param {HTMLElement} region
 * @param {HTMLElement} reach within it the pointer may go without leaving the character
 * @param {HTMLElement} mark is laid around the character; in an element that surrounds the output
 * @param {{ textDom: TextDom, hold(still: boolean): void }} output
 * @param {(character: Character | null, byKeys: boolean) => void} onLook
 */
export function createInspector(region, reach, mark, output, onLook) {
  const { textDom } = output;
  // It scrolls and its characters can be selected, so the keyboard must reach it.
  region.tabIndex = 0;
  let index = -1;
  /** Whether it was selected by finger, click or keys, and stays when the pointer goes. */
  let pinned = false;
  /** Where up and down keys try to stay. @type {number | null} */
  let column = null;
  let pointer = { x: -1, y: -1 };

  /** @param {number} at @returns {{ left: number, right: number, top: number, bottom: number }} */
  function boxOf(at) {
    const boxes = textDom.rangeOf(at).getClientRects();
    const box = boxes[boxes.length - 1];
    if (box !== undefined) return box;
    // A line's end has no box in some browsers. It is where the character before it ends.
    const { left, right, top, bottom } =
      at > textDom.first ? boxOf(at - 1) : region.getBoundingClientRect();
    return isRightToLeft()
      ? { left, right: left, top, bottom }
      : { left: right, right, top, bottom };
  }

  const isRightToLeft = () => getComputedStyle(region).direction === 'rtl';

  /** @param {number} at @param {boolean} pin @param {boolean} byKeys */
  function look(at, pin, byKeys) {
    pinned = pin;
    if (at === index) return;
    index = at;
    output.hold(true);
    mark.hidden = false;
    place();
    onLook(textDom.characterAt(at), byKeys);
  }

  function leave() {
    if (index < 0) return;
    index = -1;
    pinned = false;
    column = null;
    mark.hidden = true;
    onLook(null, false);
    output.hold(false);
  }

  /** Moves the mark to where the character is now. */
  function place() {
    if (index < 0) return;
    if (index < textDom.first || index >= textDom.end) {
      leave();
      return;
    }
    const box = boxOf(index);
    const frame = /** @type {HTMLElement} */ (mark.parentElement).getBoundingClientRect();
    const width = Math.max(box.right - box.left, LEAST_PX);
    const left = isRightToLeft() ? box.right - width : box.left;
    mark.style.transform = `translate(${left - frame.left}px, ${box.top - frame.top}px)`;
    mark.style.width = `${width}px`;
    mark.style.height = `${box.bottom - box.top}px`;
  }

  /** The character at a point of the window, or null. @param {number} x @param {number} y */
  function indexFrom(x, y) {
    const caret = caretFrom(x, y);
    const near = caret && textDom.indexAt(caret.node, caret.offset);
    if (near === null) return null;
    for (const at of [near, near - 1, near + 1]) {
      if (at < textDom.first || at >= textDom.end) continue;
      const { left, right, top, bottom } = boxOf(at);
      const beyond = textDom.characterAt(at).symbol === '\n' ? LINE_END_PX : 0;
      const [from, to] = isRightToLeft() ? [left - beyond, right] : [left, right + beyond];
      if (x >= from && x < to && y >= top - 2 && y < bottom + 2) return at;
    }
    return null;
  }

  /** Where the keys begin: at the newest visible character. */
  function beginning() {
    const last = textDom.end - 1;
    const frame = region.getBoundingClientRect();
    if (boxOf(last).top < frame.bottom) return last;
    const { left, right, bottom } = frame;
    for (let y = bottom - EDGE_PX; y > frame.top; y -= EDGE_PX) {
      const caret = caretFrom((left + right) / 2, y);
      const at = caret && textDom.indexAt(caret.node, caret.offset);
      if (at !== null) return at;
    }
    return last;
  }

  /**
   * The characters of the line of `at`, or of the next line in a direction.
   * @param {number} at @param {-1 | 1} direction @param {boolean} next
   */
  function* lineFrom(at, direction, next) {
    const middle = (/** @type {number} */ i) => {
      const { top, bottom } = boxOf(i);
      return { y: (top + bottom) / 2, reach: (bottom - top) / 2 };
    };
    let { y, reach } = middle(at);
    for (let i = at + direction; i >= textDom.first && i < textDom.end; i += direction) {
      const here = middle(i);
      if (Math.abs(here.y - y) > reach) {
        if (!next) return;
        next = false;
        ({ y, reach } = here);
      }
      if (!next) yield i;
    }
  }

  /** @param {number} at @param {-1 | 1} direction */
  function upOrDown(at, direction) {
    const { left, right } = boxOf(at);
    column ??= (left + right) / 2;
    let best = at;
    let least = Number.POSITIVE_INFINITY;
    for (const i of lineFrom(at, direction, true)) {
      const box = boxOf(i);
      const distance = Math.abs((box.left + box.right) / 2 - column);
      if (distance < least) [best, least] = [i, distance];
    }
    return best;
  }

  /** @param {number} at @param {-1 | 1} direction */
  function lineEnd(at, direction) {
    let end = at;
    for (const i of lineFrom(at, direction, false)) end = i;
    return end;
  }

  /** The character that a key leads to, or null for any other key. @param {KeyboardEvent} event @param {number} at */
  function target({ key, ctrlKey, metaKey, altKey, shiftKey }, at) {
    if (altKey || shiftKey || metaKey) return null;
    if (ctrlKey && key !== 'Home' && key !== 'End') return null;
    const forward = isRightToLeft() ? 'ArrowLeft' : 'ArrowRight';
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowRight':
        return at + (key === forward ? 1 : -1);
      case 'ArrowUp':
        return upOrDown(at, -1);
      case 'ArrowDown':
        return upOrDown(at, 1);
      case 'Home':
        return ctrlKey ? textDom.first : lineEnd(at, -1);
      case 'End':
        return ctrlKey ? textDom.end - 1 : lineEnd(at, 1);
      default:
        return null;
    }
  }

  region.addEventListener('keydown', (event) => {
    if (textDom.end === textDom.first) return;
    const begins = index < 0;
    const from = begins ? beginning() : index;
    const to = target(event, from);
    if (to === null) return;
    event.preventDefault();
    if (!event.key.endsWith('Up') && !event.key.endsWith('Down')) column = null;
    // The first key shows the present place. The next ones move from there.
    const shown = begins && event.key.startsWith('Arrow') ? from : to;
    const at = Math.min(Math.max(shown, textDom.first), textDom.end - 1);
    output.hold(true);
    reveal(at);
    look(at, true, true);
  });

  /** Scrolls just enough to show a character. @param {number} at */
  function reveal(at) {
    const box = boxOf(at);
    const frame = region.getBoundingClientRect();
    const above = frame.top + EDGE_PX - box.top;
    const below = box.bottom - (frame.bottom - EDGE_PX);
    if (above > 0) region.scrollTop -= above;
    else if (below > 0) region.scrollTop += below;
  }

  region.addEventListener('pointermove', (event) => {
    const { clientX: x, clientY: y } = event;
    // The text scrolled under a pointer that did not move.
    if (x === pointer.x && y === pointer.y) return;
    pointer = { x, y };
    if (event.pointerType === 'touch' || pinned || event.buttons !== 0) return;
    const at = indexFrom(x, y);
    if (at === null) leave();
    else look(at, false, false);
  });
  reach.addEventListener('pointerleave', () => {
    if (!pinned) leave();
  });
  region.addEventListener('click', (event) => {
    // This click ended the selection of a text.
    if (getSelection()?.isCollapsed === false) return;
    const at = indexFrom(event.clientX, event.clientY);
    if (at === null || (pinned && at === index)) leave();
    else look(at, true, false);
  });
  region.addEventListener('blur', leave);
  document.addEventListener('pointerdown', ({ target }) => {
    if (pinned && target instanceof Node && !reach.contains(target)) leave();
  });
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') leave();
  });
  region.addEventListener('scroll', place);
  document.fonts.addEventListener('loadingdone', place);

  return { place };
}

/**
 * The place in the document that is nearest to a point of the window.
 * @param {number} x @param {number} y @returns {{ node: Node, offset: number } | null}
 */
export function caretFrom(x, y) {
  if ('caretPositionFromPoint' in document) {
    const caret = document.caretPositionFromPoint(x, y);
    return caret && { node: caret.offsetNode, offset: caret.offset };
  }
  const range = /** @type {Document} */ (document).caretRangeFromPoint(x, y);
  return range && { node: range.startContainer, offset: range.startOffset };
}
