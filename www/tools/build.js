/** `npm run build`: www/dist, a folder that any static host can serve from any path. */

import { ensureNodeModules } from './node-modules.js';
import { command } from './run.js';
import { build } from './vite.js';

await command(async (args) => {
  await ensureNodeModules();
  await build(args);
});
