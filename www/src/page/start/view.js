/** The sentence before Train, with its three choices. */

import { find, setText } from '../dom.js';
import { trialOf } from '../settings/estimate-state.js';
import { LISTED } from '../text/samples.js';
import { NETWORKS } from './sentence-state.js';
import { networkOf, PRESENT, TEXTS, TIMES, textOf, timeOf } from './words.js';

/** @import { Emit, View } from '../state.js' */
/** @import { Choice } from './words.js' */

/**
 * A choice within the sentence. It is as wide as what it shows.
 * @param {HTMLElement} element @param {string} selector @param {Choice[]} choices
 * @param {(value: string) => void} take
 */
function createChoice(element, selector, choices, take) {
  const select = find(element, selector, HTMLSelectElement);
  const options = choices.map(({ value, label }) => new Option(label, value));
  const present = new Option('', PRESENT);
  select.replaceChildren(...options);
  select.addEventListener('change', () => {
    if (select.value !== PRESENT) take(select.value);
  });

  return {
    options,
    /** @param {Choice} choice what is in force */
    show({ value, label }) {
      if (value !== PRESENT) present.remove();
      else if (!present.isConnected) select.prepend(present);
      if (value === PRESENT) setText(present, label);
      if (select.value !== value) select.value = value;
      const box = /** @type {HTMLElement} */ (select.parentElement);
      box.dataset.shown = select.selectedOptions[0].text;
    },
  };
}

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createSentence(element, emit) {
  const sentence = find(element, '#sentence', HTMLElement);
  const article = find(sentence, '#sentence-article', HTMLElement);
  const box = find(element, '#text', HTMLTextAreaElement);

  const network = createChoice(
    sentence,
    '#sentence-network',
    Object.entries(NETWORKS).map(([value, { name }]) => ({ value, label: name })),
    (network) => emit({ type: 'chooseNetwork', network }),
  );
  const text = createChoice(sentence, '#sentence-text', TEXTS, (value) => {
    const sample = LISTED.find(({ id }) => id === value);
    if (sample !== undefined) {
      return emit({ type: 'chooseSample', sample: value, name: sample.name, unasked: false });
    }
    emit({ type: 'clearText' });
    box.focus();
  });
  const time = createChoice(sentence, '#sentence-time', TIMES, (seconds) =>
    emit({ type: 'chooseTime', seconds: Number(seconds) }),
  );

  return {
    render(state) {
      if (state.run !== null) return;
      const chosen = networkOf(state);
      setText(article, chosen.article);
      network.show(chosen);
      text.show(textOf(state));
      time.show(timeOf(state));
      const unknown = trialOf(state) === null;
      for (const option of time.options) option.disabled = unknown;
    },
  };
}
