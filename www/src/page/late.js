// @ts-check
/** Views of later.js that a run needs: they are made with its first step, and show each state from then on. */

import { fetchLater } from './fetch-later.js';

/** @import { Emit, State, View } from './state.js' */

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createLate(element, emit) {
  /** @type {View[] | null} */
  let views = null;
  /** @type {State | null} */
  let newest = null;
  let asked = false;

  async function make() {
    asked = true;
    const { createCopy, createDownloads, createMore } = await fetchLater();
    views = [createCopy, createDownloads, createMore].map((create) => create(element, emit));
    if (newest !== null) render(newest);
  }

  /** @param {State} state */
  function render(state) {
    newest = state;
    const { run } = state;
    const hasSteps = run !== null && ((run.step ?? 0) > 0 || run.phase === 'paused');
    if (views === null && !asked && hasSteps) make();
    for (const view of views ?? []) view.render(state);
  }

  return { render };
}
