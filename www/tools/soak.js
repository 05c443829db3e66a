/**
 * `npm run soak`: trains in Chromium for ten minutes and holds against one another what the page's and
 * the worker's memory came to after two minutes and after ten. `-- --minutes N` takes another time.
 */

import { join } from 'node:path';
import { ensureChromium, findChromium } from './chromium.js';
import { ensureNodeModules } from './node-modules.js';
import { www } from './paths.js';
import { command, run } from './run.js';
import { buildIfChanged } from './vite.js';

await command(async (args) => {
  await ensureNodeModules();
  await ensureChromium();
  await buildIfChanged();
  const script = join(www, 'tests', 'browser', 'chromium', 'soak.js');
  await run(process.execPath, [script, ...args], {
    cwd: www,
    env: { CHROMIUM_PATH: findChromium() },
  });
});
