/** Interpolated modified Kneser-Ney as Chen and Goodman write it, with a Map of every n-gram. */

import { discountsOf } from '../src/worker/baselines/ngrams.js';

/**
 * @param {ArrayLike<number>} training @param {number} symbols @param {number} orders
 * @returns {(order: number, context: number[], symbol: number) => number}
 */
export function plainKneserNey(training, symbols, orders) {
  const count = (counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1);
  const seen = [];
  const preceded = [];
  for (let k = 0; k <= orders; k++) {
    seen.push(new Map());
    preceded.push(new Map());
    for (let i = 0; i + k <= training.length; i++) {
      const gram = [...training.slice(i, i + k)];
      if (k > 0 && !seen[k].has(gram.join())) count(preceded[k - 1], gram.slice(1).join());
      count(seen[k], gram.join());
    }
  }
  const share = (counts, context, symbol, below) => {
    const values = Uint32Array.from(counts.values());
    const discounts = discountsOf(values, values.length);
    const discount = (c) => (c === 0 ? 0 : discounts[Math.min(c, 3) - 1]);
    const of = (w) => counts.get([...context, w].join()) ?? 0;
    let [total, left] = [0, 0];
    for (let w = 0; w < symbols; w++) {
      total += of(w);
      left += discount(of(w));
    }
    if (total === 0) return below;
    return (of(symbol) - discount(of(symbol)) + left * below) / total;
  };
  const lower = (k, context, symbol) => {
    if (k === 0) return 1 / symbols;
    const shorter = lower(k - 1, context.slice(1), symbol);
    return share(preceded[k], context, symbol, shorter);
  };
  return (order, context, symbol) => {
    const reach = Math.min(order - 1, context.length);
    // With fewer symbols than the order looks back over, the lower orders predict.
    if (reach < order - 1) return lower(reach + 1, context, symbol);
    const near = context.slice(context.length - reach);
    return share(seen[order], near, symbol, lower(order - 1, near.slice(1), symbol));
  };
}
