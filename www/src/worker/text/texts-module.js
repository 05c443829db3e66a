/**
 * The module that reads files which are no plain UTF-8, and changes texts. It is fetched when it is needed:
 * few visitors need it, and it is as large as the network's own.
 */

import { fetchLater } from '../fetch-later.js';

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
    return (await fetchLater(({ texts }) => texts.default())).texts;
  } catch (error) {
    // It may be there the next time.
    texts = null;
    throw error;
  }
}
