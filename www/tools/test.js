/**
 * `npm test`: sets up all that the tests need, then runs all of them. `npm test -- NAME ...` runs only parts of
 * these names: a group (rust, page, browser), a browser (chromium, firefox, webkit), a part (rust-tests) or a file in
 * one browser (chromium/generated). `--only "NAME OF A TEST"` runs this test alone of the parts that are named.
 *
 * What needs something that this machine lacks is left out, and said at the end. Where CI is set,
 * nothing may be left out.
 */

import { parseArgs } from 'node:util';
import { command, interrupted, isCi, Problem } from './run.js';
import { runSteps } from './run-steps.js';
import { all, askForPackages, places, runOnly, steps, together } from './steps.js';

/** @typedef {import('./steps.js').Step} Step */
/** @typedef {import('./run-steps.js').End} End */

/** How long nothing may be heard before what is running is named. */
const SILENCE_MS = 30_000;

await command(async (args) => {
  const { values, positionals } = parse(args);
  const chosen = together(chooseSteps(positionals));
  if (values.only !== undefined && positionals.length === 0) {
    throw new Problem('--only chooses a test of the parts that are named before it, and none is.');
  }
  if (values.only !== undefined) runOnly(values.only);
  await askForPackages(chosen);

  const began = performance.now();
  const parts = chosen.filter(({ group }) => group !== 'set-up');
  const live = parts.filter(({ name }) => name !== 'build').length === 1;
  /** @type {Set<Step>} */
  const running = new Set();
  let count = 0;
  const names = () => [...running].map(({ name }) => name).join(', ');
  const teller = setInterval(() => tell(`${clock(began)} running: ${names()}`), SILENCE_MS);
  const tell = (/** @type {string} */ line) => {
    console.log(line);
    teller.refresh();
  };
  const ends = await runSteps(chosen, {
    places,
    all,
    stopped: interrupted,
    print: (_, text) => live && process.stdout.write(text),
    begins: (step) => running.add(step),
    ended(step, end) {
      running.delete(step);
      count += 1;
      const place = `${count}/${chosen.length}`.padStart(7);
      tell(`${clock(began)} ${place} ${line(step, end)}`);
      if (failed(end)) console.log(account(step, end, live));
    },
  });
  clearInterval(teller);
  conclude(ends, chosen, began);
});

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { only: { type: 'string' } } });
  } catch (error) {
    throw new Problem(/** @type {Error} */ (error).message);
  }
}

/** The steps of these names, and those that they need. @param {string[]} names */
function chooseSteps(names) {
  const isCalled = (/** @type {Step} */ step, /** @type {string} */ name) =>
    [step.group, step.name].includes(name) || step.name.startsWith(`${name}/`);
  const unknown = names.find((name) => !steps.some((step) => isCalled(step, name)));
  if (unknown !== undefined) {
    const known = ['rust', 'page', 'browser', ...steps.map(({ name }) => name)];
    const parts = known.filter((name) => !name.startsWith('set-up/'));
    throw new Problem(`There is no part "${unknown}" of the tests. There is: ${parts.join(', ')}.`);
  }
  const chosen = new Set(
    steps.filter((step) => names.length === 0 || names.some((name) => isCalled(step, name))),
  );
  for (const step of steps.toReversed()) {
    if (![...chosen].some(({ needs }) => needs.includes(step.name))) continue;
    chosen.add(step);
  }
  return steps.filter((step) => chosen.has(step));
}

/** Whether this is a failure. Where nothing may be left out, that is one too. @param {End} end */
function failed({ how }) {
  return how === 'failed' || (how === 'left out' && isCi());
}

/** @param {Step} step @param {End} end */
function line(step, end) {
  const how = failed(end) ? 'FAILED' : end.how === 'passed' ? '' : end.how.toUpperCase();
  return `${end.seconds.toFixed(1).padStart(7)} s  ${step.name}${how && `  ${how}`}`;
}

/**
 * What there is to say of a failure.
 * @param {Step} step @param {End} end @param {boolean} live whether its output has been seen
 */
function account(step, { output, error, seconds }, live) {
  if (seconds === 0) return ''; // that of a step that it needs, which has been told
  const reason = error instanceof Problem ? error.message : /** @type {Error} */ (error).stack;
  const commands = step.alone?.(output) ?? [];
  if (commands.length === 0) commands.push(`npm --prefix www test -- ${step.name}`);
  return [
    live ? '' : output.trimEnd(),
    `"${step.name}" failed. ${reason}`,
    'To run it alone:',
    ...commands.map((text) => `  ${text}`),
    ...(step.mend ? ['This may mend it:', `  ${step.mend}`] : []),
    '',
  ].join('\n');
}

/** @param {Map<Step, End>} ends @param {Step[]} chosen @param {number} began */
function conclude(ends, chosen, began) {
  const all = [...ends];
  const timed = all.filter(([, { seconds }]) => seconds > 0);
  timed.sort(([, a], [, b]) => b.seconds - a.seconds);
  console.log(`\n${timed.map(([step, end]) => line(step, end)).join('\n')}`);
  const leftOut = all.filter(([, end]) => end.how === 'left out');
  const reasons = new Set(leftOut.map(([, { error }]) => error));
  for (const reason of reasons) {
    const names = leftOut.filter(([, { error }]) => error === reason).map(([{ name }]) => name);
    console.log(`NOT RUN: ${names.join(', ')}. ${/** @type {Error} */ (reason).message}`);
  }
  const time = clock(began).trim();
  if (interrupted()) throw new Problem('Interrupted.');
  const failures = all.filter(([, end]) => failed(end) && end.seconds > 0);
  if (failures.length > 0) {
    const names = failures.map(([{ name }]) => name).join(', ');
    throw new Problem(`Failed, after ${time}: ${names}. How to run them alone stands above.`);
  }
  const passed = leftOut.length === 0 ? 'Everything passed' : 'All that was run passed';
  console.log(`${passed}: ${chosen.length - leftOut.length} parts in ${time}.`);
}

/** @param {number} since */
function clock(since) {
  const seconds = Math.round((performance.now() - since) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`.padStart(6);
}
