/** A loss history as the chart draws it: points over one axis, with a smoothed line through them. */

import { smooth } from './smoothing.js';

/** @import { LossHistory } from '../../shared/loss-history.js' */

/**
 * One row for each place, `null` where a line has no point.
 * @typedef {object} Columns
 * @property {Float64Array} x
 * @property {(number | null)[]} raw
 * @property {(number | null)[]} smoothed
 * @property {(number | null)[]} heldOut
 * @property {(number | null)[]} estimates those of `heldOut` that are estimates
 * @property {(number | null)[]} together with letter statistics
 */

/**
 * @param {LossHistory} history
 * @param {'step' | 'charactersSeen' | 'seconds'} by what the axis counts
 * @param {number} lookBack in steps
 * @param {(nats: number) => number} [unit]
 * @returns {Columns}
 */
export function columnsOf(history, by, lookBack, unit = (nats) => nats) {
  const { training, newest, heldOut, stride } = history;
  const [trainingX, heldOutX] = [training[by], heldOut[by]];
  const settled = trainingX.length;
  const trainingRows = settled + (newest === null ? 0 : 1);
  const heldOutRows = heldOutX.length;
  const total = trainingRows + heldOutRows;
  /** @type {Columns} */
  const columns = {
    x: new Float64Array(total),
    raw: new Array(total).fill(null),
    smoothed: new Array(total).fill(null),
    heldOut: new Array(total).fill(null),
    estimates: new Array(total).fill(null),
    together: new Array(total).fill(null),
  };
  /** @type {number | null} */
  let average = null;
  for (let row = 0, i = 0, j = 0; row < total; row++) {
    const x = i < settled ? trainingX[i] : (newest?.[by] ?? Number.POSITIVE_INFINITY);
    if (i < trainingRows && !(j < heldOutRows && heldOutX[j] < x)) {
      const loss = i < settled ? training.loss[i] : (newest?.loss ?? 0);
      average = smooth(average, loss, i * stride, lookBack, stride);
      columns.x[row] = x;
      columns.raw[row] = unit(loss);
      columns.smoothed[row] = unit(average);
      i += 1;
    } else {
      columns.x[row] = heldOutX[j];
      columns.heldOut[row] = unit(heldOut.loss[j]);
      if (heldOut.estimate[j] > 0) columns.estimates[row] = columns.heldOut[row];
      if (heldOut.together[j] > 0) columns.together[row] = unit(heldOut.together[j]);
      j += 1;
    }
  }
  return columns;
}
