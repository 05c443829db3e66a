/** The list of downloads, and the dialog with the code for PyTorch. */

import { copyFrom } from '../browser/clipboard.js';
import { find, h, makeButton, setEnabled, setText } from '../dom.js';
import { codeOf, hasWeights } from './state.js';
import { DOWNLOADS } from './table.js';

/** @import { Emit, View } from '../state.js' */

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createDownloads(element, emit) {
  const file = h('b');
  // It scrolls, so the keyboard must reach it.
  const code = h('pre', { tabIndex: 0 });
  const said = h('span', { className: 'note', role: 'status' });
  /** @param {string} label @param {() => void} act */
  const plain = (label, act) => makeButton(label, act, { className: 'plain' });
  const dialog = h(
    'dialog',
    { className: 'code', id: 'code-dialog', 'aria-labelledby': 'code-heading' },
    h(
      'div',
      { className: 'row panel-head' },
      h('h2', { id: 'code-heading' }, 'These weights in PyTorch'),
      makeButton('Close', () => dialog.close()),
    ),
    h(
      'p',
      { className: 'note' },
      'Save the weights and this code in one folder. The weights file is ',
      file,
      '.',
    ),
    code,
    h(
      'div',
      { className: 'row buttons' },
      plain('Save the weights', () => emit({ type: 'download' })),
      plain('Save the code', () => {
        const content = new Blob([code.textContent ?? ''], { type: 'text/x-python' });
        emit({ type: 'saveFile', fileName: 'babble.py', content });
      }),
      plain('Copy the code', async () => {
        const copied = await copyFrom(code);
        setText(
          said,
          copied ? 'Copied.' : 'This browser does not let the page copy. The code is selected.',
        );
      }),
      said,
    ),
  );
  dialog.addEventListener('close', () => emit({ type: 'showCode', shown: false }));
  element.append(dialog);

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
