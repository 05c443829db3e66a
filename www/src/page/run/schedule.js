/** Where the schedule of a run has ended. Pure. */

/** @import { Run } from '../state.js' */

/**
 * How many letters a new schedule would train on for, where the present one has ended and left a lower learning rate;
 * null anywhere else.
 * @param {Run | null} run
 */
export function newScheduleOf(run) {
  if (run === null || run.report === null) return null;
  const { config, charactersSeen, scheduleStart, learningRate } = run;
  if (charactersSeen < config.runCharacters) return null;
  if (learningRate === null || learningRate >= config.learningRate) return null;
  return config.runCharacters - scheduleStart;
}
