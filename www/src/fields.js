// @ts-check
/**
 * Every setting of a run: what it is called, what it may be, and when it matters. One table for
 * state, views, presets and links, in the order of the core's Config.
 */

/**
 * @typedef {import('./protocol.js').Config} Config
 * @typedef {keyof Config} Field
 * @typedef {Record<Field, string>} Fields the settings as typed
 */

/**
 * @typedef {object} FieldTraits
 * @property {string} label as the core calls it in its sentences
 * @property {'choice' | 'switch' | 'whole' | 'number'} kind
 * @property {string} first what a new visitor finds, kept equal to the worker's defaults
 * @property {boolean} [live] takes effect during a run; the others belong to it from its first step
 * @property {number} [min] kept equal to the worker's limits, both ends allowed
 * @property {number} [max]
 * @property {Record<string, string>} [choices] by value, what they are called
 * @property {(fields: Fields) => boolean} [matters] when it has any effect, if not always
 * @property {string} [hint] what it is counted in, or what a special value means
 */

/** @type {Record<Field, FieldTraits>} */
export const FIELDS = {
  cell: {
    label: 'Cell',
    kind: 'choice',
    first: 'gru',
    choices: { gru: 'GRU', lstm: 'LSTM', rnn: 'RNN (tanh)', relu: 'RNN (ReLU)' },
  },
  layers: { label: 'Layers', kind: 'whole', first: '1', min: 1, max: 8 },
  hiddenSize: { label: 'Hidden size', kind: 'whole', first: '128', min: 1, max: 1024 },
  dropout: {
    label: 'Dropout',
    kind: 'number',
    first: '0',
    live: true,
    min: 0,
    max: 0.9,
    matters: ({ layers }) => layers !== '1',
    hint: 'share left out',
  },
  forgetBias: {
    label: 'Forget-gate bias',
    kind: 'number',
    first: '1',
    min: 0,
    max: 5,
    matters: ({ cell }) => cell === 'lstm',
    hint: 'what it begins with',
  },
  initialization: {
    label: 'Initialization',
    kind: 'choice',
    first: 'orthogonal',
    choices: { orthogonal: 'Orthogonal', uniform: 'Uniform, as PyTorch' },
  },
  batchSize: { label: 'Batch size', kind: 'whole', first: '16', min: 1, max: 512 },
  sequenceLength: {
    label: 'Sequence length',
    kind: 'whole',
    first: '64',
    live: true,
    min: 1,
    max: 1024,
  },
  optimizer: {
    label: 'Optimizer',
    kind: 'choice',
    first: 'adam',
    choices: { adam: 'Adam', adamw: 'AdamW', rmsprop: 'RMSProp', adagrad: 'Adagrad', sgd: 'SGD' },
  },
  momentum: {
    label: 'Momentum',
    kind: 'number',
    first: '0',
    min: 0,
    max: 0.999,
    matters: ({ optimizer }) => optimizer === 'sgd',
    hint: '0: off',
  },
  weightDecay: {
    label: 'Weight decay',
    kind: 'number',
    first: '0.01',
    min: 0,
    max: 1,
    matters: ({ optimizer }) => optimizer === 'adamw',
    hint: '0: off',
  },
  learningRate: {
    label: 'Learning rate',
    kind: 'number',
    first: '0.005',
    live: true,
    min: 1e-6,
    max: 1000,
  },
  schedule: {
    label: 'Schedule',
    kind: 'choice',
    first: 'cosine',
    choices: { cosine: 'Cosine', constant: 'Constant', step: 'Step decay' },
    hint: 'of the learning rate',
  },
  warmupCharacters: {
    label: 'Warm-up',
    kind: 'whole',
    first: '20000',
    min: 0,
    max: 1e12,
    hint: 'characters; 0: off',
  },
  decayFactor: {
    label: 'Decay factor',
    kind: 'number',
    first: '0.5',
    min: 0,
    max: 1,
    matters: ({ schedule }) => schedule === 'step',
  },
  decayEvery: {
    label: 'Decay every',
    kind: 'whole',
    first: '1000000',
    min: 1,
    max: 1e12,
    matters: ({ schedule }) => schedule === 'step',
    hint: 'characters',
  },
  rateFloor: {
    label: 'Rate floor',
    kind: 'number',
    first: '0.02',
    min: 0,
    max: 1,
    matters: ({ schedule }) => schedule === 'cosine',
    hint: 'share left at the end',
  },
  runCharacters: {
    label: 'Length of the run',
    kind: 'whole',
    first: '12000000',
    min: 1,
    max: 1e12,
    hint: 'characters',
  },
  stopAtEnd: { label: 'Stop at the end', kind: 'switch', first: 'false' },
  patience: {
    label: 'Patience',
    kind: 'whole',
    first: '0',
    min: 0,
    max: 10_000,
    hint: 'fruitless measurements; 0: off',
  },
  clipNorm: {
    label: 'Gradient clip',
    kind: 'number',
    first: '1',
    live: true,
    min: 0,
    max: 1000,
  },
  clipValue: {
    label: 'Value clip',
    kind: 'number',
    first: '0',
    live: true,
    min: 0,
    max: 1000,
    hint: 'of each by itself; 0: off',
  },
  shards: {
    label: 'Shards',
    kind: 'whole',
    first: '1',
    min: 1,
    max: 16,
    hint: 'of every step, for workers to share',
  },
  fused: {
    label: 'Fused arithmetic',
    kind: 'switch',
    first: 'false',
    hint: 'faster where the browser can; last digits vary',
  },
  seed: { label: 'Seed', kind: 'whole', first: '1', min: 0, max: 2 ** 32 - 1 },
};

export const FIELD_NAMES = /** @type {Field[]} */ (Object.keys(FIELDS));

/** @param {(field: Field) => string} text @returns {Fields} */
export const fieldsFrom = (text) =>
  /** @type {Fields} */ (Object.fromEntries(FIELD_NAMES.map((field) => [field, text(field)])));

/** What the fields show until the worker has told its own defaults. Kept equal to index.html. */
export const FIRST_VALUES = fieldsFrom((field) => FIELDS[field].first);

/** Does a setting have any effect among these? @param {Field} field @param {Fields} fields */
export const matters = (field, fields) => FIELDS[field].matters?.(fields) ?? true;

/**
 * Where each optimizer's learning rate usually lies, for they differ three hundredfold.
 * @type {Record<Config['optimizer'], number>}
 */
export const USUAL_RATES = { adam: 0.005, adamw: 0.005, rmsprop: 0.002, adagrad: 0.1, sgd: 1 };

/** @param {Fields} fields */
export function usual({ optimizer }) {
  const name = FIELDS.optimizer.choices?.[optimizer] ?? optimizer;
  return { name, rate: USUAL_RATES[/** @type {Config['optimizer']} */ (optimizer)] };
}

/**
 * A value of a Config as its field shows it. Six digits hide what single precision adds to a halved
 * learning rate; whole numbers (a seed has up to ten digits) stay whole.
 * @param {string | number | boolean} value
 */
export function fieldText(value) {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

/**
 * What was typed, as a Config. Whether a number lies in its bounds is the core's to say; that it is
 * a number at all is said here, for nothing else could be sent. A setting without effect is sent as it
 * is by default, so that runs that are equal have equal settings.
 * @param {Fields} fields
 * @returns {{ config: Config, problems: Partial<Record<Field, string>> }}
 */
export function readConfig(fields) {
  /** @type {Partial<Record<Field, string>>} */
  const problems = {};
  /** @param {Field} field */
  const read = (field) => {
    const { kind, first } = FIELDS[field];
    const typed = matters(field, fields) ? fields[field] : first;
    if (kind === 'choice') return typed;
    if (kind === 'switch') return typed === 'true';
    const value = readNumber(typed);
    if (Number.isNaN(value)) problems[field] = notANumber(field);
    return value;
  };
  const config = Object.fromEntries(FIELD_NAMES.map((field) => [field, read(field)]));
  return { config: /** @type {Config} */ (/** @type {unknown} */ (config)), problems };
}

/** @param {string} typed */
export const readNumber = (typed) => (typed.trim() === '' ? Number.NaN : Number(typed));

/** @param {Field} field */
export const notANumber = (field) => `${FIELDS[field].label} needs a number.`;
