/**
 * `node tools/trace.js`: makes src/page/start/trace.json, what a visitor will see, from a run of the first preset on the
 * first sample. It is committed. The arithmetic is plain and the seed 1, so every machine makes the same.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import init, { Sampler, Trainer } from '../../pkg/babble.js';
import { readConfig } from '../src/page/settings/fields.js';
import { FIRST_PRESET, presetFields, presetOf } from '../src/page/settings/presets.js';
import { bookOf } from '../src/page/text/chapters.js';
import { root, www } from './paths.js';
import { command } from './run.js';

const CHAPTERS = 24;

/** Letters that are read before each sample, about; the last one comes when the run is over. */
const MOMENTS = [2_000, 20_000, 200_000, Number.POSITIVE_INFINITY];

const [LEAST_CHARACTERS, MOST_CHARACTERS] = [45, 60];

/** What is written beyond a line, for it may begin with space, which a line does not show. */
const MORE = 10;

/** At most so many characters, and no part of a word where that can be. @param {string} text */
function cut(text) {
  const most = [...text.trimStart()].slice(0, MOST_CHARACTERS).join('');
  const end = Math.max(most.lastIndexOf(' '), most.lastIndexOf('\n'));
  return end < LEAST_CHARACTERS ? most : most.slice(0, end);
}

/** The first so many moments of the run. @param {number} [count] */
export async function trace(count = MOMENTS.length) {
  await init({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });
  const folder = join(www, 'node_modules', '@stdlib', 'datasets-moby-dick', 'data');
  const text = bookOf(
    Array.from({ length: CHAPTERS }, (_, i) =>
      JSON.parse(readFileSync(join(folder, `chapter_${i + 1}.json`), 'utf8')),
    ),
  );
  const preset = /** @type {import('../src/page/settings/presets.js').Preset} */ (
    presetOf(FIRST_PRESET)
  );
  const own = { seed: '1', shards: '1', fused: 'false' };
  const { config } = readConfig(presetFields(preset, text.length, own, () => null));
  const trainer = new Trainer(config, text);
  const moments = MOMENTS.slice(0, count).map((least) => {
    let letters = 0;
    const end = Math.min(least, config.runCharacters);
    while (letters < end) letters = trainer.run(0).charactersSeen;
    trainer.beginEvaluation();
    const heldOut = trainer.evaluate(Number.POSITIVE_INFINITY);
    const sampler = new Sampler(1);
    sampler.setTemperature(0.8);
    trainer.prompt(sampler, '');
    const written = cut(trainer.write(sampler, MOST_CHARACTERS + MORE));
    sampler.free();
    return { letters, loss: Number(heldOut?.loss.toFixed(3)), text: written };
  });
  trainer.free();
  return moments;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await command(async () => {
    const path = join(www, 'src', 'page', 'start', 'trace.json');
    writeFileSync(path, `${JSON.stringify(await trace(), null, 2)}\n`);
  });
}
