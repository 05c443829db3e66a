import { defineConfig } from 'vite';
import { about, CARD } from './tools/plugins/about.js';
import { notices } from './tools/plugins/notices.js';
import { offline } from './tools/plugins/offline.js';
import { policy } from './tools/plugins/policy.js';
import { settings } from './tools/plugins/settings.js';
import { standalonePage } from './tools/plugins/standalone-page.js';

/**
 * A chunk's file. GitHub Pages does not serve a name that begins with `_` or `.`, as those of virtual modules do.
 * @param {{ name: string }} chunk
 */
const chunkFileNames = ({ name }) => `assets/${name.replace(/^[^A-Za-z0-9]+/, '')}-[hash].js`;

/** A profile of the build is for whoever asks for it. */
const checks = { bundlerTimings: false };

const { page, worker } = notices();

export default defineConfig({
  base: './', // the built page works under any sub-path
  plugins: [
    settings(),
    about({ root: '..' }),
    policy(), // takes out the comments that those above read
    page, // before the service worker's list, which names its file
    offline({ source: 'src/service-worker.js', without: [CARD] }),
    standalonePage({
      folder: 'src/page/downloads/standalone-page',
      theme: 'src/page/theme.css',
      mark: 'public/mark.svg',
    }),
  ],
  worker: {
    format: 'es', // the worker is a module here, and the wasm's script is one too
    plugins: () => [worker, settings()],
    rolldownOptions: { output: { chunkFileNames }, checks },
  },
  build: {
    target: 'es2022',
    rolldownOptions: { output: { chunkFileNames }, checks },
    chunkSizeWarningLimit: 2000, // kB; this project's own source is one file, for whoever asks for that sample
    assetsInlineLimit: 0, // the wasm stays a file, which browsers compile while it arrives
  },
  server: { fs: { allow: ['..'] } }, // pkg/ lies beside www/
});
