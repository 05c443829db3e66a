/** The sentence that does what it says: one button, which undoes afterwards. */

import { find, h, makeButton, setText } from '../dom.js';
import { triesOf } from './tries.js';

/** @import { Emit, State } from '../state.js' */
/** @import { Hold } from './hold.js' */

/** @param {HTMLElement} element @param {Emit} emit @param {Hold} hold @param {() => void} goOn with the lesson */
export function createTries(element, emit, hold, goOn) {
  const tries = triesOf(emit, hold);
  const button = makeButton('', () => act());
  const line = h('p', { className: 'try', id: 'try', hidden: true }, button);
  find(element, '.loss', HTMLElement).append(line);
  let at = 0;
  /** How the sentence that was taken is undone. @type {{ undo: string, back: () => void } | null} */
  let done = null;
  let act = () => {};

  /** @param {State} state @param {boolean} inLesson @param {number | null} step of the lesson that is open */
  function render(state, inLesson, step) {
    const { run } = state;
    const settled =
      run !== null && run.report !== null && ['training', 'paused'].includes(run.phase);
    line.hidden = inLesson || run === null || run.report === null || (run.step ?? 0) === 0;
    if (!settled || line.hidden) return;
    if (done !== null) {
      const { undo, back } = done;
      act = () => {
        done = null;
        at = (at + 1) % tries.length;
        back();
      };
      return setText(button, undo);
    }
    if (step !== null) {
      act = goOn;
      return setText(button, `Go on with the lesson: step ${step}`);
    }
    for (let turn = 0; turn < tries.length; turn += 1) {
      const offered = tries[(at + turn) % tries.length];
      const sentence = offered.offer(state, run);
      if (sentence === '') continue;
      act = () => {
        done = offered.act(state, run);
      };
      return setText(button, sentence);
    }
    line.hidden = true;
  }

  return { render };
}
