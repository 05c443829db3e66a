// @ts-check
/**
 * Look inside as a place beside the run's. It is where the page says so, in `data-place`; a run that comes or goes
 * meanwhile takes the page back to itself.
 */

import init from '../../../../pkg/babble_inside.js';
import { find, h, setAttribute } from '../dom.js';
import { createAskRun } from './ask-run.js';
import style from './style.css?inline';
import { fill } from './view.js';

/** @import { Page } from './ask-run.js' */

/** @type {Promise<void> | null} */
let made = null;

/** Makes the place, once, and goes there. @param {HTMLElement} body @param {Page} page */
export async function openInside(body, page) {
  made ??= make(body, page);
  try {
    await made;
  } catch (error) {
    // Its wasm may be there the next time.
    made = null;
    throw error;
  }
  if (body.dataset.place === 'inside') return;
  body.dataset.left = body.dataset.place;
  body.dataset.place = 'inside';
  scrollTo({ top: 0, behavior: 'instant' });
}

/** @param {HTMLElement} body @param {Page} page */
async function make(body, page) {
  await init();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const main = h('main', { className: 'inside', id: 'inside', hidden: true });
  const board = find(body, '.board', HTMLElement);
  fill(main, createAskRun(page));
  board.after(main);

  const inside = find(body, '#look-inside', HTMLElement);
  const watch = find(body, '#places :first-child', HTMLElement);
  watch.addEventListener('click', () => {
    if (body.dataset.place === 'inside') body.dataset.place = body.dataset.left;
  });
  new MutationObserver(() => {
    const isInside = body.dataset.place === 'inside';
    main.hidden = !isInside;
    board.hidden = isInside;
    setAttribute(inside, 'aria-current', isInside ? 'page' : null);
    setAttribute(watch, 'aria-current', isInside ? null : 'page');
  }).observe(body, { attributeFilter: ['data-place'] });
}
