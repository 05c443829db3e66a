/** Vite, as our commands call it. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { programs, root, www } from './paths.js';
import { Problem, run, say, serveUntilStopped } from './run.js';

/** All that the built page is made of. */
const SOURCES = [
  ...['index.html', 'package.json', 'package-lock.json', 'vite.config.js', 'public', 'src'],
  ...[
    'tools/plugins',
    '../pkg',
    '../src',
    '../LICENSE',
    '../README.md',
    '../docs/card.png',
    '../Cargo.lock',
  ],
].map((path) => join(www, path));
/** What the last build was made of. */
const STAMP = join(root, 'target', 'page-build.txt');
const BUILT = join(www, 'dist', 'sw.js');

/**
 * Makes www/dist, the page as it is published.
 * @param {string[]} [args] Vite's own, such as `--outDir elsewhere`
 */
export const build = (args = []) =>
  run(process.execPath, [programs.vite, 'build', ...args], { cwd: www });

/** Makes www/dist in silence, unless it is there and made of what there is now. */
export async function buildIfChanged() {
  const wanted = fingerprint();
  const stamp = () => `${wanted} ${createHash('sha256').update(readFileSync(BUILT)).digest('hex')}`;
  if (existsSync(BUILT) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp()) return;
  say('Building the page ...');
  await build(['--logLevel', 'warn']);
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, stamp());
}

/** Changes whenever one of the sources does, or what the environment tells the build. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const source of SOURCES.filter(existsSync)) {
    for (const file of filesIn(source)) hash.update(`${file}\0`).update(readFileSync(file));
  }
  for (const name of Object.keys(process.env).sort()) {
    if (/^(BABBLE|VITE)_/.test(name)) hash.update(`${name}=${process.env[name]}\0`);
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function filesIn(path) {
  const inside = tryReaddir(path);
  return inside?.sort().flatMap((name) => filesIn(join(path, name))) ?? [path];
}

/** @param {string} path */
function tryReaddir(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOTDIR') return null;
    throw error;
  }
}

/** @typedef {{ port?: number, host?: string | boolean }} Address */

/**
 * Reads `--port N`, `--host` and `--host NAME`; without a port it is PORT's.
 * @param {string[]} args
 * @returns {Address}
 */
export function readAddress(args) {
  // An option of parseArgs has a value or none; this one may have one.
  const bare = args.findIndex((arg, i) => arg === '--host' && /^-|^$/.test(args[i + 1] ?? ''));
  const rest = bare < 0 ? args : args.toSpliced(bare, 1);
  const { port = process.env.PORT, host } = parse(rest);
  if (port && !(/^\d+$/.test(port) && Number(port) <= 65535)) {
    throw new Problem(`The port is "${port}", and must be a number from 0 to 65535.`);
  }
  return { port: port ? Number(port) : undefined, host: bare < 0 ? host : true };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({ args, options: { port: { type: 'string' }, host: { type: 'string' } } })
      .values;
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    throw new Problem(
      `${message.split('. ')[0]}. There is --port NUMBER, --host, and --host ADDRESS.`,
    );
  }
}

/** Serves www/dist until this process ends, and says where. @param {Address} address */
export async function preview({ port, host }) {
  const vite = await import('vite');
  serveUntilStopped();
  const server = await vite.preview({ root: www, logLevel: 'warn', preview: { port, host } });
  const { local, network } = server.resolvedUrls ?? { local: [], network: [] };
  say(`Babble is at ${[...local, ...network].join(' and ')} (Ctrl-C ends it).`);
}

/**
 * Serves the sources until it is stopped; that is its proper end.
 * @param {string[]} args Vite's own, such as `--port 4000 --host`
 */
export async function develop(args) {
  serveUntilStopped();
  await run(process.execPath, [programs.vite, ...args], {
    cwd: www,
    // Vite ends when its input does, so one without a terminal gets an input that stays open.
    stdin: process.stdin.isTTY ? 'inherit' : 'pipe',
  });
}
