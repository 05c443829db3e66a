// @ts-check
/** The wish to train on all cores, and what came of it. */

import { find, setNote } from '../dom.js';
import { coresNote } from '../state/cores.js';

/**
 * @param {HTMLElement} element
 * @param {(intent: import('../state.js').Intent) => void} emit
 */
export function createCores(element, emit) {
  const box = find(element, '#all-cores', HTMLInputElement);
  const note = find(element, '#all-cores-note', HTMLElement);
  const tell = () => emit({ type: 'useAllCores', on: box.checked });
  box.addEventListener('change', tell);
  // A browser may keep the mark through a reload.
  if (box.checked) tell();

  return {
    /** @param {import('../state.js').State} state */
    render(state) {
      if (box.checked !== state.cores.on) box.checked = state.cores.on;
      box.disabled = state.cores.count < 2;
      setNote(note, coresNote(state));
    },
  };
}
