/** What the page says when the schedule of a run has ended, and how training can go on. */

import { compact } from '../format.js';
import { say, withNotice } from '../messages/state.js';

/** @import { Notice, Run, State } from '../state.js' */

/**
 * Says that the schedule has ended, if it has and that matters, and offers a new one.
 * @param {Run} run @returns {Notice | null}
 */
function endOfSchedule({ report, config, charactersSeen, scheduleStart, learningRate, over }) {
  if (report === null || charactersSeen < config.runCharacters) return null;
  if (learningRate === null || learningRate >= config.learningRate) return null;
  const length = compact(config.runCharacters - scheduleStart);
  const at = over === null ? 'The learning rate is' : 'The run is';
  return {
    text: `${at} at its end. A new schedule trains on for ${length} letters.`,
    actions: [{ label: 'Train on with a new schedule', intent: { type: 'reschedule' } }],
  };
}

/** Adds that to the notice about the run. @param {State} state @param {string} [text] @returns {State} */
export function withEndOfSchedule(state, text = '') {
  const end = state.run === null ? null : endOfSchedule(state.run);
  if (end === null) return text === '' ? state : withNotice(state, 'run', say(text));
  return withNotice(state, 'run', { ...end, text: `${text} ${end.text}`.trim() });
}
