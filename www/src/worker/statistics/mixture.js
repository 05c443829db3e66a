/**
 * Two predictors become one: p = w p_1 + (1 - w) p_2. The weight w is learned online, symbol by symbol: predict, then
 * update. It is the mean of fixed weights, of which each counts as much as it has predicted so far (a Bayesian
 * mixture). So a text of any length costs at most ln 17 nats more, all in all, than the best of the fixed weights does,
 * among them 1 and 0, the two alone. Each kind of place has its own. (Cesa-Bianchi and Lugosi, *Prediction, Learning,
 * and Games*, 2006, chapter 9.)
 */

/** The fixed weights are 0, 1/16, ..., 1. */
const WEIGHTS = 17;

/** No weight counts for less, so that nothing that comes was impossible. */
const LEAST = 1e-300;

export class Mixture {
  /** How much each fixed weight counts, kind by kind; one for each kind in all. */
  #beliefs;

  /** @param {number} kinds of places */
  constructor(kinds) {
    this.#beliefs = new Float64Array(kinds * WEIGHTS).fill(1 / WEIGHTS);
  }

  /** The weight of the first predictor now. @param {number} kind */
  weight(kind) {
    let weight = 0;
    for (let i = 0; i < WEIGHTS; i++) weight += this.#beliefs[kind * WEIGHTS + i] * i;
    return weight / (WEIGHTS - 1);
  }

  /**
   * A symbol has come that the two gave these probabilities. How probable it was to both together, before it came.
   * @param {number} kind @param {number} first @param {number} second above 0
   */
  update(kind, first, second) {
    const beliefs = this.#beliefs.subarray(kind * WEIGHTS, (kind + 1) * WEIGHTS);
    const step = (first - second) / (WEIGHTS - 1);
    let mixed = 0;
    for (let i = 0; i < WEIGHTS; i++) {
      beliefs[i] *= second + i * step;
      mixed += beliefs[i];
    }
    for (let i = 0; i < WEIGHTS; i++) beliefs[i] = Math.max(beliefs[i] / mixed, LEAST);
    return mixed;
  }
}
