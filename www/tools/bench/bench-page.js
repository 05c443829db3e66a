/** A page of www/bench in a browser, whose functions the tools call. */

import { join } from 'node:path';
import { root, www } from '../paths.js';
import { launch } from './browser.js';
import { serve } from './serve.js';

/** Where the package lies for the page, beside which what it imports from src looks for the settings. */
export const FOLDER = '/pkg/';

/**
 * Opens a page, and lets `act` call its functions by their names.
 * @template T
 * @param {string} file
 * @param {(call: (name: string, job: object) => Promise<any>, browser: string) => Promise<T>} act
 *   `browser`: its name and version
 */
export async function withBenchPage(file, act) {
  const server = await serve({
    '/': join(www, 'bench'),
    '/src/': join(www, 'src'),
    [FOLDER]: join(root, 'pkg'),
  });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    page.on('console', (message) => process.stderr.write(`  ${message.text()}\n`));
    await page.goto(`${server.url}${file}`);
    /** @param {string} name @param {object} job */
    const call = async (name, job) => {
      await page.waitForFunction((name) => name in globalThis, name);
      return page.evaluate(({ name, job }) => Reflect.get(globalThis, name)(job), { name, job });
    };
    return await act(call, `Chromium ${browser.version()}`);
  } finally {
    await browser.close();
    server.close();
  }
}
