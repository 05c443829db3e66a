/** The npm packages, exactly as package-lock.json lists them. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { www } from './paths.js';
import { Problem, run, say } from './run.js';

/** Installs the packages when they are missing or are not those of the lock. */
export async function ensureNodeModules() {
  refuseOldNode();
  if (areInstalled()) return;
  say('Installing the npm packages of www/package-lock.json ...');
  // Vite and its native parts are needed under NODE_ENV=production too.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  await run(process.execPath, [npm(), ...args, '--prefix', www], { cwd: www });
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const enough = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (!enough) {
    throw new Problem(
      `This is Node ${process.versions.node}, and the page's tools need 20.19, 22.12 or newer: https://nodejs.org`,
    );
  }
}

/**
 * Whether every package of the lock is there in its version. npm keeps a copy of what it installed
 * inside node_modules, so times of files, which a copy or a checkout changes, are not asked.
 */
function areInstalled() {
  const wanted = packagesOf(join(www, 'package-lock.json'));
  const present = packagesOf(join(www, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true; // the page itself
    const found = present[path];
    // Another system's native parts are in the lock, and rightly not here.
    if (!found) return entry.optional === true;
    return found.integrity === entry.integrity && existsSync(join(www, path, 'package.json'));
  });
}

/**
 * @param {string} lock
 * @returns {Record<string, { integrity?: string, optional?: boolean }>}
 */
function packagesOf(lock) {
  return existsSync(lock) ? JSON.parse(readFileSync(lock, 'utf8')).packages : {};
}

/** npm's own script: the one that called us, else the one that came with this Node. */
export function npm() {
  const called = process.env.npm_execpath ?? '';
  const bin = dirname(process.execPath);
  const places = [
    called.endsWith('npm-cli.js') ? called : '',
    join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ];
  const found = places.find((place) => place !== '' && existsSync(place));
  if (!found) throw new Problem('npm was not found beside Node. Run `npm --prefix www ci` once.');
  return found;
}
