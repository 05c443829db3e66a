/**
 * `virtual:standalone-page`: the one file that writes by itself, as a template to be filled with a model.
 * Its script is one classic script with the wasm's own inside, for browsers load no modules from
 * file: addresses; its policy allows that script and that style by their hashes, and no network.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { CRATES } from './notices.js';

const ID = 'virtual:standalone-page';

/**
 * @param {{ folder: string, theme: string, mark: string }} options where page.html, page.css and page.js lie, the
 *   colours, and the icon
 * @returns {import('vite').Plugin}
 */
export function standalonePage({ folder, theme, mark }) {
  return {
    name: 'babble:standalone-page',
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    async load(id) {
      if (id !== `\0${ID}`) return null;
      for (const name of ['page.html', 'page.css', 'page.js'])
        this.addWatchFile(join(folder, name));
      this.addWatchFile(theme);
      return `export default ${JSON.stringify(await makeTemplate(folder, theme, mark))};`;
    },
  };
}

/** @param {string} folder @param {string} theme @param {string} mark */
async function makeTemplate(folder, theme, mark) {
  const script = await bundle(join(folder, 'page.js'));
  // Such a script would end in the middle.
  if (/<\/script|<!--/i.test(script)) throw new Error('The script holds the end of its element.');
  const style = [theme, join(folder, 'page.css')]
    .map((file) => readFileSync(file, 'utf8'))
    .join('');
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}' 'wasm-unsafe-eval'`,
    `style-src '${hash(style)}'`,
    // Its icon lies in the file itself.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  /** @type {Record<string, string>} */
  const parts = {
    '%policy%': policy,
    '%mark%': readFileSync(mark).toString('base64'),
    '%notices%': readFileSync(CRATES, 'utf8').replace(
      /[&<>]/g,
      (sign) => `&#${sign.charCodeAt(0)};`,
    ),
    '<style></style>': `<style>${style}</style>`,
    '<script></script>': `<script>${script}</script>`,
  };
  const page = readFileSync(join(folder, 'page.html'), 'utf8');
  return page.replace(
    /%policy%|%mark%|%notices%|<style><\/style>|<script><\/script>/g,
    (place) => parts[place],
  );
}

/** @param {string} entry */
async function bundle(entry) {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { checks: { bundlerTimings: false } },
      lib: { entry, formats: ['iife'], name: 'babble' },
    },
  });
  const [{ output }] = /** @type {import('vite').Rollup.RollupOutput[]} */ (built);
  return output[0].code.trim();
}

/** As a policy names a script or a style that it allows. @param {string} text */
const hash = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
