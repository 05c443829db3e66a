/** Waiting for what must come, in any browser. */

/** How long anything that the page must do may take, on a machine that does ten other things. */
export const PATIENCE_MS = 120_000;

/** A length in characters that no run of a test comes to: it shall not end before the test does. */
export const ENDLESS = '1000000000';

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {string} what
 * @returns {Promise<T>}
 */
export async function within(promise, what, limit = PATIENCE_MS) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${limit / 1000} s: ${what}.`)), limit);
  });
  try {
    return /** @type {T} */ (await Promise.race([promise, late]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits, inside the page, until the number in a `<data>` satisfies a relation, by watching it.
 * @param {Element} data
 * @param {{ relation: '<' | '>' | '=', bound: number }} wanted
 * @returns {Promise<number>} the number that did
 */
export function untilNumber(data, { relation, bound }) {
  return new Promise((resolve) => {
    const look = () => {
      const value = data.getAttribute('value');
      if (!value) return;
      const number = Number(value);
      const done =
        relation === '<' ? number < bound : relation === '>' ? number > bound : number === bound;
      if (!done) return;
      observer.disconnect();
      resolve(number);
    };
    const observer = new MutationObserver(look);
    observer.observe(data, { attributes: true, childList: true, subtree: true });
    look();
  });
}

/**
 * Waits, inside the page, until the text of an element satisfies a pattern, by watching it.
 * @param {Element} element @param {RegExp} pattern
 * @returns {Promise<void>}
 */
export function untilText(element, pattern) {
  return new Promise((resolve) => {
    const look = () => {
      if (!pattern.test(element.textContent ?? '')) return;
      observer.disconnect();
      resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(element, { childList: true, characterData: true, subtree: true });
    look();
  });
}

/**
 * Inside the page, after axe's own source has run there: what it finds against the page as it is.
 * @param {string | null} part a selector, for what alone is looked at
 * @returns {Promise<string[]>}
 */
export async function violationsByAxe(part) {
  const { violations } = await /** @type {any} */ (window).axe.run(part ?? document, {
    // WCAG 2.2 asks for it, and axe only when it is told to.
    rules: { 'target-size': { enabled: true } },
  });
  return violations.map(
    (/** @type {import('axe-core').Result} */ { id, nodes }) =>
      `${id} at ${nodes.map((node) => node.target)}`,
  );
}
