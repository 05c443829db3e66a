/**
 * Places beside the run's. Where the page is stands in the body's `data-place`; a run that comes or goes meanwhile takes
 * the page back to itself.
 */

import { find, h, setAttribute } from './dom.js';
import { placeMessages } from './messages/view.js';

/** @import { Page } from './places.js' */

/**
 * What is in a place.
 * @typedef {object} Module
 * @property {string} label of the button that leads there
 * @property {string} style
 * @property {(main: HTMLElement, page: Page, leave: () => void) => void | Promise<void>} make fills the place, once.
 *   `leave` goes back to the run
 */

/** The run's own places. */
const OWN = ['start', 'watch'];

/** @type {Map<string, Promise<void>>} */
const made = new Map();

/**
 * Goes to a place, which is made when it is opened for the first time.
 * @param {Page} page @param {string} name @param {Module} module
 */
export async function open(page, name, module) {
  const place = made.get(name) ?? make(page, name, module);
  made.set(name, place);
  // It may be there the next time.
  place.catch(() => made.delete(name));
  await place;
  goTo(page.body, name);
}

/** @param {HTMLElement} body @param {string} name */
function goTo(body, name) {
  const from = body.dataset.place;
  if (from === name) return;
  if (from !== undefined && OWN.includes(from)) body.dataset.left = from;
  body.dataset.place = name;
  scrollTo({ top: 0, behavior: 'instant' });
}

/** @param {Page} page @param {string} name @param {Module} module */
async function make(page, name, module) {
  const { body } = page;
  const leave = () => {
    if (!OWN.includes(body.dataset.place ?? '')) body.dataset.place = body.dataset.left;
  };
  const main = h('main', { className: name, id: name, hidden: true });
  await module.make(main, page, leave);

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(module.style);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const board = find(body, '.board', HTMLElement);
  board.after(main);
  const places = find(body, '#places', HTMLElement);
  const found = places.querySelector(`[data-to=${name}]`);
  const button = found ?? h('button', { type: 'button', className: 'quiet' }, module.label);
  if (found === null) places.append(button);
  setAttribute(button, 'data-to', name);
  const watch = find(places, ':first-child', HTMLElement);
  watch.addEventListener('click', leave);
  new MutationObserver(() => {
    const isHere = body.dataset.place === name;
    const isOwn = OWN.includes(body.dataset.place ?? '');
    main.hidden = !isHere;
    board.hidden = !isOwn;
    placeMessages(body);
    setAttribute(button, 'aria-current', isHere ? 'page' : null);
    setAttribute(watch, 'aria-current', isOwn ? 'page' : null);
  }).observe(body, { attributeFilter: ['data-place'] });
}
