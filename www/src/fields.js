// @ts-check
/** The settings a person can type, in the order they are shown. One table for state and views. */

/**
 * @typedef {'hiddenSize' | 'batchSize' | 'optimizer' | 'seed' | 'learningRate' | 'sequenceLength'
 *   | 'clipNorm'} Field
 */

/**
 * @typedef {object} FieldTraits
 * @property {string} label
 * @property {boolean} live takes effect during a run; the others belong to it from its first step
 */

/** @type {Record<Field, FieldTraits>} */
export const FIELDS = {
  hiddenSize: { label: 'Hidden size', live: false },
  batchSize: { label: 'Batch size', live: false },
  optimizer: { label: 'Optimizer', live: false },
  seed: { label: 'Seed', live: false },
  learningRate: { label: 'Learning rate', live: true },
  sequenceLength: { label: 'Sequence length', live: true },
  clipNorm: { label: 'Gradient clip', live: true },
};

export const FIELD_NAMES = /** @type {Field[]} */ (Object.keys(FIELDS));

/** What the fields show until the worker has told its own defaults. Kept equal to index.html.
 * @type {Record<Field, string>} */
export const FIRST_VALUES = {
  hiddenSize: '128',
  batchSize: '16',
  optimizer: 'adam',
  seed: '1',
  learningRate: '0.003',
  sequenceLength: '64',
  clipNorm: '1',
};

/**
 * Where each optimizer's learning rate usually lies, for they differ three hundredfold.
 * @type {Record<import('./protocol.js').Config['optimizer'], { name: string, rate: number }>}
 */
export const OPTIMIZERS = {
  adam: { name: 'Adam', rate: 0.003 },
  adamw: { name: 'AdamW', rate: 0.003 },
  rmsprop: { name: 'RMSProp', rate: 0.003 },
  adagrad: { name: 'Adagrad', rate: 0.1 },
  sgd: { name: 'SGD', rate: 1 },
};

/** @param {Record<Field, string>} fields */
export const usual = (fields) =>
  OPTIMIZERS[/** @type {keyof typeof OPTIMIZERS} */ (fields.optimizer)];

/**
 * A value of a Config as its field shows it. Six digits hide what single precision adds to a halved
 * learning rate; whole numbers (a seed has up to ten digits) stay whole.
 * @param {string | number} value
 */
export function fieldText(value) {
  if (typeof value === 'string' || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

/**
 * What was typed, as a Config. Whether a number lies in its bounds is the core's to say; that it is
 * a number at all is said here, for nothing else could be sent.
 * @param {Record<Field, string>} fields
 * @returns {{ config: import('./protocol.js').Config, problems: Partial<Record<Field, string>> }}
 */
export function readConfig(fields) {
  /** @type {Partial<Record<Field, string>>} */
  const problems = {};
  /** @param {Field} field */
  const number = (field) => {
    const value = readNumber(fields[field]);
    if (Number.isNaN(value)) problems[field] = notANumber(field);
    return value;
  };
  // What is left out has the core's own default.
  const config = /** @type {import('./protocol.js').Config} */ ({
    hiddenSize: number('hiddenSize'),
    batchSize: number('batchSize'),
    sequenceLength: number('sequenceLength'),
    optimizer: /** @type {import('./protocol.js').Config['optimizer']} */ (fields.optimizer),
    learningRate: number('learningRate'),
    clipNorm: number('clipNorm'),
    seed: number('seed'),
  });
  return { config, problems };
}

/** @param {string} typed */
export const readNumber = (typed) => (typed.trim() === '' ? Number.NaN : Number(typed));

/** @param {Field} field */
export const notANumber = (field) => `${FIELDS[field].label} needs a number.`;
