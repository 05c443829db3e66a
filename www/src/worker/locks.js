// @ts-check
/**
 * Who has what open, among all tabs of this page. A lock goes with the worker that holds it, however
 * that ends. A browser without Web Locks, or a page that is not served securely, has no say in it: there
 * everything counts as free, and the store notices when two write to one run.
 */

/** @typedef {() => Promise<void>} Release */

const locks = () => globalThis.navigator?.locks ?? null;

/**
 * Takes a lock, waiting for it no longer than this. What it returns lets go of it, and tells when it is
 * free for others; null: somebody else has it.
 * @param {string} name @param {number} patienceMs
 * @returns {Promise<Release | null>}
 */
export function hold(name, patienceMs) {
  const manager = locks();
  if (manager === null) return Promise.resolve(async () => {});
  return new Promise((resolve) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), patienceMs);
    const free = manager
      .request(name, { signal: patience.signal }, () => {
        clearTimeout(timer);
        return new Promise((end) => {
          resolve(() => {
            end(undefined);
            return free;
          });
        });
      })
      .then(
        () => {},
        () => resolve(null),
      );
  });
}

/** The names of all locks that anybody holds. @returns {Promise<Set<string>>} */
export async function held() {
  const taken = (await locks()?.query())?.held ?? [];
  return new Set(taken.map(({ name }) => name ?? ''));
}
