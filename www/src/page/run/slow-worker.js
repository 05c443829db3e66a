/** What the page says when a worker has been busy for long, and how a person ends that. */

import { withNotice } from '../messages/state.js';

/** @import { Doing } from '../../shared/protocol.js' */
/** @import { Handlers } from '../state.js' */

/** @type {Record<Doing, string>} */
const DOING = {
  loading: 'being loaded',
  read: 'reading a text',
  summarize: 'counting what is in the text',
  start: 'being made',
  restore: 'coming back',
  open: 'opening a saved run',
  load: 'reading weights',
  resume: 'taking in its text',
  save: 'writing its weights into a file',
  export: 'being written into a file',
  step: 'in the middle of one step, for it is large',
};

/** @type {Handlers} */
export const slow = {
  slow(state, { doing, seconds }) {
    const label = doing === 'loading' ? 'Try again' : 'Stop it';
    return withNotice(state, 'worker', {
      text: `After ${seconds} seconds the network is still ${DOING[doing]}. Wait, or ${label.toLowerCase()}.`,
      actions: [{ label, intent: { type: 'stopWorker' } }],
    });
  },

  stopWorker: (state) => [state, [{ type: 'stopWorker' }]],

  quick: (state) => withNotice(state, 'worker', null),
};
