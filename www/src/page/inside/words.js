// @ts-check
/** What Look inside says in words: its steps, its rows, and the mistakes that can be put in. */

/** @import { Mistake } from '../../../../pkg/babble_inside.js' */
/** @import { Place } from './formulas.js' */
/** @import { Cell, Network } from './network.js' */

/** Each mistake, as a student would say it. "note": somebody made it in the notes that this page grew from. */
/** @type {Record<Mistake, { label: string, says: string }>} */
export const MISTAKES = {
  forgetSlope: { label: 'forget 1 − h²', says: 'the slope of tanh was left out: da = dh' },
  forgetNext: {
    label: 'forget Wᵀ da',
    says: 'nothing came back from the next time step: dh = Vᵀ do alone',
  },
  noTranspose: { label: 'W, not Wᵀ', says: 'W stood where its transpose belongs' },
  forgetAbove: {
    label: 'forget dh',
    says: 'da was 1 − h² alone, without dh',
  },
  inputForState: {
    label: 'x instead of h',
    says: 'W’s gradient took the letter that is read where the old state belongs',
  },
  stateOff: {
    label: 'h one step off',
    says: 'the old state was read where the new one belongs',
  },
  productOverTime: {
    label: 'product over time',
    says: 'W’s gradient was the product of its parts, and not their sum',
  },
  noSumOverTime: {
    label: 'no sum over time',
    says: 'c’s gradient was that of the last time step alone',
  },
  forgetBias: { label: 'forget b', says: 'b got no gradient' },
};

/** Those that stand in the five notes that this project grew from. @type {Mistake[]} */
export const OF_NOTES = [
  'forgetAbove',
  'inputForState',
  'stateOff',
  'productOverTime',
  'noSumOverTime',
];

/** @typedef {{ label: string, says: string, forward: number, blame: number | null }} Step `forward`: rows that are there; `blame`: the first time step that has its blame */

const FORWARD = [
  ['read', 'One letter is read at each time step. A letter picks its own column of U.'],
  ['add up', 'Bias, letter and old state are added up. The state before the first letter is 0.'],
  ['squash', 'The sum is squashed: the new state h. It goes up to the scores, and on in time.'],
  ['score', 'Each letter gets a score from the state.'],
  ['guess', 'Scores become probabilities that add up to 1. Blue: the letter that comes next.'],
  ['loss', 'The loss is small where the right letter was likely. The mean over time is to fall.'],
];

/** All steps of one step of learning. @param {number} times how many time steps there are @returns {Step[]} */
export function stepsOf(times) {
  const forward = FORWARD.map(([label, says], i) => ({
    label: `${i + 1} ${label}`,
    says,
    forward: i,
    blame: null,
  }));
  const blame = Array.from({ length: times }, (_, k) => {
    const t = times - 1 - k;
    const next = `Red, under h: each unit’s share of the blame. It comes from two places, from the guess above and from t = ${t + 2}, back through W.`;
    return {
      label: k === 0 ? `7 blame: t = ${t + 1}` : `t = ${t + 1}`,
      says:
        k === 0
          ? 'Red, under h: each unit’s share of the blame. At the last time step it comes from above alone.'
          : next,
      forward: 5,
      blame: t,
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
    },
    {
      label: '9 update',
      says: 'Every weight moves a little against its gradient: new weight = weight − rate · gradient. Press Update, and read on with new numbers.',
      forward: 5,
      blame: 0,
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

/** How a row is made. @param {Network} network @param {'loss' | 'p' | 'y' | 'h' | 'c'} row @param {boolean} letters */
export function rowWords({ cell }, row, letters) {
  const h = { rnn: 'h = tanh a', gru: 'h = (1 − z)·n + z·h', lstm: 'h = o·tanh c' }[cell];
  return {
    loss: letters ? 'loss = −ln p' : 'cross_entropy',
    p: letters ? 'p = softmax o' : 'softmax',
    y: letters ? 'o = c + V h' : 'logits = head(h)',
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
  switch (place.kind) {
    case 'loss':
      return `loss, ${when}`;
    case 'y':
      return `score of ${letters[place.i]}, ${when}`;
    case 'p':
      return `probability of ${letters[place.i]}, ${when}`;
    case 'dY':
      return `gradient of the score of ${letters[place.i]}, ${when}`;
    default: {
      const layer = network.layers > 1 ? `layer ${place.layer + 1}, ` : '';
      const what = {
        h: 'state',
        c: 'memory',
        dH: 'gradient of the state',
        gate: '',
        dGate: 'gradient of the ',
      }[place.kind];
      const gate = 'block' in place ? GATE_WORDS[network.cell][place.block] : '';
      return `${what}${gate}, ${layer}${when}, unit ${place.i + 1}`;
    }
  }
}
