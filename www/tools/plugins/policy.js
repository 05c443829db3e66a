/** The built page's Content-Security-Policy: nothing but this page's own files, and nothing goes out. */

import { WORKER_SCRIPTS } from '../../src/page/browser/trusted.js';

/** What `connect-src` allows is what a page without a server needs: its own wasm and its own samples. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  // No text becomes a script or markup. The one policy, in src/workers.js, makes addresses of workers.
  "require-trusted-types-for 'script'",
  `trusted-types ${WORKER_SCRIPTS}`,
].join('; ');

/**
 * Writes the policy into the page that is built. The development server, which puts styles and its own
 * client into the page, goes without.
 * @returns {import('vite').Plugin}
 */
export function policy() {
  return {
    name: 'babble:policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        // As text, not as a tag of Vite's: that would write every ' as an entity, for no one to read.
        const meta = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
        const charset = '<meta charset="utf-8">';
        if (!html.includes(charset))
          throw new Error('index.html names no charset to put the policy after');
        // Without comments, line ends and indentation, which no visitor needs to fetch. No text of the page hangs on them.
        return html
          .replace(charset, () => `${charset}\n    ${meta}`)
          .replace(/<!--.*?-->/gs, '')
          .replace(/\s*\n\s*/g, ' ')
          .replace(/ (\/?>)/g, '$1')
          .replaceAll(' crossorigin', ''); // all files are the page's own
      },
    },
  };
}
