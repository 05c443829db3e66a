// @ts-check
/** Gives files to the person, and makes the one that is made of the page's own parts. */

import wasmUrl from '../../pkg/babble_bg.wasm?url';
import { fillVoiceFile } from './voice-file/fill.js';

/** @param {string} fileName @param {ArrayBuffer | Blob} content */
export function hand(fileName, content) {
  const file =
    content instanceof Blob ? content : new Blob([content], { type: 'application/octet-stream' });
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken hold of the file by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * One HTML file that writes by itself, with the very wasm of this page.
 * @param {string} fileName @param {string} name @param {import('./voice-file/fill.js').About} about
 * @param {ArrayBuffer} weights
 */
export async function handVoice(fileName, name, about, weights) {
  const [template, response] = await Promise.all([import('virtual:voice-file'), fetch(wasmUrl)]);
  if (!response.ok) throw new Error('The network’s code could not be fetched.');
  const wasm = new Uint8Array(await response.arrayBuffer());
  const voice = { name, about, wasm, weights: new Uint8Array(weights) };
  hand(fileName, new Blob([fillVoiceFile(template.default, voice)], { type: 'text/html' }));
}
