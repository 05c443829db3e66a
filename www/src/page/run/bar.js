/** The run bar: what is learned, by which network and for how long, and how far the run has come. */

import { find, setAttribute, setText } from '../dom.js';
import { compact, loss } from '../format.js';
import { placeMessages } from '../messages/view.js';
import { networkName } from '../settings/fields.js';
import { heldOutOf } from './held-out.js';

/** @import { Run, State, View } from '../state.js' */

/** The title of the page without a run, as in index.html. */
const TITLE = document.title;

/**
 * What each chip says; the text's also how long it is, in small print.
 * @param {Run} run @param {State['text']} text
 */
function chipsOf({ text, config, report }, { source }) {
  const { content, name } = text ?? source;
  return {
    text: content === '' ? 'No text yet' : name,
    length: report === null ? '' : compact(report.characters),
    network: networkName(config),
    time: `${compact(config.runCharacters)} letters`,
  };
}

/** @param {State} state */
const savedState = ({ run }) => {
  if (run === null || run.report === null) return '';
  return run.savedKey === null ? 'not saved yet' : 'saved';
};

/** @param {HTMLElement} element @returns {View} */
export function createBar(element) {
  const parts = /** @type {const} */ (['text', 'length', 'network', 'time']);
  const chips = parts.map((part) => find(element, `#chip-${part}`, HTMLElement));
  const primary = find(element, '#primary', HTMLElement);
  const textSheet = find(element, '#text-panel', HTMLElement);
  const saved = find(element, '#saved-state', HTMLElement);

  // As in index.html. Look inside may be another place meanwhile.
  let shown = 'start';

  return {
    render(state) {
      const { run } = state;
      const place = run === null ? 'start' : 'watch';
      if (place !== shown) {
        document.body.dataset.place = shown = place;
        placeMessages(document.body);
        // While there is a run, the text waits behind its chip.
        setAttribute(textSheet, 'popover', run === null ? null : 'auto');
        setAttribute(textSheet, 'tabindex', run === null ? null : '-1');
        for (const name of ['sheet', 'drawer']) textSheet.classList.toggle(name, run !== null);
        // What is hidden now may have held the keyboard.
        if (document.activeElement?.getClientRects().length === 0) primary.focus();
        scrollTo({ top: 0, behavior: 'instant' });
      }
      const heldOut = heldOutOf(run);
      const title = heldOut === null ? TITLE : `${loss(heldOut.loss)} · Babble`;
      if (document.title !== title) document.title = title;
      if (run !== null) {
        const said = chipsOf(run, state.text);
        parts.forEach((part, i) => {
          setText(chips[i], said[part]);
        });
      }
      setText(saved, savedState(state));
    },
  };
}
