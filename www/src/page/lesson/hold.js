/** A run that makes room for another one, and comes back: at its step, with its settings, its curve and its writing. */

import { outputOf } from '../generated/state.js';

/** @import { Output } from '../generated/state.js' */
/** @import { LossHistory } from '../../shared/loss-history.js' */
/** @import { LossHistories } from '../chart/loss-histories.js' */
/** @import { Emit, Run, Snapshot, State } from '../state.js' */

/** @param {Emit} emit @param {LossHistories} histories */
export function createHold(emit, histories) {
  /**
   * The run as it was, and what is done once it is kept.
   * @type {{ run: Run, history: LossHistory, output: Output, snapshot: Snapshot | null, then: () => void } | null}
   */
  let held = null;

  /** Puts the present run away without offering it back. */
  function clear() {
    emit({ type: 'reset' });
    emit({ type: 'dismiss', which: 'discarded' });
  }

  return {
    clear,

    get isEmpty() {
      return held === null;
    },

    /** The run that is kept, or null. */
    get run() {
      return held?.snapshot ? held.run : null;
    },

    /** Pauses the run and keeps it; then something may be done to it. @param {State} state @param {() => void} then */
    keep(state, then) {
      if (state.run === null) return;
      const output = outputOf(state.generated);
      held = { run: state.run, history: histories.current, output, snapshot: null, then };
      this.follow(state);
    },

    /** Is called with each state: the weights come a moment after the pause. @param {State} state */
    follow({ run }) {
      if (held === null || held.snapshot !== null) return;
      if (run?.id !== held.run.id) held = null;
      else if (run.phase === 'training') emit({ type: 'pause' });
      else if (run.phase === 'paused' && run.snapshot !== null) {
        const { phase, over } = held.run;
        held.run = { ...run, phase, over };
        held.snapshot = run.snapshot;
        held.then();
      }
    },

    /** Brings it back. What runs now stays on the chart. */
    bringBack() {
      if (held === null || held.snapshot === null) return;
      const { run, snapshot, history, output } = held;
      held = null;
      clear();
      histories.current = history;
      histories.earlier = histories.earlier.filter((earlier) => earlier.history !== history);
      emit({ type: 'undo', to: { run, requestId: 0, snapshot, output } });
    },
  };
}

/** @typedef {ReturnType<typeof createHold>} Hold */
