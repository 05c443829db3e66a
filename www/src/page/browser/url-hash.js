// @ts-check
/** The fragment of the page's address: read at the beginning, then kept up to date. */

import { copy } from './clipboard.js';

/** Browsers limit how often the address may change. */
const SETTLED_AFTER_MS = 400;

/** Marks an address in the history that the page itself wrote. */
const OWN = 'written by the page';

/** @param {(fragment: string) => void} onOpen another link was opened in this very page */
export function createAddress(onOpen) {
  let timer = 0;
  /** Whether the page itself wrote the address that it was opened with, as after a reload. */
  const own = history.state === OWN;
  window.addEventListener('hashchange', () => onOpen(location.hash));

  /** @param {string} fragment */
  const whole = (fragment) => {
    const url = new URL(location.href);
    url.hash = fragment;
    return url.href;
  };

  return {
    own,

    /** @param {string} fragment */
    show(fragment) {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (location.hash.replace(/^#/, '') === fragment) return;
        // This makes no new entry in the history and does not scroll.
        history.replaceState(OWN, '', whole(fragment));
      }, SETTLED_AFTER_MS);
    },

    /** @param {string} fragment @returns {Promise<boolean>} whether it is in the clipboard */
    copy: (fragment) => copy(whole(fragment)),
  };
}
