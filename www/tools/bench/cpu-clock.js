/**
 * The processor time of the worker that measures, from Linux: on a busy machine it tells what the worker
 * would do if it were alone, but for what others leave in the caches.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { Problem } from '../run.js';

/** What Chromium calls a worker's thread. */
const THREAD = 'DedicatedWorker';

/** @returns {() => number} milliseconds of all workers, as they were at the first call, in a browser that we started */
export function workerClock() {
  /** @type {string[]} */
  let paths = [];
  return () => {
    if (paths.length === 0) paths = find();
    return paths.reduce((sum, path) => sum + Number(read(path).split(' ')[0]), 0) / 1e6;
  };
}

/** The files that count the nanoseconds of the workers' threads. */
function find() {
  const found = [];
  for (const pid of descendants(process.pid)) {
    for (const thread of entries(`/proc/${pid}/task`)) {
      const folder = `/proc/${pid}/task/${thread}`;
      if (read(`${folder}/comm`).trim() === THREAD) found.push(`${folder}/schedstat`);
    }
  }
  if (found.length > 0) return found;
  throw new Problem('--cpu-time needs Linux and Chromium: no thread of the worker was found.');
}

/** @param {number} pid @returns {number[]} */
function descendants(pid) {
  const children = entries(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** @param {string} folder */
function entries(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return []; // it has ended meanwhile
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // as above
  }
}
