/** The symbols of a text with their counts, and the rare ones. The lists are made when they are opened. */

import { LIMITS } from '../../../../pkg/settings.js';
import { nameOf } from '../../shared/symbols.js';
import { find, h, makeButton, setNote, setText } from '../dom.js';
import { fetchLater } from '../fetch-later.js';
import { whole } from '../format.js';
import { countedSymbols } from './summary-state.js';

/** @import { SymbolCount, TextSummary } from '../../shared/protocol.js' */
/** @import { Emit, State, View } from '../state.js' */

/** Each list shows at most this many. */
const MOST_SHOWN = 24;

/** @param {SymbolCount} counted @param {number} most the count that fills its bar */
function entry({ symbol, count }, most) {
  const name = nameOf(symbol);
  const shown = name === null ? h('b', {}, symbol) : h('i', {}, name);
  const item = h('li', {}, shown, ' ', h('span', {}, whole(count)));
  item.style.setProperty('--share', `${(100 * count) / most}%`);
  return item;
}

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createSummary(element, emit) {
  const advice = find(element, '#text-advice', HTMLElement);
  const details = find(element, '#symbols', HTMLDetailsElement);
  const head = find(element, '#symbols-count', HTMLElement);
  const rareAdvice = find(element, '#symbols-advice', HTMLElement);
  const frequentList = find(element, '#symbols-frequent', HTMLElement);
  const rareHeading = find(element, '#symbols-rare-heading', HTMLElement);
  const rareList = find(element, '#symbols-rare', HTMLElement);

  /** Fetched for the first text that is no sample. @type {typeof import('./advice.js') | null} */
  let words = null;
  let asked = false;
  /** @type {State | null} */
  let last = null;

  async function fetchWords() {
    if (asked) return;
    asked = true;
    words = (await fetchLater()).advice;
    list();
    if (last !== null) advise(last);
  }

  const offered = find(element, '#text-offers', HTMLElement);
  /** The labels of the changes that are offered. */
  let labels = '';

  /** @param {State} state @param {TextSummary | undefined} report */
  function offer({ text, arrival }, report) {
    const wanted =
      report === undefined || arrival !== null || words === null
        ? []
        : words.offers(report, text.columns);
    const next = wanted.map(({ label }) => label).join('\n');
    if (next === labels) return;
    labels = next;
    offered.hidden = wanted.length === 0;
    offered.replaceChildren(
      ...wanted.map(({ label, change }) =>
        makeButton(label, () => emit({ type: 'changeText', change })),
      ),
    );
  }

  /** @type {State['summary']} */
  let summary = null;
  /** @type {State['summary']} */
  let listed = null;

  function list() {
    if (!details.open || summary === listed || summary === null) return;
    if (words === null) return fetchWords();
    listed = summary;
    const { frequent, rare } = summary.report;
    const most = frequent[0]?.count ?? 1;
    setNote(rareAdvice, words.adviceOnSymbols(summary.report));
    frequentList.replaceChildren(...frequent.slice(0, MOST_SHOWN).map((one) => entry(one, most)));
    rareList.replaceChildren(...rare.slice(0, MOST_SHOWN).map((one) => entry(one, most)));
    rareHeading.hidden = rareList.hidden = rare.length === 0;
  }
  /** @param {State} state */
  function advise(state) {
    const least = LIMITS.textCharacters.min;
    const reading = state.text.file?.reading ?? null;
    // The page's own samples are as they should be.
    const isOwn = state.text.source.sample !== undefined;
    // What another text was like is no advice on this one.
    const isOfIt = state.summary?.source.name === state.text.source.name;
    const report = state.run === null && !isOwn && isOfIt ? state.summary?.report : undefined;
    if (report !== undefined) fetchWords();
    const said = report === undefined ? [] : (words?.adviceOnText(report, least, reading) ?? []);
    setNote(advice, said.join(' '));
    offer(state, report);
  }

  details.addEventListener('toggle', list);

  return {
    render(state) {
      if (state.summary !== summary) {
        summary = state.summary;
        details.classList.toggle('empty', summary === null);
        if (summary !== null) setText(head, countedSymbols(summary.report));
        list();
      }
      last = state;
      advise(state);
    },
  };
}
