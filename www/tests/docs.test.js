/** README and docs: sentences that can be read aloud, a drawing of what is there, links that lead somewhere. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { SETTINGS } from '../../pkg/settings.js';
import { PRESETS } from '../src/page/settings/presets.js';
import { root } from '../tools/paths.js';
import { linksOfSheets } from './class-links.js';

const read = (/** @type {string} */ name) => readFileSync(join(root, name), 'utf8');
const DOCS = ['', 'class/'].flatMap((folder) =>
  readdirSync(join(root, 'docs', folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => folder + name),
);
const PAGES = [
  ...['README.md', 'pkg/README.md', 'examples/README.md'],
  ...DOCS.map((name) => `docs/${name}`),
];

/** Nobody reads more of them in one breath. */
const MOST_WORDS = 30;

/** Its sentences; what a list or a table holds is one of its own. Code counts as a word. @param {string} markdown */
function sentencesOf(markdown) {
  return markdown
    .replace(/```[\s\S]*?```/g, '')
    .replace(/`[^`]*`/g, 'code')
    .replace(/<[^>]+>|\]\([^)]*\)/g, ' ')
    .replace(/^ *(\||[-*] |\d+\. |#)/gm, '\n\n')
    .split(/\n\s*\n|\||(?<=[.!?][”")*]*)\s+/)
    .map((sentence) => sentence.trim());
}

test('no sentence of README and docs is longer than a breath', () => {
  for (const name of PAGES) {
    for (const sentence of sentencesOf(read(name))) {
      const words = sentence.match(/[\p{L}\p{N}][\p{L}\p{N}'’%,.-]*/gu) ?? [];
      assert.ok(words.length <= MOST_WORDS, `${name}: ${words.length} words: ${sentence}`);
    }
  }
});

test('the README draws each folder of the repository, and nothing that is not there', () => {
  const [, drawing = ''] = read('README.md').match(/## Layout\s+```text\n([\s\S]*?)```/) ?? [];
  /** @type {string[]} */
  const drawn = [];
  let parent = '';
  for (const [, indent, names] of drawing.matchAll(/^( *)(\S+(?: \S+)*?)(?: {2,}.*)?$/gm)) {
    // What goes on from the line before is indented as far as its text.
    if (indent.length > 2) continue;
    if (indent === '') parent = names.endsWith('/') ? names : '';
    for (const name of names.split(' ')) drawn.push(indent === '' ? name : parent + name);
  }
  for (const path of drawn) assert.ok(existsSync(join(root, path)), path);
  /** @param {string} folder */
  const folders = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter(
        (entry) => entry.isDirectory() && !/^(\.|node_modules$|target$|dist$)/.test(entry.name),
      )
      .map(({ name }) => `${folder}${name}/`);
  const others = ['proptest-regressions/', 'www/bench/', 'www/public/', 'www/src/'];
  const all = [...folders(''), ...folders('src/'), ...folders('www/'), ...folders('www/src/')];
  for (const folder of all.filter((folder) => !others.includes(folder))) {
    assert.ok(
      drawn.some((path) => path.startsWith(folder)),
      `${folder} is drawn`,
    );
  }
  const parts = drawing.match(/owns the wasm: ([\w-]+\/(?:, [\w-]+\/)*)/)?.[1].split(', ') ?? [];
  const drawnParts = parts.map((name) => `www/src/worker/${name}`);
  assert.deepEqual(drawnParts.sort(), folders('www/src/worker/').sort());
  const panels = drawing.match(/panel: ([\w-]+(?:, [\w-]+)*)/)?.[1].split(', ') ?? [];
  const drawnPanels = [...panels, 'browser'].map((name) => `www/src/page/${name}/`);
  assert.deepEqual(drawnPanels.sort(), folders('www/src/page/').sort());
});

test('the table of settings in docs/weights.md has each setting with its bounds or its choices', () => {
  const rows = new Map(
    [...read('docs/weights.md').matchAll(/^\| `(\w+)` \| ([^|]+) \|.*$/gm)].map(
      ([, key, bounds]) => [key, bounds],
    ),
  );
  for (const { key, kind, min, max, choices } of SETTINGS) {
    const bounds = rows.get(key) ?? '';
    if (kind === 'switch') assert.equal(bounds, 'true, false', key);
    else if (kind === 'choice')
      assert.equal(bounds, choices?.map((name) => `\`${name}\``).join(', '), key);
    else assert.deepEqual(bounds.split(' to ').map(Number), [min, max], key);
  }
});

test('the table of presets in docs/choosing.md has each preset with its network, optimiser and rate', () => {
  const cells = { GRU: 'gru', LSTM: 'lstm', RNN: 'rnn' };
  for (const { name, config } of PRESETS) {
    const [, network = ''] =
      read('docs/choosing.md').match(new RegExp(`^\\| ${name} \\| ([^|]+)\\|`, 'm')) ?? [];
    const [, cell, hidden, layers = '1'] = network.match(/^(\w+) (\d+)(?: x (\d+))?,/) ?? [];
    const [, batch] = network.match(/\bB (\d+)/) ?? [];
    const [, optimizer = '', rate] =
      network.match(/\b(SGD|Adagrad|RMSProp|AdamW?) ([\d.e-]+)/) ?? [];
    const said = {
      cell: cells[/** @type {keyof typeof cells} */ (cell)],
      layers: Number(layers),
      hiddenSize: Number(hidden),
      batchSize: Number(batch),
      optimizer: optimizer.toLowerCase(),
      learningRate: Number(rate),
    };
    /** @type {Record<string, unknown>} */
    const all = { ...Object.fromEntries(SETTINGS.map((row) => [row.key, row.default])), ...config };
    const meant = Object.fromEntries(Object.keys(said).map((key) => [key, all[key]]));
    assert.deepEqual(said, meant, name);
  }
});

test('a class sheet that compares learning rates begins with that of its link', () => {
  const links = linksOfSheets().filter(({ pairs }) =>
    pairs.some((pair) => pair.includes('settings')),
  );
  assert.ok(links.length >= 1);
  for (const { name, link } of links) {
    const rate = new URLSearchParams(link).get('learningRate');
    const [, first] = read(name).match(/^ *\|---.*\n *\| ([\d.]+) \|/m) ?? [];
    assert.equal(first, rate, name);
  }
});

test('what README and docs link to in the repository is there', () => {
  for (const name of PAGES) {
    for (const [, path] of read(name).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      assert.ok(existsSync(join(root, dirname(name), path)), `${name}: ${path}`);
    }
  }
});

test('code that stands in a list is indented as far as the list, or it would end it', () => {
  for (const name of PAGES) {
    for (const [, indent, code] of read(name).matchAll(/^( *)```\w*\n([\s\S]*?)\n *```$/gm)) {
      for (const line of code.split('\n')) {
        assert.ok(line === '' || line.startsWith(indent), `${name}: ${line}`);
      }
    }
  }
});
