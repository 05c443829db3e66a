/** The settings of sampling behind a click: top-k, top-p, the seed, and whether letter statistics write too. */

import { LIMITS } from '../../../../pkg/settings.js';
import { find, h, setAttribute, setNote, setText } from '../dom.js';
import { whole } from '../format.js';

/** @import { Emit, View } from '../state.js' */

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createMore(element, emit) {
  const problem = h('p', { className: 'problem', id: 'generated-more-problem', hidden: true });
  const note = h('p', { className: 'note' });
  /** @param {string} id @param {{ min: number, max: number }} range @param {Partial<HTMLInputElement>} more */
  function numberField(id, { min, max }, more) {
    const about = { type: 'number', inputMode: 'numeric', min: String(min), max: String(max) };
    return h('input', { id, ...about, ...more, 'aria-describedby': problem.id });
  }
  const topK = numberField('top-k', LIMITS.topK, { placeholder: 'all' });
  const seed = numberField('generated-seed', LIMITS.seed, { value: '1', required: true });
  const { min, max } = LIMITS.topP;
  const range = { type: 'range', min: String(min), max: String(max), step: '0.01', value: '1' };
  const topP = h('input', { id: 'top-p', ...range });
  const topPReading = h('span', { className: 'reading', 'aria-hidden': 'true' });
  /** @param {string} label @param {HTMLInputElement} input @param {HTMLElement[]} more */
  const field = (label, input, ...more) =>
    h(
      'div',
      { className: more.length === 0 ? 'field' : 'field slider' },
      h('label', { htmlFor: input.id }, label),
      ...more,
      input,
    );
  find(element, '#writing-sheet', HTMLElement).append(
    h(
      'div',
      { className: 'row generated-controls' },
      field('Top-k', topK),
      field('Top-p', topP, topPReading),
      field('Voice seed', seed),
    ),
    problem,
    note,
  );

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
  const mixes = h('input', { type: 'checkbox' });
  note.before(h('label', { className: 'with-statistics' }, mixes, 'Write with letter statistics'));
  const label = h(
    'span',
    { className: 'mixed', hidden: true },
    'Network + letter statistics write.',
  );
  find(element, '#tint-hint', HTMLElement).before(label);
  mixes.addEventListener('change', () => {
    // They are measured on: that takes nothing from who does not look.
    const statistics = mixes.checked ? 'written' : 'measured';
    emit({ type: 'setSampling', change: { statistics } });
  });

  return {
    render(state) {
      const { topK: k, topP: p, statistics } = state.generated;
      mixes.checked = statistics === 'written';
      label.hidden = !state.generated.mixes;
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
          : `The tint and the alternatives are ${state.generated.mixes ? 'those of the network and the letter statistics together' : 'the network’s own'}: before temperature, top-k and top-p.`,
      );
    },
  };
}
