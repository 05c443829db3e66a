/** Fills the file that writes by itself with a model. Pure. */

/**
 * @typedef {object} About what the file says and how it begins
 * @property {string} sentence of its network
 * @property {string} prompt
 * @property {number} temperature
 * @property {number} seed
 */

/** In an HTML text or a quoted attribute. @param {string} text */
const escapeHtml = (text) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * JSON that can stand in a script element: nothing in it ends the element or begins a comment.
 * @param {unknown} value
 */
const scriptJson = (value) => JSON.stringify(value).replaceAll('<', '\\u003c');

/** How many bytes are encoded at once: a multiple of three, which base64 writes without a rest. */
const PIECE = 3 * 8192;

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE))));
  }
  return pieces.join('');
}

/**
 * @param {string} template of `virtual:standalone-page`
 * @param {object} model
 * @param {string} model.name
 * @param {About} model.about
 * @param {Uint8Array} model.wasm
 * @param {Uint8Array} model.weights a weights file
 */
export function fillStandalonePage(template, { name, about, wasm, weights }) {
  /** @type {Record<string, string>} */
  const values = {
    '%title%': escapeHtml(name),
    '"%about%"': scriptJson(about),
    '%wasm%': base64(wasm),
    '%weights%': base64(weights),
  };
  // One pass, so that a name which looks like a placeholder stays a name.
  return template.replace(/%title%|"%about%"|%wasm%|%weights%/g, (place) => values[place]);
}
