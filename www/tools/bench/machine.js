/** What a measurement was made on and with. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../paths.js';
import { ask } from '../run.js';

export function machine() {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    /** Runnable processes over the last minute: what else the machine was doing. */
    load: loadavg()[0],
  };
}

/** The wasm of a build of the package. @param {string} [folder] */
export function wasm(folder = join(root, 'pkg')) {
  const bytes = readFileSync(join(folder, 'babble_bg.wasm'));
  return {
    bytes: bytes.length,
    gzipped: gzipSync(bytes, { level: 9 }).length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** The commit measured, and whether files differ from it. */
export function revision() {
  const commit = ask('git', ['rev-parse', '--short=12', 'HEAD'])?.trim() ?? null;
  const changed = ask('git', ['status', '--porcelain', '--untracked-files=no']);
  return { commit, clean: changed === '' };
}
