// @ts-check
/** What a person can take away besides the weights: the model for other runtimes, and for no runtime. */

import { counted, loss, whole } from '../format.js';
import { nameFor } from '../names.js';
import { pytorchCode } from '../pytorch.js';
import { say } from './messages.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../state.js').Run} Run
 * @typedef {import('../protocol.js').ExportForm} Form
 *
 * @typedef {object} Downloads
 * @property {{ requestId: number, form: Form } | null} asked what is being made
 * @property {{ runId: number, fileName: string } | null} handed the weights file that was last given away
 * @property {number | null} codeStep the code for PyTorch is shown, since this step
 */

/** @type {Downloads} */
export const NO_DOWNLOADS = { asked: null, handed: null, codeStep: null };

/** @type {Record<import('../protocol.js').Config['cell'], string>} */
const CELLS = { rnn: 'plain RNN', relu: 'ReLU RNN', gru: 'GRU', lstm: 'LSTM' };

/** Has this run weights to give? @param {State} state */
export const hasWeights = ({ run, engine }) =>
  run !== null && engine === 'ready' && (run.report !== null || run.weights !== null);

/** What the run is called: its saved name, else its text's. @param {State} state */
export function runName({ run, keeping }) {
  const kept = keeping.runs?.find(({ key }) => key === run?.kept);
  if (kept !== undefined) return kept.name;
  return run?.text == null ? 'Babble' : nameFor(run.text.name, firstWords(run.text.content));
}

/**
 * A file name from what was learned: "babble-moby-dick-step-1200.safetensors".
 * @param {Run} run @param {number} step @param {string} ending
 */
export function fileName(run, step, ending) {
  const name = run.text?.name.replace(/\.\w{1,5}$/, '') ?? 'weights';
  const slug = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
  const trimmed = slug.replace(/^-+|-+$/g, '').slice(0, 40) || 'text';
  return `babble-${trimmed}-step-${step}.${ending}`;
}

/** @param {string | Blob} content */
const firstWords = (content) => (typeof content === 'string' ? content.slice(0, 400) : '');

/**
 * What the file that writes by itself says of its network.
 * @param {Run} run @param {number} step
 */
export function aboutVoice({ config, heldOut }, step) {
  const { cell, layers, hiddenSize } = config;
  const deep = layers === 1 ? '' : `${whole(layers)} layers of `;
  const measured = heldOut === null ? '' : `, to a held-out loss of ${loss(heldOut.loss)} nats`;
  const article = cell === 'lstm' ? 'An' : 'A';
  return `${article} ${CELLS[cell]} with ${deep}${whole(hiddenSize)} units, trained for ${counted(step, 'step')}${measured}. It writes here, in this very file: no connection is needed and nothing is sent.`;
}

/** @type {import('../state.js').Handlers} */
export const downloads = {
  exportModel(state, { form }) {
    if (!hasWeights(state) || state.downloads.asked !== null) return state;
    const requestId = state.lastId + 1;
    const asked = { requestId, form };
    return { ...state, downloads: { ...state.downloads, asked }, lastId: requestId };
  },

  exported(state, { requestId }) {
    if (state.downloads.asked?.requestId !== requestId) return state;
    return { ...state, downloads: { ...state.downloads, asked: null } };
  },

  handFailed: (state, { message }) => ({ ...state, alert: say(message) }),

  showCode(state, { shown }) {
    const codeStep = shown && hasWeights(state) ? (state.run?.step ?? 0) : null;
    return { ...state, downloads: { ...state.downloads, codeStep } };
  },
};

/**
 * After a weights file was given away: its name is the one that the code has to name.
 * @param {State} state @param {Run} run @param {number} step @returns {State}
 */
export function withHanded(state, run, step) {
  const handed = { runId: run.id, fileName: fileName(run, step, 'safetensors') };
  return { ...state, downloads: { ...state.downloads, handed } };
}

/** The code for PyTorch that loads the weights of this run, or null. @param {State} state */
export function codeOf({ run, downloads }) {
  const { handed, codeStep } = downloads;
  if (run === null || codeStep === null) return null;
  const symbols = run.report?.symbols ?? run.weights?.symbols ?? 0;
  const named = handed?.runId === run.id ? handed.fileName : fileName(run, codeStep, 'safetensors');
  return { fileName: named, code: pytorchCode({ fileName: named, config: run.config, symbols }) };
}
