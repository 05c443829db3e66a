// @ts-check
/** What is in the text in the box. The worker counts; while it does, what it last told stays. */

/** @typedef {import('../state.js').State} State */

/**
 * Asks what is in the text, unless that is known or being asked. One question is under way at a time,
 * however fast someone types; its answer asks the next.
 * @param {State} state @returns {State}
 */
export function withSurvey(state) {
  const { text, arrival, summary, survey } = state;
  if (text.source.content === '') return { ...state, summary: null };
  // A long text that is being read comes with its summary.
  const comes = text.kind === 'document' && arrival !== null;
  if (comes || survey !== null || summary?.source === text.source) return state;
  const requestId = state.lastQuestion - 1;
  return { ...state, survey: { requestId, source: text.source }, lastQuestion: requestId };
}

/** What is in the very text that is in the box, once it is known. @param {State} state */
export const summaryOf = ({ text, summary }) =>
  summary?.source === text.source ? summary.told : null;

/** @type {import('../state.js').Handlers} */
export const summary = {
  surveyed(state, { requestId, summary }) {
    const { survey, text } = state;
    if (survey === null || requestId !== survey.requestId) return state;
    const { source } = survey;
    const answered = { ...state, survey: null };
    // Of a text that has been typed on since, it is nearly true; of one that is gone, not at all.
    const tells = source.name === text.source.name;
    return tells ? { ...answered, summary: { source, told: summary } } : answered;
  },
};
