/**
 * What stands at the foot of the page: links to a page about it and to the licences, which are published with it, and
 * to the source, whose address the host says.
 *
 *   BABBLE_SOURCE_URL   where the source is; without it the page links to none
 *   BABBLE_PAGE_URL     where the page will be; it says so, and a link to it is shown with a card
 *
 * Who shows a link fetches the card by its absolute address alone, so without one there is none: neither tags nor file.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const MARK = '<!-- links of this build -->';

/** The card's file beside the page. Nothing of the page itself shows it. */
export const CARD = 'card.png';

const CARD_SIZE = { width: 1200, height: 630 };

const CARD_SHOWS =
  'What a small network writes after learning from Moby-Dick, tinted by its certainty, and its falling loss.';

/**
 * @param {{ root: string }} options the checkout
 * @returns {import('vite').Plugin}
 */
export function about({ root }) {
  const source = address('BABBLE_SOURCE_URL');
  const page = address('BABBLE_PAGE_URL');
  return {
    name: 'babble:about',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'asset', fileName: 'about.html', source: aboutPage(root, source) });
      if (page === null) return;
      const card = readFileSync(join(root, 'docs', CARD));
      this.emitFile({ type: 'asset', fileName: CARD, source: card });
    },
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        if (!html.includes(MARK)) throw new Error(`index.html has no place for ${MARK}`);
        const links = source ? `<a href="${escaped(source)}">Source</a>` : '';
        const tags = page === null ? '' : tagsOf(page, html);
        return html.replace(MARK, () => links).replace('</head>', () => `${tags}</head>`);
      },
    },
  };
}

/**
 * The page about Babble: www/about.html with the page's colours and the link to the source. It runs nothing and fetches
 * nothing.
 * @param {string} root the checkout @param {string | null} source
 */
function aboutPage(root, source) {
  const read = (/** @type {string} */ file) => readFileSync(join(root, 'www', file), 'utf8');
  const link = source ? `<a href="${escaped(source)}">Its source</a> is open to all. ` : '';
  const html = read('about.html')
    .replace('/* theme */', () => read('src/page/theme.css'))
    .replace('<!-- source -->', () => link);
  const style = html.match(/<style>(.*?)<\/style>/s)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src 'self'; base-uri 'none'; form-action 'none'`;
  const charset = '<meta charset="utf-8">';
  return html.replace(
    charset,
    () => `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`,
  );
}

/** What only a page that knows its address can say of itself. @param {string} page @param {string} html */
function tagsOf(page, html) {
  const preview = {
    type: 'website',
    title: html.match(/<title>(.*?)<\/title>/s)?.[1] ?? '',
    description: html.match(/name="description"\s+content="(.*?)"/s)?.[1] ?? '',
    url: page,
    image: new URL(CARD, page).href,
    'image:width': String(CARD_SIZE.width),
    'image:height': String(CARD_SIZE.height),
    'image:alt': CARD_SHOWS,
  };
  return [
    `<link rel="canonical" href="${escaped(page)}">`,
    ...Object.entries(preview).map(
      ([name, content]) => `<meta property="og:${name}" content="${escaped(content)}">`,
    ),
    '<meta name="twitter:card" content="summary_large_image">',
    '',
  ].join('\n');
}

/** An address of the web from the environment. @param {string} variable */
function address(variable) {
  const text = process.env[variable];
  if (!text) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new Error(`${variable} is "${text}", and must be an address that begins with https://`);
  }
  return url.href;
}

/** @param {string} text in an attribute */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
