/** One alert at a time, and one notice of each kind. */

/** @import { Handlers, Notice, State } from '../state.js' */

/** @typedef {keyof State['notices']} NoticeKind */

/**
 * A notice without buttons.
 * @param {string} text @param {Notice['about']} [about] @returns {Notice}
 */
export const say = (text, about) => ({ text, actions: [], about });

/** Takes the alert away when what it complained about has changed. @param {State} state @param {Notice['about']} about */
export const withoutComplaint = (state, about) =>
  state.alert?.about === about ? { ...state, alert: null } : state;

/** @param {State} state @param {NoticeKind} kind @param {Notice | null} notice @returns {State} */
export const withNotice = (state, kind, notice) => ({
  ...state,
  notices: { ...state.notices, [kind]: notice },
});

/** @type {Handlers} */
export const messages = {
  dismiss(state, { which }) {
    if (which === 'alert') return { ...state, alert: null };
    if (which === 'version') return { ...state, version: 'declined' };
    const next = withNotice(state, which, null);
    if (which === 'discarded') return { ...next, discarded: null };
    // A saved run whose offer was dismissed is not offered again.
    const offer = which === 'savedRuns' ? state.notices.savedRuns?.actions[0]?.intent : undefined;
    return offer?.type === 'openSaved' && !offer.copy
      ? [next, [{ type: 'leave', key: offer.key }]]
      : next;
  },
};
