/** Which word or which numbers are read, by which network, and what its numbers are called. */

import { h, makeButton } from '../dom.js';

/** @import { Names } from './names.js' */
/** @import { Cell } from './network.js' */

/** @typedef {{ inputs: string, targets: string }} Numbers as `InsideSettings` has them */
/** @typedef {{ cell: Cell, layers: number, hidden: number, word: string, numbers?: Numbers, seed: number }} Settings */

/** @type {Settings} */
export const FIRST = { cell: 'rnn', layers: 1, hidden: 3, word: 'hello', seed: 1 };

/** The first numbers that one of the notes draws: from each pair the first number of the next is to be guessed. @type {Numbers} */
export const FIRST_NUMBERS = {
  inputs: '0.8823 0.9150; 0.3829 0.9593; 0.3904 0.6009',
  targets: '0.3829; 0.3904; 0.2566',
};

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
  /** @param {string} id @param {string} first @param {(value: string) => Partial<Settings>} changes */
  const typed = (id, first, changes, properties = {}) => {
    const field = h('input', {
      id,
      value: first,
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: false,
      ...properties,
    });
    let read = first;
    const take = () => {
      if (field.value.trim() === read) return;
      read = field.value.trim();
      change(() => changes(read));
    };
    field.addEventListener('change', take);
    field.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') take();
    });
    return field;
  };
  const word = typed('inside-word', FIRST.word, (word) => ({ word }), {
    maxLength: MOST_LETTERS,
    size: 7,
    'aria-label': 'Word',
  });
  const numbers = () => ({ numbers: { inputs: inputs.value, targets: targets.value } });
  const hint = 'A space between numbers, a semicolon between time steps';
  const inputs = typed('inside-inputs', FIRST_NUMBERS.inputs, numbers, {
    size: 42,
    title: hint,
    'aria-label': 'Numbers in',
  });
  const targets = typed('inside-targets', FIRST_NUMBERS.targets, numbers, {
    size: 20,
    title: hint,
  });
  const ofNumbers = [inputs, labelled('should become', targets)];
  const show = () => {
    word.hidden = reads.value !== 'word';
    for (const field of ofNumbers) field.hidden = reads.value === 'word';
  };
  const reads = select('inside-reads', { word: 'a word', numbers: 'numbers' }, (value) => {
    show();
    change(() => (value === 'word' ? { numbers: undefined } : numbers()));
  });
  show();
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
    { letters: 'letters: U, W, V', pytorch: 'PyTorch’s names' },
    rename,
  );
  const element = h(
    'div',
    { className: 'row inside-settings' },
    labelled('Reads', reads),
    word,
    ...ofNumbers,
    labelled('Cell', cell),
    labelled('Units', units),
    labelled('Layers', layers),
    labelled('Names', naming),
  );
  const anew = makeButton('New weights', () => change(({ seed }) => ({ seed: seed + 1 })));
  return { element, anew, names: () => /** @type {Names} */ (naming.value) };
}
