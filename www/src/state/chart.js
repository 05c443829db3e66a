// @ts-check
/** How the chart is looked at. Nothing here changes a run. */

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

/** @type {import('../state.js').Handlers} */
export const chart = {
  setChart(state, { change }) {
    const chart = { ...state.chart, ...change };
    // A stretch of steps is none of seconds.
    if (chart.by !== state.chart.by) chart.zoom = null;
    return { ...state, chart };
  },
};
