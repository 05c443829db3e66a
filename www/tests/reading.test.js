/** From a file's bytes to a text, and what is told of what is in it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import init, { defaults, Fingerprint, factsOf, Trainer } from '../../pkg/babble.js';
import initTexts, { apply } from '../../pkg/babble_texts.js';
import { adviceOnReading, adviceOnSymbols, adviceOnText, offers } from '../src/page/text/advice.js';
import { seeded } from '../src/page/text/samples.js';
import { countedSymbols } from '../src/page/text/summary-state.js';
import { ENCODINGS, encodingName, PLAIN } from '../src/shared/encodings.js';
import { nameOf, RARE_BELOW } from '../src/shared/symbols.js';
import { decode, readText } from '../src/worker/text/decode.js';
import { readSeveral } from '../src/worker/text/several.js';
import { normalize, summarizeText } from '../src/worker/text/summary.js';
import { root } from '../tools/paths.js';
import { textReport } from './messages.js';

await init({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });
await initTexts({ module_or_path: readFileSync(join(root, 'pkg', 'babble_texts_bg.wasm')) });

const bytes = (/** @type {number[]} */ ...values) => new Uint8Array(values);
const summarize = (/** @type {string} */ text) =>
  summarizeText(normalize(text), { Fingerprint, factsOf });

/** How files must be read; the terminal's tests run the same table. */
const cases = JSON.parse(readFileSync(join(root, 'tests', 'texts', 'cases.json'), 'utf8'));

for (const { name, bytes, chosen, refused, ...expected } of cases) {
  test(`of the table: ${name}`, async () => {
    const reading = decode(Buffer.from(bytes, 'hex'), chosen ?? undefined);
    if (refused === undefined) return assert.deepEqual(await reading, expected);
    await assert.rejects(reading, (error) => {
      assert.equal(error.name, 'BinaryFile');
      assert.ok(error.message.includes(refused), error.message);
      return true;
    });
  });
}

test('every encoding on offer is one that can be read, and every guess is on offer', async () => {
  for (const encoding of /** @type {(keyof typeof ENCODINGS)[]} */ (Object.keys(ENCODINGS))) {
    const [, width, end] = encoding.match(/^utf-(16|32)(..)/) ?? [];
    const zeros = Array(width === undefined ? 0 : Number(width) / 8 - 1).fill(0);
    const letter = end === 'be' ? bytes(...zeros, 0x61) : bytes(0x61, ...zeros);
    const read = await readText({ name: 'a.txt', content: new Blob([letter]), encoding });
    assert.deepEqual([read.text, read.reading.encoding], ['a', encoding]);
    assert.doesNotMatch(encodingName(encoding), /[()]/);
  }
  for (const { encoding } of cases) assert.ok(encoding === undefined || encoding in ENCODINGS);
});

test('several files become one text in the order of their names, and what is none is left', async () => {
  const picture = bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d);
  const read = await readSeveral([
    new File(['ten'], 'chapter 10.txt'),
    new File([picture], 'cover.png'),
    new File(['\ufeffnine'], 'chapter 9.txt'),
    new File([bytes(0xff, 0xfe, 0x61, 0)], 'z.txt'),
  ]);
  assert.deepEqual([read.name, read.text], ['chapter 9.txt and 2 more', 'nine\nten\na']);
  assert.deepEqual(read.joined.taken, ['chapter 9.txt', 'chapter 10.txt', 'z.txt']);
  assert.match(read.joined.left[0].why, /a picture \(PNG\)/);
  await assert.rejects(readSeveral([new File([picture], 'a.png'), new File([picture], 'b.png')]), {
    message: /^None of these 2 files is a text\. a\.png: This is a picture/,
  });
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

test('a summary lists the frequent and the rare', () => {
  const { frequent, rare, rareSymbols, rareCharacters } = summarize(
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
  assert.deepEqual([rareSymbols, rareCharacters], [3, 5]);
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
  assert.deepEqual(adviceOnText(textReport({ characters: 100_000 }), 100, null), []);
  assert.deepEqual(
    adviceOnText(textReport({ characters: 99 }), 100, null),
    [],
    'what forbids a run is said beside Train',
  );
  assert.match(adviceOnText(textReport({ characters: 5000 }), 100, null)[0], /by heart/);
  const misread = textReport({ characters: 1e6, replacements: 1 });
  assert.match(adviceOnText(misread, 100, PLAIN)[0], /1 character could not be read/);
  assert.deepEqual(adviceOnText(misread, 100, null), [], 'only a file can be read otherwise');
  const spaces = textReport({ symbols: 1, frequent: [{ symbol: ' ', count: 860 }] });
  assert.deepEqual(adviceOnText(spaces, 100, null), []);

  assert.equal(countedSymbols(textReport({ symbols: 70 })), '70 symbols');
  assert.equal(
    countedSymbols(textReport({ symbols: 70, rareSymbols: 3 })),
    '70 symbols, 3 of them rare',
  );
  assert.equal(adviceOnSymbols(textReport()), '');
  const rare = [{ symbol: '\t', count: 1 }];
  const one = adviceOnSymbols(textReport({ symbols: 70, rare, rareSymbols: 1 }));
  assert.match(one, /^1 symbol \(tab\) comes fewer than 10 times/);
  assert.match(adviceOnSymbols(textReport({ symbols: 70, rare, rareSymbols: 40 })), /longer text/);
});

test('how a file was read is said, with the places that could not be', () => {
  const guess = { ...PLAIN, encoding: /** @type {const} */ ('shift_jis'), guessed: true };
  assert.match(adviceOnReading(guess)[0], /Shift_JIS is a guess: choose another/);
  const firstBad = [{ byte: 40_000, line: 7 }];
  assert.deepEqual(adviceOnReading({ ...PLAIN, badPlaces: 1, firstBad }), [
    '1 place of this UTF-8 file cannot be read: it is at byte 40,000, in line 7; \ufffd stands there.',
  ]);
  assert.match(
    adviceOnReading({ ...PLAIN, badPlaces: 3, firstBad })[0],
    /^3 places .* the first is at byte 40,000, in line 7; \ufffd stands in each/,
  );
  assert.match(
    adviceOnReading({ ...PLAIN, markup: 'a web page (HTML)' })[0],
    /a web page \(HTML\)/,
  );
});

test('what only the held-out part has is said, with its consequence, though no symbol is rare', () => {
  const text = 'the rain ran on the roof\n'.repeat(400) + 'Ω∑∂ƒ'.repeat(250);
  const all = { ...summarize(text), facts: factsOf(text) };
  assert.equal(all.rareSymbols, 0);
  const said = adviceOnText(all, 100, null).join(' ');
  assert.match(said, /4 symbols stand only in the held-out part .* the held-out loss stays high/);
});

test('what is offered can be made, and is not offered again', () => {
  const list = Array.from({ length: 40 }, (_, i) => `${String.fromCharCode(65 + i / 2)}anna ${i}`);
  const text = `${list.join('\n')}\n\x1b[1m${'<b>x</b>'.repeat(20)}\n`;
  const look = (/** @type {string} */ text) =>
    offers({ ...summarize(text), facts: factsOf(text) }, []);
  const offered = look(text);
  assert.deepEqual(
    offered.map(({ change }) => change.kind),
    ['shuffleLines', 'markup', 'controls', 'lowerCase'],
    'of what is rare there is so much that little would be left',
  );
  const rare = `${'the rain in Spain '.repeat(200)}?`;
  const offeredRare = look(rare).filter(({ change }) => change.kind === 'rare');
  assert.equal(offeredRare.length, 1);
  for (const [change, from] of [
    ...offered.map(({ change }) => [change, text]),
    [offeredRare[0].change, rare],
  ]) {
    const left = look(apply(change, from)).map(({ change }) => change.kind);
    assert.ok(!left.includes(change.kind), change.kind);
  }
  const [column] = offers({ ...summarize(text), facts: factsOf(text) }, ['joke']);
  assert.deepEqual(column, {
    label: 'Only the column joke',
    change: { kind: 'column', name: 'joke' },
  });
});
