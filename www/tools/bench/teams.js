/** Two workers that share every step, against one, and against two runs side by side. */

import { describe, WORKLOADS } from '../../bench/workloads.js';
import { FOLDER, withBenchPage } from './bench-page.js';
import { summary } from './statistics.js';
import { markdown } from './throughput.js';

/** @typedef {import('../../bench/teams.js').TeamSample} TeamSample */
/** @typedef {import('../../bench/teams.js').TeamJob} TeamJob */

/** The workloads that are asked for. */
const NAMES = ['W3', 'W4'];

/** @param {{ turns: number, sliceMs: number }} options */
export function measureTeams({ turns, sliceMs }) {
  return withBenchPage('teams.html', async (call, browser) => {
    const workloads = WORKLOADS.filter(({ name }) => NAMES.includes(name));
    /** @type {TeamJob} */
    const job = { workloads, turns, sliceMs, warmUpMs: 1000, folder: FOLDER };
    /** @type {TeamSample[]} */
    const samples = await call('measureTeams', job);
    const results = workloads.map((workload) => {
      const own = samples.filter((sample) => sample.workload === workload.name);
      /** @param {(sample: TeamSample) => number} value */
      const over = (value) => summary(own.map(value));
      return {
        ...workload,
        alone: over(({ alone }) => alone),
        cut: over(({ cut }) => cut),
        together: over(({ together }) => together),
        sideBySide: over(({ sideBySide }) => sideBySide),
        /** Each turn's own quotient, for what else the machine does falls on a turn as a whole. */
        speedUp: over(({ alone, together }) => together / alone),
        there: over(({ alone, sideBySide }) => sideBySide / alone),
        costOfCutting: over(({ alone, cut }) => 1 - cut / alone),
      };
    });
    return { browser, turns, sliceMs, results, samples };
  });
}

/** @param {Awaited<ReturnType<typeof measureTeams>>} content */
export function teamTable({ results }) {
  const times = (/** @type {ReturnType<typeof summary>} */ { median, quartiles }) =>
    `${median.toFixed(2)} (${quartiles.map((q) => q.toFixed(2)).join(' to ')})`;
  const speed = (/** @type {ReturnType<typeof summary>} */ { median }) =>
    `${(median / 1000).toFixed(1)} k`;
  return markdown([
    [
      'workload',
      'one worker',
      'one, steps cut in two',
      'two share steps',
      'two runs side by side',
      'speed-up (quartiles)',
      'there is (quartiles)',
    ],
    ...results.map((row) => [
      `${row.name}: ${describe(row)}`,
      ...[row.alone, row.cut, row.together, row.sideBySide].map(speed),
      times(row.speedUp),
      times(row.there),
    ]),
  ]);
}
