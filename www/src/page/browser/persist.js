/** Asks the browser not to delete this page's data by itself. */

/**
 * The browser's answer. It may take any time where the browser asks the person.
 * @param {Pick<StorageManager, 'persist' | 'persisted'> | undefined} storage pages without https have none
 * @returns {Promise<'granted' | 'refused' | 'unable'>}
 */
export async function promiseOf(storage) {
  if (storage?.persist === undefined) return 'unable';
  try {
    // Someone who has agreed before is not asked again.
    return (await storage.persisted()) || (await storage.persist()) ? 'granted' : 'refused';
  } catch {
    return 'unable';
  }
}
