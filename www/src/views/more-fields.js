// @ts-check
/** The settings that few people change, made when the page's script runs: they wait behind a click. */

import { FIELDS } from '../fields.js';

/**
 * @typedef {import('../fields.js').Field} Field
 * @typedef {{ legend: string, fields: Field[] }} Group
 */

/** @type {Group[]} */
const GROUPS = [
  {
    legend: 'Length and learning rate',
    fields: [
      'runCharacters',
      'schedule',
      'warmupCharacters',
      'decayFactor',
      'decayEvery',
      'rateFloor',
      'patience',
      'stopAtEnd',
    ],
  },
  {
    legend: 'Weights and arithmetic',
    fields: ['initialization', 'forgetBias', 'momentum', 'weightDecay', 'shards', 'fused'],
  },
  { legend: 'Also at any time', fields: ['clipValue', 'dropout'] },
];

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, string | boolean>} [properties]
 * @returns {HTMLElementTagNameMap[K]}
 */
const make = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);

/** @param {Field} field */
function control(field) {
  const { kind, choices = {}, min, max, first } = FIELDS[field];
  if (kind === 'choice') {
    const select = make('select', { id: field });
    select.replaceChildren(
      ...Object.entries(choices).map(([value, name]) => new Option(name, value)),
    );
    select.value = first;
    return select;
  }
  if (kind === 'switch') return make('input', { type: 'checkbox', id: field });
  return make('input', {
    type: 'number',
    id: field,
    inputMode: kind === 'whole' ? 'numeric' : 'decimal',
    min: String(min),
    max: String(max),
    step: kind === 'whole' ? '1' : 'any',
    value: first,
  });
}

/** @param {Field} field */
function place(field) {
  const { label, kind, hint } = FIELDS[field];
  const element = make('div', { className: kind === 'switch' ? 'field switch' : 'field' });
  element.append(make('label', { htmlFor: field, textContent: label }), control(field));
  if (hint) element.append(make('small', { id: `${field}-hint`, textContent: hint }));
  return element;
}

/** @param {HTMLElement} element */
export function createMoreFields(element) {
  const groups = GROUPS.map(({ legend, fields }) => {
    const fieldset = make('fieldset');
    const places = fields.map((field) => ({ field, element: place(field) }));
    const problems = fields.map((field) =>
      make('p', { className: 'problem', id: `${field}-problem`, hidden: true }),
    );
    fieldset.append(
      make('legend', { textContent: legend }),
      ...places.map(({ element }) => element),
      ...problems,
    );
    return { fieldset, places };
  });
  element.replaceChildren(...groups.map(({ fieldset }) => fieldset));

  return {
    /** Shows the fields that matter. @param {(field: Field) => boolean} matters */
    show(matters) {
      for (const { fieldset, places } of groups) {
        for (const { field, element } of places) element.hidden = !matters(field);
        fieldset.hidden = places.every(({ element }) => element.hidden);
      }
    },
  };
}
