/** What a gradient is the sum of: a weight's by time steps; a state's by the places it comes from, and by the losses. */

/** @import { Place } from './formulas.js' */
/** @import { Network } from './network.js' */

/** @typedef {{ label: string, parts: [string, number][] }} Sum each part with its name, the sum at the end */

/** @param {Network} network @param {Place} place @returns {Sum[]} */
export function partsOf({ trace, layers }, place) {
  const { backward, gradient } = trace;
  /** @param {string} label @param {[string, number][]} parts @param {number} sum @returns {Sum} */
  const summed = (label, parts, sum) => ({ label, parts: [...parts, ['sum', sum]] });
  if (place.kind === 'weight') {
    const { index } = place;
    const parts = backward.map(
      ({ d_weights }, t) => /** @type {[string, number]} */ ([`t = ${t + 1}`, d_weights[index]]),
    );
    return [summed('The sum over time', parts, gradient[index])];
  }
  if (place.kind !== 'dH' && place.kind !== 'dC') return [];
  const { t, layer, i } = place;
  // At the last time step it comes from above alone.
  if (t + 1 === backward.length) return [];
  const back = backward[t].layers[layer];
  if (place.kind === 'dC') {
    const [whole, later] = [back.d_c[i], back.d_c_from_next[i]];
    /** @type {[string, number][]} */
    const both = [
      ['through h', whole - later],
      [`back from t = ${t + 2}, times f`, later],
    ];
    return [summed('From two places', both, whole)];
  }
  const { d_h_from_above, d_h_from_next, d_h_of_loss, d_h } = back;
  const isTop = layer + 1 === layers;
  return [
    summed(
      'From two places',
      [
        [isTop ? 'from the scores above' : 'from the layer above', d_h_from_above[i]],
        [`back from t = ${t + 2}`, d_h_from_next[i]],
      ],
      d_h[i],
    ),
    summed(
      'Of which loss',
      d_h_of_loss.map((of, later) => [`loss at t = ${t + later + 1}`, of[i]]),
      d_h[i],
    ),
  ];
}
