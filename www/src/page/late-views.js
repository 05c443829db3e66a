/**
 * Views of later.js that a run needs: they are made with its first step, or where the address asks something of the
 * page, and show each state from then on.
 */

import { fetchLater } from './fetch-later.js';

/** @import { Address } from './browser/url-hash.js' */
/** @import { LossHistories } from './chart/loss-histories.js' */
/** @import { Message, State, View } from './state.js' */

/**
 * @param {HTMLElement} element @param {(message: Message) => void} emit
 * @param {LossHistories} histories @param {Address} address
 * @returns {View}
 */
export function createLateViews(element, emit, histories, address) {
  /** @type {View[] | null} */
  let views = null;
  /** @type {State | null} */
  let newest = null;
  let asked = false;

  async function make() {
    asked = true;
    const { createCopy, createDownloads, createGuide, createGuided, createLoad, createMore } =
      await fetchLater();
    views = [createCopy, createDownloads, createGuide, createLoad, createMore].map((create) =>
      create(element, emit),
    );
    views.push(createGuided(element, emit, histories, address));
    if (newest !== null) render(newest);
  }

  /** @param {State} state */
  function render(state) {
    newest = state;
    const { run } = state;
    const hasSteps = run !== null && ((run.step ?? 0) > 0 || run.phase === 'paused');
    if (views === null && !asked && (hasSteps || address.asked.length > 0)) make();
    for (const view of views ?? []) view.render(state);
  }

  return { render };
}
