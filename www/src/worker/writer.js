// @ts-check
/**
 * The voice: lets the network write as fast as someone reads, whatever else goes on. It owns its
 * sampler, so that writing never moves the training.
 */

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('../../../pkg/babble.js').Sampler} Sampler */
/** @typedef {import('../protocol.js').Voice} Voice */
/** @typedef {import('../../../pkg/babble.js').Trainer} Trainer */
/** @typedef {import('../../../pkg/babble.js').Weights} Weights */

/** The most that is caught up after something took long, in seconds of writing. */
const CATCH_UP_S = 0.5;

/** @param {Sampler} sampler @param {Voice} voice */
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
  /** @type {Voice} */
  #voice;
  /** Whether the sampler has read the prompt. */
  #prompted = false;
  #wroteAt = performance.now();
  /** Characters that are due, with a fraction. */
  #owed = 0;

  /** @param {Core} core that its model is of @param {Voice} voice */
  constructor(core, voice) {
    this.#core = core;
    this.#sampler = new core.Sampler(voice.seed);
    this.#voice = voice;
    try {
      this.speak(voice);
    } catch (error) {
      this.free();
      throw error;
    }
  }

  get on() {
    return this.#voice.on;
  }

  /** Throws when a number is out of its bounds. @param {Voice} voice */
  speak(voice) {
    const reseeded = voice.seed !== this.#voice.seed;
    const sampler = reseeded ? new this.#core.Sampler(voice.seed) : this.#sampler;
    try {
      limit(sampler, voice);
    } catch (error) {
      if (reseeded) sampler.free();
      throw error;
    }
    if (reseeded) {
      this.#sampler.free();
      this.#sampler = sampler;
    }
    if (reseeded || voice.prompt !== this.#voice.prompt) this.#prompted = false;
    if (!this.#voice.on) {
      this.#wroteAt = performance.now();
      this.#owed = 0;
    }
    this.#voice = voice;
  }

  silence() {
    this.#voice = { ...this.#voice, on: false };
  }

  /** Begins anew, for another vocabulary. */
  renew() {
    this.#sampler.free();
    this.#sampler = new this.#core.Sampler(this.#voice.seed);
    limit(this.#sampler, this.#voice);
    this.#prompted = false;
  }

  /**
   * What is due by now, or null.
   * @param {Trainer | Weights} model
   */
  write(model) {
    const { on, charactersPerSecond, prompt } = this.#voice;
    if (!on) return null;
    const now = performance.now();
    const seconds = Math.min((now - this.#wroteAt) / 1000, CATCH_UP_S);
    this.#wroteAt = now;
    this.#owed += seconds * charactersPerSecond;
    const characters = Math.floor(this.#owed);
    const restarted = !this.#prompted;
    if (characters === 0 && !restarted) return null;
    this.#owed -= characters;
    const skipped = restarted ? model.prompt(this.#sampler, prompt) : [];
    this.#prompted = true;
    const piece = model.writeInDetail(this.#sampler, characters);
    const read = [...prompt].filter((symbol) => !skipped.includes(symbol)).join('');
    return { piece, restarted, prompt: restarted ? read : '', skipped };
  }

  free() {
    this.#sampler.free();
  }
}
