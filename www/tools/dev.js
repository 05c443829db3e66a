/** `npm run dev`: the page from its sources, reloaded at every change. */

import { ensureNodeModules } from './node-modules.js';
import { command } from './run.js';
import { develop } from './vite.js';

await command(async (args) => {
  await ensureNodeModules();
  await develop(args);
});
