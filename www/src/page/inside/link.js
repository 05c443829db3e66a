// @ts-check
/** The way to Look inside. What is there comes as a module of its own, when it is first opened. */

import { find } from '../dom.js';

/** @import { Message } from '../state.js' */

/** @param {HTMLElement} element @param {(message: Message) => void} emit */
export function linkInside(element, emit) {
  find(element, '#look-inside', HTMLElement).addEventListener('click', async () => {
    try {
      const { openInside } = await import('./place.js');
      await openInside(element);
    } catch {
      const message = 'Look inside could not be fetched. Try again.';
      emit({ type: 'saveFailed', message });
    }
  });
}
