/// <reference lib="webworker" />
/**
 * Keeps the page for when there is no network. The build puts this file beside index.html as `sw.js`,
 * headed by the list of its own files; nothing else is ever kept or looked at. A new version waits
 * until it is asked for, or until no tab has the old one open.
 */

const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** What the build writes ahead of this: its files, relative to this script, and a hash of them all. */
const { files, version } = /** @type {{ BUILD: { files: string[], version: string } }} */ (
  /** @type {unknown} */ (scope)
).BUILD;

const home = new URL('./', scope.location.href);
const PREFIX = `babble ${home.pathname} `;
const NAME = PREFIX + version;
const INDEX = new URL('index.html', home).href;
const OURS = new Set(files.map((file) => new URL(file, home).href));

scope.addEventListener('install', (event) => event.waitUntil(fill()));
scope.addEventListener('activate', (event) => event.waitUntil(takeOver()));
scope.addEventListener('fetch', (event) => {
  const kept = keptAs(event.request);
  if (kept !== null) event.respondWith(answer(event.request, kept));
});
scope.addEventListener('message', ({ data }) => {
  if (data === 'take over') scope.skipWaiting();
});

async function fill() {
  const cache = await caches.open(NAME);
  // Past the browser's own cache: a host may have said that index.html stays good for hours.
  await cache.addAll([...OURS].map((url) => new Request(url, { cache: 'reload' })));
}

async function takeOver() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  // Another tab may still run the version before this one, and want the rest of its files.
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/**
 * The address of the kept file that answers a request, or null: the network's business.
 * @param {Request} request
 */
function keptAs({ url, method, mode }) {
  if (method !== 'GET') return null;
  const { origin, pathname } = new URL(url);
  const plain = origin + pathname;
  if (mode === 'navigate' && plain === home.href) return INDEX;
  // A file of the version before has another name, and may be kept as well.
  const inside = plain.startsWith(new URL('assets/', home).href);
  return OURS.has(plain) || inside ? plain : null;
}

/** @param {Request} request @param {string} kept */
async function answer(request, kept) {
  const own = await (await caches.open(NAME)).match(kept);
  if (own) return own;
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    const older = await (await caches.open(name)).match(kept);
    if (older) return older;
  }
  return fetch(request);
}
