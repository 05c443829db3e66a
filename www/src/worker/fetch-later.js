/** Fetches later.js for whoever needs it. */

import { namedError } from '../shared/named-error.js';

/** @typedef {typeof import('./later.js')} Later */

/**
 * @param {(later: Later) => unknown} [begin] what of it has to be fetched as well
 * @throws {Error} with a sentence for the person, when it does not come
 */
export async function fetchLater(begin) {
  try {
    const later = await import('./later.js');
    await begin?.(later);
    return later;
  } catch {
    const message = 'A part of the page could not be fetched. Is there a network? Try again.';
    throw namedError('NotFetched', message);
  }
}
