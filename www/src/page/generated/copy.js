/** Copies the generated text to the clipboard. */

import { copyFrom } from '../browser/clipboard.js';
import { find, onClick, setEnabled, setText } from '../dom.js';
import { counted } from '../format.js';

/** How long a success is shown. */
const TOLD_MS = 6_000;

/** @import { View } from '../state.js' */

/** @param {HTMLElement} element @returns {View} */
export function createCopy(element) {
  const region = find(element, '#generated', HTMLElement);
  const button = find(element, '#generated-copy', HTMLButtonElement);
  const status = find(element, '#generated-copied', HTMLElement);
  let timer = 0;

  onClick(button, async () => {
    clearTimeout(timer);
    setText(status, '');
    const count = [...(region.textContent ?? '')].length;
    if (await copyFrom(region)) {
      setText(status, `Copied ${counted(count, 'character')}.`);
      timer = window.setTimeout(() => setText(status, ''), TOLD_MS);
    } else {
      setText(
        status,
        'This browser does not let the page copy. The passage is selected: copy it from there.',
      );
    }
  });

  return {
    render({ generated }) {
      setEnabled(button, generated.heading !== '' || generated.written > 0);
    },
  };
}
