/**
 * Letter statistics that can be asked: the interpolated Kneser-Ney model of baselines/ngrams.js, with all its orders in
 * memory, so that it gives the probability of every symbol behind whatever was read.
 */

import { CHUNK, countChunk, NONE, Order, root, Shares } from '../baselines/ngrams.js';

/** K, the highest order: it looks at the last six symbols. */
export const ORDER = 7;

/** What follows the contexts of one order. */
class Level {
  /** @param {Order} order @param {Uint32Array} counts of its n-grams @param {number} contexts */
  constructor(order, counts, contexts) {
    this.order = order;
    this.shares = new Shares(order, counts, contexts);
    /** The last n-gram of each context, and the one before each n-gram: each one more than it is, 0 for none. */
    this.last = new Uint32Array(contexts);
    this.before = new Uint32Array(order.count);
    for (let node = 0; node < order.count; node++) {
      this.before[node] = this.last[order.context[node]];
      this.last[order.context[node]] = node + 1;
    }
  }
}

export class LetterStatistics {
  /** By order, from 1 on. @type {Level[]} */
  #levels = [];

  /** @param {number} symbols V */
  constructor(symbols) {
    this.symbols = symbols;
  }

  /**
   * Counts a text. Yields often enough for something else to be done meanwhile.
   * @param {Uint32Array} training ids below V
   * @returns {Generator<void, void>}
   */
  *count(training) {
    const nodes = new Uint32Array(training.length);
    let below = root();
    let contexts = 0;
    for (let k = 1; k <= ORDER; k++) {
      const order = new Order();
      for (let to = training.length; to > 0; to -= CHUNK) {
        countChunk(order, below, k, training, nodes, Math.max(0, to - CHUNK), to);
        yield;
      }
      // Only now are all n-grams of the order below counted by what stands before them.
      if (k > 1) this.#levels.push(new Level(below, below.preceded, contexts));
      if (k === ORDER) this.#levels.push(new Level(order, order.seen, below.count));
      yield;
      contexts = below.count;
      below = order;
    }
  }

  /** A reader that has read nothing: for each k < K the node of the last k symbols. */
  begin() {
    return new Uint32Array(ORDER).fill(NONE, 1);
  }

  /** @param {Uint32Array} reader @param {number} symbol that it reads */
  read(reader, symbol) {
    for (let k = ORDER - 1; k > 0; k--) {
      const context = reader[k - 1];
      reader[k] = context === NONE ? NONE : this.#levels[k - 1].order.find(context, symbol);
    }
  }

  /** The probability of a symbol behind what was read. @param {Uint32Array} reader @param {number} symbol */
  probability(reader, symbol) {
    let p = 1 / this.symbols;
    for (const [k, { order, shares }] of this.#levels.entries()) {
      const context = reader[k];
      if (context === NONE) continue;
      p = shares.of(context, order.find(context, symbol), p);
    }
    return p;
  }

  /** Those of all symbols, V of them. @param {Uint32Array} reader @param {Float64Array} into */
  distribution(reader, into) {
    into.fill(1 / this.symbols);
    for (const [k, { order, shares, last, before }] of this.#levels.entries()) {
      const context = reader[k];
      if (context === NONE || shares.totals[context] === 0) continue;
      const share = shares.left[context] / shares.totals[context];
      for (let symbol = 0; symbol < into.length; symbol++) into[symbol] *= share;
      for (let node = last[context]; node !== 0; node = before[node - 1]) {
        into[order.symbol[node - 1]] += shares.of(context, node - 1, 0);
      }
    }
  }
}
