/** Where things lie, whatever folder the command was called from. */

import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the page's package.json. */
export const www = dirname(dirname(fileURLToPath(import.meta.url)));

/** The checkout. */
export const root = dirname(www);

/** The start of a program inside node_modules; run it with `process.execPath`. */
export const programs = {
  biome: join(www, 'node_modules', '@biomejs', 'biome', 'bin', 'biome'),
  playwright: join(www, 'node_modules', 'playwright-core', 'cli.js'),
  tsc: join(www, 'node_modules', 'typescript', 'bin', 'tsc'),
  vite: join(www, 'node_modules', 'vite', 'bin', 'vite.js'),
};

/** Where Cargo puts a program of this workspace, as the test command builds it. @param {string} name */
export function built(name) {
  const target = resolve(root, process.env.CARGO_TARGET_DIR || 'target');
  return join(target, 'debug', process.platform === 'win32' ? `${name}.exe` : name);
}
