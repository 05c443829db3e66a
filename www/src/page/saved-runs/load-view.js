/** The way to load weights while there is a run and no room for it in the masthead. */

import { find, h, onFiles } from '../dom.js';

/** @import { Emit, View } from '../state.js' */

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createLoad(element, emit) {
  const sheet = find(element, '#saved-sheet', HTMLElement);
  const input = h('input', { type: 'file', accept: '.safetensors' });
  sheet.append(h('label', { className: 'quiet file' }, 'Load weights from a file', input));
  onFiles(input, ([file]) => {
    sheet.hidePopover();
    emit({ type: 'openWeights', file });
  });
  return {
    render({ engine }) {
      input.disabled = engine === 'broken';
    },
  };
}
