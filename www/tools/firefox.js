/** Firefox, which runs the browser tests a second time where there is one. */

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { aptCommand, isDebian } from './debian.js';
import { Missing, Problem } from './run.js';
import { isExecutable, which } from './which.js';

const NAMES = ['firefox-esr', 'firefox'];

/**
 * The path of a Firefox: FIREFOX_PATH, then PATH, then where installers put it.
 * @returns {string}
 */
export function findFirefox() {
  const found = search();
  if (found) return found;
  throw new Missing(
    `No Firefox was found. ${advice()} One that lies elsewhere can be named by FIREFOX_PATH.`,
  );
}

/** Debian's packages of it that are not there. */
export const lackingForFirefox = () => (search() ? [] : ['firefox-esr']);

/** @returns {string | null} */
function search() {
  const named = process.env.FIREFOX_PATH;
  if (named && !isExecutable(named)) {
    throw new Problem(`FIREFOX_PATH is "${named}", which is no program.`);
  }
  if (named) return named;
  return [...candidates()].find((path) => isExecutable(path) && !isSnap(path)) ?? null;
}

function* candidates() {
  for (const name of NAMES) {
    const path = which(name);
    if (path) yield path;
  }
  for (const variable of ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']) {
    const folder = process.env[variable];
    if (folder) yield join(folder, 'Mozilla Firefox', 'firefox.exe');
  }
  for (const folder of ['/', process.env.HOME ?? '/']) {
    yield join(folder, 'Applications', 'Firefox.app', 'Contents', 'MacOS', 'firefox');
  }
}

/**
 * Ubuntu's Firefox is a snap, which sees neither our profile nor where downloads shall go.
 * @param {string} path
 */
function isSnap(path) {
  if (realpathSync(path).endsWith('/snap')) return true;
  return statSync(path).size < 10_000 && readFileSync(path, 'utf8').includes('/snap/');
}

function advice() {
  if (isDebian()) return `Run \`${aptCommand('firefox-esr')}\`.`;
  if (process.platform === 'darwin') return 'Run `brew install --cask firefox`.';
  return 'Install one from https://www.mozilla.org/firefox (a snap does not do).';
}
