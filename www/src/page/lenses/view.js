/**
 * The lenses: which one is open, and a fresh look about once a second while one is. What a lens paints comes as a
 * module of its own when the first one is opened.
 */

import { find, setText } from '../dom.js';
import { fetchLater } from '../fetch-later.js';
import { MOST_OWN_CHARACTERS } from './state.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('./state.js').Lens} Lens
 */

/** So long after an answer the next question is asked, at least. */
const PAUSE_MS = 1_000;

/** What a look may cost training while a lens is open: the pause after it is as much longer than the look. */
const SHARE = 1 / 25;

/** How long after a look the next one comes. @param {number} tookMs */
export const pauseAfter = (tookMs) => Math.max(PAUSE_MS, tookMs / SHARE);

/** A question that was not answered for so long is lost. */
const LOST_MS = 5_000;

/**
 * @param {HTMLElement} element @param {(intent: import('../state.js').Intent) => void} emit
 * @param {import('../chart/loss-histories.js').LossHistories} histories
 */
export function createLenses(element, emit, histories) {
  const panel = find(element, '#generated-panel', HTMLElement);
  const title = find(element, '#generated-heading', HTMLElement);
  const writes = title.textContent ?? '';
  const tabs = find(element, '#lenses', HTMLElement);
  const place = find(element, '#lens', HTMLElement);
  const text = find(element, '#lens-text', HTMLElement);
  const margin = find(element, '#lens-margin', HTMLElement);
  const heading = find(element, '#lens-heading', HTMLElement);
  const note = find(element, '#lens-note', HTMLElement);
  const which = find(element, '#lens-which', HTMLElement);
  const of = find(element, '#lens-of', HTMLSelectElement);
  const ownField = find(element, '#lens-own-field', HTMLElement);
  const own = find(element, '#lens-own', HTMLTextAreaElement);
  /** @type {ReturnType<typeof import('./painters.js').createPainter> | null} */
  let painter = null;
  let timer = 0;
  /** The newest state, which a module that has just come is to paint. @type {State | null} */
  let newest = null;
  let isLoading = false;

  const lines = find(element, '#lens-lines', HTMLElement);

  own.maxLength = MOST_OWN_CHARACTERS;
  // They scroll: the keyboard must be able to reach them.
  text.tabIndex = margin.tabIndex = 0;
  tabs.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement)
      emit({ type: 'openLens', lens: /** @type {Lens} */ (target.value) });
  });
  of.addEventListener('change', () => {
    const { value } = of;
    emit({ type: 'setLens', change: { of: /** @type {import('./state.js').Of} */ (value) } });
    if (value === 'own') own.focus();
  });
  own.addEventListener('input', () => emit({ type: 'setLens', change: { own: own.value } }));

  /** @param {State['lens']} lens */
  function lookLater({ requestId, seen }) {
    clearTimeout(timer);
    const look = () => {
      timer = 0;
      emit({ type: 'lookAgain' });
    };
    const pause = pauseAfter(seen?.look.tookMs ?? 0);
    timer = window.setTimeout(look, requestId === null ? pause : LOST_MS);
  }

  async function load() {
    isLoading = true;
    const { createPainter } = await fetchLater(() =>
      setText(note, 'This lens could not be fetched. It is tried again.'),
    );
    painter = createPainter(text, margin, emit, histories);
    if (newest !== null) render(newest);
  }

  /** The question that the timer was set for. @type {number | null} */
  let asked = null;

  /** @param {State} state */
  function render(state) {
    newest = state;
    const { lens, run } = state;
    const isOpen = lens.open !== 'certainty';
    // It is of use where the text is a list.
    lines.hidden = run?.kind !== 'lines' && lens.open !== 'lines';
    panel.classList.toggle('through-lens', isOpen);
    place.hidden = !isOpen;
    for (const input of tabs.querySelectorAll('input')) input.checked = input.value === lens.open;
    if (!isOpen) {
      setText(title, writes);
      clearTimeout(timer);
      timer = 0;
      return;
    }
    if (painter === null) {
      if (!isLoading) load();
      return;
    }
    const { ofAText, once } = painter.can(lens.open);
    // Whoever wrote the text, through such a lens the network reads it.
    setText(title, ofAText ? 'What it reads' : writes);
    which.hidden = !ofAText;
    of.value = lens.of;
    ownField.hidden = lens.of !== 'own' || which.hidden;
    if (run !== null && !once && (timer === 0 || asked !== lens.requestId)) {
      asked = lens.requestId;
      lookLater(lens);
    }
    const said = painter.paint(state);
    setText(heading, said.heading);
    setText(note, said.note);
  }

  return { render };
}
