// @ts-check
/** The settings of sampling behind a click: top-k, top-p and the seed. */

import { LIMITS } from '../../../../pkg/settings.js';
import { find, setAttribute, setNote, setText } from '../dom.js';
import { whole } from '../format.js';

/** @import { Emit, View } from '../state.js' */

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createMore(element, emit) {
  const topK = find(element, '#top-k', HTMLInputElement);
  const topP = find(element, '#top-p', HTMLInputElement);
  const topPReading = find(element, '#top-p-reading', HTMLElement);
  const seed = find(element, '#generated-seed', HTMLInputElement);
  const note = find(element, '#generated-more-note', HTMLElement);
  const problem = find(element, '#generated-more-problem', HTMLElement);

  /** The fields for numbers. */
  const numbers = [
    { input: topK, name: /** @type {const} */ ('topK'), label: 'Top-k', ifEmpty: 0 },
    { input: seed, name: /** @type {const} */ ('seed'), label: 'The voice’s seed', ifEmpty: null },
  ];

  /** @param {typeof numbers[number]} field */
  function read({ input, ifEmpty }) {
    if (input.value === '' && !input.validity.badInput) return ifEmpty;
    return input.validity.valid ? input.valueAsNumber : null;
  }

  function complain() {
    const wrong = numbers.filter((field) => read(field) === null);
    for (const { input } of numbers) {
      const isWrong = wrong.some((field) => field.input === input);
      setAttribute(input, 'aria-invalid', isWrong ? 'true' : null);
    }
    const sentences = wrong.map(
      ({ label, input }) =>
        `${label} is a whole number from ${whole(Number(input.min))} to ${whole(Number(input.max))}.`,
    );
    setNote(problem, sentences.join(' '));
  }

  for (const field of numbers) {
    field.input.addEventListener('input', () => {
      const value = read(field);
      complain();
      if (value !== null) emit({ type: 'setSampling', change: { [field.name]: value } });
    });
  }
  topP.addEventListener('input', () => {
    emit({ type: 'setSampling', change: { topP: topP.valueAsNumber } });
  });
  topK.max = String(LIMITS.topK.max);
  topP.min = String(LIMITS.topP.min);
  seed.max = String(LIMITS.seed.max);

  return {
    render(state) {
      const { topK: k, topP: p } = state.generated;
      const reading = p === 1 ? 'all' : String(p);
      setText(topPReading, reading);
      // A saved run comes back with its settings.
      if (topP.valueAsNumber !== p) topP.value = String(p);
      for (const field of numbers) {
        const value = state.generated[field.name];
        if (document.activeElement !== field.input && read(field) !== value) {
          field.input.value = value === field.ifEmpty ? '' : String(value);
          complain();
        }
      }
      topP.setAttribute('aria-valuetext', reading);
      setText(
        note,
        k === 1
          ? 'Top-k 1 always takes the likeliest, as temperature 0 does.'
          : 'The tint and the alternatives are the network’s own: before temperature, top-k and top-p.',
      );
    },
  };
}
