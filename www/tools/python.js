/**
 * The Python that checks from outside what Babble saved: a virtual environment of our own, so
 * that nothing is installed into the person's.
 */

import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.js';
import { ask, Problem, run, say } from './run.js';
import { which } from './which.js';

const requirements = join(root, 'tests', 'python', 'requirements.txt');
const environment = join(root, 'target', 'python');
const installed = join(environment, 'requirements.txt');
const python =
  process.platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python');

/**
 * The path of a Python that has the packages of tests/python/requirements.txt.
 * @returns {string}
 */
export function findPython() {
  if (isInstalled()) return python;
  throw new Problem(
    'The Python environment of the tests is missing. `npm --prefix www test` makes it.',
  );
}

/** Makes the environment when it is missing or has other packages. */
export async function ensurePython() {
  if (isInstalled() && ask(python, ['-c', 'import numpy, onnxruntime, safetensors']) !== null)
    return;
  const system = systemPython();
  say('Making a Python environment with the packages of tests/python/requirements.txt ...');
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(environment, { recursive: true });
  await run(system, ['-m', 'venv', environment]).catch((error) => {
    throw new Problem(
      `${error.message}\nPython's venv module is missing: on Debian or Ubuntu run ` +
        '`sudo apt-get install -y python3-venv`.',
    );
  });
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check'];
  // Built packages alone: compiling numpy would take longer than all the tests.
  const args = ['-m', 'pip', 'install', ...quiet, '--only-binary', ':all:', '-r', requirements];
  await run(python, args);
  // Last, so that an environment that was interrupted is made again.
  copyFileSync(requirements, installed);
}

const isInstalled = () =>
  existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(requirements, 'utf8');

function systemPython() {
  const system = which('python3', 'python');
  const modern = 'import sys; sys.exit(sys.version_info < (3, 10))';
  if (system && ask(system, ['-c', modern]) !== null) return system;
  throw new Problem(
    'The tests read saved weights by Python 3.10 or newer, and none was found: on Debian or ' +
      'Ubuntu run `sudo apt-get install -y python3 python3-venv`, elsewhere see https://python.org.',
  );
}
