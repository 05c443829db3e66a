/** What the numbers are called: by the letters of textbooks and notes, or by PyTorch's names. */

/** @import { Network, Part, Weight } from './network.js' */

/** @typedef {'letters' | 'pytorch'} Names */

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

/** A number from 1 on, small and low. @param {number} n */
export const low = (n) => [...String(n)].map((digit) => SUBSCRIPTS[Number(digit)]).join('');

/** @type {Record<Part, string>} */
const LETTERS = { ih: 'U', hh: 'W', bIh: 'b', bHh: 'b′', hy: 'V', bY: 'c' };

/** @type {Record<Part, string>} */
const PYTORCH = {
  ih: 'weight_ih_l',
  hh: 'weight_hh_l',
  bIh: 'bias_ih_l',
  bHh: 'bias_hh_l',
  hy: 'head.weight',
  bY: 'head.bias',
};

/** What each tensor is for. @type {Record<Part, string>} */
export const PURPOSES = {
  ih: 'from letter to state',
  hh: 'from old state to new',
  bIh: 'added to the state',
  bHh: 'added to the state, too',
  hy: 'from state to scores',
  bY: 'added to the scores',
};

/** @param {Network} network @param {{ part: Part, layer: number }} tensor @param {Names} names */
export function nameOfTensor(network, { part, layer }, names) {
  const isReadout = part === 'hy' || part === 'bY';
  if (names === 'pytorch') return isReadout ? PYTORCH[part] : PYTORCH[part] + layer;
  return isReadout ? LETTERS[part] : LETTERS[part] + (network.layers > 1 ? `(${layer + 1})` : '');
}

/** @param {Network} network @param {Weight} weight @param {Names} names */
export function nameOfWeight(network, weight, names) {
  const name = nameOfTensor(network, weight, names);
  const isVector = weight.part.startsWith('b');
  if (names === 'pytorch') {
    return `${name}[${isVector ? weight.row : `${weight.row}, ${weight.column}`}]`;
  }
  const [row, column] = [weight.row + 1, weight.column + 1];
  if (isVector) return name + low(row);
  return `${name}${low(row)}${row > 9 ? '‚' : ''}${low(column)}`;
}

/** The letters of what is computed at each time step. @param {string} letter @param {Names} names */
export const symbol = (letter, names) =>
  names === 'pytorch' ? ({ a: 'z', o: 'logit', p: 'softmax' }[letter] ?? letter) : letter;

/**
 * One number of a time step.
 * @param {Network} network
 * @param {string} letter @param {number} t from 0 @param {number | string} which the unit from 0, or a letter
 * @param {Names} names @param {number} [layer]
 */
export function nameAt(network, letter, t, which, names, layer) {
  const mark = layer === undefined || network.layers === 1 ? '' : `(${layer + 1})`;
  const shown = typeof which === 'number' ? which + 1 : which;
  return `${letter.startsWith('d') ? `d${symbol(letter.slice(1), names)}` : symbol(letter, names)}${mark}${low(t + 1)}[${shown}]`;
}

/**
 * A sentence with the names of tensors and numbers in it, which stand in it in braces: `{hh}` is the tensor `W`, and
 * `{a}` what {@link symbol} makes of that letter.
 * @param {string} sentence @param {Names} names
 */
export const named = (sentence, names) =>
  sentence.replace(/\{(\w+)\}/g, (_, key) => {
    if (!(key in LETTERS)) return symbol(key, names);
    const part = /** @type {Part} */ (key);
    return names === 'pytorch' ? PYTORCH[part].replace(/_l$/, '') : LETTERS[part];
  });
