/** Vite, as our commands call it. */

import { programs, www } from './paths.js';
import { interrupted, Problem, run } from './run.js';

/**
 * Makes www/dist, the page as it is published.
 * @param {string[]} [args] Vite's own, such as `--outDir elsewhere`
 */
export const build = (args = []) =>
  run(process.execPath, [programs.vite, 'build', ...args], { cwd: www });

/**
 * Serves until it is stopped; that is its proper end.
 * @param {string[]} args Vite's own, such as `--port 4000 --host`
 */
export async function serve(args) {
  try {
    await run(process.execPath, [programs.vite, ...args, ...portFromEnvironment(args)], {
      cwd: www,
      // Vite ends when its input does, so one without a terminal gets an input that stays open.
      stdin: process.stdin.isTTY ? 'inherit' : 'pipe',
    });
  } catch (error) {
    if (!interrupted()) throw error;
  }
}

/**
 * `--port` from PORT, unless the arguments name one.
 * @param {string[]} args
 */
function portFromEnvironment(args) {
  const port = process.env.PORT;
  if (!port || args.some((arg) => arg === '--port' || arg.startsWith('--port='))) return [];
  if (!/^\d+$/.test(port) || Number(port) > 65535) {
    throw new Problem(`PORT is "${port}", and a port is a number from 0 to 65535.`);
  }
  return ['--port', port];
}
