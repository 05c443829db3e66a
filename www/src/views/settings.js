// @ts-check
/** The settings: those of a run are fixed while there is one, the others are heard at any time. */

import { find, setNote } from '../dom.js';
import { FIELD_NAMES, FIELDS, FIRST_VALUES, matters, readNumber, usual } from '../fields.js';
import { createMoreFields } from './more-fields.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../fields.js').Field} Field
 * @typedef {Field & keyof import('../protocol.js').Limits} Bounded
 */

/** A value counts as typed when no key was struck for so long, or when the field is left. */
const TYPED_AFTER_MS = 700;

/** @param {State} state @param {Field} field */
function loweredTo({ run }, field) {
  const lowered = run?.report?.shrunk.find((shrunk) => shrunk.field === field);
  return lowered === undefined ? '' : `${lowered.used} in this run, for the text is short`;
}

/** Where the learning rate of the chosen optimizer usually lies. @param {State} state */
function usualRate({ fields, run, preset }) {
  if (run !== null || preset !== 'hand') return '';
  const { name, rate } = usual(fields);
  if (readNumber(fields.learningRate) !== rate) return `Usual for ${name}: ${rate}`;
  return fields.optimizer === FIRST_VALUES.optimizer ? '' : `The usual rate for ${name}`;
}

/** What is worth knowing of a field. @param {State} state @param {Field} field */
function remark(state, field) {
  return field === 'learningRate' ? usualRate(state) : loweredTo(state, field);
}

/** @param {HTMLElement} element @param {(intent: import('../state.js').Intent) => void} emit */
export function createSettings(element, emit) {
  const frozenNote = find(element, '#run-settings-note', HTMLElement);
  const more = createMoreFields(find(element, '#more-fields', HTMLElement));

  const parts = FIELD_NAMES.map((field) => {
    const input = /** @type {HTMLInputElement | HTMLSelectElement} */ (
      find(element, `#${field}`, HTMLElement)
    );
    const problem = find(element, `#${field}-problem`, HTMLElement);
    const hint = element.querySelector(`#${field}-hint`)?.id;
    const isSwitch = FIELDS[field].kind === 'switch';
    const read = () =>
      isSwitch ? String(/** @type {HTMLInputElement} */ (input).checked) : input.value;
    /** @param {string} value */
    const write = (value) => {
      if (isSwitch) /** @type {HTMLInputElement} */ (input).checked = value === 'true';
      // A number field that holds no number reads as empty: it is left as the person typed it.
      else if (input.value !== value) input.value = value;
    };
    let timer = 0;
    const commit = () => {
      clearTimeout(timer);
      emit({ type: 'commitField', field });
    };
    input.addEventListener('input', () => {
      emit({ type: 'setField', field, value: read() });
      clearTimeout(timer);
      timer = window.setTimeout(commit, TYPED_AFTER_MS);
    });
    input.addEventListener('change', commit);
    // What was typed before this script ran counts as well.
    const shown = read();
    if (shown !== FIRST_VALUES[field]) emit({ type: 'setField', field, value: shown });
    return { field, input, problem, hint, write, shown };
  });

  /** @type {import('../protocol.js').Limits | null} */
  let limits = null;

  return {
    /** @param {State} state */
    render(state) {
      const exists = state.run !== null;
      frozenNote.hidden = !exists;
      for (const part of parts) {
        const { field, input, problem, hint } = part;
        const value = state.fields[field];
        if (value !== part.shown) {
          part.write(value);
          part.shown = value;
        }
        input.disabled = exists && !FIELDS[field].live;
        const sentence = state.problems[field] ?? '';
        const wrong = sentence !== '';
        setNote(problem, wrong ? sentence : remark(state, field));
        problem.classList.toggle('mild', !wrong);
        if (wrong) input.setAttribute('aria-invalid', 'true');
        else input.removeAttribute('aria-invalid');
        const told = [hint, problem.hidden ? undefined : problem.id].filter(Boolean).join(' ');
        if (told === '') input.removeAttribute('aria-describedby');
        else input.setAttribute('aria-describedby', told);
      }
      more.show((field) => matters(field, state.fields));
      if (state.limits === null || state.limits === limits) return;
      limits = state.limits;
      for (const { field, input } of parts) {
        if (!(input instanceof HTMLInputElement) || !(field in limits)) continue;
        const { min, max } = limits[/** @type {Bounded} */ (field)];
        input.min = String(min);
        input.max = String(max);
      }
    },
  };
}
