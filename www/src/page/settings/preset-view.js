/** The preset, at the top of the sheet of all settings. */

import { h, setText } from '../dom.js';
import { compact } from '../format.js';
import { FIELDS, fieldText } from './fields.js';
import { charactersOf } from './preset-state.js';
import { BY_HAND, PRESETS, presetOf, shortening } from './presets.js';
import { FIXED } from './words.js';

/** @import { Emit, State } from '../state.js' */
/** @import { Field } from './fields.js' */

/** Says what a preset chose for a short text, or that it is fixed. @param {State} state */
function presetFurther(state) {
  const preset = presetOf(state.preset);
  if (state.run !== null) return `${FIXED}.`;
  if (preset === undefined) return '';
  const further = shortening(preset, charactersOf(state));
  if (further === undefined) return '';
  const chosen = Object.entries(further).map(([field, value]) => {
    const { label } = FIELDS[/** @type {Field} */ (field)];
    const large = typeof value === 'number' && value >= 10_000;
    return `${label.toLowerCase()} ${large ? compact(value) : fieldText(value)}`;
  });
  return `For a text this short the run is short too: ${chosen.join(', ')}.`;
}

/** @param {Emit} emit */
export function createPreset(emit) {
  const options = [...PRESETS, BY_HAND].map(({ id, name }) => new Option(name, id));
  const about = { id: 'preset', 'aria-describedby': 'preset-note preset-further' };
  const select = h('select', about, ...options);
  select.addEventListener('change', () => emit({ type: 'choosePreset', preset: select.value }));
  const label = h('label', { htmlFor: 'preset' }, 'Preset');
  const note = h('p', { className: 'note', id: 'preset-note' });
  const further = h('p', { className: 'note further', id: 'preset-further' });
  const field = h('div', { className: 'field' }, label, select);

  return {
    element: h('div', { className: 'preset' }, field, note, further),
    /** @param {State} state */
    render(state) {
      if (select.value !== state.preset) select.value = state.preset;
      select.disabled = state.run !== null;
      setText(note, (presetOf(state.preset) ?? BY_HAND).sentence);
      setText(further, presetFurther(state));
    },
  };
}
