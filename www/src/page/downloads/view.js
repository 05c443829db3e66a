// @ts-check
/** The list of downloads, and the dialog with the code for PyTorch. */

import { copyFrom } from '../browser/clipboard.js';
import { find, h, makeButton, onClick, setEnabled, setText } from '../dom.js';
import { codeOf, hasWeights } from './state.js';
import { DOWNLOADS } from './table.js';

/** @import { Emit, View } from '../state.js' */

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createDownloads(element, emit) {
  const dialog = find(element, '#code-dialog', HTMLDialogElement);
  const file = find(element, '#code-file', HTMLElement);
  const code = find(element, '#code', HTMLElement);
  const said = find(element, '#code-said', HTMLElement);

  const rows = DOWNLOADS.map(({ form, label, hint }) => {
    const button = makeButton(label, () =>
      emit(form === 'code' ? { type: 'showCode', shown: true } : { type: 'exportModel', form }),
    );
    return { form, button, item: h('li', {}, button, h('span', {}, hint)) };
  });
  const list = find(element, '#download-list', HTMLElement);
  list.append(...rows.map(({ item }) => item));
  // As a menu does, the sheet closes when something was chosen.
  list.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    const isOn = button !== null && button.getAttribute('aria-disabled') !== 'true';
    if (isOn) find(element, '#export-sheet', HTMLElement).hidePopover();
  });

  /** @param {string} id @param {() => void} act */
  const onButton = (id, act) => onClick(find(element, `#${id}`, HTMLButtonElement), act);
  onButton('code-close', () => dialog.close());
  dialog.addEventListener('close', () => emit({ type: 'showCode', shown: false }));
  onButton('code-weights', () => emit({ type: 'download' }));
  onButton('code-save', () => {
    const content = new Blob([code.textContent ?? ''], { type: 'text/x-python' });
    emit({ type: 'saveFile', fileName: 'babble.py', content });
  });
  onButton('code-copy', async () => {
    const copied = await copyFrom(code);
    setText(
      said,
      copied ? 'Copied.' : 'This browser does not let the page copy. The code is selected.',
    );
  });
  // It scrolls, so the keyboard must reach it.
  code.tabIndex = 0;

  return {
    render(state) {
      const can = hasWeights(state);
      const { asked } = state.downloads;
      for (const { form, button } of rows) {
        setEnabled(button, can && (form === 'code' || asked === null));
      }
      const shown = codeOf(state);
      if (shown !== null) {
        setText(file, shown.fileName);
        setText(code, shown.code);
      }
      if ((shown !== null) === dialog.open) return;
      setText(said, '');
      if (shown === null) dialog.close();
      else dialog.showModal();
    },
  };
}
