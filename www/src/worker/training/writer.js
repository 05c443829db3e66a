/**
 * The writer lets the network write as fast as someone reads, whatever else goes on. It owns its
 * sampler, so that writing never moves the training.
 */

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('../../../../pkg/babble.js').Sampler} Sampler */
/** @typedef {import('../../shared/protocol.js').SamplingConfig} SamplingConfig */
/** @typedef {import('../../../../pkg/babble.js').Trainer} Trainer */
/** @typedef {import('../../../../pkg/babble.js').Weights} Weights */
/** @typedef {import('../statistics/mixed.js').Mixed} Mixed */

/** The most that is caught up after something took long, in seconds of writing. */
const CATCH_UP_S = 0.5;

/** @param {Sampler} sampler @param {SamplingConfig} sampling */
function limit(sampler, { temperature, topK, topP }) {
  sampler.setTemperature(temperature);
  sampler.setTopK(topK);
  sampler.setTopP(topP);
}

export class Writer {
  /** @type {Core} */
  #core;
  /** @type {Sampler} */
  #sampler;
  /** @type {SamplingConfig} */
  #sampling;
  /** Whether the sampler has read the prompt. */
  #prompted = false;
  /** Whether letter statistics write with the network. */
  #mixes = false;
  #wroteAt = performance.now();
  /** Characters that are due, with a fraction. */
  #owed = 0;

  /** @param {Core} core that its model is of @param {SamplingConfig} sampling */
  constructor(core, sampling) {
    this.#core = core;
    this.#sampler = new core.Sampler(sampling.seed);
    this.#sampling = sampling;
    try {
      this.setSampling(sampling);
    } catch (error) {
      this.free();
      throw error;
    }
  }

  get on() {
    return this.#sampling.on;
  }

  /** Throws when a number is out of its bounds. @param {SamplingConfig} sampling */
  setSampling(sampling) {
    const reseeded = sampling.seed !== this.#sampling.seed;
    const sampler = reseeded ? new this.#core.Sampler(sampling.seed) : this.#sampler;
    try {
      limit(sampler, sampling);
    } catch (error) {
      if (reseeded) sampler.free();
      throw error;
    }
    if (reseeded) {
      this.#sampler.free();
      this.#sampler = sampler;
    }
    if (reseeded || sampling.prompt !== this.#sampling.prompt) this.#prompted = false;
    if (!this.#sampling.on) {
      this.#wroteAt = performance.now();
      this.#owed = 0;
    }
    this.#sampling = sampling;
  }

  silence() {
    this.#sampling = { ...this.#sampling, on: false };
  }

  /** Begins anew, for another vocabulary. */
  renew() {
    this.#sampler.free();
    this.#sampler = new this.#core.Sampler(this.#sampling.seed);
    limit(this.#sampler, this.#sampling);
    this.#prompted = false;
  }

  /**
   * What is due by now, or null.
   * @param {Trainer | Weights | Mixed} model
   */
  write(model) {
    const { on, charactersPerSecond, prompt } = this.#sampling;
    if (!on) return null;
    const now = performance.now();
    const seconds = Math.min((now - this.#wroteAt) / 1000, CATCH_UP_S);
    this.#wroteAt = now;
    this.#owed += seconds * charactersPerSecond;
    const characters = Math.floor(this.#owed);
    const mixes = 'measure' in model;
    const restarted = !this.#prompted || mixes !== this.#mixes;
    this.#mixes = mixes;
    if (characters === 0 && !restarted) return null;
    this.#owed -= characters;
    const skipped = restarted ? model.prompt(this.#sampler, prompt) : [];
    this.#prompted = true;
    const piece = model.writeInDetail(this.#sampler, characters);
    const read = [...prompt].filter((symbol) => !skipped.includes(symbol)).join('');
    return { piece, restarted, prompt: restarted ? read : '', skipped, mixes };
  }

  free() {
    this.#sampler.free();
  }
}
