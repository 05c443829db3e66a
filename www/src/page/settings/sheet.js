/** The sheet of all settings, made when it is first opened: the preset, then each setting in its group. */

import { h } from '../dom.js';
import { createCores } from '../run/parallel-view.js';
import { problemOf } from './estimate-state.js';
import { FIELDS, FIRST_VALUES, matters, readNumber, usual } from './fields.js';
import { createPreset } from './preset-view.js';
import { createRow, place } from './row.js';
import { FIXED, GROUPS, LIVE } from './words.js';

/** @import { Emit, State, View } from '../state.js' */
/** @import { Field } from './fields.js' */
/** @import { Words } from './words.js' */

/** @param {State} state @param {Field} field */
function loweredTo({ run }, field) {
  const lowered = run?.report?.shrunk.find((shrunk) => shrunk.field === field);
  return lowered === undefined ? '' : `${lowered.used} in this run, because the text is short`;
}

/** Where the learning rate of the chosen optimiser usually lies. @param {State} state */
function usualRate({ fields, run, preset }) {
  if (run !== null || preset !== 'hand') return '';
  const { name, rate } = usual(fields);
  if (readNumber(fields.learningRate) !== rate) return `Usual for ${name}: ${rate}`;
  return fields.optimizer === FIRST_VALUES.optimizer ? '' : `The usual rate for ${name}`;
}

/** A remark beside a field. @param {State} state @param {Field} field */
function remark(state, field) {
  return field === 'learningRate' ? usualRate(state) : loweredTo(state, field);
}

/** The switch for all cores, which is no setting of a run. */
function placeOfCores() {
  const id = 'all-cores';
  const about = { 'aria-describedby': `${id}-about ${id}-note` };
  const box = h('input', { type: 'checkbox', id, ...about });
  const said = { className: 'note outcome', 'aria-live': 'polite' };
  const note = h('p', { id: `${id}-note`, hidden: true, ...said });
  const sentence = 'Several cores share each step, where that is clearly faster. One keeps cooler.';
  const field = h('div', { className: 'field switch' }, box);
  return place({ id, label: 'Use all cores', sentence }, field, note);
}

/** A button that closes the sheet. @param {string} label */
function closing(label) {
  const button = h('button', { type: 'button', className: 'quiet' }, label);
  button.setAttribute('popovertarget', 'settings-sheet');
  button.setAttribute('popovertargetaction', 'hide');
  return button;
}

function head() {
  const heading = h('h2', { id: 'settings-heading' }, 'All settings');
  return h('div', { className: 'sheet-head' }, heading, closing('Close'));
}

/** @param {HTMLElement} sheet @param {Emit} emit @returns {View} */
export function createSheet(sheet, emit) {
  const groups = GROUPS.map(({ id, name, rows }) => {
    const entries = /** @type {[Field, Words][]} */ (Object.entries(rows));
    const made = entries.map(([field, words]) => {
      const { live } = FIELDS[field];
      return { field, live, row: createRow(field, words, `${id}-${live}`, emit) };
    });
    const cores = id === 'settings-machine' ? [placeOfCores()] : [];
    const first = cores.length > 0 || made[0].live;
    const parts = [first, !first].map((live) => {
      const line = h('p', { className: 'note when', id: `${id}-${live}` }, live ? LIVE : FIXED);
      const rows = made.filter((row) => row.live === live).map(({ row }) => row.element);
      return h('div', { className: 'rows' }, line, ...(live ? cores : []), ...rows);
    });
    return { element: h('fieldset', { id }, h('legend', {}, name), ...parts), made };
  });
  const rows = groups.flatMap(({ made }) => made);
  const preset = createPreset(emit);
  const compare = closing('Compare networks');
  compare.dataset.to = 'compare';
  const link = h('p', { className: 'note' }, compare);
  sheet.replaceChildren(head(), preset.element, link, ...groups.map(({ element }) => element));
  const cores = createCores(sheet, emit);

  return {
    render(state) {
      const { fields } = state;
      preset.render(state);
      cores.render(state);
      for (const { field, row } of rows) {
        row.render({
          fields,
          running: state.run !== null,
          matters: matters(field, fields),
          problem: problemOf(state, field),
          remark: remark(state, field),
        });
      }
    },
  };
}
