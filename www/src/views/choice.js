// @ts-check
/** The preset, what the chosen model is and takes on this machine, and the link to it. */

import { find, setNote, setText } from '../dom.js';
import { FIELDS, fieldText, readNumber } from '../fields.js';
import { compact, counted, duration, rounded, size, whole } from '../format.js';
import { BY_HAND, PRESETS, presetOf, shortening } from '../presets.js';
import { estimateOf } from '../state/estimate.js';
import { linkOf, standing } from '../state/link.js';
import { charactersOf } from '../state/preset.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../fields.js').Field} Field
 */

/** What a preset chose for the length of the text. @param {State} state */
function presetFurther(state) {
  const preset = presetOf(state.preset);
  if (preset === undefined || state.run !== null) return '';
  const further = shortening(preset, charactersOf(state));
  if (further === undefined) return '';
  const chosen = Object.entries(further).map(([field, value]) => {
    const { label } = FIELDS[/** @type {Field} */ (field)];
    const large = typeof value === 'number' && value >= 10_000;
    return `${label.toLowerCase()} ${large ? compact(value) : fieldText(value)}`;
  });
  return `For this text: ${chosen.join(', ')}.`;
}

/** Until it is known, as in index.html. */
const AWAITED = 'How large the network is, and how fast this machine trains it.';

/** What the chosen model is, and what training it will take here. @param {State} state */
function modelNote(state) {
  const { run, fields } = state;
  const running = run?.report ?? run?.weights;
  if (running)
    return `${counted(running.parameters, 'parameter')}, ${size(running.parameters * 4)}.`;
  const estimate = estimateOf(state);
  if (estimate === null) return AWAITED;
  const { model, charactersPerSecond, problem } = estimate;
  if (problem !== null) return problem;
  if (model === null) return AWAITED;
  const what = `${counted(model.parameters, 'parameter')}, ${size(model.bytes)}.`;
  if (charactersPerSecond === null) return `${what} Trying how fast this machine trains it…`;
  const speed = `About ${whole(rounded(charactersPerSecond))} characters a second on this machine`;
  const length = readNumber(fields.runCharacters);
  if (!(length > 0)) return `${what} ${speed}.`;
  const takes = duration(length / charactersPerSecond);
  return `${what} ${speed}, so the run of ${compact(length)} takes about ${takes}.`;
}

/** @param {State} state */
function linkNote(state) {
  if (state.copied !== null && state.copied === linkOf(state)) {
    return 'Copied. It repeats this run from its first step, with the same text.';
  }
  if (state.run?.weights) {
    return 'The settings and the fingerprint of the text; what the loaded weights had learned is not in it.';
  }
  return state.run === null
    ? 'The settings and the fingerprint of the text, never the text itself.'
    : 'As the run began: what is changed while it trains is not in it, nor is the text.';
}

/** Of what is shown here, has nothing changed? It changes seldom, while a run changes all the time.
 * @param {State} one @param {State} other */
function sameChoice(one, other) {
  const slices = /** @type {const} */ ([
    'preset',
    'fields',
    'text',
    'arrival',
    'summary',
    'estimates',
    'opened',
    'copied',
  ]);
  const parts = /** @type {const} */ (['report', 'weights', 'asked', 'text']);
  return (
    (one.run === null) === (other.run === null) &&
    slices.every((slice) => one[slice] === other[slice]) &&
    parts.every((part) => one.run?.[part] === other.run?.[part])
  );
}

const STANDINGS = {
  missing:
    'This link repeats a run on a text that is not in it. Put that text here: it will be recognized.',
  same: 'This is the text that the link was made with.',
  different: 'This is not the text that the link was made with, so the run will be another one.',
};

/** @param {HTMLElement} element @param {(intent: import('../state.js').Intent) => void} emit */
export function createChoice(element, emit) {
  const select = find(element, '#preset', HTMLSelectElement);
  const note = find(element, '#preset-note', HTMLElement);
  const further = find(element, '#preset-further', HTMLElement);
  const model = find(element, '#model', HTMLElement);
  const copy = find(element, '#copy-link', HTMLButtonElement);
  const link = find(element, '#link-note', HTMLElement);
  const met = find(element, '#text-link', HTMLElement);

  select.replaceChildren(...[...PRESETS, BY_HAND].map(({ id, name }) => new Option(name, id)));
  select.addEventListener('change', () => emit({ type: 'choosePreset', preset: select.value }));
  copy.addEventListener('click', () => emit({ type: 'copyLink' }));

  /** @type {State | null} */
  let last = null;

  return {
    /** @param {State} state */
    render(state) {
      if (last !== null && sameChoice(last, state)) return;
      last = state;
      if (select.value !== state.preset) select.value = state.preset;
      select.disabled = state.run !== null;
      setText(note, (presetOf(state.preset) ?? BY_HAND).sentence);
      setText(further, presetFurther(state));
      setText(model, modelNote(state));
      setText(link, linkNote(state));
      const how = standing(state);
      setNote(met, how === null ? '' : STANDINGS[how]);
      met.classList.toggle('wrong', how === 'different');
    },
  };
}
