/** Fetches later.js for whoever needs it, and tries again where it does not come. */

/** So long after a failure. */
const AGAIN_MS = 3_000;

/** @param {() => void} [failed] what to do after each failure */
export async function fetchLater(failed) {
  for (;;) {
    try {
      return await import('./later.js');
    } catch {
      failed?.();
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
