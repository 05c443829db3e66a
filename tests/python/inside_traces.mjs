// Prints one step of learning of many random networks, as the shipped wasm of Look inside computes it: a line of JSON each.

import init, { Inside } from '../../pkg/babble_inside_node.js';

await init();

// A generator of its own, so that the words are the same everywhere.
let state = 12345;
const draw = (most) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * most);
};

/** Numbers as a person types them, so many steps of them. */
const numbersOf = (steps) => {
  const each = 1 + draw(4);
  const step = () => Array.from({ length: each }, () => (draw(400) - 200) / 100).join(' ');
  return Array.from({ length: steps }, step).join('; ');
};

for (const cell of ['rnn', 'relu', 'gru', 'lstm']) {
  for (const layers of [1, 2]) {
    for (let n = 0; n < 5; n++) {
      const length = 2 + draw(5);
      const letters = Array.from({ length }, () => 'abcdef'[draw(6)]);
      letters[1] = letters[0] === 'a' ? 'b' : 'a';
      const settings = { cell, layers, hidden: 1 + draw(4), word: letters.join(''), seed: draw(1e9) };
      const numbers = { inputs: numbersOf(length - 1), targets: numbersOf(length - 1) };
      for (const read of [settings, { ...settings, numbers }]) {
        const inside = new Inside(read);
        console.log(JSON.stringify({ ...read, tensors: inside.tensors(), trace: inside.trace() }));
        inside.free();
      }
    }
  }
}
