/** Look inside as a place of the page. */

import init from '../../../../pkg/babble_inside.js';
import { createAskRun } from './ask-run.js';
import { fill } from './view.js';

export { default as style } from './style.css?inline';

export const label = 'Look inside';

/** @type {import('../open-place.js').Module['make']} */
export async function make(main, page) {
  await init();
  const view = fill(main, createAskRun(page));
  view.render(page.state());
  page.views.push(view);
}
