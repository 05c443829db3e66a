/** Installs and builds the peers in benches/peers, and says how the benchmark's page finds them. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../node-modules.js';
import { root } from '../paths.js';
import { run } from '../run.js';

const folder = join(root, 'benches', 'peers');

/**
 * @returns {Promise<{ folders: Record<string, string>,
 *                     engines: import('../../bench/worker.js').Engine[] }>}
 */
export async function preparePeers() {
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) {
    const args = [npm(), 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder];
    await run(process.execPath, args, { cwd: folder });
  }
  const candle = join(folder, 'candle');
  // Flags for wasm32 stand in the peer's own .cargo/config.toml.
  const env = { CARGO_TARGET_DIR: undefined, RUSTFLAGS: undefined };
  await run('cargo', ['build', '--release', '--locked'], { cwd: candle, env });
  const module = (/** @type {string} */ name) => `/peers/engines/${name}.js`;
  return {
    folders: {
      '/peers/engines/': join(folder, 'engines'),
      '/peers/tensorflow/': join(folder, 'node_modules', '@tensorflow'),
      '/peers/candle/': join(candle, 'target', 'wasm32-unknown-unknown', 'release'),
    },
    engines: [
      { name: 'candle', module: module('candle'), folder: '/peers/candle/' },
      {
        name: 'TensorFlow.js, wasm',
        module: module('tensorflow-wasm'),
        folder: '/peers/tensorflow/',
      },
      {
        name: 'TensorFlow.js, cpu',
        module: module('tensorflow-cpu'),
        folder: '/peers/tensorflow/',
      },
    ],
  };
}
