/** What can be taken away, without a browser: names, code, and the file that writes by itself. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pytorchCode } from '../src/page/downloads/pytorch.js';
import { base64, fillStandalonePage } from '../src/page/downloads/standalone-page/fill.js';
import { CONFIG, play, READY, TRAINING, typesOf } from './messages.js';

test('a model that was asked for is saved under its name', () => {
  const asked = play([...TRAINING, { type: 'exportModel', form: 'onnx' }]);
  const { requestId, form, runId } = asked.sent.at(-1);
  assert.deepEqual([form, runId], ['onnx', 1]);
  const again = play([{ type: 'exportModel', form: 'page' }], asked.state);
  assert.deepEqual(again.sent, [], 'one at a time');
  const bytes = new ArrayBuffer(3);
  const exported = { type: 'exported', runId: 1, requestId, form, step: 7, bytes };
  const { state, sent } = play([exported], asked.state);
  const { model } = sent[0];
  assert.deepEqual(sent, [
    { type: 'saveExport', form, fileName: 'babble-your-text-step-7.onnx', bytes, model },
  ]);
  assert.equal(state.downloads.asked, null);
});

test('the page that writes describes its network and begins with the settings of the page', () => {
  const asked = play([
    ...TRAINING,
    { type: 'setSampling', change: { prompt: 'The', temperature: 0.5 } },
    { type: 'exportModel', form: 'page' },
  ]);
  const { requestId } = asked.sent.at(-1);
  const bytes = new ArrayBuffer(3);
  const exported = { type: 'exported', runId: 1, requestId, form: 'page', step: 1700, bytes };
  const [made] = play([exported], asked.state).sent;
  assert.equal(made.type, 'saveExport');
  assert.equal(made.fileName, 'babble-your-text-step-1700.html');
  const { name, about } = made.model;
  assert.equal(name, 'The kettle hums while the rain…');
  assert.deepEqual([about.prompt, about.temperature], ['The', 0.5]);
  assert.match(about.sentence, /256 units, trained for 1,700 steps/);
});

test('a model that cannot be made gets a sentence, and may be asked for again', () => {
  const asked = play([...TRAINING, { type: 'exportModel', form: 'onnx' }]);
  const { requestId } = asked.sent.at(-1);
  const failed = { type: 'failed', runId: 1, requestId, name: 'X', message: 'No.', fatal: false };
  const { state } = play([failed], asked.state);
  assert.equal(state.alert?.text, 'No.');
  assert.deepEqual(typesOf(play([{ type: 'exportModel', form: 'onnx' }], state).sent), ['export']);
  assert.deepEqual(play([READY, { type: 'exportModel', form: 'onnx' }]).sent, []);
});

test('the code has the sizes and the cell of the very run', () => {
  const code = (/** @type {object} */ change) =>
    pytorchCode({ fileName: 'a.safetensors', symbols: 65, config: { ...CONFIG, ...change } });
  assert.match(code({ cell: 'gru', layers: 2 }), /torch\.nn\.GRU\(65, 256, num_layers=2\)/);
  assert.match(code({ cell: 'relu', layers: 1 }), /torch\.nn\.RNN\(65, 256, nonlinearity="relu"\)/);
  assert.match(code({ cell: 'lstm', layers: 1 }), /torch\.nn\.LSTM\(65, 256\)/);
  assert.match(code({ cell: 'rnn', layers: 1 }), /torch\.nn\.Linear\(256, 65\)/);
  const odd = pytorchCode({
    fileName: 'a"\\\n😀.x',
    symbols: 2,
    config: { ...CONFIG, cell: 'rnn' },
  });
  assert.match(odd, /^FILE = "a\\"\\\\\\n😀\.x"$/m);
});

const TEMPLATE =
  '<title>%title%</title><script>"%about%"</script><p>%wasm%</p><p>%weights%</p><h1>%title%</h1>';

test('no name ends an element of the file that writes', () => {
  const name = '</script><!-- $& %weights% "\'';
  const about = { sentence: name, prompt: '</title>', temperature: 1, seed: 1 };
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const page = fillStandalonePage(TEMPLATE, { name, about, wasm: bytes, weights: bytes });
  assert.equal(page.match(/<\/script/g)?.length, 1);
  assert.equal(page.match(/<\/title/g)?.length, 1);
  assert.ok(!page.includes('<!--'));
  assert.equal(page.match(/AQIDBA==/g)?.length, 2, 'a name is not a place to fill');
  const json = page.slice(page.indexOf('<script>') + 8, page.indexOf('</script>'));
  assert.deepEqual(JSON.parse(json), about);
});

test('base64 is as others write it, whatever the length', () => {
  for (const length of [0, 1, 2, 3, 3 * 8192 - 1, 3 * 8192, 3 * 8192 + 1, 100_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) % 256);
    assert.equal(base64(bytes), Buffer.from(bytes).toString('base64'));
  }
});
