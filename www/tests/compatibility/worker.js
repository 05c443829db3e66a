/** The page's worker in a thread of Node, on a database that was saved before. */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { inflateRawSync } from 'node:zlib';
import 'fake-indexeddb/auto';

/** @typedef {{ keyPath: string | null, records: { key: IDBValidKey, value: unknown }[] }} StoreDump */
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);

/** A dumped value, its bytes unpacked. @param {any} value @returns {any} */
function unpacked(value) {
  if (typeof value !== 'object' || value === null) return value;
  if ('deflated' in value) {
    const bytes = new Uint8Array(inflateRawSync(Buffer.from(value.deflated, 'base64')));
    if (value.array === 'ArrayBuffer') return bytes.buffer;
    return value.array === 'Float64Array' ? new Float64Array(bytes.buffer) : bytes;
  }
  if (Array.isArray(value)) return value.map(unpacked);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unpacked(part)]));
}

/** @param {{ version: number, stores: Record<string, StoreDump> }} database */
function restore({ version, stores }) {
  const opening = indexedDB.open('babble /', version);
  opening.onupgradeneeded = () => {
    for (const [name, { keyPath, records }] of Object.entries(stores)) {
      const store = opening.result.createObjectStore(name, { keyPath });
      for (const { key, value } of records) {
        store.put(unpacked(value), keyPath === null ? key : undefined);
      }
    }
  };
  return new Promise((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result.close());
    opening.onerror = () => reject(opening.error);
  });
}

/** Turns the event loop. Node's own channel answers a message to oneself before it looks at other ports. */
class Turn {
  /** @type {{ onmessage?: () => void }} */
  port1 = {};
  port2 = { postMessage: () => setImmediate(() => this.port1.onmessage?.()) };
}

await restore(workerData);
Object.assign(globalThis, {
  MessageChannel: Turn,
  self: globalThis,
  name: 'training plain',
  location: { href: 'http://localhost/assets/worker.js' },
  // Only modules are fetched, and they lie on the disk.
  fetch: async (/** @type {URL} */ url) =>
    new Response(await readFile(url), { headers: { 'content-type': 'application/wasm' } }),
  postMessage: (/** @type {unknown} */ message, /** @type {any} */ transfer) =>
    port.postMessage(message, transfer),
});
await import('../../src/worker/worker.js');
const { onmessage } = /** @type {any} */ (globalThis);
port.on('message', (data) => onmessage({ data }));
