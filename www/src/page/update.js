/**
 * How each message changes the state, and what the page does about it. Pure. Each kind of message is handled in
 * exactly one file, beside the part of the state that it is about.
 */

import { baselines, withBaselines } from './baselines/state.js';
import { chart, withWholeRun } from './chart/state.js';
import { downloads } from './downloads/state.js';
import { generated } from './generated/state.js';
import { lens, withLensOfRun } from './lenses/state.js';
import { messages } from './messages/state.js';
import { version } from './messages/version.js';
import { explosion } from './run/explosion.js';
import { failures } from './run/failures.js';
import { cores, withShards, withWorkers } from './run/parallel-state.js';
import { progress } from './run/progress.js';
import { slow } from './run/slow-worker.js';
import { run } from './run/state.js';
import { undo } from './run/undo.js';
import { weights } from './run/weights.js';
import { savedRuns } from './saved-runs/state.js';
import { estimate, withMeasured, withProbe } from './settings/estimate-state.js';
import { link, withAddress, withOpened } from './settings/link-state.js';
import { preset, withPreset } from './settings/preset-state.js';
import { settings } from './settings/state.js';
import { sentence, withSentence } from './start/sentence-state.js';
import { text } from './text/state.js';
import { summary, withSummaryRequest } from './text/summary-state.js';

/** @import { Answer, Effect, Handlers, Message, State } from './state.js' */

/** The handlers of each part. No two handle the same message. @type {Handlers[]} */
export const PARTS = [
  text,
  summary,
  settings,
  preset,
  sentence,
  link,
  estimate,
  cores,
  run,
  progress,
  explosion,
  weights,
  undo,
  savedRuns,
  downloads,
  version,
  generated,
  lens,
  chart,
  baselines,
  messages,
  failures,
  slow,
];

/** @type {Record<string, (state: State, event: Message) => Answer>} */
const HANDLERS = Object.assign({}, ...PARTS);

/**
 * What follows from the state, whichever message led to it. Each one gets the state before the message, and the state
 * after it as those above have left it. The order counts in the first part:
 * - the speed of a run that ended and the request for a summary come first, because the next ones read both;
 * - what was chosen in the sentence is given up where something else was set by hand;
 * - then the preset fills the fields, and the link that was opened may name another preset;
 * - only then are the fields tried out, and the address is written.
 * The others depend on the run alone.
 * @type {((before: State, after: State) => Answer)[]}
 */
const DERIVATIONS = [
  withMeasured,
  withSummaryRequest,
  withSentence,
  withPreset,
  withShards,
  withOpened,
  withProbe,
  withAddress,
  withWholeRun,
  withLensOfRun,
  withWorkers,
  withBaselines,
];

/**
 * Does this message belong to a run that is no longer here?
 * @param {State} state @param {Message} event
 */
export function isStale(state, event) {
  if (!('runId' in event) || event.runId === undefined) return false;
  const { run, loading, discarded } = state;
  if (event.type === 'failed' && event.fatal) return false;
  if (event.type === 'saved' && event.requestId === discarded?.requestId) return false;
  return event.runId !== run?.id && event.runId !== loading?.runId;
}

/** @param {Answer} answer @returns {[State, Effect[]]} */
const pair = (answer) => (Array.isArray(answer) ? answer : [answer, []]);

/** @param {State} before @param {Message} event @returns {[State, Effect[]]} */
export function update(before, event) {
  if (isStale(before, event)) return [before, []];
  let [state, effects] = pair(HANDLERS[event.type]?.(before, event) ?? before);
  if (state === before) return [state, effects];
  for (const derive of DERIVATIONS) {
    const [next, more] = pair(derive(before, state));
    state = next;
    effects = [...effects, ...more];
  }
  return [state, effects];
}
