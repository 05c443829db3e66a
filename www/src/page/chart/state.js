/** How the chart is shown. Nothing here changes a run. */

/** @import { Handlers, State } from '../state.js' */
/** @import { By, UnitName } from './units.js' */
/** @import { Zoom } from './zoom.js' */

/**
 * @typedef {object} ChartState
 * @property {By} by what the horizontal axis counts
 * @property {UnitName} unit
 * @property {boolean} logarithmic
 * @property {number} lookBack how many steps the smoothed line looks back over; 1 smooths nothing
 * @property {Zoom | null} zoom null shows all
 */

/** The choices of the smoothing slider, in steps. */
export const LOOK_BACKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** @type {ChartState} */
export const FIRST_CHART = {
  by: 'step',
  unit: 'nats',
  logarithmic: false,
  lookBack: 10,
  zoom: null,
};

/**
 * Shows all of another run. A run that comes back after a fault is still the same.
 * @param {State} before @param {State} after @returns {State}
 */
export function withWholeRun(before, after) {
  const { run, chart } = after;
  if (chart.zoom === null || run?.id === before.run?.id || run?.phase === 'restoring') return after;
  return { ...after, chart: { ...chart, zoom: null } };
}

/** @type {Handlers} */
export const chart = {
  setChart(state, { change }) {
    const chart = { ...state.chart, ...change };
    // A zoom in steps means nothing in seconds.
    if (chart.by !== state.chart.by) chart.zoom = null;
    return { ...state, chart };
  },
};
