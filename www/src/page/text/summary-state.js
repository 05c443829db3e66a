/** The summary of the text in the box. While the worker counts, the last summary stays. */

import { counted, whole } from '../format.js';

/** @import { TextSummary } from '../../shared/protocol.js' */
/** @import { Answer, Handlers, State } from '../state.js' */

/**
 * Asks for the summary of the text, unless it is known or was asked for. One request is under way at a time, however
 * fast someone types; its answer leads to the next.
 * @param {State} _before @param {State} state @returns {Answer}
 */
export function withSummaryRequest(_before, state) {
  const { text, arrival, summary, summaryRequest } = state;
  if (text.source.content === '') return { ...state, summary: null };
  // A long text that is being read comes with its summary.
  const comes = text.kind === 'document' && arrival !== null;
  if (comes || summaryRequest !== null || summary?.source === text.source) return state;
  const requestId = state.lastQuestion - 1;
  const asked = { requestId, source: text.source };
  return [
    { ...state, summaryRequest: asked, lastQuestion: requestId },
    [{ type: 'summarize', ...asked }],
  ];
}

/** The summary of exactly the text in the box, once it is known. @param {State} state */
export const summaryOf = ({ text, summary }) =>
  summary?.source === text.source ? summary.report : null;

/** @param {TextSummary} report */
export function countedSymbols({ symbols, rareSymbols }) {
  const rare = rareSymbols === 0 ? '' : `, ${whole(rareSymbols)} of them rare`;
  return `${counted(symbols, 'symbol')}${rare}`;
}

/** @type {Handlers} */
export const summary = {
  summarized(state, { requestId, summary }) {
    const { summaryRequest, text } = state;
    if (summaryRequest === null || requestId !== summaryRequest.requestId) return state;
    const { source } = summaryRequest;
    const answered = { ...state, summaryRequest: null };
    // It is nearly true of the same text with more typed, and false of another text.
    const fits = source.name === text.source.name;
    return fits ? { ...answered, summary: { source, report: summary } } : answered;
  },
};
