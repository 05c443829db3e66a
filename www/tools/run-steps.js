/** Runs steps that need one another side by side, as far as the machine has room for them. */

import { Missing, withOutput } from './run.js';

/**
 * @typedef {object} Step
 * @property {string} name that the command line knows it by
 * @property {string[]} needs the names of steps that must have passed before
 * @property {string} [lane] steps of one lane share its places; one without a lane takes no processor
 * @property {() => Promise<void>} run
 */
/**
 * @typedef {object} End how a step ended
 * @property {'passed' | 'failed' | 'left out' | 'not run'} how `left out` for want of something that one
 *   may go without, `not run` because a step that it needs failed
 * @property {number} seconds
 * @property {string} output what it printed
 * @property {unknown} [error]
 */

/**
 * Runs all steps, in their order where there is a choice.
 * @template {Step} S
 * @param {S[]} steps
 * @param {object} options
 * @param {Record<string, number>} options.places how many steps of a lane may run at once
 * @param {number} [options.all] and how many of all lanes
 * @param {(step: S, text: string) => void} [options.print] what a step prints, as it does
 * @param {(step: S) => void} [options.begins] told of every step that is run
 * @param {(step: S, end: End) => void} [options.ended] told of every step
 * @param {() => boolean} [options.stopped] whether no more may begin
 * @returns {Promise<Map<S, End>>}
 */
export async function runSteps(
  steps,
  { places, all = Number.POSITIVE_INFINITY, print, begins, ended, stopped = () => false },
) {
  /** @type {Map<S, End>} */
  const ends = new Map();
  /** @type {Map<S, Promise<void>>} */
  const running = new Map();
  const waiting = new Set(steps);
  /** @param {S} step @param {End} end */
  const settle = (step, end) => {
    waiting.delete(step);
    running.delete(step);
    ends.set(step, end);
    ended?.(step, end);
  };
  const hasRoom = (/** @type {string | undefined} */ lane) => {
    if (lane === undefined) return true;
    const lanes = [...running.keys()].flatMap((step) => step.lane ?? []);
    return lanes.length < all && lanes.filter((other) => other === lane).length < places[lane];
  };

  for (;;) {
    for (const step of stopped() ? [] : waiting) {
      const needed = steps.filter(({ name }) => step.needs.includes(name));
      const without = needed.map((other) => ends.get(other)).find((e) => e && e.how !== 'passed');
      if (without) {
        const how = without.how === 'left out' ? 'left out' : 'not run';
        settle(step, { how, seconds: 0, output: '', error: without.error });
      } else if (needed.every((other) => ends.has(other)) && hasRoom(step.lane)) {
        waiting.delete(step);
        begins?.(step);
        const run = runStep(step, print).then((end) => settle(step, end));
        running.set(step, run);
      }
    }
    if (running.size === 0) return ends;
    await Promise.race(running.values());
  }
}

/**
 * @template {Step} S
 * @param {S} step
 * @param {((step: S, text: string) => void) | undefined} print
 * @returns {Promise<End>}
 */
async function runStep(step, print) {
  const began = performance.now();
  let output = '';
  /** @param {string} text */
  const keep = (text) => {
    output += text;
    print?.(step, text);
  };
  /** @param {End['how']} how @param {unknown} [error] */
  const end = (how, error) => ({
    how,
    seconds: (performance.now() - began) / 1000,
    output,
    error,
  });
  try {
    await withOutput(keep, step.run);
    return end('passed');
  } catch (error) {
    return end(error instanceof Missing ? 'left out' : 'failed', error);
  }
}
