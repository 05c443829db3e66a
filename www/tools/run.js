/**
 * Starting other programs: never through a shell, always with a list of arguments, so that a path
 * may hold a space. Ctrl-C and `kill` reach whatever is running, and we end after it.
 */

import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { relative } from 'node:path';
import { root } from './paths.js';

/** Something that a person can mend. Its message says how; a stack trace would only hide that. */
export class Problem extends Error {}

/** Something that one may go without: what needs it is left out, and that is said. */
export class Missing extends Problem {}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** @type {NodeJS.Signals | null} */
let interruptedBy = null;

/**
 * Runs the body of a command with its arguments, and prints a {@link Problem} as a sentence.
 * @param {(args: string[]) => Promise<void>} body
 */
export async function command(body) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      interruptedBy = signal;
      for (const child of running) child.kill(signal);
      if (running.size === 0) process.exit(exitCodeOf(signal));
    });
  }
  try {
    await body(process.argv.slice(2));
  } catch (error) {
    if (interruptedBy) process.exit(exitCodeOf(interruptedBy));
    console.error(error instanceof Problem ? `\n${error.message}` : error);
    process.exit(1);
  }
}

/** Whether a signal has asked this command to end. */
export const interrupted = () => interruptedBy !== null;

/**
 * Runs a program to its end with its output on ours.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdin?: 'ignore' | 'inherit' | 'pipe',
 *           timeoutMs?: number }} [options] with stdin `pipe`, it stays open as long as we live
 * @returns {Promise<void>}
 */
export function run(program, args, { cwd = root, env, stdin = 'ignore', timeoutMs = 0 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [stdin, 'inherit', 'inherit'],
      timeout: timeoutMs,
    });
    running.add(child);
    child.on('error', (error) => {
      running.delete(child);
      reject(new Problem(`${program} could not be started: ${error.message}`));
    });
    child.on('exit', (code, signal) => {
      running.delete(child);
      if (code === 0) resolve();
      else
        reject(
          new Problem(
            `It ended with ${signal ?? `exit code ${code}`}: ${shown(program, args, cwd)}`,
          ),
        );
    });
  });
}

/**
 * Runs a program in silence and says what it printed, or null when it failed or is not there.
 * @param {string} program
 * @param {string[]} args
 * @param {{ timeoutMs?: number }} [options]
 * @returns {string | null}
 */
export function ask(program, args, { timeoutMs = 60_000 } = {}) {
  const { status, stdout } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: timeoutMs,
  });
  return status === 0 ? stdout : null;
}

/**
 * A command line as a person would type it.
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 */
function shown(program, args, cwd) {
  const words = [program === process.execPath ? 'node' : program, ...args].map((word) => {
    const short = word.startsWith(cwd) ? relative(cwd, word) : word;
    return /^[\w@%+=:,./\\-]+$/.test(short) ? short : JSON.stringify(short);
  });
  const folder = relative(root, cwd);
  return `${words.join(' ')}${folder ? ` (in ${folder})` : ''}`;
}

/** @param {NodeJS.Signals} signal */
const exitCodeOf = (signal) => 128 + constants.signals[signal];
