/** `npm start`: everything that serving the page takes, from a fresh clone on. It needs no Rust. */

import { ensureNodeModules } from './node-modules.js';
import { command, endWithParent } from './run.js';
import { buildIfChanged, preview, readAddress } from './vite.js';

await command(async (args) => {
  endWithParent();
  const address = readAddress(args);
  await ensureNodeModules();
  await buildIfChanged();
  await preview(address);
});
