/** The browser that the tests drive: Chromium, or a Chrome. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { aptCommand, goOn, isDebian } from './debian.js';
import { programs } from './paths.js';
import { ask, Missing, Problem, run, say } from './run.js';
import { isExecutable, which } from './which.js';

const DOWNLOAD_LIMIT_MS = 5 * 60_000;
/** By these a person names a Chromium. */
const CHOSEN = ['CHROMIUM_PATH', 'CHROME_PATH'];
const SHELLS = ['chromium-headless-shell', 'chrome-headless-shell'];

/**
 * The path of a Chromium that starts. The person's word goes first, then PATH, then where installers put it, then what Playwright has downloaded.
 * @returns {string}
 */
export function findChromium() {
  const found = search();
  if (found) return found;
  throw new Missing(
    `No Chromium was found. ${advice()} One that lies elsewhere can be named by CHROMIUM_PATH.`,
  );
}

/**
 * The path of Chromium's headless shell, the same engine without the windows of a browser, or of Chromium where
 * there is none or a person named another. A visit takes half of the processor's time in it.
 * @returns {string}
 */
export function findShell() {
  if (CHOSEN.some((name) => process.env[name])) return findChromium();
  return (
    SHELLS.map((name) => which(name)).find((path) => path !== null && starts(path)) ??
    findChromium()
  );
}

export const hasChromium = () => search() !== null;

/** Debian's packages of it that are not there. */
export const lackingForChromium = () => (hasChromium() ? [] : ['chromium']);

/** The path of a Chromium, if need be of one that Playwright downloads. @returns {Promise<string>} */
export async function ensureChromium() {
  if (!search()) await downloadByPlaywright();
  return findChromium();
}

/** @returns {string | null} */
function search() {
  for (const name of CHOSEN) {
    const path = process.env[name];
    if (!path) continue;
    if (!isExecutable(path)) throw new Problem(`${name} is "${path}", which is no program.`);
    return path;
  }
  return [...candidates()].find((path) => isExecutable(path) && starts(path)) ?? null;
}

function* candidates() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    const path = which(name);
    if (path) yield path;
  }
  const chrome = join('Google', 'Chrome', 'Application', 'chrome.exe');
  for (const variable of ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']) {
    const folder = process.env[variable];
    if (folder) yield join(folder, chrome);
  }
  for (const name of ['Chromium', 'Google Chrome']) {
    for (const folder of ['/', process.env.HOME ?? '/']) {
      yield join(folder, 'Applications', `${name}.app`, 'Contents', 'MacOS', name);
    }
  }
  const playwright = downloadOfPlaywright();
  if (playwright) yield playwright;
}

/**
 * Ubuntu's `chromium-browser` without its snap is a script that only says so. On Windows asking
 * for the version would open a window.
 * @param {string} path
 */
const starts = (path) =>
  process.platform === 'win32' ||
  /\d+\./.test(ask(path, ['--version'], { timeoutMs: 20_000 }) ?? '');

/** @returns {string | null} */
function downloadOfPlaywright() {
  try {
    return createRequire(import.meta.url)('playwright-core').chromium.executablePath();
  } catch {
    return null; // not installed, or it has no build for this system
  }
}

async function downloadByPlaywright() {
  say('No Chromium was found; asking Playwright to download one ...');
  const args = [programs.playwright, 'install', 'chromium'];
  await run(process.execPath, args, { timeoutMs: DOWNLOAD_LIMIT_MS }).catch(goOn);
}

function advice() {
  if (isDebian()) return `Run \`${aptCommand('chromium')}\`.`;
  if (process.platform === 'darwin') return 'Run `brew install --cask google-chrome`.';
  return 'Run `npx --prefix www playwright-core install --with-deps chromium`.';
}
