// @ts-check
/** The page's address: its fragment is read at the beginning, and follows what is chosen. */

/** Browsers allow only so many changes of the address in a while. */
const SETTLED_AFTER_MS = 400;

/** @param {(fragment: string) => void} onOpen another link was opened in this very page */
export function createAddress(onOpen) {
  let timer = 0;
  window.addEventListener('hashchange', () => onOpen(location.hash));

  /** @param {string} fragment */
  const whole = (fragment) => {
    const url = new URL(location.href);
    url.hash = fragment;
    return url.href;
  };

  return {
    /** @param {string} fragment */
    show(fragment) {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (location.hash.replace(/^#/, '') === fragment) return;
        // Neither a new entry in the history nor a jump of the page.
        history.replaceState(history.state, '', whole(fragment));
      }, SETTLED_AFTER_MS);
    },

    /** @param {string} fragment @returns {Promise<boolean>} whether it is in the clipboard */
    async copy(fragment) {
      try {
        await navigator.clipboard.writeText(whole(fragment));
        return true;
      } catch {
        // Nor need there be a clipboard at all: it is there in secure contexts alone.
        return false;
      }
    },
  };
}
