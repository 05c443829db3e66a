/** A lane becomes the run of the page. Pure. */

import { LossHistory } from '../../shared/loss-history.js';
import { withEmptyOutput } from '../generated/state.js';
import { restore } from '../run/commands.js';
import { newRun } from '../run/state.js';
import { undo } from '../run/undo.js';
import { fieldsOf } from '../settings/state.js';
import { kindOf } from '../text/kind.js';

/** @import { Event, TextSource } from '../../shared/protocol.js' */
/** @import { Answer, Intent, State } from '../state.js' */
/** @import { Lane } from './lane.js' */

/**
 * What puts a lane in the place of the page's run, which is discarded as by Reset: Undo brings it back.
 * @param {Pick<Lane, 'config' | 'history' | 'step' | 'heldOut' | 'over'>} lane
 * @param {TextSource} text that it learns @param {string} shown its beginning
 * @param {Event<'saved'>} saved its weights
 * @returns {Extract<Intent, { type: 'takeOver' }>}
 */
export function takeOver(lane, text, shown, { weights, step, trainedMs }) {
  const { config, heldOut } = lane;
  const history = LossHistory.fromPlain(lane.history.toPlain());
  // After an explosion the weights of an earlier step are back.
  if (step < lane.step) history.dropAfter(step);

  /** @param {State} before @returns {Answer} */
  function take(before) {
    const answer = undo.reset?.(before, { type: 'reset' }) ?? before;
    const [state, effects] = Array.isArray(answer) ? answer : [answer, []];
    const id = state.lastId + 1;
    const empty = withEmptyOutput(state);
    const next = {
      ...empty,
      lastId: id,
      alert: null,
      fields: fieldsOf(config),
      problems: {},
      tuning: {},
      run: {
        ...newRun(id, config),
        phase: /** @type {const} */ ('restoring'),
        trainsAfterRestore: false,
        text,
        kind: kindOf(shown),
        snapshot: { step, weights, trainedMs },
        step,
        heldOut: heldOut !== null && heldOut.step <= step ? heldOut : null,
      },
      generated: { ...empty.generated, on: false },
      announcement: 'This network is now the run of the page.',
    };
    return [next, [...effects, ...restore(next)]];
  }

  return { type: 'takeOver', take, curve: history.toPlain() };
}
