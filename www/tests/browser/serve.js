/**
 * Serves the built page as a static host would, under a sub-path with a space in it. As on GitHub Pages, a name
 * that begins with `_` or `.` is not found.
 */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { www } from '../../tools/paths.js';

const SUB_PATH = '/some/sub%20path/';
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
 * @typedef {object} Served
 * @property {string} url of the page
 * @property {string} origin
 * @property {Map<string, string>} changed files that are served with another content
 * @property {boolean} down whether nobody gets an answer
 * @property {string[]} asked the files that somebody asked for, one after another
 * @property {() => void} close
 */

/** @param {string} [folder] the built page, where nothing else is said @returns {Promise<Served>} */
export async function serve(folder = join(www, 'dist')) {
  const changed = new Map();
  const server = createServer((request, response) => {
    if (served.down) {
      request.socket.destroy();
      return;
    }
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const inside = path.startsWith(SUB_PATH)
      ? decodeURIComponent(path.slice(SUB_PATH.length))
      : null;
    const file = inside === null ? null : normalize(join(folder, inside || 'index.html'));
    if (inside !== null) served.asked.push(inside || 'index.html');
    const hidden = inside?.split('/').some((name) => /^[_.]/.test(name));
    if (
      hidden ||
      !file?.startsWith(folder + sep) ||
      !existsSync(file) ||
      !statSync(file).isFile()
    ) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES.get(extname(file)) ?? 'application/octet-stream',
    });
    const other = changed.get(inside || 'index.html');
    if (other !== undefined) {
      response.end(other);
      return;
    }
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const origin = `http://127.0.0.1:${address.port}`;
  const served = {
    url: origin + SUB_PATH,
    origin,
    changed,
    down: false,
    asked: /** @type {string[]} */ ([]),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return served;
}
