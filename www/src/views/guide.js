// @ts-check
/** The line beside what the network writes that says what there is to see in it. */

import { find, setNote } from '../dom.js';
import { SEEING } from '../ladder/standing.js';

/** @param {HTMLElement} element */
export function createGuide(element) {
  const line = find(element, '#guide', HTMLElement);
  return {
    /** @param {import('../state.js').State} state */
    render({ run }) {
      setNote(line, run === null || run.stage === null ? '' : SEEING[run.stage]);
    },
  };
}
