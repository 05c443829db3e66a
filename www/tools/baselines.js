/**
 * `node tools/baselines.js TEXT [WEIGHTS...]`: the baselines of a text file, as the page measures it, and what the
 * networks of weights files reach on it, alone and with letter statistics.
 */

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as core from '../../pkg/babble.js';
import { measureBaselines } from '../src/worker/baselines/measure.js';
import { Mixed } from '../src/worker/statistics/mixed.js';
import { decode } from '../src/worker/text/decode.js';
import { root } from './paths.js';
import { command, Problem } from './run.js';

/** @param {import('../src/shared/protocol-of-others.js').Baseline} baseline */
const nameOf = (baseline) => (baseline.kind === 'gzip' ? 'gzip' : `order ${baseline.order}`);

await command(async ([path, ...files]) => {
  if (path === undefined) throw new Problem('Name a text file: node tools/baselines.js TEXT');
  const { text } = await decode(readFileSync(path));
  const began = performance.now();
  const { known, symbols, characters, counted, measured } = await measureBaselines(
    text,
    () => {},
    async () => {},
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(2);
  console.log(`${characters} characters; counted in ${counted}, measured on ${measured}`);
  const losses = [
    ['uniform', Math.log(symbols)],
    ...known.map((baseline) => [nameOf(baseline), baseline.loss]),
  ];
  for (const [name, loss] of losses) console.log(`${name}\t${Number(loss).toFixed(4)}`);
  console.log(`${seconds} s`);
  if (files.length === 0) return;
  await core.default({ module_or_path: readFileSync(join(root, 'pkg', 'babble_bg.wasm')) });
  for (const file of files) {
    const trainer = new core.Weights(readFileSync(file)).resume(text, null);
    const mixed = new Mixed(trainer);
    while (!mixed.advance());
    trainer.beginEvaluation();
    trainer.evaluate(Number.POSITIVE_INFINITY);
    const { network, loss, better } = mixed.measure(trainer.heldOutSurprise());
    const [one, other] = [better.network, better.statistics].map((share) => share.toFixed(3));
    console.log(
      `${basename(file)}\tnetwork ${network.toFixed(4)}\ttogether ${loss.toFixed(4)}\tbetter by a nat: network ${one}, statistics ${other}`,
    );
    trainer.free();
  }
});
