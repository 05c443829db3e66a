/** Makes the HTML file that writes by itself, with this page's own wasm. */

import template from 'virtual:standalone-page';
import wasmUrl from '../../../../../pkg/babble_bg.wasm?url';
import { fillStandalonePage } from './fill.js';

/** @import { Model } from '../table.js' */

/** @param {ArrayBuffer} weights @param {Model} model */
export async function makeStandalonePage(weights, model) {
  const response = await fetch(wasmUrl);
  if (!response.ok) throw new Error('The network’s code could not be fetched.');
  const wasm = new Uint8Array(await response.arrayBuffer());
  const page = fillStandalonePage(template, { ...model, wasm, weights: new Uint8Array(weights) });
  return new Blob([page], { type: 'text/html' });
}
