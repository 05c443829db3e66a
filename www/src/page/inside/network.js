/** The network that is looked into: where each of its weights lies, and which gates it has. */

/** @typedef {import('../../../../pkg/babble_inside.js').Trace} Trace */
/** @typedef {import('../../../../pkg/babble_inside.js').InsideTensor} Tensor */
/** @typedef {'rnn' | 'gru' | 'lstm'} Cell */

/**
 * @typedef {object} Network
 * @property {Cell} cell
 * @property {number} layers
 * @property {number} hidden
 * @property {Tensor[]} tensors
 * @property {Trace} trace
 */

/** A tensor's part in the network, whatever it is called. @typedef {'ih' | 'hh' | 'bIh' | 'bHh' | 'hy' | 'bY'} Part */

/** A weight: its tensor's part, its layer (0 for the readout), row and column from 0. */
/** @typedef {{ part: Part, layer: number, row: number, column: number }} Weight */

/** @type {[Part, RegExp][]} */
const PARTS = [
  ['ih', /weight_ih_l(\d)/],
  ['hh', /weight_hh_l(\d)/],
  ['bIh', /bias_ih_l(\d)/],
  ['bHh', /bias_hh_l(\d)/],
  ['hy', /head\.weight()/],
  ['bY', /head\.bias()/],
];

/** @param {Tensor} tensor @returns {{ part: Part, layer: number }} */
export function partOf({ name }) {
  for (const [part, pattern] of PARTS) {
    const found = pattern.exec(name);
    if (found !== null) return { part, layer: Number(found[1]) };
  }
  throw new Error(`There is no part for ${name}.`);
}

/** The tensor of a part. @param {Network} network @param {Part} part @param {number} layer */
export function tensorOf({ tensors }, part, layer) {
  const tensor = tensors.find((tensor) => {
    const found = partOf(tensor);
    return found.part === part && found.layer === layer;
  });
  if (tensor === undefined) throw new Error(`There is no ${part} in layer ${layer}.`);
  return tensor;
}

/** Where a weight lies among all. @param {Network} network @param {Weight} weight */
export function indexOf(network, { part, layer, row, column }) {
  const { begin, rows } = tensorOf(network, part, layer);
  return begin + column * rows + row;
}

/** Which tensor holds the weight that lies there. @param {Tensor[]} tensors @param {number} index */
export const tensorAt = (tensors, index) =>
  tensors.filter(({ begin }) => begin <= index).length - 1;

/** Which weight lies there. @param {Network} network @param {number} index @returns {Weight} */
export function weightAt({ tensors }, index) {
  const tensor = tensors[tensorAt(tensors, index)];
  const at = index - tensor.begin;
  const column = Math.floor(at / tensor.rows);
  return { ...partOf(tensor), row: at - column * tensor.rows, column };
}

/**
 * What a block of gates is: its letter, and the blocks of rows that it has in the weights of the input and of the state.
 * `null`: it has no such product of its own.
 * @typedef {{ letter: string, ih: number | null, hh: number | null }} Gate
 */

/** The gates of each cell in the order of its blocks; see `src/nn/cell/`. @type {Record<Cell, Gate[]>} */
export const GATES = {
  rnn: [{ letter: 'a', ih: 0, hh: 0 }],
  gru: [
    { letter: 'n', ih: 2, hh: null },
    { letter: 'r', ih: 0, hh: 0 },
    { letter: 'z', ih: 1, hh: 1 },
    { letter: 'm', ih: null, hh: 2 },
  ],
  lstm: ['i', 'f', 'g', 'o'].map((letter, row) => ({ letter, ih: row, hh: row })),
};

/** The block of gates whose gradient goes to this block of rows. @param {Cell} cell @param {'ih' | 'hh'} of @param {number} row */
export const blockOf = (cell, of, row) => GATES[cell].findIndex((gate) => gate[of] === row);
