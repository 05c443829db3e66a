/**
 * Starting other programs: never through a shell, always with a list of arguments, so that a path
 * may hold a space. Ctrl-C and `kill` reach whatever is running, and we end after it.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { relative } from 'node:path';
import { root } from './paths.js';

/** Something that a person can mend. Its message says how; a stack trace would only hide that. */
export class Problem extends Error {}

/** Something that one may go without: what needs it is left out, and that is said. */
export class Missing extends Problem {}

/** How often we look whether who started us is still there. */
const PARENT_MS = 500;

/** How long after its end a program's last output may take to arrive. */
const CLOSE_MS = 2000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** @type {NodeJS.Signals | null} */
let interruptedBy = null;

/** Whether a signal is how this command is meant to end. */
let serves = false;

/** Where the output of the code that now runs goes, if not to the terminal. @type {AsyncLocalStorage<(text: string) => void>} */
const output = new AsyncLocalStorage();

/**
 * Runs the body of a command with its arguments, and prints a {@link Problem} as a sentence.
 * @param {(args: string[]) => Promise<void>} body
 */
export async function command(body) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      interruptedBy ??= signal;
      for (const child of running) child.kill(signal);
      if (running.size === 0) endInterrupted();
    });
  }
  try {
    await body(process.argv.slice(2));
  } catch (error) {
    if (interruptedBy) endInterrupted();
    console.error(error instanceof Problem ? `\n${error.message}` : error);
    process.exit(1);
  }
}

/** Whether nobody is there to be asked, and nothing may be left out. */
export const isCi = () => ![undefined, '', '0', 'false'].includes(process.env.CI);

/** Whether a signal has asked this command to end. */
export const interrupted = () => interruptedBy !== null;

/** From now on a signal is the proper end of this command, and no interruption. */
export function serveUntilStopped() {
  serves = true;
}

function endInterrupted() {
  if (serves) process.exit(0);
  console.error('\nInterrupted.');
  process.exit(128 + constants.signals[/** @type {NodeJS.Signals} */ (interruptedBy)]);
}

/**
 * Ends this process when the program that started it has ended, however that ended: npm, with a shell of its own
 * between us and it.
 */
export function endWithParent() {
  const started = [process.ppid, ...(process.env.npm_execpath ? [parentOf(process.ppid)] : [])];
  const look = () => {
    if (started.every((pid) => pid === null || isAlive(pid))) return;
    for (const child of running) child.kill('SIGTERM');
    process.exit(128 + constants.signals.SIGHUP);
  };
  setInterval(look, PARENT_MS).unref();
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** On Linux; elsewhere a shell gives its place to its one command. @param {number} pid */
function parentOf(pid) {
  try {
    // Behind the name, which may hold anything, come the state and the parent.
    const [, parent] =
      readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return Number(parent);
  } catch {
    return null;
  }
}

/**
 * Runs `body` and gives what it says, and what its programs print, to `keep` in place of the terminal.
 * @template T
 * @param {(text: string) => void} keep
 * @param {() => Promise<T>} body
 * @returns {Promise<T>}
 */
export const withOutput = (keep, body) => output.run(keep, body);

/** Prints a line, or gives it to whoever keeps our output. @param {string} line */
export function say(line) {
  const keep = output.getStore();
  if (keep) keep(`${line}\n`);
  else console.log(line);
}

/**
 * Runs a program to its end with its output on ours.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdin?: 'ignore' | 'inherit' | 'pipe',
 *           timeoutMs?: number }} [options] with stdin `pipe`, it stays open as long as we live
 * @returns {Promise<void>}
 */
export function run(program, args, options = {}) {
  const { cwd = root, env, stdin = 'ignore', timeoutMs = 0 } = options;
  const keep = output.getStore();
  const ours = keep ? 'pipe' : 'inherit';
  return new Promise((resolve, reject) => {
    if (interruptedBy) return reject(new Problem('Interrupted.'));
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [stdin, ours, ours],
      timeout: timeoutMs,
    });
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => keep?.(text));
    }
    child.on('error', (error) => {
      running.delete(child);
      reject(new Problem(`${program} could not be started: ${error.message}`));
    });
    /** @param {number | null} code @param {NodeJS.Signals | null} signal */
    const end = (code, signal) => {
      running.delete(child);
      if (code === 0) return resolve();
      const how = signal ?? `exit code ${code}`;
      reject(new Problem(`It ended with ${how}: ${shown(program, args, cwd)}`));
    };
    child.on('close', end); // when all of its output has come, too
    child.on('exit', (code, signal) => {
      // What it left behind may hold its output open.
      setTimeout(() => end(code, signal), CLOSE_MS).unref();
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
  const words = [program === process.execPath ? 'node' : program, ...args].map((word) =>
    quoted(word.startsWith(cwd) ? relative(cwd, word) : word),
  );
  const folder = relative(root, cwd);
  return `${words.join(' ')}${folder ? ` (in ${folder})` : ''}`;
}

/** A word as a shell takes it. @param {string} word */
export const quoted = (word) =>
  /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
