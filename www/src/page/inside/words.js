/** What Look inside says in words: its steps, its rows, and the mistakes that can be put in. */

import { named } from './names.js';

/** @import { Mistake } from '../../../../pkg/babble_inside.js' */
/** @import { Place } from './formulas.js' */
/** @import { Names } from './names.js' */
/** @import { Cell, Network } from './network.js' */

/**
 * A mistake, as a student would say it: what its button says, and what was done.
 * @typedef {{ label: string, says: string }} Said
 */

/** Each mistake; one that looks otherwise in another cell is there for each. @type {Record<Mistake, Said | Partial<Record<Cell, Said>>>} */
const MISTAKES = {
  forgetSlope: {
    rnn: { label: 'forget 1 − h²', says: 'the slope of tanh was left out: d{a} = dh' },
    gru: { label: 'forget 1 − n²', says: 'the slope of the candidate’s tanh was left out' },
    lstm: { label: 'forget 1 − tanh²c', says: 'the slope of tanh c was left out: dc = dh·o' },
  },
  forgetNext: {
    label: 'forget {hh}ᵀ',
    says: 'nothing came back from the next time step through {hh}',
  },
  noTranspose: { label: '{hh}, not {hh}ᵀ', says: '{hh} stood where its transpose belongs' },
  forgetAbove: {
    label: 'forget dh',
    says: 'd{a} was 1 − h² alone, without dh',
  },
  inputForState: {
    label: 'x instead of h',
    says: '{hh}’s gradient took what is read where the old state belongs',
  },
  stateOff: {
    label: 'h one step off',
    says: 'the old state was read where the new one belongs',
  },
  productOverTime: {
    label: 'product over time',
    says: '{hh}’s gradient was the product of its parts, and not their sum',
  },
  noSumOverTime: {
    label: 'no sum over time',
    says: '{bY}’s gradient was that of the last time step alone',
  },
  forgetBias: { label: 'forget {bIh}', says: '{bIh} got no gradient' },
  forgetGateSlope: {
    label: 'forget s(1 − s)',
    says: 'the slopes of the gates’ σ were left out',
  },
  forgetCarry: {
    label: 'forget dh·z',
    says: 'what goes to the old state past all weights, dh·z, was dropped',
  },
  resetBefore: {
    label: 'reset before {hh}',
    says: 'the reset stood before {hh}, and here it stands behind: n = tanh(… + r·({hh} h))',
  },
  forgetReset: { label: 'dm = dn', says: 'the reset was left out on the way back into {hh} h' },
  swapUpdate: { label: 'z for 1 − z', says: 'z and 1 − z were exchanged' },
  forgetMemory: {
    label: 'forget dc·f',
    says: 'nothing came back through the memory: dc = dh·o·(1 − tanh²c) alone',
  },
  forgetForget: {
    label: 'dc without f',
    says: 'the memory’s gradient came back as if nothing were forgotten',
  },
  memoryOff: {
    label: 'c one step off',
    says: 'the forget gate’s gradient took the new memory where the old one belongs',
  },
  forgetOutput: {
    label: 'dc without o',
    says: 'what comes to the memory through h missed the output gate',
  },
};

/** @param {Mistake} mistake @param {Cell} cell @param {Names} names @returns {Said} */
export function mistakeWords(mistake, cell, names) {
  const all = MISTAKES[mistake];
  const { label, says } = /** @type {Said} */ ('says' in all ? all : all[cell]);
  return { label: named(label, names), says: named(says, names) };
}

/** Those that stand in the five students’ notes that this project grew from. @type {Mistake[]} */
export const OF_NOTES = [
  'forgetAbove',
  'inputForState',
  'stateOff',
  'productOverTime',
  'noSumOverTime',
];

/**
 * @typedef {object} Step
 * @property {string} label
 * @property {string} says
 * @property {number} forward rows that are there
 * @property {number | null} blame the first time step that has its blame
 * @property {number | null} column the time step that is computed; null: all
 */

/** @param {Network} network @returns {[string, string][]} */
function forwardWords({ cell, trace }) {
  const isWord = trace.numbers === null;
  const gates =
    cell === 'rnn'
      ? 'Bias, input and old state are added up.'
      : 'Bias, input and old state are added up for each gate, and squashed. Open the gates to see them.';
  return [
    isWord
      ? ['read', 'One letter is read at each time step. A letter picks its own column of {ih}.']
      : ['read', 'At each time step numbers are read, and multiplied by {ih}.'],
    [
      'add up',
      `${gates} The state before the first step is 0. (In Watch, within a passage, it is the state that the chunk before ended with.)`,
    ],
    [
      cell === 'rnn' ? 'squash' : 'state',
      cell === 'rnn'
        ? 'The sum is squashed: the new state h. It goes up to the outputs, and on in time.'
        : 'The gates make the new state h out of the old one. It goes up to the outputs, and on in time.',
    ],
    isWord
      ? ['score', 'Each letter gets a score from the state.']
      : ['output', 'The outputs come from the state.'],
    isWord
      ? ['guess', 'Scores become probabilities that add up to 1. Blue: the letter that comes next.']
      : ['compare', 'The error e is the output less the number that it should be, in blue.'],
    [
      'loss',
      isWord
        ? 'The loss is small where the right letter was likely. Training lowers the mean over time.'
        : 'The loss is the sum of the squared errors. Training lowers the mean over time.',
    ],
  ];
}

/** How many steps go before the blame. */
const FORWARD_STEPS = 6;

/**
 * The step of the same kind in another network: the same one forward, the blame of the same time step, or of the last where there are
 * fewer, and the same one at the end.
 * @param {number} at a step of `stepsOf` @param {number} before how many time steps there were @param {number} after how many there are
 */
export function sameStep(at, before, after) {
  if (at < FORWARD_STEPS) return at;
  const blamed = at - FORWARD_STEPS;
  if (blamed >= before) return at - before + after;
  const t = Math.min(before - 1 - blamed, after - 1);
  return FORWARD_STEPS + after - 1 - t;
}

/** Why blame comes from where it does, and becomes less. @param {Network} network @param {number} t */
function blameWords({ cell, trace }, t) {
  const times = trace.forward.length;
  if (t + 1 === times) {
    const under = {
      rnn: '{o}, h and {a}: d{o}, dh and d{a}',
      gru: '{o}, h and the gates: d{o}, dh, dn, dr, dz and dm',
      lstm: '{o}, h, c and the gates: d{o}, dh, dc, di, df, dg and do',
    }[cell];
    return `Red, under ${under}, how the loss changes with each number. At the last time step dh comes from above alone, from d{o}.`;
  }
  const through = {
    rnn: 'through {hh}: multiplied by 1 − h², which is at most 1, and by {hh}ᵀ',
    gru: 'through {hh} and the gates’ slopes, and straight on, multiplied by z',
    lstm: 'through {hh} and the gates’ slopes, and with the memory, multiplied by f',
  }[cell];
  return `h at t = ${t + 1} is used twice, so dh is a sum of two: from above, and from t = ${t + 2}. The second came ${through}. A late loss fades or grows on its way back. Choose a dh to see it.`;
}

/** All steps of one step of learning. @param {Network} network @param {Names} names @returns {Step[]} */
export function stepsOf(network, names) {
  const times = network.trace.forward.length;
  const forward = forwardWords(network).map(([label, says], i) => ({
    label: `${i + 1} ${label}`,
    says: named(says, names),
    forward: i,
    blame: null,
    column: null,
  }));
  const blame = Array.from({ length: times }, (_, k) => {
    const t = times - 1 - k;
    return {
      label: k === 0 ? `7 blame: t = ${t + 1}` : `t = ${t + 1}`,
      says: named(blameWords(network, t), names),
      forward: 5,
      blame: t,
      column: t,
    };
  });
  return [
    ...forward,
    ...blame,
    {
      label: '8 sum over time',
      says: 'The same weights are used at every time step, so a weight’s gradient is a sum over time. Choose a weight to see its parts.',
      forward: 5,
      blame: 0,
      column: null,
    },
    {
      label: '9 update',
      says: 'Every weight moves a little against its gradient: new weight = weight − rate · gradient. Press Update, and read on with new numbers.',
      forward: 5,
      blame: 0,
      column: null,
    },
  ];
}

/** With which of the forward steps a number comes. */
const COMES_WITH = { gate: 1, h: 2, c: 2, y: 3, p: 4, loss: 5 };

/** Whether a number is there yet. @param {Place} place @param {Step} step */
export function isShown(place, step) {
  switch (place.kind) {
    case 'dGate':
    case 'dH':
    case 'dC':
    case 'dY':
      return step.blame !== null && place.t >= step.blame;
    case 'mean':
      return step.forward >= 5;
    case 'weight':
      return true;
    default:
      return step.forward >= COMES_WITH[place.kind];
  }
}

/** What a block of gates is called. @type {Record<Cell, string[]>} */
export const GATE_WORDS = {
  rnn: ['sum'],
  gru: ['candidate', 'reset', 'update', 'recurrent part'],
  lstm: ['input gate', 'forget gate', 'candidate', 'output gate'],
};

/** How each block of gates is made, by the letters. @type {Record<Cell, string[]>} */
export const GATE_EQUATIONS = {
  rnn: ['a = b + b′ + U x + W h'],
  gru: ['n = tanh(b+U x+r·m)', 'r = σ(b+b′+U x+W h)', 'z = σ(b+b′+U x+W h)', 'm = b′ + W h'],
  lstm: [
    'i = σ(b+b′+U x+W h)',
    'f = σ(b+b′+U x+W h)',
    'g = tanh(b+b′+U x+W h)',
    'o = σ(b+b′+U x+W h)',
  ],
};

/** How a row is made. @param {Network} network @param {'loss' | 'p' | 'y' | 'h' | 'c'} row @param {boolean} letters */
export function rowWords({ cell, trace }, row, letters) {
  const h = { rnn: 'h = tanh a', gru: 'h = (1 − z)·n + z·h', lstm: 'h = o·tanh c' }[cell];
  const isWord = trace.numbers === null;
  return {
    loss: isWord
      ? letters
        ? 'loss = −ln p'
        : 'cross_entropy'
      : letters
        ? 'loss = sum of e²'
        : 'mse_loss, summed',
    p: isWord
      ? letters
        ? 'p = softmax o'
        : 'softmax'
      : letters
        ? 'e = o − y, y below'
        : 'output − target, below',
    y: letters ? 'o = c + V h' : isWord ? 'logits = head(h)' : 'output = head(h)',
    h: letters ? h : 'h (output)',
    c: 'c = f·c + i·g',
  }[row];
}

/** How a number is read aloud. @param {Network} network @param {Place} place */
export function spoken(network, place) {
  const { letters } = network.trace;
  if (place.kind === 'mean') return 'mean loss';
  if (place.kind === 'weight') return 'gradient of a weight';
  const when = `time ${place.t + 1}`;
  if (place.kind === 'loss') return `loss, ${when}`;
  if (!('layer' in place)) {
    const { kind, i } = place;
    if (letters.length === 0) {
      const what = { y: 'output', p: 'error of output', dY: 'gradient of output' }[kind];
      return `${what} ${i + 1}, ${when}`;
    }
    const what = { y: 'score', p: 'probability', dY: 'gradient of the score' }[kind];
    return `${what} of ${letters[i]}, ${when}`;
  }
  const layer = network.layers > 1 ? `layer ${place.layer + 1}, ` : '';
  const what = {
    h: 'state',
    c: 'memory',
    dH: 'gradient of the state',
    dC: 'gradient of the memory',
    gate: '',
    dGate: 'gradient of the ',
  }[place.kind];
  const gate = 'block' in place ? GATE_WORDS[network.cell][place.block] : '';
  return `${what}${gate}, ${layer}${when}, unit ${place.i + 1}`;
}
