/** Copies text to the clipboard, as far as the browser allows. */

import { h } from '../dom.js';

/** @param {string} text @returns {Promise<boolean>} whether it is in the clipboard */
export async function copy(text) {
  try {
    // Only secure contexts have it.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Copies what an element holds, or selects it for the person to copy. @param {HTMLElement} element */
export async function copyFrom(element) {
  const copied = await copy(element.textContent ?? '');
  if (!copied) getSelection()?.selectAllChildren(element);
  return copied;
}

/** The old way, which works where there is no clipboard of the new kind. @param {string} text */
function copyBySelection(text) {
  const focused = document.activeElement;
  const box = h('textarea', { className: 'for-readers', value: text });
  document.body.append(box);
  box.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    box.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }
}
