import { defineConfig } from 'vite';
import { offline } from './tools/plugins/offline.js';
import { policy } from './tools/plugins/policy.js';
import { voiceFile } from './tools/plugins/voice-file.js';

export default defineConfig({
  base: './', // the built page works under any sub-path
  plugins: [
    policy(),
    offline({ source: 'src/service-worker.js' }),
    voiceFile({ folder: 'src/voice-file', mark: 'public/mark.svg' }),
  ],
  worker: { format: 'es' }, // the worker is a module here, and the wasm's script is one too
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the wasm stays a file, which browsers compile while it arrives
  },
  server: { fs: { allow: ['..'] } }, // pkg/ lies beside www/
});
