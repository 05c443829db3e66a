/** The switch for all cores, and what came of it. */

import { find, setNote } from '../dom.js';
import { coresNote } from './parallel-state.js';

/** @import { Emit, View } from '../state.js' */

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createCores(element, emit) {
  const box = find(element, '#all-cores', HTMLInputElement);
  const note = find(element, '#all-cores-note', HTMLElement);
  box.addEventListener('change', () => emit({ type: 'useAllCores', on: box.checked }));

  return {
    render(state) {
      if (box.checked !== state.cores.on) box.checked = state.cores.on;
      box.disabled = state.cores.count < 2;
      setNote(note, coresNote(state));
    },
  };
}
