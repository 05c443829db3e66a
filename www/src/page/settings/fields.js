/**
 * Every setting of a run: what it is called, what it may be, and when it matters, for state, views, presets
 * and links. The table comes from the core; only what a page alone needs stands here.
 */

import { CELLS, SETTINGS } from '../../../../pkg/settings.js';
import table from '../../../../src/presets.json' with { type: 'json' };

/** @import { Setting } from '../../../../pkg/babble.js' */
/** @import { Config } from '../../shared/protocol.js' */

/**
 * @typedef {keyof Config} Field
 * @typedef {Record<Field, string>} Fields the settings as typed
 */

/**
 * @typedef {object} FieldTraits
 * @property {string} label as the core calls it in its sentences
 * @property {Setting['kind']} kind
 * @property {string} first what a new visitor finds
 * @property {string} [unnamed] what it is in a link that does not name it, where that is not `first`:
 *   older links keep their meaning
 * @property {boolean} live takes effect during a run; the others belong to it from its first step
 * @property {number} [min] both ends are allowed
 * @property {number} [max]
 * @property {Record<string, string>} [choices] by value, what they are called
 * @property {(fields: Fields) => boolean} [matters] when it has any effect, if not always
 */

/** The commonest first, and both vanilla cells by their functions. */
function cellNames() {
  const { gru, lstm, rnn, relu, ...others } = Object.fromEntries(
    Object.entries(CELLS).map(([cell, { label }]) => [cell, label]),
  );
  return { gru, lstm, rnn: 'RNN (tanh)', relu: 'RNN (ReLU)', ...others };
}

/**
 * What only a page needs: names of choices, when a setting matters. What it says of each setting is in words.js.
 * @type {Partial<Record<Field, Pick<FieldTraits, 'choices' | 'matters' | 'unnamed'>>>}
 */
const TRAITS = {
  cell: {
    choices: cellNames(),
  },
  dropout: {
    matters: ({ layers }) => layers !== '1',
  },
  forgetBias: {
    matters: ({ cell }) => cell === 'lstm',
  },
  initialization: {
    choices: { orthogonal: 'Orthogonal', uniform: 'Uniform, as PyTorch' },
  },
  batchSize: {
    unnamed: '16',
  },
  passageLength: {
    unnamed: '0',
  },
  stateReset: {
    unnamed: '0',
  },
  averaging: {
    unnamed: '0',
  },
  learningRate: {
    unnamed: '0.005',
  },
  recurrentRate: {
    unnamed: '1',
  },
  runCharacters: {
    unnamed: '12000000',
  },
  stopAtEnd: {
    unnamed: 'false',
  },
  optimizer: {
    choices: { adam: 'Adam', adamw: 'AdamW', rmsprop: 'RMSProp', adagrad: 'Adagrad', sgd: 'SGD' },
  },
  momentum: {
    matters: ({ optimizer }) => optimizer === 'sgd',
  },
  weightDecay: {
    matters: ({ optimizer }) => optimizer === 'adamw',
  },
  schedule: {
    choices: { cosine: 'Cosine', constant: 'Constant', step: 'Step decay' },
  },
  decayFactor: {
    matters: ({ schedule }) => schedule === 'step',
  },
  decayEvery: {
    matters: ({ schedule }) => schedule === 'step',
  },
  rateFloor: {
    matters: ({ schedule }) => schedule === 'cosine',
  },
};

/** @type {Record<Field, FieldTraits>} */
export const FIELDS = /** @type {any} */ (
  Object.fromEntries(
    SETTINGS.map(({ key, label, kind, min, max, live, default: first }) => [
      key,
      { label, kind, min, max, live, first: fieldText(first), ...TRAITS[key] },
    ]),
  )
);

export const FIELD_NAMES = /** @type {Field[]} */ (Object.keys(FIELDS));

/** A network in a few words: "2 × LSTM 128". @param {Pick<Config, 'cell' | 'layers' | 'hiddenSize'>} config */
export const networkName = ({ cell, layers, hiddenSize }) =>
  `${layers > 1 ? `${layers} × ` : ''}${CELLS[cell].label} ${hiddenSize}`;

/** @param {(field: Field) => string} text @returns {Fields} */
export const fieldsFrom = (text) =>
  /** @type {Fields} */ (Object.fromEntries(FIELD_NAMES.map((field) => [field, text(field)])));

/** What the fields show at first. */
export const FIRST_VALUES = fieldsFrom((field) => FIELDS[field].first);

/** The meaning of a link that names no setting. */
export const UNNAMED_VALUES = fieldsFrom((field) => FIELDS[field].unnamed ?? FIELDS[field].first);

/** Does a setting have any effect among these? @param {Field} field @param {Fields} fields */
export const matters = (field, fields) => FIELDS[field].matters?.(fields) ?? true;

/**
 * The usual learning rate of each optimiser, for the terminal too. They differ five hundredfold.
 * @type {Record<Config['optimizer'], number>}
 */
export const USUAL_RATES = table.usualRates;

/** Whoever chooses another of these wants its usual learning rate. @type {Field[]} */
export const OWN_RATE = ['optimizer', 'cell'];

/**
 * Adam's is low where the weights between units have it whole, or ReLUs grow without a bound.
 * @param {Fields} fields
 */
export function usual({ optimizer, cell, recurrentRate }) {
  const name = FIELDS.optimizer.choices?.[optimizer] ?? optimizer;
  const rate = USUAL_RATES[/** @type {Config['optimizer']} */ (optimizer)];
  if (!name.startsWith('Adam')) return { name, rate };
  if (cell === 'relu') return { name: `${name} with ReLU`, rate: table.lowRate };
  return { name, rate: readNumber(recurrentRate) === 1 ? table.lowRate : rate };
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
 * Reads what was typed as a Config. The core checks the bounds; this checks only that a number is a number, for
 * nothing else can be sent. A setting without effect is sent as its default, so that equal runs have equal
 * settings.
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
    const value = readNumber(typed, kind);
    if (Number.isNaN(value)) problems[field] = notANumber(field, typed);
    return value;
  };
  const config = Object.fromEntries(FIELD_NAMES.map((field) => [field, read(field)]));
  return { config: /** @type {Config} */ (/** @type {unknown} */ (config)), problems };
}

/** A number as JavaScript writes it. */
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Digits in groups of three, which in many languages a comma separates and in many a dot. */
const GROUPED = /^[+-]?[1-9]\d{0,2}(([,.])\d{3})(\2\d{3})*$/;

/** One comma before three digits: a thousand and more, or a decimal with three places. */
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/**
 * What was typed, as a number, or NaN. A decimal comma is allowed: "0,002" is 0.002. In a whole
 * number a comma separates thousands. In any other "1,000" could be either, so it is refused.
 * @param {string} typed @param {FieldTraits['kind']} [kind]
 */
export function readNumber(typed, kind = 'number') {
  const trimmed = typed.trim();
  const thousands = (/** @type {string} */ text) => text.replaceAll(',', '');
  const commas = trimmed.split(',').length - 1;
  if (AMBIGUOUS.test(trimmed)) return kind === 'whole' ? Number(thousands(trimmed)) : Number.NaN;
  if (commas > 1)
    return GROUPED.test(trimmed.replace(/\.\d*$/, '')) ? plain(thousands(trimmed)) : Number.NaN;
  if (commas === 1 && trimmed.includes('.')) {
    // The last of the two separates the decimals.
    const [whole, decimals] = trimmed.split(/[,.](?=[^,.]*$)/);
    return GROUPED.test(whole) ? plain(`${whole.replace(/[,.]/g, '')}.${decimals}`) : Number.NaN;
  }
  return plain(trimmed.replace(',', '.'));
}

/** @param {string} text */
const plain = (text) => (PLAIN.test(text) ? Number(text) : Number.NaN);

/** What is wrong with what was typed. @param {Field} field @param {string} typed */
export function notANumber(field, typed) {
  const { label } = FIELDS[field];
  const trimmed = typed.trim();
  if (trimmed === '') return `${label} needs a number.`;
  if (!AMBIGUOUS.test(trimmed)) return `${label} needs a number, not “${quotable(trimmed)}”.`;
  const [large, small] = [trimmed.replace(',', ''), trimmed.replace(',', '.')];
  return `${label}: “${trimmed}” may be ${large} or ${Number(small)}. Write the one without a comma.`;
}

/** @param {string} text */
const quotable = (text) => (text.length > 20 ? `${text.slice(0, 20)}…` : text);
