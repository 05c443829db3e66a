// @ts-check
/** What can be taken away besides the weights, and the code that loads them. */

import { find, isEnabled, setEnabled, setText } from '../dom.js';
import { codeOf, hasWeights } from '../state/downloads.js';

/** @typedef {import('../state.js').State} State */

/** @param {HTMLElement} element @param {(intent: import('../state.js').Intent) => void} emit */
export function createDownloads(element, emit) {
  /** @param {string} id */
  const button = (id) => find(element, `#${id}`, HTMLButtonElement);
  const page = button('export-page');
  const onnx = button('export-onnx');
  const show = button('show-code');
  const dialog = find(element, '#code-dialog', HTMLDialogElement);
  const file = find(element, '#code-file', HTMLElement);
  const code = find(element, '#code', HTMLElement);
  const told = find(element, '#code-told', HTMLElement);

  /** @param {HTMLElement} button @param {() => void} act */
  const onClick = (button, act) =>
    button.addEventListener('click', () => {
      if (isEnabled(button)) act();
    });

  onClick(page, () => emit({ type: 'exportModel', form: 'page' }));
  onClick(onnx, () => emit({ type: 'exportModel', form: 'onnx' }));
  onClick(show, () => emit({ type: 'showCode', shown: true }));
  onClick(button('code-close'), () => dialog.close());
  dialog.addEventListener('close', () => emit({ type: 'showCode', shown: false }));
  onClick(button('code-weights'), () => emit({ type: 'download' }));
  onClick(button('code-save'), () => {
    const content = new Blob([code.textContent ?? ''], { type: 'text/x-python' });
    emit({ type: 'handOver', fileName: 'babble.py', content });
  });
  onClick(button('code-copy'), async () => {
    try {
      await navigator.clipboard.writeText(code.textContent ?? '');
      setText(told, 'Copied.');
    } catch {
      // A page without https may not write there: the person may.
      getSelection()?.selectAllChildren(code);
      setText(told, 'This browser does not let the page copy. The code is selected.');
    }
  });
  // It scrolls, so the keyboard must be able to reach it.
  code.tabIndex = 0;

  return {
    /** @param {State} state */
    render(state) {
      const can = hasWeights(state);
      const { asked } = state.downloads;
      setEnabled(page, can && asked === null);
      setEnabled(onnx, can && asked === null);
      setEnabled(show, can);
      const shown = codeOf(state);
      if (shown !== null) {
        setText(file, shown.fileName);
        setText(code, shown.code);
      }
      if ((shown !== null) === dialog.open) return;
      setText(told, '');
      if (shown === null) dialog.close();
      else dialog.showModal();
    },
  };
}
