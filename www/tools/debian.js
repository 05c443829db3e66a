/** What apt may install for the tests: nothing that is there already, and nothing unasked outside CI. */

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { interrupted, isCi, Problem, run, say } from './run.js';

/** Whether apt installs here without a password: on Debian, for its root. */
const canInstall = () => isDebian() && process.getuid?.() === 0;

/**
 * Of these packages those that apt may install. Where CI is set it may install all; a person at a terminal is
 * asked; else nothing is installed.
 * @param {string[]} packages
 * @returns {Promise<string[]>}
 */
export async function allowedPackages(packages) {
  if (packages.length === 0 || !canInstall()) return [];
  if (isCi()) return packages;
  if (!process.stdin.isTTY || !process.stdout.isTTY) return [];
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const answer = await terminal.question(
    `Some tests need packages that are not installed: ${packages.join(', ')}.\nInstall them by apt-get? Without them these tests are left out. [y/N] `,
  );
  terminal.close();
  return /^y(es)?$/i.test(answer.trim()) ? packages : [];
}

/** Installs packages by apt. @param {string[]} packages */
export async function installByApt(packages) {
  if (packages.length === 0) return;
  say(`Installing ${packages.join(', ')} ...`);
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
  if (!(error instanceof Problem) || interrupted()) throw error;
  say(error.message);
}
