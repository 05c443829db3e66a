/**
 * Lets the workers of a browser train with what the rest of it leaves. A network trains as fast as it can, and most
 * tests only want it to be training: at full priority it would slow down the page that it is tested with, and every
 * other test beside it. Only on Linux, where threads have priorities of their own.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** What browsers call the thread of a worker: Chromium, Firefox. */
const WORKERS = ['DedicatedWorker', 'DOM Worker'];
/** A third of the usual share. */
const PRIORITY = 5;
const LOOK_MS = 500;

/** From now on, for all that this process starts. */
export function trainGently() {
  if (process.platform !== 'linux') return;
  /** @type {Set<string>} */
  const seen = new Set();
  const look = () => {
    for (const pid of descendants()) {
      for (const thread of read(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
        if (seen.has(thread)) continue;
        const name = read(() => readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim());
        if (name === null || !WORKERS.includes(name)) continue;
        seen.add(thread);
        read(() => setPriority(Number(thread), PRIORITY));
      }
    }
  };
  setInterval(look, LOOK_MS).unref();
}

/** The processes that this one has started, and those that they have. */
function descendants() {
  /** @type {Map<string, string[]>} */
  const children = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
    // Behind the name, which may hold anything, come the state and the parent.
    const parent = stat?.split(') ').at(-1)?.split(' ')[1];
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  /** @type {string[]} */
  const found = [];
  for (let next = [String(process.pid)]; next.length > 0; ) {
    next = next.flatMap((pid) => children.get(pid) ?? []);
    found.push(...next);
  }
  return found;
}

/** What may be gone by now. @template T @param {() => T} look @returns {T | null} */
function read(look) {
  try {
    return look();
  } catch {
    return null;
  }
}
