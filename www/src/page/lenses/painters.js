/** What each lens paints on the text and writes in the margin. Fetched when the first lens is opened. */

import { skippedNote } from '../generated/state.js';
import { copied } from './copied.js';
import { lines } from './lines.js';
import { memory } from './memory.js';
import { neuron } from './neuron.js';
import { surprise } from './surprise.js';
import { LENSES } from './table.js';
import { time } from './time.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {{ heading: string, note: string }} Said over the text, and under it
 *
 * @typedef {object} Painter
 * @property {(state: State) => Said} paint the newest look, or why there is none
 *
 * @typedef {(intent: import('../state.js').Intent) => void} Emit
 * @typedef {import('../chart/loss-histories.js').LossHistories} LossHistories
 *
 * One lens: puts its margin together once, and paints text and margin with every look.
 * @typedef {(text: HTMLElement, margin: HTMLElement, emit: Emit, histories: LossHistories) => Painter} Lens
 */

/** @typedef {import('./table.js').Lens} Name */

/** @type {Record<Exclude<Name, 'certainty'>, Lens>} */
const PAINTERS = { surprise, neuron, memory, copied, time, lines };

/**
 * Whichever lens is open.
 * @param {HTMLElement} text @param {HTMLElement} margin @param {Emit} emit @param {LossHistories} histories
 */
export function createPainter(text, margin, emit, histories) {
  /** @type {Name} */
  let open = 'certainty';
  /** @type {Painter | null} */
  let lens = null;
  /** @type {unknown[]} */
  let painted = [];
  /** @type {Said} */
  let said = { heading: '', note: '' };
  return {
    /** @param {Name} name @returns {import('./table.js').Can} */
    can: (name) => LENSES[name],

    /** @param {State} state */
    paint(state) {
      const { lens: shown, run } = state;
      if (shown.open !== open && shown.open !== 'certainty') {
        open = shown.open;
        text.replaceChildren();
        margin.replaceChildren();
        lens = PAINTERS[open](text, margin, emit, histories);
        painted = [];
      }
      const { samples } = histories.current;
      const now = [shown, samples, run === null, run?.text === null];
      if (lens === null || now.every((value, i) => value === painted[i])) return said;
      // What somebody is selecting stays under the hand.
      if (painted.length > 0 && isSelecting(text)) return said;
      painted = now;
      margin.hidden = false;
      said = withSkipped(lens.paint(state), shown.seen);
      return said;
    },
  };
}

/** Names what a person has put in that the network does not know. @param {Said} said @param {State['lens']['seen']} seen @returns {Said} */
function withSkipped(said, seen) {
  const { look } = seen ?? {};
  if (look === undefined || !('skipped' in look) || look.skipped.length === 0) return said;
  return { ...said, note: `${said.note} ${skippedNote(look.skipped)}` };
}

/** @param {HTMLElement} place */
function isSelecting(place) {
  const selection = getSelection();
  return selection?.isCollapsed === false && place.contains(selection.anchorNode);
}
