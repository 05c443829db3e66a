/** The line beside what is written that says what can be seen in it. A change of it is said aloud. */

import { baselinesOf } from '../baselines/state.js';
import { find, h, setText } from '../dom.js';
import { whole } from '../format.js';
import { heldOutOf } from '../run/held-out.js';
import { sentenceOf, stageAfter } from './stage.js';

/** @import { Stage } from '../baselines/compare.js' */
/** @import { View } from '../state.js' */

/** @param {HTMLElement} element @returns {View} */
export function createGuide(element) {
  const line = find(element, '#guide', HTMLElement);
  const aloud = h('p', { className: 'for-readers', role: 'status' });
  line.after(aloud);
  /** @type {Stage | null} */
  let stage = null;
  /** @type {number | null} */
  let runId = null;
  return {
    render(state) {
      const { run } = state;
      if (run?.id !== runId) stage = null;
      runId = run?.id ?? null;
      const before = stage;
      stage = stageAfter(stage, run, baselinesOf(state));
      setText(line, run === null || stage === null ? '' : sentenceOf(state, stage, heldOutOf(run)));
      if (stage === before || run === null) return;
      // The first stage is no news.
      const isNews = stage !== null && (before !== null || stage !== 'random');
      setText(aloud, isNews ? `Step ${whole(run.step ?? 0)}: ${line.textContent}` : '');
    },
  };
}
