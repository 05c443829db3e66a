/** One setting in the sheet: its name, what it does, its field, and the usual values of a number. */

import { h, setAttribute, setNote } from '../dom.js';
import { whole } from '../format.js';
import { FIELDS, fieldText, readNumber } from './fields.js';
import { usualValues } from './words.js';

/** @import { Emit } from '../state.js' */
/** @import { Field, Fields } from './fields.js' */
/** @import { Words } from './words.js' */

/** A value counts as typed after this long without a key, or when the field is left. */
const TYPED_AFTER_MS = 700;

/**
 * What stands around any control of the sheet.
 * @param {{ id: string, label: string, sentence: string, unit?: string }} said
 * @param {HTMLElement} control @param {...HTMLElement} further below it
 */
export function place({ id, label, sentence, unit }, control, ...further) {
  return h(
    'div',
    { className: 'setting' },
    h(
      'div',
      { className: 'row setting-name' },
      h('label', { htmlFor: id }, label),
      ...(unit ? [h('small', { id: `${id}-unit` }, unit)] : []),
    ),
    h('p', { className: 'note', id: `${id}-about` }, sentence),
    control,
    ...further,
  );
}

/** @param {Field} field */
function input(field) {
  const { kind, choices = {} } = FIELDS[field];
  if (kind === 'choice') {
    const options = Object.entries(choices).map(([value, name]) => new Option(name, value));
    return h('select', { id: field }, ...options);
  }
  if (kind === 'switch') return h('input', { type: 'checkbox', id: field });
  return h('input', {
    // In an input of numbers browsers read "0,002" as 2.
    type: 'text',
    id: field,
    autocomplete: 'off',
    inputMode: kind === 'whole' ? 'numeric' : 'decimal',
  });
}

/**
 * The list of usual values, joined to the field of a number. It shows none while the field holds another.
 * @param {Field} field @param {Words} words @param {(value: string) => void} choose
 */
function createUsual(field, words, choose) {
  const { label, kind } = FIELDS[field];
  const name = `Usual values of the ${label.toLowerCase()}`;
  const select = h('select', { className: 'usual', title: 'Usual values', 'aria-label': name });
  select.addEventListener('change', () => choose(select.value));
  let offered = '';
  return {
    select,
    /** @param {Fields} fields @param {boolean} disabled */
    render(fields, disabled) {
      const values = usualValues(words, fields);
      if (String(values) !== offered) {
        offered = String(values);
        const none = new Option('Usual values', '');
        none.disabled = true;
        const options = values.map(
          (value) => new Option(value >= 1000 ? whole(value) : fieldText(value), fieldText(value)),
        );
        select.replaceChildren(none, ...options);
      }
      const typed = fieldText(readNumber(fields[field], kind));
      const chosen = values.map(fieldText).includes(typed) ? typed : '';
      if (select.value !== chosen) select.value = chosen;
      select.disabled = disabled;
    },
  };
}

/**
 * @typedef {object} Shown
 * @property {Fields} fields
 * @property {boolean} running there is a run
 * @property {boolean} matters
 * @property {string | undefined} problem
 * @property {string} remark said where there is no problem
 */

/** @param {Field} field @param {Words} words @param {string} when id of the line that says it @param {Emit} emit */
export function createRow(field, words, when, emit) {
  const { label, kind, live } = FIELDS[field];
  const control = input(field);
  const isSwitch = kind === 'switch';
  let timer = 0;
  const commit = () => {
    clearTimeout(timer);
    emit({ type: 'commitField', field });
  };
  const isChecked = () => /** @type {HTMLInputElement} */ (control).checked;
  control.addEventListener('input', () => {
    const value = isSwitch ? String(isChecked()) : control.value;
    emit({ type: 'setField', field, value });
    clearTimeout(timer);
    timer = window.setTimeout(commit, TYPED_AFTER_MS);
  });
  control.addEventListener('change', commit);

  const usual = words.usual
    ? createUsual(field, words, (value) => {
        emit({ type: 'setField', field, value });
        commit();
      })
    : null;
  const problem = h('p', { className: 'problem', id: `${field}-problem`, hidden: true });
  const className = isSwitch ? 'field switch' : 'field';
  const element = place(
    { id: field, label, ...words },
    h('div', { className }, control, ...(usual ? [usual.select] : [])),
    problem,
  );
  const described = [words.unit && `${field}-unit`, when, `${field}-about`];
  /** What the control was last given. @type {string | null} */
  let shown = null;

  return {
    element,
    /** @param {Shown} state */
    render({ fields, running, matters, problem: wrong = '', remark }) {
      element.hidden = !matters;
      const value = fields[field];
      if (value !== shown) {
        if (isSwitch) /** @type {HTMLInputElement} */ (control).checked = value === 'true';
        else if (control.value !== value) control.value = value;
        shown = value;
      }
      control.disabled = running && !live;
      usual?.render(fields, control.disabled);
      setNote(problem, wrong || remark);
      problem.classList.toggle('mild', wrong === '');
      setAttribute(control, 'aria-invalid', wrong === '' ? null : 'true');
      const ids = [...described, !problem.hidden && problem.id].filter(Boolean);
      setAttribute(control, 'aria-describedby', ids.join(' '));
    },
  };
}
