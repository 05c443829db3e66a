// @ts-check
/** Puts the passage into the clipboard, or as near to it as this browser lets anyone. */

import { find, setText } from '../dom.js';
import { counted } from '../format.js';

/** A success is told so long. */
const TOLD_MS = 6_000;

/** The way of old, which works where there is no clipboard of the new kind. @param {string} text */
function copyBySelection(text) {
  const focused = document.activeElement;
  const box = document.createElement('textarea');
  box.className = 'for-readers';
  box.value = text;
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

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** @param {HTMLElement} element @param {HTMLElement} sheet */
export function createCopy(element, sheet) {
  const button = find(element, '#voice-copy', HTMLButtonElement);
  const status = find(element, '#voice-copied', HTMLElement);
  let timer = 0;

  button.addEventListener('click', async () => {
    clearTimeout(timer);
    setText(status, '');
    const text = sheet.textContent ?? '';
    if (await copy(text)) {
      setText(status, `Copied ${counted([...text].length, 'character')}.`);
      timer = window.setTimeout(() => setText(status, ''), TOLD_MS);
    } else {
      getSelection()?.selectAllChildren(sheet);
      setText(
        status,
        'This browser does not let the page copy. The passage is selected: copy it from there.',
      );
    }
  });

  return {
    /** @param {boolean} empty */
    render(empty) {
      button.hidden = empty;
    },
  };
}
