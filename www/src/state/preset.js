// @ts-check
/** Which preset the settings are, and how they follow it from text to text. */

import { FIELD_NAMES } from '../fields.js';
import { BY_HAND, presetFields, presetOf, recognize } from '../presets.js';
import { trialOf } from './estimate.js';
import { summaryOf } from './summary.js';

/** @typedef {import('../state.js').State} State */

/** How long the text in the box is, as far as it is known. @param {State} state */
export const charactersOf = (state) =>
  state.text.source.content === '' ? null : (summaryOf(state)?.characters ?? state.text.characters);

/** @param {State} state @returns {import('../presets.js').Speed} */
const speedBy = (state) => (fields) => trialOf({ ...state, fields });

/** The preset that the fields are by now. @param {State} state @returns {State} */
export const withRecognized = (state) => ({
  ...state,
  preset: recognize(state.fields, charactersOf(state), state.defaults, speedBy(state)),
});

/** The fields take the values of the preset. @param {State} state @returns {State} */
function apply(state) {
  const preset = presetOf(state.preset);
  if (preset === undefined) return state;
  const characters = charactersOf(state);
  const fields = presetFields(preset, characters, state.defaults, state.fields, speedBy(state));
  const changed = FIELD_NAMES.some((field) => fields[field] !== state.fields[field]);
  return changed ? { ...state, fields } : state;
}

/**
 * Keeps the preset and the fields together. Fields that were changed may be another preset by now; and
 * what a preset chooses depends on the length of the text and, once that was tried, on the speed of this
 * machine; but a run keeps its settings.
 * @param {State} before @param {State} state @returns {State}
 */
export function withPreset(before, state) {
  if (state.opened !== before.opened || state.preset !== before.preset) return state;
  if (state.fields !== before.fields) return withRecognized(state);
  const slices = /** @type {const} */ (['text', 'summary', 'estimates']);
  const same = slices.every((slice) => state[slice] === before[slice]);
  return same || state.run !== null ? state : apply(state);
}

/** @type {import('../state.js').Handlers} */
export const preset = {
  choosePreset(state, { preset }) {
    if (state.run !== null) return state;
    if (presetOf(preset) === undefined) return { ...state, preset: BY_HAND.id };
    return apply({ ...state, preset, problems: {}, announcement: '', alert: null });
  },
};
