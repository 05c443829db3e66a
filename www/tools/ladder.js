/** `node tools/ladder.js TEXT`: the ladder of a text file, as the page measures it. */

import { readFileSync } from 'node:fs';
import { measureLadder } from '../src/ladder/measure.js';
import { decode } from '../src/worker/decode.js';
import { command, Problem } from './run.js';

/** @param {import('../src/protocol.js').Rung} rung */
const nameOf = (rung) => (rung.kind === 'gzip' ? 'gzip' : `order ${rung.order}`);

await command(async ([path]) => {
  if (path === undefined) throw new Problem('Name a text file: node tools/ladder.js TEXT');
  const { text } = decode(readFileSync(path));
  const began = performance.now();
  const { rungs, symbols, characters, counted, measured } = await measureLadder(
    text,
    () => {},
    async () => {},
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(2);
  console.log(`${characters} characters; counted in ${counted}, measured on ${measured}`);
  const losses = [
    ['uniform', Math.log(symbols)],
    ...rungs.map((rung) => [nameOf(rung), rung.loss]),
  ];
  for (const [name, loss] of losses) console.log(`${name}\t${Number(loss).toFixed(4)}`);
  console.log(`${seconds} s`);
});
