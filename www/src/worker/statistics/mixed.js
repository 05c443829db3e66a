/**
 * The network and the letter statistics of its text together: how well they predict the held-out part, and how they
 * write. The letters are counted a piece at a time, between two slices of training.
 */

import { LETTER_KINDS, letterKindOf } from '../../shared/letter-kinds.js';
import { MOST_MEASURED } from '../baselines/measure.js';
import { LetterStatistics } from './letters.js';
import { Mixture } from './mixture.js';

/** @typedef {import('../../../../pkg/babble.js').Trainer} Trainer */
/** @typedef {import('../../../../pkg/babble.js').Sampler} Sampler */
/** @typedef {import('../../../../pkg/babble.js').Written} Written */
/** @typedef {import('../../shared/protocol.js').Together} Together */

/** Of a longer text the letters are counted in so many characters, its first, so that memory stays bounded. */
const MOST_COUNTED = 1_500_000;
/** What counting takes at once. */
const TURN_MS = 16;

/** Kinds of symbols; the last kind are all others. */
const CLASSES = [/\n/, /\p{Lu}/u, /[\p{L}\p{M}]/u, /\p{N}/u, /\s/];
/** Which of the two is to be believed depends on the kinds of the last two symbols. */
export const KINDS = (CLASSES.length + 1) ** 2;
/** What is behind nothing is as behind two new lines. */
const FIRST_KIND = 0;

export class Mixed {
  #trainer;
  #symbols;
  /** @type {Map<string, number>} */
  #ids;
  #letters;
  #counting;
  #isReady = false;
  /** How probable the statistics find each held-out symbol from the second on, */
  #given = new Float32Array(0);
  /** of what kinds the two symbols before it are, */
  #kinds = new Uint8Array(0);
  /** and where it stands. */
  #letterKinds = new Uint8Array(0);
  /** With the weights that the newest measurement has left. */
  #mixture = new Mixture(KINDS);
  /** The kind of each symbol. */
  #classes;
  /** What the statistics have read of what is written, */
  #reader;
  /** and the kinds of its last two symbols. */
  #kind = FIRST_KIND;
  #distribution;
  #shares;

  /** @param {Trainer} trainer */
  constructor(trainer) {
    this.#trainer = trainer;
    this.#symbols = vocabularyOf(trainer.saveWeights());
    this.#ids = new Map(this.#symbols.map((symbol, id) => [symbol, id]));
    this.#classes = this.#symbols.map((symbol) => {
      const found = CLASSES.findIndex((kind) => kind.test(symbol));
      return found === -1 ? CLASSES.length : found;
    });
    this.#letters = new LetterStatistics(this.#symbols.length);
    this.#reader = this.#letters.begin();
    this.#distribution = new Float64Array(this.#symbols.length);
    this.#shares = new Float32Array(this.#symbols.length);
    this.#counting = this.#count(
      this.#idsOf(trainer.trainingText(MOST_COUNTED)),
      this.#idsOf(trainer.heldOutText(MOST_MEASURED + 1)),
    );
  }

  /** Whether the letters are counted. */
  get isReady() {
    return this.#isReady;
  }

  /** Goes on counting for a moment; whether that was the last of it. */
  advance() {
    const end = performance.now() + TURN_MS;
    while (!this.#isReady && performance.now() < end) {
      this.#isReady = this.#counting.next().done === true;
    }
    return this.#isReady;
  }

  /** @param {Uint32Array} training @param {Uint32Array} heldOut ids */
  *#count(training, heldOut) {
    const letters = this.#letters;
    yield* letters.count(training);
    const count = heldOut.length - 1;
    this.#given = new Float32Array(count);
    this.#kinds = new Uint8Array(count);
    this.#letterKinds = new Uint8Array(count);
    const reader = letters.begin();
    let kind = FIRST_KIND;
    for (let i = 0; i < count; i++) {
      const [last, next] = [heldOut[i], heldOut[i + 1]];
      letters.read(reader, last);
      kind = this.#kindBehind(kind, last);
      this.#given[i] = letters.probability(reader, next);
      this.#kinds[i] = kind;
      this.#letterKinds[i] = letterKindOf(this.#symbols[next], this.#symbols[last]);
      if (i % 4096 === 0) yield;
    }
  }

  /**
   * How well both together predict the held-out part, predicting each symbol before they learn from it.
   * @param {Float32Array} surprise of the network at its symbols from the second on: -ln p
   * @returns {Together}
   */
  measure(surprise) {
    const count = Math.min(surprise.length, this.#given.length);
    const mixture = new Mixture(KINDS);
    const sums = { together: 0, network: 0, statistics: 0 };
    const better = { network: 0, statistics: 0 };
    const letterKinds = LETTER_KINDS.map(([name]) => ({
      name,
      count: 0,
      network: 0,
      statistics: 0,
    }));
    for (let i = 0; i < count; i++) {
      const [network, statistics] = [surprise[i], -Math.log(this.#given[i])];
      const both = mixture.update(this.#kinds[i], Math.exp(-network), this.#given[i]);
      sums.together -= Math.log(both);
      sums.network += network;
      sums.statistics += statistics;
      if (network < statistics - 1) better.network += 1;
      if (statistics < network - 1) better.statistics += 1;
      const of = letterKinds[this.#letterKinds[i]];
      of.count += 1;
      of.network += network;
      of.statistics += statistics;
    }
    this.#mixture = mixture;
    return {
      loss: sums.together / count,
      network: sums.network / count,
      statistics: sums.statistics / count,
      predictions: count,
      better: { network: better.network / count, statistics: better.statistics / count },
      places: letterKinds
        .filter(({ count }) => count > 0)
        .map(({ name, count, network, statistics }) => ({
          name,
          count,
          network: network / count,
          statistics: statistics / count,
        })),
    };
  }

  /** As `Trainer.prompt`. @param {Sampler} sampler @param {string} prompt */
  prompt(sampler, prompt) {
    const skipped = this.#trainer.prompt(sampler, prompt);
    const ids = this.#idsOf(prompt);
    this.#reader = this.#letters.begin();
    this.#kind = FIRST_KIND;
    // Where there is no prompt, the network begins as after a new line.
    const opening = this.#ids.get('\n') ?? this.#ids.get(' ') ?? 0;
    this.#read(ids.length > 0 ? ids : [opening]);
    return skipped;
  }

  /** As `Trainer.writeInDetail`, from both together. @param {Sampler} sampler @param {number} characters @returns {Written} */
  writeInDetail(sampler, characters) {
    const pieces = Array.from({ length: characters }, () => {
      const weight = this.#mixture.weight(this.#kind);
      this.#letters.distribution(this.#reader, this.#distribution);
      this.#distribution.forEach((p, id) => {
        this.#shares[id] = (1 - weight) * p;
      });
      sampler.mixNext(weight, this.#shares);
      const piece = this.#trainer.writeInDetail(sampler, 1);
      this.#read(this.#idsOf(piece.text));
      return piece;
    });
    return {
      text: pieces.map(({ text }) => text).join(''),
      probabilities: joined(pieces.map(({ probabilities }) => probabilities)),
      alternatives: pieces.map(({ alternatives }) => alternatives).join(''),
      alternativeProbabilities: joined(
        pieces.map(({ alternativeProbabilities }) => alternativeProbabilities),
      ),
    };
  }

  /** The kinds of the last two symbols, once another one was read. @param {number} kind @param {number} id */
  #kindBehind(kind, id) {
    const classes = CLASSES.length + 1;
    return (kind % classes) * classes + this.#classes[id];
  }

  /** @param {Iterable<number>} ids */
  #read(ids) {
    for (const id of ids) {
      this.#letters.read(this.#reader, id);
      this.#kind = this.#kindBehind(this.#kind, id);
    }
  }

  /** Without the symbols that the vocabulary lacks. @param {string} text */
  #idsOf(text) {
    return Uint32Array.from([...text].flatMap((symbol) => this.#ids.get(symbol) ?? []));
  }
}

/** The symbols of a weights file, by their ids. @param {Uint8Array} file @returns {string[]} */
function vocabularyOf(file) {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  return JSON.parse(header.__metadata__.vocab);
}

/** @param {Float32Array[]} parts */
const joined = (parts) => Float32Array.from(parts.flatMap((part) => [...part]));
