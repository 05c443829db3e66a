/**
 * Presets are named sets of settings. src/presets.json holds them, for the terminal too. The first preset is
 * the core's defaults; each other one lists every setting that defines it, even where that is the default today. For a short text some presets change more, because a
 * large step over a short text leaves few steps in an epoch. min-char-rnn warms up, because the first steps of
 * Adagrad, each as long as the learning rate, would ruin orthogonal weights.
 */

import table from '../../../../src/presets.json' with { type: 'json' };
import { rounded } from '../format.js';
import { FIELD_NAMES, FIELDS, FIRST_VALUES, fieldText, matters, readNumber } from './fields.js';

/** @import { Config } from '../../shared/protocol.js' */
/** @import { Fields } from './fields.js' */

/**
 * @typedef {object} Preset
 * @property {string} id
 * @property {string} name
 * @property {string} sentence what one gets
 * @property {Partial<Config>} config
 * @property {{ below: number, config: Partial<Config> }[]} [short]
 *   for texts below so many characters, the shortest first
 * @property {number} [seconds] how long the run takes: but for short texts its length comes from the
 *   speed of this machine, as soon as that is known; `runCharacters` is what it is until then
 *
 * @typedef {(fields: Fields) => number | null} Speed how many characters a second this machine trains
 *   with these settings, null while that is not known
 */

/**
 * What was chosen in the sentence before Train, and still holds whatever the text and the speed turn out to be.
 * @typedef {object} Sentence
 * @property {string | null} preset which the other fields follow
 * @property {Partial<Fields>} network fields that it does not decide
 * @property {number | null} seconds how long the run is to take; null: as long as the preset or the field says
 */

/** @type {Sentence} */
export const NOTHING_CHOSEN = { preset: null, network: {}, seconds: null };

/** The part of a trial's speed that a run reaches beside the page, the generated text and the measurements. */
const SHARE_OF_TRIAL = 0.9;
/** A trial may be disturbed, so no run is shorter than this part of the preset's length. */
const SHORTEST_PART = table.shortestPart;
/** No run reads its text more often than this: it would learn it by heart. */
const MOST_EPOCHS = table.mostEpochs;

/** These settings are for any model: no preset chooses them. @type {(keyof Fields)[]} */
export const OF_ANY_MODEL = ['seed', 'shards', 'fused'];

export const PRESETS = /** @type {Preset[]} */ (table.presets);

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

/** How many characters a run reads in so many seconds, by the speed of a trial. @param {number} seconds @param {number} speed */
const readIn = (seconds, speed) => seconds * speed * SHARE_OF_TRIAL;

/** How long a run takes, by the speed of a trial. @param {number} runCharacters @param {number} speed */
export const secondsFor = (runCharacters, speed) => runCharacters / (speed * SHARE_OF_TRIAL);

/**
 * The fields of a run that takes so many seconds, once the speed is known.
 * @param {Fields} fields @param {number | null} seconds null: as long as they say
 * @param {Speed} speed @returns {Fields}
 */
export function withLength(fields, seconds, speed) {
  const charactersPerSecond = seconds === null ? null : speed(fields);
  if (seconds === null || charactersPerSecond === null) return fields;
  const length = Math.max(1, rounded(readIn(seconds, charactersPerSecond)));
  return { ...fields, runCharacters: fieldText(Math.round(length)) };
}

/**
 * The fields of a preset for a text of so many characters, if that is known.
 * @param {Preset} preset @param {number | null} characters
 * @param {Pick<Fields, 'seed' | 'shards' | 'fused'>} own
 * @param {Speed} speed @param {Partial<Fields>} [network] chosen beside the preset
 * @returns {Fields}
 */
export function presetFields(preset, characters, { seed, shards, fused }, speed, network) {
  const further = shortening(preset, characters);
  const chosen = Object.entries({ ...preset.config, ...further });
  const values = Object.fromEntries(chosen.map(([field, value]) => [field, fieldText(value)]));
  const fields = { ...FIRST_VALUES, ...values, ...network, seed, shards, fused };
  const { seconds } = preset;
  const charactersPerSecond = seconds === undefined || further !== undefined ? null : speed(fields);
  if (seconds === undefined || charactersPerSecond === null) return fields;
  const holds = readIn(seconds, charactersPerSecond);
  const most = MOST_EPOCHS * (characters ?? Number.POSITIVE_INFINITY);
  const least = Number(fields.runCharacters) * SHORTEST_PART;
  const length = rounded(Math.max(Math.min(holds, most), least));
  return { ...fields, runCharacters: fieldText(length) };
}

/**
 * The preset that these fields are, or "hand".
 * @param {Fields} fields @param {number | null} characters @param {Speed} speed
 */
export function recognize(fields, characters, speed) {
  const is = (/** @type {Preset} */ preset) => {
    const wanted = presetFields(preset, characters, fields, speed);
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
  return one === other || (isNumber && readNumber(one, kind) === readNumber(other, kind));
}
