/** `node tools/baselines.js TEXT`: the baselines of a text file, as the page measures it. */

import { readFileSync } from 'node:fs';
import { measureBaselines } from '../src/worker/baselines/measure.js';
import { decode } from '../src/worker/text/decode.js';
import { command, Problem } from './run.js';

/** @param {import('../src/shared/protocol.js').Baseline} baseline */
const nameOf = (baseline) => (baseline.kind === 'gzip' ? 'gzip' : `order ${baseline.order}`);

await command(async ([path]) => {
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
});
