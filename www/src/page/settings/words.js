/**
 * What the sheet of all settings says of each, in the order in which it shows them. A sentence is for someone who has
 * never trained a network: what the setting does, and which way it matters. Fetched with the sheet.
 */

import { usual } from './fields.js';

/** @import { Config } from '../../shared/protocol.js' */
/** @import { Field, Fields } from './fields.js' */

/**
 * @typedef {object} Words
 * @property {string} sentence
 * @property {string} [unit] what it is counted in, or what a special value means
 * @property {number[] | ((fields: Fields) => number[])} [usual] values to choose from
 *
 * @typedef {Partial<Record<Field, Words>>} Rows
 */

/** @type {Rows} */
const NETWORK = {
  cell: {
    sentence: 'The kind of unit. GRU and LSTM have gates, and usually learn more than a plain RNN.',
  },
  layers: {
    sentence: 'Networks stacked on each other. More can learn more, but take longer.',
    usual: [1, 2, 3],
  },
  hiddenSize: {
    sentence: 'Units in each layer. More can write better, but train more slowly.',
    usual: [64, 128, 256, 512],
  },
  dropout: {
    sentence: 'Leaves out values between layers at random. More memorises less, and learns slower.',
    unit: 'share; 0: off',
    usual: [0, 0.1, 0.25, 0.5],
  },
  initialization: {
    sentence: 'How the first random weights are drawn. Orthogonal ones usually learn sooner.',
  },
  forgetBias: {
    sentence: 'How much an LSTM keeps of what it has read, to begin with. Higher keeps more.',
    usual: [0, 1, 2],
  },
  seed: {
    sentence: 'Where all chance begins. The same seed repeats a run, another one varies it.',
    usual: [1, 2, 3],
  },
};

/** @type {Rows} */
const LEARNING = {
  learningRate: {
    sentence: 'How far each step moves the weights. Too low is slow, too high falls apart.',
    usual: (fields) =>
      [0.1, 0.5, 1, 2].map((times) => Number((times * usual(fields).rate).toPrecision(3))),
  },
  optimizer: {
    sentence: 'How each step uses the gradient. Adam is a safe choice, SGD the plainest.',
  },
  batchSize: {
    sentence: 'Places of the text read side by side. More make steadier, but fewer steps.',
    usual: [8, 10, 16, 32, 64],
  },
  sequenceLength: {
    sentence:
      'Characters read before each step. The state is carried over. More show longer patterns.',
    usual: [32, 64, 128, 256],
  },
  clipNorm: {
    sentence: 'The longest gradient a step may follow. Lower is safer, too low is slow.',
    unit: '0: off',
    usual: [0, 1, 5],
  },
  clipValue: {
    sentence:
      'The largest that each value of the gradient may be. Lower is safer, too low is slow.',
    unit: '0: off',
    usual: [0, 1, 5],
  },
  momentum: {
    sentence: 'How much of the last step goes on in the next. Higher is faster, but may overshoot.',
    unit: '0: off',
    usual: [0, 0.5, 0.9, 0.99],
  },
  weightDecay: {
    sentence: 'How much the weights shrink as they learn. More memorises less.',
    unit: '0: off',
    usual: [0, 0.01, 0.1],
  },
  passageLength: {
    sentence:
      'How much it reads on end before it goes on elsewhere in the text. Shorter mixes better.',
    unit: 'characters; 0: all',
    usual: [0, 256, 512, 1024],
  },
  stateReset: {
    sentence: 'How often it starts reading with an empty memory. More prepares it better for that.',
    unit: 'chance per step; 0: off',
    usual: [0, 0.05, 0.1, 0.25],
  },
  averaging: {
    sentence:
      'It is measured, writes and is saved with averaged weights. Higher averages more steps.',
    unit: 'kept per step; 0: off',
    usual: [0, 0.99, 0.995, 0.998],
  },
  recurrentRate: {
    sentence: 'How fast weights between units learn, beside the others. Lower is steadier.',
    unit: 'share of the learning rate',
    usual: [0.25, 0.5, 1],
  },
};

/** @type {Rows} */
const LENGTH = {
  runCharacters: {
    sentence: 'How much text it reads in all, again and again. More takes longer and learns more.',
    unit: 'characters',
    usual: [1e6, 2e6, 5e6, 20e6],
  },
  stopAtEnd: {
    sentence: 'Stops training at that length. Otherwise it goes on at the last learning rate.',
  },
  schedule: {
    sentence: 'How the learning rate changes during the run. One that falls usually ends better.',
  },
  warmupCharacters: {
    sentence: 'The learning rate rises from zero over so much text. More is a gentler start.',
    unit: 'characters; 0: off',
    usual: [0, 20_000, 100_000],
  },
  decayFactor: {
    sentence: 'Each drop multiplies the learning rate by this. Lower makes it fall faster.',
    usual: [0.1, 0.5, 0.9],
  },
  decayEvery: {
    sentence: 'How much text is read between two drops. Less makes the rate fall sooner.',
    unit: 'characters',
    usual: [250_000, 500_000, 1e6],
  },
  rateFloor: {
    sentence: 'The learning rate at the end, as a share of the first. Lower ends in finer steps.',
    unit: 'share',
    usual: [0, 0.02, 0.1],
  },
  patience: {
    sentence: 'Stops after so many checks without progress. More gives it longer to recover.',
    unit: 'checks; 0: off',
    usual: [0, 3, 5, 10],
  },
};

/** @type {Rows} */
const MACHINE = {
  shards: {
    sentence: 'Pieces of each step, which cores can share. More let more cores help.',
    usual: [1, 2, 4, 8],
  },
  fused: {
    sentence: 'Multiplies and adds in one go. Faster where the browser can, the last digits vary.',
  },
};

/** When settings may change: said once above those of a group for which it holds. */
export const LIVE = 'Can change while it trains';
export const FIXED = 'Fixed once training starts (Reset to change)';

/** The groups of the sheet, each an element of this id. */
export const GROUPS = [
  { id: 'settings-network', name: 'Network', rows: NETWORK },
  { id: 'settings-learning', name: 'Learning', rows: LEARNING },
  { id: 'settings-length', name: 'Length', rows: LENGTH },
  { id: 'settings-machine', name: 'This machine', rows: MACHINE },
];

/** The usual values of a setting among these. @param {Words} words @param {Fields} fields */
export const usualValues = ({ usual = [] }, fields) =>
  typeof usual === 'function' ? usual(fields) : usual;
