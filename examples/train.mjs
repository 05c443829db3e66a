// Trains on a text, writes like it, and saves the weights: node train.mjs TEXT WEIGHTS
import { readFile, writeFile } from 'node:fs/promises';
import init, { Sampler, Trainer } from '../pkg/babble_node.js';

const [textFile = 'text.txt', weightsFile = 'weights.safetensors'] = process.argv.slice(2);
await init();
const text = await readFile(textFile, 'utf8');
const trainer = new Trainer({ hiddenSize: 64, runCharacters: 300_000, stopAtEnd: true }, text);
while (trainer.finished === null) {
  const { step, losses } = trainer.run(500); // trains for about half a second
  console.log(`Step ${step}: ${losses.at(-1)?.toFixed(2)} nats per character`);
}
console.log(trainer.write(new Sampler(1), 500));
await writeFile(weightsFile, trainer.save());
