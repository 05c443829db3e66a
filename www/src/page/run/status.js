/** The status line: ready, what is missing, training, paused, finished, or what went wrong. */

import { LIMITS } from '../../../../pkg/settings.js';
import { brief, counted, whole } from '../format.js';
import { estimateOf, UNTRIED } from '../settings/estimate-state.js';
import { readConfig } from '../settings/fields.js';
import { charactersOf } from '../settings/preset-state.js';
import { calledWithin } from '../text/samples.js';
import { summaryOf } from '../text/summary-state.js';
import { tooShort } from '../text/too-short.js';
import { newScheduleOf } from './schedule.js';

/** @import { Run, State } from '../state.js' */

/** Why no run can begin yet, or nothing. @param {State} state */
export function missing(state) {
  const ofText = missingInText(state);
  if (ofText !== '') return ofText;
  const wrong = Object.values({ ...readConfig(state.fields).problems, ...state.problems });
  if (wrong.length > 0) return wrong.join(' ');
  const problem = estimateOf(state)?.problem ?? null;
  return problem === null || problem === UNTRIED ? '' : problem;
}

/** The same of the text alone. @param {State} state */
function missingInText(state) {
  const { text, arrival, loading } = state;
  if (loading !== null) return `Loading ${loading.name}…`;
  if (arrival !== null)
    return `${arrival.source === null ? 'Fetching' : 'Reading'} ${calledWithin(arrival)}…`;
  if (text.source.content === '') return 'Put a text in the box, then press Train.';
  const characters = charactersOf(state);
  const { min, max } = LIMITS.textCharacters;
  if (characters !== null && characters < min) return tooShort(characters, min);
  if (characters !== null && characters > max) {
    return `The text is too long: at most ${counted(max, 'character')} are allowed.`;
  }
  return summaryOf(state)?.symbols === 1
    ? 'The text repeats one character. It needs at least two different ones.'
    : '';
}

/** @param {State} state */
export function statusOf(state) {
  const { engine, run } = state;
  if (engine === 'unsupported') return 'This browser cannot train a network.';
  if (engine === 'broken') return 'The network is not running.';
  if (run !== null) return statusOfRun(run, state);
  if (engine === 'loading') return 'Getting the network ready…';
  // The alert says it already.
  if (state.alert?.about === 'text' && missingInText(state) !== '') return '';
  return missing(state) || 'Ready. Press Train and watch it learn.';
}

/** @param {Run} run @param {State} state */
function statusOfRun(run, { text }) {
  switch (run.phase) {
    case 'starting':
      return 'Starting…';
    case 'training':
      return run.text === null ? 'Training.' : `Training on ${calledWithin(run.text)}.`;
    case 'pausing':
      return 'Pausing…';
    case 'resuming':
      return 'Resuming…';
    case 'restoring':
      return 'Bringing the run back…';
    case 'paused':
      break;
  }
  const at = `step ${whole(run.step ?? 0)}`;
  if (run.report === null) {
    return text.source.content === ''
      ? 'Weights loaded. Choose a text to train them on.'
      : 'Weights loaded. Resume trains them on.';
  }
  switch (run.over) {
    case 'end':
      return `Finished: ${counted(run.charactersSeen, 'letter')} read. ${
        newScheduleOf(run) === null
          ? 'Resume keeps training.'
          : `Resume goes on at rate ${brief(run.learningRate ?? 0)}.`
      }`;
    case 'patience':
      return `Finished: ${counted(run.config.patience, 'check')} without progress. The best weights, of ${at}, are back.`;
    case 'explosion':
      return `Stopped: the loss exploded. The weights of ${at} are back.`;
    default:
      return `Paused at ${at}.`;
  }
}
