/** What Look inside prints: every formula comes to its number, and what is said of checks is true. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import init, { Inside } from '../../pkg/babble_inside_node.js';
import { createAskRun } from '../src/page/inside/ask-run.js';
import { linesOf, verdict } from '../src/page/inside/check.js';
import { differs, figure, formulaOf, VALUE_DIGITS } from '../src/page/inside/formulas.js';
import { rowsOf } from '../src/page/inside/graph.js';
import { nameOfTensor, nameOfWeight } from '../src/page/inside/names.js';
import { indexOf, partOf, weightAt } from '../src/page/inside/network.js';
import { partsOf } from '../src/page/inside/parts.js';
import { verdictOfRun } from '../src/page/inside/run-words.js';
import { FIRST, FIRST_NUMBERS } from '../src/page/inside/settings.js';
import { isShown, mistakeWords, sameStep, stepsOf } from '../src/page/inside/words.js';

/** @import { Cell, Network } from '../src/page/inside/network.js' */
/** @import { Settings } from '../src/page/inside/settings.js' */
/** @import { RunCheckPlan, TensorCheck } from '../../pkg/babble_inside.js' */

await init();

/** @param {Partial<Settings>} [changes] */
function lookInto(changes) {
  const settings = { ...FIRST, ...changes };
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
  { cell: /** @type {Cell} */ ('lstm'), word: 'letter', hidden: 2 },
  { cell: /** @type {Cell} */ ('lstm'), layers: 2, word: 'no', hidden: 4 },
  { numbers: FIRST_NUMBERS },
  { cell: /** @type {Cell} */ ('lstm'), numbers: FIRST_NUMBERS, layers: 2 },
  { cell: /** @type {Cell} */ ('gru'), numbers: { inputs: '1; -2.5', targets: '0 1; −1 .5' } },
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

test('a calculator comes from the two losses to the slope, and from there to what they differ by', () => {
  for (const changes of NETWORKS) {
    const { inside, network } = lookInto(changes);
    for (const index of network.trace.weights.keys()) {
      const found = inside.check(index);
      const lines = linesOf(found, false);
      /** @param {string} key */
      const read = (key) => Number(lines[key][1].replace('−', '-'));
      const slope = (read('above') - read('below')) / (2 * found.nudge);
      // A loss of about 1 is known to 1e-16, and that over 2e-5.
      assert.ok(Math.abs(slope - read('slope')) < 5e-11, `${slope}: ${JSON.stringify(lines)}`);
      const apart = Math.abs(read('gradient') - read('slope'));
      // Both are rounded to 13 decimals.
      assert.ok(Math.abs(apart - found.difference) < 1.1e-13, JSON.stringify(lines));
    }
  }
});

/** The networks of which mistakes are known. @type {[Cell, number][]} */
const BREAKABLE = /** @type {Cell[]} */ (['rnn', 'gru', 'lstm']).flatMap((cell) => [
  /** @type {[Cell, number]} */ ([cell, 1]),
  /** @type {[Cell, number]} */ ([cell, 2]),
]);

test('each mistake changes numbers that are shown, and nothing else does', () => {
  for (const [cell, layers] of BREAKABLE) {
    const { inside, network } = lookInto({ cell, layers });
    const { backward, gradient } = network.trace;
    for (const mistake of inside.mistakes()) {
      const { steps, gradients } = inside.checkAll(mistake);
      assert.equal(steps.length, backward.length);
      const changed = [
        ...steps.flatMap((wrong, t) => {
          assert.equal(wrong.length, layers);
          return wrong.flatMap(({ d_h, d_c, d_gates }, layer) =>
            [d_h, d_c, d_gates].flatMap((values, i) => {
              const right = backward[t].layers[layer];
              const rights = [right.d_h, right.d_c, right.d_gates][i];
              assert.equal(values.length, rights.length);
              return values.filter((value, at) => differs(value, rights[at]));
            }),
          );
        }),
        ...gradients.filter((value, at) => differs(value, gradient[at])),
      ];
      assert.ok(changed.length > 0, `${layers} x ${cell}: ${mistake}`);
    }
    assert.deepEqual(inside.checkAll(null).steps, []);
  }
});

test('the formula that labels a row names each bias that its formula in full adds', () => {
  for (const cell of /** @type {Cell[]} */ (['rnn', 'gru', 'lstm'])) {
    const { network } = lookInto({ cell });
    for (const { label, equation, at } of rowsOf(network, 'letters')) {
      const [place] = at(1);
      if (place.kind !== 'gate') continue;
      const { symbols } = formulaOf(network, place, 'letters');
      const shown = equation ?? label;
      for (const bias of ['b', 'b′', 'U', 'W', 'σ', 'tanh']) {
        const names = (/** @type {string} */ text) => new RegExp(`${bias}(?!′)`).test(text);
        assert.equal(names(shown), names(symbols), `${shown}: ${symbols}`);
      }
    }
  }
});

test('each mistake is caught by a named weight, and the right code never', () => {
  for (const [cell, layers] of BREAKABLE) {
    for (const read of [{}, { numbers: FIRST_NUMBERS }]) {
      const { inside, network } = lookInto({ cell, layers, ...read });
      const says = (/** @type {import('../../pkg/babble_inside.js').Mistake | null} */ mistake) =>
        verdict(network, 'letters', inside.checkAll(mistake), mistake);
      assert.match(says(null), /^All \d+ agree\. The largest difference is \d\.\de−1\d\.$/);
      const labels = inside.mistakes().map((mistake) => {
        assert.match(
          says(mistake),
          layers === 1
            ? /^Caught by [UWVbc]′?[₀-₉]+: .*: \d\.\d{4} apart\./
            : /^Caught by .*, in both layers\. .*: \d\.\d{4} apart\./,
        );
        assert.doesNotMatch(says(mistake), layers === 1 ? /: 0\.000\d apart/ : /: 0\.0000 apart/);
        return mistakeWords(mistake, cell, 'letters').label;
      });
      assert.ok(labels.length >= 9 && new Set(labels).size === labels.length, String(labels));
    }
  }
  const { inside, network } = lookInto();
  assert.match(
    verdict(network, 'letters', inside.checkAll('noTranspose'), 'noTranspose'),
    /W stood where its transpose belongs/,
  );

  const one = lookInto({ hidden: 1, word: 'ab' });
  const same = verdict(one.network, 'letters', one.inside.checkAll('noTranspose'), 'noTranspose');
  assert.match(same, /^Not caught, for here it changes nothing/);
});

test('the parts of a sum come to it', () => {
  for (const changes of NETWORKS) {
    const { network } = lookInto(changes);
    for (const place of placesOf(network)) {
      for (const { label, parts } of partsOf(network, place)) {
        const [, total] = /** @type {[string, number]} */ (parts.at(-1));
        const sum = parts.slice(0, -1).reduce((sum, [, value]) => sum + value, 0);
        assert.ok(Math.abs(sum - total) < 1e-14, `${label}: ${sum} is not ${total}`);
      }
    }
  }
  const { network } = lookInto();
  const labels = (/** @type {number} */ t) =>
    partsOf(network, { kind: 'dH', t, layer: 0, i: 0 }).map(({ parts }) => parts.map(([n]) => n));
  assert.deepEqual(labels(2), [
    ['from the scores above', 'back from t = 4', 'sum'],
    ['loss at t = 3', 'loss at t = 4', 'sum'],
  ]);
  assert.deepEqual(labels(3), [], 'at the last time step there is one part');
});

test('a run that agrees is said to, and a fault is named with tensor, place and size', () => {
  /** @type {RunCheckPlan} */
  const plan = {
    step: 1234,
    weights: 5000,
    samples: 16,
    streams: 2,
    ofStreams: 32,
    steps: 64,
    loss: 1.5,
  };
  /** @type {TensorCheck} */
  const right = {
    name: 'rnn.weight_hh_l0',
    weights: 256,
    samples: 8,
    kinks: 0,
    error: 2e-9,
    single: 3e-6,
    agrees: true,
    row: 3,
    column: 7,
    gradient: 0.01,
    slope: 0.01,
  };
  const bias = { ...right, name: 'head.bias', column: 0 };
  assert.equal(
    verdictOfRun(plan, [right, bias], 2345),
    'All 2 tensors agree, to 2.0e−9 of their gradients. The 32-bit gradients that train are within 3.0e−6 of the 64-bit ones. At step 1,234, on its next 64 time steps, in 2 of its 32 streams: 16 of 5,000 weights nudged in 2.3 s.',
  );
  const wrong = { ...right, agrees: false, gradient: 0.012, error: 0.2 };
  assert.match(
    verdictOfRun(plan, [bias, wrong], 0),
    /^rnn\.weight_hh_l0\[3, 7\] disagrees: back-propagation says 0\.01200000, nudging says 0\.01000000, 2\.0e−3 apart\. Its tensor is off by 2\.0e−1,/,
  );
  const off = (/** @type {object} */ by) =>
    verdictOfRun(plan, [{ ...bias, agrees: false, ...by }], 0);
  assert.match(off({ error: 2e-3 }), /^head\.bias\[3\] disagrees/);
  assert.match(off({ single: 0.5 }), /^head\.bias\[3\] disagrees/);
  assert.match(off({ error: Number.NaN }), /^head\.bias\[3\] disagrees/);
  const kinked = verdictOfRun({ ...plan, streams: 32 }, [{ ...right, kinks: 1 }], 0);
  assert.match(kinked, /next 64 time steps: 16 .* 1 weight left out: a ReLU has a kink there\.$/);
});

test('a run is asked for by one message, and whatever comes of that is said', async () => {
  /** @type {any} */
  let state = { run: null };
  /** @type {any[]} */
  const sent = [];
  /** @type {any[]} */
  const observers = [];
  const send = (/** @type {any} */ command) => sent.push(command);
  const ask = createAskRun({ state: () => state, send, observers });
  assert.match(String(await ask()), /^Nothing trains yet/);
  state = { run: { id: 7 } };
  /** What is answered when this comes of the message. @param {object} event @param {object} after */
  const answer = async (event, after = state) => {
    const asked = ask();
    const { type, runId, requestId, question } = sent.at(-1);
    assert.deepEqual([type, runId, question], ['look', 7, { what: 'run' }]);
    // Another answer is none of this one's business.
    for (const id of [1, requestId]) {
      for (const { observe } of observers) observe(state, { ...event, requestId: id }, after);
    }
    return asked;
  };
  const look = { what: 'run', file: new Uint8Array(3), training: 'text' };
  const looked = (/** @type {object} */ changes) => ({
    type: 'looked',
    look: { ...look, ...changes },
  });
  assert.deepEqual(await answer(looked({})), { file: look.file, training: 'text' });
  assert.match(String(await answer(looked({ file: null }))), /^These weights have no text yet/);
  assert.match(String(await answer(looked({ training: null }))), /too long to be checked here/);
  assert.equal(await answer({ type: 'failed', message: 'No.' }), 'No.');
  assert.equal(await answer({ type: 'progress' }, { run: { id: 8 } }), 'The run is gone.');
});

test('every step shows more than the one before, and the last one all', () => {
  const { network } = lookInto({ cell: 'lstm', word: 'banana' });
  const places = placesOf(network);
  const counts = stepsOf(network, 'letters').map(
    (step) => places.filter((place) => isShown(place, step)).length,
  );
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
  );
  assert.equal(counts.at(-1), places.length);
  assert.equal(new Set(counts).size, counts.length - 2, 'two steps at the end show what is there');
});

test('in another network the step of the same kind is open', () => {
  const steps = (/** @type {string} */ word) => stepsOf(lookInto({ word }).network, 'letters');
  /** @param {string} before @param {string} after */
  const kept = (before, after) =>
    steps(before).map(({ label }, at) => {
      const step = steps(after)[sameStep(at, before.length - 1, after.length - 1)];
      return `${label} -> ${step.label}`;
    });
  assert.deepEqual(kept('hello', 'hello'), [
    ...steps('hello').map(({ label }) => `${label} -> ${label}`),
  ]);
  assert.deepEqual(kept('ab', 'abab').slice(5), [
    '6 loss -> 6 loss',
    '7 blame: t = 1 -> t = 1',
    '8 sum over time -> 8 sum over time',
    '9 update -> 9 update',
  ]);
  assert.deepEqual(kept('abab', 'aba').slice(6), [
    '7 blame: t = 3 -> 7 blame: t = 2',
    't = 2 -> 7 blame: t = 2',
    't = 1 -> t = 1',
    '8 sum over time -> 8 sum over time',
    '9 update -> 9 update',
  ]);
});

test('what is said names tensors as the reader chose to', () => {
  for (const [cell, layers] of BREAKABLE) {
    const { inside, network } = lookInto({ cell, layers });
    const said = (/** @type {import('../src/page/inside/names.js').Names} */ names) => [
      ...stepsOf(network, names).map(({ says }) => says),
      ...inside.mistakes().flatMap((mistake) => {
        const { label, says } = mistakeWords(mistake, cell, names);
        return [label, says, verdict(network, names, inside.checkAll(mistake), mistake)];
      }),
    ];
    const [letters, pytorch] = [said('letters'), said('pytorch')];
    assert.match(letters.join('\n'), /its own column of U\./);
    assert.match(pytorch.join('\n'), /its own column of weight_ih\./);
    for (const sentence of pytorch) assert.doesNotMatch(sentence, /\b[UWV]ᵀ?\b|[{}]/u);
    for (const sentence of letters) assert.doesNotMatch(sentence, /weight_|[{}]/);
  }
});

/**
 * The worked example of docs/bptt.md, from the network that the page shows first.
 * @returns {string}
 */
function workedExample() {
  const { inside, network } = lookInto();
  const { trace, tensors } = network;
  /** @param {string[]} cells */
  const line = (...cells) =>
    cells
      .map((cell) => cell.padStart(9))
      .join('')
      .trimEnd();
  /** @param {number} value */
  const shown = (value) => figure(value, VALUE_DIGITS);
  const weights = tensors.flatMap(({ rows, columns, begin }, i) => {
    const name = nameOfTensor(network, partOf(tensors[i]), 'letters');
    return Array.from({ length: rows }, (_, row) => {
      const values = Array.from({ length: columns }, (_, column) =>
        shown(trace.weights[begin + column * rows + row]),
      );
      return `${(row === 0 ? name : '').padEnd(4)}${line(...values)}`;
    });
  });
  const rows = rowsOf(network, 'letters').toReversed();
  const letters = (/** @type {number[]} */ ids) => line(...ids.map((id) => trace.letters[id]));
  const table = rows.flatMap(({ at, back }) =>
    [at, back].flatMap((of) =>
      (of?.(0) ?? []).map((_, i) => {
        const places = trace.forward.map((_, t) => /** @type {typeof at} */ (of)(t)[i]);
        const told = places.map((place) => formulaOf(network, place, 'letters'));
        const name = told[0].name.replace('₁', '').replace(' at t = 1', '');
        return `${name.padEnd(6)}${line(...told.map(({ value }) => shown(value)))}`;
      }),
    ),
  );
  const weight = indexOf(network, { part: 'hh', layer: 0, row: 1, column: 2 });
  /** @type {import('../src/page/inside/formulas.js').Place[]} */
  const places = [
    { kind: 'gate', t: 1, layer: 0, block: 0, i: 1 },
    { kind: 'h', t: 1, layer: 0, i: 1 },
    { kind: 'y', t: 1, i: 2 },
    { kind: 'p', t: 1, i: 2 },
    { kind: 'loss', t: 1 },
    { kind: 'dY', t: 1, i: 2 },
    { kind: 'dH', t: 1, layer: 0, i: 1 },
    { kind: 'dGate', t: 1, layer: 0, block: 0, i: 1 },
    { kind: 'weight', index: weight },
  ];
  const formulas = places.map((place) => {
    const { name, value, symbols, numbers } = formulaOf(network, place, 'letters');
    return `${name} = ${symbols}\n   = ${numbers}\n   = ${shown(value)}`;
  });
  const { above, below, slope, gradient } = inside.check(weight);
  return [
    ...weights,
    '',
    `t     ${line('1', '2', '3', '4')}`,
    `in    ${letters(trace.inputs)}`,
    ...table,
    `next  ${letters(trace.targets)}`,
    '',
    ...formulas,
    '',
    `loss at W₂₃ + 0.00001 = ${figure(above, 10)}`,
    `loss at W₂₃ − 0.00001 = ${figure(below, 10)}`,
    `their difference / 0.00002 = ${figure(slope, 8)}; back-propagation says ${figure(gradient, 8)}`,
  ].join('\n');
}

test('the worked example of the docs is what the page shows first', () => {
  const docs = readFileSync(new URL('../../docs/bptt.md', import.meta.url), 'utf8');
  const example = workedExample();
  const [, written] = /```text worked example\n([\s\S]*?)\n```/.exec(docs) ?? [];
  assert.equal(written, example);
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
  const [inputs, targets] = ['1 2; 3 4', '1; 2'];
  for (const [changes, says] of /** @type {[Partial<Settings>, RegExp][]} */ ([
    [{ word: 'letters' }, /^A word of 2 to 6 letters fits here; this one has 7\.$/],
    [{ word: 'aa' }, /two different letters/],
    [{ hidden: 5 }, /1 to 4 units/],
    [{ layers: 3 }, /1 to 2 layers/],
    [{ cell: /** @type {any} */ ('bird') }, /^The network cannot be read: .*bird/],
    [{ numbers: { inputs, targets: '1' } }, /2 steps of numbers in, and 1 of targets/],
    [{ numbers: { inputs: '1 2; 3', targets } }, /as many numbers as the first one/],
    [{ numbers: { inputs: '1 2 3 4 5; 3', targets } }, /1 to 4 numbers/],
    [{ numbers: { inputs: '', targets } }, /1 to 4 numbers/],
    [{ numbers: { inputs, targets: '1;2;3;4;5;6' } }, /1 to 5 time steps, and not 6/],
    [{ numbers: { inputs: '1 x; 3 4', targets } }, /^“x” is not a number from −10 to 10/],
    [{ numbers: { inputs: '1 1e9; 3 4', targets } }, /^“1e9” is not a number/],
    [{ numbers: { inputs: 'NaN 1; 3 4', targets } }, /^“NaN” is not a number/],
  ])) {
    assert.throws(
      () => lookInto(changes),
      (/** @type {any} */ error) => error.name === 'InvalidNetwork' && says.test(error.message),
    );
  }
  assert.throws(() => lookInto().inside.check(43), /weights 0 to 42, and no weight 43/);
});
