/**
 * Serves folders under prefixes to the benchmark's pages. The headers isolate them, for only then are
 * a browser's clocks fine (5 us instead of 100 us).
 */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { createGzip } from 'node:zlib';

const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.wasm', 'application/wasm'],
  ['.png', 'image/png'],
  ['.webmanifest', 'application/manifest+json'],
]);

/**
 * @param {Record<string, string>} folders by prefixes such as `/pkg/`; the longest that fits is taken
 * @param {{ isolate?: boolean, gzip?: boolean }} [options] with gzip, it sends files as a public host does
 */
export async function serve(folders, { isolate = true, gzip = false } = {}) {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const errand = new Errand();
  const server = createServer((request, response) => {
    if (errand.answer(request, response)) return;
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const prefix = prefixes.find((prefix) => path.startsWith(prefix));
    const folder = prefix && folders[prefix];
    const file = folder && normalize(join(folder, path.slice(prefix.length) || 'index.html'));
    if (!file?.startsWith(folder + sep) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES.get(extname(file)) ?? 'application/octet-stream',
      ...(isolate && {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      }),
      ...(gzip && { 'content-encoding': 'gzip' }),
    });
    const content = createReadStream(file);
    if (gzip) content.pipe(createGzip()).pipe(response);
    else content.pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    errand,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A job that a page comes for, and what it brings back. */
export class Errand {
  #job = '';
  #settle = (/** @type {any} */ _outcome) => {};

  /** @param {unknown} job @returns {Promise<any>} what came of it */
  give(job) {
    this.#job = JSON.stringify(job);
    return new Promise((resolve, reject) => {
      this.#settle = (outcome) =>
        'error' in outcome ? reject(new Error(outcome.error)) : resolve(outcome);
    });
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   * @returns {boolean} whether it was one of ours
   */
  answer(request, response) {
    if (request.url !== '/errand') return false;
    if (request.method === 'GET') {
      response.end(this.#job);
      return true;
    }
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      response.end();
      this.#settle(JSON.parse(body));
    });
    return true;
  }
}
