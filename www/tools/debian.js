/** What can be had by apt, where that can be done without asking. */

import { readFileSync } from 'node:fs';
import { Problem, run } from './run.js';

/** Installs these packages when this is a Debian and we are its root, and else does nothing. */
export async function installByApt(/** @type {string[]} */ ...packages) {
  if (!isDebian() || process.getuid?.() !== 0) return;
  console.log(`Installing ${packages.join(', ')} ...`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  await run('apt-get', ['update', '-q'], { env }).catch(goOn);
  await run('apt-get', install, { env }).catch(goOn);
}

/** How a person would install them here. */
export const aptCommand = (/** @type {string[]} */ ...packages) =>
  `sudo apt-get install -y ${packages.join(' ')}`;

export function isDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * One way failed: the next may do, and if none does, the last sentence says what would.
 * @param {unknown} error
 */
export function goOn(error) {
  if (!(error instanceof Problem)) throw error;
  console.log(error.message);
}
