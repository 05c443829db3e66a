// @ts-check
/** The box with the text, the samples, and the word on which text is being learned. */

import { find, makeButton, onFile, setNote, setText } from '../dom.js';
import { ENCODINGS } from '../encodings.js';
import { counted, whole } from '../format.js';
import { summaryOf } from '../state/summary.js';
import { BOX_CHARACTERS, PREVIEW_CHARACTERS, provenance, sameText } from '../state/text.js';

/** @typedef {import('../state.js').State} State */

/** What is in the box. @param {State} state */
function describe(state) {
  const { text, arrival } = state;
  if (arrival !== null && arrival.source === null) return `Fetching ${arrival.name}…`;
  if (arrival !== null && text.kind === 'box') return `Reading ${arrival.name}…`;
  if (text.kind === 'box' && text.shown === '') {
    return 'Paste a text, open a file, or begin with a sample.';
  }
  const known = [];
  if (text.characters !== null) known.push(counted(text.characters, 'character'));
  const origin = provenance(text);
  if (origin !== '') known.push(origin);
  const told = summaryOf(state);
  // What is being learned is told of below.
  if (told !== null && state.run === null) {
    known.push(`of which the last ${whole(told.heldOutCharacters)} are held out to test it`);
  }
  const what = `${text.source.name}: ${known.join(', ') || 'counting'}.`;
  if (text.kind === 'box') return what;
  return `${what} The box shows the first ${whole(PREVIEW_CHARACTERS)} characters, and cannot be edited; all of it is learned.`;
}

/** How the text in the box stands to the one that is learned. @param {State} state */
function describeLearning({ text, run }) {
  if (run === null || run.phase === 'starting') return '';
  if (run.text === null || run.report === null) {
    return 'The loaded weights are not learning this text yet.';
  }
  const { characters, symbols, heldOutCharacters } = run.report;
  const learned = `${run.text.name}, ${counted(characters, 'character')}, ${counted(symbols, 'symbol')}`;
  if (sameText(run.text, text.source)) {
    return `Being learned: all but the last ${whole(heldOutCharacters)} characters, which test it.`;
  }
  return `Being learned: ${learned}. What is in the box now is not; Reset, then Train, to learn it.`;
}

/** @param {HTMLElement} element @param {(intent: import('../state.js').Intent) => void} emit
 * @param {import('../samples.js').Sample[]} samples */
export function createText(element, emit, samples) {
  const box = find(element, '#text', HTMLTextAreaElement);
  const note = find(element, '#text-note', HTMLElement);
  const learning = find(element, '#text-learning', HTMLElement);
  const clear = find(element, '#text-clear', HTMLButtonElement);
  const shelf = find(element, '#samples', HTMLElement);

  const buttons = samples.map(({ id, name, hint }) => {
    const button = makeButton(name);
    button.title = hint;
    button.addEventListener('click', () => {
      emit({ type: 'chooseSample', sample: id, name, unasked: false });
    });
    return button;
  });
  shelf.replaceChildren(...buttons);

  const encodingField = find(element, '#encoding-field', HTMLElement);
  const encoding = find(element, '#encoding', HTMLSelectElement);
  encoding.replaceChildren(
    ...Object.entries(ENCODINGS).map(([label, name]) => new Option(name, label)),
  );
  encoding.addEventListener('change', () => {
    const chosen = /** @type {import('../encodings.js').Encoding} */ (encoding.value);
    emit({ type: 'chooseEncoding', encoding: chosen });
  });

  /** What the box holds, as far as this view knows without reading all of it again. */
  let held = box.value;

  box.addEventListener('focus', () => emit({ type: 'touchText' }));
  box.addEventListener('input', () => {
    held = box.value;
    emit({ type: 'edit', value: held });
  });
  box.addEventListener('paste', (event) => {
    // So long a text would keep the browser busy laying it out; it never enters the box. And what
    // is pasted over a document takes its place.
    const pasted = event.clipboardData?.getData('text/plain') ?? '';
    if (pasted === '' || (!box.readOnly && pasted.length <= BOX_CHARACTERS)) return;
    event.preventDefault();
    emit({ type: 'edit', value: pasted });
  });
  onFile(find(element, '#open-text', HTMLInputElement), (file) => emit({ type: 'openText', file }));
  clear.addEventListener('click', () => {
    emit({ type: 'clearText' });
    box.focus();
  });
  // What was typed before this script ran is a text like any other.
  if (held !== '') emit({ type: 'edit', value: held });

  /** @type {State | null} */
  let last = null;

  return {
    /** @param {State} state */
    render(state) {
      const { text, arrival, summary, run } = state;
      const same = text === last?.text && arrival === last.arrival && summary === last.summary;
      if (same && run?.report === last?.run?.report && run?.phase === last?.run?.phase) return;
      last = state;
      if (text.shown !== held) {
        box.value = text.shown;
        held = text.shown;
        box.scrollTop = 0;
      }
      const long = text.kind === 'document';
      box.readOnly = long;
      clear.hidden = !long;
      buttons.forEach((button, i) => {
        const chosen = text.source.sample === samples[i].id;
        button.setAttribute('aria-pressed', String(chosen));
      });
      encodingField.hidden = text.file === null;
      if (text.file !== null) encoding.value = text.file.encoding;
      setText(note, describe(state));
      setNote(learning, describeLearning(state));
    },
  };
}
