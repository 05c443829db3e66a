// @ts-check
/** Which word is read, by which network, and what its numbers are called. */

import { h, makeButton } from '../dom.js';

/** @import { Names } from './names.js' */
/** @import { Cell } from './network.js' */

/** @typedef {{ cell: Cell, layers: number, hidden: number, word: string, seed: number }} Settings */

/** @type {Settings} */
export const FIRST = { cell: 'rnn', layers: 1, hidden: 3, word: 'hello', seed: 1 };

const MOST_LETTERS = 6;

/**
 * A field with its label beside it.
 * @param {string} label @param {HTMLInputElement | HTMLSelectElement} element which has an id
 */
export const labelled = (label, element) =>
  h('span', { className: 'inside-field' }, h('label', { htmlFor: element.id }, label), element);

/**
 * @param {string} id @param {Record<string, string>} texts of each value
 * @param {(value: string) => void} choose
 */
function select(id, texts, choose) {
  const options = Object.entries(texts).map(([value, text]) => h('option', { value }, text));
  const element = h('select', { id }, ...options);
  element.addEventListener('change', () => choose(element.value));
  return element;
}

/**
 * @param {(changes: (now: Settings) => Partial<Settings>) => void} change
 * @param {() => void} rename
 */
export function createSettings(change, rename) {
  const word = h('input', { id: 'inside-word', maxLength: MOST_LETTERS, size: 7 });
  word.value = FIRST.word;
  word.autocomplete = 'off';
  word.spellcheck = false;
  word.autocapitalize = 'off';
  let read = FIRST.word;
  const take = () => {
    if (word.value.trim() === read) return;
    read = word.value.trim();
    change(() => ({ word: read }));
  };
  word.addEventListener('change', take);
  word.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') take();
  });
  const cell = select('inside-cell', { rnn: 'RNN', gru: 'GRU', lstm: 'LSTM' }, (value) =>
    change(() => ({ cell: /** @type {Cell} */ (value) })),
  );
  const units = select('inside-units', { 1: '1', 2: '2', 3: '3', 4: '4' }, (value) =>
    change(() => ({ hidden: Number(value) })),
  );
  units.value = String(FIRST.hidden);
  const layers = select('inside-layers', { 1: '1', 2: '2' }, (value) =>
    change(() => ({ layers: Number(value) })),
  );
  const naming = select(
    'inside-names',
    { letters: 'the notes’ letters', pytorch: 'PyTorch’s names' },
    rename,
  );
  const anew = makeButton('New weights', () => change(({ seed }) => ({ seed: seed + 1 })));
  const element = h(
    'div',
    { className: 'inside-settings' },
    labelled('Word', word),
    labelled('Cell', cell),
    labelled('Units', units),
    labelled('Layers', layers),
    labelled('Names', naming),
    anew,
  );
  return { element, names: () => /** @type {Names} */ (naming.value) };
}
