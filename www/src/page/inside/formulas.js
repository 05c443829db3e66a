/**
 * How each number comes about: its equation in symbols, and with the numbers in it. Every number is one that the
 * core computed; here they are only written down.
 */

import { nameAt, nameOfWeight } from './names.js';
import { blockOf, GATES, indexOf, weightAt } from './network.js';

/** @import { Names } from './names.js' */
/** @import { Network, Part } from './network.js' */

/**
 * A number of the graph. `gate`: a block of gates, before it is squashed in a vanilla cell. `dGate`, `dH`, `dC`, `dY`: gradients. Of numbers `p` is an
 * output less its target.
 * @typedef {{ kind: 'gate', t: number, layer: number, block: number, i: number }
 *   | { kind: 'dGate', t: number, layer: number, block: number, i: number }
 *   | { kind: 'h' | 'c' | 'dH' | 'dC', t: number, layer: number, i: number }
 *   | { kind: 'y' | 'p' | 'dY', t: number, i: number }
 *   | { kind: 'loss', t: number } | { kind: 'mean' } | { kind: 'weight', index: number }} Place
 */

/**
 * @typedef {object} Formula
 * @property {string} name
 * @property {number} value
 * @property {string} symbols the right side in symbols
 * @property {string} numbers the right side with the numbers in it
 */

/** The digits of a value, and those of what it is made of: enough that the sum comes to the value's. */
export const VALUE_DIGITS = 4;
export const PART_DIGITS = 6;

/**
 * Whether a gradient and what it should be are not the same. The error of a slope is about 1e-11; the mistakes come to
 * more than 1e-3.
 * @param {number} one @param {number} other
 */
export const differs = (one, other) => !(Math.abs(one - other) < 1e-7);

/** @param {number} value @param {number} digits */
export function figure(value, digits) {
  const shown = Math.abs(value).toFixed(digits);
  return value < 0 && Number(shown) !== 0 ? `−${shown}` : shown;
}

/** A small number as people write it: 2.3e−11. @param {number} value @param {number} [digits] */
export const tiny = (value, digits = 1) =>
  value === 0 ? '0' : value.toExponential(digits).replaceAll('-', '−');

/** Behind an operator a negative number stands in brackets. @param {number} value */
function factor(value) {
  const shown = figure(value, PART_DIGITS);
  return shown.startsWith('−') ? `(${shown})` : shown;
}

/** A side of an equation in two spellings: symbols and numbers. @typedef {[symbols: string, numbers: string]} Pair */

/** @param {Pair[]} pairs @returns {Pair} */
const sum = (pairs) => {
  const [symbols, numbers] = [0, 1].map((side) => pairs.map((pair) => pair[side]).join(' + '));
  return [symbols || '0', numbers || '0'];
};

/** @param {Pair[]} pairs @returns {Pair} */
const product = (...pairs) => [pairs.map(([s]) => s).join('·'), pairs.map(([, n]) => n).join('·')];

/** @type {Pair} */
const ONE = ['1', '1'];

/** @param {Pair} a @param {Pair} b @returns {Pair} */
const less = (a, b) => [`(${a[0]} − ${b[0]})`, `(${a[1]} − ${b[1]})`];

/** @param {string} name of a function @param {Pair} pair @returns {Pair} */
const inside = (name, [symbols, numbers]) => [
  `${name}(${symbols})`,
  `${name}(${/^\(−[\d.]+\)$/.test(numbers) ? numbers.slice(1, -1) : numbers})`,
];

/** @param {Pair} pair @returns {Pair} */
const squared = ([symbols, numbers]) => [
  `${symbols}²`,
  `${numbers.startsWith('(') ? numbers : `(${numbers})`}²`,
];

/** Writes equations of one network by one kind of names. */
class Writer {
  /** @param {Network} network @param {Names} names */
  constructor(network, names) {
    this.network = network;
    this.names = names;
    this.trace = network.trace;
    this.steps = network.trace.forward.length;
    this.outputs = network.trace.forward[0].y.map((_, i) => i);
  }

  /** What an output is called, or its gradient. @param {'' | 'd'} mark @param {{ t: number, i: number }} place */
  output(mark, { t, i }) {
    const isNumber = this.trace.numbers !== null && this.names === 'pytorch';
    const letter = mark + (isNumber ? 'output' : 'o');
    return nameAt(this.network, letter, t, this.trace.letters[i] ?? i, this.names);
  }

  /** @param {Part} of @param {number} layer @param {number} row @param {number} column @returns {Pair} */
  weight(of, layer, row, column) {
    const weight = { part: of, layer, row, column };
    const value = this.trace.weights[indexOf(this.network, weight)];
    return [nameOfWeight(this.network, weight, this.names), factor(value)];
  }

  /** A number of the graph. @param {Place} place @returns {Pair} */
  at(place) {
    return [this.name(place), factor(this.value(place))];
  }

  /** @param {Place} place */
  name(place) {
    const { network, names } = this;
    switch (place.kind) {
      case 'gate':
      case 'dGate': {
        const { letter } = GATES[network.cell][place.block];
        // An output gate is no score, and a plain name needs no translation.
        const shown = network.cell === 'rnn' ? letter : `${letter}gate`;
        return nameAt(
          network,
          place.kind === 'gate' ? shown : `d${shown}`,
          place.t,
          place.i,
          names,
          place.layer,
        ).replace('gate', '');
      }
      case 'h':
      case 'c':
      case 'dH':
      case 'dC':
        return nameAt(network, place.kind.toLowerCase(), place.t, place.i, names, place.layer);
      case 'y':
        return this.output('', place);
      case 'p': {
        const { letters, numbers } = this.trace;
        const letter = numbers === null ? 'p' : 'e';
        return nameAt(network, letter, place.t, letters[place.i] ?? place.i, names);
      }
      case 'dY':
        return this.output('d', place);
      case 'loss':
        return `loss at t = ${place.t + 1}`;
      case 'mean':
        return 'loss';
      case 'weight':
        return `d${nameOfWeight(network, weightAt(network, place.index), names)}`;
    }
  }

  /** @param {Place} place @returns {number} */
  value(place) {
    const { forward, backward, loss, gradient } = this.trace;
    const { hidden } = this.network;
    switch (place.kind) {
      case 'gate':
        return forward[place.t].layers[place.layer].gates[place.block * hidden + place.i];
      case 'dGate':
        return backward[place.t].layers[place.layer].d_gates[place.block * hidden + place.i];
      case 'h':
        return forward[place.t].layers[place.layer].h[place.i];
      case 'c':
        return forward[place.t].layers[place.layer].c[place.i];
      case 'dH':
        return backward[place.t].layers[place.layer].d_h[place.i];
      case 'dC':
        return backward[place.t].layers[place.layer].d_c[place.i];
      case 'y':
        return forward[place.t].y[place.i];
      case 'p':
        return forward[place.t].p[place.i];
      case 'dY':
        return backward[place.t].d_y[place.i];
      case 'loss':
        return forward[place.t].loss;
      case 'mean':
        return loss;
      case 'weight':
        return gradient[place.index];
    }
  }

  /** The units of a layer, from 0. */
  get units() {
    return Array.from({ length: this.network.hidden }, (_, i) => i);
  }

  /** A state that is read: that of time -1 is nothing but zeros. @param {'h' | 'c'} kind @param {number} t @param {number} layer @param {number} i @returns {Pair} */
  before(kind, t, layer, i) {
    if (t > 0) return this.at({ kind, t: t - 1, layer, i });
    return [nameAt(this.network, kind, -1, i, this.names, layer), '0'];
  }

  /** A number that is read, or should come out. @param {number} t @param {number} i @param {'inputs' | 'targets'} [of] @returns {Pair} */
  input(t, i, of = 'inputs') {
    const { numbers } = this.trace;
    const target = this.names === 'pytorch' ? 'target' : 'y';
    const letter = of === 'inputs' ? 'x' : target;
    return [nameAt(this.network, letter, t, i, this.names), factor(numbers?.[of][t][i] ?? 0)];
  }

  /** What a row of the input's weights makes of the input. @param {number} t @param {number} layer @param {number} row @returns {Pair[]} */
  fromInput(t, layer, row) {
    const { inputs, numbers } = this.trace;
    if (layer === 0) {
      return numbers === null
        ? [this.weight('ih', 0, row, inputs[t])]
        : numbers.inputs[t].map((_, j) => product(this.weight('ih', 0, row, j), this.input(t, j)));
    }
    return this.units.map((j) =>
      product(this.weight('ih', layer, row, j), this.at({ kind: 'h', t, layer: layer - 1, i: j })),
    );
  }

  /** What a row of the state's weights makes of the state before. @param {number} t @param {number} layer @param {number} row @returns {Pair[]} */
  fromState(t, layer, row) {
    return this.units.map((j) =>
      product(this.weight('hh', layer, row, j), this.before('h', t, layer, j)),
    );
  }

  /** @param {Extract<Place, { kind: 'gate' }>} place @returns {Pair} */
  gate({ t, layer, block, i }) {
    const { cell, hidden } = this.network;
    const { letter, ih, hh } = GATES[cell][block];
    const biases = [];
    const rest = [];
    if (ih !== null) {
      biases.push(this.weight('bIh', layer, ih * hidden + i, 0));
      rest.push(...this.fromInput(t, layer, ih * hidden + i));
    }
    if (hh !== null) {
      biases.push(this.weight('bHh', layer, hh * hidden + i, 0));
      rest.push(...this.fromState(t, layer, hh * hidden + i));
    }
    if (letter === 'n') {
      // The reset acts on what the state's weights make.
      const [r, m] = [1, 3].map((of) => this.at({ kind: 'gate', t, layer, block: of, i }));
      rest.push(product(r, m));
    }
    const whole = sum([...biases, ...rest]);
    if (letter === 'a' || letter === 'm') return whole;
    return inside(letter === 'n' || letter === 'g' ? 'tanh' : 'σ', whole);
  }

  /** @param {Extract<Place, { kind: 'h' | 'c' | 'dH' | 'dC' }>} place a state or a memory @returns {Pair} */
  state({ kind, t, layer, i }) {
    const gate = (/** @type {number} */ block) => this.at({ kind: 'gate', t, layer, block, i });
    if (kind === 'c') {
      return sum([product(gate(1), this.before('c', t, layer, i)), product(gate(0), gate(2))]);
    }
    switch (this.network.cell) {
      case 'rnn':
        return inside('tanh', gate(0));
      case 'gru': {
        const [n, z] = [gate(0), gate(2)];
        return sum([product(less(ONE, z), n), product(z, this.before('h', t, layer, i))]);
      }
      case 'lstm':
        return product(gate(3), inside('tanh', this.at({ kind: 'c', t, layer, i })));
    }
  }

  /** What goes back through a layer's weights, into one of what they multiply. @param {'ih' | 'hh'} of @param {number} t @param {number} layer @param {number} column @returns {Pair[]} */
  throughWeights(of, t, layer, column) {
    const { cell, hidden } = this.network;
    const rows = GATES[cell].filter((gate) => gate[of] !== null).length * hidden;
    return Array.from({ length: rows }, (_, row) => {
      const [block, i] = [blockOf(cell, of, Math.floor(row / hidden)), row % hidden];
      return product(
        this.weight(of, layer, row, column),
        this.at({ kind: 'dGate', t, layer, block, i }),
      );
    });
  }

  /** The blame of a state: from above, and from the next time step. @param {number} t @param {number} layer @param {number} i @returns {Pair} */
  blame(t, layer, i) {
    const { cell, layers } = this.network;
    const above =
      layer + 1 < layers
        ? this.throughWeights('ih', t, layer + 1, i)
        : this.outputs.map((k) =>
            product(this.weight('hy', 0, k, i), this.at({ kind: 'dY', t, i: k })),
          );
    if (t + 1 === this.steps) return sum(above);
    const next = this.throughWeights('hh', t + 1, layer, i);
    if (cell === 'gru') {
      const z = this.at({ kind: 'gate', t: t + 1, layer, block: 2, i });
      next.push(product(z, this.at({ kind: 'dH', t: t + 1, layer, i })));
    }
    return sum([...above, ...next]);
  }

  /** The blame of a memory: through the state, and from the next time step. @param {number} t @param {number} layer @param {number} i @returns {Pair} */
  memoryBlame(t, layer, i) {
    const gate = (/** @type {number} */ block, /** @type {number} */ t) =>
      this.at({ kind: 'gate', t, layer, block, i });
    const slope = less(ONE, squared(inside('tanh', this.at({ kind: 'c', t, layer, i }))));
    const own = product(this.at({ kind: 'dH', t, layer, i }), gate(3, t), slope);
    if (t + 1 === this.steps) return own;
    return sum([own, product(this.at({ kind: 'dC', t: t + 1, layer, i }), gate(1, t + 1))]);
  }

  /** @param {Extract<Place, { kind: 'dGate' }>} place @returns {Pair} */
  gateBlame({ t, layer, block, i }) {
    const dH = this.at({ kind: 'dH', t, layer, i });
    const gate = (/** @type {number} */ of) => this.at({ kind: 'gate', t, layer, block: of, i });
    const dGate = (/** @type {number} */ of) => this.at({ kind: 'dGate', t, layer, block: of, i });
    /** The slope of a gate's sigmoid. @param {number} of @returns {Pair[]} */
    const slope = (of) => [gate(of), less(ONE, gate(of))];
    if (this.network.cell === 'rnn') {
      return product(dH, less(ONE, squared(this.at({ kind: 'h', t, layer, i }))));
    }
    if (this.network.cell === 'gru') {
      const [n, r, z, m] = [0, 1, 2, 3].map(gate);
      const before = this.before('h', t, layer, i);
      return [
        () => product(dH, less(ONE, z), less(ONE, squared(n))),
        () => product(dGate(0), m, ...slope(1)),
        () => product(dH, less(before, n), ...slope(2)),
        () => product(dGate(0), r),
      ][block]();
    }
    const dC = this.at({ kind: 'dC', t, layer, i });
    return [
      () => product(dC, gate(2), ...slope(0)),
      () => product(dC, this.before('c', t, layer, i), ...slope(1)),
      () => product(dC, gate(0), less(ONE, squared(gate(2)))),
      () => product(dH, inside('tanh', this.at({ kind: 'c', t, layer, i })), ...slope(3)),
    ][block]();
  }

  /** What is multiplied by a weight at a time step, and the number whose gradient it has. @param {number} index @param {number} t @returns {Pair | null} `null`: nothing */
  weightPart(index, t) {
    const { cell, hidden } = this.network;
    const { part: of, layer, row, column } = weightAt(this.network, index);
    if (of === 'bY') return this.at({ kind: 'dY', t, i: row });
    if (of === 'hy') {
      const h = this.at({ kind: 'h', t, layer: this.network.layers - 1, i: column });
      return product(this.at({ kind: 'dY', t, i: row }), h);
    }
    const side = of === 'ih' || of === 'bIh' ? 'ih' : 'hh';
    const block = blockOf(cell, side, Math.floor(row / hidden));
    const gate = this.at({ kind: 'dGate', t, layer, block, i: row % hidden });
    if (of === 'bIh' || of === 'bHh') return gate;
    if (of === 'hh') return product(gate, this.before('h', t, layer, column));
    if (layer > 0) return product(gate, this.at({ kind: 'h', t, layer: layer - 1, i: column }));
    if (this.trace.numbers !== null) return product(gate, this.input(t, column));
    // A letter is a 1 in its own column, and a 0 in any other.
    return this.trace.inputs[t] === column ? gate : null;
  }

  /** @param {Place} place @returns {Pair} */
  right(place) {
    const { numbers, targets } = this.trace;
    switch (place.kind) {
      case 'gate':
        return this.gate(place);
      case 'dGate':
        return this.gateBlame(place);
      case 'h':
      case 'c':
        return this.state(place);
      case 'dH':
        return this.blame(place.t, place.layer, place.i);
      case 'dC':
        return this.memoryBlame(place.t, place.layer, place.i);
      case 'y': {
        const layer = this.network.layers - 1;
        const products = this.units.map((j) =>
          product(
            this.weight('hy', 0, place.i, j),
            this.at({ kind: 'h', t: place.t, layer, i: j }),
          ),
        );
        return sum([this.weight('bY', 0, place.i, 0), ...products]);
      }
      case 'p': {
        const { t, i } = place;
        if (numbers !== null) {
          const [output, target] = [this.at({ kind: 'y', t, i }), this.input(t, i, 'targets')];
          return [`${output[0]} − ${target[0]}`, `${output[1]} − ${target[1]}`];
        }
        const powers = this.outputs.map((i) => {
          const [symbols, numbers] = this.at({ kind: 'y', t, i });
          return /** @type {Pair} */ ([`e^${symbols}`, `e^${numbers}`]);
        });
        const whole = sum(powers);
        const [top, shown] = powers[i];
        return [`${top} / (${whole[0]})`, `${shown} / (${whole[1]})`];
      }
      case 'dY': {
        const [symbol, value] = this.at({ kind: 'p', t: place.t, i: place.i });
        if (numbers !== null) return [`2·${symbol} / ${this.steps}`, `2·${value} / ${this.steps}`];
        const less = targets[place.t] === place.i ? ' − 1' : ' − 0';
        return [`(${symbol}${less}) / ${this.steps}`, `(${value}${less}) / ${this.steps}`];
      }
      case 'loss': {
        const { t } = place;
        if (numbers === null) return inside('−ln', this.at({ kind: 'p', t, i: targets[t] }));
        return sum(this.outputs.map((i) => squared(this.at({ kind: 'p', t, i }))));
      }
      case 'mean': {
        const [symbols, numbers] = sum(
          this.trace.forward.map((_, t) => this.at({ kind: 'loss', t })),
        );
        return [`(${symbols}) / ${this.steps}`, `(${numbers}) / ${this.steps}`];
      }
      case 'weight':
        return sum(
          this.trace.forward.flatMap((_, t) => {
            const pair = this.weightPart(place.index, t);
            return pair === null ? [] : [pair];
          }),
        );
    }
  }
}

/**
 * How a number comes about.
 * @param {Network} network @param {Place} place @param {Names} names @returns {Formula}
 */
export function formulaOf(network, place, names) {
  const writer = new Writer(network, names);
  const [symbols, numbers] = writer.right(place);
  return { name: writer.name(place), value: writer.value(place), symbols, numbers };
}
