// @ts-check
/** The page's messages: one alert at a time, and a notice for each kind of way back or way on. */

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../state.js').Message} Message
 * @typedef {keyof State['notices']} NoticeKind
 */

/**
 * A message that leaves nothing to choose.
 * @param {string} text @param {Message['about']} [about] @returns {Message}
 */
export const say = (text, about) => ({ text, actions: [], about });

/** What an alert complained of has changed. @param {State} state @param {Message['about']} about */
export const withoutComplaint = (state, about) =>
  state.alert?.about === about ? { ...state, alert: null } : state;

/** @param {State} state @param {NoticeKind} kind @param {Message | null} message @returns {State} */
export const withNotice = (state, kind, message) => ({
  ...state,
  notices: { ...state.notices, [kind]: message },
});

/** @type {import('../state.js').Handlers} */
export const messages = {
  dismiss(state, { which }) {
    if (which === 'alert') return { ...state, alert: null };
    if (which === 'version') return { ...state, version: 'declined' };
    const next = withNotice(state, which, null);
    return which === 'aside' ? { ...next, aside: null } : next;
  },
};
