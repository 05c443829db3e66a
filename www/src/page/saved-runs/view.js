/** The list of saved runs. Its rows are fetched once there are some. */

import { find, setNote, setText } from '../dom.js';
import { fetchLater } from '../fetch-later.js';
import { whole } from '../format.js';
import { openKey } from './state.js';
import { savedRunsText } from './words.js';

/** @import { SavedRun } from '../../shared/protocol.js' */
/** @import { Emit, State, View } from '../state.js' */

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createSavedRuns(element, emit) {
  const heading = find(element, '#saved-sheet-heading', HTMLElement);
  const count = find(element, '#saved-count', HTMLElement);
  const note = find(element, '#saved-note', HTMLElement);
  const list = find(element, '#saved-list', HTMLElement);
  heading.tabIndex = -1; // the focus goes there from the last row
  /** @type {typeof import('./row.js').createRow | null} */
  let createRow = null;
  let asked = false;
  /** @type {State | null} */
  let newest = null;
  /** @type {Map<string, ReturnType<typeof import('./row.js').createRow>>} */
  const rows = new Map();
  /** @type {{ savedRuns: State['savedRuns'], open: string | null } | null} */
  let shown = null;

  async function fetchRows() {
    if (asked) return;
    asked = true;
    ({ createRow } = await fetchLater());
    shown = null;
    if (newest !== null) render(newest);
  }

  /** @param {SavedRun[]} runs @param {typeof import('./row.js').createRow} makeRow */
  function rowsFor(runs, makeRow) {
    for (const [key, row] of rows) {
      if (runs.some((run) => run.key === key)) continue;
      const neighbour = /** @type {HTMLElement | null} */ (
        row.element.nextElementSibling ?? row.element.previousElementSibling
      );
      const hadFocus = row.element.contains(document.activeElement);
      row.element.remove();
      rows.delete(key);
      if (!hadFocus) continue;
      const next = [...rows.values()].find((other) => other.element === neighbour);
      if (next === undefined) heading.focus();
      else next.focus();
    }
    return runs.map((run) => {
      const row = rows.get(run.key) ?? makeRow(run.key, emit);
      rows.set(run.key, row);
      return row;
    });
  }

  /** @param {State} state */
  function render(state) {
    newest = state;
    const { savedRuns } = state;
    const open = openKey(state);
    if (savedRuns === shown?.savedRuns && open === shown.open) return;
    shown = { savedRuns, open };
    const runs = savedRuns.runs ?? [];
    if (runs.length > 0) fetchRows();
    setText(count, runs.length === 0 ? '' : `(${whole(runs.length)})`);
    setNote(note, savedRunsText(savedRuns));
    note.classList.toggle('problem', savedRuns.trouble !== '');
    const wanted = createRow === null ? [] : rowsFor(runs, createRow);
    wanted.forEach((row, i) => {
      // Only misplaced rows move, because a row that moves loses the focus.
      if (list.children[i] !== row.element)
        list.insertBefore(row.element, list.children[i] ?? null);
      row.render(runs[i], runs[i].key === open, runs[i].key === savedRuns.renaming);
    });
    list.hidden = wanted.length === 0;
  }

  return { render };
}
