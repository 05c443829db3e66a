/**
 * `npm test`: sets up all that the tests need, then runs all of them, and stops at the first that
 * fails. `npm test -- rust`, `page` or `browser` runs that part alone.
 *
 * What needs a browser that this machine lacks is left out, and said at the end. Where CI is set,
 * nothing may be left out.
 */

import { command, Missing, Problem } from './run.js';
import { parts, steps } from './steps.js';

await command(async (args) => {
  const chosen = chosenSteps(args);
  const started = performance.now();
  /** @type {string[]} */
  const done = [];
  /** @type {string[]} */
  const leftOut = [];
  for (const [index, step] of chosen.entries()) {
    console.log(`\n=== ${index + 1}/${chosen.length} ${step.name}`);
    const stepStarted = performance.now();
    const line = () => `${seconds(stepStarted).padStart(8)}  ${step.name}`;
    try {
      await step.run();
    } catch (error) {
      if (error instanceof Missing && !isCi()) {
        leftOut.push(`NOT RUN: ${step.name}. ${error.message}`);
        console.log(`--- ${leftOut.at(-1)}`);
        continue;
      }
      const left = chosen.slice(index + 1).map((next) => next.name);
      console.log(`\n${[...done, `${line()}: FAILED`].join('\n')}`);
      if (left.length > 0) console.log(`Not run: ${left.join(', ')}.`);
      if (!(error instanceof Problem)) throw error;
      const mend = step.mend ? `\nThis may mend it: ${step.mend}` : '';
      throw new Problem(`"${step.name}" failed. ${error.message}${mend}`);
    }
    done.push(line());
    console.log(`--- ${step.name}: passed in ${seconds(stepStarted)}`);
  }
  const passed = leftOut.length === 0 ? 'Everything passed' : 'All that was run passed';
  const summary = `${passed}: ${done.length} steps in ${seconds(started)}.`;
  console.log(`\n${[...done, summary, ...leftOut].join('\n')}`);
});

const isCi = () => ![undefined, '', '0', 'false'].includes(process.env.CI);

/** @param {string[]} args */
function chosenSteps(args) {
  const unknown = args.find((arg) => !parts.some((part) => part === arg));
  if (unknown !== undefined) {
    throw new Problem(`There is no part "${unknown}" of the tests. There is: ${parts.join(', ')}.`);
  }
  return args.length === 0
    ? steps
    : steps.filter((step) => step.parts.some((part) => args.includes(part)));
}

/** @param {number} since */
function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
