// @ts-check
/**
 * The module that reads files which are no plain UTF-8, and changes texts. It is fetched when it is needed:
 * few visitors need it, and it is as large as the network's own.
 */

/** @typedef {typeof import('../../../../pkg/babble_texts.js')} Texts */

/** @type {Promise<Texts> | null} */
let texts = null;

/** @returns {Promise<Texts>} */
export function textsModule() {
  texts ??= fetchModule();
  return texts;
}

async function fetchModule() {
  try {
    const { texts } = await import('../later.js');
    await texts.default();
    return texts;
  } catch {
    // It may be there the next time.
    texts = null;
    const error = new Error(
      'A part of the page could not be fetched. Is there a network? Try again.',
    );
    error.name = 'NotFetched';
    throw error;
  }
}
