/** What lenses have in common: which text they read, in words, and why there may be nothing to show. */

/** @typedef {import('../state.js').State} State */

/** @type {Record<import('./state.js').Of, string>} */
const HEADINGS = {
  unseen: 'A page it has never read',
  written: 'What it wrote',
  own: 'What you wrote',
};

/** @param {State} state */
export const headingOf = ({ lens }) => HEADINGS[lens.of];

/**
 * Why there is nothing to show yet; '' when there is.
 * @param {State} state @param {string} text that was looked at
 */
export function nothingToShow({ lens, run }, text) {
  if (run === null) return 'Press Train. A network that has read nothing knows nothing.';
  if (lens.of === 'own' && lens.own.trim() === '')
    return 'Write something above, and the network reads it.';
  if (lens.seen === null) return 'Looking…';
  if (text !== '') return '';
  if (lens.of === 'unseen' && run.text === null)
    return 'These weights have met no text, so there is no unseen page. Read your own, or press Resume.';
  if (lens.of === 'written') return 'It has written nothing yet.';
  return 'The network knows none of these symbols.';
}
