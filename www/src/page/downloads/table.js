/** Every download besides the weights: a row for each, in the order of the list. */

/** @import { ExportForm } from '../../shared/protocol.js' */
/** @import { About } from './standalone-page/fill.js' */

/**
 * @typedef {ExportForm} Form
 *
 * @typedef {object} Download
 * @property {Form | 'code'} form
 * @property {string} label what its button says
 * @property {string} hint what it is for
 *
 * @typedef {object} Export how a model becomes a file
 * @property {string} ending of the file's name
 * @property {(bytes: ArrayBuffer, model: Model) => Promise<Blob>} [make] the file, where it is more than the
 *   bytes that the worker answers with
 *
 * @typedef {object} Model
 * @property {string} name
 * @property {About} about
 */

/** @type {(Download & Partial<Export>)[]} */
export const DOWNLOADS = [
  {
    form: 'page',
    label: 'Page that writes',
    hint: 'one HTML file that writes like this, offline',
    ending: 'html',
    make: async (bytes, model) =>
      (await import('./standalone-page/make.js')).makeStandalonePage(bytes, model),
  },
  {
    form: 'code',
    label: 'PyTorch code',
    hint: 'loads the weights file into a module of the same size',
  },
  {
    form: 'onnx',
    label: 'ONNX model',
    hint: 'for every runtime that reads ONNX',
    ending: 'onnx',
  },
];

/** @param {Form} form */
export const exportOf = (form) =>
  /** @type {Download & Export} */ (DOWNLOADS.find((download) => download.form === form));
