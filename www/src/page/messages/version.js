/** Offers a new version of this page, never in the middle of a run. */

/** @import { Handlers, Notice, State } from '../state.js' */

/** @type {Notice} */
const OFFER = {
  text: 'A new version of Babble is here. Your text and your saved runs stay.',
  actions: [{ label: 'Reload into it', intent: { type: 'takeVersion' } }],
};

/** @param {State} state @returns {Notice | null} */
export function versionOffer({ version, run, loading }) {
  const resting = loading === null && (run === null || run.phase === 'paused');
  return version === 'waiting' && resting ? OFFER : null;
}

/** @type {Handlers} */
export const version = {
  newVersion: (state) => ({ ...state, version: 'waiting' }),

  takeVersion: (state) => [state, [{ type: 'takeVersion' }]],
};
