/** Two short runs that differ in the learning rate alone: same text, seed and order. The run that was there waits. */

import { brief, rounded } from '../format.js';
import { fieldText } from '../settings/fields.js';

/** @import { Field } from '../settings/fields.js' */
/** @import { Emit, State } from '../state.js' */
/** @import { Hold } from './hold.js' */
/** @import { Pair } from './steps.js' */

/** About so long each of the two takes: too short to be saved. */
const SECONDS = 4;

/** Fewer letters show no difference. */
const LEAST_CHARACTERS = 20_000;

/** How many letters a second are trained where no run has told. */
const UNKNOWN_SPEED = 20_000;

/** How many letters each of the two reads. @param {number | null} charactersPerSecond */
export const lengthOf = (charactersPerSecond) =>
  rounded(Math.max(LEAST_CHARACTERS, SECONDS * (charactersPerSecond || UNKNOWN_SPEED)));

/** @param {Emit} emit @param {Hold} hold */
export function createPair(emit, hold) {
  /** @type {Pair | null} */
  let pair = null;
  /** The run before the present one of the two, and the present one; null before its first state. */
  let before = 0;
  /** @type {number | null} */
  let id = null;

  /** @param {number} replaced the run that makes room @param {number} characters @param {number} learningRate */
  function train(replaced, characters, learningRate) {
    before = replaced;
    id = null;
    hold.clear();
    /** @type {[Field, number | boolean][]} */
    const fields = [
      ['learningRate', learningRate],
      ['runCharacters', characters],
      ['stopAtEnd', true],
      ['patience', 0],
    ];
    for (const [field, value] of fields) emit({ type: 'setField', field, value: fieldText(value) });
    emit({ type: 'train' });
  }

  return {
    /** @param {State} state with a run */
    begin(state) {
      const { run } = state;
      if (run === null || pair !== null) return;
      const { learningRate } = run.config;
      const characters = lengthOf(run.charactersPerSecond);
      pair = { rates: [learningRate, Number(brief(learningRate / 2))], losses: [], part: 0 };
      hold.keep(state, () => train(run.id, characters, learningRate));
    },

    /** Calls both off, and brings the run back that was there. */
    end() {
      pair = null;
      hold.bringBack();
    },

    /** How far the two are, at each state; null where there are none. @param {State} state @returns {Pair | null} */
    follow({ run }) {
      if (hold.isEmpty) pair = null;
      if (pair === null || hold.run === null || run?.id === before) return pair;
      id ??= run?.id ?? null;
      // Somebody reset or replaced it.
      if (run === null || run.id !== id) {
        this.end();
        return null;
      }
      const { charactersSeen, config, phase, over, heldOut } = run;
      pair = { ...pair, part: Math.min(1, charactersSeen / config.runCharacters) };
      if (phase !== 'paused' || over === null) return pair;
      const ended = over === 'explosion' ? Number.POSITIVE_INFINITY : (heldOut?.loss ?? Number.NaN);
      pair = { ...pair, losses: [...pair.losses, ended], part: 0 };
      if (pair.losses.length === 1) train(run.id, config.runCharacters, pair.rates[1]);
      const done = pair;
      if (done.losses.length === 2) this.end();
      return done;
    },
  };
}
