// @ts-check
/** How the voice chooses among what is likely: top-k, top-p, and the seed of its choices. */

import { find, setNote, setText } from '../dom.js';
import { whole } from '../format.js';

/** @typedef {import('../state.js').State} State */

/** @param {HTMLElement} element @param {(intent: import('../state.js').Intent) => void} emit */
export function createMore(element, emit) {
  const topK = find(element, '#top-k', HTMLInputElement);
  const topP = find(element, '#top-p', HTMLInputElement);
  const topPReading = find(element, '#top-p-reading', HTMLElement);
  const seed = find(element, '#voice-seed', HTMLInputElement);
  const note = find(element, '#voice-more-note', HTMLElement);
  const problem = find(element, '#voice-more-problem', HTMLElement);

  /** What each number field says, or null where it is no number that it may be. */
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
      if (isWrong) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
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
      if (value !== null) emit({ type: 'setVoice', change: { [field.name]: value } });
    });
  }
  topP.addEventListener('input', () => {
    emit({ type: 'setVoice', change: { topP: topP.valueAsNumber } });
  });
  // A reloaded page may come with its controls as they were left.
  emit({
    type: 'setVoice',
    change: { topK: read(numbers[0]) ?? 0, topP: topP.valueAsNumber, seed: read(numbers[1]) ?? 1 },
  });

  /** @type {import('../protocol.js').Limits | null} */
  let limits = null;

  return {
    /** @param {State} state */
    render(state) {
      const { topK: k, topP: p } = state.voice;
      const reading = p === 1 ? 'all' : String(p);
      setText(topPReading, reading);
      // A saved run comes back with its voice.
      if (topP.valueAsNumber !== p) topP.value = String(p);
      for (const field of numbers) {
        const value = state.voice[field.name];
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
      if (state.limits === null || state.limits === limits) return;
      limits = state.limits;
      topK.max = String(limits.topK.max);
      topP.min = String(limits.topP.min);
      seed.max = String(limits.seed.max);
    },
  };
}
