/**
 * What is measured: the workloads that Babble is compared on, and what a character of each costs.
 * Read by the page, by the worker and by the tools.
 */

/**
 * @typedef {'rnn' | 'gru' | 'lstm'} Cell
 * @typedef {{ name: string, cell: Cell, hidden: number, layers: number, batch: number, steps: number,
 *             target?: number }} Workload
 *   `target` is the fraction of the register peak that is asked for
 */

/** V, the symbols of every workload's text. */
export const SYMBOLS = 65;

/** @type {Record<Cell, number>} */
const GATES = { rnn: 1, gru: 3, lstm: 4 };

/** @type {Workload[]} */
export const WORKLOADS = [
  // min-char-rnn's default
  { name: 'W1', cell: 'rnn', hidden: 100, layers: 1, batch: 1, steps: 25, target: 0.45 },
  { name: 'W2', cell: 'rnn', hidden: 128, layers: 1, batch: 16, steps: 64, target: 0.75 },
  { name: 'W3', cell: 'rnn', hidden: 256, layers: 1, batch: 32, steps: 64, target: 0.8 },
  // char-rnn's default
  { name: 'W4', cell: 'lstm', hidden: 128, layers: 2, batch: 50, steps: 50, target: 0.75 },
  { name: 'W5', cell: 'gru', hidden: 256, layers: 1, batch: 32, steps: 64, target: 0.7 },
];

/** A workload in a few words. @param {Workload} workload */
export const describe = ({ cell, hidden, layers, batch, steps }) =>
  `${cell.toUpperCase()} ${hidden}${layers > 1 ? ` x ${layers}` : ''}, B ${batch}, T ${steps}`;

/**
 * Floating-point operations of training on one character: a multiplication and an addition forwards
 * and two of each backwards for every recurrent weight, every weight between layers and every weight
 * of the readout. The first layer's input is a look-up and does not count; neither do biases,
 * activations, the loss, clipping and the optimiser.
 * @param {Workload} workload
 */
export function flopsPerCharacter({ cell, hidden, layers }) {
  const gates = GATES[cell] * hidden;
  return 6 * (gates * hidden * (2 * layers - 1) + hidden * SYMBOLS);
}

/**
 * The same in Babble's words.
 * @param {Workload} workload
 * @param {number} [seed]
 */
export const configOf = ({ cell, hidden, layers, batch, steps }, seed = 1) => ({
  cell,
  layers,
  hiddenSize: hidden,
  batchSize: batch,
  sequenceLength: steps,
  optimizer: 'adam',
  learningRate: 0.002,
  clipNorm: 5,
  seed,
});

/** Workloads that differ from a middle one in one respect: how cost grows. */
export function growth() {
  const middle = {
    cell: /** @type {Cell} */ ('lstm'),
    hidden: 128,
    layers: 1,
    batch: 32,
    steps: 50,
  };
  /** @param {'hidden' | 'batch' | 'steps' | 'layers'} key @param {number[]} values */
  const along = (key, values) =>
    values.map((value) => ({ name: `${key} ${value}`, ...middle, [key]: value }));
  return [
    ...along('hidden', [16, 32, 64, 96, 128, 192, 256, 384, 512]),
    ...along('batch', [1, 2, 4, 8, 16, 32, 64, 128]),
    ...along('steps', [5, 10, 25, 50, 100, 200]),
    ...along('layers', [1, 2, 3, 4]),
  ];
}
