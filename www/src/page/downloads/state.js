/** Downloads besides the weights: files of the model, and code that loads it. */

import { CELLS } from '../../../../pkg/settings.js';
import { nameFor } from '../../shared/run-names.js';
import { counted, loss, whole } from '../format.js';
import { say } from '../messages/state.js';
import { approximately } from '../run/held-out.js';
import { pytorchCode } from './pytorch.js';
import { exportOf } from './table.js';

/** @import { Effect, Handlers, Run, State } from '../state.js' */
/** @import { Form } from './table.js' */

/**
 * @typedef {object} Downloads
 * @property {{ requestId: number, form: Form } | null} asked what is being made
 * @property {{ runId: number, fileName: string } | null} savedFile the weights file that was saved last
 * @property {number | null} codeStep the code for PyTorch is shown, since this step
 */

/** @type {Downloads} */
export const NO_DOWNLOADS = { asked: null, savedFile: null, codeStep: null };

/** Whether the run has weights to save. @param {State} state */
export const hasWeights = ({ run, engine }) =>
  run !== null && engine === 'ready' && (run.report !== null || run.weights !== null);

/** What the run is called: its saved name, else its text's. @param {State} state */
function runName({ run, savedRuns }) {
  const saved = savedRuns.runs?.find(({ key }) => key === run?.savedKey);
  if (saved !== undefined) return saved.name;
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

/**
 * Gives the person a weights file.
 * @param {Run} run @param {number} step @param {ArrayBuffer} content @returns {Effect}
 */
export const saveWeights = (run, step, content) => ({
  type: 'saveFile',
  fileName: fileName(run, step, 'safetensors'),
  content,
});

/** @param {string | Blob} content */
const firstWords = (content) => (typeof content === 'string' ? content.slice(0, 400) : '');

/**
 * What the page that writes says about its network, and how it begins.
 * @param {State} state @param {Run} run @param {number} step
 */
function aboutModel({ generated }, { config, heldOut }, step) {
  const { cell, layers, hiddenSize, seed } = config;
  const { prompt, temperature } = generated;
  const deep = layers === 1 ? '' : `${whole(layers)} layers of `;
  const measured =
    heldOut === null
      ? ''
      : `, to a held-out loss of ${approximately(heldOut, loss(heldOut.loss))} nats`;
  const name = cell === 'rnn' ? 'plain RNN' : CELLS[cell].label;
  const article = cell === 'lstm' ? 'An' : 'A';
  const sentence = `${article} ${name} with ${deep}${counted(hiddenSize, 'unit')}, trained for ${counted(step, 'step')}${measured}. It writes here, in this very file: no connection is needed and nothing is sent.`;
  return { sentence, prompt, temperature, seed };
}

/** @type {Handlers} */
export const downloads = {
  exportModel(state, { form }) {
    if (!hasWeights(state) || state.downloads.asked !== null) return state;
    const requestId = state.lastId + 1;
    const asked = { requestId, form };
    return [
      { ...state, downloads: { ...state.downloads, asked }, lastId: requestId },
      [{ type: 'export', runId: /** @type {Run} */ (state.run).id, requestId, form }],
    ];
  },

  exported(state, { requestId, form, step, bytes }) {
    const { run, downloads } = state;
    if (run === null || downloads.asked?.requestId !== requestId) return state;
    const next = { ...state, downloads: { ...downloads, asked: null } };
    const name = fileName(run, step, exportOf(form).ending);
    const model = { name: runName(state), about: aboutModel(state, run, step) };
    return [next, [{ type: 'saveExport', form, fileName: name, bytes, model }]];
  },

  saveFile: (state, { fileName, content }) => [state, [{ type: 'saveFile', fileName, content }]],

  saveFailed: (state, { message }) => ({ ...state, alert: say(message) }),

  showCode(state, { shown }) {
    const codeStep = shown && hasWeights(state) ? (state.run?.step ?? 0) : null;
    return { ...state, downloads: { ...state.downloads, codeStep } };
  },
};

/**
 * Remembers the name of a saved weights file: the code has to name it.
 * @param {State} state @param {Run} run @param {number} step @returns {State}
 */
export function withSavedFile(state, run, step) {
  const savedFile = { runId: run.id, fileName: fileName(run, step, 'safetensors') };
  return { ...state, downloads: { ...state.downloads, savedFile } };
}

/** The code for PyTorch that loads the weights of this run, or null. @param {State} state */
export function codeOf({ run, downloads }) {
  const { savedFile, codeStep } = downloads;
  if (run === null || codeStep === null) return null;
  const symbols = run.report?.symbols ?? run.weights?.symbols ?? 0;
  const named =
    savedFile?.runId === run.id ? savedFile.fileName : fileName(run, codeStep, 'safetensors');
  return { fileName: named, code: pytorchCode({ fileName: named, config: run.config, symbols }) };
}
