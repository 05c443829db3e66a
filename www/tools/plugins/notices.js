/**
 * `LICENSE.txt` beside index.html: our licence, then the notices of all that others wrote and that the page holds, for
 * the build itself strips every comment. Vite's `build.license` would leave out what is in the workers
 * alone, and Apache notices.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the crates' own notices lie, as text. */
export const CRATES = join('..', 'pkg', 'THIRD-PARTY.txt');

const FILE = 'LICENSE.txt';
const OURS = join('..', 'LICENSE');
const RULE = '-'.repeat(80);
const HEAD = 'Third-party software\n\nThis page holds code and texts of the packages below.\n';

/**
 * Two plugins that share what they find: one for the page, one for its workers, which Vite builds apart
 * and before the page's own bundle is written.
 * @param {{ crates?: string }} [options]
 * @returns {{ page: import('vite').Plugin, worker: import('vite').Plugin }}
 */
export function notices({ crates = CRATES } = {}) {
  /** @type {Set<string>} */
  const folders = new Set();
  /** @type {import('vite').Plugin} */
  const worker = {
    name: 'babble:notices-of-workers',
    apply: 'build',
    buildEnd() {
      for (const id of this.getModuleIds()) {
        const folder = packageOf(id);
        if (folder !== null) folders.add(folder);
      }
    },
  };
  return {
    worker,
    page: {
      ...worker,
      name: 'babble:notices',
      generateBundle: {
        order: 'post',
        handler() {
          const packages = [...folders].map(notice).sort();
          const [ours, ofCrates] = [OURS, crates].map((file) => readFileSync(file, 'utf8'));
          const source = [ours, HEAD, ...packages, ofCrates].join(`\n${RULE}\n`);
          this.emitFile({ type: 'asset', fileName: FILE, source });
        },
      },
    },
  };
}

/** The folder of the package that a module is of, or null of one of our own. @param {string} id */
function packageOf(id) {
  const path = id.split('?')[0] ?? '';
  if (!path.includes('/node_modules/')) return null;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version) return folder;
  }
  return null;
}

/** @param {string} folder of a package */
function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (files.length === 0) throw new Error(`${name} ${version} brings no licence.`);
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
