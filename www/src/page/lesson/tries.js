/** Sentences that do what they say, and can be undone. One at a time, under the figures. */

import { brief } from '../format.js';
import { networkName } from '../settings/fields.js';

/** @import { Emit, Run, State } from '../state.js' */
/** @import { Hold } from './hold.js' */

/** A rate at which every network explodes. */
export const EXPLOSIVE = 900;

/**
 * @typedef {object} Try
 * @property {(state: State, run: Run) => string} offer what it says; '' where it makes no sense
 * @property {(state: State, run: Run) => { undo: string, back: () => void }} act does it; how it is undone, and by what
 */

/** @param {Emit} emit @param {Hold} hold @returns {Try[]} */
export function triesOf(emit, hold) {
  const back = () => hold.bringBack();
  return [
    {
      // After an explosion, which has halved the rate, it would be no news.
      offer: (_state, { config, asked }) =>
        config.learningRate < EXPLOSIVE && config.learningRate >= asked.learningRate
          ? `Set the rate to ${EXPLOSIVE} and see what happens`
          : '',
      act(state, run) {
        hold.keep(state, () => {
          emit({ type: 'resume' });
          emit({ type: 'setField', field: 'learningRate', value: String(EXPLOSIVE) });
          emit({ type: 'commitField', field: 'learningRate' });
        });
        return { undo: `Undo: rate ${brief(run.config.learningRate)}, weights of before`, back };
      },
    },
    {
      offer: ({ text }, { config, text: learned }) =>
        text.source !== learned || !['gru', 'lstm'].includes(config.cell)
          ? ''
          : 'Forget the gates: train an RNN instead',
      act(state, run) {
        hold.keep(state, () => {
          hold.clear();
          emit({ type: 'setField', field: 'cell', value: 'rnn' });
          emit({ type: 'train' });
        });
        return { undo: `Undo: back to ${networkName(run.config)}`, back };
      },
    },
    {
      offer: ({ generated }) =>
        generated.temperature > 0 && generated.on
          ? 'Set the temperature to 0: it goes in circles'
          : '',
      act({ generated: { temperature } }) {
        const set = (/** @type {number} */ to) =>
          emit({ type: 'setSampling', change: { temperature: to } });
        set(0);
        return { undo: `Undo: temperature ${temperature}`, back: () => set(temperature) };
      },
    },
  ];
}
