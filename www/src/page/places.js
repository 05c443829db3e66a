/** The ways to the places beside the run, which are fetched with what no first step needs. */

/** @import { Command } from '../shared/protocol.js' */
/** @import { Message, Observer, State, View } from './state.js' */

/**
 * What the page lends to its places.
 * @typedef {object} Page
 * @property {HTMLElement} body
 * @property {(message: Message) => void} emit
 * @property {() => State} state as it is now
 * @property {(command: Command) => void} send
 * @property {import('./browser/url-hash.js').Address} address
 * @property {{ observe: Observer }[]} observers
 * @property {View[]} views
 */

/** Follows the buttons that name a place. @param {Page} page */
export function createPlaces(page) {
  page.body.addEventListener('click', async ({ target }) => {
    const place = target instanceof Element && target.closest('[data-to]')?.getAttribute('data-to');
    if (!place) return;
    try {
      const { open, compare, inside } = await import('./later.js');
      await open(page, place, place === 'compare' ? compare : inside);
    } catch {
      const message = 'This could not be fetched. Try again.';
      page.emit({ type: 'saveFailed', message });
    }
  });
}
