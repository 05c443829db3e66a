/** A comparison: its lanes train in turns or beside each other, on one text, and come equally far. */

import { Lane } from './lane.js';
import { turnsOf } from './turns.js';

/** @import { SamplingConfig, TextSource } from '../../shared/protocol.js' */
/** @import { By, Choice, Wanted } from './choices.js' */
/** @import { Port } from './lane.js' */

/**
 * @typedef {object} Setup
 * @property {Choice} choice
 * @property {Wanted[]} wanted
 * @property {TextSource} text
 * @property {number} symbols of it
 * @property {SamplingConfig} sampling
 * @property {number} cores
 */

export class Comparison {
  choice;
  /** @type {Lane[]} */
  lanes;
  isPaused = false;
  /** Whether it is being found out how fast each network trains. */
  isTrying = false;
  #slots;
  #changed;

  /** @param {Setup} setup @param {(wanted: Wanted) => Port} makePort @param {() => void} changed */
  constructor({ choice, wanted, text, symbols, sampling, cores }, makePort, changed) {
    this.choice = choice;
    this.#changed = changed;
    this.#slots = Math.max(1, Math.min(cores, wanted.length));
    const heard = () => this.#takeTurns();
    this.lanes = wanted.map((one) => new Lane(one, makePort(one), text, sampling, heard));
    if (choice.by === 'seconds') this.#shareTime(symbols);
    else this.#takeTurns();
  }

  /** Whether they take turns, for want of cores. */
  get takesTurns() {
    return this.#slots < this.lanes.length;
  }

  get isOver() {
    return this.lanes.every(({ over }) => over !== null);
  }

  /** Another second is over. @param {boolean} hidden whether nobody sees the page */
  beat(hidden) {
    for (const lane of this.lanes) lane.beat(hidden);
  }

  /** Those that still train are measured as they are now. */
  pause() {
    if (this.isPaused) return;
    this.isPaused = true;
    for (const lane of this.lanes) {
      if (lane.over === null) lane.pause();
      if (lane.over !== 'failed') lane.write(false);
    }
    this.#changed();
  }

  goOn() {
    this.isPaused = false;
    for (const lane of this.lanes) if (lane.over !== 'failed') lane.write(true);
    this.#takeTurns();
  }

  end() {
    for (const lane of this.lanes) lane.end();
  }

  /**
   * In the same time a faster network reads more. Each gets the length that it reads in the time that the first one
   * needs for its own, so that each one's schedule ends with its time.
   * @param {number} symbols
   */
  async #shareTime(symbols) {
    this.isTrying = true;
    /** @type {number[]} */
    const speeds = [];
    // One after another: at once they would slow each other down.
    for (const lane of this.lanes) speeds.push(await lane.probe(symbols));
    this.isTrying = false;
    const first = speeds.find((speed) => speed > 0) ?? 0;
    this.lanes.forEach((lane, i) => {
      const { config } = lane;
      const runCharacters = Math.max(1, Math.round((config.runCharacters * speeds[i]) / first));
      if (speeds[i] > 0) lane.config = { ...config, runCharacters };
    });
    this.#takeTurns();
  }

  #takeTurns() {
    const { by } = this.choice;
    if (by === 'seconds') this.#endTogether();
    if (!this.isPaused && !this.isTrying) {
      const shares = this.lanes.map((lane) => lane.share(by));
      turnsOf(shares, this.#slots).forEach((runs, i) => {
        if (!shares[i].isOver) this.lanes[i].let(runs);
      });
    }
    this.#changed();
  }

  /** By seconds, whoever has read its length ends it for all, as soon as they have had as long. */
  #endTogether() {
    const ended = this.lanes.filter(({ over }) => over === 'end' || over === 'time');
    const most = Math.min(...ended.map(({ trainedMs }) => trainedMs));
    for (const lane of this.lanes) {
      if (lane.over === null && lane.trainedMs >= most) lane.endTime();
    }
  }
}
