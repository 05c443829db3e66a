// @ts-check
/** The line beside the generated text that says what can be seen in it. */

import { find, setText } from '../dom.js';
import { seeing } from './stage.js';

/** @import { View } from '../state.js' */

/** @param {HTMLElement} element @returns {View} */
export function createGuide(element) {
  const line = find(element, '#guide', HTMLElement);
  return {
    render({ run }) {
      setText(line, run === null || run.stage === null ? '' : seeing(run.kind, run.stage));
    },
  };
}
