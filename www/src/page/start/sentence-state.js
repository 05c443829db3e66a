/** What is chosen in the sentence before Train: a network, and how long a run is to take. */

import { FIELD_NAMES } from '../settings/fields.js';
import { withChoices } from '../settings/preset-state.js';
import { NOTHING_CHOSEN, OF_ANY_MODEL, presetOf } from '../settings/presets.js';

/** @import { Fields } from '../settings/fields.js' */
/** @import { Handlers, State } from '../state.js' */

/**
 * Networks to choose from, smallest first: a preset, and the shape that stays as chosen for a short text, too.
 * @type {Record<string, { article: string, name: string, preset: string,
 *   shape: Pick<Fields, 'cell' | 'layers' | 'hiddenSize'> }>}
 */
export const NETWORKS = {
  tiny: {
    article: 'a',
    name: 'tiny network',
    preset: 'quick',
    shape: { cell: 'rnn', layers: '1', hiddenSize: '64' },
  },
  small: {
    article: 'a',
    name: 'small network',
    preset: 'quick',
    shape: { cell: 'gru', layers: '1', hiddenSize: '128' },
  },
  medium: {
    article: 'a',
    name: 'medium network',
    preset: 'minute',
    shape: { cell: 'gru', layers: '1', hiddenSize: '192' },
  },
  large: {
    article: 'a',
    name: 'large network',
    preset: 'best',
    shape: { cell: 'gru', layers: '2', hiddenSize: '192' },
  },
  'min-char-rnn': {
    article: 'the',
    name: 'min-char-rnn network',
    preset: 'min-char-rnn',
    shape: { cell: 'rnn', layers: '1', hiddenSize: '100' },
  },
  'char-rnn': {
    article: 'the',
    name: 'char-rnn network',
    preset: 'char-rnn',
    shape: { cell: 'lstm', layers: '2', hiddenSize: '128' },
  },
};

/**
 * Gives up what was chosen in the sentence once someone sets a field, opens a link or loads weights. A time stays
 * until another length is set.
 * @param {State} before @param {State} state @returns {State}
 */
export function withSentence(before, state) {
  const { sentence, fields } = state;
  if (sentence === NOTHING_CHOSEN || sentence !== before.sentence) return state;
  if (state.preset !== before.preset || state.opened !== before.opened) {
    return { ...state, sentence: NOTHING_CHOSEN };
  }
  if (fields === before.fields) return state;
  const changed = FIELD_NAMES.filter(
    (field) => !OF_ANY_MODEL.includes(field) && fields[field] !== before.fields[field],
  );
  if (changed.length === 0) return state;
  const timed = state.run === null && !changed.includes('runCharacters');
  return { ...state, sentence: { ...NOTHING_CHOSEN, seconds: timed ? sentence.seconds : null } };
}

/** @type {Handlers} */
export const sentence = {
  chooseNetwork(state, { network }) {
    if (state.run !== null) return state;
    const { preset, shape } = NETWORKS[network];
    const { seconds } = state.sentence;
    const chosen = { ...state, sentence: { preset, network: shape, seconds } };
    return withChoices({ ...chosen, problems: {}, announcement: '', alert: null });
  },

  chooseTime(state, { seconds }) {
    if (state.run !== null) return state;
    const preset = state.sentence.preset ?? presetOf(state.preset)?.id ?? null;
    return withChoices({ ...state, sentence: { ...state.sentence, preset, seconds } });
  },
};
