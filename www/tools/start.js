/** `npm start`: everything that serving the page takes, from a fresh clone on. It needs no Rust. */

import { ensureNodeModules } from './node-modules.js';
import { command } from './run.js';
import { build, serve } from './vite.js';

await command(async (args) => {
  await ensureNodeModules();
  await build();
  await serve(['preview', ...args]);
});
