// @ts-check
/** How the chart is looked at. Nothing here changes a run. */

/** @typedef {import('../state.js').State} State */

/**
 * @typedef {object} ChartState
 * @property {import('../chart/units.js').By} by what the horizontal axis counts
 * @property {import('../chart/units.js').UnitName} unit
 * @property {boolean} logarithmic
 * @property {number} lookBack how many steps the smoothed line looks back over; 1 smooths nothing
 * @property {import('../chart/zoom.js').Zoom | null} zoom null shows all
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
 * Another run is looked at from its beginning; one that comes back after a fault is still the same.
 * @param {State} before @param {State} after @returns {State}
 */
export function withWholeRun(before, after) {
  const { run, chart } = after;
  if (chart.zoom === null || run?.id === before.run?.id || run?.phase === 'restoring') return after;
  return { ...after, chart: { ...chart, zoom: null } };
}

/** @type {import('../state.js').Handlers} */
export const chart = {
  setChart(state, { change }) {
    const chart = { ...state.chart, ...change };
    // A stretch of steps is none of seconds.
    if (chart.by !== state.chart.by) chart.zoom = null;
    return { ...state, chart };
  },
};
