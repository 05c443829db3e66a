/**
 * How fast this machine would train a model: trained for a moment, on a text that means nothing, a
 * slice at a time, so that a click on Train in the middle of it is obeyed at once.
 */

/**
 * @typedef {import('../../shared/protocol.js').Config} Config
 * @typedef {{ run(budgetMs: number): { charactersSeen: number }, free(): void }} Trained
 */

/** The trial takes about this long, */
const TRIAL_MS = 150;
/** in slices of about this much; the best one counts, for whatever disturbs only slows. */
const SLICE_MS = 15;
/** On a machine that is busy with other things these are fewer slices than this: then it takes longer, */
const FEWEST_SLICES = 5;
/** but not longer than this. */
const LONGEST_TRIAL_MS = 600;
/** A step that would take more multiply-adds than this is tried with shorter sequences: some 20 ms. */
const MOST_PER_STEP = 1e8;
/** Three for each multiply-add forward: one goes forward, two go backward. */
const PASSES = 3;

/**
 * A text of this many symbols and at least so many characters.
 * @param {number} symbols @param {number} characters
 */
export function textOf(symbols, characters) {
  const length = Math.max(characters, symbols);
  return Array.from({ length }, (_, at) => {
    const code = 0x21 + (at % symbols);
    // Past the surrogates, which are no symbols.
    return String.fromCodePoint(code < 0xd800 ? code : code + 0x800);
  }).join('');
}

export class Probe {
  /** @type {Trained | null} */
  #trainer = null;
  #config;
  #symbols;
  #Trainer;
  #spentMs = 0;
  #slices = 0;
  #best = 0;
  #seen = 0;
  /** Multiply-adds of a step. */
  load;

  /**
   * @param {number} requestId
   * @param {Config} config @param {number} symbols
   * @param {number} multiplyAdds of one character, forward
   * @param {new (config: Config, text: string) => Trained} Trainer
   */
  constructor(requestId, config, symbols, multiplyAdds, Trainer) {
    this.requestId = requestId;
    const perCharacter = multiplyAdds * PASSES * config.batchSize;
    const most = Math.max(1, Math.floor(MOST_PER_STEP / perCharacter));
    const sequenceLength = Math.min(config.sequenceLength, most);
    this.load = perCharacter * sequenceLength;
    this.#config = {
      ...config,
      sequenceLength,
      // What is quickly drawn and cannot explode is as fast as any other.
      initialization: /** @type {const} */ ('uniform'),
      learningRate: 1e-6,
      // The trial has an end of its own.
      schedule: /** @type {const} */ ('constant'),
      stopAtEnd: false,
      patience: 0,
    };
    this.#symbols = symbols;
    this.#Trainer = Trainer;
  }

  /** Goes on for a slice. @returns {number | null} characters per second, when the trial is over */
  slice() {
    const { batchSize, sequenceLength } = this.#config;
    // A tenth is held out, and every stream predicts one character fewer than it has.
    const characters = Math.ceil((batchSize * (sequenceLength + 1) * 10) / 9) + 100;
    this.#trainer ??= new this.#Trainer(this.#config, textOf(this.#symbols, characters));
    const began = performance.now();
    const { charactersSeen } = this.#trainer.run(SLICE_MS);
    const elapsed = Math.max(performance.now() - began, 0.001);
    this.#best = Math.max(this.#best, ((charactersSeen - this.#seen) / elapsed) * 1000);
    this.#seen = charactersSeen;
    this.#spentMs += elapsed;
    this.#slices += 1;
    const enough = this.#spentMs >= TRIAL_MS && this.#slices >= FEWEST_SLICES;
    return enough || this.#spentMs >= LONGEST_TRIAL_MS ? this.#best : null;
  }

  free() {
    this.#trainer?.free();
    this.#trainer = null;
  }
}
