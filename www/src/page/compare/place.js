/** Compare as a place of the page. */

import { fill } from './view.js';

export { default as style } from './style.css?inline';

export const label = 'Compare';

/** @type {import('../open-place.js').Module['make']} */
export function make(main, page, leave) {
  page.views.push(fill(main, page, leave));
}
