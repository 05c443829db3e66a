/** A saved run in the list: its name, its progress and its buttons. */

import { NAME_CHARACTERS } from '../../shared/run-names.js';
import { h, makeButton, setAttribute, setEnabled, setText } from '../dom.js';
import { loss, size, whole } from '../format.js';
import { savedWhen } from './words.js';

/** @import { SavedRun } from '../../shared/protocol.js' */
/** @import { Emit } from '../state.js' */

/** @param {SavedRun} run @param {boolean} open */
function place(run, open) {
  if (open) return 'open here';
  return run.busy ? 'open in another tab' : '';
}

/** What is known of a run beside its step. @param {SavedRun} run */
function known(run) {
  const measured = run.heldOut === null ? '' : `held-out loss ${loss(run.heldOut.loss)}`;
  const room = run.bytes === 0 ? '' : size(run.bytes).replace(' ', '\u00a0');
  return [measured, savedWhen(run), room].filter((fact) => fact !== '');
}

/** One run of the list. @param {string} key @param {Emit} emit */
export function createRow(key, emit) {
  const name = h('span', { className: 'saved-name' });
  const where = h('span', { className: 'saved-place' });
  const title = h('p', { className: 'row saved-title' }, name, where);

  const stop = () => emit({ type: 'startRename', key: null });
  const input = h('input', { maxLength: NAME_CHARACTERS, autocomplete: 'off' });
  const form = h(
    'form',
    { className: 'row saved-rename' },
    input,
    h('button', { className: 'quiet' }, 'Save name'),
    makeButton('Cancel', stop),
  );

  const step = h('data');
  const rest = h('span');
  const facts = h('p', { className: 'note saved-facts' }, step, rest);

  const open = makeButton('Open', () =>
    emit({ type: 'openSaved', key, training: false, copy: false }),
  );
  const rename = makeButton('Rename', () => emit({ type: 'startRename', key }));
  const duplicate = makeButton('Duplicate', () => emit({ type: 'duplicate', key }));
  const remove = makeButton('Delete', () => emit({ type: 'deleteSaved', key }));
  const buttons = [open, rename, duplicate, remove];
  const actions = h('div', { className: 'row saved-actions' }, ...buttons);
  const element = h('li', {}, title, form, facts, actions);

  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    // The sheet stays open.
    event.preventDefault();
    stop();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    emit({ type: 'rename', key, name: input.value });
  });

  return {
    element,
    /** Takes the keyboard's focus when the row beside it is gone. */
    focus: () => rename.focus(),
    /** @param {SavedRun} run @param {boolean} isOpen @param {boolean} renaming */
    render(run, isOpen, renaming) {
      setText(name, run.name);
      setText(where, place(run, isOpen));
      where.hidden = where.textContent === '';
      step.value = String(run.step);
      setText(step, `step ${whole(run.step)}`);
      setText(
        rest,
        known(run)
          .map((fact) => ` · ${fact}`)
          .join(''),
      );
      for (const button of buttons) {
        const label = `${button.textContent} ${run.name}`;
        if (button.ariaLabel !== label) button.ariaLabel = label;
      }
      setEnabled(open, !isOpen);
      setEnabled(remove, !isOpen && !run.busy);
      const why = place(run, isOpen);
      setAttribute(remove, 'title', why && `The run is ${why}.`);
      setAttribute(open, 'title', isOpen ? 'The run is open here.' : null);
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
