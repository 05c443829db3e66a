/** What a network wrote in a real run, so that a visitor knows what is to come. */

import { find, h } from '../dom.js';
import { TRACE } from './trace.js';
import { letters } from './words.js';

/** Fills the list, once. @param {HTMLElement} element */
export function showTrace(element) {
  const rows = TRACE.map((moment) =>
    h(
      'li',
      {},
      h('small', {}, `after ${letters(moment.letters)}`),
      ' ',
      h('span', {}, moment.text),
    ),
  );
  find(element, '#trace-rows', HTMLElement).replaceChildren(...rows);
}
