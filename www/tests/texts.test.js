/** A text goes to the training worker once, and is read there once. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import init, * as core from '../../pkg/babble.js';
import { MOST_TEXTS, SentTexts } from '../src/page/browser/sent-texts.js';
import { Texts } from '../src/worker/text/texts.js';
import { root } from '../tools/paths.js';

await init({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });

/** The two ends, and how often the worker has read a Blob. */
function ends() {
  const texts = new Texts();
  const sent = new SentTexts((id) => texts.forget(id));
  /** @type {string[]} */
  const contents = [];
  const find = (/** @type {import('../src/shared/protocol.js').TextSource} */ source) => {
    const named = sent.name(source);
    if (named.content !== undefined) contents.push(source.name);
    return texts.find(named);
  };
  return { texts, sent, find, contents };
}

/** A file that counts how often it is read. @param {string} content */
function file(content) {
  const blob = new Blob([content]);
  const reads = { count: 0 };
  const counted = Object.assign(blob, {
    arrayBuffer() {
      reads.count += 1;
      return Blob.prototype.arrayBuffer.call(blob);
    },
  });
  return { blob: counted, reads };
}

test('a text that is named again is neither sent nor read again', async () => {
  const { find, contents } = ends();
  const { blob, reads } = file('One line.\r\nAnother line.\r\n'.repeat(20));
  const source = { name: 'lines.txt', content: blob, encoding: /** @type {const} */ ('utf-8') };
  const summary = await find(source).summary(core);
  const { text } = await find({ ...source, name: 'Renamed' }).read();
  assert.ok(!text.includes('\r'), 'normalised');
  assert.equal(await find(source).summary(core), summary, 'counted and hashed once');
  assert.equal(summary.characters, text.length);
  assert.deepEqual([contents, reads.count], [['lines.txt'], 1]);
});

test('a name and a sample belong to the command, what the text is to its id', () => {
  const { find } = ends();
  find({ name: 'Pasted text', content: 'Call me Ishmael.' });
  const named = find({ name: 'Moby-Dick', content: 'Call me Ishmael.', sample: 'moby-dick' });
  assert.deepEqual(named.source, {
    name: 'Moby-Dick',
    content: 'Call me Ishmael.',
    sample: 'moby-dick',
  });
});

test('the worker forgets what too many others were named since, and gets it again', () => {
  const { find, contents } = ends();
  for (let text = 0; text <= MOST_TEXTS; text += 1) find({ name: `${text}`, content: `${text}` });
  const before = contents.length;
  find({ name: `${MOST_TEXTS}`, content: `${MOST_TEXTS}` });
  assert.equal(contents.length, before);
  find({ name: '0', content: '0' });
  assert.equal(contents.at(-1), '0', 'the oldest');
});

test('a text that the worker made is held for the page, with what is known of it', async () => {
  const { texts, sent, find, contents } = ends();
  const made = texts.made('two files', 'one text of both');
  const summary = await made.summary(core);
  const id = sent.nextId();
  texts.hold(id, made, 'one text of both');
  sent.hold(id, { content: 'one text of both' });
  const named = find({ name: 'two files', content: 'one text of both' });
  assert.equal(await named.summary(core), summary);
  assert.deepEqual(contents, []);
});

test('a text that cannot be read is told each time it is named', async () => {
  const { find } = ends();
  const source = { name: 'x', content: new Blob(['x'.repeat(10)]) };
  Object.defineProperty(source.content, 'size', { value: 400_000_001 });
  for (let time = 0; time < 2; time += 1) {
    await assert.rejects(find(source).summary(core), { name: 'TextTooLong' });
  }
});
