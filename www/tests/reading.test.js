/** From a file's bytes to a text, and what is told of what is in it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import init, { defaults, Fingerprint, Trainer } from '../../pkg/babble.js';
import { adviceOnSymbols, adviceOnText, symbolsTold } from '../src/advice.js';
import { ENCODINGS, encodingName } from '../src/encodings.js';
import { seeded } from '../src/samples.js';
import { nameOf, RARE_BELOW } from '../src/symbols.js';
import { decode, readText } from '../src/worker/decode.js';
import { normalize, survey } from '../src/worker/survey.js';
import { root } from '../tools/paths.js';
import { told } from './happenings.js';

await init({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

const bytes = (/** @type {number[]} */ ...values) => new Uint8Array(values);
const summarize = (/** @type {string} */ text) => survey(normalize(text), new Fingerprint());

test('a byte-order mark decides the encoding; else UTF-8; else windows-1252', () => {
  assert.deepEqual(decode(bytes(0xef, 0xbb, 0xbf, 0x61)), { text: 'a', encoding: 'utf-8' });
  assert.deepEqual(decode(bytes(0xff, 0xfe, 0x61, 0)), { text: 'a', encoding: 'utf-16le' });
  assert.deepEqual(decode(bytes(0xfe, 0xff, 0, 0x61)), { text: 'a', encoding: 'utf-16be' });
  assert.deepEqual(decode(bytes(0xc3, 0xa9)), { text: 'é', encoding: 'utf-8' });
  assert.deepEqual(decode(bytes(0xe9)), { text: 'é', encoding: 'windows-1252' });
  assert.throws(() => decode(bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0)), {
    name: 'BinaryFile',
  });
});

test('who knows better chooses the encoding, and what means nothing in it is replaced', () => {
  assert.equal(decode(bytes(0xef, 0xf0, 0xe8), 'windows-1251').text, 'при');
  assert.equal(decode(bytes(0x61, 0, 0x62, 0), 'utf-16le').text, 'ab');
  assert.equal(decode(bytes(0x61, 0xe9, 0x62), 'utf-8').text, 'a\ufffdb');
  assert.equal(decode(bytes(0xff, 0xfe, 0x61, 0), 'utf-16le').text, 'a', 'its mark is no symbol');
  assert.throws(() => decode(bytes(0x61, 0, 0x62, 0), 'windows-1252'), {
    name: 'BinaryFile',
    message: 'Read as windows-1252 this file is no text. Choose another encoding.',
  });
});

test('every encoding on offer is one that can be read', async () => {
  for (const encoding of /** @type {(keyof typeof ENCODINGS)[]} */ (Object.keys(ENCODINGS))) {
    const wide = encoding.startsWith('utf-16');
    const letter = encoding === 'utf-16be' ? bytes(0, 0x61) : wide ? bytes(0x61, 0) : bytes(0x61);
    const source = { name: 'a.txt', content: new Blob([letter]), encoding };
    assert.deepEqual(await readText(source), { text: 'a', encoding, bytes: letter.length });
    assert.equal(new TextDecoder(encoding).encoding, encoding, 'by its standard label');
    assert.doesNotMatch(encodingName(encoding), /[()]/);
  }
});

test('a summary counts as the core counts', () => {
  const below = seeded(5);
  const symbols = [
    'a',
    'b',
    ' ',
    '\n',
    '\r\n',
    '\r',
    'é',
    '😀',
    '\ufeff',
    '你',
    '\ud800',
    '\udc00!',
  ];
  for (let round = 0; round < 30; round++) {
    const length = 120 + below(400);
    const text = Array.from({ length }, () => symbols[below(symbols.length)]).join('');
    const trainer = new Trainer({ ...defaults(), hiddenSize: 1, batchSize: 1 }, text);
    const report = trainer.report();
    trainer.free();
    const { characters, heldOutCharacters, symbols: different, hash } = summarize(text);
    assert.deepEqual(
      { characters, heldOutCharacters, different, hash },
      {
        characters: report.characters,
        heldOutCharacters: report.heldOutCharacters,
        different: report.symbols,
        hash: report.textHash,
      },
      JSON.stringify(text),
    );
  }
});

test('a hash does not depend on the pieces that a text is cut into', () => {
  const text = `${'x'.repeat((1 << 20) - 1)}😀${'yé'.repeat(1 << 20)}`;
  const whole = new Fingerprint();
  whole.add(text);
  assert.equal(summarize(text).hash, whole.finish());
});

test('a summary tells the frequent, the rare and what only the held-out part has', () => {
  const { frequent, rare, rareSymbols, rareCharacters, unlearnedSymbols } = summarize(
    `${'ab'.repeat(50)}${'a'.repeat(20)}xx\t${'b'.repeat(10)}qq`,
  );
  assert.deepEqual(frequent.slice(0, 2), [
    { symbol: 'a', count: 70 },
    { symbol: 'b', count: 60 },
  ]);
  assert.deepEqual(rare, [
    { symbol: '\t', count: 1 },
    { symbol: 'q', count: 2 },
    { symbol: 'x', count: 2 },
  ]);
  assert.deepEqual([rareSymbols, rareCharacters, unlearnedSymbols], [3, 5, 2]);
  const edge = summarize(`${'a'.repeat(RARE_BELOW)}${'b'.repeat(RARE_BELOW - 1)}`);
  assert.deepEqual(edge.rare, [{ symbol: 'b', count: RARE_BELOW - 1 }]);
});

test('a text with many symbols is summarized in few', () => {
  const text = Array.from({ length: 5000 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
  const { symbols, frequent, rare, rareSymbols } = summarize(text);
  assert.deepEqual([symbols, rareSymbols], [5000, 5000]);
  assert.ok(frequent.length <= 100 && rare.length <= 100);
});

test('what cannot be seen has a name, and what can be seen has none', () => {
  assert.deepEqual([' ', '\n', '\t', '\u200d', '\u0301', '\ue000'].map(nameOf), [
    'space',
    'newline',
    'tab',
    'zero-width joiner',
    'U+0301',
    'U+E000',
  ]);
  for (const seen of ['a', 'é', '!', '你', '😀', 'ק']) assert.equal(nameOf(seen), null);
});

test('advice is given where there is something to do', () => {
  assert.equal(adviceOnText(told({ characters: 100_000 }), 100, false), '');
  assert.match(adviceOnText(told({ characters: 99 }), 100, false), /At least 100 characters/);
  assert.match(adviceOnText(told({ characters: 5000 }), 100, false), /by heart/);
  const misread = told({ characters: 1e6, replacements: 1 });
  assert.match(adviceOnText(misread, 100, true), /1 character could not be read/);
  assert.equal(adviceOnText(misread, 100, false), '', 'only a file can be read otherwise');

  assert.equal(symbolsTold(told({ symbols: 70 })), '70 symbols');
  assert.equal(symbolsTold(told({ symbols: 70, rareSymbols: 3 })), '70 symbols, 3 of them rare');
  assert.match(adviceOnSymbols(told()), /Every symbol comes at least 10 times/);
  const rare = [{ symbol: '\t', count: 1 }];
  const one = adviceOnSymbols(told({ symbols: 70, rare, rareSymbols: 1, unlearnedSymbols: 1 }));
  assert.match(one, /^1 symbol \(tab\) comes fewer than 10 times .* Take it out if/);
  assert.match(one, /1 symbol stands only in the held-out part/);
  assert.match(adviceOnSymbols(told({ symbols: 70, rare, rareSymbols: 40 })), /longer text/);
});
