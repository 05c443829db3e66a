// @ts-check
/** The way to Look inside. What is there comes as a module of its own, when it is first opened. */

import { find } from '../dom.js';

/** @import { Message } from '../state.js' */
/** @import { Page } from './ask-run.js' */

/** @param {HTMLElement} element @param {(message: Message) => void} emit @param {Page} page */
export function linkInside(element, emit, page) {
  find(element, '#look-inside', HTMLElement).addEventListener('click', async () => {
    try {
      const { openInside } = await import('./place.js');
      await openInside(element, page);
    } catch {
      const message = 'Look inside could not be fetched. Try again.';
      emit({ type: 'saveFailed', message });
    }
  });
}
