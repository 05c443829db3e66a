/** WebKitGTK, in which the heart of the page is tried where there is one: Linux alone has it. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { aptCommand } from './debian.js';
import { Missing } from './run.js';
import { isExecutable, which } from './which.js';

const PACKAGES = ['webkit2gtk-driver', 'xvfb', 'xauth'];

/**
 * The driver, the browser that it drives, and what gives it a screen.
 * @returns {{ driver: string, browser: string, xvfb: string }}
 */
export function findWebKit() {
  const found = search();
  if (found) return found;
  throw new Missing(
    process.platform === 'linux'
      ? `WebKitGTK's driver or Xvfb was not found. Run \`${aptCommand(...PACKAGES)}\` (Debian's names).`
      : 'WebKitGTK is to be had on Linux alone.',
  );
}

/** Debian's packages of it, should one of them not be there. */
export const lackingForWebKit = () => (search() ? [] : PACKAGES);

function search() {
  const driver = which('WebKitWebDriver');
  const xvfb = which('xvfb-run');
  const browser = miniBrowser();
  return driver && xvfb && which('xauth') && browser ? { driver, browser, xvfb } : null;
}

/** Debian puts it beside the library, which has a folder for each architecture. */
function miniBrowser() {
  const found = which('MiniBrowser');
  if (found) return found;
  const libraries = ['/usr/lib', '/usr/lib64', '/usr/libexec'].flatMap((folder) => [
    folder,
    ...subfolders(folder),
  ]);
  return (
    libraries
      .flatMap((folder) => ['webkit2gtk-4.1', 'webkit2gtk-4.0'].map((name) => join(folder, name)))
      .map((folder) => join(folder, 'MiniBrowser'))
      .find(isExecutable) ?? null
  );
}

/** @param {string} folder */
function subfolders(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
      .map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}
