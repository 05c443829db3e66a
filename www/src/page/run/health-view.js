/** How the run fares. It is judged from its first step on, by what is fetched with that step. */

import { fetchLater } from '../fetch-later.js';

/** @import { Emit, Observer, State, View } from '../state.js' */

/** Of a run whose judge has not come yet, so many reports are kept for it. */
const MOST_EARLY = 200;

/** @param {HTMLElement} element @param {Emit} emit @returns {View & { observe: Observer }} */
export function createHealth(element, emit) {
  /** @type {(View & { observe: Observer }) | null} */
  let judge = null;
  /** @type {Parameters<Observer>[]} */
  let early = [];
  let asked = false;
  /** @type {State | null} */
  let newest = null;

  async function fetchJudge() {
    asked = true;
    const { createJudge } = await fetchLater();
    judge = createJudge(element, emit);
    for (const seen of early) judge.observe(...seen);
    early = [];
    if (newest !== null) judge.render(newest);
  }

  return {
    observe(...seen) {
      if (judge !== null) return judge.observe(...seen);
      const { type } = seen[1];
      if (type !== 'progress' && type !== 'diverged') return;
      if (early.length < MOST_EARLY) early.push(seen);
    },
    render(state) {
      newest = state;
      judge?.render(state);
      if ((early.length > 0 || state.run?.phase === 'paused') && !asked) fetchJudge();
    },
  };
}
