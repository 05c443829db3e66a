// @ts-check
/** The settings: those of a run are fixed while there is one, the others are heard at any time. */

import { find, setNote } from '../dom.js';
import { FIELD_NAMES, FIELDS, FIRST_VALUES, readNumber, usual } from '../fields.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../fields.js').Field} Field
 */

/** A value counts as typed when no key was struck for so long, or when the field is left. */
const TYPED_AFTER_MS = 700;

/** @param {State} state @param {Field} field */
function loweredTo({ run }, field) {
  const lowered = run?.report?.shrunk.find((shrunk) => shrunk.field === field);
  return lowered === undefined ? '' : `${lowered.used} in this run, for the text is short`;
}

/** Where the learning rate of the chosen optimizer usually lies. @param {State} state */
function usualRate({ fields, run }) {
  if (run !== null) return '';
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
  const parts = FIELD_NAMES.map((field) => {
    const input = /** @type {HTMLInputElement | HTMLSelectElement} */ (
      find(element, `#${field}`, HTMLElement)
    );
    const problem = find(element, `#${field}-problem`, HTMLElement);
    let timer = 0;
    const commit = () => {
      clearTimeout(timer);
      emit({ type: 'commitField', field });
    };
    input.addEventListener('input', () => {
      emit({ type: 'setField', field, value: input.value });
      clearTimeout(timer);
      timer = window.setTimeout(commit, TYPED_AFTER_MS);
    });
    input.addEventListener('change', commit);
    // What was typed before this script ran counts as well.
    emit({ type: 'setField', field, value: input.value });
    return { field, input, problem, shown: input.value };
  });

  /** @type {import('../protocol.js').Limits | null} */
  let limits = null;

  return {
    /** @param {State} state */
    render(state) {
      const exists = state.run !== null;
      frozenNote.hidden = !exists;
      for (const part of parts) {
        const { field, input, problem } = part;
        const value = state.fields[field];
        // A number field that holds no number reads as empty: it is left as the person typed it.
        if (value !== part.shown) {
          if (input.value !== value) input.value = value;
          part.shown = value;
        }
        input.disabled = exists && !FIELDS[field].live;
        const sentence = state.problems[field] ?? '';
        const wrong = sentence !== '';
        setNote(problem, wrong ? sentence : remark(state, field));
        problem.classList.toggle('mild', !wrong);
        if (wrong) input.setAttribute('aria-invalid', 'true');
        else input.removeAttribute('aria-invalid');
        if (problem.hidden) input.removeAttribute('aria-describedby');
        else input.setAttribute('aria-describedby', problem.id);
      }
      if (state.limits === null || state.limits === limits) return;
      limits = state.limits;
      for (const { field, input } of parts) {
        if (field === 'optimizer' || input instanceof HTMLSelectElement) continue;
        input.min = String(limits[field].min);
        input.max = String(limits[field].max);
      }
    },
  };
}
