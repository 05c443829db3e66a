/** Writes `sw.js` beside index.html: the service worker, headed by the list of this build's files. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * @param {{ source: string, without: string[] }} options the service worker's source, and what no visitor needs
 * @returns {import('vite').Plugin}
 */
export function offline({ source, without }) {
  let folder = '';
  return {
    name: 'babble:offline',
    apply: 'build',
    configResolved(config) {
      folder = config.publicDir;
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const hash = createHash('sha256');
        const files = [];
        for (const output of Object.values(bundle).sort(byName)) {
          if (without.includes(output.fileName)) continue;
          if (isHidden(output.fileName)) {
            throw new Error(`${output.fileName}: hosts do not serve names that begin with _ or .`);
          }
          files.push(output.fileName);
          hash
            .update(output.fileName)
            .update(output.type === 'chunk' ? output.code : output.source);
        }
        for (const path of readdirSync(folder, { recursive: true, withFileTypes: true })) {
          if (!path.isFile()) continue;
          const file = join(path.parentPath, path.name);
          const name = relative(folder, file).replaceAll(sep, '/');
          files.push(name);
          hash.update(readFileSync(file));
        }
        const script = readFileSync(source, 'utf8');
        hash.update(script);
        const build = { files: files.sort(), version: hash.digest('hex').slice(0, 16) };
        this.emitFile({
          type: 'asset',
          fileName: 'sw.js',
          source: `self.BUILD = ${JSON.stringify(build)};\n${script}`,
        });
      },
    },
  };
}

/** Whether GitHub Pages, say, answers 404 for this file. @param {string} path */
const isHidden = (path) => path.split('/').some((name) => /^[_.]/.test(name));

/** @param {{ fileName: string }} a @param {{ fileName: string }} b */
const byName = (a, b) => (a.fileName < b.fileName ? -1 : 1);
