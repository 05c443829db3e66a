/** The box with the text, the samples, and which text is being learned. */

import { LIMITS } from '../../../../pkg/settings.js';
import { ENCODINGS } from '../../shared/encodings.js';
import { find, makeButton, onFiles, setNote, setText } from '../dom.js';
import { counted, whole } from '../format.js';
import { calledWithin, LISTED } from './samples.js';
import { BOX_CHARACTERS, PREVIEW_CHARACTERS, provenance, sameText } from './state.js';
import { summaryOf } from './summary-state.js';

/** @import { Encoding } from '../../shared/encodings.js' */
/** @import { Emit, State, View } from '../state.js' */

/**
 * The box shows so many characters of a sample until somebody comes to it: a phone takes a third of a second to
 * lay out a book, just when its visitor wants to begin.
 */
const FIRST_CHARACTERS = 10_000;

/** Says what is in the box. @param {State} state */
function describe(state) {
  const { text, arrival } = state;
  if (arrival !== null && arrival.source === null) return `Fetching ${calledWithin(arrival)}…`;
  if (arrival !== null && text.kind === 'box') return `Reading ${calledWithin(arrival)}…`;
  if (text.kind === 'box' && text.shown === '') {
    return 'Paste a text, open a file, or begin with a sample.';
  }
  const known = [];
  if (text.characters !== null) known.push(counted(text.characters, 'character'));
  const origin = provenance(text);
  if (origin !== '') known.push(origin);
  const report = summaryOf(state);
  const tested =
    report !== null && report.characters >= LIMITS.textCharacters.min && state.run === null
      ? ` The last ${whole(report.heldOutCharacters)} are kept as a test.`
      : '';
  const what = `${text.source.name}: ${known.join(', ') || 'counting'}.${tested}`;
  if (text.source.sample !== undefined && state.run === null) {
    return `${what} Paste anything over it.`;
  }
  if (text.kind === 'box') return what;
  return `${what} The box shows the first ${whole(PREVIEW_CHARACTERS)} characters, and cannot be edited; all of it is learned.`;
}

/** Says whether the text in the box is the one that is learned. @param {State} state */
function describeLearning({ text, run }) {
  if (run === null || run.phase === 'starting') return '';
  if (run.text === null || run.report === null) {
    return 'The loaded weights are not learning this text yet.';
  }
  const { characters, symbols, heldOutCharacters } = run.report;
  const learned = `${calledWithin(run.text)}, ${counted(characters, 'character')}, ${counted(symbols, 'symbol')}`;
  if (sameText(run.text, text.source)) {
    return `Training on the first 90%. The last ${whole(heldOutCharacters)} characters are kept as a test.`;
  }
  return `Training on ${learned}, not on what is in the box now. Reset, then Train, to learn that.`;
}

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createText(element, emit) {
  const box = find(element, '#text', HTMLTextAreaElement);
  const note = find(element, '#text-note', HTMLElement);
  const learning = find(element, '#text-learning', HTMLElement);
  const clear = find(element, '#text-clear', HTMLButtonElement);

  const buttons = LISTED.map(({ id, name, hint }) =>
    makeButton(name, () => emit({ type: 'chooseSample', sample: id, name, unasked: false }), {
      title: hint,
    }),
  );
  find(element, '#samples', HTMLElement).append(...buttons);

  const encodingField = find(element, '#encoding-field', HTMLElement);
  const encoding = find(element, '#encoding', HTMLSelectElement);
  encoding.replaceChildren(
    ...Object.entries(ENCODINGS).map(([label, name]) => new Option(name, label)),
  );
  encoding.addEventListener('change', () => {
    const chosen = /** @type {Encoding} */ (encoding.value);
    emit({ type: 'chooseEncoding', encoding: chosen });
  });

  /** What the box holds. Reading it from the box would copy all of it. */
  let held = box.value;
  let isPart = false;

  /** @param {boolean} part */
  function show(part) {
    box.value = part ? held.slice(0, FIRST_CHARACTERS) : held;
    box.scrollTop = 0;
    isPart = part;
  }
  function come() {
    if (!isPart) return;
    const isSelected = box.selectionEnd > box.selectionStart;
    show(false);
    if (isSelected) box.select(); // nobody selects a part before coming
  }
  for (const coming of ['pointerenter', 'dragenter', 'focus']) box.addEventListener(coming, come);

  box.addEventListener('focus', () => emit({ type: 'touchText' }));
  box.addEventListener('input', () => {
    held = box.value;
    emit({ type: 'edit', value: held });
  });
  box.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // A copied table comes as a text and as a picture.
    if (files.length > 0 && !event.clipboardData?.types.includes('text/plain')) {
      event.preventDefault();
      return emit({ type: 'openTexts', files });
    }
    // So long a text would keep the browser busy laying it out; it never enters the box. And what
    // is pasted over a document takes its place.
    const pasted = event.clipboardData?.getData('text/plain') ?? '';
    if (pasted === '' || (!box.readOnly && pasted.length <= BOX_CHARACTERS)) return;
    event.preventDefault();
    emit({ type: 'edit', value: pasted });
  });
  onFiles(find(element, '#open-text', HTMLInputElement), (files) => {
    emit({ type: 'openTexts', files });
  });
  clear.addEventListener('click', () => {
    emit({ type: 'clearText' });
    box.focus();
  });
  // What was typed before this script ran is a text like any other.
  if (held !== '') emit({ type: 'edit', value: held });

  /** @type {State | null} */
  let last = null;

  return {
    render(state) {
      const { text, arrival, summary, run } = state;
      const same = text === last?.text && arrival === last.arrival && summary === last.summary;
      if (same && run?.report === last?.run?.report && run?.phase === last?.run?.phase) return;
      last = state;
      if (text.shown !== held) {
        held = text.shown;
        show(text.source.sample !== undefined && document.activeElement !== box);
      }
      const long = text.kind === 'document';
      box.readOnly = long;
      clear.hidden = !long;
      buttons.forEach((button, i) => {
        const chosen = text.source.sample === LISTED[i].id;
        button.setAttribute('aria-pressed', String(chosen));
      });
      encodingField.hidden = text.file === null;
      if (text.file !== null) encoding.value = text.file.reading.encoding;
      setText(note, describe(state));
      setNote(learning, describeLearning(state));
    },
  };
}
