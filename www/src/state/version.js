// @ts-check
/** A new version of this page: offered, and never in the middle of a run. */

/** @type {import('../state.js').Message} */
const OFFER = {
  text: 'A new version of Babble is here. Your text and your saved runs stay.',
  actions: [{ label: 'Reload into it', intent: { type: 'takeVersion' } }],
};

/** @param {import('../state.js').State} state @returns {import('../state.js').Message | null} */
export function versionOffer({ version, run, loading }) {
  const resting = loading === null && (run === null || run.phase === 'paused');
  return version === 'waiting' && resting ? OFFER : null;
}

/** @type {import('../state.js').Handlers} */
export const version = {
  newVersion: (state) => ({ ...state, version: 'waiting' }),
};
