/** The sheet of all settings waits behind its buttons, and is made when it is first opened. */

import { find, setText } from '../dom.js';
import { fetchLater } from '../fetch-later.js';

/** @import { Emit, State, View } from '../state.js' */

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createSettings(element, emit) {
  const sheet = find(element, '#settings-sheet', HTMLElement);
  /** @type {View | null} */
  let content = null;
  let asked = false;
  /** @type {State | null} */
  let newest = null;
  /** The part that the button pressed last names, if any. @type {string | undefined} */
  let part;

  /** Brings the part into view that the button asked for. */
  function showPart() {
    if (content === null || part === undefined) return;
    sheet.querySelector(`#${part}`)?.scrollIntoView();
    part = undefined;
  }

  async function fill() {
    asked = true;
    const { createSheet } = await fetchLater(() =>
      setText(sheet, 'The settings could not be fetched. It is tried again.'),
    );
    content = createSheet(sheet, emit);
    if (newest !== null) content.render(newest);
    showPart();
  }

  element.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[popovertarget]') : null;
    if (button instanceof HTMLElement) part = button.dataset.part;
  });
  sheet.addEventListener('beforetoggle', (event) => {
    const { newState } = /** @type {ToggleEvent} */ (event);
    if (newState === 'open' && !asked) fill();
  });
  sheet.addEventListener('toggle', showPart);
  // Its buttons open it before there is a script.
  if (sheet.matches(':popover-open')) fill();

  return {
    render(state) {
      newest = state;
      content?.render(state);
    },
  };
}
