// @ts-check
/** Which symbols a text holds and how often; what is rare. The lists are made when they are looked at. */

import { adviceOnSymbols, adviceOnText, symbolsTold } from '../advice.js';
import { find, setNote, setText } from '../dom.js';
import { whole } from '../format.js';
import { nameOf } from '../symbols.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../protocol.js').SymbolCount} SymbolCount
 */

/** As many of each are shown. */
const MOST_SHOWN = 24;

/** @param {SymbolCount} counted @param {number} most the count that fills its bar */
function entry({ symbol, count }, most) {
  const item = document.createElement('li');
  const name = nameOf(symbol);
  const shown = document.createElement(name === null ? 'b' : 'i');
  shown.textContent = name ?? symbol;
  const times = document.createElement('span');
  times.textContent = whole(count);
  item.style.setProperty('--share', `${(100 * count) / most}%`);
  item.append(shown, ' ', times);
  return item;
}

/** @param {HTMLElement} element */
export function createSummary(element) {
  const advice = find(element, '#text-advice', HTMLElement);
  const details = find(element, '#symbols', HTMLDetailsElement);
  const head = find(element, '#symbols-told', HTMLElement);
  const rareAdvice = find(element, '#symbols-advice', HTMLElement);
  const frequentList = find(element, '#symbols-frequent', HTMLElement);
  const rareHeading = find(element, '#symbols-rare-heading', HTMLElement);
  const rareList = find(element, '#symbols-rare', HTMLElement);

  /** @type {State['summary']} */
  let summary = null;
  /** @type {State['summary']} */
  let listed = null;

  function list() {
    if (!details.open || summary === listed || summary === null) return;
    listed = summary;
    const { frequent, rare } = summary.told;
    const most = frequent[0]?.count ?? 1;
    setNote(rareAdvice, adviceOnSymbols(summary.told));
    frequentList.replaceChildren(...frequent.slice(0, MOST_SHOWN).map((one) => entry(one, most)));
    rareList.replaceChildren(...rare.slice(0, MOST_SHOWN).map((one) => entry(one, most)));
    rareHeading.hidden = rareList.hidden = rare.length === 0;
  }
  details.addEventListener('toggle', list);

  return {
    /** @param {State} state */
    render(state) {
      if (state.summary !== summary) {
        summary = state.summary;
        details.classList.toggle('empty', summary === null);
        if (summary !== null) setText(head, symbolsTold(summary.told));
        list();
      }
      const least = state.limits?.textCharacters.min ?? 100;
      const isFile = state.text.file !== null;
      const told = state.run === null ? state.summary?.told : undefined;
      setNote(advice, told === undefined ? '' : adviceOnText(told, least, isFile));
    },
  };
}
