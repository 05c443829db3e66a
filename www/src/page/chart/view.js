/** The place of the chart. The chart itself is fetched once there is something to draw, or a control of it is used. */

import { find, setText } from '../dom.js';
import { fetchLater } from '../fetch-later.js';

/** @import { Emit, State, View } from '../state.js' */
/** @import { LossHistories } from './loss-histories.js' */

/** What is said in the place of the chart, because a run always asks for it. */
const UNFETCHED = 'The chart could not be fetched. It is tried again. Or reload the page.';

/** Whether there is nothing to draw. @param {LossHistories} histories */
export const isEmpty = ({ current, earlier }) => current.isEmpty && earlier.length === 0;

/**
 * @param {HTMLElement} element @param {Emit} emit @param {LossHistories} histories
 * @returns {View}
 */
export function createChart(element, emit, histories) {
  const controls = find(element, '#chart-tools', HTMLElement);
  const hint = find(element, '#plot-hint', HTMLElement);
  /** @type {View | null} */
  let chart = null;
  /** @type {State | null} */
  let newest = null;
  let asked = false;

  async function fetchChart() {
    if (asked) return;
    asked = true;
    const { createDrawnChart } = await fetchLater(() => setText(hint, UNFETCHED));
    chart = createDrawnChart(element, emit, histories);
    if (newest !== null) chart.render(newest);
  }

  controls.addEventListener('input', fetchChart);

  return {
    render(state) {
      newest = state;
      if (chart !== null) chart.render(state);
      else if (!isEmpty(histories)) fetchChart();
    },
  };
}
