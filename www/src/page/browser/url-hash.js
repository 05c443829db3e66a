/** The fragment of the page's address: read at the beginning, then kept up to date. */

import { copy } from './clipboard.js';

/** Browsers limit how often the address may change. */
const SETTLED_AFTER_MS = 400;

/** Marks an address in the history that the page itself wrote. */
const OWN = 'written by the page';

/** What an address asks of the page, beside a run: a lesson, which controls there are, and a comparison. */
const OF_PAGE = /^(lesson|show|compare)=/;

/** @param {(link: string, own: boolean) => void} onOpen takes the link to a run; `own`: the page itself wrote it, as after a reload */
export function createAddress(onOpen) {
  let timer = 0;
  let newest = '';
  window.addEventListener('hashchange', () => address.open());

  /** @param {string} fragment */
  const whole = (fragment) => {
    const url = new URL(location.href);
    url.hash = fragment;
    return url.href;
  };

  const address = {
    /** What it asks of the page: pairs such as `lesson=1`. @type {string[]} */
    asked: [],

    open() {
      const pairs = location.hash.slice(1).split('&');
      address.asked = pairs.filter((pair) => OF_PAGE.test(pair));
      const link = pairs.filter((pair) => !OF_PAGE.test(pair)).join('&');
      onOpen(link, history.state === OWN);
      // Whoever begins a lesson keeps the settings.
      if (link === '') address.show(newest);
      else newest = link;
    },

    /** @param {string} link */
    show(link) {
      newest = link;
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        const fragment = [...address.asked, link].filter(Boolean).join('&');
        if (location.hash.slice(1) === fragment) return;
        // This makes no new entry in the history and does not scroll.
        history.replaceState(OWN, '', whole(fragment));
      }, SETTLED_AFTER_MS);
    },

    /** Asks something else of the page. @param {string[]} asked */
    ask(asked) {
      address.asked = asked;
      address.show(newest);
    },

    /** @param {string} link @returns {Promise<boolean>} whether it is in the clipboard */
    copy: (link) => copy(whole(link)),
  };
  return address;
}

/** @typedef {ReturnType<typeof createAddress>} Address */
