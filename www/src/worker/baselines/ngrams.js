/**
 * What letter statistics alone would reach on the held-out part: interpolated Kneser-Ney n-grams of
 * order 1 to K, with the three discounts of Chen and Goodman ("modified Kneser-Ney", 1998).
 *
 *   p_k(w | h) = (max(c(hw) - D(c(hw)), 0) + gamma(h) p_(k-1)(w | h')) / c(h .)
 *   gamma(h)   = D_1 N_1(h .) + D_2 N_2(h .) + D_3+ N_3+(h .)        h' is h without its first symbol
 *   p_0(w)     = 1 / V
 *
 * In the highest order c counts how often hw stands in the training part; in the lower ones c(hw) is
 * the number of different symbols that stand before hw there (its continuation count). A context that
 * was never seen has p_k = p_(k-1). V is the number of all symbols of the text, so that one which only
 * the held-out part has costs a finite amount; all probabilities of a context sum to one.
 *
 * An n-gram of order k is a number: the node that is reached from that of its first k - 1 symbols by
 * its last one. The orders are counted one after another, so that only two of them are in memory.
 */

/** No such n-gram, or none inside this part of the text. */
export const NONE = 0xffffffff;

/** Positions between two looks at the clock. */
export const CHUNK = 1 << 15;

const LEAST_NODES = 1 << 10;

/** The n-grams of one order. */
export class Order {
  count = 0;
  /** Node of the n-gram without its last symbol. */
  context = new Uint32Array(LEAST_NODES);
  /** The last symbol. */
  symbol = new Uint32Array(LEAST_NODES);
  /** How often it was seen. */
  seen = new Uint32Array(LEAST_NODES);
  /** How many different symbols were seen before it. */
  preceded = new Uint32Array(LEAST_NODES);
  /** Nodes by their hash, each one more than it is; 0 is an empty place. */
  #places = new Uint32Array(LEAST_NODES * 2);

  /** @param {number} context @param {number} symbol */
  #place(context, symbol) {
    const { length } = this.#places;
    let hash = Math.imul(context, 0x9e3779b1) ^ Math.imul(symbol + 1, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let place = (hash ^ (hash >>> 13)) & (length - 1);
    for (;;) {
      const node = this.#places[place];
      if (node === 0) return place;
      if (this.context[node - 1] === context && this.symbol[node - 1] === symbol) return place;
      place = (place + 1) & (length - 1);
    }
  }

  /** @param {number} context @param {number} symbol */
  find(context, symbol) {
    const node = this.#places[this.#place(context, symbol)];
    return node === 0 ? NONE : node - 1;
  }

  /** The n-gram, counted once more. @param {number} context @param {number} symbol */
  see(context, symbol) {
    if (this.count === this.context.length) this.#grow();
    const place = this.#place(context, symbol);
    const known = this.#places[place];
    if (known !== 0) {
      this.seen[known - 1] += 1;
      return known - 1;
    }
    const node = this.count;
    this.count += 1;
    this.context[node] = context;
    this.symbol[node] = symbol;
    this.seen[node] = 1;
    this.#places[place] = node + 1;
    return node;
  }

  #grow() {
    const size = this.context.length * 2;
    this.context = larger(this.context, size);
    this.symbol = larger(this.symbol, size);
    this.seen = larger(this.seen, size);
    this.preceded = larger(this.preceded, size);
    this.#places = new Uint32Array(size * 2);
    for (let node = 0; node < this.count; node++) {
      this.#places[this.#place(this.context[node], this.symbol[node])] = node + 1;
    }
  }

  /** No other n-gram will be asked for: what finding took is given back. */
  close() {
    this.#places = new Uint32Array(0);
    this.symbol = new Uint32Array(0);
  }
}

/** @param {Uint32Array<ArrayBuffer>} array @param {number} size */
function larger(array, size) {
  const grown = new Uint32Array(size);
  grown.set(array);
  return grown;
}

/** Order 0: the empty n-gram, which is the context of every symbol. */
export function root() {
  const order = new Order();
  order.see(0, 0);
  order.close();
  return order;
}

/**
 * The discounts for counts of 1, 2, and 3 or more, by Chen and Goodman's estimates from how many
 * n-grams were counted once, twice, three and four times. Where those are too few for an estimate
 * that lies in its bounds, Ney's one discount stands in, and a half where even that has none.
 * @param {Uint32Array} counts @param {number} length
 */
export function discountsOf(counts, length) {
  const n = [0, 0, 0, 0, 0];
  for (let i = 0; i < length; i++) if (counts[i] < 5) n[counts[i]] += 1;
  const ney = n[1] / (n[1] + 2 * n[2]);
  const one = ney > 0 ? ney : 0.5;
  return [1, 2, 3].map((r) => {
    const discount = r - ((r + 1) * ney * n[r + 1]) / n[r];
    return discount > 0 && discount <= r ? discount : one;
  });
}

/** How an order's counts are shared out in each context, and what is left for the order below. */
export class Shares {
  /** @param {Order} order @param {Uint32Array} counts @param {number} contexts */
  constructor(order, counts, contexts) {
    this.counts = counts;
    this.totals = new Uint32Array(contexts);
    this.left = new Float64Array(contexts);
    this.discounts = [0, ...discountsOf(counts, order.count)];
    for (let node = 0; node < order.count; node++) {
      const count = counts[node];
      this.totals[order.context[node]] += count;
      this.left[order.context[node]] += this.#discount(count);
    }
  }

  /** @param {number} count */
  #discount(count) {
    return this.discounts[count < 3 ? count : 3];
  }

  /**
   * The probability of a node in a context, given that of the order below.
   * @param {number} context @param {number} node @param {number} below
   */
  of(context, node, below) {
    if (context === NONE || this.totals[context] === 0) return below;
    const count = node === NONE ? 0 : this.counts[node];
    const share = count - this.#discount(count) + this.left[context] * below;
    return share / this.totals[context];
  }
}

/**
 * Losses of the orders 1 to `orders`, one after another, in nats per held-out character. The first
 * held-out symbol is given and not predicted, and no context reaches back beyond it, just as for the
 * network: where fewer symbols are known than an order looks back over, a lower order predicts.
 * Yields how far it is, from 0 to 1, often enough to be stopped there.
 * @param {Uint16Array | Uint32Array} training ids
 * @param {Uint16Array | Uint32Array} heldOut ids
 * @param {number} symbols V
 * @param {number} orders K
 * @param {(order: number, loss: number, probabilities: Float64Array) => void} tell the probability of
 *   each held-out symbol beside the loss; overwritten afterwards
 * @returns {Generator<number, void>}
 */
export function* measureNgrams(training, heldOut, symbols, orders, tell) {
  const work = orders * (training.length + 3 * heldOut.length);
  let done = 0;
  let below = root();
  /** Contexts of `below`'s n-grams: the number of n-grams of the order before. */
  let contexts = 0;
  /** Of the n-grams that end at each training symbol, those of the order below. */
  const nodes = new Uint32Array(training.length);
  /** The same for the held-out part: of two orders below, of the one below, of this one. */
  let [held2, held1, held0] = [0, 1, 2].map(() => new Uint32Array(heldOut.length));
  /** By continuation counts, of the order below. */
  const lower = new Float64Array(heldOut.length).fill(1 / symbols);
  const probabilities = new Float64Array(heldOut.length);

  for (let k = 1; k <= orders; k++) {
    const order = new Order();
    for (let to = training.length; to > 0; to -= CHUNK) {
      countChunk(order, below, k, training, nodes, Math.max(0, to - CHUNK), to);
      done += CHUNK;
      yield Math.min(1, done / work);
    }
    for (let to = heldOut.length; to > 0; to -= CHUNK) {
      findChunk(order, k, heldOut, held1, held0, Math.max(0, to - CHUNK), to);
      done += CHUNK;
      yield Math.min(1, done / work);
    }
    order.close();
    if (k > 1) {
      // Only now are all n-grams of the order below counted by what stands before them.
      const shares = new Shares(below, below.preceded, contexts);
      for (let to = heldOut.length; to > 0; to -= CHUNK) {
        weighChunk(shares, held2, held1, lower, lower, Math.max(1, to - CHUNK), to);
        done += CHUNK;
        yield Math.min(1, done / work);
      }
    }
    const shares = new Shares(order, order.seen, below.count);
    for (let to = heldOut.length; to > 0; to -= CHUNK) {
      weighChunk(shares, held1, held0, lower, probabilities, Math.max(1, to - CHUNK), to);
      done += CHUNK;
      yield Math.min(1, done / work);
    }
    tell(k, lossOf(probabilities), probabilities);
    contexts = below.count;
    below = order;
    [held2, held1, held0] = [held1, held0, held2];
  }
}

/**
 * Counts the n-grams of order k that end in a stretch of the training part, from its end to its
 * beginning, so that `nodes` can be overwritten on the way.
 * @param {Order} order @param {Order} below @param {number} k
 * @param {Uint16Array | Uint32Array} training @param {Uint32Array} nodes
 * @param {number} from @param {number} to
 */
export function countChunk(order, below, k, training, nodes, from, to) {
  for (let i = to - 1; i >= from; i--) {
    if (i < k - 1) {
      nodes[i] = NONE;
      continue;
    }
    const suffix = nodes[i];
    const before = order.count;
    const node = order.see(k === 1 ? 0 : nodes[i - 1], training[i]);
    if (order.count > before && k > 1) below.preceded[suffix] += 1;
    nodes[i] = node;
  }
}

/**
 * @param {Order} order @param {number} k @param {Uint16Array | Uint32Array} heldOut
 * @param {Uint32Array} below @param {Uint32Array} nodes @param {number} from @param {number} to
 */
function findChunk(order, k, heldOut, below, nodes, from, to) {
  for (let i = from; i < to; i++) {
    const context = k === 1 ? 0 : i < k - 1 ? NONE : below[i - 1];
    nodes[i] = context === NONE ? NONE : order.find(context, heldOut[i]);
  }
}

/**
 * @param {Shares} shares @param {Uint32Array} contexts nodes of the order below, by where they end
 * @param {Uint32Array} nodes @param {Float64Array} below @param {Float64Array} into
 * @param {number} from @param {number} to
 */
function weighChunk(shares, contexts, nodes, below, into, from, to) {
  for (let i = from; i < to; i++) {
    into[i] = shares.of(contexts[i - 1], nodes[i], below[i]);
  }
}

/** The first held-out symbol is not predicted. @param {Float64Array} probabilities */
function lossOf(probabilities) {
  let nats = 0;
  for (let i = 1; i < probabilities.length; i++) nats -= Math.log(probabilities[i]);
  return nats / (probabilities.length - 1);
}
