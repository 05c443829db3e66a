/** The built page's Content-Security-Policy: nothing but this page's own files, and nothing goes out. */

/** What `connect-src` allows is what a page without a server needs: its own wasm and its own samples. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self' blob: data:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
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
        return html.replace(charset, () => `${charset}\n    ${meta}`);
      },
    },
  };
}
