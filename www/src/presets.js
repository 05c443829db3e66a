// @ts-check
/**
 * What a person may want, as settings. Each preset changes the defaults (all that makes it what it is
 * stands here, though it be the default today); for a short text some change further, for a step that
 * reads much of it at once leaves few steps in an epoch.
 */

import { FIELD_NAMES, FIELDS, fieldText, matters } from './fields.js';
import { rounded } from './format.js';

/**
 * @typedef {import('./fields.js').Fields} Fields
 *
 * @typedef {object} Preset
 * @property {string} id
 * @property {string} name
 * @property {string} sentence what one gets
 * @property {Partial<import('./protocol.js').Config>} config
 * @property {{ below: number, config: Partial<import('./protocol.js').Config> }[]} [short]
 *   for texts below so many characters, the shortest first
 * @property {number} [seconds] how long the run takes: but for short texts its length comes from the
 *   speed of this machine, as soon as that is known; `runCharacters` is what it is until then
 *
 * @typedef {(fields: Fields) => number | null} Speed how many characters a second this machine trains
 *   with these settings, null while that is not known
 */

/** Of the speed of a trial, what is left beside the page, the voice and the measurements. */
const SHARE_OF_TRIAL = 0.9;
/** A trial may be disturbed: no run has less than this part of the length that the preset says, */
const SHORTEST_PART = 1 / 4;
/** and none reads its text more often: from then on it would learn it by heart. */
const MOST_EPOCHS = 15;

/** @type {Preset[]} */
export const PRESETS = [
  {
    id: 'quick',
    name: 'Words in 20 seconds',
    sentence: 'A gated network that writes words at once and goes on learning for three minutes.',
    config: {},
    seconds: 160,
    short: [
      { below: 10_000, config: { batchSize: 2, sequenceLength: 32, runCharacters: 500_000 } },
      { below: 50_000, config: { batchSize: 8, sequenceLength: 32, runCharacters: 1_000_000 } },
      {
        below: 500_000,
        config: { batchSize: 8, learningRate: 0.004, runCharacters: 2_000_000 },
      },
    ],
  },
  {
    id: 'best',
    name: 'Best in 5 minutes',
    sentence:
      'A gated network twice as wide, whose learning rate falls to the end: as well as five minutes can do.',
    config: { cell: 'gru', hiddenSize: 256, learningRate: 0.004, runCharacters: 5_000_000 },
    seconds: 300,
    short: [
      { below: 50_000, config: { hiddenSize: 128, batchSize: 4, runCharacters: 1_000_000 } },
      { below: 500_000, config: { batchSize: 8, runCharacters: 2_000_000 } },
    ],
  },
  {
    id: 'long',
    name: 'Best in 10 minutes',
    sentence:
      'The same for ten minutes, with weights that decay a little, so that it does not learn by heart.',
    config: {
      cell: 'gru',
      hiddenSize: 256,
      learningRate: 0.004,
      optimizer: 'adamw',
      weightDecay: 0.1,
      runCharacters: 9_500_000,
    },
    seconds: 600,
    short: [
      { below: 50_000, config: { hiddenSize: 128, batchSize: 4, runCharacters: 1_500_000 } },
      { below: 500_000, config: { batchSize: 8, runCharacters: 3_000_000 } },
    ],
  },
  {
    id: 'min-char-rnn',
    name: 'min-char-rnn',
    sentence:
      "As Andrej Karpathy's 112 lines of Python learn: one stream, one layer of 100. There the weights began near zero, here they begin orthogonal.",
    config: {
      cell: 'rnn',
      layers: 1,
      hiddenSize: 100,
      batchSize: 1,
      sequenceLength: 25,
      optimizer: 'adagrad',
      learningRate: 0.1,
      schedule: 'constant',
      // Adagrad's very first steps, each as long as the rate, would throw orthogonal weights off.
      warmupCharacters: 2_500,
      clipNorm: 0,
      clipValue: 5,
    },
  },
  {
    id: 'char-rnn',
    name: 'char-rnn',
    sentence:
      "As Andrej Karpathy's char-rnn learns by default: two LSTM layers of 128. There RMSProp averaged over less (0.95, here 0.99) and the rate fell by 3 % with every epoch after the tenth.",
    config: {
      cell: 'lstm',
      layers: 2,
      hiddenSize: 128,
      dropout: 0,
      forgetBias: 1,
      batchSize: 50,
      sequenceLength: 50,
      optimizer: 'rmsprop',
      learningRate: 0.002,
      schedule: 'constant',
      warmupCharacters: 0,
      clipNorm: 0,
      clipValue: 5,
    },
  },
];

/** The preset that a new visitor finds: the defaults. */
export const FIRST_PRESET = PRESETS[0].id;

/** What is chosen when no preset is. */
export const BY_HAND = {
  id: 'hand',
  name: 'By hand',
  sentence: 'Every setting as you choose it.',
};

/** @param {string} id */
export const presetOf = (id) => PRESETS.find((preset) => preset.id === id);

/** What a preset changes further for a short text. @param {Preset} preset @param {number | null} characters */
export const shortening = ({ short = [] }, characters) =>
  characters === null ? undefined : short.find(({ below }) => characters < below)?.config;

/**
 * The fields of a preset for a text of so many characters, if that is known. The seed is nobody's, nor
 * are the workers and the arithmetic: who wants them wants them for any model.
 * @param {Preset} preset @param {number | null} characters
 * @param {Fields} defaults @param {Pick<Fields, 'seed' | 'shards' | 'fused'>} own
 * @param {Speed} speed @returns {Fields}
 */
export function presetFields(preset, characters, defaults, { seed, shards, fused }, speed) {
  const further = shortening(preset, characters);
  const chosen = Object.entries({ ...preset.config, ...further });
  const values = Object.fromEntries(chosen.map(([field, value]) => [field, fieldText(value)]));
  const fields = { ...defaults, ...values, seed, shards, fused };
  const { seconds } = preset;
  const charactersPerSecond = seconds === undefined || further !== undefined ? null : speed(fields);
  if (seconds === undefined || charactersPerSecond === null) return fields;
  const holds = seconds * charactersPerSecond * SHARE_OF_TRIAL;
  const most = MOST_EPOCHS * (characters ?? Number.POSITIVE_INFINITY);
  const least = Number(fields.runCharacters) * SHORTEST_PART;
  const length = rounded(Math.max(Math.min(holds, most), least));
  return { ...fields, runCharacters: fieldText(length) };
}

/**
 * The preset that these fields are, or "hand".
 * @param {Fields} fields @param {number | null} characters @param {Fields} defaults @param {Speed} speed
 */
export function recognize(fields, characters, defaults, speed) {
  const is = (/** @type {Preset} */ preset) => {
    const wanted = presetFields(preset, characters, defaults, fields, speed);
    return FIELD_NAMES.every(
      (field) => !matters(field, fields) || sameValue(field, fields[field], wanted[field]),
    );
  };
  return (PRESETS.find(is) ?? BY_HAND).id;
}

/** @param {keyof Fields} field @param {string} one @param {string} other */
function sameValue(field, one, other) {
  const { kind } = FIELDS[field];
  const isNumber = kind === 'whole' || kind === 'number';
  return one === other || (isNumber && one.trim() !== '' && Number(one) === Number(other));
}
