// @ts-check
/** A file may be dropped anywhere: weights by their suffix, anything else as a text. */

import { find } from '../dom.js';

/** @param {HTMLElement} element @param {(intent: import('../state.js').Intent) => void} emit */
export function createDrop(element, emit) {
  const veil = find(element, '#drop', HTMLElement);
  /** Entering a child leaves its parent afterwards: only the balance tells whether one is inside. */
  let depth = 0;

  /** @param {DragEvent} event */
  const carriesFiles = (event) => event.dataTransfer?.types.includes('Files') ?? false;

  /** @param {number} change */
  const move = (change) => {
    depth = Math.max(0, depth + change);
    veil.hidden = depth === 0;
  };

  window.addEventListener('dragenter', (event) => {
    if (carriesFiles(event)) move(1);
  });
  window.addEventListener('dragleave', (event) => {
    if (carriesFiles(event)) move(-1);
  });
  window.addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  window.addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    move(-depth);
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    const weights = file.name.toLowerCase().endsWith('.safetensors');
    emit(weights ? { type: 'openWeights', file } : { type: 'openText', file });
  });

  return { render() {} };
}
