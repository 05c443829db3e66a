/** The preset, and how the settings follow it from text to text. */

import { summaryOf } from '../text/summary-state.js';
import { trialOf } from './estimate-state.js';
import { FIELD_NAMES } from './fields.js';
import {
  BY_HAND,
  NOTHING_CHOSEN,
  presetFields,
  presetOf,
  recognize,
  withLength,
} from './presets.js';

/** @import { Handlers, State } from '../state.js' */
/** @import { Speed } from './presets.js' */

/** How long the text in the box is, as far as it is known. @param {State} state */
export const charactersOf = (state) =>
  state.text.source.content === '' ? null : (summaryOf(state)?.characters ?? state.text.characters);

/** @param {State} state @returns {Speed} */
const speedBy = (state) => (fields) => trialOf({ ...state, fields });

/** The preset that the fields are by now. @param {State} state @returns {State} */
export const withRecognized = (state) => ({
  ...state,
  preset: recognize(state.fields, charactersOf(state), speedBy(state)),
});

/**
 * The fields take the values of the preset, and of what was chosen in the sentence beside it.
 * @param {State} state @returns {State}
 */
export function withChoices(state) {
  const { preset: followed, network, seconds } = state.sentence;
  const preset = presetOf(followed ?? state.preset);
  const speed = speedBy(state);
  const chosen =
    preset === undefined
      ? state.fields
      : presetFields(preset, charactersOf(state), state.fields, speed, network);
  const fields = withLength(chosen, seconds, speed);
  const changed = FIELD_NAMES.some((field) => fields[field] !== state.fields[field]);
  if (!changed) return state;
  return followed === null ? { ...state, fields } : withRecognized({ ...state, fields });
}

/**
 * Keeps the preset and the fields together. Changed fields may match another preset. What a preset chooses depends
 * on the length of the text and on the speed of this machine once it is known. A run keeps its settings.
 * @param {State} before @param {State} state @returns {State}
 */
export function withPreset(before, state) {
  if (state.opened !== before.opened || state.preset !== before.preset) return state;
  if (state.fields !== before.fields) return withRecognized(state);
  const slices = /** @type {const} */ (['text', 'summary', 'estimates']);
  const same = slices.every((slice) => state[slice] === before[slice]);
  return same || state.run !== null ? state : withChoices(state);
}

/** @type {Handlers} */
export const preset = {
  choosePreset(state, { preset }) {
    if (state.run !== null) return state;
    const sentence = NOTHING_CHOSEN;
    if (presetOf(preset) === undefined) return { ...state, sentence, preset: BY_HAND.id };
    return withChoices({ ...state, sentence, preset, problems: {}, announcement: '', alert: null });
  },
};
