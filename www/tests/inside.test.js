/** What Look inside prints: every formula comes to its number, and what is said of checks is true. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import init, { Inside } from '../../pkg/babble_inside_node.js';
import { verdict } from '../src/page/inside/check.js';
import { formulaOf, VALUE_DIGITS } from '../src/page/inside/formulas.js';
import { rowsOf } from '../src/page/inside/graph.js';
import { nameOfWeight } from '../src/page/inside/names.js';
import { indexOf, weightAt } from '../src/page/inside/network.js';
import { isShown, MISTAKES, stepsOf } from '../src/page/inside/words.js';

/** @import { Cell, Network } from '../src/page/inside/network.js' */

await init();

const HELLO = { cell: /** @type {Cell} */ ('rnn'), layers: 1, hidden: 3, word: 'hello', seed: 1 };

/** @param {Partial<typeof HELLO>} [changes] */
function lookInto(changes) {
  const settings = { ...HELLO, ...changes };
  const inside = new Inside(settings);
  /** @type {Network} */
  const network = { ...settings, tensors: inside.tensors(), trace: inside.trace() };
  return { inside, network };
}

const FUNCTIONS = createContext({
  tanh: Math.tanh,
  exp: Math.exp,
  ln: Math.log,
  sigmoid: (/** @type {number} */ x) => 1 / (1 + Math.exp(-x)),
});

/** What a person with a calculator makes of it. @param {string} printed */
function evaluated(printed) {
  const script = printed
    .replace(/e\^(\([^)]*\)|[\d.]+)/g, 'exp($1)')
    .replaceAll('−', '-')
    .replaceAll('·', '*')
    .replaceAll('²', '**2')
    .replaceAll('σ(', 'sigmoid(');
  return runInContext(script, FUNCTIONS);
}

const NETWORKS = [
  {},
  { word: 'aab', hidden: 1 },
  { word: 'letter', hidden: 4, layers: 2, seed: 9 },
  { cell: /** @type {Cell} */ ('gru'), hidden: 2 },
  { cell: /** @type {Cell} */ ('gru'), layers: 2, word: 'banana' },
  { cell: /** @type {Cell} */ ('lstm'), layers: 2, word: 'no', hidden: 4 },
];

/** Every number that is shown of a network. @param {Network} network */
function placesOf(network) {
  const times = network.trace.forward.map((_, t) => t);
  const inGraph = rowsOf(network, 'letters').flatMap(({ at, back }) =>
    times.flatMap((t) => [...at(t), ...(back?.(t) ?? [])]),
  );
  const weights = network.trace.weights.map((_, index) => ({
    kind: /** @type {const} */ ('weight'),
    index,
  }));
  return [...inGraph, { kind: /** @type {const} */ ('mean') }, ...weights];
}

test('every formula with its numbers comes to the number that it stands for, to the digits shown', () => {
  // Half of the last digit, and what rounding its parts to two digits more may come to.
  const bound = 0.6 * 10 ** -VALUE_DIGITS;
  for (const changes of NETWORKS) {
    const { network } = lookInto(changes);
    for (const place of placesOf(network)) {
      for (const names of /** @type {const} */ (['letters', 'pytorch'])) {
        const { name, value, symbols, numbers } = formulaOf(network, place, names);
        const shown = Number(value.toFixed(VALUE_DIGITS));
        if (numbers === '') {
          // The only ones without: an LSTM's gates that hang on the gradient of its memory.
          assert.ok(network.cell === 'lstm' && place.kind === 'dGate' && place.block < 3, name);
          continue;
        }
        const came = evaluated(numbers);
        assert.ok(Math.abs(came - shown) <= bound, `${name} = ${shown}, not ${came}: ${numbers}`);
        assert.equal(symbols.split(' + ').length, numbers.split(' + ').length, symbols);
      }
    }
  }
});

test('formulas are written as in a textbook, or by the names of PyTorch', () => {
  const { network } = lookInto();
  const state = { kind: /** @type {const} */ ('gate'), t: 1, layer: 0, block: 0, i: 0 };
  const blame = { kind: /** @type {const} */ ('dH'), t: 3, layer: 0, i: 2 };
  assert.equal(
    formulaOf(network, state, 'letters').symbols,
    'b₁ + b′₁ + U₁₂ + W₁₁·h₁[1] + W₁₂·h₁[2] + W₁₃·h₁[3]',
  );
  assert.equal(
    formulaOf(network, blame, 'letters').symbols,
    'V₁₃·do₄[h] + V₂₃·do₄[e] + V₃₃·do₄[l] + V₄₃·do₄[o]',
  );
  assert.match(
    formulaOf(network, state, 'pytorch').symbols,
    /^bias_ih_l0\[0\] \+ bias_hh_l0\[0\] \+ weight_ih_l0\[0, 1\] \+ weight_hh_l0\[0, 0\]·h₁\[1\]/,
  );
});

test('a weight is found by its name, and its name by the weight', () => {
  for (const changes of NETWORKS) {
    const { network } = lookInto(changes);
    const all = network.trace.weights.map((_, index) => weightAt(network, index));
    all.forEach((weight, index) => {
      assert.equal(indexOf(network, weight), index);
    });
    for (const names of /** @type {const} */ (['letters', 'pytorch'])) {
      const said = new Set(all.map((weight) => nameOfWeight(network, weight, names)));
      assert.equal(said.size, all.length, 'no two share a name');
    }
  }
});

test('each mistake is caught by a named weight, and the right code never', () => {
  const { inside, network } = lookInto();
  const says = (/** @type {import('../../pkg/babble_inside.js').Mistake | null} */ mistake) =>
    verdict(network, 'letters', inside.checkAll(mistake), mistake);
  assert.match(says(null), /^All 43 agree\. The largest difference is \d\.\de−1\d\.$/);
  const mistakes = inside.mistakes();
  assert.deepEqual([...mistakes].sort(), Object.keys(MISTAKES).sort());
  for (const mistake of mistakes) {
    assert.match(says(mistake), /^Caught by [UWVbc]′?[₀-₉]+: .*: \d\.\d{4} apart\./);
  }
  assert.match(says('noTranspose'), /W stood where its transpose belongs/);

  const one = lookInto({ hidden: 1, word: 'ab' });
  const same = verdict(one.network, 'letters', one.inside.checkAll('noTranspose'), 'noTranspose');
  assert.match(same, /^Not caught, for here it changes nothing/);
  assert.deepEqual(lookInto({ cell: 'gru' }).inside.mistakes(), []);
});

test('every step shows more than the one before, and the last one all', () => {
  const { network } = lookInto({ cell: 'lstm', word: 'banana' });
  const places = placesOf(network);
  const counts = stepsOf(network.trace.forward.length).map(
    (step) => places.filter((place) => isShown(place, step)).length,
  );
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
  );
  assert.equal(counts.at(-1), places.length);
  assert.equal(new Set(counts).size, counts.length - 2, 'two steps at the end show what is there');
});

test('a word is its letters in the order in which they come', () => {
  const { letters, inputs, targets } = lookInto().network.trace;
  assert.deepEqual([letters, inputs, targets], [[...'helo'], [0, 1, 2, 2], [1, 2, 2, 3]]);
});

test('ten updates lower the loss, and a trace afterwards is that of the new weights', () => {
  const { inside, network } = lookInto();
  const losses = Array.from({ length: 10 }, () => inside.update(0.5));
  assert.ok(Number(losses.at(-1)) < 0.5 * network.trace.loss, String(losses));
  assert.equal(inside.trace().loss, losses.at(-1));
});

test('what does not fit is refused in a sentence', () => {
  for (const [changes, says] of /** @type {[Partial<typeof HELLO>, RegExp][]} */ ([
    [{ word: 'letters' }, /^A word of 2 to 6 letters fits here; this one has 7\.$/],
    [{ word: 'aa' }, /two different letters/],
    [{ hidden: 5 }, /1 to 4 units/],
    [{ layers: 3 }, /1 to 2 layers/],
    [{ cell: /** @type {any} */ ('bird') }, /^The network cannot be read: .*bird/],
  ])) {
    assert.throws(
      () => lookInto(changes),
      (/** @type {any} */ error) => error.name === 'InvalidNetwork' && says.test(error.message),
    );
  }
  assert.throws(() => lookInto().inside.check(43), /weights 0 to 42, and no weight 43/);
});
