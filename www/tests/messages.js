/** Messages for the tests of the state, and a way to play them without page or worker. */

import { initialState } from '../src/page/state.js';
import { update } from '../src/page/update.js';

/** Not the defaults of the page: a run has what its worker reports. */
export const CONFIG = {
  cell: 'rnn',
  layers: 1,
  hiddenSize: 256,
  dropout: 0,
  passageLength: 0,
  stateReset: 0,
  forgetBias: 1,
  initialization: 'orthogonal',
  batchSize: 32,
  sequenceLength: 64,
  optimizer: 'adam',
  momentum: 0,
  weightDecay: 0.01,
  averaging: 0,
  learningRate: 0.005,
  recurrentRate: 1,
  schedule: 'constant',
  warmupCharacters: 0,
  decayFactor: 0.5,
  decayEvery: 1e6,
  rateFloor: 0.05,
  runCharacters: 1e7,
  stopAtEnd: false,
  patience: 0,
  clipNorm: 5,
  clipValue: 0,
  shards: 1,
  seed: 1,
};

export const READY = { type: 'ready' };

export const LONG_TEXT = 'The kettle hums while the rain comes down. '.repeat(20);

export const report = (change = {}) => ({
  config: CONFIG,
  shrunk: [],
  origin: 'fresh',
  originStep: 0,
  step: 0,
  finished: null,
  epoch: 0,
  charactersSeen: 0,
  scheduleStart: 0,
  learningRate: 0.005,
  characters: 700,
  trainingCharacters: 630,
  heldOutCharacters: 70,
  symbols: 18,
  skippedCharacters: 0,
  grownSymbols: 0,
  parameters: 1000,
  uniformLoss: 2.89,
  unigramLoss: 2.6,
  heldOut: null,
  textHash: '00',
  ...change,
});

/** What a worker tells of a text. */
export const textReport = (change = {}) => ({
  characters: 860,
  heldOutCharacters: 86,
  symbols: 18,
  frequent: [{ symbol: 'e', count: 120 }],
  rare: [],
  rareSymbols: 0,
  rareCharacters: 0,
  facts: {
    unlearnedSymbols: 0,
    unlearnedCharacters: 0,
    sorted: false,
    repeated: 0,
    controls: 0,
    tags: 0,
    remarks: [],
  },
  replacements: 0,
  hash: 'ab'.repeat(32),
  ...change,
});

export const weightsReport = (change = {}) => ({
  config: { ...CONFIG, hiddenSize: 512 },
  symbols: 18,
  parameters: 1000,
  step: 10,
  heldOut: null,
  resumable: true,
  converted: [],
  match: 'none',
  unknown: [],
  occurrences: 0,
  ...change,
});

export const started = (runId) => ({
  type: 'started',
  runId,
  run: report(),
  textName: 'Your text',
  trainedMs: 0,
});

export const progress = (runId, step, losses) => ({
  type: 'progress',
  runId,
  step,
  losses: Float32Array.from(losses),
  epoch: 0,
  charactersSeen: step * 100,
  trainedMs: step * 10,
  charactersPerSecond: 1000,
  gradientNorm: 1,
  learningRate: 0.005,
  updateRatio: 0.001,
});

export const heldOut = (runId, step, loss, worseThanBlind = false) => ({
  type: 'heldOut',
  runId,
  heldOut: { step, loss },
  worseThanBlind,
});

export const snapshot = (runId, step) => ({
  type: 'snapshot',
  runId,
  step,
  weights: new ArrayBuffer(4),
  trainedMs: step * 10,
});

export const file = (name) => new File(['x'], name);

/** A run with id 1 that trains on the long text. */
export const TRAINING = [READY, { type: 'edit', value: LONG_TEXT }, { type: 'train' }, started(1)];

/** What the page asks by itself, as the text and the settings change. */
const QUESTIONS = ['summarize', 'probe', 'showAddress'];

/** The state that a message leads to. */
export const reduce = (state, event) => update(state, event)[0];

/**
 * Plays messages one after another; gives the state they lead to, what a message itself sent on
 * the way, and what the page asked by itself.
 */
export function play(messages, state = initialState()) {
  const sent = [];
  const asked = [];
  for (const event of messages) {
    const [next, effects] = update(state, event);
    state = next;
    for (const effect of effects) {
      (QUESTIONS.includes(effect.type) ? asked : sent).push(effect);
    }
  }
  return { state, sent, asked };
}

export const typesOf = (sent) => sent.map(({ type }) => type);
