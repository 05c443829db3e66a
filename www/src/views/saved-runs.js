// @ts-check
/** The saved runs: each with its name, how far it has come, and what can be done with it. */

import { find, isEnabled, makeButton, setEnabled, setNote, setText } from '../dom.js';
import { loss, moment, size, whole } from '../format.js';
import { NAME_CHARACTERS } from '../names.js';
import { openKey, shelfText } from '../state/keeping.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../state.js').Intent} Intent
 * @typedef {import('../protocol.js').KeptRun} KeptRun
 * @typedef {(intent: Intent) => void} Emit
 */

/** @param {KeptRun} run @param {boolean} open */
function place(run, open) {
  if (open) return 'open here';
  return run.busy ? 'open in another tab' : '';
}

/**
 * One run of the list. @param {string} key @param {Emit} emit
 */
function createRow(key, emit) {
  const element = document.createElement('li');
  const title = document.createElement('p');
  title.className = 'kept-title';
  const name = document.createElement('span');
  name.className = 'kept-name';
  const tag = document.createElement('span');
  tag.className = 'kept-place';
  title.append(name, tag);

  const form = document.createElement('form');
  form.className = 'kept-rename';
  const input = document.createElement('input');
  input.maxLength = NAME_CHARACTERS;
  input.autocomplete = 'off';
  const keep = makeButton('Save name');
  keep.type = 'submit';
  const cancel = makeButton('Cancel');
  form.append(input, keep, cancel);

  const facts = document.createElement('p');
  facts.className = 'note kept-facts';
  const step = document.createElement('data');
  const rest = document.createElement('span');
  facts.append(step, rest);

  const actions = document.createElement('div');
  actions.className = 'kept-actions';
  const open = makeButton('Open');
  const rename = makeButton('Rename');
  const duplicate = makeButton('Duplicate');
  const remove = makeButton('Delete');
  const buttons = [open, rename, duplicate, remove];
  actions.append(...buttons);
  element.append(title, form, facts, actions);

  open.addEventListener('click', () => {
    if (isEnabled(open)) emit({ type: 'openKept', key, training: false, copy: false });
  });
  rename.addEventListener('click', () => emit({ type: 'startRename', key }));
  duplicate.addEventListener('click', () => emit({ type: 'duplicate', key }));
  remove.addEventListener('click', () => {
    if (isEnabled(remove)) emit({ type: 'deleteKept', key });
  });
  const stop = () => emit({ type: 'startRename', key: null });
  cancel.addEventListener('click', stop);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') stop();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    emit({ type: 'rename', key, name: input.value });
  });

  return {
    element,
    /** Where the keyboard goes when the row before it is gone. */
    focus: () => rename.focus(),
    /** @param {KeptRun} run @param {boolean} isOpen @param {boolean} renaming */
    render(run, isOpen, renaming) {
      setText(name, run.name);
      setText(tag, place(run, isOpen));
      tag.hidden = tag.textContent === '';
      step.value = String(run.step);
      setText(step, `step ${whole(run.step)}`);
      const measured = run.heldOut === null ? '' : ` · held-out loss ${loss(run.heldOut.loss)}`;
      setText(rest, `${measured} · ${moment(run.savedAt)} · ${size(run.bytes)}`);
      for (const button of buttons) {
        const label = `${button.textContent} ${run.name}`;
        if (button.ariaLabel !== label) button.ariaLabel = label;
      }
      setEnabled(open, !isOpen);
      setEnabled(remove, !isOpen && !run.busy);
      if (form.hidden !== renaming) return;
      const hadFocus = form.contains(document.activeElement);
      form.hidden = !renaming;
      title.hidden = renaming;
      actions.hidden = renaming;
      if (renaming) {
        input.ariaLabel = `Name of ${run.name}`;
        input.value = run.name;
        input.focus();
        input.select();
      } else if (hadFocus) {
        rename.focus();
      }
    },
  };
}

/** @param {HTMLElement} element @param {Emit} emit */
export function createSavedRuns(element, emit) {
  const heading = find(element, '#kept-heading', HTMLElement);
  const count = find(element, '#kept-count', HTMLElement);
  const note = find(element, '#kept-note', HTMLElement);
  const list = find(element, '#kept-list', HTMLElement);
  /** @type {Map<string, ReturnType<typeof createRow>>} */
  const rows = new Map();
  /** @type {{ keeping: State['keeping'], open: string | null } | null} */
  let shown = null;

  /** @param {KeptRun[]} runs */
  function rowsFor(runs) {
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
      const row = rows.get(run.key) ?? createRow(run.key, emit);
      rows.set(run.key, row);
      return row;
    });
  }

  return {
    /** @param {State} state */
    render(state) {
      const { keeping } = state;
      const open = openKey(state);
      if (keeping === shown?.keeping && open === shown.open) return;
      shown = { keeping, open };
      const runs = keeping.runs ?? [];
      setText(count, runs.length === 0 ? '' : whole(runs.length));
      setNote(note, shelfText(keeping));
      note.classList.toggle('problem', keeping.trouble !== '');
      const wanted = rowsFor(runs);
      wanted.forEach((row, i) => {
        // Only what is out of place moves: a row that moved would lose the focus.
        if (list.children[i] !== row.element)
          list.insertBefore(row.element, list.children[i] ?? null);
        row.render(runs[i], runs[i].key === open, runs[i].key === keeping.renaming);
      });
      list.hidden = runs.length === 0;
    },
  };
}
