/**
 * PyTorch, in which examples/continue_in_pytorch.py is tried where there is one: PyPI's is too large to be
 * installed for a test, Debian's is not.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { aptCommand } from './debian.js';
import { root } from './paths.js';
import { ensurePython, findPython } from './python.js';
import { ask, Missing, run } from './run.js';
import { which } from './which.js';

const PACKAGE = 'python3-torch';
const SAFETENSORS = 'safetensors==0.8.0';
const environment = join(root, 'target', 'torch');
const python = join(environment, 'bin', 'python');

/** Debian's packages of it that are not there. */
export const lackingForTorch = () => (isReady() || search() ? [] : [PACKAGE]);

/**
 * The path of a Python that has PyTorch and safetensors: a virtual environment around the system's packages.
 * @returns {Promise<string>}
 */
export async function ensureTorch() {
  if (isReady()) return python;
  const system = search();
  if (!system) {
    throw new Missing(
      `No Python with PyTorch was found. Run \`${aptCommand(PACKAGE)}\` (Debian's name), or install torch by pip.`,
    );
  }
  // By the pip of the other environment, for Debian's Python may come without one.
  await ensurePython();
  const alone = ['--clear', '--system-site-packages', '--without-pip', environment];
  await run(system, ['-m', 'venv', ...alone]);
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check'];
  const install = ['install', ...quiet, '--no-deps', '--only-binary', ':all:', SAFETENSORS];
  await run(findPython(), ['-m', 'pip', '--python', python, ...install]);
  return python;
}

const isReady = () =>
  existsSync(python) && ask(python, ['-c', 'import torch, safetensors']) !== null;

/** @returns {string | null} */
function search() {
  const candidates = [which('python3'), '/usr/bin/python3'];
  return candidates.find((path) => path && ask(path, ['-c', 'import torch']) !== null) ?? null;
}
